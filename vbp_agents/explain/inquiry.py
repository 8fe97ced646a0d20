"""What `vbp explain` is asked, and its answer: the recorded run is lived again as far as it takes."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from vbp_agents import __version__
from vbp_agents.actors.provider_document import provider_document
from vbp_agents.actors.world import World
from vbp_agents.areas import build_region
from vbp_agents.errors import WrongInput
from vbp_agents.explain.consistency import check_recorded
from vbp_agents.explain.patient_document import patient_document
from vbp_agents.explain.replay import FollowedModel, PatientMonth, is_as_recorded, run_to
from vbp_agents.model import VbpModel
from vbp_agents.parameters import WARM_UP
from vbp_agents.study.clock import MonthsDone, Progress
from vbp_agents.study.recorded import Recorded, read_recorded
from vbp_agents.study.running import run_tasks
from vbp_agents.study.tasks import Result, RunFunction, Task
from vbp_agents.terms.scenario import Scenario

SCHEMA = 1


@dataclass(frozen=True)
class Inquiry:
    """A question to a results folder: about a practice or a patient, by number, at the end of or up to a month.

    ``scenario`` None: the first that is not the baseline. ``beside``: another scenario for the same patient; None: the
    baseline.
    """

    folder: Path
    provider: int | None
    patient: int | None
    month: int | None
    scenario: str | None
    beside: str | None
    replicate: int
    threads: int

    def checked(self) -> Recorded:
        """What the folder has to answer from. Raises WrongInput where it cannot, as far as that is known at once."""
        if (self.provider is None) == (self.patient is None):
            raise WrongInput("name one of --provider ID and --patient ID")
        if self.beside and self.patient is None:
            raise WrongInput("--beside shows a patient under another scenario: it goes with --patient")
        recorded = read_recorded(self.folder)
        recorded.check_version()
        recorded.seed(self.replicate)
        check_recorded(recorded)
        if not 1 <= self._last_month(recorded) <= recorded.months:
            raise WrongInput(f"{self.folder} has no month {self.month}; its runs have months 1 to {recorded.months}")
        self._check_provider(recorded)
        self._check_patient(recorded)
        return recorded

    def answered(self, recorded: Recorded, progress: Progress) -> dict[str, Any]:
        """The answer as other programs read it. Raises WrongInput where the patient was not there."""
        month = self._last_month(recorded)
        if self.provider is not None:
            return self._of_provider(recorded, self.provider, month, progress)
        return self._of_patient(recorded, int(self.patient or 0), month, progress)

    def _last_month(self, recorded: Recorded) -> int:
        return self.month if self.month is not None else recorded.months

    def _check_provider(self, recorded: Recorded) -> None:
        scenario = recorded.scenario(self.scenario)
        n = len(build_region(scenario.region, recorded.patients, recorded.seed(self.replicate)).practices)
        if self.provider is not None and self.provider >= n:
            raise WrongInput(f"{self.folder} has no provider {self.provider}; its practices are 0 to {n - 1}")

    def _check_patient(self, recorded: Recorded) -> None:
        """A place has a newcomer a month at most."""
        self._two(recorded)
        most = recorded.patients * (1 + WARM_UP + self._last_month(recorded)) - 1
        if self.patient is not None and self.patient > most:
            people = recorded.patients
            raise WrongInput(f"{self.folder} has no patient {self.patient}; {_numbered(people)}")

    def _of_provider(self, recorded: Recorded, practice: int, month: int, progress: Progress) -> dict[str, Any]:
        scenario = recorded.scenario(self.scenario)
        replay = partial(_replay_provider, practice=practice, month=month, recorded=recorded, replicate=self.replicate)
        answers = self._replayed(replay, recorded, [scenario], month, progress)
        return {**self._facts(recorded, scenario, month), "scenario": scenario.name, **answers[scenario.name]}

    def _of_patient(self, recorded: Recorded, patient: int, month: int, progress: Progress) -> dict[str, Any]:
        scenarios = self._two(recorded)
        replay = partial(_replay_patient, patient=patient, month=month, recorded=recorded, replicate=self.replicate)
        followed = self._replayed(replay, recorded, scenarios, month, progress)
        if not any(run.story for run in followed.values()):
            raise _not_there(followed[scenarios[-1].name].in_its_place, recorded.patients, patient, month)
        return {
            **self._facts(recorded, scenarios[0], month),
            "patient": patient,
            "people": recorded.patients,
            "replayed_exactly": all(run.exact for run in followed.values()),
            **patient_document({name: run.story for name, run in followed.items()}),
        }

    def _replayed(
        self, replay: RunFunction[Result], recorded: Recorded, scenarios: list[Scenario], month: int, progress: Progress
    ) -> dict[str, Result]:
        """What a function makes of the recorded runs of some scenarios, up to a month of theirs."""
        years = -(-month // 12)
        task = Task(replay, tuple(scenarios), recorded.patients, years, recorded.seed(self.replicate), self.replicate)
        [result] = run_tasks([task], self.threads, progress)
        return result.runs

    def _two(self, recorded: Recorded) -> list[Scenario]:
        """The scenario asked for, and the one beside it where the folder has another."""
        first = recorded.scenario(self.scenario)
        if self.beside:
            second = recorded.scenario(self.beside)
        else:
            others = [other for other in recorded.scenarios if other.name != first.name]
            second = next((other for other in others if other.name == recorded.baseline), next(iter(others), first))
        return [first] if second.name == first.name else [first, second]

    def _facts(self, recorded: Recorded, scenario: Scenario, month: int) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "version": __version__,
            "month": month,
            "replicate": self.replicate,
            "seed": recorded.seed(self.replicate),
            "behavior": scenario.behavior.name,
            "behavior_hash": scenario.behavior_hash,
        }


def _replay_provider(
    world: World,
    scenario: Scenario,
    years: int,
    progress: MonthsDone,
    threads: int,
    *,
    practice: int,
    month: int,
    recorded: Recorded,
    replicate: int,
) -> dict[str, Any]:
    """Live a run up to a month, and say what moved a practice's levers then."""
    model = VbpModel(world=world.copy(), studied=scenario, threads=threads)
    decided = run_to(month, model, progress)
    exact = is_as_recorded(recorded, scenario, replicate, model)
    return {"decided_in": decided, "replayed_exactly": exact, **provider_document(model, practice)}


