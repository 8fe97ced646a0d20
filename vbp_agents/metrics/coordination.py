"""Coordination: who sees a patient, what follows a discharge, what is done twice, where referrals go."""

import numpy as np

from vbp_agents.metrics.base import Metric, Tables, metric, ratio, share, total


@metric("coordination", "index, 0 to 1", "higher", "Bice and Boxerman, Med Care 1977;15:347")
def continuity_of_care(tables: Tables) -> float | None:
    """Mean Bice-Boxerman continuity over clinicians, patients with at least 4 visits in the calendar year."""
    return share(tables, "contracts", "continuity_clinicians", "regular_visitors")


@metric("coordination", "index, 0 to 1", "higher", "Bice and Boxerman, Med Care 1977;15:347")
def continuity_of_care_practices(tables: Tables) -> float | None:
    """Mean Bice-Boxerman continuity over practices: colleagues of one practice count as one."""
    return share(tables, "contracts", "continuity_practices", "regular_visitors")


@metric("coordination", "share of visits", "higher", "Breslau and Reeb, J Med Educ 1975;50:965")
def usual_provider_share(tables: Tables) -> float | None:
    """Mean share of visits to the most visited clinician, patients with at least 4 visits in the calendar year."""
    return share(tables, "contracts", "usual_provider", "regular_visitors")


@metric("coordination", "share of live discharges", "higher", "a visit within 7 days of discharge, as in CPT 99496")
def follow_up_7_day_share(tables: Tables) -> float | None:
    """Live discharges followed by a visit within 7 days."""
    return share(tables, "contracts", "followed_up", "live_discharges")


@metric("coordination", "share of live discharges", "lower", "30 days, any cause: 42 CFR 412.152")
def readmission_share(tables: Tables) -> float | None:
    """Live discharges followed by another admission within 30 days."""
    return share(tables, "contracts", "readmitted", "live_discharges")


@metric("coordination", "share of tests", "lower", "model definition")
def duplicate_test_share(tables: Tables) -> float | None:
    """Tests that repeat what another organization has done."""
    tests = total(tables, "services", "count", tables["services"]["service"] == "test")
    return ratio(total(tables, "contracts", "duplicate_tests"), tests)


@metric("coordination", "share of referrals", None, "model definition")
def in_network_share(tables: Tables) -> float | None:
    """Referrals to a specialist of the referring practice's own ACO."""
    return share(tables, "contracts", "referrals_inside", "referrals")


@metric("coordination", "share of specialist visits", None, "McWilliams et al., JAMA Intern Med 2014;174:938 (K06)")
def specialist_outside_share(tables: Tables) -> float | None:
    """Specialist visits of people under a contract that are to somebody outside it (leakage)."""
    services = tables["services"]
    visits = (services["service"] == "specialist") & (services["kind"] != "unattached")
    outside = total(tables, "services", "count", visits & (services["side"] == "outside"))
    return ratio(outside, total(tables, "services", "count", visits))


def lever(name: str, about: str, aim: str = "coordination") -> Metric:
    """The metric of how far a lever is from baseline practice in the last year, by whom people are attached to."""

    def value(tables: Tables) -> float | None:
        levers, people = tables["levers"], tables["organizations"]
        of_lever = levers["lever"] == name
        last = levers["year"][of_lever].max(initial=0)
        rows, then = of_lever & (levers["year"] == last), people["year"] == last
        order = np.argsort(people["organization"][then])
        place = np.searchsorted(people["organization"][then], levers["organization"][rows], sorter=order)
        attached = people["attached_months"][then][order[place]]
        return ratio(float((levers["value"][rows] * attached).sum()), float(attached.sum()))

    return Metric(f"{name}_lever", "share, above baseline", aim, None, about, "model definition", value)


coordination_lever = lever("coordination", "Coordination that no measure sees, last year, mean over attached people")
tasks_lever = lever("measured_tasks", "Coordination that measures see, last year, mean over attached people")
documentation_lever = lever("documentation", "Care done elsewhere that is written up, last year, over attached people")
coding_lever = lever("completeness", "Conditions recorded, last year, mean over attached people", "selection")
