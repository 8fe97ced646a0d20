"""`vbp contract`: what a contract pays and what one more of anything is worth, without a simulation."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from vbp_agents.actors.world import World
from vbp_agents.book import SERVICES, SIDES
from vbp_agents.contracts.contract import explain_contract, situations
from vbp_agents.contracts.contract_picture import contract_picture
from vbp_agents.contracts.contract_table import contract_rows, titles, words
from vbp_agents.contracts.example_book import Example
from vbp_agents.terms.scenario_file import find_scenario, presets

WHOLE = 13_166 / 0.95
"""Allowed charges of the example per member-year."""
FEES = WHOLE * (0.0565 * 0.95 + 0.0605 * 0.63 + (0.0518 + 0.3397 + 0.0408 + 0.2916) * 0.3)
"""Fees per member-year: primary care 95% inside, tests 63%, other services of clinicians and hospitals 30%."""
STAYS = 0.258 * 10_000
"""Discharges of the example's hospital, at $15,590 each."""
PRICES = 15_590.0


def shown(name: str | Path, year: int = 2) -> dict[str, Any]:
    """The only situation of a scenario, for 10,000 people."""
    (parts,) = explain_contract(find_scenario(name), 10_000, year)["shown"]
    return dict(parts)


@pytest.mark.parametrize(
    ("name", "year"), [*((name, 2) for name in presets()), ("cjr", 1), ("cjr", 5), ("kidney_aco", 1), ("aqc", 5)]
)
def test_every_preset_can_be_shown(name: str, year: int) -> None:
    for parts in explain_contract(find_scenario(name), 10_000, year)["shown"]:
        for axis, along in (("spending", parts["spending"]), ("quality", parts["quality"])):
            assert set(along) == {axis, *titles(parts)}
            assert np.isfinite(list(along.values())).all()
        assert parts["spending"]["fees"][len(parts["spending"]["fees"]) // 2] > 100
        assert not any("nan" in said or "{" in said for said in words(parts))


def test_fee_for_service_is_fees_and_nothing_else() -> None:
    lines = shown("fee_for_service")["spending"]
    np.testing.assert_allclose(lines["payment"], FEES * (1 + np.array(lines["spending"])), rtol=1e-9)
    np.testing.assert_allclose(lines["own_dollar"], 1.0, atol=1e-6)
    for name in ("others_dollar", "coded_point", "quality_point"):
        np.testing.assert_allclose(lines[name], 0.0, atol=1e-6)


def test_capitation_by_hand() -> None:
    """98% of $13,859 (untruncated), less the 69.1% share that others bill, at every spending."""
    lines = shown("capitation")["spending"]
    whole, more = WHOLE, np.array(lines["spending"])
    np.testing.assert_allclose(lines["payment"], 0.98 * whole - (whole - FEES) * (1 + more), rtol=1e-9)
    np.testing.assert_allclose(lines["own_dollar"], 0.0, atol=1e-6)
    np.testing.assert_allclose(lines["others_dollar"], -1.0, atol=1e-6)
    np.testing.assert_allclose(lines["coded_point"], 0.01 * 0.98 * whole, rtol=1e-9)


def test_shared_savings_by_hand() -> None:
    """BASIC A, 10,000 people: MSR 3%; 5% saved earns 0.98 x 40% x 5% of the benchmark; 2% earns nothing."""
    lines = shown("mssp_basic_a")["spending"]
    at = {round(more, 4): i for i, more in enumerate(lines["spending"])}
    beyond = np.array(lines["certain"]) - np.array(lines["fees"])
    assert beyond[at[-0.05]] == pytest.approx(0.98 * 0.40 * 0.05 * 13_166, rel=1e-9)
    assert beyond[at[-0.02]] == pytest.approx(0.0, abs=1e-6)
    assert beyond[at[0.05]] == pytest.approx(0.0, abs=1e-6)
    assert lines["payment"][at[-0.02]] > lines["certain"][at[-0.02]]
    assert lines["own_dollar"][at[0.1]] == pytest.approx(1.0, abs=0.01)


def test_what_a_dollar_is_worth_is_the_slope_of_what_is_paid() -> None:
    """One percent more spending costs $132 truncated: fees of the inside share, and the worth of the rest."""
    shown_lines = shown("shared_savings_two_sided", 1)["spending"]
    lines = {name: np.array(shown_lines[name]) for name in ("spending", "payment", "own_dollar", "others_dollar")}
    inside = FEES / (WHOLE)
    shared = lines["others_dollar"] * 13_166
    slope = FEES + inside * (lines["own_dollar"] - 1) * 13_166 + (1 - inside) * shared
    np.testing.assert_allclose(np.gradient(lines["payment"], lines["spending"]), slope, atol=300)


def test_part_of_a_panel_pays_part_of_the_difference(tmp_path: Path) -> None:
    half = tmp_path / "half.yaml"
    half.write_text("contracts:\n  - payer: medicare\n    regime: capitation\n    share: 0.5\n")
    part, whole = (shown(name)["spending"] for name in (str(half), "capitation"))
    fees = np.array(whole["fees"])
    np.testing.assert_allclose(part["payment"], fees + 0.5 * (np.array(whole["payment"]) - fees), rtol=1e-9)
    np.testing.assert_allclose(part["own_dollar"], 0.5, atol=1e-6)
    np.testing.assert_allclose(part["others_dollar"], -0.5, atol=1e-6)


LAYERED = """
payers:
  - {name: medicare, title: Medicare, share: 0.6}
  - {name: commercial, share: 0.4, physician_price: 1.4, hospital_price: 2.2, updates: [{from: 25, physician: 2}]}
contracts:
  - {payer: medicare, holders: [physician_led, independents], regime: shared_savings}
  - {payer: medicare, holders: [independents, hospital_led], regime: pay_for_performance}
  - {payer: medicare, holders: [hospital], regime: readmission_penalty}
  - {payer: medicare, holders: all, regime: shared_savings, condition: kidney_disease, terms: {sharing_rate: 0.5}}
  - {payer: commercial, holders: all, regime: capitation, from: 13, until: 36}
"""


def test_every_contract_is_shown_with_its_payer_and_holders(tmp_path: Path) -> None:
    """Layers together where they bind the same holders; hospitals, a condition, other payers and times apart."""
    (tmp_path / "layered.yaml").write_text(LAYERED)
    parts = explain_contract(find_scenario(tmp_path / "layered.yaml"), 10_000, 1)["shown"]
    headings = [(s["payer"], s["holders"], s["from"], [c["regime"] for c in s["contracts"]]) for s in parts]
    assert headings == [
        ("medicare", ["physician_led"], 1, ["shared_savings"]),
        ("medicare", ["hospital_led"], 1, ["pay_for_performance"]),
        ("medicare", ["independents"], 1, ["shared_savings", "pay_for_performance"]),
        ("medicare", ["hospital"], 1, ["readmission_penalty"]),
        ("medicare", ["physician_led", "hospital_led", "independents"], 1, ["shared_savings"]),
        ("commercial", ["physician_led", "hospital_led", "independents"], 13, ["capitation"]),
    ]
    assert words(parts[2])[0] == "Medicare with independents: shared_savings + pay_for_performance."
    assert "members with kidney_disease" in words(parts[4])[0]
    said = "commercial with physician_led, hospital_led, independents, from month 13 to month 36: capitation."
    assert words(parts[5])[0] == f"{said} Prices are those before the payer's update in month 25."
    assert [s["example"]["people"] for s in parts] == [10_000] * 4 + [1_870, 10_000]
    assert parts[3]["per"] == "discharge"


def test_a_later_contract_joins_those_that_are_still_in_force(tmp_path: Path) -> None:
    text = "contracts:\n  - {payer: medicare, regime: shared_savings, until: 12}\n"
    text += "  - {payer: medicare, regime: pay_for_performance}\n"
    (tmp_path / "later.yaml").write_text(text + "  - {payer: medicare, regime: global_budget, from: 13}\n")
    scenario = find_scenario(tmp_path / "later.yaml")
    first, second = (
        [(s.start, [(c.regime, s.year_of(c, year)) for c in s.contracts]) for s in situations(scenario, year)]
        for year in (1, 2)
    )
    assert first == [
        (1, [("shared_savings", 1), ("pay_for_performance", 1)]),
        (13, [("pay_for_performance", 2), ("global_budget", 1)]),
    ]
    assert second == [
        (1, [("pay_for_performance", 2), ("global_budget", 1)]),
        (13, [("pay_for_performance", 3), ("global_budget", 2)]),
    ]


def test_layers_of_one_holder_pay_what_each_pays_beyond_fees(tmp_path: Path) -> None:
    """A bonus in its second year and savings in their first, where reporting is enough for quality: they add up."""
    start = "  - {payer: medicare, holders: [independents], regime: "
    bonus, savings = f"{start}pay_for_performance", f"{start}shared_savings"
    texts = {"both": f"{bonus}}}\n{savings}, from: 13}}\n", "bonus": f"{bonus}}}\n", "savings": f"{savings}}}\n"}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text("contracts:\n" + text)
    both = explain_contract(find_scenario(tmp_path / "both.yaml"), 10_000, 2)["shown"][0]
    assert [contract["regime"] for contract in both["contracts"]] == ["pay_for_performance", "shared_savings"]
    alone = [shown(tmp_path / f"{name}.yaml", year) for name, year in (("bonus", 2), ("savings", 1))]
    for axis in ("spending", "quality"):
        fees = np.array(both[axis]["fees"])
        parts = [np.array(found[axis]["certain"]) - fees for found in alone]
        assert max(np.ptp(part) for part in parts) > 1
        np.testing.assert_allclose(np.array(both[axis]["certain"]) - fees, sum(parts), atol=1e-6)
    dollars = [np.array(found["spending"]["own_dollar"]) - 1 for found in (both, *alone)]
    np.testing.assert_allclose(dollars[0], dollars[1] + dollars[2], atol=0.02)


def test_the_example_is_an_average_holder_of_the_default_world(one_area: World) -> None:
    """Mix, prices, services and inside shares as in a world of 30,000 (a third of it a holder), within its noise."""
    market, example = one_area.books[0][0].market, Example().usual
    assert market is not None
    scale = market.billed("truncated")[0] / example.billed("truncated")[0]
    for service in SERVICES[:-1]:
        world, own = (
            {what: sum(book[f"{service}_{what}_{side}"][0] for side in SIDES) for what in ("count", "dollars")}
            for book in (market, example)
        )
        assert own["dollars"] * scale == pytest.approx(world["dollars"], rel=0.15), service
        assert own["dollars"] / own["count"] == pytest.approx(world["dollars"] / world["count"], rel=0.08), service
        inside = market[f"{service}_dollars_inside"][0] / world["dollars"]
        assert example[f"{service}_dollars_inside"][0] / own["dollars"] == pytest.approx(inside, abs=0.08), service
    revenue = [book["participant_revenue"][0] / book.billed(sides=["inside"])[0] for book in (market, example)]
    assert revenue[1] == pytest.approx(revenue[0], rel=0.15)


def test_the_hybrid_pays_a_holder_more_than_its_visits() -> None:
    """7.08 own visits of $105 are $744; $60 each and $387.96 a year are $813."""
    lines = shown("primary_care_hybrid")["spending"]
    middle = len(lines["fees"]) // 2
    visits = 0.95 * 0.0565 * WHOLE / 105
    beyond = lines["certain"][middle] - lines["fees"][middle]
    assert beyond == pytest.approx(12 * 32.33 + (60 - 105) * visits, abs=0.01)
    assert 50 < beyond < 90


def test_a_dollar_of_the_holders_own_is_of_what_it_bills() -> None:
    """Under partial capitation, a dollar of its own primary care is worth nothing; that is 17.3% of what it bills."""
    lines = shown("capitation_primary_care")["spending"]
    np.testing.assert_allclose(lines["own_dollar"], 1 - 0.0565 * 0.95 * WHOLE / FEES, atol=1e-6)


def test_without_contracts_every_payer_pays_fees_at_its_own_prices() -> None:
    """Stays are a tenth professional: 0.1 x 1.4 + 0.9 x 2.2 = 2.12 commercial, 0.7 under Medicaid for all services."""
    medicare, commercial, medicaid = explain_contract(find_scenario("mixed_payers"), 10_000, 1)["shown"]
    middle = len(medicare["spending"]["fees"]) // 2
    fees = [part["spending"]["fees"][middle] for part in (medicare, commercial, medicaid)]
    assert fees[0] == pytest.approx(FEES)
    assert fees[2] == pytest.approx(0.7 * FEES)
    assert commercial["example"]["prices"][5] == pytest.approx(2.12)
    assert 1.4 < fees[1] / fees[0] < 2.2
    assert commercial["spending"]["payment"] == commercial["spending"]["fees"]


def test_a_hospital_is_paid_for_its_stays() -> None:
    """Readmissions as everybody's: no penalty without luck, $15,590 a stay; a penalized one loses up to 3% of it."""
    part = shown("readmission_penalty")
    middle = len(part["spending"]["certain"]) // 2
    assert part["told"] == "a hospital for 10,000 people, 2,580 discharges, $15,590 a stay"
    assert part["spending"]["fees"][middle] == pytest.approx(PRICES)
    assert part["spending"]["certain"][middle] == pytest.approx(PRICES, rel=1e-3)
    worst = part["quality"]["certain"][0] / part["quality"]["fees"][0]
    assert 0.97 <= worst < 0.999
    assert part["quality"]["certain"][-1] == part["quality"]["fees"][-1]
    assert 0.97 < part["spending"]["own_dollar"][middle] < 1
    assert part["spending"]["others_dollar"][middle] == pytest.approx(0, abs=1e-9)


def test_a_bundle_makes_a_hospital_mind_what_others_bill() -> None:
    """CJR's fifth year: between the stops a dollar of an episode is the hospital's own loss, whoever billed it."""
    part = shown("bundled", 5)
    middle = len(part["spending"]["fees"]) // 2
    assert (part["per"], part["in_episodes"]) == ("discharge", True)
    assert part["spending"]["own_dollar"][middle] == pytest.approx(0, abs=0.1)
    assert part["spending"]["others_dollar"][middle] == pytest.approx(-1, abs=0.1)


def test_hospital_purchasing_at_the_median_gets_the_usual_back() -> None:
    """Its patients' stays at the market's mean score: the withhold of 2% and no more is at stake."""
    part = shown("hospital_vbp")
    shares = np.array(part["quality"]["certain"]) / np.array(part["quality"]["fees"])
    assert shares[0] == pytest.approx(0.98, abs=1e-9)
    assert shares[0] < shares[20] < shares[-1]
    assert np.all(np.diff(shares) >= -1e-12)


@pytest.mark.parametrize("name", ["hospital_vbp", "readmission_penalty", "bundled"])
def test_a_patient_more_brings_what_a_patient_brings(name: str) -> None:
    """Twice the patients, alike in everything, are paid twice as much but for luck, priors and minimums: within 5%."""
    along = shown(name)["quality"]
    np.testing.assert_allclose(along["member"], along["payment"], rtol=0.05)


def test_a_kidney_aco_is_about_those_with_the_condition() -> None:
    """18.7% of 10,000 people, 1.549 times the spending; 5% saved earns 0.98 x 50% x 5% of their benchmark."""
    part = shown("kidney_aco")
    level = 13_166 * 1.549
    assert part["told"] == f"1,870 people, ${level:,.0f} per person-year (truncated at the 99th percentile)"
    at = {round(more, 4): i for i, more in enumerate(part["spending"]["spending"])}[-0.05]
    earned = part["spending"]["certain"][at] - part["spending"]["fees"][at]
    assert earned == pytest.approx(0.98 * 0.5 * 0.05 * level, rel=1e-9)


def test_an_example_that_no_contract_is_offered_to_is_told() -> None:
    """750 people with the condition are 18.7% of 4,011; shared savings ask for 5,000 members, capitation for none."""
    said = {
        ("kidney_aco", 4_000): " Offered from 750 people on; the example has 748.",
        ("mssp_basic_a", 4_999): " Offered from 5,000 people on; the example has 4,999.",
        ("capitation", 100): "",
    }
    for (name, people), told in said.items():
        assert words(explain_contract(find_scenario(name), people, 2)["shown"][0])[0].endswith(f".{told}")


def test_the_picture_is_the_same_bytes_twice() -> None:
    part = shown("capitation_withhold")
    picture = contract_picture(part, words(part))
    assert picture == contract_picture(part, words(part))
    assert picture.startswith(b"\x89PNG")


@pytest.mark.parametrize("more", [0, 1, 12])
def test_words_stand_above_the_panels_however_many_they_are(more: int) -> None:
    """The panels are as high as ever, and the page grows by the lines: of 10 points, 1.35 apart, 150 to the inch."""
    part = shown("mssp_enhanced")
    plain = height_of(contract_picture(part, ["A line."]))
    assert height_of(contract_picture(part, ["A line."] * (1 + more))) == pytest.approx(
        plain + 150 * more * 10 * 1.35 / 72, abs=1
    )


def height_of(picture: bytes) -> int:
    """Pixels."""
    height: int = struct.unpack(">I", picture[20:24])[0]
    return height


@pytest.mark.parametrize("name", ["mssp_enhanced", "cjr", "capitation"])
def test_nothing_of_a_picture_lies_over_something_else(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heading, words, panels and footnote, as they are drawn: each above the next, and inside the picture."""
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    part = shown(name)
    contract_picture(part | {"title": "A long title " * 12}, [*words(part), "W" * 140])
    [figure] = drawn
    figure.draw_without_rendering()
    heading, said, footnote = (text.get_window_extent() for text in figure.texts)
    panels = [box for axes in figure.axes if (box := axes.get_tightbbox()) is not None]
    assert heading.y0 > said.y1
    assert said.y0 > max(box.y1 for box in panels)
    assert min(box.y0 for box in panels) > footnote.y1
    assert footnote.y0 > 0
    assert heading.y1 < figure.bbox.y1
    assert max(heading.x1, footnote.x1) < figure.bbox.x1


def test_dollars_in_a_picture_are_no_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    """matplotlib takes what is between two dollar signs for mathematics, unless it is told."""
    asked: list[bool] = []

    def text(figure: Figure, *_: object, parse_math: bool = True, **__: object) -> None:
        asked.append(parse_math)

    monkeypatch.setattr(Figure, "text", text)
    part = shown("capitation")
    contract_picture(part, words(part))
    assert asked == [False, False, False]


def test_the_tables_name_every_line() -> None:
    for name in ("capitation", "readmission_penalty"):
        part = shown(name)
        for table in contract_rows(part):
            assert all(set(titles(part).values()) < set(row) for row in table)
    assert "one patient" in titles(part).values()
