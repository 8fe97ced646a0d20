"""What must be true of any behavior that is derived from money: tests without a magnitude."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import BEHAVING, CARE_TABLES, DEFAULT, changed, having, under

from vbp_agents.actors.world import World
from vbp_agents.behaviors.base import Levers
from vbp_agents.conduct import LEVERS
from vbp_agents.decisions import coordination
from vbp_agents.decisions.shown import WRITTEN_UP
from vbp_agents.model import Run, VbpModel, run_model
from vbp_agents.regime_file import load_regime_file
from vbp_agents.terms.scenario import Scenario
from vbp_agents.warm_up import warmed_world

LARGE = changed(BEHAVING, region={"people_per_area": 30_000})
"""What lives in the area of 30,000, and decides."""
MOVED = [field.name for field in fields(Levers)]
NAMES = ("regime",)
"""Columns of the results that hold a regime's name."""


def behaving(scenario: Scenario, **conduct: object) -> Scenario:
    """The scenario with some numbers of its behavioral block."""
    return having(scenario, behavior={**BEHAVING.behavior.model_dump(), **conduct})


def without_names(tables: Run) -> dict[str, str]:
    """Every table as text, but for regimes' names."""
    return {
        name: table.drop(columns=[n for n in NAMES if n in table]).to_csv() for name, table in tables.tables.items()
    }


def care_of(tables: Run) -> list[str]:
    return [tables.tables[name].to_csv() for name in CARE_TABLES]


@pytest.mark.parametrize("regime", ["shared_savings", "capitation", "pay_for_performance"])
def test_renaming_a_regime_changes_nothing_but_names(one_area: World, tmp_path: Path, regime: str) -> None:
    """The same class under a random name: every table is the same, but for the columns that hold names."""
    file = tmp_path / f"qzx_{regime[:4]}_81.py"
    source = (Path(__file__).parents[1] / "vbp_agents" / "regimes" / f"{regime}.py").read_text(encoding="utf-8")
    file.write_text(source, encoding="utf-8")
    load_regime_file(file)
    ours, renamed = (run_model(one_area, under(LARGE, name), 2) for name in (regime, file.stem))
    assert without_names(ours) == without_names(renamed)
    assert set(renamed.tables["months"]["regime"]) - set(ours.tables["months"]["regime"]) == {file.stem}


def test_care_follows_the_contract(one_area: World) -> None:
    """Otherwise the tests of sameness would be idle."""
    fees, capitated = (run_model(one_area, scenario, 1) for scenario in (LARGE, under(LARGE, "capitation")))
    assert care_of(fees) != care_of(capitated)


def test_unnoticed_contracts_leave_care_as_fixed_practice_has_it(one_area: World) -> None:
    """With salience 0, started at baseline, all care is the same to the byte."""
    capitation = under(one_area.scenario, "capitation")
    unnoticed = run_model(one_area, behaving(capitation, salience=0.0), 2)
    assert care_of(unnoticed) == care_of(run_model(one_area, capitation, 2))


@pytest.mark.parametrize("lever", MOVED)
def test_a_lever_switched_off_stays_at_baseline(one_area: World, lever: str) -> None:
    """To the byte, for a year under capitation with all other levers on; and on, those of an ACO move."""
    others = [name for name in LEVERS if name != lever]
    moved = {}
    for switched_on in (others, list(LEVERS)):
        terms = behaving(under(BEHAVING, "capitation"), levers=switched_on)
        model = VbpModel(world=one_area.copy(), studied=terms)
        for _ in range(12):
            model.step()
        moved[len(switched_on)] = getattr(model.providers.levers, lever).copy()
        model.close()
    assert not moved[len(others)].any()
    paid_by_quality_or_bundles = lever in ("documentation", "cases")
    assert moved[len(LEVERS)].any() != paid_by_quality_or_bundles


def test_slack_capacity_refuses_nobody_under_fee_for_service() -> None:
    """Hours without end and positive margins: not one refusal, so that the odds ratio is 1 by definition."""
    slack = changed(BEHAVING, care={"visits_per_clinician": 10_000.0})
    groups = run_model(warmed_world(slack, 5_000, 3, 1), slack, 2).tables["groups"]
    assert groups["attempts"].sum() > 0
    assert groups["refusals"].sum() == 0


def test_boundless_altruism_equalizes_care() -> None:
    """Altruism of a billion, effort and coding as they were: what is given, to whom, is the same under any regime.

    With altruism as it is, each regime has its own care.
    """
    levers = ["intensity", "selection", "cases"]
    names = ("capitation", "primary_care_hybrid")
    scenarios = [behaving(s, levers=levers) for s in (BEHAVING, *(under(BEHAVING, n, terms={}) for n in names))]
    usual, boundless = warmed_world(DEFAULT, 5_000, 3, 1), warmed_world(DEFAULT, 5_000, 3, 1)
    boundless.region.practices.altruism = 1e9
    different = [len({tuple(care_of(run_model(world, s, 2))) for s in scenarios}) for world in (usual, boundless)]
    assert different == [3, 1]


