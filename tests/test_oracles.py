"""Section 8's oracles on whole worlds: luck of an ACO with no effect, quality's mean and spread, hospitals.

One region of 200,000 people (30 ACOs) lives four years under fixed practice: no contract changes care.
"""

from functools import cache
from statistics import NormalDist

import numpy as np
import pandas as pd
from worlds import DEFAULT, under

from vbp_agents.actors.world import World
from vbp_agents.model import VbpModel, run_model
from vbp_agents.rules.quality import score
from vbp_agents.warm_up import warmed_world

YEARS = 4


@cache
def region() -> World:
    """Warmed up once."""
    return warmed_world(DEFAULT, 200_000, 7, 2)


def lines(**terms: object) -> pd.DataFrame:
    """The statements of one-sided contracts past their first year, a row an ACO and year."""
    scenario = under(region().scenario, "shared_savings", terms={"reduced_share": 0.0, **terms})
    settled = run_model(region(), scenario, YEARS, threads=2).tables["settlements"]
    return settled.pivot_table(index=["contract", "year"], columns="line", values="amount")


def test_an_aco_without_effect_earns_with_the_probability_that_its_noise_gives() -> None:
    """Savings rates are normal with their own mean and sd, so the share that reaches the minimum follows: n = 120.

    The minimum is set to 1% so that the expected share is not tiny. Tolerance: 3 binomial standard errors, ACO-years of
    one ACO counted as independent, plus 0.03 for the mean and sd being estimated from the same 120.
    """
    settled = lines(chosen_minimum=0.01)
    rates = settled["savings_rate"]
    luck = NormalDist(float(rates.mean()), float(rates.std(ddof=1)))
    expected = 1 - luck.cdf(0.01)
    earned = float((settled["settlement"] > 0).mean())
    assert len(settled) == 30 * YEARS
    assert abs(earned - expected) < 3 * np.sqrt(expected * (1 - expected) / len(settled)) + 0.03


def test_noise_falls_with_the_size_of_an_aco() -> None:
    """Pooling thirty ACOs in tens cuts the sd of yearly changes in savings by about the root of ten: 2 to 5 times."""
    settled = lines()
    benchmark, expenditure = (settled[line].to_numpy().reshape(30, YEARS) for line in ("benchmark", "expenditure"))

    def noise(groups: int) -> float:
        spent, due = (dollars.reshape(-1, groups, YEARS).sum(axis=0) for dollars in (expenditure, benchmark))
        return float(np.diff(1 - spent / due, axis=1).std() / np.sqrt(2))

    assert 2 < noise(30) / noise(3) < 5


def test_measured_quality_has_the_published_mean_and_spread() -> None:
    """Mq: mean 81.9, sd 9.5 (CMS public use file PY2024), within 4 and 3 points (30 ACOs: standard error 1.7)."""
    points = score(region().books[0][0])
    assert abs(points.mean() - 81.9) < 4
    assert abs(points.std() - 9.5) < 3


def test_patients_are_admitted_where_affinity_and_chance_send_them() -> None:
    """Of those attached, 0.8 plus half of the other 0.2 go to their practice's hospital: 0.9, whichever that is."""
    world = region().copy()
    model = VbpModel(world=world, studied=world.scenario, threads=2)
    model.step()
    model.close()
    practices, work = world.region.practices, model.accounts.work.count[:, 0]
    hospital = practices.hospital[world.patients.practice]
    system = practices.organization[world.region.areas.first_staff]
    to_own = np.isin(hospital, world.region.areas.first_staff)
    chance = np.where(to_own, 0.9, 0.1)
    stays, emergencies = work[:, 5].sum(), work[:, 4].sum()
    seen = float((work[system, 5].sum() + work[system, 4].sum()) / (stays + emergencies))
    assert abs(seen - chance.mean()) < 0.03
