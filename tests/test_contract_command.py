"""`vbp contract` as people type it: what it prints and saves, and what it says to wrong input."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from test_contract import WHOLE

from vbp_agents.contracts.contract import explain_contract
from vbp_agents.contracts.contract_table import contract_rows, page_tables
from vbp_agents.terms.scenario_file import find_scenario

VISIT_FEE = '''
import numpy as np
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime


class CappedVisits(Regime):
    """A fee a visit, up to so many dollars a member-year; all else as ever."""

    title = "Visit fee with an annual cap"
    source = "made up"
    fee: float = param(34.0, "dollars per visit", 0, 1000)
    cap: float = param(250.0, "dollars per member-year", 0, 10000)

    def settle(self, book):
        visits = self.fee * book["primary_count_inside"]
        return {"settlement": np.minimum(visits, self.cap * book["member_months"] / 12)}
'''


def rendered_at(columns: int, what: object) -> str:
    console = Console(width=columns, color_system=None)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def vbp(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `vbp contract` in ``folder``."""
    command = [sys.executable, "-m", "vbp_agents", "contract", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, timeout=120, check=False)


def test_names_stay_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vbp_agents", "contract", "capitation"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"COLUMNS": "80"}, capture_output=True, text=True, check=True
    )
    tables = [line for line in done.stdout.splitlines() if "expected" in line or "%  " in line]
    assert len(tables) > 8
    assert max(map(len, tables)) <= 80
    assert "…" not in done.stdout


@pytest.mark.parametrize("columns", [46, 60, 72])
def test_tables_stay_whole_however_narrow_the_page(columns: int) -> None:
    """All 8 numbers of each of 7 and 5 rows are there, the rows named again where a table is split."""
    example = explain_contract(find_scenario("cjr"), 10_000, 2)["shown"][0]
    for part, count in zip(contract_rows(example), (7, 5), strict=True):
        texts = [rendered_at(columns, table) for table in page_tables(part, columns)]
        assert len(texts) == (1 if columns == 72 else 2)
        lines = [line for text in texts for line in text.splitlines()]
        assert max(map(len, lines)) <= columns
        cells = [cell for line in lines for cell in line.split()]
        assert all(cells.count(row[name]) >= 1 for row in part for name in row)
        assert sum(any(char.isdigit() for char in cell) for cell in cells) == count * (8 + len(texts))


def test_brackets_in_a_title_are_no_markup(tmp_path: Path) -> None:
    payers = "payers: [{name: medicare, title: 'Medi [/x] care [bold]'}]"
    (tmp_path / "mine.yaml").write_text(f"extends: capitation\n{payers}\n")
    done = vbp(tmp_path, "mine.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Medi [/x] care [bold] with ")


