"""What regimes share: the minimum savings rate, benchmarks, measured quality and sharing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbp_agents.book import Book, FloatArray
from vbp_agents.rules import quality, sharing
from vbp_agents.rules.benchmark import BenchmarkTerms, base_years
from vbp_agents.rules.minimum_savings_rate import by_size, minimum_savings_rate
from vbp_agents.rules.ratio import ratio


def array(*numbers: float) -> FloatArray:
    return np.array(numbers, float)


@pytest.mark.parametrize(
    ("people", "percent"),
    [  # the knots of R07, and below 5,000 people the rates that the CMS files publish (MinSavPerc by N_AB)
        *[(5_000, 3.9), (6_000, 3.6), (7_000, 3.4), (8_000, 3.2), (9_000, 3.1), (10_000, 3.0), (15_000, 2.7)],
        *[(20_000, 2.5), (50_000, 2.2), (60_000, 2.0), (2_000_000, 2.0)],
        *[(500, 12.2), (100, 12.2), (0, 12.2)],
        *[(640, 11.22), (1_401, 7.96), (1_708, 7.39), (2_434, 6.05), (3_190, 4.90), (4_291, 4.29), (4_910, 3.95)],
    ],
)
def test_minimum_savings_rate_at_the_knots(people: float, percent: float) -> None:
    assert by_size(array(people))[0] == pytest.approx(percent / 100, abs=0.00005 + 1e-9)


@pytest.mark.parametrize(
    ("people", "percent"),
    [(5_500, 3.75), (9_500, 3.05), (12_500, 2.85), (35_000, 2.35), (55_000, 2.1), (2_000, 6.85), (4_000, 4.45)],
)
def test_minimum_savings_rate_halfway_between_knots(people: float, percent: float) -> None:
    """Linear in between [R07]: the mean of the two neighbors, worked out by hand."""
    assert by_size(array(people))[0] == pytest.approx(percent / 100, abs=1e-12)


def test_a_chosen_minimum_replaces_the_rate_by_size() -> None:
    np.testing.assert_array_equal(minimum_savings_rate(array(5_000, 60_000), 0.015), [0.015, 0.015])
    np.testing.assert_allclose(minimum_savings_rate(array(5_000, 60_000), None), [0.039, 0.020])


def test_nothing_over_nothing_is_a_number() -> None:
    np.testing.assert_array_equal(ratio(array(0, 3, 4), array(0, 0, 2)), [0, 0, 2])
    np.testing.assert_array_equal(ratio(array(1), array(0), otherwise=1.0), [1])


@pytest.mark.parametrize("name", quality.MEASURES)
@pytest.mark.parametrize(("decile", "points"), [(0, 45.0), (1, 54.2), (5, 91.0), (8, 96.4), (10, 100.0)])
def test_quality_points_at_national_deciles(name: str, decile: int, points: float) -> None:
    """45 at percentile 0, 91 at 50, 100 at 100, linear between: at 10, 45 + 46/5; at 80, 91 + 9 x 3/5."""
    measure = quality.MEASURES[name]
    assert measure.points(array(measure.deciles[decile]))[0] == pytest.approx(points)


@pytest.mark.parametrize("name", quality.MEASURES)
def test_quality_tables_run_from_worst_to_best(name: str) -> None:
    deciles = quality.MEASURES[name].deciles
    assert len(deciles) == 11
    steps = np.diff(deciles)
    assert (steps > 0).all() or (steps < 0).all()
    assert (steps < 0).all() == (name == "readmissions")


def test_quality_is_the_mean_of_what_was_measured() -> None:
    best_and_worst = Book(
        {
            "surveyed": array(300, 300, 0, 0),
            "survey_points": array(30_000, 30_000, 0, 0),  # 100 each: past the best decile, 100 points
            "diagnosed": array(50, 0, 0, 0),  # none controlled: 45 points
            "live_discharges": array(0, 0, 10, 0),  # none followed up, none readmitted: 45 and 100 points
        }
    )
    np.testing.assert_allclose(quality.score(best_and_worst), [72.5, 100, 72.5, 0])


def test_reporting_is_enough_in_the_first_years() -> None:
    books = [Book({"diagnosed": array(50)}, performance_year=year) for year in (1, 2, 3)]
    assert [quality.counted(book, 2)[0] for book in books] == [100, 100, 45]


def year_of(spending: float, market: float, members: float = 12.0) -> Book:
    """A year of one contract that spends so much a member-month, and of its market."""
    own = {
        "member_months": array(members),
        "risk_months": array(members),
        "test_truncated_outside": array(spending * members),
    }
    return Book(own, Book({"member_months": array(12), "other_truncated_inside": array(12 * market)}))


def test_base_years_are_those_before_the_agreement() -> None:
    earlier = tuple(year_of(100.0 + index, 100) for index in range(8))
    for year, latest in [(1, 0), (2, 1), (5, 4), (6, 0), (7, 1)]:
        now = Book({}, earlier=earlier, performance_year=year)
        base = base_years(now, (year - 1) % 5)
        assert base == (earlier[latest + 2], earlier[latest + 1], earlier[latest]), year
    with pytest.raises(ValueError, match="performance year 5 needs 7 earlier years; the Book has 6"):
        base_years(Book({}, earlier=earlier[:6], performance_year=5), 4)


def test_a_benchmark_needs_the_market() -> None:
    alone = Book({"member_months": array(12)})
    with pytest.raises(ValueError, match="market"):
        BenchmarkTerms().benchmark(Book({"member_months": array(12)}, alone, (alone,) * 3))


def test_a_base_year_without_members_has_no_weight() -> None:
    """By hand: (0.3 x 90 + 0.6 x 120) / 0.9 = 110; the market is at 110 too, so there is no adjustment."""
    base = (year_of(120, 110), year_of(90, 110), year_of(999, 110, members=0))
    benchmark = BenchmarkTerms().benchmark(Book(year_of(0, 110).columns, base[0].market, base))
    assert benchmark.historical[0] == pytest.approx(110)
    assert benchmark.total[0] == pytest.approx(110 * 12)


def test_saving_in_a_base_year_lowers_the_next_benchmark_by_its_weight() -> None:
    """The ratchet: a dollar less in a year of the first agreement costs 1/3 of the next historical benchmark [R18]."""
    terms = BenchmarkTerms(regional_weights_below=[0] * 4, regional_weights_above=[0] * 4)
    totals = []
    for spending in (100, 99):
        earlier = (year_of(100, 100), year_of(spending, 100), year_of(100, 100))
        totals.append(terms.benchmark(Book(year_of(0, 100).columns, earlier[0].market, earlier, 6)).total[0])
    assert totals[0] - totals[1] == pytest.approx(12 / 3)


def test_sicker_members_raise_what_their_market_would_spend() -> None:
    """Coded risk 1.5 in a market at 100: the region would spend 150; 35% of 150 - 130 is 7, capped at 5% of 100."""
    own = {"member_months": array(10), "risk_months": array(15), "other_truncated_inside": array(1300)}
    year = Book(own, year_of(0, 100).market)
    benchmark = BenchmarkTerms().benchmark(Book(own, year.market, (year,) * 3))
    assert benchmark.regional_adjustment[0] == pytest.approx(5)


@given(st.floats(-0.5, 0.5), st.floats(0, 0.1), st.floats(0, 1), st.floats(0, 1))
def test_sharing_never_pays_the_wrong_way(savings_rate: float, minimum: float, share: float, loss: float) -> None:
    benchmark = array(1e6)
    dollars = sharing.Dollars(benchmark, benchmark * (1 - savings_rate))
    rates, limits = sharing.Rates(array(minimum), array(share), array(loss)), sharing.Limits(0.1, 0.04, None)
    settlement = sharing.settled(dollars, rates, limits, 0.98)["settlement"][0]
    assert settlement * savings_rate >= 0
    assert -0.04e6 <= settlement <= 0.1e6


def test_sharing_is_first_dollar_at_exactly_the_minimum() -> None:
    """Savings of exactly 3% are past a minimum of 3% ("meet or exceed"), and count from the first dollar."""
    dollars = sharing.Dollars(array(100, 100), array(97, 103))
    rates = sharing.Rates(array(0.03, 0.03), array(0.5, 0.5), array(0.3, 0.3))
    lines = sharing.settled(dollars, rates, sharing.Limits(1, 1, None), 0.98)
    np.testing.assert_allclose(lines["settlement"], [0.5 * 3 * 0.98, -0.3 * 3])
