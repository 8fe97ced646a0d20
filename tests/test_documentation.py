"""What is shown in the documentation works: scenarios are read as scenario files, and scripts run."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from pages import PAGES, ROOT, fences, links, places

from vbp_agents.conduct import LEVERS
from vbp_agents.terms.scenario import called
from vbp_agents.terms.scenario_file import find_scenario, read_scenario

SHOWN = [
    pytest.param(fence.text, id=f"{page.stem} {number}")
    for page in (ROOT / "README.md", ROOT / "docs" / "scenarios.md")
    for number, fence in enumerate(fences(page, "yaml"), 1)
    if not fence.file
]
SCRIPTS = [fence.text for fence in fences(ROOT / "README.md", "python")]


def test_pages_show_some() -> None:
    assert (len(SHOWN), len(SCRIPTS)) == (5, 2)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """To a file or folder that is there, and to a heading where they name a place."""
    for target, place in links(page):
        assert target.exists(), target
        if place and target.suffix == ".md":
            assert place in places(target), f"{target.name}#{place}"


def test_every_page_is_in_the_contents_of_the_site() -> None:
    contents = runpy.run_path(str(ROOT / "docs" / "site_pages" / "contents.py"))["CONTENTS"]
    listed = {page for pages in contents.values() for page in pages} | {"README"}
    shown = {page.relative_to(ROOT).with_suffix("").as_posix() for page in PAGES}
    within = {page for page in shown if page.startswith("docs/how-to/")}
    assert shown - within <= listed
    assert {page.removeprefix("docs/how-to/") for page in within} - {"index"} == set(
        (ROOT / "docs/how-to/index.md").read_text("utf-8").split(":hidden:")[1].split("```")[0].split()
    )


def test_the_figure_of_the_month_is_as_drawn() -> None:
    """`python docs/draw_month.py` draws it anew, from the code's own steps."""
    script = runpy.run_path(str(ROOT / "docs" / "draw_month.py"))
    assert (ROOT / "docs" / "month.svg").read_text("utf-8") == script["picture"]()
    assert [name for name, _ in script["steps"]()] == ["choose", "live", "pay", "settle", "learn", "record"]


MODEL = (ROOT / "docs" / "model.md").read_text("utf-8")
SHAPE = ["Who", "Drive", "Response", "Cost", "Parameters", "Evidence rows", "Known misses"]


def test_every_lever_has_a_section_of_one_shape() -> None:
    sections = MODEL.split("\n### Lever: ")[1:]
    assert len(sections) == len(LEVERS)
    for section in sections:
        named = re.findall(r"^- \*\*([^*]+)\*\*", section.split("\n### ")[0], re.M)
        assert [name for name in named if name in SHAPE] == SHAPE, section[:40]


def test_the_numbers_that_the_model_page_names_are_there() -> None:
    """Paths in the table of symbols and in the sections of levers, and the defaults of the symbols that have one."""
    numbers = {number.path: number.value for number in find_scenario("fee_for_service").numbers()}
    blocks = {path.rpartition(".")[0] for path in numbers}
    for symbol in re.findall(r"^\| \$.*$", MODEL, re.M):
        paths = re.findall(r"`([a-z]+\.\w+)`", symbol)
        assert all(path in numbers or path in blocks for path in paths), symbol
        if len(paths) == 1 and re.fullmatch(r"[\d.]+", default := symbol.split("|")[-2].strip()):
            assert numbers[paths[0]] == float(default), symbol
    for line in re.findall(r"^- \*\*Parameters\*\*: (.*)$", MODEL, re.M):
        block = ""
        for name in re.findall(r"`([a-z_.0-9]+)`", line.split("Code:")[0]):
            block = name.rpartition(".")[0] or block
            path = f"{block}.{name.rpartition('.')[2]}"
            assert path in numbers or path in blocks, path


def test_the_evidence_rows_that_the_model_page_names_are_there() -> None:
    evidence = (ROOT / "docs" / "evidence.md").read_text("utf-8") + (ROOT / "docs" / "population.md").read_text("utf-8")
    for line in re.findall(r"^- \*\*Evidence rows\*\*: (.*)$", MODEL, re.M):
        for row in re.findall(r"\b(?:[A-Z]\d\d|M[a-z]+\d?|refusals|case_selection)\b", line):
            assert re.search(rf"\| `?{row}", evidence), row


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
    lines = printed(SCRIPTS[0], tmp_path)
    assert lines[0].startswith("Differences from fee for service")
    assert any(line.startswith("Cost of care") for line in lines)
    assert "less to" in "\n".join(lines)


@pytest.mark.slow
def test_a_shown_simulation_runs(tmp_path: Path) -> None:
    """It prints two Decembers: month, dollars a person-year, refusals."""
    rows = [line.split() for line in printed(SCRIPTS[1], tmp_path)]
    assert [row[0] for row in rows] == ["12", "24"]
    assert all(5_000 < float(row[1]) < 40_000 for row in rows)


def test_the_page_of_what_is_exported_is_as_written() -> None:
    """`python docs/write_api.py` writes it anew; every exported name is on it once, and no other."""
    import vbp_agents

    script = runpy.run_path(str(ROOT / "docs" / "write_api.py"))
    page = script["page"]()
    assert (ROOT / "docs" / "api.md").read_text("utf-8") == page
    assert sorted(re.findall(r"^### `(\w+)`$", page, re.M)) == sorted(vbp_agents.HOMES)
