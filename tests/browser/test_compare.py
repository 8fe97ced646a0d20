"""The view Compare: intervals that narrow, what comes in and goes out, and numbers that are the command line's."""

import csv
import io
import json
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import TABLET, WIDE, Open, Opened, Page, serving, without_faults

pytestmark = pytest.mark.browser
SMALL = "people=500&years=1"
THREE = f"compare?from=fee_for_service&to=capitation&to2=pay_for_performance&{SMALL}"
CHANGED = f"compare?from=fee_for_service&to=capitation&to.contracts.0.terms.discount=0.07&behavior.speed=0.06&{SMALL}"
BROKEN = "extends: capitation\nbehavior:\n  sped: 0.06\n"
GOOD = "extends: capitation\ntitle: My <b>own</b> terms\nvalues:\n  contracts.0.terms.discount: 0.07\n"
ANOTHER = """before => {
    const cell = document.querySelectorAll('.vbp tr td.number')[1]
    return cell && cell.innerText !== before && cell.innerText.includes('±')
}"""
LONG = 120_000


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server is that computes three replicates at most, and takes files of a kilobyte."""
    with serving(tmp_path_factory.mktemp("few"), "--most-replicates", "3", "--most-upload", "1") as url:
        yield url


@pytest.fixture
def small(browser: Any, few: str) -> Iterator[Opened]:
    """Opens its pages; none of them had a fault."""
    with without_faults(browser, few) as pages:
        yield pages


def wait_for_run(page: Page, replicates: int) -> None:
    """Until so many replicates are there, in the tables too, and no more are coming."""
    page.get_by_role("status").get_by_text(f"{replicates} replicates, each").wait_for(timeout=LONG)
    if replicates >= 3:
        page.wait_for_function("!/draws? of luck/.test(document.querySelector('main').innerText)", timeout=LONG)


def cost(page: Page, column: int) -> str:
    """A cell of the headline's first row."""
    row = page.get_by_role("region", name="The headline").get_by_role("row", name="Cost of care")
    return str(row.get_by_role("cell").nth(column).inner_text())


def half(text: str) -> float:
    """Half of the interval of `−125 ± 21`."""
    return float(text.partition("±")[2].replace(",", ""))


def opened_fold(page: Page, name: str) -> None:
    """Open what stands below a heading."""
    page.get_by_role("button", name=name).click()


