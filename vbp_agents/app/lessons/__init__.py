"""Guided lessons: each YAML file in this folder is one, of text, scenarios and questions. Nothing else is needed."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from vbp_agents.contracts.luck import chance_to_earn
from vbp_agents.declaration import Parameters
from vbp_agents.errors import WrongInput
from vbp_agents.terms.document import read_document
from vbp_agents.terms.problems import problems_of

FOLDER = Path(__file__).parent
FORMULAS: Mapping[str, Callable[[float], float]] = {
    "chance_to_earn": lambda members: 100 * float(chance_to_earn(np.array([members]))[0]),
}
"""What a case can be held against besides the simulation, by name; from a number of members, in the case's unit."""


class Formula(Parameters):
    """A closed form of FORMULAS at so many ``members``, and in words what it is."""

    name: str
    members: float
    about: str

    def value(self) -> float:
        """Its value."""
        return FORMULAS[self.name](self.members)


class Case(Parameters):
    """One thing to predict and then to see.

    ``scenario``: what is run, with ``changes`` by path; ``people`` of the region. Observed is ``metric`` times
    ``scale``, in ``unit``; a prediction lies between ``low`` and ``high``.
    """

    id: str
    ask: str
    title: str
    unit: str
    low: float = 0.0
    high: float = 100.0
    scenario: str
    changes: dict[str, Any] = Field(default_factory=dict)
    people: int
    metric: str
    scale: float = 1.0
    formula: Formula | None = None


class Lesson(Parameters):
    """A question, predictions, a run, what is observed, why, and how to go on.

    ``question``, ``before`` and ``why`` are paragraphs. ``view`` and ``link``: where the reader can go on trying.
    """

    title: str
    order: int
    minutes: int
    question: list[str]
    before: list[str]
    cases: list[Case] = Field(min_length=1)
    years: int = Field(ge=1, le=20)
    replicates: int = Field(ge=2, le=50)
    seed: int = 1
    why: list[str]
    next: str
    view: str
    link: str
    sources: list[str] = Field(default_factory=list)


@cache
def lessons() -> dict[str, Lesson]:
    """The lessons by file name, in their order. Raises WrongInput where a file is no lesson."""
    found = {file.stem: read_lesson(file) for file in FOLDER.glob("*.yaml")}
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file. Raises WrongInput with every problem and its place."""
    document = read_document(path)
    try:
        lesson = Lesson.model_validate(document.plain())
    except ValidationError as error:
        found = [(document.at(place), place, message) for place, message in problems_of(error, Lesson)]
        lines = [f"{node.place}: {'.'.join(map(str, place))}: {message}" for node, place, message in found]
        raise WrongInput("\n".join(lines)) from None
    unknown = [case.formula.name for case in lesson.cases if case.formula and case.formula.name not in FORMULAS]
    if unknown:
        raise WrongInput(f"{path}: there is no formula {unknown[0]!r}; allowed {', '.join(FORMULAS)}")
    return lesson
