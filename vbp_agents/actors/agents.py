"""The agents that are few.

Payers, organizations and providers, as views on the model's columns; and a view of one patient.
"""

from typing import TYPE_CHECKING, Any

import mesa

from vbp_agents.actors.membership import Membership
from vbp_agents.actors.payment import Agreement, Paid, pay_month, settle_year
from vbp_agents.actors.signing import agreements_now
from vbp_agents.parameters import CONDITIONS
from vbp_agents.region import ORGANIZATION_KINDS, kind_of_holder

if TYPE_CHECKING:
    from vbp_agents.model import VbpModel


class Payer(mesa.Agent):
    """Pays each contract for the month, settles the year, and sees nothing but the Book."""

    def __init__(self, model: "VbpModel", number: int, signed: list[Agreement | Membership]) -> None:
        super().__init__(model)
        self.vbp = model
        self.number = number
        self.name = model.studied.payers[number].name
        self.signed = signed
        self.memberships = [part for part in signed if isinstance(part, Membership)]
        self.agreements = agreements_now(signed)
        self.paid: Paid

    def go_on_from(self, signed: list[Agreement | Membership], agreements: list[Agreement]) -> None:
        """Take over what another payer has signed, and who is in it now."""
        self.signed, self.agreements = signed, agreements
        self.memberships = [part for part in signed if isinstance(part, Membership)]

    def offer(self) -> None:
        """Holders decide which of the voluntary contracts they are in from this month on."""
        deciding = [(n, one) for n, one in enumerate(self.memberships) if one.decides(self.vbp.month)]
        for number, membership in deciding:
            self.vbp.decide(self.number, number, membership)
        if deciding:
            self.agreements = agreements_now(self.signed)

    def pay(self) -> None:
        """Pay the month by the rules in force, fee for service where there is none."""
        month = self.vbp.month
        due = [(a, self.vbp.book(self.number, a)) for a in self.agreements if a.pays(month)]
        self.paid = pay_month(self.vbp.accounts, self.vbp.world.rows_of(self.number), due, self.vbp.coinsurance)

    def settle(self) -> None:
        """In December, settle the agreements that were in force all year."""
        for agreement in self.agreements:
            if agreement.settles(self.vbp.month):
                book = self.vbp.book(self.number, agreement, whole_year=True)
                statement, cents = settle_year(agreement, book)
                self.vbp.enter_settlement(self.number, agreement, statement, cents)
                for membership in self.memberships:
                    earned = cents / 100 / self.vbp.people(self.number, agreement)
                    membership.remember(agreement, self.vbp.month, earned)


class Organization(mesa.Agent):
    """Owns practices, signs contracts alone or in an ACO, sets coordination and coding."""

    def __init__(self, model: "VbpModel", number: int) -> None:
        super().__init__(model)
        self.vbp, self.row = model, model.world.region.organizations[number]
        self.number = number

    @property
    def kind(self) -> str:
        """Independent practice, physician group, hospital system, …"""
        return ORGANIZATION_KINDS[self.row.kind]

    @property
    def aco(self) -> str | None:
        """The kind of ACO that it belongs to, if any."""
        return None if self.row.holder < 0 else kind_of_holder(self.vbp.world.region, self.row.holder)

    @property
    def coordination(self) -> float:
        """Its coordination lever, in [0, 1]."""
        return float(self.row.coordination)


class Provider(mesa.Agent):
    """A practice: clinicians who decide on discretionary services with one altruism and one set of margins."""

    def __init__(self, model: "VbpModel", number: int) -> None:
        super().__init__(model)
        self.row = model.world.region.practices[number]
        self.number = number

    @property
    def altruism(self) -> float:
        """Dollars of own profit given up for a dollar of patient benefit."""
        return float(self.row.altruism)

    @property
    def clinicians(self) -> int:
        """How many clinicians work here."""
        return int(self.row.n_clinicians)


class PatientView:
    """One patient's record, to look at: ``view.age_years``, ``view.conditions``, and every field of the record."""

    def __init__(self, record: Any) -> None:
        self._record = record

    def __getattr__(self, field: str) -> Any:
        return getattr(self._record, field).item()

    @property
    def age_years(self) -> float:
        """Age in years."""
        return float(self._record.age / 12)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The chronic conditions the patient has, recorded or not."""
        return tuple(name for bit, name in enumerate(CONDITIONS) if self._record.conditions >> bit & 1)

    @property
    def clinicians_seen(self) -> dict[int, int]:
        """This year's visits by clinician (numbered within the area)."""
        pairs = zip(self._record.seen_clinician.tolist(), self._record.seen_count.tolist(), strict=True)
        return {clinician: visits for clinician, visits in pairs if visits}
