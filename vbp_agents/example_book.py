"""The Book of an example contract: an average ACO of the default world, with more or less spending and quality."""

from functools import cached_property

import numpy as np

from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.param import Parameters, param
from vbp_agents.rules.quality import MEASURES, PERCENTILES

MIX = {
    # share of spending. Inpatient, skilled nursing, outpatient and physician together, other: Mcomp; physician and
    # outpatient (57.6%) divided among the services of the model: assumption.
    "primary": 0.100,
    "specialist": 0.140,
    "test": 0.150,
    "procedure": 0.126,
    "ed": 0.060,
    "admission": 0.265,
    "post_acute": 0.056,
    "other": 0.103,
    "care_management": 0.0,
}
YEARLY = {
    # services per person-year: N16, N14, N13, N15; tests, procedures and other: assumptions
    "primary": 7.48,
    "specialist": 5.1,
    "test": 8.0,
    "procedure": 0.6,
    "ed": 0.626,
    "admission": 0.257,
    "post_acute": 0.044,
    "other": 1.0,
    "care_management": 0.0,
}
PEOPLE_PER_PERSON = {"diagnosed": 0.5, "live_discharges": 0.25, "preventive_eligible": 0.95}
"""Denominators of quality measures: N13 for discharges; half diagnosed, 5% dead by year-end: assumptions."""
MEDIAN = 50.0
PEERS = tuple(range(5, 100, 10))
"""Percentiles of quality of the contracts that make up the market; they spend alike (assumption)."""
BEFORE = 16
"""Earlier years, all like the usual one: enough for the base years of a third agreement."""


class Example(Parameters):
    """The numbers of the example contract."""

    people: int = param(10_000, "people", 100, 10_000_000, about="of the contract holder")
    spending: float = param(13_166.0, "dollars per person-year, truncated", 1_000, 100_000, "N11")
    truncated: float = param(0.93, "share of spending under the 99th percentile", 0.5, 1)
    inside: float = param(0.40, "share of other services billed by the holder's own organizations", 0, 1)
    inside_primary: float = param(0.80, "share of primary visits billed by them", 0, 1)
    inside_specialist: float = param(1 / 3, "share of specialist visits billed by them", 0, 1, "K06")
    saved: float = param(0.047, "share of the benchmark", 0, 0.5, "M2024r: mean savings rate of 2024")
    surveyed: float = param(300.0, "people", 1, 100_000, about="who answer the survey, as in the default world")
    joint_replacements: float = param(0.008, "episodes per person-year", 0, 1, about="without hip fracture")
    joint_price: float = param(22_872.0, "dollars per episode", 0, 1_000_000, "B03")
    fractures: float = param(0.001, "episodes per person-year", 0, 1)
    fracture_price: float = param(45_000.0, "dollars per episode", 0, 1_000_000)
    institutional: float = param(0.337, "share of episodes discharged to a nursing facility", 0, 1, "B01")
    complications: float = param(0.03, "share of episodes", 0, 1, "42 CFR 510 measure, about 2.8 to 3.1% (memory)")

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
        for service in SERVICES:
            for side in SIDES:
                part = self._side(service, side) * level * people
                truncated = part * MIX[service] * self.spending
                columns[f"{service}_count_{side}"] = part * YEARLY[service]
                columns[f"{service}_truncated_{side}"] = truncated
                columns[f"{service}_dollars_{side}"] = truncated / self.truncated
        columns["participant_revenue"] = Book(columns).billed(sides=["inside"])
        return columns | self._measures(people, percentile) | self._episodes(people, level, percentile)

    def _side(self, service: str, side: str) -> float:
        own = {"primary": self.inside_primary, "specialist": self.inside_specialist}.get(service, self.inside)
        return own if side == "inside" else 1 - own

    def _measures(self, people: FloatArray, percentile: FloatArray) -> dict[str, FloatArray]:
        columns = {name: share * people for name, share in PEOPLE_PER_PERSON.items()}
        columns["surveyed"] = np.full(len(people), self.surveyed)
        for measure in MEASURES.values():
            rate = np.interp(percentile, PERCENTILES, measure.deciles)
            columns[measure.numerator] = rate * columns[measure.denominator]
        return columns

    def _episodes(self, people: FloatArray, level: FloatArray, percentile: FloatArray) -> dict[str, FloatArray]:
        joint, fracture = self.joint_replacements * people, self.fractures * people
        return {
            "joint_episodes": joint,
            "joint_dollars": self.joint_price * joint * level,
            "fracture_episodes": fracture,
            "fracture_dollars": self.fracture_price * fracture * level,
            "joint_institutional": self.institutional * (joint + fracture),
            "joint_complications": self.complications * (joint + fracture) * (1.5 - percentile / 100),
        }
