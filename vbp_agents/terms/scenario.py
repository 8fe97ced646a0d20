"""A scenario: everything about a run but its seed. Region, people, care, payers and their dated contracts."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, field_validator, model_validator

from vbp_agents.behaviors import BEHAVIOR, behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.conduct import BORN_WITH, LEVERS, BehavioralParameters, Lever
from vbp_agents.declaration import Parameters, as_plain, as_tuple
from vbp_agents.errors import WrongInput
from vbp_agents.parameters import CareParameters, PopulationParameters, RegionParameters
from vbp_agents.problems import Problem, list_problems, not_one_of, problems_of, refuse, wrong_input
from vbp_agents.regimes import REGIME, find
from vbp_agents.terms.contract import CONDITION, HOLDERS, HOSPITAL, Contract, Holder, called
from vbp_agents.terms.measurement import Measurement, outcomes_read
from vbp_agents.terms.payers import PayerTerms, payer_problems
from vbp_agents.terms.problems import NAME_PATTERN, unknown_payer
from vbp_agents.user_file import code_of

if TYPE_CHECKING:
    from vbp_agents.terms.values import Choice, Difference, Number

__all__ = ["HOLDERS", "HOSPITAL", "BehaviorBlock", "Contract", "Holder", "Scenario", "called", "under"]
WORLD = ("region", "population", "care", "payers")
"""What two scenarios must have in common to live in the same warmed-up world."""
WORDS = {"title", "description", "source"}
"""What says something about a scenario and changes nothing in it: left out of its hash, like its name."""


class BehaviorBlock(BehavioralParameters):
    """How providers set their levers: the same in all scenarios of a comparison.

    ``terms``: what the behavior called ``name`` declares of its own.
    """

    name: str = "profit_and_benefit"
    levers: Annotated[tuple[Lever, ...], BeforeValidator(as_tuple)] = LEVERS
    terms: dict[str, Any] = Field(default_factory=dict, validate_default=True)

    @field_validator("name", mode="before")
    @classmethod
    def _known(cls, name: object) -> object:
        if name not in (known := behavior_names()):
            refuse([((), not_one_of("behavior", name, known))])
        return name

    @field_validator("terms")
    @classmethod
    def _complete(cls, terms: dict[str, Any], info: Any) -> dict[str, Any]:
        """Terms as the behavior's own parameters check them, with its defaults filled in."""
        if "name" not in info.data:
            return terms
        behavior = find_behavior(info.data["name"])
        try:
            return behavior.model_validate_json(json.dumps(as_plain(terms))).model_dump(mode="json")
        except ValidationError as error:
            refuse(problems_of(error, behavior))
            raise


