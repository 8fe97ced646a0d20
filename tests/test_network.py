"""The patient-sharing graph on a town of three clinicians worked out by hand, and the published construction."""

import networkx as nx
import numpy as np
import pytest

from vbp_agents.areas import build_region
from vbp_agents.networks.network import (
    MOST_CLINICIANS,
    adjusted_degree,
    assigned,
    backbone,
    care_density,
    density,
    modularity,
    practice_graph,
    same_hospital,
    sample,
    sharing,
    ties,
    within_acos,
)
from vbp_agents.parameters import RegionParameters
from vbp_agents.people.patients import forget_visits, unborn


def test_sharing_counts_patients_seen_by_both() -> None:
    region = build_region(RegionParameters(), 300, 1)
    patients = unborn(3, 1)
    for patient, seen in zip(patients, ({0: 2, 1: 1}, {0: 1, 1: 4, 2: 1}, {2: 3}), strict=True):
        forget_visits(patient)
        for slot, (clinician, visits) in enumerate(seen.items()):
            patient.seen_clinician[slot], patient.seen_count[slot] = clinician, visits
    graph = sharing(patients, region, 0)
    assert {(a, b): d["shared"] for a, b, d in graph.edges(data=True)} == {(0, 1): 2, (0, 2): 1, (1, 2): 1}
    assert [graph.nodes[c]["patients"] for c in range(3)] == [2, 2, 2]
    assert assigned(patients).tolist() == [0.0, 1.0, 2.0]


def test_who_saw_nobody_is_assigned_to_nobody() -> None:
    patients = unborn(1, 1)
    forget_visits(patients[0])
    assert np.isnan(assigned(patients)).all()


def test_backbone_keeps_the_strongest_fifth_of_busy_clinicians() -> None:
    """A hub of ten ties keeps its two strongest; its spokes keep round(0.2) = 0 of one tie; 11 is too quiet."""
    graph = nx.Graph()
    graph.add_nodes_from((c, {"patients": 50, "hospital": c % 2}) for c in range(11))
    graph.add_node(11, patients=29, hospital=0)
    for other in range(1, 11):
        graph.add_edge(0, other, shared=other)
    graph.add_edge(0, 11, shared=99)
    strong = backbone(graph)
    assert 11 not in strong
    assert sorted(strong.edges()) == [(0, 9), (0, 10)]
    # Degrees 2, 1, 1 and eight zeros, per 50 patients: 100 x 4 / 50 / 11.
    assert adjusted_degree(strong) == pytest.approx(8 / 11)


def test_same_hospital_among_tied_and_untied_pairs() -> None:
    """Four clinicians, hospitals 0 0 1 1; ties 0-1 (same) and 1-2 (other): tied 1 of 2, untied 1 (2-3) of 4."""
    graph = nx.Graph()
    graph.add_nodes_from((c, {"hospital": c // 2}) for c in range(4))
    graph.add_edges_from([(0, 1), (1, 2)])
    assert same_hospital(graph) == (0.5, 0.25)


TOWN = np.array([[0, 1, 2, -1], [1, 0, -1, -1], [2, 2, -1, -1], [-1, -1, -1, -1], [3, 2, 0, 3]])
"""Where five people were seen, of four places: {0, 1, 2}, {0, 1}, {2}, nowhere, {0, 2, 3}."""


def test_ties_are_the_pairs_of_each_person_once() -> None:
    """0 and 1 share persons 0 and 1; 0 and 2 persons 0 and 4; 1-2, 0-3 and 2-3 one each."""
    tied = ties(TOWN, 4)
    pairs = zip(tied.person, tied.first, tied.second, tied.shared, strict=True)
    assert sorted((int(p), int(a), int(b), int(s)) for p, a, b, s in pairs) == [
        *((0, 0, 1, 2), (0, 0, 2, 2), (0, 1, 2, 1)),
        (1, 0, 1, 2),
        *((4, 0, 2, 2), (4, 0, 3, 1), (4, 2, 3, 1)),
    ]
    assert tied.seen.tolist() == [3, 2, 3, 1]


def test_care_density_is_the_mean_of_what_a_persons_pairs_share() -> None:
    """Persons 0, 1 and 4 saw several: (2 + 2 + 1) / 3, 2 / 1 and (2 + 1 + 1) / 3; their mean is 5 / 3."""
    assert care_density(ties(TOWN, 4)) == pytest.approx(5 / 3)


def test_density_counts_ties_over_pairs() -> None:
    """Three ties of the six pairs of four."""
    assert density(nx.Graph([(0, 1), (1, 2), (2, 3)])) == 0.5


def test_modularity_of_two_triangles_joined_by_one_tie() -> None:
    """Two communities with 3 of 7 ties each and half of the degrees: 2 x (3/7 - 1/4) = 5/14. Newman 2006."""
    graph = nx.Graph([(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)])
    for tie in graph.edges():
        graph.edges[tie]["shared"] = 1
    assert modularity(graph, 1) == pytest.approx(5 / 14)


def test_sharing_within_acos_weighs_ties_by_patients() -> None:
    """6 of the 10 shared patients are between two of the physician-led ACO; two in no ACO are not within one."""
    graph = nx.Graph()
    graph.add_nodes_from((c, {"aco": aco}) for c, aco in enumerate(("physician_led",) * 2 + ("none",) * 2))
    graph.add_edge(0, 1, shared=6)
    graph.add_edge(0, 2, shared=1)
    graph.add_edge(2, 3, shared=3)
    assert within_acos(graph) == 0.6


def test_where_there_is_nobody_nothing_is_defined() -> None:
    empty = nx.Graph()
    measures = [adjusted_degree(empty), density(empty), modularity(empty, 1), within_acos(empty)]
    assert np.isnan([*measures, care_density(ties(TOWN[3:4], 4))]).all()


def test_practices_are_tied_by_patients_of_any_of_their_clinicians() -> None:
    """One saw a clinician of practice 0 and both of practice 1, the other one of practice 1."""
    region = build_region(RegionParameters(patients_per_practice=100.0), 1_000, 1)
    first = region.practices.first_clinician
    place = int(np.flatnonzero(region.practices.n_clinicians >= 2)[0])
    other = int(first[1 if place == 0 else 0])
    patients = unborn(2, 1)
    for patient, seen in zip(patients, ((other, first[place], first[place] + 1), (first[place] + 1,)), strict=True):
        forget_visits(patient)
        patient.seen_clinician[: len(seen)], patient.seen_count[: len(seen)] = seen, 1
    graph = practice_graph(patients, region, 0)
    assert [shared for _, _, shared in graph.edges(data="shared")] == [1]
    assert graph.nodes[place]["patients"] == 2
    assert graph.nodes[place]["place"] == (region.practices.x[place], region.practices.y[place])
    assert graph.nodes[place]["primary"] == (place < region.areas.n_practices[0])


def test_of_many_clinicians_a_sample_is_looked_at() -> None:
    kept = sample(MOST_CLINICIANS + 1, 7)
    assert len(kept) == len(set(kept)) == MOST_CLINICIANS
    assert (kept == sample(MOST_CLINICIANS + 1, 7)).all()
    assert sample(3, 7).tolist() == [0, 1, 2]
