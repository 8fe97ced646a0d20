"""`vbp network`: checks first, then the runs, then every file whole."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbp_agents.command_line.commands import Finished, Job, raise_stop, results_of, to_compare, until_stopped
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import each, write
from vbp_agents.presentation.terminal import note, show, width
from vbp_agents.reports.comparison import to_json

if TYPE_CHECKING:
    from vbp_agents.networks.care_network import Network
    from vbp_agents.results import Results
    from vbp_agents.runs.replicate import Lived

PICTURE = "vbp-network.png"


def show_network(name: str, area: int | None, job: Job) -> None:
    """`vbp network`: finished replicates are printed and drawn, whatever stopped the rest."""
    from vbp_agents.networks.care_network import chosen_area, document, explained, looking, network_table, sentence
    from vbp_agents.networks.network_picture import network_picture
    from vbp_agents.reports.remarks import behavior_notes
    from vbp_agents.runs.ensemble import lived
    from vbp_agents.runs.replicate import Plan

    asked = to_compare([name], None, job, PICTURE)
    scenarios, base = asked.scenarios, asked.baseline
    (place,) = {chosen_area(scenario, job.patients, area) for scenario in reversed(scenarios)}
    plan = Plan(looking(place), tuple(scenarios), **job.size)
    done, taken = Finished({}, {}, {}), list["Lived[Network]"]()

    def take(replicate: "Lived[Network]") -> None:
        taken.append(replicate)
        done.replicates += 1

    with deferred() as interruption:
        with results_of(scenarios, job) as results:
            until_stopped(lambda told: lived(plan, **job.at_once, progress=told, apart=True), take, done, interruption)
            if taken:
                networks = [replicate.runs for replicate in taken]
                found = document(scenarios, networks, base, patients=job.patients, years=job.years, seed=job.seed)
                graphs = [networks[0][scenario.name].practices for scenario in scenarios]
                notes = [*behavior_notes(scenarios, asked.whence), "", *explained(found)]
                each(
                    lambda: _save(found, network_picture(found, graphs, sentence(found)), taken, results, job),
                    lambda: write(job.json, to_json(found)),
                    lambda: show(network_table(found, width()), sentence(found), *notes),
                )
        raise_stop(done, job, interruption)


def _save(
    found: Mapping[str, Any], picture: bytes, taken: "Sequence[Lived[Network]]", results: "Results | None", job: Job
) -> None:
    """The picture, and with --out a folder with it, the numbers and the scenarios."""
    if results is None:
        write(Path(PICTURE), picture)
        return
    for replicate in taken:
        results.add({}, replicate.number, replicate.seed)
    results.attach("network.png", picture)
    results.attach("network.json", to_json(found))
    results.finish()
    note(f"results: {job.out}")
