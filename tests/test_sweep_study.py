"""A study's file: what it means, and one message for each thing that is wrong with it."""

from pathlib import Path
from typing import Any

import pytest
from sweeps import RATE, STUDY, study

from vbp_agents.errors import WrongInput
from vbp_agents.metrics import METRICS
from vbp_agents.study.tasks import replicate_seed
from vbp_agents.sweeps.assumptions import assumptions
from vbp_agents.sweeps.conditions import condition
from vbp_agents.sweeps.designs import design_points
from vbp_agents.sweeps.plan import planned, unpacked_scenario
from vbp_agents.sweeps.study import Study, read_study
from vbp_agents.terms.scenario_file import find_scenario

LATIN = {"kind": "latin_hypercube", "points": 8, "seed": 3}


def read(folder: Path, text: str) -> Study:
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.yaml")


def test_a_file_and_python_say_the_same(tmp_path: Path) -> None:
    assert read(tmp_path, STUDY).hash == study().hash
    assert read(tmp_path, STUDY.replace("A trial", "Another title")).hash == study().hash
    assert study(seed=2).hash != study().hash
    assert study(outcomes=["cost_per_capita"]).hash != study().hash


def test_what_is_resolved_is_a_study_that_says_the_same() -> None:
    found = study(design=LATIN, uncertainties={"behavior.speed": None, "care.rate.primary": {"from": 1, "to": 1.5}})
    again = Study(**found.resolved())
    assert again.resolved() == found.resolved()
    assert again.hash == found.hash
    assert found.resolved()["uncertainties"]["behavior.speed"] == {"from": 0.001, "to": 1.0}


def test_a_grid_has_every_value_with_every_other() -> None:
    found = list(design_points(study().document.design, study().varied))
    assert [(point[RATE], point["behavior.speed"]) for point in found] == [
        *((0.5, 0.06), (0.5, 0.12), (0.625, 0.06), (0.625, 0.12), (0.75, 0.06), (0.75, 0.12))
    ]


def test_a_list_takes_the_first_of_each_and_then_the_second() -> None:
    found = study(levers={RATE: [0.5, 0.7]}, design={"kind": "list"})
    assert [tuple(p.values()) for p in design_points(found.document.design, found.varied)] == [(0.5, 0.06), (0.7, 0.12)]


def test_a_latin_hypercube_has_one_point_in_each_slice_and_follows_its_seed() -> None:
    def drawn(seed: int) -> list[dict[str, Any]]:
        ranges = {"behavior.speed": {"from": 0.1, "to": 0.5}, "care.rate.primary": {"from": 1.0, "to": 3.0}}
        found = study(levers={}, uncertainties=ranges, design=LATIN | {"seed": seed})
        return list(design_points(found.document.design, found.varied))

    first = drawn(3)
    assert sorted(int((p["behavior.speed"] - 0.1) / 0.4 * 8) for p in first) == list(range(8))
    assert sorted(int((p["care.rate.primary"] - 1.0) / 2.0 * 8) for p in first) == list(range(8))
    assert drawn(3) == first != drawn(4)


@pytest.mark.parametrize(("design", "count"), [("sobol", 8 * (2 + 2)), ("morris", 4 * (2 + 1))])
def test_designs_of_salib_have_the_points_that_their_indices_need(design: str, count: int) -> None:
    """Saltelli: N (d + 2) points without second order; Morris: r (d + 1)."""
    pytest.importorskip("SALib")
    how = {"points": 8} if design == "sobol" else {"trajectories": 4}
    ranges = {"behavior.speed": {"from": 0.1, "to": 0.5}, "care.rate.primary": {"from": 1.0, "to": 3.0}}
    found = study(levers={}, uncertainties=ranges, design={"kind": design, **how})
    drawn = list(design_points(found.document.design, found.varied))
    assert len(drawn) == count
    assert drawn == list(design_points(found.document.design, found.varied))
    assert all(0.1 <= p["behavior.speed"] <= 0.5 and 1.0 <= p["care.rate.primary"] <= 3.0 for p in drawn)


def test_the_logarithm_and_whole_numbers() -> None:
    """Half-way from 0.01 to 1 in the logarithm is 0.1; of 0 to 3 months each has a quarter."""
    found = study(
        levers={"mssp_enhanced:contracts.0.terms.settlement_lag": {"from": 0, "to": 3}},
        uncertainties={"behavior.speed": {"from": 0.01, "to": 1, "scale": "log"}},
        design=LATIN,
    )
    lag, speed = found.varied
    assert [lag.at(u) for u in (0.0, 0.24, 0.26, 0.74, 0.76, 1.0)] == [0, 0, 1, 2, 3, 3]
    assert [speed.at(u) for u in (0.0, 0.5, 1.0)] == [0.01, 0.1, 1.0]