class Scenario(Parameters):
    """Everything about a run but its seed. Without a contract, a payer pays everyone fee for service."""

    name: str = Field(pattern=NAME_PATTERN)
    title: str = ""
    description: str = ""
    source: str = "assumption"
    region: RegionParameters = RegionParameters()
    population: PopulationParameters = PopulationParameters()
    care: CareParameters = CareParameters()
    payers: Annotated[tuple[PayerTerms, ...], BeforeValidator(as_tuple), Field(min_length=1)] = (
        PayerTerms(name="medicare", title="Medicare"),
    )
    measurement: Measurement = Measurement()
    contracts: Annotated[tuple[Contract, ...], BeforeValidator(as_tuple)] = ()
    behavior: BehaviorBlock = BehaviorBlock()

    _series: tuple[str, int] | None = PrivateAttr(default=None)
    """The name that it was changed from without another, and its number: what the next such name is made of."""

    @field_validator("region", "population", "care")
    @classmethod
    def _lists(cls, parameters: Parameters) -> Parameters:
        refuse(list_problems(parameters))
        return parameters

    @field_validator("payers")
    @classmethod
    def _everyone_has_one(cls, payers: tuple[PayerTerms, ...]) -> tuple[PayerTerms, ...]:
        refuse(payer_problems(payers))
        return payers

    @field_validator("contracts")
    @classmethod
    def _between_these(cls, contracts: tuple[Contract, ...], info: Any) -> tuple[Contract, ...]:
        refuse(_contract_problems(contracts, [payer.name for payer in info.data.get("payers", ())]))
        if "measurement" in info.data:
            refuse(_unmeasured(contracts, info.data["measurement"]))
        return contracts

    @model_validator(mode="after")
    def _more_can_be_recorded(self) -> Self:
        recorded, most = self.population.coding_baseline, self.behavior.coding_ceiling
        if recorded >= most:
            text = f"population.coding_baseline is {recorded:g} and behavior.coding_ceiling is {most:g}"
            theirs = "coding_baseline" in self.population.model_fields_set
            path = ("population", "coding_baseline") if theirs else ("behavior", "coding_ceiling")
            refuse([(path, f"{text}; make the ceiling the larger one")])
        return self

    @classmethod
    def _wrong(cls, error: ValidationError, given: Mapping[str, Any]) -> WrongInput:
        """As a file with the same content is told; what only Python can give as well, such as a set for a list."""
        from vbp_agents.terms.checking import refusals
        from vbp_agents.terms.paths import path_text

        content = as_plain(dict(given))
        problems = refusals(content) or problems_of(error, cls)
        return wrong_input("scenario", [(path_text(steps, content), message) for steps, message in problems])

    def __eq__(self, other: object) -> bool:
        """Whether all is the same, words too."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    def with_values(self, values: Mapping[str, object], name: str | None = None) -> "Scenario":
        """The scenario with other values by path, all checked together as in a file; this one stays as it is.

        Paths: `behavior.speed`, `care.rate.primary`, `contracts.0.terms.discount`, `contracts.*.terms.discount` (every
        contract that has it), `payers.medicare.share`, `title`; `numbers` and `choices` list them. A list or a section
        given whole (`{"contracts": [...]}`, of mappings or `Contract`s) replaces, and what it does not say is at its
        default. Another regime of a contract, or another behavior, begins with its own default terms.
        Numbers of NumPy are numbers; true is none.

        ``name``: else NAME_2, and changed again NAME_3; a scenario in which nothing changes keeps its name. Two that
        are made from one scenario without a name are both NAME_2: name what is to be compared. Title and description
        say that it was changed, and its source is an assumption for what was, unless they are given as well.
        Raises WrongInput, with every path and message in ``problems``.
        """
        from vbp_agents.terms.amending import with_values

        return with_values(self, values, name)

    def numbers(self) -> "tuple[Number, ...]":
        """Every number by its path, each item of a list too: value, unit, low, high, source, title, about."""
        from vbp_agents.terms.values import numbers

        return tuple(numbers(self))

    def choices(self) -> "tuple[Choice, ...]":
        """What is no number (regime, program, levers, behavior ...) by its path: value, allowed, title, source."""
        from vbp_agents.terms.values import choices

        return tuple(choices(self))

    def differences(self, other: "Scenario") -> "tuple[Difference, ...]":
        """Every number and choice that differs, by path, with both values.

        Contracts are compared in their order, payers by name. What only one scenario has is said once (`only_in`).
        """
        from vbp_agents.terms.values import differences

        if not isinstance(other, Scenario):
            raise WrongInput(f"{other!r:.60} is no Scenario; find_scenario finds one by its name")
        return tuple(differences(self, other))

    def resolved(self) -> dict[str, Any]:
        """The whole scenario as plain values, every default written out: what is saved beside results."""
        return self.model_dump(mode="json")

    @property
    def hash(self) -> str:
        """What identifies the scenario's content, whatever it is called: sha256 of its canonical JSON.

        A regime or behavior of a user's own is no more than a name in it, so the code goes into the hash as well.
        """
        content = {name: value for name, value in self.resolved().items() if name != "name"}
        return _hash(_with_code(content, self.users_code()))

    def users_code(self) -> dict[str, bytes]:
        """The files of users' own that its contracts' regimes and its behavior are from, by name."""
        return code_of(REGIME, (contract.regime for contract in self.contracts)) | self._behaviors_code()

    def _behaviors_code(self) -> dict[str, bytes]:
        return code_of(BEHAVIOR, [self.behavior.name])

    @property
    def world_hash(self) -> str:
        """Scenarios that agree in this share one warmed-up world."""
        return _hash(self.world_parts())

    def world_parts(self) -> dict[str, Any]:
        """What a warmed-up world follows from, as plain values: prices are updated after it."""
        whole = self.resolved()
        payers = [payer | {"updates": []} for payer in whole["payers"]]
        behavior = {name: whole["behavior"][name] for name in BORN_WITH}
        world = {name: whole[name] for name in WORLD} | {"payers": payers, "behavior": behavior}
        parts: dict[str, Any] = wordless(world)
        return parts

    @property
    def behavior_hash(self) -> str:
        """What identifies how providers behave: the same for all scenarios of a comparison."""
        return _hash(_with_code(self.resolved()["behavior"], self._behaviors_code()))


def under(regime: str, default: Scenario) -> Scenario:
    """A regime's name as a scenario: the default region with every eligible contract under it.

    A rule for hospitals is for all hospitals, one about a condition for the members who have it.
    """
    rule = find(regime)
    condition = CONDITION if rule.needs_condition else None
    contracts = tuple(Contract(payer=payer.name, regime=regime, condition=condition) for payer in default.payers)
    words = {"title": rule.title, "description": (rule.__doc__ or "").strip().split("\n")[0], "source": rule.source}
    return default.with_values({**words, "contracts": contracts}, name=regime)


def _contract_problems(contracts: tuple[Contract, ...], payers: list[str]) -> list[Problem]:
    problems: list[Problem] = []
    for index, contract in enumerate(contracts):
        if payers and contract.payer not in payers:
            problems.append(((index, "payer"), unknown_payer(contract.payer, payers)))
        conflicts = (contract.conflict(earlier) for earlier in contracts[:index])
        problems += [((index,), conflict) for conflict in conflicts if conflict]
    return problems


def _unmeasured(contracts: tuple[Contract, ...], measurement: Measurement) -> list[Problem]:
    """Rules that pay on outcomes which nobody measures: anybody's where the scenario has it so, hospitals' always."""
    problems: list[Problem] = []
    for index, contract in enumerate(contracts):
        of_hospitals = HOSPITAL in contract.holders
        names = ", ".join(sorted(outcomes_read(contract.rule()))) if of_hospitals or not measurement.outcomes else ""
        if names and of_hospitals:
            text = f"{contract.regime} pays on {names}: outcomes are measured of members, and hospitals have none"
            problems.append(((index, "holders"), f"{text}; name kinds of ACO"))
        elif names:
            problems.append(((index,), f"{contract.regime} pays on {names}; write `measurement: {{outcomes: true}}`"))
    return problems


def wordless(content: Any) -> Any:
    """The content without words, at any depth."""
    if isinstance(content, dict):
        return {key: wordless(value) for key, value in content.items() if key not in WORDS}
    return [wordless(item) for item in content] if isinstance(content, list) else content


def _with_code(content: dict[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """The content with what identifies users' files, where there are any."""
    code = {name: hashlib.sha256(code).hexdigest() for name, code in files.items()}
    return content | ({"code": code} if code else {})


def _hash(content: Any) -> str:
    text = json.dumps(wordless(content), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
