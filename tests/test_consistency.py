"""A folder of results whose `metadata.json` says other than its tables is refused, before anything is lived again."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from vbp_agents import __version__
from vbp_agents.command_line.entries import app
from vbp_agents.errors import WrongInput
from vbp_agents.explain.consistency import check_recorded
from vbp_agents.results import Results
from vbp_agents.study.recorded import read_recorded
from vbp_agents.tables import TABLES
from vbp_agents.terms.scenario_file import find_scenarios

NAMES = ["fee_for_service", "capitation", "pay_for_performance"]
SECOND_SEED = 239_902_454_319_509_625
"""Half of the first 8 bytes of the SHA-256 of "5/2", rounded down: `printf 5/2 | sha256sum` begins 06a89c05b4eae0f2."""


def a_run(people: int) -> dict[str, pd.DataFrame]:
    """The tables of a run of one year, empty but for the months, with a tenth of the people attributed to none."""
    dtypes = TABLES["months"].dtypes()
    columns: dict[str, Any] = {name: "" if dtype == "string" else 0 for name, dtype in dtypes.items()}
    parts = [
        columns
        | {"month": month, "contract": ["physician_led_1", "unattached"]}
        | {"member_months": [people - people // 10, people // 10]}
        for month in range(1, 13)
    ]
    return {name: table.frame(parts if name == "months" else []) for name, table in TABLES.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three scenarios of 2,000 people, two replicates, one year, asked for with seed 5."""
    facts = {"version": __version__, "seed": 5, "patients": 2_000, "years": 1, "scenarios": NAMES}
    with Results(tmp_path / "r", find_scenarios(NAMES), facts) as results:
        for replicate, seed in ((1, 5), (2, SECOND_SEED)):
            results.add({name: a_run(2_000) for name in NAMES}, replicate, seed)
        results.finish()
    return tmp_path / "r"


def change_facts(folder: Path, facts: dict[str, Any]) -> None:
    file = folder / "metadata.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | facts))


def write_months_anew(folder: Path, months: pd.DataFrame) -> None:
    """As another program would."""
    months.to_parquet(folder / "months.parquet")


def test_a_folder_as_it_was_written_agrees(folder: Path) -> None:
    check_recorded(read_recorded(folder))
    write_months_anew(folder, pd.read_parquet(folder / "months.parquet"))
    check_recorded(read_recorded(folder))


CHANGED = {
    "years": (2, "years: 2, but their months are 1 to 12"),
    "patients": (1_000, "patients: 1000, but they have 2000 people"),
    "seed": (6, "seed: 6, but they were made with 5"),
    "replicate_seeds": ([5, 7], "replicate_seeds: 7 for replicate 2, which seed 5 does not give"),
    "scenarios": (NAMES[:2], f"scenarios: {', '.join(NAMES[:2])}, but they have {', '.join(NAMES)}"),
}


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("asked", [["--provider", "0"], ["--patient", "0"]], ids=["provider", "patient"])
def test_facts_that_the_tables_contradict_are_one_message_and_2(name: str, asked: list[str], folder: Path) -> None:
    value, said = CHANGED[name]
    change_facts(folder, {name: value})
    done = CliRunner().invoke(app, ["explain", str(folder), *asked])
    assert (done.exit_code, done.stdout) == (2, "")
    file = folder / "metadata.json"
    assert done.stderr == f"vbp: {file} does not agree with the tables: {said}; make the results again\n"


def test_all_that_the_tables_contradict_is_said_at_once(folder: Path) -> None:
    """A table that another program has written anew says no seed, and everything else as before."""
    write_months_anew(folder, pd.read_parquet(folder / "months.parquet"))
    change_facts(folder, {"years": 3, "patients": 2_001, "seed": 6, "replicate_seeds": [6]})
    with pytest.raises(WrongInput, match=r"years: 3, .*; patients: 2001, .*; replicate_seeds: 1 of them, but") as found:
        check_recorded(read_recorded(folder))
    assert "their replicates are 1 to 2" in str(found.value)
    assert "seed: 6" not in str(found.value)


def test_a_run_that_lacks_a_month_is_not_the_one_that_was_asked_for(folder: Path) -> None:
    months = pd.read_parquet(folder / "months.parquet")
    cut = (months.scenario == "capitation") & (months.replicate == 2) & (months.month == 7)
    write_months_anew(folder, months[~cut])
    with pytest.raises(WrongInput, match="years: 1, but some of the months 1 to 12 are missing in a run"):
        check_recorded(read_recorded(folder))


def test_a_hash_that_was_changed_is_named_beside_the_scenario(folder: Path) -> None:
    change_facts(folder, {"hashes": dict.fromkeys(NAMES, "0")})
    with pytest.raises(WrongInput, match=r"it, or its hash in metadata\.json, was changed"):
        read_recorded(folder)
