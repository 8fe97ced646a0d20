"""Guided lessons: each YAML file in this folder is one, of text, scenarios and questions. Nothing else is needed."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from vbp_agents.contracts.luck import chance_to_earn
from vbp_agents.declaration import Parameters
from vbp_agents.errors import WrongInput
from vbp_agents.problems import problems_of
from vbp_agents.rules.minimum_savings_rate import minimum_savings_rate
from vbp_agents.terms.document import read_document
from vbp_agents.terms.scenario_file import find_scenario

_FOLDER = Path(__file__).parent
FORMULAS: Mapping[str, Callable[[float], float]] = {
    "chance_to_earn": lambda members: 100 * float(chance_to_earn(np.array([members]))[0]),
    "minimum_savings_rate": lambda members: 100 * float(minimum_savings_rate(np.array([members]), None)[0]),
}
"""What a case can be held against besides the simulation, by name; from a number of members, in percent."""
FIGURE = re.compile(r"\{(\w+)\}")
"""Where a text has a number: {rate}."""


class Formula(Parameters):
    """A closed form of FORMULAS at so many ``members``, and in words what it is."""

    name: str
    members: float
    about: str

    def value(self) -> float:
        """Its value. Raises WrongInput where there is no such formula."""
        if self.name not in FORMULAS:
            raise WrongInput(f"there is no formula {self.name!r}; allowed {', '.join(FORMULAS)}")
        return FORMULAS[self.name](self.members)


class LessonFigure(Parameters):
    """A number that texts have by name, so that none is typed: ``scale`` times what a ``path`` of a ``scenario`` says,
    or a formula of FORMULAS at so many ``members``; with so many ``digits`` after the point.
    """

    scenario: str = ""
    path: str = ""
    formula: str = ""
    members: float = 0.0
    scale: float = 1.0
    digits: int = 0

    def said(self) -> str:
        """The number as texts have it. Raises WrongInput where there is no such scenario, path or formula."""
        if self.formula:
            return f"{self.scale * Formula(name=self.formula, members=self.members, about='').value():,.{self.digits}f}"
        values = {number.path: number.value for number in find_scenario(self.scenario).numbers()}
        if not isinstance(value := values.get(self.path), int | float):
            raise WrongInput(f"{self.scenario} has no number {self.path!r}")
        return f"{self.scale * value:,.{self.digits}f}"


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

    ``question``, ``before`` and ``why`` are paragraphs, which may have ``figures`` by name. ``view`` and ``link``:
    where the reader can go on trying.
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
    figures: dict[str, LessonFigure] = Field(default_factory=dict)

    def said(self, texts: Sequence[str]) -> list[str]:
        """The texts with their figures. Raises WrongInput where one is not among the figures."""

        def number(match: re.Match[str]) -> str:
            if match[1] not in self.figures:
                raise WrongInput(f"there is no figure {match[1]!r}; allowed {', '.join(self.figures) or 'none'}")
            return self.figures[match[1]].said()

        return [FIGURE.sub(number, text) for text in texts]


_folders = [_FOLDER]


def add_folder(folder: Path) -> None:
    """Lessons of a teacher's own, beside the package's. Raises WrongInput where there are none, or one is wrong."""
    if not list(folder.glob("*.yaml")):
        raise WrongInput(f"{folder} has no lessons: no file there ends in .yaml")
    _folders.append(folder)
    lessons.cache_clear()
    lessons()


@cache
def lessons() -> dict[str, Lesson]:
    """The lessons by file name, in their order; one of a folder added later takes the place of another of its name.

    Raises WrongInput where a file is no lesson.
    """
    by_name = {file.stem: read_lesson(file) for folder in _folders for file in sorted(folder.glob("*.yaml"))}
    return dict(sorted(by_name.items(), key=lambda item: item[1].order))


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file. Raises WrongInput with every problem and its place."""
    document = read_document(path)
    try:
        lesson = Lesson.model_validate(document.plain())
    except ValidationError as error:
        problems = [(document.at(place), place, message) for place, message in problems_of(error, Lesson)]
        lines = [f"{node.place}: {'.'.join(map(str, place))}: {message}" for node, place, message in problems]
        raise WrongInput("\n".join(lines)) from None
    try:
        lesson.said([*lesson.question, *lesson.before, *(case.ask for case in lesson.cases), *lesson.why, lesson.next])
        for case in lesson.cases:
            if case.formula:
                case.formula.value()
    except WrongInput as error:
        raise WrongInput(f"{path}: {error}") from None
    return lesson
