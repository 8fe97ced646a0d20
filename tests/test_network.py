"""The patient-sharing graph on a town of three clinicians worked out by hand, and the published construction."""

import networkx as nx
import numpy as np
import pytest

from vbp_agents.network import adjusted_degree, assigned, backbone, same_hospital, sharing
from vbp_agents.parameters import RegionParameters
from vbp_agents.patients import forget_visits, unborn
from vbp_agents.region import build_region


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
