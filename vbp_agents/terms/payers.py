"""Who pays, at what prices, and how these change in the course of a run."""

import math
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, field_validator

from vbp_agents.declaration import Parameters, as_tuple, month, param
from vbp_agents.problems import Problem, refuse
from vbp_agents.terms.problems import NAME_PATTERN


class PriceUpdate(Parameters):
    """From a month on, a payer's prices times these factors, on top of earlier updates."""

    start: int = month(alias="from")
    physician: float = param(1.0, "times the price of professional services until then", 0.1, 10)
    hospital: float = param(1.0, "times the price of hospital services until then", 0.1, 10)

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


class PayerTerms(Parameters):
    """Who pays for a share of the people, and at what prices.

    ``updates``: how prices change after the warm-up, which all scenarios of a world share.
    """

    name: str = Field(pattern=NAME_PATTERN)
    title: str = ""
    share: float = param(1.0, "share of people", 0, 1)
    physician_price: float = param(1.0, "times the standard price of professional services", 0.1, 10)
    hospital_price: float = param(1.0, "times the standard price of hospital services", 0.1, 10)
    price_dispersion: float = param(0.0, "log sd of prices between providers", 0, 1)
    updates: Annotated[tuple[PriceUpdate, ...], BeforeValidator(as_tuple)] = ()
    source: str = "assumption"

    @field_validator("updates")
    @classmethod
    def _one_a_month(cls, updates: tuple[PriceUpdate, ...]) -> tuple[PriceUpdate, ...]:
        months = [update.start for update in updates]
        twice = [(index, start) for index, start in enumerate(months) if start in months[:index]]
        idle = [index for index, update in enumerate(updates) if not update.model_fields_set - {"start"}]
        refuse(
            [((index, "from"), f"month {start} has an update already; make one of the two") for index, start in twice]
            + [((index,), "changes no price; write `physician:` or `hospital:` with a factor") for index in idle]
        )
        return updates

    def prices_in(self, month: int) -> tuple[float, float]:
        """Physician's and hospital's prices over the standard ones in a month, its updates included."""
        so_far = [update for update in self.updates if update.start <= month]
        physician, hospital = (math.prod(getattr(u, name) for u in so_far) for name in ("physician", "hospital"))
        return self.physician_price * physician, self.hospital_price * hospital


def payer_problems(payers: tuple[PayerTerms, ...]) -> list[Problem]:
    """Payers of one name, and shares that are not all people."""
    names = [payer.name for payer in payers]
    problems: list[Problem] = [
        ((index, "name"), f"there are two payers named {name!r}")
        for index, name in enumerate(names)
        if name in names[:index]
    ]
    total = sum(payer.share for payer in payers)
    if abs(total - 1) > 1e-9:
        problems.append(((), f"the payers' shares of people add up to {total:g}; make them add up to 1"))
    return problems
