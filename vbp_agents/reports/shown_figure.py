"""A figure that a notebook shows by itself, whether or not matplotlib was set up there."""

from matplotlib.figure import Figure

from vbp_agents.presentation.drawing import picture_bytes


class ShownFigure(Figure):
    """A matplotlib figure like any other, which shows itself as the last line of a notebook's cell."""

    def _repr_png_(self) -> bytes:
        """Notebooks ask for this; after `%matplotlib inline` they draw the figure themselves instead."""
        return picture_bytes(self)
