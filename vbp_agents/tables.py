"""The columns of the results: every table, every column, its unit and what it holds. Nothing else is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pandas import DataFrame

KEYS = ("scenario", "replicate")
"""Stand first in every saved table and tell runs apart."""


@dataclass(frozen=True)
class Column:
    """One column: its unit, what it holds, and how it is stored ("string", "int64" or "float64").

    ``counted``: "monthly", "december" (once a year, but for who died in it) or "settlement" (money of a settled year).
    """

    unit: str
    about: str
    dtype: str
    counted: str = "monthly"


@dataclass(frozen=True)
class Table:
    """One tidy table: what a row is, and its columns in order."""

    row: str
    columns: Mapping[str, Column]

    def dtypes(self) -> dict[str, str]:
        """How each column is stored: the same in a table without rows, so that files of all runs fit together."""
        return {name: column.dtype for name, column in self.columns.items()}

    def frame(self, parts: Sequence[Mapping[str, Any]]) -> "DataFrame":
        """The parts (columns of equal length, or one value for all rows) below one another, stored as declared.

        Raises ValueError where they have other columns than the declared ones.
        """
        import pandas as pd

        plain = self.plain(parts)
        return pd.DataFrame({name: plain.joined(name) for name in self.columns}).astype(self.dtypes())

    def plain(self, parts: "Sequence[Mapping[str, Any]]") -> "PlainTable":
        """The same as plain columns, each joined when it is asked for."""
        for part in parts:
            self._check_names(part)
        return PlainTable(self, parts)

    def check(self, frame: "DataFrame") -> None:
        """Raise ValueError unless the frame has exactly the declared columns, in their order, stored as declared."""
        self._check_names(frame.columns)
        stored = {column: str(dtype) for column, dtype in frame.dtypes.items()}
        if list(stored.items()) != list(self.dtypes().items()):
            raise ValueError(f"stored as {stored}, not as declared: {self.dtypes()}")

    def _check_names(self, columns: Iterable[str]) -> None:
        given = list(columns)
        undeclared = [column for column in given if column not in self.columns]
        missing = [column for column in self.columns if column not in given]
        if undeclared or missing:
            raise ValueError(f"a row is {self.row}: undeclared columns {undeclared}, missing columns {missing}")


class PlainTable(Mapping[str, NDArray[Any]]):
    """A table's columns as arrays, stored as declared but for names, which are objects."""

    def __init__(self, table: Table, parts: Sequence[Mapping[str, Any]]) -> None:
        self._table, self._parts = table, parts
        self._rows = [_rows(part) for part in parts]
        self._made: dict[str, NDArray[Any]] = {}

    def joined(self, name: str) -> NDArray[Any]:
        """One column of all parts; one value stands for all rows of its part."""
        columns = [_column(part[name], n) for part, n in zip(self._parts, self._rows, strict=True)]
        return np.concatenate(columns) if columns else np.array([])

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._made:
            stored = self._table.columns[name].dtype
            self._made[name] = self.joined(name).astype("O" if stored == "string" else stored, copy=False)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._table.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.columns)

    def __len__(self) -> int:
        return len(self._table.columns)


def _rows(part: Mapping[str, Any]) -> int:
    """How many rows a part has: as long as its columns are that are no single value, none where these are empty."""
    return max({len(value) for value in part.values() if np.ndim(value)} - {1}, default=1)


def _column(value: Any, rows: int) -> NDArray[Any]:
    """A column of so many rows; NumPy takes its time to broadcast, which hardly any column needs."""
    if isinstance(value, np.ndarray) and value.shape == (rows,):
        return value
    return np.broadcast_to(value, rows) if isinstance(value, np.ndarray | list) else np.full(rows, value)


def check_tables(tables: "Mapping[str, DataFrame]") -> None:
    """Raise ValueError unless these are the declared tables with the declared columns."""
    if set(tables) != set(TABLES):
        raise ValueError(f"tables {sorted(tables)} are not the declared {sorted(TABLES)}")
    for name, frame in tables.items():
        TABLES[name].check(frame)


def table(row: str, **columns: Column) -> Table:
    """Declare a table: what a row is, then its columns."""
    return Table(row, MappingProxyType(columns))


def name(about: str) -> Column:
    """A column of names."""
    return Column("name", about, "string")


def count(unit: str, about: str) -> Column:
    """A column of whole numbers."""
    return Column(unit, about, "int64")


def amount(unit: str, about: str) -> Column:
    """A column of real numbers."""
    return Column(unit, about, "float64")


def in_december(column: Column) -> Column:
    """A column that is counted when a year is over."""
    return replace(column, counted="december")


def when_settled(column: Column) -> Column:
    """A column of money that a year's settlement moves."""
    return replace(column, counted="settlement")


