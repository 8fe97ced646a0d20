"""One visitor's page: the question, what it was before, and the link that reopens it. Nothing is shared."""

from dataclasses import replace
from typing import Any

import solara

from vbp_agents.app.links import OF_VIEWS, linked_question, of_views, query_of
from vbp_agents.app.question import MOST_SCENARIOS, SHARED, PageQuestion, ScenarioChoice
from vbp_agents.app.uploads import uploaded
from vbp_agents.errors import WrongInput

MOST_PAST = 100
"""Questions that undo goes back to."""


class Session:
    """The state of a page. ``question`` is what is asked now; ``problem``: why the last change was refused.

    ``of_views``: what views keep in the link; ``predictions``: of lessons, by lesson and case.
    """

    def __init__(self) -> None:
        self.question: solara.Reactive[PageQuestion] = solara.reactive(PageQuestion())
        self._settled: solara.Reactive[PageQuestion] = solara.reactive(PageQuestion())
        self.problem: solara.Reactive[str] = solara.reactive("")
        self.past: solara.Reactive[tuple[PageQuestion, ...]] = solara.reactive(())
        self.of_views: solara.Reactive[dict[str, str]] = solara.reactive({})
        self.query: solara.Reactive[str | None] = solara.reactive(query_of(PageQuestion(), {}))
        self.predictions: solara.Reactive[dict[str, dict[str, float]]] = solara.reactive({})

    def ask(self, question: PageQuestion, done: bool = True) -> None:
        """Ask something else. Not ``done``: a slider still moves, and neither undo nor the link hears of it."""
        try:
            question.scenarios()
        except WrongInput as error:
            self.problem.set(str(error))
            return
        self.problem.set("")
        if not done:
            self.question.set(question)
        elif question != self.settled:
            self.past.set((*self.past.value[-MOST_PAST:], self.settled))
            self._settle(question)

    @property
    def settled(self) -> PageQuestion:
        """What is asked, without a slider that still moves; what reads it while it is drawn is drawn anew with it."""
        return self._settled.value

    def _settle(self, question: PageQuestion) -> None:
        """Ask it, and let the link and the next undo know."""
        self.question.set(question)
        self._settled.set(question)
        self._link(question)

    def _link(self, question: PageQuestion) -> None:
        self.query.set(query_of(question, self.of_views.value))

    def keep(self, **values: str) -> None:
        """What a view shows, by name, in the link; "" for nothing."""
        kept = {**self.of_views.value, **values}
        self.of_views.set({name: kept[name] for name in OF_VIEWS if kept.get(name)})
        self._link(self.question.value)

    def predict(self, lesson: str, values: dict[str, float]) -> None:
        """Store what is predicted in a lesson."""
        self.predictions.set({**self.predictions.value, lesson: values})

    def change(self, number: int, path: str, value: object, done: bool = True) -> None:
        """Another value at a path of a scenario; of a block that all have, for all."""
        question = self.question.value
        if path.split(".")[0] in SHARED:
            self.ask(replace(question, shared={**question.shared, path: value}), done)
        else:
            self.ask(question.with_choice(number, question.choices[number].changed(path, value)), done)

    def reset(self, number: int, path: str) -> None:
        """A path as it was loaded."""
        question = self.question.value
        if path in question.shared:
            shared = {other: value for other, value in question.shared.items() if other != path}
            self.ask(replace(question, shared=shared))
        else:
            self.ask(question.with_choice(number, question.choices[number].reset(path)))

    def reset_all(self, *_: Any) -> None:
        """All scenarios as they were loaded."""
        question = self.question.value
        choices = tuple(replace(choice, changes={}) for choice in question.choices)
        self.ask(replace(question, choices=choices, shared={}))

    def load(self, number: int, name: str) -> None:
        """Another scenario in place of one, without its changes."""
        self.ask(self.question.value.with_choice(number, ScenarioChoice(name)))

    def upload(self, number: int, given: dict[str, Any]) -> None:
        """A visitor's file in place of a scenario; what it resets, or why it is refused, is said."""
        try:
            choice, resets = uploaded(given)
        except WrongInput as error:
            self.problem.set(str(error))
            return
        self.ask(self.question.value.with_choice(number, choice))
        if resets and not self.problem.value:
            self.problem.set("\n".join(resets))

    def add(self, *_: Any) -> None:
        """One more scenario."""
        question = self.question.value
        if len(question.choices) < MOST_SCENARIOS:
            taken = [choice.name for choice in question.choices]
            name = next(n for n in ("capitation", "mssp_basic_a", "bundled", "mssp_enhanced") if n not in taken)
            self.ask(replace(question, choices=(*question.choices, ScenarioChoice(name))))

    def remove(self, *_: Any) -> None:
        """Without the last scenario."""
        question = self.question.value
        if len(question.choices) > 2:
            self.ask(replace(question, choices=question.choices[:-1]))

    def undo(self, *_: Any) -> None:
        """The question before."""
        if self.past.value:
            *before, last = self.past.value
            self.past.set(tuple(before))
            self.problem.set("")
            self._settle(last)

    def open(self, query: str) -> None:
        """What a link leads to; where it leads nowhere, what is there stays, and why is said."""
        if query == (self.query.value or ""):
            return
        try:
            question, kept = linked_question(query), of_views(query)
        except WrongInput as error:
            self.problem.set(f"This link does not work.\n{error}")
            return
        self.problem.set("")
        self.of_views.set(kept)
        self._settle(question)

    def changes(self) -> int:
        """How many numbers were changed."""
        question = self.question.value
        return len(question.shared) + sum(len(choice.changes) for choice in question.choices)


_nobody: Session | None = None
_context = solara.create_context(_nobody)


def provide(session: Session) -> None:
    """Make the session known to all that is drawn below."""
    _context.provide(session)


def use_session() -> Session:
    """The session of the page that a component is part of."""
    session = solara.use_context(_context)
    if session is None:
        raise RuntimeError("a view is drawn outside of the page")
    return session
