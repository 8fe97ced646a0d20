"""What `vbp explain` is asked, and its answer: the recorded run is lived again as far as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbp_agents import __version__
from vbp_agents.actors.state import WARM_UP, State
from vbp_agents.errors import WrongInput
from vbp_agents.explain.consistency import check_tables
from vbp_agents.explain.patient_story import patient_document, patient_table, patient_words
from vbp_agents.explain.provider_story import provider_document, provider_table, provider_words
from vbp_agents.explain.recorded import Recorded, read_recorded
from vbp_agents.explain.replay import FollowedModel, is_as_recorded, lived_to, world_of
from vbp_agents.files import check_numbers
from vbp_agents.model import VbpModel
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import each, progress, write
from vbp_agents.presentation.terminal import note, show
from vbp_agents.regime_file import load_regime_file
from vbp_agents.region import build_region
from vbp_agents.reports.comparison import to_json
from vbp_agents.runs.replicate import Clock, Progress
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from rich.table import Table

SCHEMA = 1
NOT_EXACT = (
    "the months differ from those in the folder: it was made by another version, or on another kind of machine, "
    "or changed since"
)


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
        recorded.seed(self.replicate)
        check_tables(recorded)
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
        clock = Clock(WARM_UP + month, progress)
        state = world_of(recorded, scenario, self.replicate, self.threads, clock.of_run())
        model = VbpModel(state=state, terms=scenario, threads=self.threads)
        decided = lived_to(month, model, clock.of_run())
        return {
            **self._facts(recorded, scenario, month),
            "scenario": scenario.name,
            "decided_in": decided,
            "replayed_exactly": is_as_recorded(recorded, scenario, self.replicate, model),
            **provider_document(model, practice),
        }

    def _of_patient(self, recorded: Recorded, patient: int, month: int, progress: Progress) -> dict[str, Any]:
        scenarios = self._two(recorded)
        worlds = {scenario.world_hash for scenario in scenarios}
        clock = Clock(len(worlds) * WARM_UP + len(scenarios) * month, progress)
        born: dict[str, State] = {}
        models = {}
        for scenario in scenarios:
            if scenario.world_hash not in born:
                born[scenario.world_hash] = world_of(recorded, scenario, self.replicate, self.threads, clock.of_run())
                _check_alive(born[scenario.world_hash], patient, month)
            state = born[scenario.world_hash].copy()
            model = FollowedModel(state=state, terms=scenario, threads=self.threads, patient=patient)
            lived_to(month, model, clock.of_run())
            models[scenario.name] = model
        if not any(model.story for model in models.values()):
            raise _not_there(model.state, patient, month)
        exact = [is_as_recorded(recorded, s, self.replicate, models[s.name]) for s in scenarios]
        return {
            **self._facts(recorded, scenarios[0], month),
            "patient": patient,
            "people": recorded.patients,
            "replayed_exactly": all(exact),
            **patient_document({name: model.story for name, model in models.items()}),
        }

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


def _check_alive(born: State, patient: int, month: int) -> None:
    """Raise WrongInput where it is clear before month 1 that a patient will not be there: dead, or born too late."""
    now = int(born.patients.id[patient % len(born.patients)])
    if not now <= patient <= now + month * len(born.patients):
        raise _not_there(born, patient, month)


def _not_there(state: State, patient: int, month: int) -> WrongInput:
    now = int(state.patients.id[patient % len(state.patients)])
    months = f"any of the months 1 to {month}" if month > 1 else "month 1"
    lived = f"patient {patient} was not there in {months}; patient {now} was, in its place"
    return WrongInput(f"{lived} ({_numbered(len(state.patients))})")


def _numbered(people: int) -> str:
    """How patients are numbered."""
    return (
        f"those of the first day, {WARM_UP} months before month 1, are 0 to {people - 1}, "
        f"and who takes the place of one that died has its number plus {people}"
    )


def told(found: dict[str, Any]) -> "tuple[list[str], Table]":
    """The answer for people: sentences and a table."""
    if "provider" in found:
        return provider_words(found), provider_table(found)
    return patient_words(found), patient_table(found)


def explain_results(inquiry: Inquiry, regime_files: Sequence[Path], json: Path | None) -> None:
    """`vbp explain`: the JSON first, and the table even where that cannot be written."""
    if json:
        check_numbers(json, regime_files, inquiry.folder)
    for file in regime_files:
        load_regime_file(file)
    with deferred() as interruption:
        recorded = inquiry.checked()
        with progress(interruption, transient=True) as advance:
            found = inquiry.answered(recorded, advance)
        if not found["replayed_exactly"]:
            note(NOT_EXACT)
        sentences, table = told(found)
        parts = [table, *sentences] if table.row_count else sentences
        each(lambda: write(json, to_json(found)), lambda: show(*parts))
        interruption.check()