def test_levers_are_set_where_they_are_and_uncertainties_everywhere() -> None:
    plan = planned(study(), "model")
    at = {(spot.point, spot.scenario): unpacked_scenario(plan.packed[spot.content]) for spot in plan.spots}
    assert len(plan.points) == 6
    assert len(at) == 18
    assert [at[n, "mssp_enhanced"].contracts[0].terms["sharing_rate"] for n in (1, 3, 5)] == [0.5, 0.625, 0.75]
    for name in ("fee_for_service", "mssp_enhanced", "capitation"):
        assert [at[n, name].behavior.speed for n in (1, 2)] == [0.06, 0.12]
        assert at[1, name].name == name
    assert at[1, "fee_for_service"].hash == at[5, "fee_for_service"].hash


def test_a_lever_without_a_name_is_set_in_the_baseline_too() -> None:
    """Another size of ACOs is another world: a difference between two worlds would not be the money's."""
    plan = planned(study(levers={"region.people_per_area": [10_000, 20_000]}, uncertainties={}), "model")
    assert {spot.scenario for spot in plan.spots} == {"fee_for_service", "mssp_enhanced", "capitation"}
    assert len({spot.world for spot in plan.spots}) == 2
    assert {len({s.world for s in plan.spots if s.point == n}) for n in (1, 2)} == {1}


def test_every_point_and_scenario_meets_the_same_luck_and_runs_are_counted_once() -> None:
    """Common random numbers over the whole design: as many seeds as replicates, and more go on with the sequence."""
    plan = planned(study(), "model")
    two, three = list(plan.runs(2)), list(plan.runs(3))
    assert len(two) == len({run.run for run in two}) == (3 + 1 + 1) * 2 * 2
    assert len({run.seed for run in two}) == 2
    assert three[: len(two)] == two
    assert plan.worlds(2) == 2


def test_points_may_have_luck_of_their_own() -> None:
    """Six points, two replicates: twelve draws, each for all scenarios of a point, none of them the shared ones."""
    own = study(design={"kind": "grid", "luck": "own"})
    plan = planned(own, "model")
    seeds = [[plan.seed(point, number) for number in (1, 2)] for point in range(1, 7)]
    assert len({seed for point in seeds for seed in point}) == 12
    assert seeds[1][0] == replicate_seed(1, 1_002)
    assert seeds[1][1] == replicate_seed(seeds[1][0], 2)
    assert {run.seed for run in plan.runs(2)} == {seed for point in seeds for seed in point}
    assert len(list(plan.runs(2))) == 6 * 3 * 2
    assert plan.worlds(2) == 12
    assert own.resolved()["design"]["luck"] == "own"
    assert own.hash != study().hash
    with pytest.raises(WrongInput, match="luck"):
        study(design={"kind": "grid", "luck": "shared"})


def test_where_excludes_points() -> None:
    found = study(where=[f"{RATE} <= 0.7", "2 * behavior.speed < 0.2"])
    plan = planned(found, "model")
    assert [(p[RATE], p["behavior.speed"]) for p in plan.points] == [(0.5, 0.06), (0.625, 0.06)]
    assert plan.left_out == 4


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a.b < 2", True),
        ("a.b >= 2", False),
        ("a.b<=c.0.d", True),
        ("10 * a.b == c.0.d", True),
        ("c.0.d != 1e1", False),
    ],
)
def test_conditions(text: str, holds: bool) -> None:
    assert condition(text, ["a.b", "c.0.d"]).holds({"a.b": 1, "c.0.d": 10}) is holds


def test_points_that_cannot_be_are_found_before_anything_runs() -> None:
    low, high = (f"mssp_enhanced:contracts.0.terms.loss_rate_{end}" for end in ("low", "high"))
    levers = {low: [0.3, 0.6], high: [0.5, 0.75]}
    with pytest.raises(WrongInput, match=r"1 of 8 points|2 of 8 points") as error:
        planned(study(levers=levers), "model")
    assert "make loss_rate_high the larger one" in str(error.value)
    assert "exclude them by `where`" in str(error.value)
    assert len(planned(study(levers=levers, where=[f"{low} <= {high}"]), "model").points) == 6


