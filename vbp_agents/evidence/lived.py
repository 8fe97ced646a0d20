"""What one replicate's runs under one behavior left, and the people of contracts in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vbp_agents.evidence.arms import BASE
from vbp_agents.metrics.base import Frames, ratio

if TYPE_CHECKING:
    from pandas import DataFrame

WhichYear = int | Literal["all", "last"]
KEY = ["payer", "contract"]


@dataclass(frozen=True)
class EvidenceRuns:
    """``runs``: tables by arm; ``population``: the population's measures of its first year under fee for service."""

    runs: Mapping[str, Frames]
    population: Mapping[str, float]

    @property
    def years(self) -> int:
        """How many years every run lasted."""
        return int(self.runs[BASE]["contracts"]["year"].max())


@dataclass(frozen=True)
class FollowedMembers:
    """The people of some contracts in some years of a run, and what they got, per person-year."""

    tables: Frames
    contracts: "DataFrame"
    years: tuple[int, ...]

    def rows(self, table: str) -> "DataFrame":
        """A yearly table's rows of these contracts and years."""
        merged = self.tables[table].merge(self.contracts, on=KEY)
        return merged[merged["year"].isin(self.years)]

    def total(self, column: str) -> float:
        """The sum of a column of `contracts`."""
        return float(self.rows("contracts")[column].sum())

    @property
    def person_years(self) -> float:
        """Years lived by the members."""
        return self.total("member_months") / 12

    def spending(self, service: str | None = None) -> float | None:
        """Allowed charges, of one service or of all, dollars per person-year."""
        return self._per_year("dollars", service)

    def count(self, service: str) -> float | None:
        """Services per person-year."""
        return self._per_year("count", service)

    def settled(self) -> float | None:
        """Settlements, dollars per person-year, positive to the holder."""
        lines = self.rows("settlements")
        return ratio(float(lines.loc[lines["line"] == "settlement", "amount"].sum()), self.person_years)

    def _per_year(self, column: str, service: str | None) -> float | None:
        services = self.rows("services")
        kept = services if service is None else services[services["service"] == service]
        return ratio(float(kept[column].sum()), self.person_years)


def treated(tables: Frames, kind: str | None = None) -> "DataFrame":
    """The contracts (payer, contract) that were ever under another rule than fees, of one kind of holder or of all."""
    months = tables["months"]
    held = months[months["value_based"] & ~months["kind"].isin(["hospital", "unattached"])]
    return held.loc[(held["kind"] == kind) | (kind is None), KEY].drop_duplicates()


def years_of(lived: EvidenceRuns, year: WhichYear) -> tuple[int, ...]:
    """The years meant; none where the runs were too short."""
    if year == "all":
        return tuple(range(1, lived.years + 1))
    number = lived.years if year == "last" else year
    return (number,) if number <= lived.years else ()


def members_of_both(
    lived: EvidenceRuns, arm: str, year: WhichYear, kind: str | None = None
) -> tuple[FollowedMembers, FollowedMembers] | None:
    """The members of an arm's contracts, and of the same contracts under fee for service; None where nobody is."""
    contracts, years = treated(lived.runs[arm], kind), years_of(lived, year)
    if contracts.empty or not years:
        return None
    return FollowedMembers(lived.runs[arm], contracts, years), FollowedMembers(lived.runs[BASE], contracts, years)


def less(value: float | None, base: float | None) -> float | None:
    """The difference, None where either is missing."""
    return None if value is None or base is None else value - base


def percent(value: float | None, base: float | None) -> float | None:
    """By how many percent ``value`` differs from ``base``, None where there is no telling."""
    return None if value is None or not base else 100 * (value / base - 1)
