"""What a folder of results says of itself, so that its runs can be lived again: scenarios, seeds and sizes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vbp_agents import __version__
from vbp_agents.behaviors import BEHAVIOR
from vbp_agents.errors import WrongInput, argument, did_you_mean
from vbp_agents.regimes import REGIME
from vbp_agents.results import METADATA, read_metadata, scenario_file_name
from vbp_agents.terms.document import read_document
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import read_scenario
from vbp_agents.user_file import is_users

COMPARISON = "comparison.json"
_SEED = Annotated[int, Field(ge=0, lt=2**63)]


class Facts(BaseModel):
    """What `metadata.json` must say of the runs, within what a run may have."""

    model_config = ConfigDict(strict=True)

    seed: _SEED
    patients: int = Field(ge=100, le=100_000_000)
    years: int = Field(ge=1, le=50)
    scenarios: list[str] = Field(min_length=1)
    hashes: dict[str, str]
    replicate_seeds: list[_SEED]
    files: list[str] = []
    version: str = ""


@dataclass(frozen=True)
class Recorded:
    """The runs of a results folder. ``scenarios``: in the order in which they were run; ``seeds``: by replicate.

    ``first_seed``: the one that was asked for, from which those of the replicates come.
    """

    folder: Path
    version: str
    scenarios: tuple[Scenario, ...]
    baseline: str
    patients: int
    years: int
    first_seed: int
    seeds: tuple[int, ...]

    @property
    def months(self) -> int:
        """How many months each run has."""
        return 12 * self.years

    def scenario(self, name: str | None) -> Scenario:
        """The scenario called ``name``; without a name the first that is not the baseline. Raises WrongInput."""
        names = [scenario.name for scenario in self.scenarios]
        if name is None:
            return next(
                (candidate for candidate in self.scenarios if candidate.name != self.baseline), self.scenarios[0]
            )
        if name not in names:
            known = ", ".join(names)
            raise WrongInput(f"{self.folder} has no scenario {name!r}; it has {known}{did_you_mean(name, names)}")
        return self.scenarios[names.index(name)]

    def seed(self, replicate: int) -> int:
        """The seed of a replicate, from 1. Raises WrongInput."""
        if not 1 <= replicate <= len(self.seeds):
            raise WrongInput(f"{self.folder} has no replicate {replicate}; it has 1 to {len(self.seeds)}")
        return self.seeds[replicate - 1]

    def check_version(self) -> None:
        """Raise WrongInput where another version made the results: its runs cannot be lived again by this one."""
        if not _same_version(self.version):
            made_by = f"{self.folder} was made by {self.version or 'another version'}, and this is {__version__}"
            again = f"run it again with `{self.command} --out {self.folder}-again`"
            raise WrongInput(f"{made_by}, under which the same seed gives other numbers; {again}")

    @property
    def command(self) -> str:
        """The command that makes such results."""
        names = [scenario.name for scenario in self.scenarios]
        size = f"--patients {self.patients} --years {self.years} --seed {self.first_seed}"
        if len(names) == 1:
            return f"vbp run {names[0]} {size}"
        return f"vbp compare {' '.join(names)} --baseline {self.baseline} {size} --replicates {len(self.seeds)}"


def read_recorded(folder: Path) -> Recorded:
    """What the folder holds, also of an earlier version. Raises WrongInput where it is none of ours, or changed."""
    metadata = read_metadata(folder)
    if not metadata:
        raise WrongInput(f"{folder} is not a folder of results: it has no {METADATA} of ours")
    facts = _facts(folder / METADATA, metadata)
    _check_code(folder, facts)
    same = _same_version(facts.version)
    scenarios = tuple(_scenario(folder, name, facts.hashes.get(name, "") if same else None) for name in facts.scenarios)
    return Recorded(
        folder=folder,
        version=facts.version,
        scenarios=scenarios,
        baseline=_baseline(folder, scenarios),
        patients=facts.patients,
        years=facts.years,
        first_seed=facts.seed,
        seeds=tuple(facts.replicate_seeds),
    )


def _facts(file: Path, metadata: Mapping[str, Any]) -> Facts:
    """What a file of facts says. Raises WrongInput where it does not say enough, or what no run has."""
    missing = [name for name, field in Facts.model_fields.items() if field.is_required() and name not in metadata]
    if missing:
        raise WrongInput(f"{file} does not say {', '.join(missing)}; make the results again")
    try:
        return Facts.model_validate(metadata)
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}, not {problem['input']!r:.40}"
            for problem in error.errors()
        ]
        raise WrongInput(f"{file} has been changed: {'; '.join(wrong)}; make the results again") from None


def _check_code(folder: Path, facts: Facts) -> None:
    """Code is run only where the user asks for it, though it lies beside the results."""
    kept = [name.removesuffix(".py") for name in facts.files if name.endswith(".py")]
    unloaded = [name for name in kept if not (is_users(REGIME, name) or is_users(BEHAVIOR, name))]
    if unloaded:
        behaviors = {_behavior_named(folder / scenario_file_name(name)) for name in facts.scenarios}
        kinds = {name: BEHAVIOR if name in behaviors else REGIME for name in unloaded}
        what = ", ".join(f"{kind} {name}" for name, kind in kinds.items())
        options = " ".join(_loading(kind, folder / f"{name}.py") for name, kind in kinds.items())
        raise WrongInput(
            f"{folder} was made with code of a user's own ({what}), which is called as its file is; "
            f"the file as it was run is in the folder: {options}"
        )


def _behavior_named(file: Path) -> str:
    """The behavior that a scenario's file names, which may not be there."""
    named = read_document(file).find(("behavior", "name"))
    return str(named.value) if named else ""


def _loading(kind: str, file: Path) -> str:
    """How a user's file is loaded, on the command line or in Python."""
    return f"add {argument(f'{kind}_file', file, f'load_{kind}_file')}"


def _same_version(version: str) -> bool:
    """Whether results of a version are this one's, but for what changes no number."""
    return version.split(".")[:2] == __version__.split(".")[:2]


def _scenario(folder: Path, name: str, recorded: str | None) -> Scenario:
    """A scenario as it was resolved then; ``recorded``: its hash, None of another version, which had other defaults."""
    file = folder / scenario_file_name(name)
    scenario = read_scenario(file)
    for code_name, code in scenario.users_code().items():
        kept = folder / f"{code_name}.py"
        if kept.is_file() and kept.read_bytes() != code:
            kind = BEHAVIOR if is_users(BEHAVIOR, code_name) else REGIME
            given = argument(f"{kind}_file", call=f"load_{kind}_file")
            text = f"the {code_name}.py given with {given} is not the one that was run"
            raise WrongInput(f"{text}: it has been changed since; {_loading(kind, kept)} in its place")
    if recorded is not None and scenario.hash != recorded:
        text = f"it, or its hash in {METADATA}, was changed, or defaults have been added since; run it again"
        raise WrongInput(f"{file} is not what was run: {text}")
    return scenario


def _baseline(folder: Path, scenarios: tuple[Scenario, ...]) -> str:
    """What the others were compared with; of a single run its own name."""
    try:
        baseline = str(json.loads((folder / COMPARISON).read_text(encoding="utf-8"))["baseline"])
    except (OSError, ValueError, KeyError, TypeError):
        return scenarios[0].name
    if baseline not in [scenario.name for scenario in scenarios]:
        raise WrongInput(f"{folder / COMPARISON} has been changed: its baseline {baseline!r} was not run")
    return baseline
