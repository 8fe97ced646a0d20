"""What a row of the evidence says of ours: verdicts and intervals are arithmetic, worked out by hand."""

from typing import Any

import pytest
from made_rows import a_row

from vbp_agents.evidence.scores import nothing_tested
from vbp_agents.evidence.verdict import against, verdict
from vbp_agents.metrics.intervals import Interval, interval


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ((8, -20.0, -26.0, -14.0), "inside"),
        ((8, -15.0, -27.0, -3.0), "inside"),
        ((8, -20.0, -30.0, -10.0), "cannot tell"),
        ((8, -15.0, -40.0, 10.0), "cannot tell"),
        ((8, -30.0, -33.0, -27.0), "cannot tell"),
        ((8, -30.0, -32.0, -28.0), "missed"),
        ((8, 5.0, 1.0, 9.0), "missed"),
        ((7, -20.0, -26.0, -14.0), "cannot tell"),
        ((7, 5.0, 1.0, 9.0), "cannot tell"),
        ((1, -20.0, None, None), "cannot tell"),
        ((0, None, None, None), "no interval"),
    ],
)
def test_our_interval_must_lie_in_the_published_one(ours: tuple[Any, ...], said: str) -> None:
    """Published: -14 (-27 to -3); both ends count as inside. Seven replicates are too few."""
    assert verdict(a_row(target=-14, low=-27, high=-3), Interval(*ours), "mine") == said


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ((8, -5.0, -9.0, -1.0), "inside"),
        ((8, -5.0, -11.0, 1.0), "cannot tell"),
        ((8, -5.0, -10.0, 0.0), "cannot tell"),
        ((8, 5.0, 1.0, 9.0), "missed"),
        ((8, 5.0, 0.0, 10.0), "missed"),
        ((8, 0.0, 0.0, 0.0), "missed"),
        ((7, -5.0, -9.0, -1.0), "cannot tell"),
        ((0, None, None, None), "no interval"),
    ],
)
def test_a_direction_is_met_where_our_interval_leaves_zero_out(ours: tuple[Any, ...], said: str) -> None:
    assert verdict(a_row(sign=-1), Interval(*ours), "mine") == said


def test_a_null_that_nothing_leads_away_from_is_no_hit() -> None:
    """Published: 0 (-14 to 14). What no replicate moved at all is none but where nobody may move anything."""
    row, held = a_row(target=0, low=-14, high=14), a_row(target=0, low=-14, high=14, cannot_move="by arithmetic")
    still, moved, away = Interval(8, 0.0, 0.0, 0.0), Interval(8, 1.0, 0.5, 1.5), Interval(8, 20.0, 19.0, 21.0)
    assert [verdict(row, still, name) for name in ("mine", "fixed_practice")] == ["cannot move", "inside"]
    assert verdict(row, moved, "mine") == "inside"
    assert [verdict(held, one, "mine") for one in (moved, still, away)] == ["cannot move", "cannot move", "missed"]


def test_dollars_of_another_year_are_judged_in_percent_of_each_base() -> None:
    """-146 (-274 to -18) of 10,000 is -1.46% (-2.74 to -0.18): -2% of ours is inside, whatever dollars that is."""
    row = a_row(target=-146, low=-274, high=-18, base=10_000, base_source="made up", in_percent="savings.x")
    assert row.ends == pytest.approx((-2.74, -0.18))
    assert row.of_base(-146) == pytest.approx(-1.46)
    assert verdict(row, Interval(8, -2.0, -2.5, -1.5), "mine") == "inside"
    assert verdict(row, Interval(8, -0.1, -0.15, -0.05), "mine") == "missed"


def test_what_both_models_hit_tests_nothing() -> None:
    verdicts = {"mine": "inside", "other": "missed", "fixed_practice": "inside"}
    assert nothing_tested(verdicts) == {"mine": True, "other": False, "fixed_practice": True}
    assert nothing_tested(verdicts | {"fixed_practice": "cannot tell"})["mine"] is False
    assert nothing_tested({"mine": "inside"}) == {"mine": None}


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ((5, -25.0, -26.0, -24.0), "1.0 times it"),
        ((5, -5.0, -6.0, -4.0), "0.2 times it"),
        ((5, -3_000.0, -3_100.0, -2_900.0), "120.0 times it"),
        ((5, 0.0, 0.0, 0.0), "0 times it"),
        ((5, 5.0, 4.0, 6.0), "other sign"),
        ((5, 5.0, -1.0, 11.0), "other sign, unclear"),
        ((1, 5.0, None, None), "other sign, unclear"),
        ((0, None, None, None), ""),
    ],
)
def test_a_figure_without_interval_has_no_verdict_but_is_compared(ours: tuple[Any, ...], said: str) -> None:
    """Published: -25."""
    row = a_row(target=-25)
    assert (verdict(row, Interval(*ours), "mine"), against(row, Interval(*ours))) == ("no interval", said)


def test_only_a_figure_without_interval_is_compared() -> None:
    ours = Interval(5, 5.0, 4.0, 6.0)
    others = (a_row(target=-14, low=-27, high=-3), a_row(sign=-1), a_row(), a_row(target=0))
    assert [against(row, ours) for row in others] == [""] * 4


def test_interval_arithmetic() -> None:
    """1, 2, 3: mean 2, sd 1, t(2) 4.302653, so 2 -+ 4.302653 / sqrt(3) = 2.484138."""
    found = interval([1.0, None, 2.0, 3.0])
    assert (found.n, found.mean) == (3, 2.0)
    assert found.high == pytest.approx(2 + 2.4841377, abs=1e-6)
