"""Means over replicates: intervals by hand, replicates without a number, paired differences."""

import math

import pytest

from vbp_agents.metrics.intervals import Interval, interval, paired, t_quantile

# Two-sided 95% points of Student's t: any printed table (e.g. Fisher and Yates 1963, table III).
PRINTED = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 10: 2.228, 30: 2.042, 120: 1.980}


@pytest.mark.parametrize("freedom", PRINTED)
def test_t_as_printed(freedom: int) -> None:
    assert round(t_quantile(freedom), 3) == PRINTED[freedom]


def test_t_where_it_has_a_closed_form() -> None:
    """One degree of freedom (Cauchy): tan(0.475 pi). Two: 0.95 sqrt(2 / (1 - 0.95^2))."""
    assert t_quantile(1) == pytest.approx(math.tan(0.475 * math.pi), rel=1e-12)
    assert t_quantile(2) == pytest.approx(0.95 * math.sqrt(2 / (1 - 0.95**2)), rel=1e-12)


@pytest.mark.parametrize("freedom", [999, 9998, 9999])
def test_t_of_many_replicates_nears_the_normal(freedom: int) -> None:
    """z + (z^3 + z) / (4 freedom), z = 1.959964 (Abramowitz and Stegun 26.7.5); the next term is under 3e-6."""
    z = 1.9599639845
    assert t_quantile(freedom) == pytest.approx(z + (z**3 + z) / (4 * freedom), abs=3e-6)


def test_interval_by_hand() -> None:
    """1, 2, 3: mean 2, s = 1, t(2) = 4.3027, so 2 +- 4.3027 / sqrt(3) = 2 +- 2.4841."""
    n, mean, low, high = interval([1.0, 2.0, 3.0])
    assert (n, mean) == (3, 2.0)
    assert low == pytest.approx(2 - 2.484138, abs=1e-6)
    assert high == pytest.approx(2 + 2.484138, abs=1e-6)


def test_without_a_number_a_replicate_is_left_out() -> None:
    assert interval([1.0, None, 2.0, 3.0]) == interval([1.0, 2.0, 3.0])
    assert interval([1.0, math.nan, 2.0, math.inf, 3.0]) == interval([1.0, 2.0, 3.0])
    assert interval([math.nan]) == Interval(0, None, None, None)
    assert interval([None, 5.0]) == Interval(1, 5.0, None, None)
    assert interval([None, None]) == Interval(0, None, None, None)


def test_equal_numbers_have_no_width() -> None:
    assert interval([0.1, 0.1, 0.1]) == Interval(3, 0.1, 0.1, 0.1)


def test_differences_are_paired() -> None:
    """Levels vary by 100, differences by nothing: the interval of the difference has no width."""
    difference = interval(paired([101.0, 201.0, 301.0], [100.0, 200.0, 300.0]))
    assert difference == Interval(3, 1.0, 1.0, 1.0)
    assert paired([1.0, None, 3.0], [1.0, 1.0, None]) == [0.0, None, None]


def test_replicates_that_do_not_match_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired([1.0], [1.0, 2.0])