def test_everything_marked_assumption_is_one_word() -> None:
    found = study(uncertainties="assumptions", design=LATIN).resolved()["uncertainties"]
    assert found["behavior.speed"] == {"from": 0.001, "to": 1.0}
    assert "care.coordination_cost.k0" in found
    tops = {path.split(".")[0] for path in found}
    assert tops == {"region", "population", "care", "behavior"}
    assert not {"region.people_per_area", "region.referral_list", "measurement.noise", "behavior.risk_premium"} & set(
        found
    )
    assert "care.fixed_cost.care_management" not in found
    assert "care.price.primary" not in found
    own = study(uncertainties={"assumptions": None, "behavior.speed": [0.06, 0.12]}, design=LATIN).resolved()
    assert own["uncertainties"]["behavior.speed"] == [0.06, 0.12]
    assert own["uncertainties"].keys() == found.keys()


def test_sizes_and_counts_are_no_assumptions_to_vary() -> None:
    """How large each ACO is, how many practices are in none: another world, of which a study asks by its path."""
    usual = find_scenario("mssp_enhanced")
    marked = [number.path for number in usual.numbers() if "assumption" in number.source]
    assert {"region.holders.0.size", "region.holders.2.size", "region.outside_share"} <= set(marked)
    found = assumptions([usual])
    assert [path for path in found if path.startswith(("region.holders", "region.outside"))] == []
    assert {"region.altruism_median", "region.referral_distance"} <= set(found)
    asked = study(uncertainties={"assumptions": None, "region.holders.0.size": [1, 2]}, design=LATIN).resolved()
    assert asked["uncertainties"]["region.holders.0.size"] == [1.0, 2.0]


def test_what_cannot_matter_is_no_assumption_to_vary() -> None:
    """Nobody steers: what steering costs is neither here nor there."""
    usual = find_scenario("mssp_enhanced")
    without = usual.with_values({"behavior.levers": ["intensity"]}, "quiet")
    assert "behavior.steering_cost" in assumptions([usual])
    assert "behavior.steering_cost" not in assumptions([without])
    assert "behavior.speed" in assumptions([without])


