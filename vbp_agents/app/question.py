"""What a visitor asks: two to four scenarios for the same people, and for how long. Plain data; nothing is run here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from vbp_agents.errors import WrongInput
from vbp_agents.study.question import Question as StudyQuestion
from vbp_agents.study.question import question_of
from vbp_agents.terms.scenario_file import find_scenario, is_path, presets

if TYPE_CHECKING:
    from vbp_agents.terms.scenario import Scenario

_Values = Mapping[str, Any]
MOST_SCENARIOS = 4
SHARED = ("behavior", "region", "population", "care", "payers", "measurement")
"""Blocks that all scenarios of a question have alike."""


@dataclass(frozen=True)
class ScenarioChoice:
    """A scenario of the question: what was loaded, and by path what was changed in it since.

    ``file``: the scenario that was uploaded, None for a preset or a regime, which ``name`` finds.
    """

    name: str
    changes: _Values = field(default_factory=dict)
    file: "Scenario | None" = None

    def loaded(self) -> "Scenario":
        """What was loaded, as it was. Raises WrongInput where there is no such scenario."""
        if self.file is not None:
            return self.file
        if is_path(self.name):  # a visitor names no files of the server's
            raise WrongInput(f"there is no scenario {self.name!r}; upload the file instead")
        return _preset(self.name) if self.name in _names() else find_scenario(self.name)

    def changed(self, path: str, value: object) -> "ScenarioChoice":
        """With one more change."""
        return replace(self, changes={**self.changes, path: value})

    def reset(self, path: str) -> "ScenarioChoice":
        """Without the change at a path."""
        return replace(self, changes={p: v for p, v in self.changes.items() if p != path})


@dataclass(frozen=True)
class PageQuestion:
    """The page's whole state: what the sentence on top says.

    ``choices``: the baseline first. ``shared``: changes that all scenarios have, as a comparison has one behavior and
    one world.
    """

    choices: tuple[ScenarioChoice, ...] = (ScenarioChoice("fee_for_service"), ScenarioChoice("mssp_enhanced"))
    shared: _Values = field(default_factory=dict)
    people: int = 20_000
    years: int = 5
    seed: int = 1

    def scenarios(self) -> "list[Scenario]":
        """The scenarios to run, the baseline first, under names that tell them apart. Raises WrongInput."""
        return list(self.asked().scenarios)

    def asked(self) -> StudyQuestion:
        """What `vbp compare` is asked, with the same settings. Raises WrongInput."""
        loaded = [_named(c.loaded(), name) for c, name in zip(self.choices, self.names(), strict=True)]
        behaving = self._own_behavior()
        if behaving is not None and behaving.file is not None:
            loaded = [_behaving(scenario, behaving.file) for scenario in loaded]
        return question_of(loaded, loaded[0], self.behavior()).with_settings(self.settings())

    def names(self) -> list[str]:
        """The scenarios' names, with a number where another has the same."""
        names: list[str] = []
        for choice in self.choices:
            names.append(_free(choice.loaded().name, names))
        return names

    def settings(self) -> dict[str, Any]:
        """What was changed, as `--set` takes it: by `PATH` in all scenarios, by `NAME:PATH` in one."""
        of_one = {
            f"{name}:{path}": value
            for name, choice in zip(self.names(), self.choices, strict=True)
            for path, value in choice.changes.items()
        }
        return {**self.shared, **of_one}

    def behavior(self) -> str | None:
        """The preset whose behavior all have, as a comparison has one: the only one that says its own; else None."""
        behaving = self._own_behavior()
        return behaving.name if behaving is not None and behaving.file is None else None

    def _own_behavior(self) -> ScenarioChoice | None:
        """The only choice that says how providers behave, where the others do otherwise."""
        behaving = [choice for choice in self.choices if "behavior" in choice.loaded().model_fields_set]
        hashes = {choice.loaded().behavior_hash for choice in self.choices}
        return behaving[0] if len(behaving) == 1 and len(hashes) > 1 else None

    def scenario(self, choice: ScenarioChoice) -> "Scenario":
        """One of the scenarios with its changes and those of all, on its own. Raises WrongInput."""
        loaded = choice.loaded()
        return loaded.with_values({**self.shared, **choice.changes}, name=loaded.name)

    def with_choice(self, number: int, choice: ScenarioChoice) -> "PageQuestion":
        """With another scenario in place of one."""
        choices = list(self.choices)
        choices[number] = choice
        return replace(self, choices=tuple(choices))


@cache
def _names() -> frozenset[str]:
    """The shipped scenarios."""
    return frozenset(presets())


@cache
def _preset(name: str) -> "Scenario":
    """A shipped scenario, read once: it is asked for at every step of a slider."""
    return find_scenario(name)


def _named(scenario: "Scenario", name: str) -> "Scenario":
    """A scenario under a name."""
    return scenario if scenario.name == name else scenario.with_values({}, name=name)


def _behaving(scenario: "Scenario", other: "Scenario") -> "Scenario":
    """A scenario with the behavior of another, of which its words say nothing."""
    words = {word: getattr(scenario, word) for word in ("title", "description", "source")}
    return scenario.with_values({**words, "behavior": other.behavior}, name=scenario.name)


def _free(name: str, taken: list[str]) -> str:
    """The name, or with a number where another scenario has it."""
    if name not in taken:
        return name
    return next(f"{name}_{number}" for number in range(2, 99) if f"{name}_{number}" not in taken)
