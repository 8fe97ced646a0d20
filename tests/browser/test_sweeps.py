"""The view Sweeps: which there are, what each says, what of it is looked at, and one that grows."""

import csv
import io
import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sweeps import stand_in, study, swept

import vbp_agents as vbp
from browser.conftest import TABLET, WIDE, Open, Opened, Page, serving, without_faults
from vbp_agents.analysis.every import analyses
from vbp_agents.sweep_reports.frames import frame_csv
from vbp_agents.sweeps.sweeping import sweep

pytestmark = pytest.mark.browser
DISCOUNT = "capitation:contracts.0.terms.discount"
TITLE = "<img src=x onerror=alert(1)> What is <b>too much</b> & when?"
FOLDER = "<img src=x onerror=alert(1)> & 'mine'"
LONG = 120_000
SEVERE = ("serious", "critical")
DRAWN = ".swept-figure img:visible"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sweep of the model itself, and one beside it that nobody may see."""
    folder = tmp_path_factory.mktemp("sweeps") / "results"
    small = vbp.Study(
        title=TITLE,
        scenarios=["capitation"],
        levers={DISCOUNT: [0.0, 0.06]},
        outcomes=["cost_per_capita", "experience"],
        design={"kind": "grid"},
        replicates=3,
        patients=500,
        years=1,
    )
    vbp.sweep(small, out=folder / FOLDER, workers=0)
    with pytest.MonkeyPatch.context() as patched:
        stand_in(patched)
        swept(folder.parent / "outside", study=study(title="Not to be seen"))
    return folder


@pytest.fixture(scope="module")
def shelf(results: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server with that folder is."""
    with serving(tmp_path_factory.mktemp("server"), "--results", str(results), "--most-replicates", "3") as address:
        yield address


@pytest.fixture
def pages(browser: Any, shelf: str) -> Iterator[Opened]:
    """Opens its pages; none of them had a fault."""
    with without_faults(browser, shelf) as opened:
        yield opened


def first(page: Page) -> Page:
    """The page, once the sweep of the list is open and drawn."""
    page.get_by_role("button", name=TITLE).click(timeout=LONG)
    page.locator(DRAWN).first.wait_for(timeout=LONG)
    return page


def alts(page: Page) -> list[str]:
    """What the pictures show, in words."""
    return [str(image.get_attribute("alt")) for image in page.locator(DRAWN).all()]


def test_a_sweep_is_listed_opened_and_its_numbers_are_saved(pages: Open, results: Path, tmp_path: Path) -> None:
    page = pages("sweeps")
    row = page.get_by_role("row", name=TITLE)
    row.wait_for(timeout=LONG)
    assert FOLDER in row.inner_text()
    assert row.get_by_role("cell").all_inner_texts()[:2] == ["9", "complete"]
    assert "Not to be seen" not in page.locator("main").inner_text()
    first(page)
    assert page.locator("h1").inner_text() == TITLE
    assert page.locator("main b").count() == page.locator("main .how-far b").count()
    page.get_by_role("status").get_by_text("Complete: 9 runs, none of them failed.").wait_for()
    analysis = next(
        a for a in analyses(vbp.read_sweep(results / FOLDER)) if a.name == "paired_differences-cost_per_capita"
    )
    assert analysis.alt in alts(page)
    card = page.locator(".card").filter(has=page.get_by_role("heading", name=analysis.title))
    for kind, content in (("CSV", frame_csv(analysis.frame)), ("SVG", analysis.svg()), ("PNG", analysis.png())):
        with page.expect_download() as download:
            card.get_by_role("button", name=kind, exact=True).click()
        assert download.value.suggested_filename == f"{analysis.name}.{kind.lower()}"
        download.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes() == content
    card.get_by_role("button", name="The numbers").click()
    line = card.get_by_role("row").nth(1)
    line.wait_for(timeout=LONG)
    cells = line.get_by_role("cell").all_inner_texts()
    assert float(cells[4].replace("−", "-").replace(",", "")) == pytest.approx(analysis.frame.difference[0], rel=1e-5)


def test_what_is_looked_at_is_chosen_for_this_visitor_alone(pages: Open) -> None:
    page, other = first(pages("sweeps")), first(pages("sweeps"))
    before = alts(other)
    assert all(alt.startswith("Cost of care") for alt in alts(page)[:2])
    page.get_by_label("Outcome").select_option("Experience of care")
    page.wait_for_function(
        "document.querySelector('.swept-figure img')?.alt.startsWith('Experience of care')", timeout=LONG
    )
    assert not any(alt.startswith("Cost of care:") for alt in alts(page))
    page.get_by_label("Points").select_option("Discount")
    page.get_by_label("where it is").select_option("0.06")
    page.get_by_role("button", name=re.compile("The points 1")).click(timeout=LONG)
    table = page.get_by_role("region", name="The points")
    assert table.get_by_role("row").nth(1).get_by_role("cell").first.inner_text() == "0.06"
    assert alts(other) == before


