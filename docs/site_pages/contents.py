"""The order of the pages. The README is the first; where it stands in the repository it needs no list of contents."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

CONTENTS = {
    "Begin": ["docs/how-to/index", "docs/notebooks/first_comparison", "docs/notebooks/my_own_contract", "docs/page"],
    "The model": ["docs/model", "docs/words", "docs/departures", "docs/calibration", "docs/frozen"],
    "How it does": ["docs/evidence", "docs/population", "docs/ranges", "docs/luck", "docs/explain", "docs/sources"],
    "Reference": ["docs/scenarios", "docs/commands", "docs/sweeps", "docs/reconcile", "docs/api"],
    "What was found": [
        "experiments/README",
        "experiments/results/12_what_survives_ignorance",
        "experiments/results/13_seven_regimes",
        "experiments/results/14_incentives_and_luck",
    ],
    "The project": ["CONTRIBUTING", "CHANGELOG", "benchmarks/README"],
}
"""Every page but the first, under its heading."""


def _add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    if page == app.config.root_doc:
        lists = (
            "\n".join(["```{toctree}", ":hidden:", f":caption: {heading}", "", *pages, "```", ""])
            for heading, pages in CONTENTS.items()
        )
        source[0] += "\n\n" + "\n".join(lists)


def _name_first_page(app: Sphinx, error: Exception | None) -> None:
    """A browser and a server look for `index.html`."""
    if error is None and app.builder.name == "html":
        shutil.copyfile(Path(app.outdir, f"{app.config.root_doc}.html"), Path(app.outdir, "index.html"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", _add_contents)
    app.connect("build-finished", _name_first_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
