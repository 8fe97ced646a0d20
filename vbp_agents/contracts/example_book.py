"""The Book of an example contract holder, with more or less spending and quality.

An average ACO of the default world, those of its members who have a condition, or a hospital.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.declaration import Parameters, param
from vbp_agents.expectations.marginal import Marginal
from vbp_agents.parameters import CareParameters
from vbp_agents.rules.hospital_points import HOSPITAL_SURVEY
from vbp_agents.rules.quality import MEASURES, PERCENTILES

_SPENDING = 13_166.0
"""Dollars per person-year, truncated: what the default world is calibrated on (N11)."""
MIX = dict(zip(SERVICES, (0.0565, 0.0518, 0.0605, 0.3397, 0.0408, 0.2916, 0.0555, 0.1036, 0.0), strict=True))
"""Share of allowed charges [MEASURED]."""
BILLED_INSIDE = dict(zip(SERVICES, (0.95, 0.30, 0.63, 0.30, 0.30, 0.30, 0.0, 0.0, 0.0), strict=True))
"""Share billed by the holder's own organizations [MEASURED]."""
PRICES = dict(zip(SERVICES, CareParameters().price, strict=True))
"""Dollars a service, the default world's: how many services a person-year has follows from MIX and these."""
_MEASURED = "default world, experiments/10_example_book.py"
MEDIAN = 50.0
PEERS = tuple(range(5, 100, 10))
"""Percentiles of quality of the contracts that make up the market; they spend alike (assumption)."""
BEFORE = 16
"""Earlier years, all like the usual one: enough for the base years of a third agreement."""


class Example(Parameters):
    """The numbers of the example contract."""

    people: int = param(10_000, "people", 1, 10_000_000, about="of the contract holder, or of a hospital's area")
    prices: list[float] = param([1.0] * len(SERVICES), "times the standard price, by service", 0.0, 100)
    spending: float = param(_SPENDING, "dollars per person-year, truncated", 1_000, 100_000, "N11")
    truncated: float = param(0.95, "share of spending under the 99th percentile", 0.5, 1, _MEASURED)
    inside: list[float] = param(
        list(BILLED_INSIDE.values()), "share billed by the holder itself, by service", 0, 1, _MEASURED
    )
    revenue: float = param(1.7, "its whole revenue, times what it bills for its members", 1, 100, _MEASURED)
    saved: float = param(0.047, "share of the benchmark", 0, 0.5, "M2024r: mean savings rate of 2024")
    diagnosed: float = param(0.53, "share of people whose measured chronic disease is recorded", 0, 1, _MEASURED)
    live_discharges: float = param(0.25, "discharges per person-year", 0, 10, "N13")
    preventive_eligible: float = param(0.975, "share of people alive at year-end", 0, 1, _MEASURED)
    surveyed: float = param(300.0, "people", 0, 100_000, about="who answer the survey, as in the default world")
    joint_replacements: float = param(0.0126, "episodes per person-year", 0, 1, _MEASURED, about="without hip fracture")
    joint_price: float = param(22_872.0, "dollars per episode", 0, 1_000_000, "B03")
    fractures: float = param(0.002, "episodes per person-year", 0, 1, _MEASURED)
    fracture_price: float = param(41_000.0, "dollars per episode", 0, 1_000_000, _MEASURED)
    institutional: float = param(0.337, "share of episodes discharged to a nursing facility", 0, 1, "B01")
    complications: float = param(0.03, "share of episodes", 0, 1, "42 CFR 510 measure, about 2.8 to 3.1% (memory)")

    def price(self, service: str) -> float:
        """The payer's price of a service over the standard price."""
        return self.prices[SERVICES.index(service)]

    def units(self) -> float:
        """How many of what dollars are told by: members, 12 months each."""
        return float(self.people)

    @property
    def per(self) -> str:
        """What dollars are told by."""
        return "member-year"

    @property
    def one(self) -> str:
        """Of whom one more is asked about."""
        return "member"

    def mix(self, side: str) -> dict[str, float]:
        """The dollar that one more is asked of: shares by service of what is billed ``side`` for its members."""
        dollars = {service: float(self.usual[f"{service}_dollars_{side}"][0]) for service in SERVICES}
        total = sum(dollars.values())
        return {service: amount / total for service, amount in dollars.items()}

    def one_more(self, worth: Marginal) -> FloatArray:
        """What one more of them brings, dollars a year, shape (n_contracts,): a member of average risk."""
        return worth.worth_of_member(1.0, 1.0)

    def told(self) -> str:
        """The example in words."""
        spending = sum(share * self.spending * self.price(service) for service, share in MIX.items())
        return f"{self.people:,} people, ${spending:,.0f} per person-year (truncated at the 99th percentile)"

    @cached_property
    def usual(self) -> Book:
        """A usual year: spending of the base years, quality at the national medians. One row, shape (1,)."""
        return Book(self._columns(np.zeros(1), np.full(1, MEDIAN)))

    def year(self, more: FloatArray, percentile: FloatArray, performance_year: int) -> Book:
        """Years with ``more`` spending (share of the usual) and all quality at a ``percentile``, one a row.

        Base years and market spend as the usual year does, so that its spending is the benchmark.
        """
        others = self._columns(np.zeros(len(PEERS)), np.array(PEERS, float))
        market = Book({name: column.sum(keepdims=True) for name, column in others.items()})
        usual = Book(self.usual.columns, market, peers=Book(others, market))
        before = (usual.rows(np.zeros(len(more), int)),) * BEFORE
        peers = Book(others, market, (Book(others, market),) * BEFORE, performance_year)
        return Book(self._columns(more, percentile), market, before, performance_year, peers=peers)

    def _columns(self, more: FloatArray, percentile: FloatArray) -> dict[str, FloatArray]:
        people, level = np.full(len(more), float(self.people)), 1 + more
        columns = {"member_months": 12 * people, "risk_months": 12 * people}
        for service, inside in zip(SERVICES, self.inside, strict=True):
            for side, share in zip(SIDES, (inside, 1 - inside), strict=True):
                standard = share * level * people * MIX[service] * self.spending / self.truncated
                dollars = standard * self.price(service)
                columns[f"{service}_count_{side}"] = standard / PRICES[service] if PRICES[service] else 0 * standard
                columns[f"{service}_truncated_{side}"] = self.truncated * dollars
                columns[f"{service}_dollars_{side}"] = dollars
        columns["participant_revenue"] = self.revenue * Book(columns).billed(sides=["inside"])
        return columns | self._measures(people, percentile) | self._episodes(people, level, percentile)

    def _measures(self, people: FloatArray, percentile: FloatArray) -> dict[str, FloatArray]:
        shares = {name: getattr(self, name) for name in ("diagnosed", "live_discharges", "preventive_eligible")}
        columns = {name: share * people for name, share in shares.items()}
        columns["surveyed"] = np.full(len(people), self.surveyed)
        for measure in MEASURES.values():
            columns[measure.numerator] = _at(percentile, measure.deciles) * columns[measure.denominator]
        return columns

    def _episodes(self, people: FloatArray, level: FloatArray, percentile: FloatArray) -> dict[str, FloatArray]:
        joint, fracture = self.joint_replacements * people, self.fractures * people
        level = level * self.price("admission")  # an episode is mostly a stay (assumption)
        return {
            "joint_episodes": joint,
            "joint_dollars": self.joint_price * joint * level,
            "fracture_episodes": fracture,
            "fracture_dollars": self.fracture_price * fracture * level,
            "joint_institutional": self.institutional * (joint + fracture),
            "joint_complications": self.complications * (joint + fracture) * (1.5 - percentile / 100),
        }


