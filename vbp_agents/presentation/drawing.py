"""matplotlib as pictures need it: with its own defaults, and whatever the user's surroundings say of it."""

import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BACKEND = "MPLBACKEND"
SALT = "vbp"
"""In place of the random names of an SVG's parts."""
Format = Literal["png", "svg"]
_one_draws = RLock()


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with matplotlib's defaults; its settings are the user's again afterwards.

    No backend is chosen or needed: a kernel of notebooks sets one that other environments lack. Its settings are the
    whole process's, so that one thread draws at a time.
    """
    with _one_draws, _only_errors():
        _import_without_backend()
        import matplotlib

        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams["svg.hashsalt"] = SALT
            yield


def picture_bytes(figure: "Figure", kind: Format = "png") -> bytes:
    """A figure as a file's bytes, undated: the same for the same figure."""
    undated = {"Software": None} if kind == "png" else {"Date": None}
    stream = io.BytesIO()
    with drawing(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # of a user's words: letters that the font lacks are boxes
        figure.savefig(stream, format=kind, metadata=undated)  # the format decides who draws, no backend
    return stream.getvalue()


def write_beside(axes: "Axes", row: float, text: str, *, size: float, color: str, gap: float) -> None:
    """A text at the right of its row, in letters of ``size`` points, ``gap`` points away from the panel."""
    axes.annotate(
        text,
        (1, row),
        (gap, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        va="center_baseline",
        fontsize=size,
        color=color,
        parse_math=False,
    )


@contextmanager
def _only_errors() -> Iterator[None]:
    """Keep what matplotlib tells of its caches and of the user's settings from a command's messages."""
    logger = logging.getLogger("matplotlib")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _import_without_backend() -> None:
    """Import matplotlib where a backend that is not installed would stop that; one that is there stays chosen."""
    if "matplotlib" in sys.modules:
        return
    backend = os.environ.pop(BACKEND, None)
    try:
        import matplotlib
    finally:
        if backend is not None:
            os.environ[BACKEND] = backend
    if backend:
        with suppress(ValueError):
            matplotlib.rcParams["backend"] = backend
