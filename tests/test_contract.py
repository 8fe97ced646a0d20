"""`vbp contract`: what a contract pays and what one more of anything is worth, without a simulation."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vbp_agents.contract import LINES, contracts_shown, explain, rows, words
from vbp_agents.contract_picture import contract_picture
from vbp_agents.example_book import Example
from vbp_agents.scenario_file import find_scenario, presets

FEES = 13_166 / 0.93 * (0.1 * 0.8 + 0.14 / 3 + 0.76 * 0.4)
"""Fees of the example per member-year: primary 80% inside, specialists a third, all else 40%."""
SMALL = Example(people=10_000)
VISIT_FEE = '''
import numpy as np
from vbp_agents.param import param
from vbp_agents.regimes.base import Regime


class CappedVisits(Regime):
    """A fee a visit, up to so many dollars a member-year; all else as ever."""

    title = "Visit fee with an annual cap"
    source = "made up"
    fee: float = param(40.0, "dollars per visit", 0, 1000)
    cap: float = param(250.0, "dollars per member-year", 0, 10000)

    def settle(self, book):
        visits = self.fee * book["primary_count_inside"]
        return {"settlement": np.minimum(visits, self.cap * book["member_months"] / 12)}
'''


def vbp(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `vbp contract` in ``folder``."""
    command = [sys.executable, "-m", "vbp_agents", "contract", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", presets())
def test_every_preset_can_be_shown(name: str) -> None:
    found = explain(find_scenario(name), SMALL, 2)
    for axis, along in (("spending", found["spending"]), ("quality", found["quality"])):
        assert set(along) == {axis, *LINES}
        assert np.isfinite(list(along.values())).all()
    assert found["spending"]["fees"][len(found["spending"]["fees"]) // 2] == pytest.approx(FEES, rel=1e-9)
    assert all("nan" not in said for said in words(found))


def test_fee_for_service_is_fees_and_nothing_else() -> None:
    found = explain(find_scenario("fee_for_service"), SMALL, 2)["spending"]
    np.testing.assert_allclose(found["payment"], FEES * (1 + np.array(found["spending"])), rtol=1e-9)
    np.testing.assert_allclose(found["own_dollar"], 1.0, atol=1e-6)
    for name in ("others_dollar", "coded_point", "quality_point"):
        np.testing.assert_allclose(found[name], 0.0, atol=1e-6)


def test_capitation_by_hand() -> None:
    """98% of $14,157 (untruncated), less the 57.6% share that others bill, at every spending."""
    found = explain(find_scenario("capitation"), SMALL, 2)["spending"]
    whole, more = 13_166 / 0.93, np.array(found["spending"])
    np.testing.assert_allclose(found["payment"], 0.98 * whole - (whole - FEES) * (1 + more), rtol=1e-9)
    np.testing.assert_allclose(found["own_dollar"], 0.0, atol=1e-6)
    np.testing.assert_allclose(found["others_dollar"], -1.0, atol=1e-6)
    np.testing.assert_allclose(found["coded_point"], 0.01 * 0.98 * whole, rtol=1e-9)


def test_shared_savings_by_hand() -> None:
    """BASIC A, 10,000 people: MSR 3%; 5% saved earns 0.98 x 40% x 5% of the benchmark; 2% earns nothing."""
    found = explain(find_scenario("mssp_basic_a"), SMALL, 2)["spending"]
    at = {round(more, 4): i for i, more in enumerate(found["spending"])}
    beyond = np.array(found["certain"]) - np.array(found["fees"])
    assert beyond[at[-0.05]] == pytest.approx(0.98 * 0.40 * 0.05 * 13_166, rel=1e-9)
    assert beyond[at[-0.02]] == pytest.approx(0.0, abs=1e-6)
    assert beyond[at[0.05]] == pytest.approx(0.0, abs=1e-6)
    assert found["payment"][at[-0.02]] > found["certain"][at[-0.02]]
    assert found["own_dollar"][at[0.1]] == pytest.approx(1.0, abs=0.01)


def test_what_a_dollar_is_worth_is_the_slope_of_what_is_paid() -> None:
    """One percent more spending costs $132 truncated: fees of the inside share, and the worth of the rest."""
    found = explain(find_scenario("shared_savings_two_sided"), SMALL, 1)["spending"]
    lines = {name: np.array(found[name]) for name in ("spending", "payment", "own_dollar", "others_dollar")}
    inside = FEES / (13_166 / 0.93)
    shared = lines["others_dollar"] * 13_166
    slope = FEES + inside * (lines["own_dollar"] - 1) * 13_166 + (1 - inside) * shared
    np.testing.assert_allclose(np.gradient(lines["payment"], lines["spending"]), slope, atol=300)


def test_part_of_a_panel_pays_part_of_the_difference(tmp_path: Path) -> None:
    half = tmp_path / "half.yaml"
    half.write_text("contracts:\n  - payer: medicare\n    regime: capitation\n    share: 0.5\n")
    part, whole = (explain(find_scenario(name), SMALL, 2)["spending"] for name in (str(half), "capitation"))
    fees = np.array(whole["fees"])
    np.testing.assert_allclose(part["payment"], fees + 0.5 * (np.array(whole["payment"]) - fees), rtol=1e-9)
    np.testing.assert_allclose(part["own_dollar"], 0.5, atol=1e-6)
    np.testing.assert_allclose(part["others_dollar"], -0.5, atol=1e-6)


def test_layers_of_one_holder_are_shown_together() -> None:
    assert contracts_shown(find_scenario("default")) == []
    assert [contract.regime for contract in contracts_shown(find_scenario("capitation"))] == ["capitation"]


def test_the_picture_is_the_same_bytes_twice() -> None:
    found = explain(find_scenario("capitation_withhold"), SMALL, 2)
    picture = contract_picture(found, words(found))
    assert picture == contract_picture(found, words(found))
    assert picture.startswith(b"\x89PNG")


def test_the_tables_name_every_line() -> None:
    for table in rows(explain(find_scenario("capitation"), SMALL, 2)):
        assert all(set(LINES.values()) < set(row) for row in table)


def test_names_stay_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vbp_agents", "contract", "capitation"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"COLUMNS": "80"}, capture_output=True, text=True, check=True
    )
    tables = [line for line in done.stdout.splitlines() if "expected" in line or "%  " in line]
    assert len(tables) > 8
    assert max(map(len, tables)) <= 80
    assert "…" not in done.stdout


def test_the_command_prints_words_and_tables_and_saves_a_picture(tmp_path: Path) -> None:
    done = vbp(tmp_path, "shared_savings_one_sided", "--people", "20000", "--json", "numbers.json")
    assert done.returncode == 0, done.stderr
    assert "per member-year" in done.stdout
    assert all(word in done.stdout for word in ("spending", "quality", "member"))
    found = json.loads((tmp_path / "numbers.json").read_text(), parse_constant=pytest.fail)
    assert (found["schema"], found["example"]["people"], found["performance_year"]) == (1, 20_000, 2)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["numbers.json", "vbp-contract.png"]


def test_a_regime_of_ones_own_in_one_file(tmp_path: Path) -> None:
    """7.48 visits, 80% inside, at $40: $239 a member-year at the benchmark, 10% more is capped at $250."""
    (tmp_path / "capped_visits.py").write_text(VISIT_FEE)
    done = vbp(tmp_path, "capped_visits", "--regime-file", "capped_visits.py", "--json", "numbers.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "numbers.json").read_text())["spending"]
    beyond = np.array(found["certain"]) - np.array(found["fees"])
    assert beyond[len(beyond) // 2] == pytest.approx(7.48 * 0.8 * 40, rel=1e-9)
    assert beyond[-1] == pytest.approx(250.0, rel=1e-9)


WRONG = {
    "unknown name": (["capitatoin"], "did you mean 'capitation'?"),
    "too few people": (["capitation", "--people", "3"], "'--people'"),
    "no such file": (["./mine.yaml"], "there is no such file"),
    "json in no folder": (["capitation", "--json", "nowhere/x.json"], "there is no folder"),
    "regime file missing": (["capitation", "--regime-file", "mine.py"], "there is no such file"),
    "no name": ([], "NAME"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_input_is_one_message_and_2(what: str, tmp_path: Path) -> None:
    arguments, said = WRONG[what]
    done = vbp(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []
