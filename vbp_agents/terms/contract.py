"""A contract: one payer and some holders under one regime, from one month to another."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from vbp_agents.declaration import LAST_MONTH, Parameters, as_plain, as_tuple, month, param
from vbp_agents.parameters import HOLDER_KINDS, HolderKind
from vbp_agents.problems import Problem, list_problems, not_one_of, problems_of, refuse
from vbp_agents.regimes import REGIME, find, regimes
from vbp_agents.regimes.base import Regime
from vbp_agents.terms.problems import NAME_PATTERN
from vbp_agents.terms.program_terms import with_program_terms
from vbp_agents.user_file import is_users

Holder = Literal[HolderKind, "hospital"]
HOLDERS: tuple[Holder, ...] = HOLDER_KINDS
HOSPITAL: Holder = "hospital"
Program = Literal["mandatory", "voluntary", "randomized"]
Condition = Literal["kidney_disease"]
CONDITION: Condition = "kidney_disease"
FEWEST_WITH_CONDITION = 750
"""People of a condition's contract, where its rule asks for a minimum at all (Kidney Care Choices; memory)."""
TREATED = 0.5
"""The share of holders that a randomized program treats by default."""
NO_REGIME = "there is no regime"


def all_holders(value: object) -> object:
    """`all` is every kind of ACO; a list becomes a tuple."""
    return HOLDERS if value == "all" else as_tuple(value)


class Contract(Parameters):
    """One payer and some contract holders under one regime, from one month to another (both included).

    Contracts of the same holder add up: fees, plus what each rule pays beyond them.
    ``holders``: kinds of ACO, or hospitals, which answer for whom they discharge. ``condition``: the contract is about
    those of the holder's members who have it recorded.
    ``share``: the part of the holder's panel that the rule is applied to, fees for the rest. ``program``: who of the
    holders is in. Mandatory: all; voluntary: who decides to be, among those eligible; randomized: ``treated_share`` of
    those eligible, the others are its controls in the same world. ``ladder``: of the payer's voluntary contracts on
    the ladder of this name a holder has one at a time. ``track`` and ``performance_year``, where written, stand for
    the terms that the Medicare Shared Savings Program fixes then (`rules/program_rules.py`); ``terms`` go before them.
    """

    payer: str
    holders: Annotated[tuple[Holder, ...], BeforeValidator(all_holders), Field(min_length=1)] = HOLDERS
    regime: str
    terms: dict[str, Any] = Field(default_factory=dict, validate_default=True)
    condition: Condition | None = None
    share: float = param(1.0, "share of the holder's panel", 0.001, 1)
    program: Program = "mandatory"
    ladder: str | None = Field(default=None, pattern=NAME_PATTERN)
    treated_share: float = param(TREATED, "share of the eligible holders of a randomized program", 0, 1)
    start: int = month(1, alias="from")
    until: int | None = month(None)

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _of_program(cls, given: Any) -> Any:
        return with_program_terms(given)

    @model_validator(mode="before")
    @classmethod
    def _hospitals_by_default(cls, given: Any) -> Any:
        """A rule for hospitals is held by hospitals, also where nobody is named."""
        regime = regimes().get(str(given.get("regime"))) if isinstance(given, dict) else None
        return {"holders": (HOSPITAL,)} | given if regime and regime.for_hospitals else given

    @field_validator("regime", mode="before")
    @classmethod
    def _known(cls, name: object) -> object:
        if name not in (known := sorted(regimes())):
            refuse([((), not_one_of("regime", name, known))])
        return name

    @field_validator("terms")
    @classmethod
    def _complete(cls, terms: dict[str, Any], info: Any) -> dict[str, Any]:
        """Terms as the regime's own parameters check them, with its defaults filled in."""
        if "regime" not in info.data:
            return terms
        try:
            regime = find(info.data["regime"]).model_validate_json(json.dumps(as_plain(terms)))
        except ValidationError as error:
            refuse(problems_of(error, find(info.data["regime"]), _listed(info.data["regime"])))
            raise
        refuse([*list_problems(regime), *_shares_for_points(regime)])
        return regime.model_dump(mode="json")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.start:
            refuse([(("until",), f"month {self.until} is before the contract begins (from {self.start})")])
        if self.treated_share != TREATED and self.program != "randomized":
            refuse([(("treated_share",), f"a {self.program} program treats all; write `program: randomized`")])
        if self.ladder and self.program != "voluntary":
            refuse([(("ladder",), f"nobody chooses in a {self.program} program; write `program: voluntary`")])
        if find(self.regime).whole_years and ((self.start - 1) % 12 or (self.until or 0) % 12):
            text = f"{self.regime} reckons by calendar years: begin in month 1, 13, 25 ... and end in 12, 24, 36 ..."
            refuse([(("from",), text)])
        return self

    @model_validator(mode="after")
    def _about_whom(self) -> Self:
        rule = find(self.regime)
        if rule.for_hospitals and set(self.holders) != {HOSPITAL}:
            text = f"{self.regime} pays hospitals for those they discharge; write `holders: [hospital]`"
            refuse([(("holders",), text)])
        if rule.for_hospitals and self.condition:
            refuse([(("condition",), f"{self.regime} is for hospitals, which have no members; leave it out")])
        if rule.needs_condition and not self.condition:
            text = f"{self.regime} is about members with a condition; write `condition: {CONDITION}`"
            refuse([(("condition",), text)])
        return self

    @model_validator(mode="after")
    def _hospitals_can(self) -> Self:
        if HOSPITAL not in self.holders:
            return self
        if self.condition:
            refuse([(("condition",), "hospitals have no members with a condition; leave one of the two out")])
        if find(self.regime).replaces_fees or find(self.regime).minimum_people:
            refuse([(("holders",), f"{self.regime} pays for members, and hospitals have none; name kinds of ACO")])
        return self

    @property
    def minimum_people(self) -> int:
        """How many people of the panel a holder needs."""
        asked = find(self.regime).minimum_people
        return min(asked, FEWEST_WITH_CONDITION) if self.condition else asked

    def rule(self) -> Regime:
        """The regime with these terms."""
        return find(self.regime).model_validate_json(json.dumps(self.terms))

    def overlaps(self, other: "Contract") -> bool:
        """Do two contracts pay the same holder for the same month?"""
        return self.payer == other.payer and self.meets(other)

    def meets(self, other: "Contract") -> bool:
        """Are two contracts in force in the same month for the same kind of holder, whoever pays?"""
        ends = [c.until if c.until is not None else LAST_MONTH for c in (self, other)]
        return bool(set(self.holders) & set(other.holders)) and self.start <= ends[1] and other.start <= ends[0]

    def conflict(self, earlier: "Contract") -> str | None:
        """Why two contracts cannot be in force together, None where they add up."""
        if not self.overlaps(earlier):
            return None
        kinds = ", ".join(kind for kind in self.holders if kind in earlier.holders)
        alternatives = self.ladder is not None and self.ladder == earlier.ladder
        if not alternatives and find(self.regime).replaces_fees and find(earlier.regime).replaces_fees:
            rules = f"{self.regime} overlaps {earlier.regime} of an earlier contract of {self.payer} with {kinds}"
            return f"{rules}; both replace fees: at most one such rule for a holder and month"
        if (self.regime, self.terms) == (earlier.regime, earlier.terms):
            return f"repeats an earlier contract of {self.payer} with {kinds}: the same rule would pay twice"
        return None


def called(contract: Contract, contracts: Iterable[Contract]) -> str:
    """What results call a contract's rule: its regime, and on which rung it is of a ladder of the payer's."""
    if contract.ladder is None:
        return contract.regime
    rungs = [other for other in contracts if (other.payer, other.ladder) == (contract.payer, contract.ladder)]
    number = next(number for number, other in enumerate(rungs, 1) if other is contract)
    return f"{contract.regime} (rung {number} of {contract.ladder})"


def _listed(regime: str) -> str:
    """What `vbp sources` is asked for a regime's terms."""
    return f"{regime} --regime-file {regime}.py" if is_users(REGIME, regime) else regime


def _shares_for_points(regime: Regime) -> list[Problem]:
    """Scores of 0 to 100 points that are written as shares of 1, as a regime's other terms are: no score is so low."""
    return [
        ((name,), f"{value:g} is in points, 0 to 100, and not a share; write {100 * value:g} for that share of them")
        for name, field in type(regime).model_fields.items()
        if (value := getattr(regime, name)) is not None
        and isinstance(extra := field.json_schema_extra, Mapping)
        and (extra.get("unit"), extra.get("low"), extra.get("high")) == ("points", 0, 100)
        and 0 < value <= 1
    ]
