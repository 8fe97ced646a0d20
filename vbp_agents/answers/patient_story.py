"""What happened to one patient, under one scenario or two, for people: sentences and a row a month."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents.explain.replay import Attempt
from vbp_agents.presentation.written import many

if TYPE_CHECKING:
    from rich.table import Table

MOST_TOLD = 5
WHOSE = {"hospital_system": "the system's hospital", "community_hospital": "the community's hospital"}
"""Refusals that are told one by one."""


def patient_table(answer: Mapping[str, Any]) -> "Table":
    """A row a month in which anything happened, a column a scenario."""
    from rich import box
    from rich.table import Table

    table = Table(title=f"Patient {answer['patient']}, replicate {answer['replicate']}", box=box.SIMPLE)
    table.add_column("month", justify="right")
    for name in answer["months"]:
        table.add_column(name, overflow="fold")
    cells = {name: dict(cells_of(story)) for name, story in answer["months"].items()}
    for month in sorted({month for story in cells.values() for month in story}):
        table.add_row(str(month), *(story.get(month, "") for story in cells.values()))
    return table


def cells_of(story: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """The months in which something happened, in words."""
    before: Mapping[str, Any] = {}
    for month in story:
        said = [month["event"], *_moved(month, before), *_care(month), *_attempts(month)]
        if text := "; ".join(part for part in said if part):
            yield month["month"], text
        before = month


def _moved(month: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    if month["event"] == "died":
        return
    if month["practice"] != before.get("practice"):
        yield f"practice {month['practice']}" if month["practice"] >= 0 else "without a practice"
    if month["contract"] != before.get("contract"):
        yield f"counts for {month['contract']}"


def _care(month: Mapping[str, Any]) -> Iterator[str]:
    if month["given"]:
        yield f"{_counted(month['given'])} (${month['dollars']:,.0f})"
    if month["not_given"]:
        worth = f", {month['underuse']} worth more than its cost" if month["underuse"] else ""
        yield f"not given: {_counted(month['not_given'])}{worth}"
    if month["by_levers"]:
        yield f"by levers: {', '.join(f'{n:+d} {name}' for name, n in month['by_levers'].items())}"
    if month["declined"]:
        yield "joint replacement declined"


def _attempts(month: Mapping[str, Any]) -> Iterator[str]:
    for attempt in month["attempts"]:
        if not attempt["welcome"]:
            yield f"{'dropped' if attempt['review'] else 'refused'} by practice {attempt['practice']}"


def patient_words(answer: Mapping[str, Any], most: int = MOST_TOLD) -> list[str]:
    """A sentence for each scenario, when they part, and why the patient was refused, in ``most`` sentences of each."""
    said = [*_newcomer(answer), *(_sentence(answer, name, totals) for name, totals in answer["totals"].items())]
    if len(answer["months"]) == 2:
        first = answer["first_difference"]
        said.append(f"The two first differ in month {first}." if first else "The two do not differ.")
    for name, story in answer["months"].items():
        refusals = [line for month in story for line in _refusals(name, month)]
        said += refusals[:most]
        if len(refusals) > most:
            said.append(f"{name}: {len(refusals) - most} more refusals are in the JSON (--json FILE).")
    return said


def _newcomer(answer: Mapping[str, Any]) -> list[str]:
    """Whose place a patient took who was not there from the first."""
    patient, people = answer["patient"], answer["people"]
    if patient < people:
        return []
    return [
        f"Patient {patient} is a newcomer, who took the place of patient {patient - people} when that one died: "
        f"the dead are replaced, and a newcomer's number is that of who died plus the number of people, {people:,}."
    ]


def _sentence(answer: Mapping[str, Any], scenario: str, totals: Mapping[str, Any]) -> str:
    patient = answer["patient"]
    if not totals["months"]:
        return f"Under {scenario} there was no patient {patient} in these months."
    services = sum(totals["given"].values())
    missed = sum(totals["not_given"].values())
    place = f"newcomer {patient + answer['people']} took the place"
    died = f", then died in month {totals['died']} ({place})" if totals["died"] else ""
    return (
        f"Under {scenario} patient {patient} lived {many(totals['months'], 'month')}{died}: "
        f"{many(services, 'service')} for ${totals['dollars']:,.0f}, {missed} not given, "
        f"{totals['underuse']} of them worth more than their cost; refused {times(totals['refusals'])}, "
        f"dropped {times(totals['dropped'])}, {many(totals['unattached_months'], 'month')} without a practice."
    )


def _refusals(scenario: str, month: Mapping[str, Any]) -> Iterator[str]:
    """Why a practice refused or dropped the patient, or a hospital declined the case, in dollars."""
    when = f"{scenario}, month {month['month']}"
    for attempt in month["attempts"]:
        if not attempt["welcome"]:
            did = "dropped the patient" if attempt["review"] else "refused the patient"
            yield f"{when}: practice {attempt['practice']} {did}: {weighed(Attempt(**_own(attempt)))}"
    if month["declined"]:
        case = month["declined"]
        place = WHOSE[case["owner"]]
        yield (
            f"{when}: {place} declined a joint replacement: it expected {_signed(case['margin'])} beyond its fee; "
            f"altruism {_signed(case['care'])} and scruple {_signed(case['scruple'])} did not outweigh that "
            "as it saw the case."
        )


def _own(attempt: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attempt.items() if name != "balance"}


def weighed(attempt: Attempt) -> str:
    """What a practice weighed, dollars a year, adding up."""
    return (
        f"expected margin {_signed(attempt.margin)}, hours {_signed(-attempt.hours)}, "
        f"altruism {_signed(attempt.care)}, scruple {_signed(attempt.scruple)}, "
        f"error of its idea {_signed(attempt.error)}: {_signed(attempt.balance)} a year."
    )


def _counted(numbers: Mapping[str, int]) -> str:
    """`2 primary, 1 test`."""
    return ", ".join(f"{number} {name}" for name, number in numbers.items())


def times(number: int) -> str:
    """`never`, `once`, `3 times`."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _signed(value: float) -> str:
    """Whole dollars with their sign."""
    return f"{'−' if round(value) < 0 else '+' if round(value) > 0 else ''}${abs(value):,.0f}"
