"""What is shown in the documentation works: scenarios are read as scenario files, and scripts run."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from vbp_agents.terms.scenario import called
from vbp_agents.terms.scenario_file import find_scenario, read_scenario

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "docs" / "model.md"]


def blocks(language: str) -> list[Any]:
    """What stands between fences of a language on the pages."""
    fenced = re.compile(rf"^ *```{language}\n(.*?)^ *```$", re.M | re.S)
    return [
        pytest.param(textwrap.dedent(block), id=f"{page.name} {number}")
        for page in PAGES
        for number, block in enumerate(fenced.findall(page.read_text("utf-8")), 1)
    ]


SHOWN, SCRIPTS = blocks("yaml"), blocks("python")


def test_every_page_shows_some() -> None:
    assert (len(SHOWN), len(SCRIPTS)) == (5, 2)


@pytest.mark.parametrize("text", SHOWN)
def test_a_shown_scenario_can_be_run_beside_the_presets(text: str, tmp_path: Path) -> None:
    """Updates come after the warm-up: all live in the world of the presets."""
    (tmp_path / "mine.yaml").write_text(text)
    scenario = read_scenario(tmp_path / "mine.yaml")
    assert scenario.world_hash == find_scenario("default").world_hash
    if "updates" in text:
        payer = scenario.payers[0]
        later = 1.02 * (1.01 if "1.01" in text else 1.0)
        assert payer.prices_in(12) == (1.0, 1.0)
        assert payer.prices_in(25) == pytest.approx((later, 1.03))
    if "ladder" in text:
        names = [called(contract, scenario.contracts) for contract in scenario.contracts]
        assert names == ["shared_savings (rung 1 of basic)", "shared_savings (rung 2 of basic)"]


def printed(text: str, folder: Path) -> list[str]:
    """The lines that a script prints."""
    (folder / "mine.py").write_text(text)
    done = subprocess.run([sys.executable, "mine.py"], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.slow
def test_the_first_script_runs_without_a_guard(tmp_path: Path) -> None:
    """It prints a comparison of two deals that differ in the sharing rate, with fee for service."""
    lines = printed(SCRIPTS[0].values[0], tmp_path)
    assert lines[0].startswith("Differences from fee for service")
    assert any(line.startswith("Cost of care") for line in lines)
    assert "less to" in "\n".join(lines)


@pytest.mark.slow
def test_a_shown_simulation_runs(tmp_path: Path) -> None:
    """It prints two Decembers: month, dollars a person-year, refusals."""
    rows = [line.split() for line in printed(SCRIPTS[1].values[0], tmp_path)]
    assert [row[0] for row in rows] == ["12", "24"]
    assert all(5_000 < float(row[1]) < 40_000 for row in rows)


def test_the_page_of_what_is_exported_is_as_written() -> None:
    """`python docs/write_api.py` writes it anew; every exported name is on it once, and no other."""
    import runpy

    import vbp_agents

    script = runpy.run_path(str(ROOT / "docs" / "write_api.py"))
    page = script["page"]()
    assert (ROOT / "docs" / "api.md").read_text("utf-8") == page
    assert sorted(re.findall(r"^### `(\w+)`$", page, re.M)) == sorted(vbp_agents.HOMES)