YEAR = count("year", "1 is the first year after the warm-up")
PAYER = name("who pays")
CONTRACT = name("the contract's holder, as kind and area; `unattached` for the payer's people attributed to none")
KIND = name("the holder's kind: physician_led, hospital_led, independents or unattached")
PROGRAM = name("treated or control in a randomized program, voluntary where the holder is in by choice, else empty")
ORGANIZATION = count("number", "the organization's position in the region, from 0")

EPISODES = {
    "joint_episodes": count("episodes", "joint replacement and 90 days, over this year, without hip fracture"),
    "joint_dollars": amount("dollars", "of those, whoever billed"),
    "fracture_episodes": count("episodes", "the same with hip fracture"),
    "fracture_dollars": amount("dollars", "of those, whoever billed"),
    "joint_institutional": count("episodes", "of both, discharged to a nursing facility"),
    "joint_complications": count("episodes", "of both, with a complication"),
}

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "months": table(
            "a contract in a month (and each payer's unattached)",
            month=count("month", "1 is the first month after the warm-up"),
            payer=PAYER,
            contract=name("the holder, as kind and area; `hospital_1`, ...; `unattached`: attributed to none"),
            kind=name("the holder's kind: physician_led, hospital_led, independents, hospital or unattached"),
            regime=name("the rules in force, with the rung of a ladder, joined by ` + `; fee_for_service if none"),
            value_based=Column("yes or no", "whether one of them is another rule than fee for service", "bool"),
            member_months=count("months", "people attributed to the contract who were alive this month"),
            deaths=count("people", "died in the month"),
            entered=count("people", "newcomers who took the place of the dead"),
            paid_to_holder=amount("dollars", "by payer and patients, to the contract's own organizations"),
            paid_to_others=amount("dollars", "by payer and patients, to organizations outside the contract"),
            patient_outlay=amount("dollars", "coinsurance: the patients' part of both"),
            payer_outlay=amount("dollars", "the payer's part of both, before settlements"),
        ),
        "settlements": table(
            "a line of a settled contract-year's statement",
            year=count("year", "the year that is settled"),
            known_month=count("month", "when the result becomes known"),
            payer=PAYER,
            contract=CONTRACT,
            regime=name("the rule, with the rung of a ladder"),
            program=PROGRAM,
            line=name("what the amount is: benchmark, savings, ...; `settlement` is what is paid"),
            amount=when_settled(
                amount("dollars, shares or points, by line", "a settlement is positive to the provider")
            ),
        ),
        "hospitals": table(
            "a hospital's patients of one payer in a year",
            year=YEAR,
            payer=PAYER,
            hospital=name("the hospital; two an area, the system's first"),
            program=PROGRAM,
            live_discharges=count("discharges", "of living patients"),
            followed_up=count("discharges", "of those, seen within 7 days"),
            readmitted=count("discharges", "of those, admitted again within 30 days, to any hospital"),
            surveyed=count("people", "who answered the hospital's survey"),
            survey_points=amount("points", "their answers, 0 to 100 each, summed"),
            declined_cases=count("cases", "elective joint replacements that it declined, expecting to lose on them"),
            **EPISODES,
        ),
        "contracts": table(
            "the people of a contract in a year (and each payer's unattached)",
            year=YEAR,
            payer=PAYER,
            contract=CONTRACT,
            kind=KIND,
            program=PROGRAM,
            member_months=count("months", "lived by the people of the contract"),
            unattached_months=count("months", "of those, lived without a practice"),
            coded_risk=amount("risk score x months", "the payer's risk model on recorded conditions, not renormalized"),
            baseline_coded_risk=amount("risk score x months", "the same had coding stayed as it was at baseline"),
            unpriced_attached=amount("risk score x months", "true minus baseline coded risk, months with a practice"),
            unpriced_unattached=amount("risk score x months", "the same, months without a practice"),
            deaths=count("people", "died in the year"),
            entered=count("people", "newcomers who took the place of the dead"),
            avoidable_admissions=count("admissions", "for conditions that are sensitive to ambulatory care"),
            duplicate_tests=count("tests", "that repeat what another organization has done"),
            referrals=count("referrals", "to a specialist"),
            referrals_inside=count("referrals", "of those, to a specialist of the referring practice's own ACO"),
            live_discharges=count("discharges", "discharges of living patients"),
            followed_up=count("discharges", "of those, seen within 7 days"),
            readmitted=count("discharges", "stays that began within 30 days of a discharge"),
            diagnosed=in_december(
                count("people", "alive at the year's end with a recorded chronic disease that is measured")
            ),
            controlled=in_december(count("people", "of those, with their disease under control")),
            preventive_eligible=in_december(count("people", "alive at the year's end")),
            preventive_seen=in_december(count("people", "of those, with a primary-care visit in the year")),
            surveyed=in_december(count("people", "who answered the experience survey")),
            survey_points=in_december(amount("points", "their answers, 0 to 100 each, summed")),
            regular_visitors=in_december(count("people", "with at least 4 ambulatory visits in the calendar year")),
            continuity_clinicians=in_december(
                amount("index x people", "their Bice-Boxerman continuity over clinicians, summed")
            ),
            continuity_practices=in_december(
                amount("index x people", "their Bice-Boxerman continuity over practices, summed")
            ),
            usual_provider=in_december(
                amount("share x people", "their share of visits to the most visited clinician, summed")
            ),
            harmful=count("services", "given to them with a benefit below zero"),
            control=amount("control x months", "their disease control, 0 to 1, summed over months"),
            qalys=amount("QALYs", "lived by them"),
            **EPISODES,
        ),
        "services": table(
            "a service of a contract in a year, by where it was billed",
            year=YEAR,
            payer=PAYER,
            contract=CONTRACT,
            kind=KIND,
            service=name("primary, specialist, test, procedure, ed, admission, post_acute, other, care_management"),
            side=name("inside or outside the contract's own organizations"),
            count=count("services", "billed"),
            dollars=amount("dollars", "allowed charges at the payer's prices"),
            truncated=amount("dollars", "allowed charges that fit under the 99th percentile of a person's year"),
        ),
        "decisions": table(
            "the Truth of an organization's decisions on one discretionary service in a year",
            year=YEAR,
            organization=ORGANIZATION,
            decision=name("what is decided: primary, referral, return_visit, test, procedure, admission or post_acute"),
            opportunities=count("opportunities", "for the service that patients brought"),
            marginal=count("opportunities", "of those, not plainly necessary"),
            given=count("services", "given, necessary ones included"),
            marginal_given=count("services", "given of the marginal"),
            harmful=count("services", "given with a benefit below zero"),
            low_value=count("services", "given with a benefit from zero to below the resource cost"),
            underuse=count("opportunities", "not given with a benefit above the resource cost"),
            benefit=amount("dollars", "of health, by the services given"),
        ),
        "organizations": table(
            "an organization in a year",
            year=YEAR,
            organization=ORGANIZATION,
            kind=name("what kind of organization it is"),
            contract=name("the contract holder it belongs to; `unattached` where it belongs to none"),
            attached_months=count("months", "lived by people attached to its practices"),
            fees=amount("dollars", "of its work at the payers' prices, before any contract"),
            beyond_fees=amount("dollars", "what contracts paid above (below: negative) the fees for the same work"),
            settlements=when_settled(
                amount("dollars", "its share of its ACO's settlements, booked to the year they are for")
            ),
            standard_dollars=amount("dollars", "of its work at standard prices"),
            variable_cost=amount("dollars", "resources used by its services"),
            fixed_cost=amount("dollars", "of keeping the doors open, frozen at baseline"),
            care_management=amount("dollars", "effort and money spent on coordination"),
        ),
        "levers": table(
            "a lever of an organization with practices at the end of a year: how far it is from baseline practice",
            year=YEAR,
            organization=ORGANIZATION,
            kind=name("what kind of organization it is"),
            contract=name("the contract holder it belongs to; `unattached` where it belongs to none"),
            lever=name(
                "coordination, measured_tasks, documentation or completeness; of its practices on average: "
                "steering_inside, steering_cheaper, and intensity_primary, ... by what their clinicians are asked"
            ),
            value=amount("share, log weight or prices", "shares; weights of steering; the margin of one more service"),
        ),
        "practices": table(
            "a practice with patients in a year",
            year=YEAR,
            practice=count("number", "the practice's position in the region, from 0"),
            organization=ORGANIZATION,
            member_months=count("months", "lived by people attached to it"),
            visits=count("visits", "of primary care to it"),
            unpriced_risk=amount("risk score x months", "true minus baseline coded risk of its people"),
            experience=amount("points x months", "experience of its people, 0 to 100"),
        ),
        "groups": table(
            "a fifth or tenth of the people in a year",
            year=YEAR,
            grouping=name("deprivation_quintile, true_risk_decile or unpriced_risk_decile, cut at baseline"),
            group=count("number", "from 1, the least deprived or lowest risk"),
            person_months=count("months", "lived"),
            unattached_months=count("months", "of those, without a practice"),
            attempts=count("attempts", "to attach to a practice"),
            refusals=count("attempts", "of those, refused"),
            marginal=count("opportunities", "for discretionary services near the margin; by unpriced risk only"),
            marginal_given=count("services", "of those, given"),
            at_start=count("people", "alive at the start of month 1; 0 in later years"),
            experience=amount("points x months", "experience, 0 to 100"),
            qalys=amount("QALYs", "lived by those who were alive at the start of month 1"),
        ),
        "spending": table(
            "a payer's people whose year's spending fell into one bin",
            year=YEAR,
            payer=PAYER,
            bin=count("number", "0 for nothing; bin b > 0 begins at 2^(9 + (b - 1) / 16) cents"),
            people=in_december(count("people", "at the year's end or at death")),
            dollars=in_december(amount("dollars", "that they spent")),
        ),
    }
)
