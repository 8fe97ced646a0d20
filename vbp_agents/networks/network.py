"""The care network, made when asked for: who shares patients, as NetworkX graphs of an area's clinicians or practices.

The simulation itself keeps referrals and visits as arrays (`region.Region`, `patients.Patient`); this is for looking
at the ties of a year, those in the records at its end.
"""

from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray
from vbp_agents.people.patients import NOBODY
from vbp_agents.region import Region, holder_names, is_primary, kind_of_holder
from vbp_agents.rng import Stream, generator

FEWEST_PATIENTS = 30
_STRONGEST = 0.2
MOST_CLINICIANS = 5_000
"""An area with more is looked at through a sample of this many."""
NO_ACO = "none"
_Ints = NDArray[np.int64]


class Ties(NamedTuple):
    """Every two places that one person saw, each pair of a person once, shape (pairs,).

    ``person`` and the two places by number, ``first`` < ``second``; ``shared``: people who saw both.
    ``seen``: people who saw each place, (places,).
    """

    person: _Ints
    first: _Ints
    second: _Ints
    shared: _Ints
    seen: _Ints


def ties(places: _Ints, n: int) -> Ties:
    """The ties between ``n`` places from where people were seen, (people, slots); -1 in an empty slot."""
    ordered = np.sort(places, axis=1)
    again = np.zeros(ordered.shape, np.bool_)
    again[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
    ordered[again] = -1
    low, high = np.triu_indices(ordered.shape[1], 1)
    person, pair = np.nonzero((ordered[:, low] >= 0) & (ordered[:, high] >= 0))
    first, second = ordered[person, low[pair]], ordered[person, high[pair]]
    _, which, counts = np.unique(first * n + second, return_inverse=True, return_counts=True)
    seen = np.bincount(ordered[ordered >= 0], minlength=n).astype(np.int64)
    return Ties(person.astype(np.int64), first, second, counts[which].astype(np.int64), seen)


def clinicians_seen(patients: Any, area: int) -> _Ints:
    """Which clinicians of an area (numbered within it) each of its people saw this year, (people, 16); -1: no more."""
    seen = patients.seen_clinician[patients.area == area].astype(np.int64)
    return np.where(seen == NOBODY, -1, seen)


def n_clinicians(region: Region) -> _Ints:
    """Clinicians of each area, (areas,)."""
    return np.diff(np.append(region.areas.first_clinician, len(region.practice_of))).astype(np.int64)


def sample(n: int, seed: int) -> _Ints:
    """All of ``n`` clinicians, or as many as are looked at: the same ones for one seed, whatever happened."""
    if n <= MOST_CLINICIANS:
        return np.arange(n, dtype=np.int64)
    draw = generator(seed, Stream.CLINICIANS_LOOKED_AT)
    return np.sort(draw.permutation(n)[:MOST_CLINICIANS]).astype(np.int64)


def sharing(patients: Any, region: Region, area: int, seed: int = 0) -> nx.Graph:
    """Clinicians of an area (numbered within it) tied by the patients whom both saw this year.

    Nodes carry ``patients`` (how many they saw) and ``hospital`` (of their practice); edges ``shared`` (patients).
    Of more than MOST_CLINICIANS a sample by ``seed``.
    """
    first, n = int(region.areas.first_clinician[area]), int(n_clinicians(region)[area])
    hospital = region.practices.hospital[region.practice_of[first : first + n]]
    kept, seen = sample(n, seed), clinicians_seen(patients, area)
    tied = ties(np.where(np.isin(seen, kept), seen, -1), n)
    graph = nx.Graph()
    for clinician in kept:
        graph.add_node(int(clinician), patients=int(tied.seen[clinician]), hospital=int(hospital[clinician]))
    graph.add_edges_from(_edges(tied))
    return graph


def practice_graph(patients: Any, region: Region, area: int) -> nx.Graph:
    """Practices of an area that saw anybody this year, by position in the region, tied by the patients of both.

    Nodes carry ``patients`` (how many they saw), ``place`` (x, y in miles), ``aco`` and
    ``kind`` (their ACO and its kind, or none) and ``primary`` (whether they give primary care); edges ``shared``
    (patients).
    """
    seen = clinicians_seen(patients, area)
    practice_of = np.append(region.practice_of[region.areas.first_clinician[area] :], -1)
    tied = ties(practice_of[seen].astype(np.int64), len(region.practices))
    holder, names = region.organizations.holder[region.practices.organization], holder_names(region)
    primary = is_primary(region)
    graph = nx.Graph()
    for practice in np.flatnonzero(tied.seen):
        record = region.practices[practice]
        kind, aco = NO_ACO, NO_ACO
        if holder[practice] >= 0:
            kind, aco = kind_of_holder(region, holder[practice]), names[holder[practice]]
        about = {"patients": int(tied.seen[practice]), "place": (float(record.x), float(record.y))}
        graph.add_node(int(practice), aco=aco, kind=kind, primary=bool(primary[practice]), **about)
    graph.add_edges_from(_edges(tied))
    return graph


def _edges(ties: Ties) -> list[tuple[int, int, dict[str, int]]]:
    """Each tie once, with the patients shared."""
    pairs, where = np.unique(np.stack([ties.first, ties.second]), axis=1, return_index=True)
    shared = ties.shared[where]
    return [(int(a), int(b), {"shared": int(s)}) for (a, b), s in zip(pairs.T, shared, strict=True)]


def backbone(graph: nx.Graph) -> nx.Graph:
    """The published construction: physicians with 30 patients or more, and each one's strongest fifth of ties.

    Landon et al. 2012, JAMA 308:265.
    """
    kept = graph.subgraph([c for c, seen in graph.nodes(data="patients") if seen >= FEWEST_PATIENTS])
    strong = nx.Graph()
    strong.add_nodes_from(kept.nodes(data=True))
    for clinician in kept:
        ties = sorted(((-data["shared"], other) for other, data in kept[clinician].items()))
        strong.add_edges_from((clinician, other) for _, other in ties[: round(_STRONGEST * len(ties))])
    return strong


def adjusted_degree(graph: nx.Graph) -> float:
    """Mean number of ties per 100 patients over the clinicians of a backbone; NaN where there are none."""
    ratios = [100.0 * graph.degree(c) / seen for c, seen in graph.nodes(data="patients")]
    return float(np.mean(ratios)) if ratios else float("nan")


def density(graph: nx.Graph) -> float:
    """Ties over possible ties; NaN with fewer than two nodes."""
    n = graph.number_of_nodes()
    return 2.0 * graph.number_of_edges() / (n * (n - 1)) if n > 1 else float("nan")


def modularity(graph: nx.Graph, seed: int) -> float:
    """Newman's modularity, weighted by patients shared, of the communities that Louvain's method finds; NaN: no ties.

    Blondel et al. 2008, J Stat Mech P10008. ``seed``: the order in which nodes are taken.
    """
    if not graph.number_of_edges():
        return float("nan")
    communities = nx.community.louvain_communities(graph, weight="shared", seed=seed % 2**32)
    return float(nx.community.modularity(graph, communities, weight="shared"))


def care_density(ties: Ties) -> float:
    """Mean over people with two clinicians or more of the patients that their clinicians share, pair by pair.

    Pollack et al. 2013, J Gen Intern Med 28:459: the sum over the pairs of clinicians whom one person saw of how many
    people both saw (that person too), over the number of pairs. NaN where nobody saw two.
    """
    pairs = np.bincount(ties.person)
    shared = np.bincount(ties.person, ties.shared)
    return float(np.mean(shared[pairs > 0] / pairs[pairs > 0])) if len(ties.person) else float("nan")


def within_acos(graph: nx.Graph) -> float:
    """The part of the patients that two practices share which two of one ACO share; NaN without ties."""
    aco = dict(graph.nodes(data="aco"))
    ties = [(aco[a] == aco[b] != NO_ACO, shared) for a, b, shared in graph.edges(data="shared")]
    total = sum(shared for _, shared in ties)
    return sum(shared for inside, shared in ties if inside) / total if total else float("nan")


def same_hospital(graph: nx.Graph) -> tuple[float, float]:
    """Shares of tied and of untied pairs whose practices admit to the same hospital."""
    hospitals = dict(graph.nodes(data="hospital"))
    _, sizes = np.unique(list(hospitals.values()), return_counts=True)
    n = len(hospitals)
    pairs, alike = n * (n - 1) / 2, float((sizes * (sizes - 1) / 2).sum())
    tied_alike = sum(hospitals[a] == hospitals[b] for a, b in graph.edges())
    tied = graph.number_of_edges()
    return tied_alike / tied, (alike - tied_alike) / (pairs - tied)


def assigned(patients: Any) -> FloatArray:
    """Each patient's most-seen clinician of the year (NaN where nobody was seen), shape (patients,)."""
    most = patients.seen_count.argmax(axis=1)
    clinician: FloatArray = patients.seen_clinician[np.arange(len(patients)), most].astype(np.float64)
    clinician[patients.seen_count.max(axis=1) == 0] = np.nan
    return clinician
