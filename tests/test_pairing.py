"""What pairing saves, against numbers worked out by hand."""

from pathlib import Path

import pytest
from sweeps import Quick, study, swept

from vbp_agents.metrics.intervals import variance_ratio
from vbp_agents.reports.pairing import pairing_of, pairing_sentence
from vbp_agents.sweeps.pairing import pairing_of_sweep


def test_the_variances_of_both_over_that_of_the_differences() -> None:
    """Of 11, 22, 36 it is 157, of 10, 20, 30 it is 100, of 1, 2, 6 it is 7."""
    assert variance_ratio([11.0, 22.0, 36.0], [10.0, 20.0, 30.0]) == pytest.approx((157 + 100) / 7)
    assert variance_ratio([11.0, None, 22.0, 36.0], [10.0, 5.0, 20.0, 30.0]) == pytest.approx(257 / 7)
    assert variance_ratio([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == pytest.approx(0.5)


def test_too_few_and_what_does_not_vary_have_none() -> None:
    assert variance_ratio([1.0, 2.0], [1.0, 3.0]) is None
    assert variance_ratio([1.0, 2.0, None], [1.0, 3.0, 4.0]) is None
    assert variance_ratio([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]) is None
    assert variance_ratio([5.0, 5.0, 5.0], [5.0, 5.0, 5.0]) is None


def test_the_sentence_of_a_comparison() -> None:
    runs = {
        "base": [{"cost_per_capita": 10.0}, {"cost_per_capita": 20.0}, {"cost_per_capita": 30.0}],
        "one_way": [{"cost_per_capita": 11.0}, {"cost_per_capita": 22.0}, {"cost_per_capita": 36.0}],
        "another": [{"cost_per_capita": 30.0}, {"cost_per_capita": 20.0}, {"cost_per_capita": 10.0}],
    }
    [said] = pairing_of(runs, "base")
    assert "intervals of cost of care as narrow as these would take from 0.5 (another) to 37 (one way) times" in said
    assert pairing_of({name: found[:2] for name, found in runs.items()}, "base") == []
    assert pairing_sentence("health", {"capitation": 4.04}).endswith("would take 4.0 times as many replicates.")


def test_a_sweep_says_the_median_over_its_points(quick: Quick, tmp_path: Path) -> None:
    """Worked out from the table of the sweep, point by point, with pandas."""
    sweep = swept(tmp_path, study=study(replicates=5))
    wide = sweep.wide().pivot(index=["point", "replicate"], columns="scenario", values="cost_per_capita")
    ratios = {}
    for name in ("capitation", "mssp_enhanced"):
        at = wide.groupby("point")
        apart = at[name].var() + at["fee_for_service"].var()
        ratios[name] = (apart / (wide[name] - wide["fee_for_service"]).groupby("point").var()).median()
    least, most = sorted(ratios, key=lambda name: ratios[name])
    assert pairing_of_sweep(sweep.plan, sweep.store, 5) == [
        "If each scenario had people and luck of its own, intervals of cost per capita as narrow as these would take "
        f"from {ratios[least]:.1f} ({least.replace('_', ' ')}) to {ratios[most]:.1f} ({most.replace('_', ' ')}) "
        "times as many replicates."
    ]
    assert pairing_of_sweep(sweep.plan, sweep.store, 2) == []
