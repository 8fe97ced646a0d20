"""Indices of functions whose indices are known: Sobol', Morris, rank correlations, straight lines and quadratics."""

import math
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sweep_tables import ALTRUISM, LATIN, PRIMARY, SPEED, drawn, paired_cells, tabled
from swept_models import Lived, modelled

import vbp_agents as vbp
from vbp_agents.analysis.elementary import elementary_effects
from vbp_agents.analysis.measured import numbers_of
from vbp_agents.analysis.prcc import partial, ranks

pytest.importorskip("SALib")
A, B = 7.0, 0.1
VARIANCE = A**2 / 8 + B * math.pi**4 / 5 + B**2 * math.pi**8 / 18 + 1 / 2
FIRST = [(1 + B * math.pi**4 / 5) ** 2 / 2 / VARIANCE, A**2 / 8 / VARIANCE, 0.0]
BOTH = 8 * B**2 * math.pi**8 / 225 / VARIANCE
"""What the first and the third do together."""
TOTAL = [FIRST[0] + BOTH, FIRST[1], BOTH]
"""Ishigami and Homma 1990, as Saltelli et al., Sensitivity Analysis, Wiley 2000, section 2.9 have it."""
LEVEL = {"scenarios": ["fee_for_service"]}
CIRCLE = {SPEED: (0.1, 0.5), ALTRUISM: (0.5, 1.5), PRIMARY: (1.0, 2.0)}


def ishigami(values: Mapping[str, Any]) -> float:
    """Of the three numbers, each from -pi to pi over its range."""
    one, other, third = (
        -math.pi + 2 * math.pi * (float(values[path]) - low) / (high - low) for path, (low, high) in CIRCLE.items()
    )
    return math.sin(one) + A * math.sin(other) ** 2 + B * third**4 * math.sin(one)


def test_the_closed_forms_are_the_usual_numbers() -> None:
    assert [round(value, 4) for value in FIRST] == [0.3139, 0.4424, 0.0]
    assert [round(value, 4) for value in TOTAL] == [0.5576, 0.4424, 0.2437]


def test_ishigami_s_indices_through_our_design_and_analysis() -> None:
    """With 2,048 base points: within 0.03, and within the intervals (of six, each 95%)."""
    sweep = tabled(drawn({"kind": "sobol", "points": 2048}), paired_cells(ishigami), replicates=3)
    found = vbp.sobol(sweep)
    np.testing.assert_allclose(found.frame["S1"], FIRST, atol=0.03)
    np.testing.assert_allclose(found.frame["ST"], TOTAL, atol=0.03)
    for name, wanted in (("S1", FIRST), ("ST", TOTAL)):
        half = (found.frame[f"{name}_high"] - found.frame[f"{name}_low"]) / 2
        assert (np.abs(found.frame[name] - wanted) < 1.6 * half).all()
    assert found.frame["matters"].all()
    assert found.frame.attrs["luck"] == pytest.approx(0, abs=1e-12)


