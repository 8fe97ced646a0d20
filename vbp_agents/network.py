"""The care network, made when asked for: which clinicians of an area share patients, as a NetworkX graph.

The simulation itself keeps referrals as arrays (`region.Region`); this is for looking at an area's thousand clinicians.
"""

from typing import Any

import networkx as nx
import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.patients import NOBODY
from vbp_agents.region import Region

FEWEST_PATIENTS = 30
STRONGEST = 0.2


def sharing(patients: Any, region: Region, area: int) -> nx.Graph:
    """Clinicians of an area (numbered within it) tied by the patients whom both saw this year.

    Nodes carry ``patients`` (how many they saw) and ``hospital`` (of their practice); edges ``shared`` (patients).
    """
    place = region.areas[area]
    ends = np.append(region.areas.first_clinician[1:], len(region.practice_of))
    n = int(ends[area] - place.first_clinician)
    here = patients[patients.area == area]
    saw = np.zeros((len(here), n), np.int32)
    rows, slots = np.nonzero(here.seen_clinician != NOBODY)
    saw[rows, here.seen_clinician[rows, slots]] = 1
    shared = (saw.T.astype(np.float32) @ saw.astype(np.float32)).astype(np.int64)
    practice = region.practice_of[place.first_clinician : place.first_clinician + n]
    graph = nx.Graph()
    for clinician in range(n):
        hospital = int(region.practices.hospital[practice[clinician]])
        graph.add_node(clinician, patients=int(shared[clinician, clinician]), hospital=hospital)
    first, second = np.nonzero(np.triu(shared, 1))
    graph.add_edges_from((int(a), int(b), {"shared": int(shared[a, b])}) for a, b in zip(first, second, strict=True))
    return graph


def backbone(graph: nx.Graph) -> nx.Graph:
    """The published construction: physicians with 30 patients or more, and each one's strongest fifth of ties.

    Landon et al. 2012, JAMA 308:265.
    """
    kept = graph.subgraph([c for c, seen in graph.nodes(data="patients") if seen >= FEWEST_PATIENTS])
    strong = nx.Graph()
    strong.add_nodes_from(kept.nodes(data=True))
    for clinician in kept:
        ties = sorted(((-data["shared"], other) for other, data in kept[clinician].items()))
        strong.add_edges_from((clinician, other) for _, other in ties[: round(STRONGEST * len(ties))])
    return strong


def adjusted_degree(graph: nx.Graph) -> float:
    """Mean number of ties per 100 patients over the clinicians of a backbone."""
    ratios = [100.0 * graph.degree(c) / seen for c, seen in graph.nodes(data="patients")]
    return float(np.mean(ratios))


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
