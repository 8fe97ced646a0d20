"""`vbp network`: checks first, then the runs, then every file whole."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbp_agents import __version__
from vbp_agents.command_line.commands import JobOptions, raise_stop, results_of, save_picture, to_compare
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import by_product, do_all, progress_bar, write_numbers
from vbp_agents.presentation.terminal import note, show, width
from vbp_agents.reports.comparison import to_json
from vbp_agents.study.running import run_tasks, until_stopped
from vbp_agents.study.tasks import replicate_tasks

if TYPE_CHECKING:
    from networkx import Graph

    from vbp_agents.networks.care_network import Network
    from vbp_agents.results import Results
    from vbp_agents.study.tasks import TaskResult

_PICTURE = "vbp-network.png"


def show_network(name: str, area: int | None, job: JobOptions) -> None:
    """`vbp network`: finished replicates are printed and drawn, whatever stopped the rest."""
    from vbp_agents.networks.care_network import (
        chosen_area,
        document,
        looking,
        measure_lines,
        network_table,
        sharing_sentence,
    )
    from vbp_agents.reports.remarks import behavior_notes

    asked = to_compare([name], None, job, _PICTURE)
    scenarios, base = asked.scenarios, asked.baseline
    (place,) = {chosen_area(scenario, job.size.patients, area) for scenario in reversed(scenarios)}
    tasks, taken = replicate_tasks(looking(place), scenarios, job.size), list["TaskResult[Network]"]()
    facts = {
        "version": __version__,
        **job.size.facts,
        "behavior_hash": scenarios[0].behavior_hash,
        "scenarios": [scenario.name for scenario in scenarios],
    }
    with deferred() as interruption:
        with results_of(scenarios, facts, job) as results:
            with progress_bar(interruption) as advance:
                stopped = until_stopped(run_tasks(tasks, job.size.threads, advance), taken.append)
            if taken:
                networks = [replicate.runs for replicate in taken]
                numbers = document(scenarios, networks, base, **job.size.facts)
                graphs = [networks[0][scenario.name].practices for scenario in scenarios]
                notes = [*behavior_notes(scenarios, asked.behavior_from), "", *measure_lines(numbers)]
                do_all(
                    lambda: _save(numbers, taken, results, job),
                    lambda: write_numbers(job.json, to_json(numbers)),
                    lambda: show(network_table(numbers, width()), sharing_sentence(numbers), *notes),
                    by_product("picture", lambda: _draw(numbers, graphs, results)),
                )
        raise_stop(len(taken), stopped, job.size, interruption)


def _save(
    numbers: Mapping[str, Any], taken: "Sequence[TaskResult[Network]]", results: "Results | None", job: JobOptions
) -> None:
    """With --out a folder with the numbers and the scenarios."""
    if results is None:
        return
    for replicate in taken:
        results.add({}, replicate.number, replicate.seed)
    results.attach("network.json", to_json(numbers))
    results.finish()
    note(f"results: {job.out}")


def _draw(numbers: Mapping[str, Any], graphs: "Sequence[Graph]", results: "Results | None") -> None:
    from vbp_agents.networks.care_network import sharing_sentence
    from vbp_agents.networks.network_picture import network_picture

    save_picture(network_picture(numbers, graphs, sharing_sentence(numbers)), Path(_PICTURE), results, "network.png")