def lever_path(world: World, scenario: Scenario, months: int) -> pd.DataFrame:
    """The mean of every lever's absolute value by month."""
    model = VbpModel(world=world.copy(), studied=scenario)
    rows = []
    for _ in range(months):
        model.step()
        rows.append({name: float(np.abs(getattr(model.providers.levers, name)).mean()) for name in MOVED})
    model.close()
    return pd.DataFrame(rows)


MOVES = {
    "capitation": {"intensity", "steering", "coordination", "completeness", "selection"},
    "pay_for_performance": {"measured_tasks", "documentation"},
    "bundled": {"cases"},
}
"""Levers that a regime moves: together all of them."""


@pytest.mark.parametrize("regime", MOVES)
def test_levers_come_back_after_a_regime_ends(one_area: World, regime: str) -> None:
    """Two years of a regime, then fees: three years later every lever that it moves has gone most of its way back.

    What peers of peers have copied of it is too little to be followed: it fades more slowly. Hours keep their price:
    what a busy practice does is not the regime's.
    """
    assert set().union(*MOVES.values()) == set(MOVED)
    path = lever_path(one_area, behaving(under(BEHAVING, regime, until=24), hour_step=0.0), 60)
    peak = path.iloc[:25].max()
    moved = sorted(MOVES[regime])
    assert (peak[moved] > 0).all()
    assert (path.iloc[-1][moved] < peak[moved] / 3).all()


def test_documentation_is_valued_on_what_is_missed_before_any(one_area: World) -> None:
    """All of it finds half: who wrote up all and missed half as much is drawn as strongly as who wrote up nothing."""
    model = VbpModel(world=one_area.copy(), studied=under(BEHAVING, "pay_for_performance"))
    model.step()
    before = model.providers.known
    model.close()
    assert before is not None
    rates = dict(before.past.rates)
    for met, people in WRITTEN_UP.items():
        rates[met] = rates[people] - 0.5 * (rates[people] - rates[met])
    whole = replace(before.efforts, documentation=np.ones_like(before.efforts.documentation))
    after = replace(before, efforts=whole, past=replace(before.past, rates=rates))
    assert (coordination.documented(before) > 0).any()
    np.testing.assert_allclose(coordination.documented(after), coordination.documented(before))


def test_a_part_of_a_year_that_is_not_settled_moves_nobody(one_area: World) -> None:
    """Shared savings from July to December: no year of it is settled, so all care is as under fees, to the byte."""
    half = under(LARGE, "shared_savings", **{"from": 7, "until": 12})
    assert care_of(run_model(one_area, half, 1)) == care_of(run_model(one_area, LARGE, 1))


def test_a_contract_from_july_is_heeded_from_january(one_area: World) -> None:
    """The first year that will be settled begins in month 13: until December all levers are as under fees."""
    path = lever_path(one_area, under(BEHAVING, "shared_savings", **{"from": 7}), 15)
    fees = lever_path(one_area, BEHAVING, 15)
    assert path.iloc[:12].equals(fees.iloc[:12])
    assert path.iloc[14]["intensity"] != fees.iloc[14]["intensity"]


def test_dropped_practices_come_back_after_a_regime_ends(one_area: World) -> None:
    """An ACO that is paid on spending has dropped some after a year; when it no longer is, all are on its list."""
    model = VbpModel(world=one_area.copy(), studied=under(BEHAVING, "capitation", until=24))
    dropped = []
    for _ in range(25):
        model.step()
        dropped.append(int((one_area.region.organizations.holder != model.world.region.organizations.holder).sum()))
    model.close()
    assert dropped[23] > 0
    assert dropped[24] == 0


def test_free_visits_are_sought_more() -> None:
    """Elasticity -0.2: without coinsurance a fifth more primary visits are sought, and nearly so many more are made.

    Visits that follow a stay, about one in fifteen, are not sought: between 1.17 and 1.21 of the visits, n = 5,000.
    """
    free = changed(DEFAULT, care={"coinsurance": [0.0] * 9})
    visits = [
        run_model(warmed_world(scenario, 5_000, 3, 1), scenario, 1)
        .tables["services"]
        .query("service == 'primary'")["count"]
        .sum()
        for scenario in (free, DEFAULT)
    ]
    assert 1.17 < visits[0] / visits[1] < 1.21
