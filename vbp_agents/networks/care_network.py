"""A scenario's care network beside the baseline's: lived, measured at the end of each replicate, put into words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vbp_agents import __version__
from vbp_agents.areas import number_of_areas
from vbp_agents.errors import WrongInput
from vbp_agents.metrics import compared
from vbp_agents.presentation.written import difference, folded, number
from vbp_agents.region import Region
from vbp_agents.rng import Stream, generator
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from networkx import Graph
    from rich.table import Table

    from vbp_agents.actors.world import World
    from vbp_agents.study.tasks import RunFunction

SCHEMA = 1
NAME_WIDTH, LONGEST = 12, 18
"""Columns of a scenario's name on a narrow page, and on a wide one."""
LANDON = "Landon et al., JAMA 2012;308:265 (W05)"
POLLACK = "Pollack et al., J Gen Intern Med 2013;28:459"
BLONDEL = "Blondel et al., J Stat Mech 2008:P10008"


class NetworkMeasure(NamedTuple):
    """What a measure of the network is: its unit, what it says, and who defined it."""

    unit: str
    about: str
    source: str


NETWORK_MEASURES: Mapping[str, NetworkMeasure] = {
    "adjusted_degree": NetworkMeasure(
        "ties per 100 patients", "Mean ties of clinicians with 30 patients or more, each one's strongest fifth", LANDON
    ),
    "density": NetworkMeasure("share of pairs", "Pairs of those clinicians that are tied", LANDON),
    "care_density": NetworkMeasure(
        "patients a pair", "Patients whom two clinicians of one person share, mean over people", POLLACK
    ),
    "modularity": NetworkMeasure("index", "How far practices fall into communities that share patients", BLONDEL),
    "within_acos": NetworkMeasure(
        "share of shared patients", "Patients shared by two practices that two of one ACO share", "model definition"
    ),
}


@dataclass(frozen=True)
class Look:
    """What is looked at: whole areas (from 0), of which the first is drawn, and how many there are to look at."""

    areas: tuple[int, ...]
    n_areas: int
    clinicians: int
    n_clinicians: int


@dataclass(frozen=True)
class Network:
    """A scenario's network at the end of a run: its measures, and the practices of the first area looked at."""

    measures: Mapping[str, float | None]
    practices: "Graph"
    look: Look


def chosen_area(scenario: Scenario, patients: int, area: int | None) -> int | None:
    """The area's number from 0, None for all. Raises WrongInput where the region has no such area."""
    n = number_of_areas(scenario.region, patients)
    if area is not None and area > n:
        areas = "1 area" if n == 1 else f"areas 1 to {n}"
        size = f"{scenario.region.people_per_area:,} people each, --patients {patients:,}"
        raise WrongInput(f"--area {area}: the region of {scenario.name} has {areas} ({size})")
    return None if area is None else area - 1


def looking(area: int | None) -> "RunFunction[Network]":
    """Runs a scenario's years and looks at the network of the last one: of one area, or of those that `look` takes."""
    return partial(_run, area=area)


def _run(
    world: "World", scenario: Scenario, years: int, progress: Callable[[int], None], threads: int, *, area: int | None
) -> Network:
    from vbp_agents.model import VbpModel

    with VbpModel(world=world.copy(), studied=scenario, threads=threads) as model:
        model.run_for(12 * years, progress)
    return network_of(model.world, area)


def network_of(world: "World", area: int | None) -> Network:
    """What the year's visits in the patients' records make of the places."""
    from vbp_agents.networks.network import practice_graph

    looked_at = look(world.region, world.seed, area)
    each = [_measured(world, place) for place in looked_at.areas]
    means = {name: float(np.mean([measured[name] for measured in each])) for name in NETWORK_MEASURES}
    measures = {name: value if np.isfinite(value) else None for name, value in means.items()}
    return Network(measures, practice_graph(world.patients, world.region, looked_at.areas[0]), looked_at)


def look(region: Region, seed: int, area: int | None) -> Look:
    """One area, or the first and others drawn by ``seed`` for as long as their clinicians are not too many."""
    from vbp_agents.networks.network import MOST_CLINICIANS, n_clinicians

    clinicians = n_clinicians(region)
    draw = generator(seed, Stream.AREAS_LOOKED_AT)
    order = [0, *(1 + draw.permutation(len(clinicians) - 1))] if area is None else [area]
    within = int(np.searchsorted(np.cumsum(clinicians[order]), MOST_CLINICIANS, side="right"))
    areas = tuple(int(place) for place in order[: max(1, within)])
    looked = min(MOST_CLINICIANS, int(clinicians[list(areas)].sum()))
    return Look((areas[0], *sorted(areas[1:])), len(clinicians), looked, int(clinicians.sum()))


def _measured(world: "World", area: int) -> dict[str, float]:
    """The measures of one area; NaN where one is not defined."""
    from vbp_agents.networks import network

    patients, region, seed = world.patients, world.region, world.seed
    strong = network.backbone(network.sharing(patients, region, area, seed))
    between = network.practice_graph(patients, region, area)
    everybody = network.ties(network.clinicians_seen(patients, area), int(network.n_clinicians(region)[area]))
    return {
        "adjusted_degree": network.adjusted_degree(strong),
        "density": network.density(strong),
        "care_density": network.care_density(everybody),
        "modularity": network.modularity(between, seed),
        "within_acos": network.within_acos(between),
    }