def test_ishigami_s_indices_through_the_whole_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep of 320 points in a folder, read again; 64 base points come within 0.2."""

    def model(lived: Lived) -> dict[str, float | None]:
        return {"cost_per_capita": 100 + ishigami({path: lived[path] for path in CIRCLE}), "qalys_per_1000": None}

    modelled(
        monkeypatch,
        tmp_path / "swept",
        model,
        **LEVEL,
        levers={},
        uncertainties={path: {"from": low, "to": high} for path, (low, high) in CIRCLE.items()},
        design={"kind": "sobol", "points": 64},
        replicates=1,
    )
    found = vbp.sobol(vbp.read_sweep(tmp_path / "swept"))
    np.testing.assert_allclose(found.frame["S1"], FIRST, atol=0.2)
    np.testing.assert_allclose(found.frame["ST"], TOTAL, atol=0.2)
    assert "one draw of luck" in found.sentence
    nothing = vbp.sobol(vbp.read_sweep(tmp_path / "swept"), outcome="qalys_per_1000")
    assert not nothing.answered


def test_base_points_that_lack_a_number_are_left_out_whole() -> None:
    """Of 512 base points one run fails in one replicate: 511 remain, and the indices stay."""
    cell, calls = paired_cells(ishigami), count(1)

    def failing(values: Mapping[str, Any], name: str, replicate: int) -> Mapping[str, float | None]:
        return {} if next(calls) == 500 else cell(values, name, replicate)

    found = vbp.sobol(tabled(drawn({"kind": "sobol", "points": 512}), failing, replicates=2))
    assert (found.frame.attrs["base_points"], found.frame.attrs["left_out"]) == (511, 1)
    assert "1 base point" in found.sentence
    np.testing.assert_allclose(found.frame["ST"], TOTAL, atol=0.08)


def linear(values: Mapping[str, Any]) -> float:
    """50 over the range of the speed, -20 over that of altruism, nothing of the third."""
    return 125 * float(values[SPEED]) - 20 * float(values[ALTRUISM])


def test_elementary_effects_of_a_straight_line_are_its_slopes() -> None:
    sweep = tabled(drawn({"kind": "morris", "trajectories": 6}), paired_cells(linear))
    found = vbp.morris(sweep).frame
    np.testing.assert_allclose(found["mu_star"], [50, 20, 0], atol=1e-6)
    np.testing.assert_allclose(found["mu"], [50, -20, 0], atol=1e-6)
    np.testing.assert_allclose(found[["sigma", "sigma_low", "sigma_high"]], 0, atol=1e-6)
    assert found["matters"].tolist() == [True, True, False]
    bars = vbp.tornado(sweep).frame
    np.testing.assert_allclose(bars["effect"], [50, -20, 0], atol=1e-6)


def test_our_elementary_effects_are_salib_s() -> None:
    """Of a bent function: their mean, and the mean of their size, as SALib has them from the same points."""
    sweep = tabled(drawn({"kind": "morris", "trajectories": 8}), paired_cells(ishigami), replicates=3)
    measured = numbers_of(sweep)
    effects = elementary_effects(measured, measured.effect("cost_per_capita", "capitation"))
    assert not isinstance(effects, str)
    frame = vbp.morris(sweep).frame
    np.testing.assert_allclose(effects.mean_of_replicates().mean(axis=1), frame["mu"], atol=1e-8)
    np.testing.assert_allclose(np.abs(effects.mean_of_replicates()).mean(axis=1), frame["mu_star"], atol=1e-8)


def test_a_report_without_salib_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tabled(drawn({"kind": "morris", "trajectories": 4}), paired_cells(lambda v: float(v[SPEED])), 3)
    for name in ("SALib", "SALib.sample", "SALib.analyze"):
        monkeypatch.setitem(sys.modules, name, None)
    for analysis in (vbp.morris(found), vbp.tornado(found)):
        assert not analysis.answered
        assert "pip install 'vbp-agents[sweep]'" in analysis.sentence


def test_a_straight_line_s_effects_and_tornado() -> None:
    """Ends of the third factor's bar are equal; those of the others as far apart as their effect, around the mean."""
    sweep = tabled(drawn(LATIN), paired_cells(linear))
    found = vbp.main_effects(sweep)
    own = found.frame[found.frame["with"] == ""]
    np.testing.assert_allclose(own["effect"], [50, -20, 0], atol=1e-6)
    np.testing.assert_allclose(found.frame.loc[found.frame["with"] != "", "effect"], 0, atol=1e-5)
    assert found.frame.attrs["explained"] == pytest.approx(1)
    bars = vbp.tornado(sweep).frame
    # The middle of the ranges is 125 * 0.3 - 20 * 1 = 17.5, where each line's middle is.
    np.testing.assert_allclose(bars["at_high"] - bars["at_low"], [50, -20, 0], atol=1e-6)
    np.testing.assert_allclose((bars["at_high"] + bars["at_low"])[0] / 2, 17.5, atol=0.5)
    assert bars[["low_end", "high_end"]].iloc[0].tolist() == ["0.1", "0.5"]


