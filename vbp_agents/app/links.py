"""The link of a state: readable pairs that reopen it, such as `from=fee_for_service&to=capitation&years=3`.

`from` is the baseline, `to`, `to2` and `to3` the others; `to.contracts.0.terms.discount=0.05` is a change in one of
them, `behavior.speed=0.06` one in all.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote

from vbp_agents.app.limits import limits
from vbp_agents.app.question import PageQuestion, ScenarioChoice
from vbp_agents.errors import WrongInput
from vbp_agents.study.checks import SIZES

ARMS = ("from", "to", "to2", "to3")
LONGEST_LINK = 2_000
"""Characters of a link that mail, chat and office programs take."""
READABLE = "/.,_-:[]"
STATE_NUMBERS = {"people": SIZES["patients"], "years": SIZES["years"], "seed": SIZES["seed"]}
"""The whole numbers of a state, and what each may be; a server may allow less."""
NUMBERED = ("month", "practice", "person")
"""Of these, what is a whole number."""
OF_WORLDS = ("beside", "world")
"""Of these, what names a scenario of the link by its place: one of ARMS."""
OF_VIEWS = ("lesson", "sweep", *OF_WORLDS, *NUMBERED)
"""What views keep in the link besides the question: the lesson, the sweep; of Watch the scenario beside the baseline,
whose world is on the map, the month, and who is asked why."""


def query_of(question: PageQuestion, of_views: Mapping[str, str]) -> str | None:
    """The state as the part of a link after `?`; None where it is too long or an uploaded file is in it.

    ``of_views``: what views keep, by OF_VIEWS.
    """
    if any(choice.file is not None for choice in question.choices):
        return None
    query = "&".join(f"{name}={quote(value, safe=READABLE)}" for name, value in (*_pairs(question), *of_views.items()))
    return query if len(query) <= LONGEST_LINK else None


def _pairs(question: PageQuestion) -> Iterator[tuple[str, str]]:
    usual = PageQuestion()
    for name, choice in zip(ARMS, question.choices, strict=False):
        yield name, choice.name
        yield from ((f"{name}.{path}", _written(value)) for path, value in choice.changes.items())
    yield from ((path, _written(value)) for path, value in question.shared.items())
    for name in STATE_NUMBERS:
        if (number := getattr(question, name)) != getattr(usual, name):
            yield name, str(number)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _read(text: str) -> Any:
    """What a value of a link means: JSON where it is some, else a text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def linked_question(query: str) -> PageQuestion:
    """The state that a link leads to. Raises WrongInput, with what is wrong, where there is none."""
    pairs = parse_qsl(query[: 10 * LONGEST_LINK], keep_blank_values=True)
    named = dict(pairs)
    choices = _choices(pairs)
    numbers = {name: _number(name, named[name]) for name in STATE_NUMBERS if name in named}
    shared = {path: _read(value) for path, value in pairs if _is_shared(path)}
    question = PageQuestion(choices, shared, **numbers)
    question.scenarios()
    return question


def of_views(query: str) -> dict[str, str]:
    """What views keep in a link. Raises WrongInput where it is none of what it may be."""
    kept = {name: value for name, value in parse_qsl(query[: 10 * LONGEST_LINK]) if name in OF_VIEWS}
    for name, value in kept.items():
        if name in NUMBERED and not (value.isascii() and value.isdigit() and len(value) < 10):
            raise WrongInput(f"{name}: {value[:40]!r} is no whole number from 0")
        if name in OF_WORLDS and value not in ARMS:
            raise WrongInput(f"{name}: {value[:40]!r} is none of {', '.join(ARMS)}")
    return kept


def _is_shared(path: str) -> bool:
    return path not in STATE_NUMBERS and path not in OF_VIEWS and path.split(".")[0] not in ARMS


def _choices(pairs: list[tuple[str, str]]) -> tuple[ScenarioChoice, ...]:
    """The scenarios of a link; the usual ones where it names none."""
    choices = dict(zip(ARMS, PageQuestion().choices, strict=False))
    choices |= {name: ScenarioChoice(value) for name, value in pairs if name in ARMS}
    for key, value in pairs:
        name, _, path = key.partition(".")
        if name in ARMS and path:
            if name not in choices:
                raise WrongInput(f"the link changes {path} of {name}, which it does not name")
            choices[name] = choices[name].changed(path, _read(value))
    return tuple(choices[name] for name in ARMS if name in choices)


def _number(name: str, text: str) -> int:
    most = {"people": limits().people, "years": limits().years}.get(name, STATE_NUMBERS[name].high)
    bounds = replace(STATE_NUMBERS[name], high=most)
    if not text.isascii() or not text.isdigit():
        raise WrongInput(f"{name}: {text[:40]!r} is no whole number")
    number = int(text[:20])
    if not bounds.holds(number):
        raise WrongInput(f"{name}: {number:,} is out of range; allowed here {bounds.allowed}")
    return number