def document(
    scenarios: Sequence[Scenario], replicates: Sequence[Mapping[str, Network]], baseline: str, **facts: int
) -> dict[str, Any]:
    """The networks as other programs read them, in the form of `compare --json`. Numbers are finite or null."""
    first = replicates[0][baseline].look
    return {
        "schema": SCHEMA,
        "version": __version__,
        **facts,
        "replicates": len(replicates),
        "baseline": baseline,
        "behavior_hash": scenarios[0].behavior_hash,
        "scenarios": [scenario.name for scenario in scenarios],
        "hashes": {scenario.name: scenario.hash for scenario in scenarios},
        "areas": [area + 1 for area in first.areas],
        "areas_in_all": first.n_areas,
        "clinicians": first.clinicians,
        "clinicians_in_all": first.n_clinicians,
        "measures": {
            name: measure._asdict() | {"values": _values(name, scenarios, replicates, baseline)}
            for name, measure in NETWORK_MEASURES.items()
        },
    }


def _values(
    name: str, scenarios: Sequence[Scenario], replicates: Sequence[Mapping[str, Network]], baseline: str
) -> dict[str, Any]:
    by_scenario = {
        scenario.name: [networks[scenario.name].measures[name] for networks in replicates] for scenario in scenarios
    }
    return {scenario: compared(numbers, by_scenario[baseline]) for scenario, numbers in by_scenario.items()}


def network_table(numbers: Mapping[str, Any], columns: int) -> "Table":
    """Each measure's mean with its 95% interval, and how far the scenario is from the baseline.

    ``columns``: of the page; from 60 on no name is broken but after underscores.
    """
    from rich import box
    from rich.table import Table

    baseline, others = numbers["baseline"], [name for name in numbers["scenarios"] if name != numbers["baseline"]]
    table = Table(
        title=_title(numbers), caption=caption(numbers), box=box.SIMPLE, padding=(0, 0, 0, 1), show_edge=False
    )
    first, names = max(map(len, NETWORK_MEASURES)), [baseline, *others, *("difference" for _ in others)]
    each = None if columns >= 80 else max(NAME_WIDTH, (columns - first - 1) // len(names) - 2)
    table.add_column("measure", overflow="fold", min_width=first, width=each and first)
    for name in names:
        table.add_column(folded(name, each or LONGEST), justify="right", overflow="fold", width=each)
    for name, measure in numbers["measures"].items():
        values = measure["values"]
        levels = [_level(values[scenario]) for scenario in (baseline, *others)]
        gaps = ["\n".join(part for part in difference(values[scenario]) if part) for scenario in others]
        table.add_row(f"{name}\n  [dim]{measure['unit']}[/dim]", *levels, *gaps)
    return table


def measure_lines(numbers: Mapping[str, Any]) -> list[str]:
    """One line a measure: what it is, and whose definition."""
    return [f"{name}: {measure['about']} ({measure['source']})." for name, measure in numbers["measures"].items()]


def sharing_sentence(numbers: Mapping[str, Any]) -> str:
    """What a reader should take away: how much of the sharing of patients stays within ACOs, and what changed."""
    scenario, values = numbers["scenarios"][-1], numbers["measures"]["within_acos"]["values"]
    value = values[scenario]
    if value["mean"] is None:
        return f"Under {_said(scenario)} no two practices share a patient."
    sentence = (
        f"Under {_said(scenario)} {value['mean']:.1%} of the patients that two practices share stay within one ACO"
    )
    return f"{sentence}{_change(value, numbers['baseline']) if scenario != numbers['baseline'] else ''}."


def _change(value: Mapping[str, Any], baseline: str) -> str:
    """How far that is from the baseline, and how sure."""
    gap, low, high = (value[key] for key in ("difference", "difference_low", "difference_high"))
    if gap is None:
        return f"; under {_said(baseline)} none is shared"
    sure = "one draw of luck" if low is None else f"95% interval {100 * low:+.2f} to {100 * high:+.2f}"
    if low is not None and low <= 0 <= high:
        sure += ": not to be told from luck"
    return f", {100 * gap:+.2f} points from {_said(baseline)} ({sure})"


def caption(numbers: Mapping[str, Any]) -> str:
    """What was looked at, and how sure it is."""
    some = numbers["clinicians"] < numbers["clinicians_in_all"]
    areas = f"area{'s' if len(numbers['areas']) > 1 else ''} {', '.join(map(str, numbers['areas']))}"
    whole = (
        f"a sample of {numbers['clinicians']:,} of {numbers['clinicians_in_all']:,} clinicians" if some else "everybody"
    )
    looked = f"{whole}: {areas} of {numbers['areas_in_all']}"
    sure = "95% intervals over replicates" if numbers["replicates"] > 1 else "one run: no intervals"
    return f"{looked}; the last year's visits; {sure}; –: no such number"


def _said(scenario: str) -> str:
    """A scenario's name in a sentence."""
    return scenario.replace("_", " ")


def _title(numbers: Mapping[str, Any]) -> str:
    size = f"{numbers['patients']:,} patients, {numbers['years']} year{'s' if numbers['years'] > 1 else ''}"
    count = numbers["replicates"]
    return f"The care network: {size}, {count} paired replicate{'s' if count > 1 else ''}"


def _level(value: Mapping[str, Any]) -> str:
    """A mean and its interval."""
    interval = "" if value["low"] is None else f"\n({number(value['low'])} to {number(value['high'])})"
    return number(value["mean"]) + interval