def test_letters_that_the_font_lacks_are_no_warning(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: capitation\ntitle: 计划\n", encoding="utf-8")
    assert vbp(tmp_path, "mine.yaml").stderr == "saved: vbp-contract.png\n"


def test_the_command_prints_words_and_tables_and_saves_a_picture(tmp_path: Path) -> None:
    done = vbp(tmp_path, "shared_savings_one_sided", "--people", "20000", "--json", "numbers.json")
    assert done.returncode == 0, done.stderr
    assert "per member-year" in done.stdout
    assert all(word in done.stdout for word in ("spending", "quality", "member"))
    document = json.loads((tmp_path / "numbers.json").read_text(), parse_constant=pytest.fail)
    assert (document["schema"], document["performance_year"]) == (1, 2)
    assert [part["example"]["people"] for part in document["shown"]] == [20_000]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["numbers.json", "vbp-contract.png"]


def test_a_regime_of_ones_own_in_one_file(tmp_path: Path) -> None:
    """7.46 visits of $105, 95% inside, at $34: $241 a member-year at the benchmark, 10% more is capped at $250."""
    (tmp_path / "capped_visits.py").write_text(VISIT_FEE)
    done = vbp(tmp_path, "capped_visits", "--regime-file", "capped_visits.py", "--json", "numbers.json")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "numbers.json").read_text())["shown"][0]["spending"]
    beyond = np.array(document["certain"]) - np.array(document["fees"])
    assert beyond[len(beyond) // 2] == pytest.approx(0.95 * 0.0565 * WHOLE / 105 * 34, rel=1e-9)
    assert beyond[-1] == pytest.approx(250.0, rel=1e-9)


WRONG = {
    "unknown name": (["capitatoin"], "did you mean 'capitation'?"),
    "too few people": (["capitation", "--people", "3"], "'--people'"),
    "no such file": (["./mine.yaml"], "there is no such file"),
    "json in no folder": (["capitation", "--json", "nowhere/x.json"], "there is no folder"),
    "regime file missing": (["capitation", "--regime-file", "mine.py"], "there is no such file"),
    "json onto the picture": (["capitation", "--json", "vbp-contract.png"], "is read or written here already"),
    "json to a dash": (["capitation", "--json", "-"], "'-' is not stdout here"),
    "no year": (["capitation", "--year", "0"], "'--year'"),
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


def test_a_picture_that_cannot_be_written_is_a_note(tmp_path: Path) -> None:
    """The tables and the numbers are what the command is for; the other pictures are drawn."""
    (tmp_path / "vbp-contract-2.png").mkdir()
    done = vbp(tmp_path, "mixed_payers", "--json", "n.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout == vbp(tmp_path, "mixed_payers").stdout
    assert "no picture, all else is complete: vbp-contract-2.png could not be written" in done.stderr
    files = {file.name for file in tmp_path.iterdir()}
    assert files == {"n.json", "vbp-contract.png", "vbp-contract-2.png", "vbp-contract-3.png"}


def test_several_situations_have_a_picture_each(tmp_path: Path) -> None:
    done = vbp(tmp_path, "mixed_payers")
    assert done.returncode == 0, done.stderr
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["vbp-contract-2.png", "vbp-contract-3.png", "vbp-contract.png"]
    assert done.stdout.count("fee for service, no") == 3


def test_wrong_terms_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "extends: mssp_basic_a\ncontracts:\n  - {payer: medicare, regime: capitatoin}\n"
    )
    (tmp_path / "terms.yaml").write_text("contracts:\n  - {payer: medicare, regime: capitation, terms: {discont: 1}}\n")
    for name, said in (("mine", "did you mean 'capitation'"), ("terms", "did you mean 'discount'")):
        done = vbp(tmp_path, f"{name}.yaml")
        assert done.returncode == 2
        assert said in done.stderr
        assert re.search(rf"{name}\.yaml:\d+", done.stderr)
        assert not list(tmp_path.glob("*.png"))


def test_a_users_regime_may_not_hide_a_preset(tmp_path: Path) -> None:
    (tmp_path / "aqc.py").write_text(VISIT_FEE)
    done = vbp(tmp_path, "aqc", "--regime-file", "aqc.py")
    assert done.returncode == 2
    assert "'aqc' is a scenario already" in done.stderr


def test_what_has_ended_by_the_year_is_not_shown_and_said(tmp_path: Path) -> None:
    """The first year of a contract until month 12 can be shown, its fifth cannot."""
    layers = "contracts:\n  - {payer: medicare, holders: [independents], regime: shared_savings, until: 12}\n"
    (tmp_path / "one.yaml").write_text(layers)
    (tmp_path / "two.yaml").write_text(layers + "  - {payer: medicare, regime: pay_for_performance}\n")
    assert vbp(tmp_path, "one.yaml", "--year", "1").returncode == 0
    alone = vbp(tmp_path, "one.yaml", "--year", "5")
    assert alone.returncode == 2
    assert "shared_savings of medicare with independents, which ends in month 12" in alone.stderr
    both = vbp(tmp_path, "two.yaml", "--year", "5")
    said = " ".join(both.stdout.split())
    assert "Shown: Medicare with physician_led, hospital_led, independents: pay_for_performance. Not shown: sh" in said
