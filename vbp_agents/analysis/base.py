"""What every analysis gives: a sentence in plain words, the numbers, and a picture of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vbp_agents.analysis.sheet import DARK, LIGHT, Ink, rendered_picture, words_alone
from vbp_agents.presentation.drawing import Format

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

Draw = Callable[[Ink], "Figure"]
"""Makes a picture in the inks of a light or of a dark page."""


@dataclass(frozen=True)
class Analysis:
    """An answer to a question about a sweep: in words, as numbers, as a picture.

    ``name``: a file's stem, unlike that of any other analysis of the sweep. ``title``: what is asked. ``sentence``:
    what was found, which never calls an effect what luck could do. ``frame``: the numbers that the picture shows, with
    their units in the column ``unit`` or in the columns' names. ``outcome``, ``scenario``: what it is about, "" where
    it is about several. ``answered``: False where the sweep cannot answer; the sentence says what it would need then,
    the frame is empty, and the picture shows the sentence. ``alt``: for those who do not see the picture.
    """

    name: str
    title: str
    sentence: str
    frame: "DataFrame"
    draw: Draw = field(repr=False, compare=False)
    outcome: str = ""
    scenario: str = ""
    answered: bool = True

    @property
    def alt(self) -> str:
        """The picture in words."""
        return f"{self.title}. {self.sentence}"

    def svg(self, dark: bool = False) -> bytes:
        """The picture as SVG, the same bytes for the same numbers; ``dark``: light ink on no ground."""
        return rendered_picture(self.draw, DARK if dark else LIGHT, "svg")

    def png(self, dark: bool = False) -> bytes:
        """The picture as PNG, the same bytes for the same numbers; ``dark``: light ink on no ground."""
        return rendered_picture(self.draw, DARK if dark else LIGHT, "png")

    def picture(self, kind: Format, dark: bool = False) -> bytes:
        """The picture as one or the other."""
        return self.svg(dark) if kind == "svg" else self.png(dark)

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        return self.png()


def unanswered(name: str, title: str, needs: str, *, outcome: str = "", scenario: str = "") -> Analysis:
    """An analysis that the sweep has not enough for; ``needs`` says what it would take."""
    from pandas import DataFrame

    draw = words_alone(title, needs)
    return Analysis(name, title, needs, DataFrame(), draw, outcome, scenario, answered=False)