@dataclass(frozen=True)
class FollowedRun:
    """A patient's months in a run, whether it was as recorded, and who had the patient's record in the end."""

    story: list[PatientMonth]
    exact: bool
    in_its_place: int


def _replay_patient(
    world: World,
    scenario: Scenario,
    years: int,
    progress: MonthsDone,
    threads: int,
    *,
    patient: int,
    month: int,
    recorded: Recorded,
    replicate: int,
) -> FollowedRun:
    """Live a run up to a month, and note every month of a patient."""
    people = len(world.patients)
    now = int(world.patients.id[patient % people])
    if not now <= patient <= now + month * people:
        raise _not_there(now, people, patient, month)
    model = FollowedModel(world=world.copy(), studied=scenario, threads=threads, patient=patient)
    run_to(month, model, progress)
    in_the_end = int(model.world.patients.id[patient % people])
    return FollowedRun(model.story, is_as_recorded(recorded, scenario, replicate, model), in_the_end)


def _not_there(now: int, people: int, patient: int, month: int) -> WrongInput:
    months = f"any of the months 1 to {month}" if month > 1 else "month 1"
    lived = f"patient {patient} was not there in {months}; patient {now} was, in its place"
    return WrongInput(f"{lived} ({_numbered(people)})")


def _numbered(people: int) -> str:
    """How patients are numbered."""
    return (
        f"those of the first day, {WARM_UP} months before month 1, are 0 to {people - 1}, "
        f"and who takes the place of one that died has its number plus {people}"
    )
