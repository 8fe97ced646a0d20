"""Analyses of sweeps whose answers are worked out by hand, of sweeps that have too little, and of luck alone."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from sweep_tables import ALTRUISM, LATIN, PRIMARY, RANGES, RATE, SPEED, Cell, drawn, noise, paired_cells, tabled
from sweeps import study

import vbp_agents as vbp
from vbp_agents.analysis.acceptability import best_shares
from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.boxes import boxes, luck_of_boxes
from vbp_agents.analysis.luck import UNTOLD, agreeing, student
from vbp_agents.analysis.pareto import unbeaten
from vbp_agents.analysis.sheet import LIGHT
from vbp_agents.errors import WrongInput
from vbp_agents.presentation.drawing import drawing

pytest.importorskip("SALib")
pytest.importorskip("sklearn")
GRID = {"kind": "grid"}
TWO = {SPEED: [0.1, 0.5]}
PNG, SVG = b"\x89PNG", b"<?xml"


def by_point(costs: Mapping[float, list[float]], base: list[float]) -> Cell:
    """Capitation's costs by the speed and replicate, the baseline's by replicate."""

    def cell(values: Mapping[str, Any], name: str, replicate: int) -> dict[str, float | None]:
        own = costs[float(values[SPEED])] if name == "capitation" else base
        return {"cost_per_capita": own[replicate - 1], "qalys_per_1000": 700.0}

    return cell


def test_paired_differences_by_hand() -> None:
    """Differences 10, 20, 30 and 30, 40, 50: the means of replicates 20, 30, 40, so 30 +- 4.303 x 10 / sqrt(3)."""
    base = [1_000.0, 1_100.0, 1_200.0]
    costs = {0.1: [1_010.0, 1_120.0, 1_230.0], 0.5: [1_030.0, 1_140.0, 1_250.0]}
    found = vbp.paired_differences(tabled(drawn(GRID, uncertainties=TWO), by_point(costs, base), 3))
    row = found.frame.iloc[0]
    assert (row["difference"], row["lowest"], row["highest"]) == (30.0, 20.0, 40.0)
    assert (row["low"], row["high"]) == pytest.approx((30 - 4.302653 * 10 / 3**0.5, 30 + 4.302653 * 10 / 3**0.5))
    # variance of the own 110^2, of the baseline 100^2, of the difference 10^2
    assert row["pairing"] == pytest.approx((110**2 + 100**2) / 10**2)
    assert row["verdict"] == "higher"
    assert "higher under capitation than under fee for service" in found.sentence
    assert "221.0 times as many runs" in found.sentence


def test_an_interval_that_holds_zero_is_luck_s() -> None:
    costs = {speed: [990.0, 1_120.0, 1_195.0] for speed in (0.1, 0.5)}
    found = vbp.paired_differences(
        tabled(drawn(GRID, uncertainties=TWO), by_point(costs, [1_000.0, 1_100.0, 1_200.0]), 3)
    )
    assert found.frame["verdict"].tolist() == [UNTOLD]
    assert UNTOLD in found.sentence
    assert "higher" not in found.sentence


@pytest.mark.parametrize(("replicates", "said"), [(1, "one draw of luck"), (2, "2 draws of luck")])
def test_few_replicates_are_draws_of_luck(replicates: int, said: str) -> None:
    for found in vbp.analyses(tabled(drawn(LATIN), paired_cells(lambda v: 50 * float(v[SPEED]), 1.0), replicates)):
        if found.outcome == "cost_per_capita":
            assert said in found.sentence, found.name
            assert UNTOLD not in found.sentence


@pytest.mark.parametrize("analysis", [vbp.paired_differences, vbp.main_effects, vbp.tornado])
def test_one_draw_of_luck_is_drawn_as_no_effect(analysis: Callable[..., Analysis]) -> None:
    for replicates, drawn_marks in ((1, False), (3, True)):
        found = analysis(tabled(drawn(LATIN), paired_cells(lambda v: 50 * float(v[SPEED]), 1.0), replicates))
        with drawing():
            (axes,) = found.draw(LIGHT).axes
        assert bool([*axes.lines, *axes.patches]) == drawn_marks


def test_a_scenario_with_too_few_runs_is_not_called_the_same() -> None:
    """Capitation has one replicate, the other contract three: nothing is said of the first but that."""

    def cell(values: Mapping[str, Any], name: str, replicate: int) -> dict[str, float | None]:
        lacks = name == "capitation" and replicate > 1
        return {} if lacks else {"cost_per_capita": 1_000.0 + replicate * (name != "fee_for_service")}

    asked = drawn(GRID, scenarios=["capitation", "global_budget"], uncertainties=TWO, outcomes=["cost_per_capita"])
    found = vbp.robustness(tabled(asked, cell, 3))
    assert "capitation has too few replicates; global budget is clearly lower at 0" in found.sentence
    alone = vbp.robustness(tabled(asked, lambda v, n, r: cell(v, "capitation", r), 3))
    assert alone.sentence == "one draw of luck; three are needed to tell at any point."


def test_a_map_without_a_replicate_that_is_whole_says_so() -> None:
    """Of each pair of values one point has the first replicate alone, the other the second."""

    def cell(values: Mapping[str, Any], name: str, replicate: int) -> dict[str, float | None]:
        return {"cost_per_capita": 1.0} if (replicate == 1) == (values[PRIMARY] == 1.0) else {}

    asked = drawn(GRID, uncertainties={SPEED: [0.1, 0.5], ALTRUISM: [0.5, 1.0], PRIMARY: [1.0, 2.0]})
    found = vbp.response_surface(tabled(asked, cell, 2))
    assert not found.answered
    assert found.sentence == "No replicate has a number at all points of a pair of values."


def test_a_factor_that_is_no_number_has_its_values_named() -> None:
    asked = drawn(GRID, uncertainties={"behavior.name": ["profit_and_benefit", "target_income"], **TWO})
    cell = paired_cells(lambda v: 10.0 if v["behavior.name"] == "target_income" else 0.0)
    frame = vbp.main_effects(tabled(asked, cell)).frame
    assert frame[["low_end", "high_end"]].iloc[0].tolist() == ["profit and benefit", "target income"]
    assert frame["effect"].tolist() == pytest.approx([10.0, 0.0, 0.0])


def test_robustness_and_regret_by_hand() -> None:
    """At the first point capitation costs 10 less in each replicate, at the second 30 more: regrets of 30 and 10 at
    worst, 15 and 5 on average."""
    costs = {0.1: [990.0, 1_090.0, 1_190.0], 0.5: [1_030.0, 1_130.0, 1_230.0]}
    sweep = tabled(drawn(GRID, uncertainties=TWO), by_point(costs, [1_000.0, 1_100.0, 1_200.0]), 3)
    row = vbp.robustness(sweep).frame.iloc[0]
    assert row[["points", "lower", "higher", "untold", "same", "same_sign"]].tolist() == [2, 1, 1, 0, 0, 0.5]
    found = vbp.regret(sweep).frame.set_index("scenario")
    assert found["most"].to_dict() == {"capitation": 30.0, "fee_for_service": 10.0}
    assert found["mean"].to_dict() == {"capitation": 15.0, "fee_for_service": 5.0}
    assert found["minimax_in_draws"].to_dict() == {"capitation": 0.0, "fee_for_service": 1.0}


def test_the_front_of_points_by_hand() -> None:
    """(1, 5) and (3, 1) are beaten by none; (2, 5) by the first, (4, 4) by the second; twins do not beat each other."""
    assert unbeaten(np.asarray([[1.0, 5.0], [2.0, 5.0], [3.0, 1.0], [4.0, 4.0], [3.0, 1.0]])).tolist() == [
        *(True, False, True, False, True)
    ]


def test_options_are_scenarios_with_their_levers() -> None:
    """Of 3 rates and 2 speeds each rate is an option, the mean over speeds; capitation and fees have no lever here."""

    def cell(values: Mapping[str, Any], name: str, replicate: int) -> dict[str, float | None]:
        more = 100 * float(values[RATE]) if name == "mssp_enhanced" else 0.0
        speed = float(values["behavior.speed"])
        return {
            "cost_per_capita": 1_000 + replicate - more + 100 * speed * (name == "mssp_enhanced"),
            "qalys_per_1000": 7.0,
        }

    frame = vbp.pareto_front(tabled(study(), cell, 3)).frame
    assert len(frame) == 5
    own = frame[frame["scenario"] == "mssp_enhanced"]
    assert own["levers"].tolist() == ["sharing rate 0.5", "sharing rate 0.625", "sharing rate 0.75"]
    assert own["cost_per_capita"].tolist() == pytest.approx([-50 + 9, -62.5 + 9, -75 + 9])
    assert frame["on_front"].tolist() == [False, False, True, False, False]
    assert frame["in_draws"].tolist() == [0, 0, 1, 0, 0]


def test_who_is_the_best_buy_by_hand() -> None:
    """One case for 100 more and 0.002 QALYs: worth it above 50,000. The other costs less and gives more. Even ones
    share."""
    cost, qalys = np.asarray([[100.0, -10.0], [0.0, 0.0]]), np.asarray([[0.002, 0.001], [0.0, 0.0]])
    assert best_shares(cost, qalys, 40_000).tolist() == [0.5, 0.5]
    assert best_shares(cost, qalys, 60_000).tolist() == [1.0, 0.0]
    assert best_shares(cost * 0, qalys * 0, 60_000).tolist() == [0.5, 0.5]


def value_cells(values: Mapping[str, Any], name: str, replicate: int) -> dict[str, float | None]:
    """Capitation costs 40, 50, 60 more at the low speed and 20 more than that at the high one, for 1 QALY per 1,000."""
    more = 30 + 10 * replicate + 50 * (float(values[SPEED]) - 0.1) if name == "capitation" else 0.0
    return {"cost_per_capita": 1_000.0 * replicate + more, "qalys_per_1000": 700.0 + (name == "capitation")}


def test_value_for_money_of_a_sweep() -> None:
    """On average 60 more for 0.001 QALYs: $60,000 a QALY; at $50,000 no draw's benefit is positive, at $65,000 that of
    two of three draws (50, 60, 70)."""
    sweep = tabled(drawn(GRID, uncertainties=TWO), value_cells, 3)
    found = vbp.cost_effectiveness_frontier(sweep).frame.set_index("scenario")
    assert found.loc["capitation", "icer"] == pytest.approx(60_000)
    plane = vbp.cost_effectiveness_plane(sweep).frame
    assert plane.loc[0, "verdict"] == "more health for more"
    assert plane.loc[plane["point"] > 0, "cost"].tolist() == pytest.approx([50, 70])
    curve = vbp.acceptability_curve(sweep).frame
    own = curve[(curve["scenario"] == "capitation")].set_index(["of", "worth"])["share"]
    assert own["draws of luck", 65_000] == pytest.approx(2 / 3)
    assert own["draws of luck", 45_000] == 0
    assert own["points", 65_000] == 0.5


def test_known_boxes_are_found() -> None:
    """Of interest where the speed is above 0.35 and altruism below 0.9: one box, with most of them and little else."""

    def effect(values: Mapping[str, Any]) -> float:
        return -10.0 if float(values[SPEED]) > 0.35 and float(values[ALTRUISM]) < 0.9 else 10.0

    sweep = tabled(drawn(LATIN | {"points": 200}), paired_cells(effect, 0.1))
    found = vbp.scenario_discovery(sweep)
    best = found.frame[found.frame["box"] == 1].set_index("factor")
    assert set(best.index) == {SPEED, ALTRUISM}
    assert best.loc[SPEED, "from"] == pytest.approx(0.35, abs=0.02)
    assert best.loc[ALTRUISM, "to"] == pytest.approx(0.9, abs=0.05)
    table = sweep.experiments.drop_duplicates("point")
    inside = (table[SPEED] > best.loc[SPEED, "from"]) & (table[ALTRUISM] < best.loc[ALTRUISM, "to"])
    wanted = (table[SPEED] > 0.35) & (table[ALTRUISM] < 0.9)
    assert best["coverage"].iloc[0] == pytest.approx((inside & wanted).sum() / wanted.sum())
    assert best["density"].iloc[0] == pytest.approx((inside & wanted).sum() / inside.sum())
    assert found.frame.attrs["chance"] == 0.01
    assert "(coverage)" in found.sentence


def test_boxes_of_shuffled_points_are_luck_s() -> None:
    draw = np.random.default_rng(4)
    points, labels = draw.random((100, 4)), draw.random(100) < 0.4
    found = boxes(points, labels)
    assert not found or luck_of_boxes(points, labels, found[0].quality) > 0.05


def test_too_few_points_of_interest_are_said() -> None:
    everywhere = vbp.scenario_discovery(tabled(drawn(LATIN), paired_cells(lambda v: -10.0, 0.1)))
    assert not everywhere.answered
    assert "60 of 60 points are clearly lower" in everywhere.sentence
    few = vbp.scenario_discovery(tabled(drawn(LATIN | {"points": 8}), paired_cells(lambda v: -10.0, 0.1)))
    assert "8 points" in few.sentence


NULL = 120
"""Sweeps in which nothing differs but by luck."""
MOST = 14
"""Of 120 at 5% more than 14 are called an effect in 1 of 1,000 tries (binomial)."""


def claimed(found: vbp.Analysis) -> bool:
    """Whether any row is called higher or lower."""
    return bool(found.frame["verdict"].isin(["lower", "higher"]).any())


@pytest.mark.parametrize("shared", [False, True])
def test_luck_alone_is_called_an_effect_in_at_most_five_of_a_hundred_sweeps(shared: bool) -> None:
    """Luck of every point's own, or of the replicate's own that acts through a factor."""
    claims = Counter[str]()
    for seed in range(NULL):
        draw = noise(seed)
        common = np.random.default_rng([seed, 7]).normal(size=10)

        def cell(values: Mapping[str, Any], name: str, replicate: int, common: Any = common, draw: Any = draw) -> Any:
            luck = common[replicate] * (1 + 3 * float(values[SPEED])) if shared else draw()
            return {"cost_per_capita": 100.0 + luck * (name == "capitation"), "qalys_per_1000": 1.0}

        grid = tabled(drawn(GRID, uncertainties={SPEED: [0.1, 0.3], ALTRUISM: [0.5, 1.5]}), cell, 4)
        claims["paired"] += claimed(vbp.paired_differences(grid))
        claims["grid"] += claimed(vbp.main_effects(grid))
        line = tabled(drawn(LATIN | {"points": 12}), cell, 4)
        claims["line"] += claimed(vbp.tornado(line))
        steps = tabled(drawn({"kind": "morris", "trajectories": 4}), cell, 4)
        claims["steps"] += bool(vbp.morris(steps).frame["matters"].any())
    assert all(count <= MOST for count in claims.values()), claims


@pytest.mark.parametrize("replicates", [3, 5, 10])
@pytest.mark.parametrize("shared", [False, True])
def test_agreement_of_draws_keeps_its_level(replicates: int, shared: bool) -> None:
    """2,000 times luck alone, of each case or of the replicate: at most 5% and what chance adds (four sigmas)."""
    draw = np.random.default_rng(replicates)
    values = draw.normal(size=(2_000, 1 if shared else 32, replicates))
    rate = np.mean([agreeing(each[None])[0] for each in values])
    assert rate <= 0.05 + 4 * (0.05 * 0.95 / 2_000) ** 0.5


def test_what_raises_some_and_lowers_others_agrees() -> None:
    """Effects of 1 and -1 by turns, luck a tenth of that: neither mean nor mean size tells them from luck."""
    values = np.tile([1.0, -1.0], 8)[None, :, None] + 0.1 * np.random.default_rng(1).normal(size=(1, 16, 5))
    assert agreeing(values).tolist() == [True]
    assert agreeing(values[:, :, :2]).tolist() == [False]


def test_intervals_leave_out_what_is_missing() -> None:
    """1, 2, 3 with and without a missing fourth; a constant is exact; one number has none."""
    nothing = np.nan
    rows = np.asarray([[1, 2, 3, nothing], [5, 5, 5, 5], [1, *[nothing] * 3], [nothing] * 4])
    found = student(rows, claims=1)
    assert found.mean[:3].tolist() == [2, 5, 1]
    assert found.low[0] == pytest.approx(2 - 4.302653 / 3**0.5)
    assert (found.low[1], found.high[1], bool(found.clear[1])) == (5, 5, True)
    assert np.isnan([found.low[2], found.mean[3], found.low[3]]).all()
    assert not found.clear[2:].any()


DESIGNS = [GRID, LATIN | {"points": 12}, {"kind": "sobol", "points": 8}, {"kind": "morris", "trajectories": 3}]
POOR: dict[str, tuple[Cell, int]] = {
    "constant": (lambda values, name, replicate: {"cost_per_capita": 1.0, "qalys_per_1000": 2.0}, 4),
    "one replicate": (paired_cells(lambda v: float(v[SPEED]), 1.0), 1),
    "no number": (lambda values, name, replicate: {"cost_per_capita": None, "qalys_per_1000": None}, 3),
    "all failed": (lambda values, name, replicate: {}, 3),
    "one has none": (
        lambda values, name, replicate: {
            "cost_per_capita": None if name == "capitation" else float(replicate),
            "qalys_per_1000": 700.0,
        },
        3,
    ),
    "every other is missing": (
        lambda values, name, replicate: {
            "cost_per_capita": 100.0 * float(values[SPEED]) + replicate
            if (replicate + int(1e6 * values[SPEED])) % 2
            else None,
            "qalys_per_1000": 700.0 + replicate * float(values[SPEED]),
        },
        6,
    ),
}


@pytest.mark.parametrize("poor", POOR)
@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: str(design["kind"]))
def test_what_a_sweep_cannot_answer_is_said(design: Mapping[str, Any], poor: str) -> None:
    """Nothing raises or warns; each has a sentence; a picture is there, of words where there is no answer."""
    cell, replicates = POOR[poor]
    ranges = {SPEED: [0.1, 0.3, 0.5], ALTRUISM: [0.5, 1.5]} if design == GRID else RANGES
    found = vbp.analyses(tabled(drawn(design, uncertainties=ranges), cell, replicates))
    assert len({each.name for each in found}) == len(found) > 3
    for each in found:
        assert each.sentence.endswith(".")
        assert each.answered or each.frame.empty
        if each.outcome != "qalys_per_1000" and poor not in ("all failed", "one replicate"):
            assert each.svg().startswith(SVG)
        if poor in ("constant", "no number", "all failed", "one replicate"):
            for word in (
                " higher under",
                " lower under",
                "what matters is",
                "it rises with behavior",
                "clearly higher at 1",
            ):
                assert word not in each.sentence


@pytest.mark.parametrize(("changes", "kinds"), [
    ({"scenarios": ["fee_for_service"]},
     {"tornado", "prcc", "main_effects", "response_surface", "scenario_discovery", "pareto_front"}),
    ({"uncertainties": {SPEED: [0.1]}, "design": GRID},
     {"paired_differences", "tornado", "main_effects", "scenario_discovery", "pareto_front",
      "cost_effectiveness_frontier", "cost_effectiveness_plane", "acceptability_curve"}),
])  # fmt: skip
def test_a_design_has_what_applies_to_it(changes: dict[str, Any], kinds: set[str]) -> None:
    found = vbp.analyses(
        tabled(drawn(LATIN, **changes) if "design" not in changes else drawn(**changes), value_cells, 3)
    )
    assert {each.name.split("-")[0] for each in found} == kinds


def test_the_question_comes_first() -> None:
    found = vbp.analyses(tabled(drawn(LATIN), value_cells, 3))
    assert found[0].name == "paired_differences-cost_per_capita"


def test_pictures_are_the_same_bytes_whatever_matplotlib_is_told() -> None:
    found = vbp.analyses(tabled(drawn(LATIN), value_cells, 3))
    some = [each for each in found if each.outcome in ("", "cost_per_capita")]
    first = [(each.svg(), each.svg(dark=True)) for each in some]
    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30, "text.color": "blue"}):
        again = [(each.svg(), each.svg(dark=True)) for each in some]
    assert first == again
    assert all(light != dark for light, dark in first)
    assert b"<dc:date>" not in first[0][0]
    assert some[0].png().startswith(PNG)
    assert some[0].alt.startswith(some[0].title)


def test_dark_pictures_are_seen_through() -> None:
    """The first pixel of the dark one has no ink, of the light one it is white."""
    from io import BytesIO

    from matplotlib.image import imread

    found = vbp.paired_differences(tabled(drawn(GRID, uncertainties=TWO), value_cells, 3))
    assert imread(BytesIO(found.png(dark=True)))[0, 0, 3] == 0
    assert imread(BytesIO(found.png()))[0, 0].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(("call", "said"), [
    (lambda sweep: vbp.tornado(sweep, outcome="cost"), "no outcome 'cost' here; did you mean 'cost_per_capita'"),
    (lambda sweep: vbp.tornado(sweep, scenario="capitaton"), "did you mean 'capitation'"),
    (lambda sweep: vbp.paired_differences(sweep, scenarios=["fees"]), "no scenario 'fees'"),
    (lambda sweep: vbp.response_surface(sweep, x="behavior.sped"), "did you mean 'behavior.speed'"),
    (lambda sweep: vbp.pareto_front(sweep, outcomes=["cost_per_capita", "qalys"]), "did you mean 'qalys_per_1000'"),
])  # fmt: skip
def test_unknown_names_are_refused(call: Any, said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        call(tabled(drawn(LATIN | {"points": 4}), value_cells, 3))


def test_an_index_of_another_design_says_which_it_needs() -> None:
    grid = tabled(drawn(GRID, uncertainties={SPEED: [0.1, 0.5], PRIMARY: [1.0, 2.0]}), value_cells, 3)
    for analysis in (vbp.sobol, vbp.morris, vbp.prcc):
        found = analysis(grid)
        assert not found.answered
        assert "this one is a grid" in found.sentence
