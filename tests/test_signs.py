"""What experiments over ranges of parameters reckon with, against cases worked out by hand."""

import math
from typing import Any

import numpy as np
import pytest
from experiment_scripts import loaded

from vbp_agents.metrics.intervals import Interval
from vbp_agents.terms.scenario import Scenario


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return loaded("signs", monkeypatch)


@pytest.fixture
def ignorance(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return loaded("ignorance", monkeypatch)


def test_partial_rank_correlations_are_those_of_the_ranks(signs: dict[str, Any]) -> None:
    """Rank correlations 0.8 between the parameters, 0.8 and 0.3 with the value: 1 - 6 x (4, 4, 14) / 120.

    Partial: (0.8 - 0.8 x 0.3) / sqrt(0.36 x 0.91), and (0.3 - 0.8 x 0.8) / 0.36.
    """
    points = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0], [5.0, 5.0]])
    correlations = signs["partial_ranks"](points, np.exp([1.0, 3.0, 2.0, 5.0, 4.0]))
    assert correlations == pytest.approx([0.56 / math.sqrt(0.36 * 0.91), -0.34 / 0.36])


def test_what_goes_with_a_value_is_told_from_chance(signs: dict[str, Any]) -> None:
    """One parameter, 100 points: atanh(r) has a standard deviation of 1 / sqrt(97).

    Ranks that change places two by two: r = 1 - 6 x 100 / (100 x 9,999). What alternates goes with nothing.
    """
    points = np.arange(100.0)[:, None]
    parameter, correlation, low, high = signs["goes_with"](points, -np.arange(100.0).reshape(-1, 2)[:, ::-1].ravel())
    middle, reach = math.atanh(correlation), 1.959964 / math.sqrt(97)
    assert (parameter, correlation) == (0, pytest.approx(-1 + 600 / 999_900))
    assert (low, high) == pytest.approx((math.tanh(middle - reach), math.tanh(middle + reach)))
    assert signs["goes_with"](points, np.tile([1.0, 2.0], 50)) is None


def test_the_cut_parts_turned_from_others(signs: dict[str, Any]) -> None:
    column = np.array([3.0, 1.0, 2.0, 6.0, 5.0, 4.0, 9.0, 8.0, 7.0, 10.0, 11.0, 12.0])
    cut, above = signs["parted"](column, (column <= 7).astype(float))
    assert (cut, above.sum()) == (7.5, 5)


def test_a_sign_that_turns_is_told_from_one_that_luck_turns(signs: dict[str, Any]) -> None:
    """40 points: neighbors change places, and the 10 lowest are below 0, 8 of them (20%) by more than 0.05."""
    shares = (np.arange(40) + 0.5) / 40
    values = (shares - 0.25).reshape(-1, 2)[:, ::-1].ravel()
    drawn = (signs["Drawn"]("behavior.scruple", 0.0, 100.0, False, ""),)
    clear, unclear = Interval(10, 0.2, 0.1, 0.3), Interval(10, 0.2, -0.1, 0.5)

    def found(default: Interval, luck: float, up: float = 0.0) -> Any:
        return signs["Finding"](drawn, shares[:, None], values + up, default, luck)

    assert found(clear, 0.025).kind == "turns"
    assert found(clear, 0.025).driver == "`behavior.scruple`"
    assert found(clear, 0.025).shares == (0.75, 0.0, 0.25)
    assert found(clear, 0.025).sides[0] == pytest.approx(25.0)
    assert found(unclear, 0.025).kind == "none that is clear of luck at the defaults"
    assert found(clear, 0.025, up=0.5).kind == "holds"
    # Of 60 judged together t is 4.91 rather than 2.26: the interval of 0.2 +- 0.1 is then 0.2 +- 0.22.
    together = signs["Finding"](drawn, shares[:, None], values, clear, 0.025, 60)
    assert together.kind == "none that is clear of luck at the defaults"
    alternating = signs["Finding"](drawn, shares[:, None], np.tile([0.1, 0.1, 0.1, -0.1], 10), clear, 0.2)
    assert alternating.kind == "turns no further than luck might"


def test_a_range_in_its_log_has_its_geometric_mean_half_way(ignorance: dict[str, Any]) -> None:
    drawn = ignorance["Drawn"]
    assert drawn("x", 1.0, 100.0, True, "").at(0.5) == pytest.approx(10.0)
    assert drawn("x", 1.0, 100.0, False, "").at(0.5) == pytest.approx(50.5)


def test_altruism_moves_with_the_spread_of_benefit_and_margins_with_fixed_cost(ignorance: dict[str, Any]) -> None:
    """At half the altruism all benefits are twice as large; at the default cost no more than that has changed."""
    usual = Scenario(name="usual")
    point = {ignorance["ALTRUISM"]: 0.25, ignorance["ADMISSION_COST"]: 0.55, "behavior.scruple": 9.0}
    scenario = usual.with_values(ignorance["moved"](point))
    assert scenario.care.benefit_mean == pytest.approx([2 * mean for mean in usual.care.benefit_mean], abs=1e-4)
    assert (scenario.care.benefit_spread, scenario.care.judgment_error) == (1.5, 1.0)
    assert (scenario.region.altruism_median, scenario.behavior.scruple) == (0.25, 9.0)
    dear = ignorance["moved"](point | {ignorance["ADMISSION_COST"]: 0.9})
    assert dear["care.fixed_cost.admission"] == pytest.approx(0.42 + 0.55 - 0.9)
    assert dear["care.benefit_mean.admission"] > scenario.care.benefit_mean[5]


def test_the_study_has_every_point_in_its_order(ignorance: dict[str, Any]) -> None:
    """Two points by hand: the ends of every range; what moves along is among what is varied, and nothing else."""
    ends = np.array([[0.0] * len(ignorance["DRAWN"]), [1.0] * len(ignorance["DRAWN"])])
    study = ignorance["study"](ends, scenarios=["capitation"], outcomes=["experience"], replicates=1)
    values = {each.written: each.values for each in study.varied}
    for drawn in ignorance["DRAWN"]:
        assert values.pop(drawn.name) == pytest.approx((drawn.low, drawn.high))
    assert values.pop("care.fixed_cost.admission") == pytest.approx((0.97 - 0.16, 0.97 - 0.95))
    assert values.pop("care.benefit_spread") == pytest.approx((1.5, 0.375))
    assert set(values) == {"care.judgment_error"} | {path for path in values if "benefit_mean" in path}
    assert study.document.design.luck == "own"