def test_interactions_by_hand() -> None:
    """x y with x from 0.1 to 0.5 and y from 0.5 to 1.5: effects 0.4 x 1 and 1 x 0.3 at the other's middle, and their
    product 0.4 x 1."""
    grid = {SPEED: [0.1, 0.3, 0.5], ALTRUISM: [0.5, 1.0, 1.5]}
    asked = drawn({"kind": "grid"}, uncertainties=grid)
    sweep = tabled(asked, paired_cells(lambda v: 100 * float(v[SPEED]) * float(v[ALTRUISM])))
    frame = vbp.main_effects(sweep).frame
    np.testing.assert_allclose(frame["effect"], [40, 30, 40], atol=1e-6)
    assert frame["with"].tolist() == ["", "", ALTRUISM]


def test_a_quadratic_is_found_by_the_surface() -> None:
    def bowl(values: Mapping[str, Any]) -> float:
        return 1_000 * (float(values[SPEED]) - 0.3) ** 2 + 7 * float(values[ALTRUISM])

    frame = vbp.response_surface(tabled(drawn(LATIN), paired_cells(bowl))).frame
    wanted = [bowl({SPEED: x, ALTRUISM: y}) for x, y in zip(frame[SPEED], frame[ALTRUISM], strict=True)]
    np.testing.assert_allclose(frame["value"], wanted, atol=1e-6)
    assert frame.attrs["explained"] == pytest.approx(1)


def test_a_grid_s_surface_has_the_means_of_its_cells() -> None:
    """Over the third factor's two values the mean: 100 x + y + 1.5."""
    grid = {SPEED: [0.1, 0.5], ALTRUISM: [0.5, 1.5], PRIMARY: [1.0, 2.0]}
    asked = drawn({"kind": "grid"}, uncertainties=grid)
    sweep = tabled(asked, paired_cells(lambda v: 100 * float(v[SPEED]) + float(v[ALTRUISM]) + float(v[PRIMARY])))
    frame = vbp.response_surface(sweep).frame
    assert frame["value"].tolist() == pytest.approx([12.0, 52.0, 13.0, 53.0])
    assert frame["clear"].all()
    other = vbp.response_surface(sweep, x="care rate primary", y=SPEED).frame
    assert other["value"].tolist() == pytest.approx([12.0, 13.0, 52.0, 53.0])


def test_rank_correlations_of_what_rises_and_falls_without_bends() -> None:
    """An exponential of one factor alone has its ranks: 1 and nothing else."""
    sweep = tabled(drawn(LATIN), paired_cells(lambda v: math.exp(10 * float(v[SPEED]))))
    frame = vbp.prcc(sweep).frame
    assert frame["prcc"].iloc[0] == pytest.approx(1, abs=1e-6)
    assert frame["clear"].tolist() == [True, False, False]


def test_rank_correlations_are_those_of_residuals() -> None:
    """The definition, worked out otherwise: ranks of the others regressed out of both, by LAPACK."""
    draw = np.random.default_rng(5)
    x = draw.normal(size=(3, 40))
    y = x[0] - 0.5 * x[1] + draw.normal(size=40)
    rows = np.stack([ranks(row) for row in (*x, y)])
    found = partial(rows[None])[0]
    for number in range(3):
        others = np.column_stack([np.ones(40), *(rows[k] for k in range(3) if k != number)])
        one, other = (v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (rows[number], rows[3]))
        assert found[number] == pytest.approx(np.corrcoef(one, other)[0, 1])


def test_ranks_share_what_is_equal() -> None:
    assert ranks(np.asarray([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]
