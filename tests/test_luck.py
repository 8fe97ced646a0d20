"""Same luck: the same bytes for any threads, chunks and order of patients, and for regimes that leave care alone."""

from typing import Any

import numpy as np
import pytest
from worlds import CARE_TABLES, DEFAULT, by_id, founded, lived, record_bytes, under

from vbp_agents.actors.world import World
from vbp_agents.environment import Accounts
from vbp_agents.model import Run, VbpModel, run_model
from vbp_agents.people import care
from vbp_agents.records import Rows
from vbp_agents.regimes import regimes
from vbp_agents.terms.scenario import Scenario
from vbp_agents.warm_up import warmed_world

MONTHS = 14
FIRST_DOLLAR = {"shared_savings": {"chosen_minimum": 0.0, "loss_rate_low": 0.3, "loss_rate_high": 0.3}}
"""Terms under which something is owed or earned, whatever the year brings."""
FEES_ALONE = {"fee_for_service", "hospital_vbp"}
"""What pays one area's ACOs their fees and nothing else: the one of them that has stays is its own market's mean."""


@pytest.mark.parametrize(("threads", "chunk"), [(1, 512), (2, 512), (2, 97), (4, 700)])
def test_threads_and_chunks_leave_no_trace(small_world: World, threads: int, chunk: int) -> None:
    one, several = lived(small_world, MONTHS), lived(small_world, MONTHS, threads=threads, chunk=chunk)
    assert record_bytes(several.patients) == record_bytes(one.patients)
    assert several.accounts == one.accounts


def test_a_world_built_by_two_threads_is_the_same() -> None:
    """9,000 people are more than one chunk."""
    one, two = (warmed_world(DEFAULT, 9_000, 3, threads) for threads in (1, 2))
    assert record_bytes(one.patients) == record_bytes(two.patients)
    for ours, theirs in zip(one.books[0], two.books[0], strict=True):
        assert all(ours[name].tobytes() == theirs[name].tobytes() for name in ours.columns)


def test_the_order_of_patients_leaves_no_trace() -> None:
    """Shuffled before their first month, and again from the first month after the warm-up."""
    world = founded(DEFAULT, 2_000, 4)
    shuffled = world.copy()
    shuffled.patients = world.patients[np.random.default_rng(1).permutation(2_000)]
    ours, theirs = lived(world, MONTHS), lived(shuffled, MONTHS)
    assert record_bytes(theirs.patients) == record_bytes(ours.patients)
    assert theirs.accounts == ours.accounts


def test_seeds_give_other_worlds() -> None:
    one, other = (founded(DEFAULT, 500, seed) for seed in (1, 2))
    assert (one.patients.frailty != other.patients.frailty).all()
    assert (one.patients.frailty != np.roll(other.patients.frailty, 1)).all()


def months_of(patients: Any, world: Any, accounts: Accounts) -> Any:
    """Records, by id, after 14 months in a world that stays as it is."""
    patients = patients.copy()
    for month in range(1, MONTHS + 1):
        care.live(patients, month, world, accounts, 0, len(patients))
    return by_id(patients)


def shared_part(one: Any, other: Any) -> tuple[Any, Any]:
    """The records of the ids that both have."""
    ids = np.intersect1d(one.id, other.id)
    return one[np.isin(one.id, ids)], other[np.isin(other.id, ids)]


def test_nobody_elses_life_changes_when_one_is_missing(small_world: World) -> None:
    """2,999 of 3,000 people, everything around them as it was."""
    model = VbpModel(world=small_world.copy(), studied=DEFAULT)
    model.choose()
    everybody = months_of(small_world.patients, model.environment, model.world.new_accounts())
    without = months_of(np.delete(small_world.patients, 7).view(Rows), model.environment, model.world.new_accounts())
    ours, theirs = shared_part(everybody, without)
    assert len(theirs) == len(small_world.patients) - 1
    assert record_bytes(ours) == record_bytes(theirs)
    model.close()


def test_births_disturb_nobody(small_world: World) -> None:
    """In a larger population newcomers get other ids, so other lives follow the dead; all who live on are untouched."""
    model = VbpModel(world=small_world.copy(), studied=DEFAULT)
    model.choose()
    ours = months_of(small_world.patients, model.environment, model.world.new_accounts())
    more = np.concatenate([small_world.patients, small_world.patients[:500]]).view(Rows)
    more.id[len(small_world.patients) :] += 10**6
    theirs = months_of(more, model.environment._replace(n_patients=10**7), model.world.new_accounts())
    survivors, same = shared_part(ours, theirs)
    assert len(small_world.patients) > len(survivors) > 0.9 * len(small_world.patients)
    assert record_bytes(survivors) == record_bytes(same)
    model.close()