LINES = STUDY.splitlines()
METRIC_COUNT = len(METRICS)
BAD = {
    "no scenarios": (LINES[1], "", "scenarios: is missing"),
    "unknown scenario": (
        "capitation]",
        "capitaton]",
        "2:12: scenarios: there is no scenario 'capitaton'; did you mean 'capitation'?",
    ),
    "unknown key": ("years: 1", "yaers: 1", "11:1: yaers: unknown name 'yaers'; allowed title"),
    "unknown path": ("behavior.speed", "behavior.sped", "6:3: uncertainties.behavior.sped: unknown name 'sped'"),
    "what was meant": ("behavior.speed", "behavior.sped", "did you mean 'behavior.speed'?"),
    "unknown term": ("terms.sharing_rate", "terms.shaving_rate", "did you mean 'contracts.0.terms.sharing_rate'?"),
    "no such scenario of a lever": ("mssp_enhanced:", "mssp:", "there is no scenario 'mssp' here"),
    "unknown outcome": (
        "[cost_per_capita,",
        "[cost_per_head,",
        f"there is no metric 'cost_per_head'; `vbp list` lists all {METRIC_COUNT}",
    ),
    "no outcome": ("[cost_per_capita, qalys_per_1000]", "[]", "7:11: outcomes: is empty; write at least 1"),
    "a behavior as a lever": (
        f"  {RATE}: ",
        "  behavior.drift: ",
        "4:3: levers.behavior.drift: how providers behave is no lever",
    ),
    "a contract as an uncertainty": ("behavior.speed", "contracts.0.share", "is policy and no uncertainty"),
    "out of the own range": ("to: 0.75", "to: 1.5", "1.5 is out of the parameter's own range; allowed 0 to 1"),
    "a value out of range": (
        "[0.06, 0.12]",
        "[0.06, 12]",
        "behavior.speed.1: 12 is out of the parameter's own range; allowed 0.001 to 1",
    ),
    "backwards": ("from: 0.5, to: 0.75", "from: 0.75, to: 0.5", "goes from 0.75 to 0.5; make `to` the larger one"),
    "no logarithm": ("from: 0.5,", "from: 0, scale: log,", "begins at 0, which has no logarithm"),
    "one value": ("[0.06, 0.12]", "0.06", "0.06 is one value and nothing varies"),
    "no value": ("[0.06, 0.12]", "[]", "is empty; write one value at least"),
    "the same value twice": ("[0.06, 0.12]", "[0.06, 0.06]", "0.06 stands here twice"),
    "a section": ("behavior.speed", "care.rate", "is no single value; vary one of primary, specialist"),
    "a grid without values": (
        "[0.06, 0.12]",
        "{from: 0.06, to: 0.12}",
        "a grid needs values: write a list of them, or `steps: N`",
    ),
    "a list of unequal length": ("kind: grid", "kind: list", "behavior.speed has 2"),
    "an unknown design": ("kind: grid", "kind: gird", "8:16: design.kind: 'gird' is not known; allowed grid, list"),
    "how many points": ("kind: grid", "kind: latin_hypercube", "a latin_hypercube design needs `points: N`"),
    "points of a grid": (
        "kind: grid",
        "kind: grid, points: 4",
        "a grid design has none: how many follows from the values",
    ),
    "no power of two": (
        "kind: grid",
        "kind: sobol, points: 12",
        "12 is no power of two, which Sobol' sequences are balanced at; write 8 or 16",
    ),
    "nothing varied": ("\n".join(LINES[2:6]), "", "design: nothing is varied: name levers or uncertainties"),
    "too few people": ("patients: 100", "patients: 10", "10 is out of range; allowed 100 to 1e+08"),
    "no replicates": ("replicates: 2", "replicates: 0", "replicates: 0 is out of range; allowed 1 to 10,000"),
    "a rule without an outcome": (
        "replicates: 2",
        "replicates: {until: {outcome: cost, scenario: capitation, half_width: 1}, check: [2]}",
        "there is no metric 'cost'",
    ),
    "a rule about the baseline": (
        "replicates: 2",
        "replicates: {until: {outcome: cost_per_capita, scenario: fee_for_service, half_width: 1}, check: [2]}",
        "is none of the scenarios that differ from the baseline",
    ),
    "a rule that begins with one": (
        "replicates: 2",
        "replicates: {until: {outcome: cost_per_capita, scenario: capitation, half_width: 1}, check: [1, 2]}",
        "1 replicate has no interval",
    ),
    "where it is no comparison": (
        "years: 1",
        "years: 1\nwhere: [behavior.speed]",
        "'behavior.speed' is no comparison; write `PATH <= PATH`",
    ),
    "where it is code": ("years: 1", "years: 1\nwhere: ['__import__(1) < 2']", "is no path and no number"),
    "where another path is": ("years: 1", "years: 1\nwhere: [behavior.sped < 1]", "did you mean 'behavior.speed'?"),
    "where every point is needed": (
        "kind: grid}",
        "kind: sobol, points: 8}\nwhere: [behavior.speed < 1]",
        "a sobol design needs every point",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_file_gets_one_message_with_its_place(name: str, tmp_path: Path) -> None:
    before, after, said = BAD[name]
    assert before in STUDY
    with pytest.raises(WrongInput) as error:
        read(tmp_path, STUDY.replace(before, after))
    line, *more = str(error.value).splitlines()
    assert not [other for other in more if not other.startswith("Scenarios: ")]
    assert line.startswith(f"{tmp_path / 'study.yaml'}:")
    assert said in line


def test_overlapping_levers() -> None:
    with pytest.raises(
        WrongInput, match=r"sets the same value as mssp_enhanced:contracts\.0\.terms\.sharing_rate; vary it"
    ):
        study(levers={RATE: [0.5, 0.6], "contracts.*.terms.sharing_rate": [0.5, 0.6]})


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(WrongInput) as error:
        read(tmp_path, STUDY.replace("behavior.speed", "behavior.sped").replace("to: 0.75", "to: 1.5"))
    lines = str(error.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{tmp_path}/study.yaml:{place}" for place in ("4:61", "6:3")]


def test_where_leaves_nothing() -> None:
    with pytest.raises(WrongInput, match="`where` leaves none of 6 points"):
        planned(study(where=["behavior.speed > 1"]), "model")


def test_scenarios_that_are_files_are_sought_beside_the_study(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: mssp_enhanced\nvalues: {behavior.speed: 0.085}\n")
    found = read(tmp_path, STUDY.replace("capitation]", "mine.yaml]"))
    assert [scenario.name for scenario in found.scenarios] == ["fee_for_service", "mssp_enhanced", "mine"]