def test_a_point_opens_in_compare_with_the_numbers_of_the_sweep(pages: Open, results: Path, tmp_path: Path) -> None:
    page = first(pages("sweeps"))
    page.get_by_role("button", name="The points").click()
    page.get_by_role("link", name="Open in Compare point 1").click(timeout=LONG)
    page.get_by_role("status").get_by_text("3 replicates, each").wait_for(timeout=LONG)
    assert f"to.{DISCOUNT.partition(':')[2]}=0" in page.url
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all metrics as CSV").click()
    download.value.save_as(tmp_path / "metrics.csv")
    lines = csv.DictReader(io.StringIO((tmp_path / "metrics.csv").read_text()))
    compared = {(line["metric"], line["scenario"]): line["mean"] for line in lines}
    runs = vbp.read_sweep(results / FOLDER).wide()
    for scenario in ("fee_for_service", "capitation"):
        mine = runs[(runs.point == 1) & (runs.scenario == scenario)].cost_per_capita
        assert float(compared["cost_per_capita", scenario]) == pytest.approx(mine.mean(), rel=1e-12)
    page.go_back()
    page.get_by_role("heading", name=TITLE).wait_for(timeout=LONG)


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (TABLET, True)])
def test_it_can_be_read_and_used_by_everybody(size: tuple[int, int], dark: bool, pages: Open) -> None:
    """By keyboard alone: the list, the sweep and what folds out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = pages("sweeps", size, dark)
    page.get_by_role("button", name=TITLE).wait_for(timeout=LONG)
    page.get_by_role("button", name=TITLE).focus()
    page.keyboard.press("Enter")
    page.locator(DRAWN).first.wait_for(timeout=LONG)
    for name in ("The points", "The question and the design"):
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Open in Compare point 2").wait_for(timeout=LONG)
    page.wait_for_timeout(500)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.locator(".on-dark:visible" if dark else ".on-light:visible").count() > 0
    assert page.locator(".on-light:visible" if dark else ".on-dark:visible").count() == 0
    violations: list[dict[str, Any]] = axe.run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations if v["impact"] in SEVERE] == []


def test_a_sweep_that_grows_is_followed(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it is there and its driver, this process, alive; then the rest comes while the page is open."""
    model = stand_in(monkeypatch)
    folder = tmp_path / "results" / "grows"

    def ends(scenario: Any, seed: int, progress: Any) -> None:
        if len(model.lived) >= 12:
            raise KeyboardInterrupt

    model.first = ends
    with pytest.raises(KeyboardInterrupt):
        sweep(study(), out=folder, workers=0)
    driver = {"host": socket.gethostname(), "process": os.getpid()}
    (folder / ".runs" / ".driver.json").write_text(json.dumps(driver))
    with (
        serving(tmp_path, "--results", str(tmp_path / "results")) as address,
        without_faults(browser, address) as opened,
    ):
        page = opened("sweeps?sweep=grows")
        so_far = re.compile(r"Running: \d+ of 20 runs are finished")
        page.get_by_role("status").get_by_text(so_far).wait_for(timeout=LONG)
        page.locator(DRAWN).first.wait_for(timeout=LONG)
        assert page.get_by_text("one draw of luck").count() > 0
        model.first = lambda scenario, seed, progress: None
        (folder / ".runs" / ".driver.json").unlink()
        swept(folder)
        page.get_by_role("status").get_by_text("Complete: 20 runs, none of them failed.").wait_for(timeout=LONG)
        assert page.locator(".how-far").count() == 0


@pytest.mark.parametrize("name", ["../outside", "%2e%2e%2foutside", "/etc", "nowhere"])
def test_nothing_outside_of_the_folder_is_shown(name: str, pages: Open) -> None:
    page = pages(f"sweeps?sweep={name}")
    page.get_by_role("alert").get_by_text("there is no sweep").wait_for(timeout=LONG)
    assert "Not to be seen" not in page.locator("main").inner_text()
    page.get_by_role("button", name="All sweeps").click()
    page.get_by_role("button", name=TITLE).wait_for(timeout=LONG)


def test_without_a_folder_the_view_says_how(opened: Open) -> None:
    page = opened("sweeps")
    page.get_by_text("vbp app --results DIR").wait_for()