def test_the_dead_are_replaced_by_people_of_their_own_luck(small_world: World) -> None:
    model = VbpModel(world=small_world.copy(), studied=DEFAULT)
    model.choose()
    after = months_of(small_world.patients, model.environment, model.world.new_accounts())
    newcomers = after[~np.isin(after.id, small_world.patients.id)]
    assert len(newcomers) > 50
    assert len(np.unique(newcomers.frailty)) == len(newcomers)
    assert not np.isin(newcomers.frailty, small_world.patients.frailty).any()
    model.close()


def care_bytes(run_tables: Run) -> dict[str, bytes]:
    """Every table that holds no money of contracts, and of organizations what care made of them."""
    tables = {name: run_tables.tables[name] for name in CARE_TABLES}
    organizations = run_tables.tables["organizations"].drop(columns=["beyond_fees", "settlements"])
    frames = tables | {"organizations": organizations}
    return {name: frame.to_csv(index=False, float_format="%.17g").encode() for name, frame in frames.items()}


@pytest.fixture(scope="module")
def by_fees(one_area: World) -> Run:
    return run_model(one_area, one_area.scenario, 2)


@pytest.mark.parametrize("regime", sorted(regimes()))
def test_regimes_leave_care_identical_under_fixed_practice(one_area: World, by_fees: Run, regime: str) -> None:
    """Two years in one warm world: every table of care is the same to the byte, only money differs."""
    about = {"condition": "kidney_disease"} if regimes()[regime].needs_condition else {}
    run = run_model(one_area, under(one_area.scenario, regime, terms=FIRST_DOLLAR.get(regime, {}), **about), 2)
    assert care_bytes(run) == care_bytes(by_fees)
    if regime not in FEES_ALONE:
        beyond = run.tables["organizations"][["beyond_fees", "settlements"]].abs().to_numpy().sum()
        assert beyond > 0


def test_patients_are_identical_under_every_regime(one_area: World) -> None:
    terms: list[Scenario] = [
        one_area.scenario,
        *(under(one_area.scenario, name) for name in ("capitation", "shared_savings")),
    ]
    lives = [lived(one_area, 12, terms=scenario) for scenario in terms]
    assert len({record_bytes(life.patients) for life in lives}) == 1
    assert all(life.accounts == lives[0].accounts for life in lives)


def test_scenarios_share_a_warm_up(one_area: World) -> None:
    """A run leaves the world as it found it: two scenarios in either order give what each gives alone."""
    before = record_bytes(one_area.patients)
    capitation = under(one_area.scenario, "capitation")
    first = [run_model(one_area, scenario, 1).tables for scenario in (one_area.scenario, capitation)]
    second = [run_model(one_area, scenario, 1).tables for scenario in (capitation, one_area.scenario)][::-1]
    assert record_bytes(one_area.patients) == before
    for ours, theirs in zip(first, second, strict=True):
        assert all(ours[name].equals(theirs[name]) for name in ours)


def test_the_warm_up_knows_no_contract() -> None:
    """A world built from a scenario with contracts is the one built without."""
    plain, contracted = (warmed_world(s, 1_000, 5, 1) for s in (DEFAULT, under(DEFAULT, "capitation")))
    assert record_bytes(plain.patients) == record_bytes(contracted.patients)


def test_a_margin_changes_a_fate_only_where_care_differs(small_world: World) -> None:
    """Common luck: with another lever most patients' month is untouched, and nobody's need is met more often."""
    lives = []
    for factor in (1.0, 0.9):
        model = VbpModel(world=small_world.copy(), studied=DEFAULT)
        model.world.region.practices.cutoff *= factor
        model.step()
        lives.append((by_id(model.world.patients), model.accounts.truth.copy()))
        model.close()
    (ours, paid_well), (theirs, paid_less) = lives
    assert (paid_well.opportunities.sum(axis=0)[:4] == paid_less.opportunities.sum(axis=0)[:4]).all()
    assert paid_less.given[:, 0].sum() < paid_well.given[:, 0].sum()
    assert (ours.spent == theirs.spent).mean() > 0.8
