"""The contract view: terms are moved, and what it pays moves with them; a change is seen, undone, reset and linked."""

import csv
import io
from pathlib import Path

import pytest

from browser.conftest import Open, Page
from vbp_agents.contracts.contract import explain_contract
from vbp_agents.contracts.contract_table import words
from vbp_agents.terms.scenario_file import find_scenario

pytestmark = pytest.mark.browser
CHANGED = "to.contracts.0.terms.sharing_rate=0.5"


def sentences(people: int = 10_000, year: int = 2) -> list[str]:
    """What `vbp contract mssp_enhanced` says."""
    return words(explain_contract(find_scenario("mssp_enhanced"), people, year)["shown"][0])


def said(page: Page) -> str:
    """What the view says in words."""
    section = page.locator("section", has=page.get_by_role("heading", name="In words"))
    return str(section.inner_text())


def set_rate(page: Page, rate: str) -> None:
    """Type a sharing rate."""
    field = page.get_by_role("spinbutton", name="Sharing rate")
    field.fill(rate)
    field.press("Enter")


def test_it_says_what_the_command_says(opened: Open) -> None:
    page = opened("contract")
    for sentence in sentences()[1:]:
        assert sentence in said(page)


def test_a_term_that_is_typed_changes_words_link_and_count(opened: Open) -> None:
    page = opened("contract")
    before = said(page)
    set_rate(page, "0.5")
    page.get_by_text("1 number changed").wait_for()
    page.wait_for_function("changed => location.search.includes(changed)", arg=CHANGED)
    assert said(page) != before
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("!location.search.includes('sharing_rate')")
    assert said(page) == before


def test_a_link_reopens_the_state_and_back_goes_back(opened: Open) -> None:
    page = opened(f"contract?from=fee_for_service&to=mssp_enhanced&{CHANGED}")
    assert page.get_by_role("spinbutton", name="Sharing rate").input_value() == "0.5"
    page.get_by_role("button", name="Reset Sharing rate").click()
    page.wait_for_function("!location.search.includes('sharing_rate')")
    page.go_back()
    page.wait_for_function("document.querySelector('.field.changed') !== null")
    assert page.get_by_role("spinbutton", name="Sharing rate").input_value() == "0.5"


def test_a_slider_moves_by_keyboard_and_the_picture_follows(opened: Open) -> None:
    page = opened("contract")
    expected = "document.querySelector('figure.chart').querySelectorAll('path')[2].getAttribute('d')"
    before = page.evaluate(expected)
    page.get_by_role("slider", name="Sharing rate").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("1 number changed").wait_for()
    assert page.get_by_role("spinbutton", name="Sharing rate").input_value() == "0.74"
    page.wait_for_function(f"before => {expected} !== before", arg=before)


def test_the_size_of_the_aco_moves_the_example(opened: Open) -> None:
    page = opened("contract")
    field = page.get_by_role("spinbutton", name="Members of the ACO")
    field.fill("50000")
    field.press("Enter")
    page.wait_for_function("s => document.body.innerText.includes(s)", arg=sentences(people=50_000)[1])


def test_a_term_may_be_left_out(opened: Open) -> None:
    page = opened("contract")
    page.get_by_label("Left out: the rate by size").check()
    page.wait_for_function("location.search.includes('chosen_minimum=null')")


def test_a_link_that_leads_nowhere_says_why(opened: Open) -> None:
    page = opened("contract?to=mssp_enhnced")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "did you mean 'mssp_enhanced'?" in alert.inner_text()


def test_a_link_names_no_file_of_the_server(opened: Open) -> None:
    page = opened("contract?to=/etc/passwd")
    page.get_by_role("alert").wait_for()
    assert "upload the file instead" in page.get_by_role("alert").inner_text()


def test_a_scenario_is_found_and_loaded_by_keyboard(opened: Open) -> None:
    page = opened("contract")
    page.get_by_role("button", name="MSSP ENHANCED, two-sided").first.press("Enter")
    page.keyboard.type("capitation withhold")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('to=capitation_withhold')")
    page.get_by_role("heading", name="Global capitation with a quality withhold", exact=True).wait_for()


def test_a_chart_is_saved_as_numbers_and_pictures(opened: Open, tmp_path: Path) -> None:
    """The CSV has the numbers of `vbp contract`: 81 rows, fees first, as float32."""
    page = opened("contract")
    figure = page.locator("figure.chart").first
    for kind in ("CSV", "SVG", "PNG"):
        figure.locator("summary").click()
        with page.expect_download() as download:
            figure.get_by_role("button", name=f"Save as {kind}").click()
        download.value.save_as(tmp_path / kind)
    rows = list(csv.reader(io.StringIO((tmp_path / "CSV").read_text("utf-8"))))
    fees = explain_contract(find_scenario("mssp_enhanced"), 10_000, 2)["shown"][0]["spending"]["fees"]
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(fees, rel=1e-6)
    assert (tmp_path / "SVG").read_text("utf-8").startswith("<svg")
    assert (tmp_path / "PNG").read_bytes().startswith(b"\x89PNG")


def test_two_visitors_share_nothing(opened: Open) -> None:
    first, other = opened("contract"), opened("contract")
    set_rate(first, "0.3")
    first.get_by_text("1 number changed").wait_for()
    other.wait_for_timeout(500)
    assert other.get_by_role("spinbutton", name="Sharing rate").input_value() == "0.75"