KIDNEY_SHARE = 0.187
"""Members with kidney disease recorded, of all. This and KIDNEY: default region of 200,000 people, third year."""
KIDNEY = {
    "spending": _SPENDING * 1.549,
    "truncated": 0.95 * 0.977,
    "diagnosed": 0.97,
    "live_discharges": 0.25 * 1.572,
    "preventive_eligible": 0.975 * 0.991,
    "surveyed": 300.0 * KIDNEY_SHARE,
    "joint_replacements": 0.0126 * 1.08,
    "fractures": 0.002 * 1.84,
}
"""What differs from the average ACO: its number there, times the model's own ratio."""


class ExampleHospital(Example):
    """A hospital: one of two in an area of 20,000 people. Numbers without a source: as 20 of the default world have."""

    stay_price: float = param(15_590.0, "dollars per stay", 0, 1_000_000)
    revenue: float = param(1.62, "its organization's whole revenue, times what it is paid for stays", 1, 100)
    answers: float = param(0.25, "share of discharged patients who answer the survey", 0, 1)
    follow_up: float = param(0.391 / 0.3785, "its median rate of follow-up over that of ACOs", 0, 2)
    live_discharges: float = param(0.258, "discharges per person-year", 0, 10)
    joint_replacements: float = param(0.0119, "episodes per person-year", 0, 1, about="without hip fracture")
    fractures: float = param(0.0019, "episodes per person-year", 0, 1)

    def units(self) -> float:
        """Discharges."""
        return self.live_discharges * self.people

    @property
    def per(self) -> str:
        """What dollars are told by."""
        return "discharge"

    @property
    def one(self) -> str:
        """Of whom one more is asked about."""
        return "patient"

    def mix(self, side: str) -> dict[str, float]:
        """A hospital's Book has stays."""
        return dict.fromkeys(SERVICES, 0.0) | {"admission": 1.0}

    def one_more(self, worth: Marginal) -> FloatArray:
        """A patient more: of everything that the hospital has, what it has for one."""
        stays = worth.book["live_discharges"]
        return np.asarray(sum(value * worth.book[name] / stays for name, value in worth.columns.items()))

    def told(self) -> str:
        """The example in words."""
        price = self.stay_price * self.price("admission")
        return f"a hospital for {self.people:,} people, {self.units():,.0f} discharges, ${price:,.0f} a stay"

    def _columns(self, more: FloatArray, percentile: FloatArray) -> dict[str, FloatArray]:
        people, level = np.full(len(more), float(self.people)), 1 + more
        stays = self.live_discharges * people
        paid = stays * self.stay_price * self.price("admission") * level
        columns = {"admission_count_inside": stays, "participant_revenue": self.revenue * paid}
        columns |= dict.fromkeys(("admission_dollars_inside", "admission_truncated_inside"), paid)
        return columns | self._measures(people, percentile) | self._episodes(people, level, percentile)

    def _measures(self, people: FloatArray, percentile: FloatArray) -> dict[str, FloatArray]:
        stays, surveyed = self.live_discharges * people, self.answers * self.live_discharges * people
        return {
            "live_discharges": stays,
            "followed_up": self.follow_up * _at(percentile, MEASURES["follow_up"].deciles) * stays,
            "readmitted": _at(percentile, MEASURES["readmissions"].deciles) * stays,
            "surveyed": surveyed,
            "survey_points": _at(percentile, HOSPITAL_SURVEY) * surveyed,
        }


def _at(percentile: FloatArray, deciles: Sequence[float]) -> FloatArray:
    """The rate at a national percentile, same shape."""
    rate: FloatArray = np.interp(percentile, PERCENTILES, deciles)
    return rate
