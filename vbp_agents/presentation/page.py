"""What stands above and below the panels of a picture, and the room that it takes, however many lines it has."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 13.0
"""Inches: what the letters of a line are counted for."""
GRAY = "#666666"
SPACING = 1.35
LEFT, BORDER, BETWEEN = 0.2, 0.15, 0.12
"""Inches at the left, above and below all, and between parts."""


class Lettering(NamedTuple):
    """Points of the letters, and how many of them fit into a line."""

    size: float
    letters: int

    def lines(self, texts: Sequence[str]) -> list[str]:
        """The texts, folded."""
        return [line for text in texts for line in textwrap.wrap(text, self.letters)]

    def height(self, lines: Sequence[str]) -> float:
        """Inches that so many lines take."""
        return len(lines) * self.size * SPACING / 72


HEADING, WORDS, FOOTNOTE = Lettering(15, 85), Lettering(10, 160), Lettering(8.5, 190)


@dataclass(frozen=True)
class Page:
    """A heading and sentences above the panels, footnotes below."""

    heading: str
    words: Sequence[str]
    footnotes: Sequence[str]

    @property
    def above(self) -> float:
        """Inches from the top to the panels."""
        heading, words = HEADING.lines([self.heading]), WORDS.lines(self.words)
        return BORDER + HEADING.height(heading) + BETWEEN + WORDS.height(words) + BETWEEN

    @property
    def below(self) -> float:
        """Inches from the bottom to the panels."""
        return BORDER + FOOTNOTE.height(FOOTNOTE.lines(self.footnotes)) + BETWEEN

    def write(self, figure: "Figure") -> None:
        """Put the letters on a picture; what is between dollar signs is no formula."""
        height, heading = float(figure.get_figheight()), HEADING.lines([self.heading])
        words = BORDER + HEADING.height(heading) + BETWEEN
        for text, inches, size, bold, color in (
            (heading, height - BORDER, HEADING.size, True, "black"),
            (WORDS.lines(self.words), height - words, WORDS.size, False, "black"),
            (FOOTNOTE.lines(self.footnotes), self.below - BETWEEN, FOOTNOTE.size, False, GRAY),
        ):
            figure.text(
                LEFT / WIDTH,
                inches / height,
                "\n".join(text),
                fontsize=size,
                fontweight="bold" if bold else "normal",
                color=color,
                linespacing=SPACING,
                va="top",
                parse_math=False,
            )
