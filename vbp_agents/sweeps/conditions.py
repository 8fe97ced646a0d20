"""`where`: which points count, as comparisons of the values that are varied. Data only: nothing of it is run.

contracts.0.terms.loss_rate_low <= contracts.0.terms.loss_rate_high
care.fixed_cost.admission <= 0.5
2 * behavior.scruple < behavior.care_benefit
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vbp_agents.errors import WrongInput, did_you_mean

COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
_WAYS = "write `PATH <= PATH`, `PATH < NUMBER` or `NUMBER * PATH < PATH`, with <, <=, >, >=, == or !="

_NUMBER = r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?"
_PATH = r"[A-Za-z_][\w:.*-]*"
_TERM = re.compile(rf"\s*(?:(?P<number>{_NUMBER})\s*(?:\*\s*(?P<times>{_PATH}))?|(?P<path>{_PATH}))\s*")


@dataclass(frozen=True)
class _Term:
    """A number, or a number times the value of a path."""

    factor: float
    path: str = ""

    def value(self, values: Mapping[str, Any]) -> float:
        """At a point."""
        return self.factor * values[self.path] if self.path else self.factor


@dataclass(frozen=True)
class PointCondition:
    """What must be so at a point, as it was written."""

    written: str
    left: _Term
    compared: str
    right: _Term

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is so at a point, whose values are by path."""
        return COMPARED[self.compared](self.left.value(values), self.right.value(values))


def condition(text: str, numbers: Iterable[str]) -> PointCondition:
    """The comparison that a text is. ``numbers``: the paths that are varied over numbers. Raises WrongInput."""
    sides = re.split(r"(<=|>=|==|!=|<|>)", text)
    if len(sides) != 3:
        raise WrongInput(f"{text!r} is no comparison; {_WAYS}")
    left, right = (_term(side, text) for side in (sides[0], sides[2]))
    known = list(numbers)
    for path in filter(None, (left.path, right.path)):
        if path not in known:
            listed = f"; varied numbers: {', '.join(known)}" if len(known) <= 12 else ""
            raise WrongInput(f"{path!r} is no number that is varied here{listed}{did_you_mean(path, known)}")
    if not (left.path or right.path):
        raise WrongInput(f"{text!r} compares two numbers and no path; {_WAYS}")
    return PointCondition(text, left, sides[1], right)


def _term(text: str, whole: str) -> _Term:
    match = _TERM.fullmatch(text)
    if not match:
        raise WrongInput(f"{text.strip()!r} in {whole!r} is no path and no number; {_WAYS}")
    if match["path"]:
        return _Term(1.0, match["path"])
    return _Term(float(match["number"]), match["times"] or "")
