"""The results of a real run: the declared tables, read back as they were, whatever was empty."""

from pathlib import Path

import pandas as pd
import pytest

from vbp_agents.model import Run, run_model
from vbp_agents.results import Results, read_tables
from vbp_agents.study.replicates import replicates
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import Task, TaskResult, replicate_tasks
from vbp_agents.study.worlds import shelf
from vbp_agents.tables import KEYS, TABLES, check_tables
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenarios

Replicate = TaskResult[Run]


@pytest.fixture(scope="session")
def scenarios() -> list[Scenario]:
    return find_scenarios(["shared_savings_one_sided", "capitation", "mixed_payers"])


@pytest.fixture(scope="session")
def replicate(scenarios: list[Scenario]) -> Replicate:
    """1,000 patients for a year: no contract of shared savings has the 5,000 people that it needs."""
    return next(replicates(scenarios, patients=1_000, years=1, count=1, seed=1, threads=1))


def save(folder: Path, scenarios: list[Scenario], replicate: Replicate, order: list[str]) -> dict[str, pd.DataFrame]:
    with Results(folder, scenarios, {"version": "0", "seed": 1}) as results:
        results.add({name: replicate.runs[name].tables for name in order}, 1, 1)
        results.finish()
    return read_tables(folder)


def test_a_run_has_the_declared_tables(replicate: Replicate) -> None:
    for life in replicate.runs.values():
        check_tables(life.tables)
        assert set(life.timing) == {"kernel", "decisions", "all"}


def test_tables_are_read_back_as_they_were(scenarios: list[Scenario], replicate: Replicate, tmp_path: Path) -> None:
    tables = save(tmp_path / "r", scenarios, replicate, [scenario.name for scenario in scenarios])
    assert set(tables) == set(TABLES) == set(read_tables(str(tmp_path / "r")))
    for name, frame in tables.items():
        assert list(frame.columns) == [*KEYS, *TABLES[name].columns]
        for scenario, life in replicate.runs.items():
            rows = frame[frame.scenario == scenario].drop(columns=list(KEYS)).reset_index(drop=True)
            pd.testing.assert_frame_equal(rows, life.tables[name], check_dtype=False)


def test_a_table_without_rows_may_come_first(scenarios: list[Scenario], replicate: Replicate, tmp_path: Path) -> None:
    empty = replicate.runs["shared_savings_one_sided"].tables["settlements"]
    assert empty.empty
    tables = save(tmp_path / "r", scenarios, replicate, ["shared_savings_one_sided", "capitation"])
    assert set(tables["settlements"].scenario) == {"capitation"}
    assert save(tmp_path / "none", scenarios, replicate, ["shared_savings_one_sided"])["settlements"].empty


def test_an_undeclared_column_is_refused(replicate: Replicate) -> None:
    tables = dict(replicate.runs["capitation"].tables)
    tables["months"] = tables["months"].assign(luck=1)
    with pytest.raises(ValueError, match=r"\['luck'\]"):
        check_tables(tables)


def test_months_are_counted_once_for_each_world(scenarios: list[Scenario]) -> None:
    """A warm-up of 36 months for each of two worlds (one payer, three payers), 3 times 24 months."""
    assert Task(run_model, tuple(scenarios), 1_000, years=2, seed=1).months == 2 * 36 + 3 * 24


def test_progress_is_told_every_month_also_of_the_warm_up(scenarios: list[Scenario]) -> None:
    """That is where an interruption is heeded: 36 months of warm-up and 12 of the year."""
    progress: list[tuple[int, int]] = []
    shelf.clear()
    tasks = replicate_tasks(run_model, scenarios[:1], Size(200, years=1, replicates=1, seed=1, threads=1))
    next(run_tasks(tasks, 1, lambda done, total: progress.append((done, total))))
    assert progress == [(month, 48) for month in range(1, 49)]
