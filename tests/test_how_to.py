"""The how-to pages, followed to the letter: what is saved, typed, printed and changed is what stands there."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT, Reader, fences

HOW_TO = ROOT / "docs" / "how-to"
FOLLOWED = ("scenario", "regime", "behavior", "metric", "results", "notebook")


def test_every_page_is_followed() -> None:
    """The lesson is followed by `test_page_lessons.py`."""
    assert {page.stem for page in HOW_TO.glob("*.md")} == {*FOLLOWED, "count", "lesson", "index"}


@pytest.mark.slow
@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_can_be_followed(name: str, tmp_path: Path) -> None:
    Reader(tmp_path).follow(HOW_TO / f"{name}.md")
    if name == "scenario":
        from_file, from_set = (json.loads((tmp_path / f"{how}.json").read_text("utf-8")) for how in ("file", "set"))
        for metric, found in from_set["metrics"].items():
            assert found["values"]["capitation"] == from_file["metrics"][metric]["values"]["lower_amount"]


def test_the_scripts_scenario_is_the_files(tmp_path: Path) -> None:
    """So that the three ways on the page give the same: the hash of a scenario is of all that runs follow from."""
    import vbp_agents as vbp

    [file] = fences(HOW_TO / "scenario.md", "yaml")
    [script] = fences(HOW_TO / "scenario.md", "python")
    (tmp_path / file.file).write_text(file.text, encoding="utf-8")
    names: dict[str, Any] = {}
    exec(script.text.split("comparison =")[0], names)
    assert names["lower"].hash == vbp.find_scenario(tmp_path / file.file).hash


@pytest.mark.slow
def test_a_count_is_added_to_a_copy_of_the_package(tmp_path: Path) -> None:
    """8% move in a year: of 6,000 person-years 480 +- 22, and four standard errors are 15 of 1,000."""
    package = tmp_path / "copy"
    shutil.copytree(ROOT / "vbp_agents", package / "vbp_agents", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "scenarios", package / "scenarios")
    (tmp_path / "work").mkdir()
    reader = Reader(tmp_path / "work", package)
    reader.follow(HOW_TO / "count.md")
    moves = re.search(r"moves_per_1000\s+([\d.]+)", reader.printed[-1])
    assert moves
    assert float(moves[1]) == pytest.approx(80, abs=15)
    before = {path.relative_to(ROOT): path for path in (ROOT / "vbp_agents").rglob("*.py")}
    changed = [str(name) for name, path in before.items() if (package / name).read_bytes() != path.read_bytes()]
    assert sorted(changed) == sorted(fence.file for fence in fences(HOW_TO / "count.md", "diff"))
