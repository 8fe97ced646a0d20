"""What happened to one patient, under one scenario or two, as other programs read it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from vbp_agents.explain.replay import PatientMonth

Months = Sequence[PatientMonth]


def patient_document(stories: Mapping[str, Months]) -> dict[str, Any]:
    """Every month by scenario, what they come to, and when the scenarios first part."""
    return {
        "months": {name: [_month(month) for month in story] for name, story in stories.items()},
        "totals": {name: _totals(story) for name, story in stories.items()},
        "first_difference": _first_difference(list(stories.values())),
    }


def _month(month: PatientMonth) -> dict[str, Any]:
    document = asdict(month)
    for told_attempt, attempt in zip(document["attempts"], month.attempts, strict=True):
        told_attempt["balance"] = attempt.balance
    return document


def _totals(story: Months) -> dict[str, Any]:
    refused = [attempt for month in story for attempt in month.attempts if not attempt.welcome]
    return {
        "months": sum(month.event != "died" for month in story),
        "died": next((month.month for month in story if month.event == "died"), None),
        "given": _sum(month.given for month in story),
        "not_given": _sum(month.not_given for month in story),
        "underuse": sum(month.underuse for month in story),
        "by_levers": _sum(month.by_levers for month in story),
        "refusals": sum(not attempt.review for attempt in refused),
        "dropped": sum(attempt.review for attempt in refused),
        "declined": sum(month.declined is not None for month in story),
        "unattached_months": sum(month.event != "died" and month.practice < 0 for month in story),
        "dollars": sum(month.dollars for month in story),
    }


def _sum(counts: Iterator[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return {name: number for name, number in total.items() if number}


def _first_difference(stories: Sequence[Months]) -> int | None:
    """The first month in which care, practice or life differ between two scenarios."""
    if len(stories) < 2:
        return None
    mine, theirs = ({month.month: _lived(month) for month in story} for story in stories)
    parted = [month for month in {*mine, *theirs} if mine.get(month) != theirs.get(month)]
    return min(parted, default=None)


def _lived(month: PatientMonth) -> tuple[Any, ...]:
    return month.event, month.practice, dict(month.given), dict(month.not_given), month.dollars
