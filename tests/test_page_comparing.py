"""The page's comparison: the numbers of `vbp compare`, replicate by replicate, computed once for all visitors."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import vbp_agents as vbp
from vbp_agents.app import comparing
from vbp_agents.app.comparing import KEPT_RUNS, ComparisonSoFar, StudyAsked, collect
from vbp_agents.app.measured import Unwanted
from vbp_agents.app.question import PageQuestion, ScenarioChoice
from vbp_agents.app.runner import Job
from vbp_agents.errors import WrongInput
from vbp_agents.study.running import run_tasks
from vbp_agents.terms.scenario_file import find_scenario

DISCOUNT = "contracts.0.terms.discount"
QUESTION = PageQuestion(
    (
        ScenarioChoice("fee_for_service"),
        ScenarioChoice("capitation", {DISCOUNT: 0.07}),
        ScenarioChoice("pay_for_performance"),
    ),
    {"behavior.speed": 0.06},
    people=300,
    years=1,
    seed=5,
)
SAME: dict[str, Any] = {"patients": 300, "years": 1, "replicates": 3, "seed": 5}
SET = {"behavior.speed": 0.06, f"capitation:{DISCOUNT}": 0.07}
LONG = 60.0


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    KEPT_RUNS.clear()
    yield
    KEPT_RUNS.clear()


def run(asked: StudyAsked, count: int) -> Job[ComparisonSoFar]:
    """A job that has ended."""
    job: Job[ComparisonSoFar] = Job(lambda job: collect(asked, count, job), count, lambda: None)
    assert job.start().wait(LONG)
    return job


def test_its_numbers_are_those_of_the_same_comparison_to_the_last_digit() -> None:
    asked = StudyAsked.of(QUESTION, 10)
    job = run(asked, 3)
    assert isinstance(job.latest, ComparisonSoFar)
    ours = asked.comparison(job.latest.results)
    theirs = vbp.compare(["fee_for_service", "capitation", "pay_for_performance"], set=SET, **SAME)
    assert ours.document == theirs.document
    assert (ours.reading(), ours.remarks()) == (theirs.reading(), theirs.remarks())


def test_what_is_finished_is_there_for_the_next_visitor_and_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(StudyAsked.of(QUESTION, 10), 2).latest
    monkeypatch.setattr(comparing, "run_tasks", None)
    again = StudyAsked.of(QUESTION, 10)
    assert first is not None
    assert again.finished() == first.results
    assert run(again, 2).status == "stopped"  # nothing was left to do


def test_a_scenario_more_is_the_only_one_that_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run(StudyAsked.of(replace(QUESTION, choices=QUESTION.choices[:2]), 10), 1)
    lived: list[str] = []

    def noted(asked: Any, *rest: Any, **more: Any) -> Any:
        lived.extend(scenario.name for task in asked for scenario in task.scenarios)
        return run_tasks(asked, *rest, **more)

    monkeypatch.setattr(comparing, "run_tasks", noted)
    run(StudyAsked.of(QUESTION, 10), 1)
    assert lived == ["pay_for_performance"]


def test_more_replicates_leave_the_first_as_they_are() -> None:
    asked = StudyAsked.of(QUESTION, 10)
    two, three = run(asked, 2).latest, run(asked, 3).latest
    assert two is not None
    assert three is not None
    assert three.results[:2] == two.results
    assert [result.number for result in three.results] == [1, 2, 3]


def test_other_luck_people_or_years_are_other_replicates() -> None:
    run(StudyAsked.of(QUESTION, 10), 1)
    for other in (replace(QUESTION, seed=6), replace(QUESTION, people=400), replace(QUESTION, years=2)):
        assert StudyAsked.of(other, 10).finished() == ()


def test_what_nobody_wants_ends_within_a_month_and_keeps_what_is_finished() -> None:
    asked = StudyAsked.of(QUESTION, 10)

    def kept() -> list[str]:
        return [name for name, hash in asked.hashes.items() if KEPT_RUNS.find((hash, 300, 1, 5)) is not None]

    told: list[list[str]] = []

    def wanted() -> bool:
        told.append(kept())
        return not told[-1]

    with pytest.raises(Unwanted):
        asked.replicate(1, wanted)
    assert kept() == ["fee_for_service"]
    assert told.count(["fee_for_service"]) == 1


def test_one_behavior_is_for_all_scenarios() -> None:
    asked = PageQuestion((ScenarioChoice("fee_for_service"), ScenarioChoice("owner_practice"))).asked()
    theirs = find_scenario("owner_practice").behavior
    assert [scenario.behavior for scenario in asked.scenarios] == [theirs, theirs]
    assert "owner_practice" in asked.behavior_from


def test_the_behavior_of_an_uploaded_scenario_is_for_all() -> None:
    mine = find_scenario("capitation").with_values({"behavior.speed": 0.06}, name="mine")
    scenarios = PageQuestion((ScenarioChoice("fee_for_service"), ScenarioChoice("mine", {}, mine))).scenarios()
    assert [scenario.behavior.speed for scenario in scenarios] == [0.06, 0.06]
    assert scenarios[0].title == "Fee for service"


def test_a_behavior_of_one_scenario_alone_is_refused() -> None:
    question = PageQuestion((ScenarioChoice("fee_for_service"), ScenarioChoice("capitation", {"behavior.speed": 0.06})))
    with pytest.raises(WrongInput, match="a comparison has one behavior"):
        question.scenarios()
