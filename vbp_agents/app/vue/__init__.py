"""The page's own components of the browser: a `.vue` file each, and what Python hands to it."""

import json
from collections.abc import Callable
from typing import Any

import solara

ComponentRow = dict[str, Any]


@solara.component_vue("header.vue")
def Header(views: list[ComponentRow], current: str, query: str, event_navigate: Callable[[str], None]) -> None:
    """The views and light or dark. ``views``: path, title and about of each."""


@solara.component_vue("sentence.vue")
def Sentence(
    arms: list[ComponentRow],
    presets: list[ComponentRow],
    people: int,
    years: int,
    seed: int,
    most_people: int,
    most_years: int,
    changes: int,
    can_undo: bool,
    link: bool,
    files: bool,
    most_upload: int,
    event_choose: Callable[[ComponentRow], None],
    event_upload: Callable[[ComponentRow], None],
    event_set: Callable[[ComponentRow], None],
    event_undo: Callable[..., None],
    event_reset_all: Callable[..., None],
    event_add: Callable[..., None],
    event_remove: Callable[..., None],
) -> None:
    """The question, each part of which can be changed. ``arms``: name, title and changes of each scenario."""


@solara.component_vue("numbers.vue")
def _Numbers(packed: str, event_change: Callable[[ComponentRow], None], event_reset: Callable[[str], None]) -> None:
    """`Numbers` with its rows as JSON."""


def NumberControls(
    rows: list[ComponentRow], event_change: Callable[[ComponentRow], None], event_reset: Callable[[str], None]
) -> Any:
    """Sliders and fields for declared numbers; `controls.row` makes a row. Those that are not `first` are searched.

    Hundreds of rows go to the browser as a text: Solara would look for components in every value of them, at each
    drawing of what is around.
    """
    return _Numbers(packed=json.dumps(rows), event_change=event_change, event_reset=event_reset)


@solara.component_vue("line.vue")
def LineChart(spec: ComponentRow, numbers: bytes) -> None:
    """Lines with bands; `charts.line` makes both."""


@solara.component_vue("tabs.vue")
def Tabs(label: str, options: list[str], chosen: int, event_choose: Callable[[int], None]) -> None:
    """One of a few."""


@solara.component_vue("map.vue")
def _Map(
    packed: str,
    film: bytes,
    moves: bytes,
    live: bytes,
    discs: bytes,
    lines: list[ComponentRow],
    picked: ComponentRow | None,
    event_picked_on_map: Callable[[ComponentRow | None], None],
    event_month_shown: Callable[[int], None],
    event_month_kept: Callable[[int], None],
    event_behind: Callable[[int], None],
) -> None:
    """`Map` with its ``spec`` as JSON."""


def Map(spec: ComponentRow, **others: Any) -> Any:
    """People as dots and practices as discs, played in the browser; `film` packs what it shows.

    ``spec``: what `Recording.spec` says, a text on its way as in `Numbers`; ``others``: as `_Map` has them.
    ``event_month_kept``: a visitor went to a month and stays there; ``event_behind``: a month came whose month before
    never did.
    """
    return _Map(packed=json.dumps(spec), **others)


@solara.component_vue("predict.vue")
def Predict(
    lesson: str, cases: list[ComponentRow], stored: dict[str, float] | None, event_store: Callable[[Any], None]
) -> None:
    """A prediction for each case of a lesson; ``stored``: what was predicted, None before."""


@solara.component_vue("press.vue")
def Press(label: str, look: str, disabled: bool, event_press: Callable[..., None]) -> None:
    """A button; ``look``: strong, plain or nothing."""


@solara.component_vue("marks.vue")
def Marks(spec: ComponentRow) -> None:
    """Marks with intervals in panels: of the headline, or as crosses in a plane; `comparison_pictures` makes both."""


@solara.component_vue("fold.vue")
def Fold(label: str, note: str, opened: bool, event_toggle: Callable[[bool], None]) -> None:
    """A button that opens what stands below it."""


@solara.component_vue("download.vue")
def Download(label: str, name: str, look: str, number: int, content: bytes, event_ask: Callable[..., None]) -> None:
    """A button for a file, whose ``content`` is handed over with another ``number`` once it was asked for."""


@solara.component_vue("copy.vue")
def Copy(label: str, text: str) -> None:
    """A text with a button that copies it."""


@solara.component_vue("choices.vue")
def Choices(
    rows: list[ComponentRow], event_change: Callable[[ComponentRow], None], event_reset: Callable[[str], None]
) -> None:
    """Selects and boxes for declared choices; `controls.choice_row` makes a row."""


@solara.component_vue("choose.vue")
def Choose(label: str, options: list[str], chosen: int, event_choose: Callable[[int], None]) -> None:
    """One of many, in a list that opens."""
