"""`vbp network`: checks first, then the runs, then every file whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vbp_agents.commands import Finished, Job, raise_stop, to_compare, until_stopped
from vbp_agents.interruption import deferred
from vbp_agents.task import each, write
from vbp_agents.terminal import show

if TYPE_CHECKING:
    from vbp_agents.care_network import Network
    from vbp_agents.ensemble import Lived

PICTURE = "vbp-network.png"


def show_network(name: str, area: int | None, job: Job) -> None:
    """`vbp network`: finished replicates are printed and drawn, whatever stopped the rest."""
    from vbp_agents.care_network import chosen_area, document, explained, looking, network_table, sentence
    from vbp_agents.comparison import to_json
    from vbp_agents.ensemble import lived
    from vbp_agents.network_picture import network_picture

    scenarios, base = to_compare([name], None, job, PICTURE)
    (place,) = {chosen_area(scenario, job.patients, area) for scenario in reversed(scenarios)}
    live = looking(place)
    done, taken = Finished({}, {}, {}), list["Mapping[str, Network]"]()

    def take(replicate: "Lived[Network]") -> None:
        taken.append(replicate.runs)
        done.replicates += 1

    with deferred() as interruption:
        until_stopped(lambda told: lived(live, scenarios, **job.size, progress=told), take, done, interruption)
        if taken:
            found = document(scenarios, taken, base, patients=job.patients, years=job.years, seed=job.seed)
            graphs = [taken[0][scenario.name].practices for scenario in scenarios]
            each(
                lambda: write(Path(PICTURE), network_picture(found, graphs, sentence(found))),
                lambda: write(job.json, to_json(found)),
                lambda: show(network_table(found), "\n".join([sentence(found), "", *explained(found)])),
            )
        raise_stop(done, job, interruption)