def downloaded(page: Page, name: str, folder: Path) -> bytes:
    """What a button saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    path: Path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()


def test_three_scenarios_are_compared_and_intervals_narrow(opened: Open) -> None:
    page = opened(THREE)
    wait_for_run(page, 10)
    before = [half(cost(page, column)) for column in (1, 2)]
    page.get_by_role("button", name="10 more replicates").click()
    wait_for_run(page, 20)
    assert all(after < wide for after, wide in zip([half(cost(page, c)) for c in (1, 2)], before, strict=True))
    picture = page.get_by_role("img", name=re.compile("Differences, with 95% intervals"))
    assert picture.locator("title").count() == 24  # 12 rows, 2 scenarios
    assert page.get_by_role("img", name=re.compile("Health against cost")).locator("title").count() == 2


def test_what_two_replicates_show_is_called_luck(browser: Any, tmp_path: Path) -> None:
    with serving(tmp_path, "--most-replicates", "2") as address, without_faults(browser, address) as pages:
        page = pages(THREE)
        page.get_by_text("2 draws of luck").first.wait_for(timeout=LONG)
        wait_for_run(page, 2)
        assert page.get_by_role("button", name="2 replicates are the most here").is_disabled()
        assert page.locator(".luck").count() == 24
        assert "±" not in page.get_by_role("region", name="The headline").inner_text()
        page.get_by_text("nobody can tell an effect from luck").wait_for()
        assert page.locator("figure").count() == 0


def test_its_files_and_its_command_give_its_numbers_to_the_last_digit(small: Open, tmp_path: Path) -> None:
    page = small(CHANGED)
    wait_for_run(page, 3)
    rows = list(csv.DictReader(io.StringIO(downloaded(page, "Save all metrics as CSV", tmp_path).decode())))
    opened_fold(page, "The same in the command line")
    command = page.get_by_label("the command", exact=True).inner_text()
    archive = downloaded(page, "All, and the command, as a zip", tmp_path)
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        content.extractall(tmp_path)
    for line in (command, (tmp_path / "command.txt").read_text("utf-8")):
        words = [sys.executable, "-P", "-m", "vbp_agents", *shlex.split(line)[1:], "--json", "found.json"]
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)
        metrics = json.loads((tmp_path / "found.json").read_text("utf-8"))["metrics"]
        for row in rows:
            values = metrics[row["metric"]]["values"][row["scenario"]]
            for name in ("mean", "low", "high", "difference", "difference_low", "difference_high"):
                assert (float(row[name]) if row[name] else None) == values[name], (row["metric"], name)
    assert downloaded(page, "capitation.yaml", tmp_path) == (tmp_path / "capitation.yaml").read_bytes()


def test_a_reload_and_a_second_visitor_have_the_replicates_at_once(small: Open) -> None:
    page = small(THREE)
    wait_for_run(page, 3)
    before = [cost(page, column) for column in range(3)]
    other = small(THREE, ready=".vbp .reading")
    page.reload()
    for again in (page, other):
        wait_for_run(again, 3)
        assert [cost(again, column) for column in range(3)] == before


def brought(page: Page, name: str, text: str) -> None:
    """Upload a file in place of the second scenario."""
    page.locator("button.part.s1").click()
    page.locator(".choices input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/yaml", "buffer": text.encode()}
    )


def test_a_broken_file_is_answered_with_line_and_column(small: Open) -> None:
    page = small(THREE)
    brought(page, "mine.yaml", BROKEN)
    alert = page.get_by_role("alert").filter(has_text="mine.yaml")
    alert.wait_for()
    assert "mine.yaml:3:3: behavior.sped: unknown name 'sped'" in alert.inner_text()
    assert "did you mean 'speed'?" in alert.inner_text()


def test_a_file_is_chosen_by_keyboard(small: Open) -> None:
    page = small(THREE)
    page.locator("button.part.s1").press("Enter")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a scenario file").press("Enter")
    chooser.value.set_files({"name": "mine.yaml", "mimeType": "application/yaml", "buffer": BROKEN.encode()})
    page.get_by_role("alert").filter(has_text="mine.yaml:3:3").wait_for()


def test_a_file_that_is_too_large_is_not_sent(small: Open) -> None:
    page = small(THREE)
    brought(page, "mine.yaml", GOOD + "#" * 1024)
    page.get_by_text("mine.yaml: larger than 1 kB, the most that is taken here").wait_for()


def test_an_uploaded_scenario_is_compared_and_its_words_are_text(small: Open) -> None:
    page = small(f"compare?from=fee_for_service&to=bundled&{SMALL}")
    brought(page, "mine.yaml", GOOD)
    page.get_by_role("button", name="My <b>own</b> terms").wait_for()
    page.get_by_text("No link leads to an uploaded file").wait_for()
    assert page.get_by_role("button", name="Copy link").is_disabled()
    wait_for_run(page, 3)
    assert page.get_by_role("columnheader", name="My <b>own</b> terms").count() >= 1
    opened_fold(page, "The same in the command line")
    page.get_by_text("Save the files first").wait_for()


def test_two_tabs_do_not_mix(small: Open) -> None:
    first = small(THREE)
    other = small(f"compare?from=fee_for_service&to=bundled&seed=2&{SMALL}")
    wait_for_run(first, 3)
    wait_for_run(other, 3)
    assert first.get_by_role("columnheader", name="Global capitation").count() >= 1
    assert other.get_by_role("columnheader", name="Global capitation").count() == 0
    assert cost(first, 0) != cost(other, 0)


def test_a_number_is_changed_by_keyboard_and_the_answer_is_another(small: Open) -> None:
    page = small(THREE)
    wait_for_run(page, 3)
    before = cost(page, 1)
    page.get_by_role("button", name="What is assumed").press("Enter")
    field = page.get_by_role("spinbutton", name="Speed,")
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.9")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('behavior.speed=0.9')")
    page.wait_for_function(ANOTHER, arg=before, timeout=LONG)
    page.get_by_role("button", name="Reset Speed").press("Enter")
    page.wait_for_function("!location.search.includes('behavior.speed')")
    wait_for_run(page, 3)
    assert cost(page, 1) == before


def test_any_number_is_found_by_its_words_and_any_choice_can_be_made(small: Open) -> None:
    page = small(THREE)
    opened_fold(page, "What is assumed")
    page.get_by_role("searchbox", name="Find a number").fill("foresight later benchmarks")
    page.get_by_role("spinbutton", name="Foresight,").wait_for()
    assert page.get_by_role("spinbutton").count() == 1
    page.get_by_label("Behavior: name").select_option("imitation")
    page.wait_for_function("location.search.includes('behavior.name=imitation')")
    page.get_by_role("button", name="Contracts: Global capitation").click()
    page.get_by_role("spinbutton", name="Discount,").wait_for()


def test_every_number_that_differs_is_in_the_sheet(small: Open) -> None:
    page = small(CHANGED)
    opened_fold(page, "Every number that differs")
    region = page.get_by_role("region", name="Every number that differs")
    assert "0.07" in region.get_by_role("row", name=re.compile("^Discount")).inner_text()


def test_cancel_keeps_what_is_finished_and_it_goes_on(opened: Open) -> None:
    page = opened("compare?from=fee_for_service&to=capitation&people=3000&years=1&seed=9")
    page.get_by_role("region", name="The headline").wait_for(timeout=LONG)
    page.get_by_role("button", name="Cancel").click()
    stopped = page.get_by_role("status").get_by_text("Stopped at")
    stopped.wait_for(timeout=LONG)
    assert int(re.findall(r"\d+", stopped.inner_text())[0]) in range(1, 10)
    page.get_by_role("button", name="Go on").click()
    wait_for_run(page, 10)


@pytest.mark.parametrize(("size", "dark"), [(WIDE, True), (TABLET, False)])
def test_with_everything_opened_it_fits_and_can_be_read_by_everybody(
    size: tuple[int, int], dark: bool, small: Open
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = small(CHANGED, size, dark)
    wait_for_run(page, 3)
    folds = page.locator("button.fold")
    for number in range(folds.count()):
        folds.nth(number).click()
        page.locator(f"button.fold >> nth={number}").and_(page.locator("[aria-expanded=true]")).wait_for()
    page.get_by_label("the Python code", exact=True).wait_for()
    page.locator("button.part.s1").click()
    page.get_by_role("button", name="Upload a scenario file").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    violations: list[dict[str, Any]] = axe.run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations if v["impact"] in ("serious", "critical")] == []


def test_who_comes_second_is_told_its_place_in_line(browser: Any, tmp_path: Path) -> None:
    with serving(tmp_path, "--most-runs", "1") as address, without_faults(browser, address) as pages:
        first = pages("compare?from=fee_for_service&to=capitation&people=20000&years=10")
        first.get_by_role("status").get_by_text("the first takes longest").wait_for(timeout=LONG)
        second = pages(f"compare?from=fee_for_service&to=bundled&{SMALL}")
        second.get_by_role("status").get_by_text("Waiting in line: 0 before this one.").wait_for(timeout=LONG)
        first.get_by_role("button", name="Cancel").click()
        wait_for_run(second, 10)


def test_the_picture_is_saved(small: Open, tmp_path: Path) -> None:
    page = small(THREE)
    wait_for_run(page, 3)
    figure = page.locator("figure.chart").first
    for kind, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        figure.locator("summary").click()
        assert downloaded(page, f"Save as {kind}", tmp_path).startswith(start)
    assert b"var(--" not in (tmp_path / "differences-with-95-intervals.svg").read_bytes()
