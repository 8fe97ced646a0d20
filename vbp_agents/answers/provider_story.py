"""What a practice decided and why, for people: a small table and a sentence."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vbp_agents.actors.reasons import BESIDES
from vbp_agents.presentation.written import DASH

if TYPE_CHECKING:
    from rich.table import Table

_SMALL = 0.005
"""Shares that a table leaves out, and dollars."""
_UNITS = {
    "share": "as a share: 1 is all there is",
    "log weight": "as a log weight: +0.1 makes a place about a tenth likelier",
}
_TOLD = 2
"""Causes that a table names of each drive."""


def provider_table(answer: Mapping[str, Any]) -> "Table":
    """The levers that anything moves: the drive and its largest causes, where it leads, peers, and where it is."""
    from rich import box
    from rich.table import Table

    table = Table(
        title=_title(answer), caption=_caption(answer), caption_justify="left", box=box.SIMPLE, padding=(0, 0, 0, 1)
    )
    table.add_column("lever")
    table.add_column("drive", justify="right")
    table.add_column("because of")
    for name in ("heads for", "peers", "is now"):
        table.add_column(name, justify="right")
    for row in answer["reasons"]:
        where = [row[name] for name in ("heads_for", "peers", "is_now")]
        if any(abs(place or 0.0) >= _SMALL for place in where):
            places = [_place(place, row["moves"]) for place in where]
            because = _because(row, answer["own_reason"][0])
            table.add_row(f"{row['lever']}: {row['what']}", _dollars(row["drive"]), because, *places)
    return table


def provider_words(answer: Mapping[str, Any]) -> list[str]:
    """Plain sentences: which term of which contract moves which lever most, in dollars, and what else does."""
    when = f"In month {answer['month']} under {answer['scenario']}"
    of_behavior = f"Its behavior is {answer['behavior']}: {answer['own_reason'][1]}." if answer["own_reason"][1] else ""
    rows = [row for row in answer["reasons"] if row["because"] and row["weighed"]]
    if rows:
        most = max(rows, key=lambda row: (abs(row["reach"]), abs(row["drive"])))
        return [f"{when}, {_most_moved(answer, most)}", *([of_behavior] if of_behavior else [])]
    said = [f"{when}, no contract moves any lever of {_who(answer['provider'])}: {_why_not(answer)}."]
    moved = [row for row in answer["reasons"] if row["reach"] or abs(row["is_now"]) >= _SMALL]
    if of_behavior and moved:
        most = max(moved, key=lambda row: abs(row["reach"]))
        said.append(f"{of_behavior} Furthest goes {most['lever']}: {most['what']}, which {_going(most)}.")
    return said


def _most_moved(answer: Mapping[str, Any], most: Mapping[str, Any]) -> str:
    """The lever that contracts move most, why, and how far it goes."""
    cause = max(most["because"], key=lambda cause: abs(cause["dollars"]))
    gives = "adds" if cause["dollars"] > 0 else "takes"
    return (
        f"what contracts pay moves {_who(answer['provider'])} furthest towards {most['in_words']}: the {cause['term']} "
        f"term of {cause['contract']} ({cause['payer']}) {gives} {_dollars(abs(cause['dollars']))} "
        f"{_per(most['unit'])}{_besides(most)}. Once norms and the cost of effort are weighed, "
        f"that lever ({most['lever']}: {most['what']}) {_going(most)}."
    )


def _besides(most: Mapping[str, Any]) -> str:
    """What the other terms add to the largest."""
    several = len(most["because"]) > 1 or most["besides_contracts"]
    return f", with all other terms {_dollars(most['drive'])}" if several else ""


def _going(row: Mapping[str, Any]) -> str:
    """Where a lever heads and is, in its unit."""
    aim, now = (_place(row[name], row["moves"]) for name in ("heads_for", "is_now"))
    return f"heads for {aim} from baseline practice and has come to {now} ({_unit(row['moves'])})"


def _unit(moves: str) -> str:
    """A lever's unit in words."""
    return _UNITS.get(moves, f"in {moves}")


def _why_not(answer: Mapping[str, Any]) -> str:
    if answer["behavior"] == "fixed_practice":
        return "by the behavior fixed_practice it practices as it did, whatever it is paid"
    if any(row["because"] for row in answer["reasons"]) or answer["own_reason"][1]:
        return f"{answer['behavior']} does not weigh what they are worth"
    return "none that it is under is in force, or worth anything beyond fees"


def _who(about: Mapping[str, Any]) -> str:
    aco = f"in {about['aco']}" if about["aco"] else "in no ACO"
    return f"practice {about['practice']} (organization {about['organization']}, {about['kind']}, {aco})"


def _title(answer: Mapping[str, Any]) -> str:
    return f"{_who(answer['provider'])}: {answer['scenario']}, month {answer['month']}, replicate {answer['replicate']}"


def _caption(answer: Mapping[str, Any]) -> str:
    effort = answer["effort"]
    return (
        f"drive: dollars that one more brings, as worked out in month {answer['decided_in']}; heads for, peers (who "
        "share its referrals) and is now: where the lever is, from baseline practice, in dollars, log weights "
        "(steering) or shares (coordination to completeness)\n"
        f"effort costs {_dollars(effort['dollars_per_member_month'])} a member-month, "
        f"{_dollars(effort['beyond_baseline'])} of it beyond baseline"
    )


def _because(row: Mapping[str, Any], own_reason: str) -> str:
    """The largest causes, and how much the others come to; the behavior's own reason where those are not weighed."""
    causes = [(f"{cause['contract']} {cause['term']}", cause["dollars"]) for cause in row["because"]]
    causes += [(BESIDES, row["besides_contracts"])]
    ordered = sorted((cause for cause in causes if cause[1]), key=lambda cause: -abs(cause[1]))
    largest = [f"{what} {_dollars(dollars)}" for what, dollars in ordered[:_TOLD]]
    rest = sum(dollars for _, dollars in ordered[_TOLD:])
    text = ", ".join([*largest, f"others {_dollars(rest)}"] if abs(rest) >= _SMALL else largest)
    if row["weighed"] or not (row["because"] or own_reason):
        return text
    return "; ".join(part for part in (own_reason, f"not weighed: {text}" if text else "") if part)


def _place(value: float | None, moves: str) -> str:
    """Where a lever is, from baseline practice."""
    if value is None:
        return DASH
    return _dollars(value) if moves.startswith("dollars") else f"{value:+.3f}"


def _dollars(value: float) -> str:
    """Dollars with their sign, cents where they count."""
    digits = 0 if abs(value) >= 1_000 else 2
    return f"{'−' if value < -_SMALL else ''}${abs(value):,.{digits}f}"


def _per(unit: str) -> str:
    """What a drive's dollars are for."""
    return unit.removeprefix("dollars ")
