"""The notebooks: run anew they show what is stored, but for pictures, which are drawn."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def stored(path: Path) -> Any:
    """A notebook as it is in its file."""
    return json.loads(path.read_text("utf-8"))


def told(notebook: Any) -> list[list[str]]:
    """What each cell of code printed or returned as text, and how many pictures it drew."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [[_words(output) for output in cell["outputs"]] for cell in cells]


def _words(output: Any) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        return "a picture"
    return "".join(output.get("text", data.get("text/html", data.get("text/plain", ""))))


def test_there_are_two() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["first_comparison", "my_own_contract"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_picture_says_what_it_shows_and_no_cell_failed(path: Path) -> None:
    for cell in stored(path)["cells"]:
        outputs = cell.get("outputs", [])
        drawn = [output for output in outputs if "image/png" in output.get("data", {})]
        assert not drawn or len(cell["metadata"]["alt"]) > 30
        assert all(output["output_type"] != "error" for output in outputs)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_gives(path: Path) -> None:
    """Where this fails after a change of results: `python docs/run_notebooks.py`."""
    executed = runpy.run_path(str(ROOT / "docs" / "run_notebooks.py"))["executed"]
    assert told(executed(path)) == told(stored(path))
