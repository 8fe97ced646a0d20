"""`compare` gives the same numbers wherever it is called from: scripts, standard input, threads, workers."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from small_comparison import SMALL, costs

import vbp_agents as vbp
from vbp_agents.study.running import MANY_MONTHS

IN_PROCESSES = {**SMALL, "replicates": 12}
"""12 x (36 months of warm-up + 2 scenarios x 24 months) = 1,008 months: enough for processes of their own."""
SCRIPT = f"""
import vbp_agents as vbp
found = vbp.compare(["capitation"], **{IN_PROCESSES!r})
print(found.table().query("metric == 'cost_per_capita'")["mean"].tolist())
"""


@pytest.fixture(scope="module")
def in_turn() -> list[float]:
    """What one thread finds, one replicate after the other."""
    return costs(vbp.compare(["capitation"], **{**IN_PROCESSES, "threads": 1}))


def printed(arguments: list[str], script: str = "", **environment: str) -> list[float]:
    """What a Python process prints, as a list."""
    done = subprocess.run(
        [sys.executable, *arguments],
        input=script,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    [line] = done.stdout.splitlines()
    numbers: list[float] = json.loads(line)
    return numbers


def test_the_size_is_enough_for_processes() -> None:
    assert MANY_MONTHS <= 12 * (36 + 2 * 24)


@pytest.mark.slow
def test_from_a_script_without_a_guard(tmp_path: Path, in_turn: list[float]) -> None:
    """Processes start as a module: they do not run the script once more, which would print another line."""
    file = tmp_path / "script.py"
    file.write_text(SCRIPT)
    assert printed([str(file)]) == in_turn


@pytest.mark.slow
def test_from_standard_input_and_from_a_command(in_turn: list[float]) -> None:
    assert printed(["-"], SCRIPT) == in_turn
    assert printed(["-c", SCRIPT]) == in_turn


@pytest.mark.slow
def test_from_a_thread_and_under_asyncio(in_turn: list[float]) -> None:
    results: list[list[float]] = []
    thread = threading.Thread(target=lambda: results.append(costs(vbp.compare("capitation", **IN_PROCESSES))))
    thread.start()
    thread.join()

    async def awaited() -> list[float]:
        return await asyncio.to_thread(lambda: costs(vbp.compare("capitation", **IN_PROCESSES)))

    results.append(asyncio.run(awaited()))

    async def blocking() -> list[float]:
        return costs(vbp.compare("capitation", **IN_PROCESSES))

    results.append(asyncio.run(blocking()))
    assert results == [in_turn] * 3


POOL = f"""
from multiprocessing import Pool
import vbp_agents as vbp

def work(_):
    found = vbp.compare(["capitation"], **{IN_PROCESSES!r})
    return found.table().query("metric == 'cost_per_capita'")["mean"].tolist()

if __name__ == "__main__":
    with Pool(1) as pool:
        [means] = pool.map(work, [0])
    print(means)
"""


@pytest.mark.slow
def test_in_the_worker_of_a_pool(tmp_path: Path, in_turn: list[float]) -> None:
    """Such a process may have no children: it runs the replicates itself."""
    file = tmp_path / "pool.py"
    file.write_text(POOL)
    assert printed([str(file)]) == in_turn


OWN_FUNCTION = """
from functools import partial
import vbp_agents as vbp
from vbp_agents import find_scenario, replicate_seed, run, run_tasks, Task

def people(world, scenario, years, progress, threads):
    tables = run(world, scenario, years, progress, threads).tables
    return int(tables["contracts"].member_months.sum())

scenario = find_scenario("capitation")
tasks = [Task(people, (scenario,), 300, 2, replicate_seed(5, number), number) for number in range(1, 18)]
print(sorted({result.runs["capitation"] for result in run_tasks(tasks, 2)}))
"""


@pytest.mark.slow
def test_a_function_of_the_script_goes_to_the_processes_by_its_code() -> None:
    """300 people live 24 months: who dies is replaced."""
    assert printed(["-"], OWN_FUNCTION) == [300 * 24]
