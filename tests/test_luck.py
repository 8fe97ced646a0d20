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
def test_threads_and_chunks_leave_no_trace(warm: World, threads: int, chunk: int) -> None:
    one, several = lived(warm, MONTHS), lived(warm, MONTHS, threads=threads, chunk=chunk)
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


def test_nobody_elses_life_changes_when_one_is_missing(warm: World) -> None:
    """2,999 of 3,000 people, everything around them as it was."""
    model = VbpModel(world=warm.copy(), studied=DEFAULT)
    model.choose()
    everybody = months_of(warm.patients, model.environment, model.new_accounts())
    without = months_of(np.delete(warm.patients, 7).view(Rows), model.environment, model.new_accounts())
    ours, theirs = shared_part(everybody, without)
    assert len(theirs) == len(warm.patients) - 1
    assert record_bytes(ours) == record_bytes(theirs)
    model.close()


def test_births_disturb_nobody(warm: World) -> None:
    """In a larger population newcomers get other ids, so other lives follow the dead; all who live on are untouched."""
    model = VbpModel(world=warm.copy(), studied=DEFAULT)
    model.choose()
    ours = months_of(warm.patients, model.environment, model.new_accounts())
    more = np.concatenate([warm.patients, warm.patients[:500]]).view(Rows)
    more.id[len(warm.patients) :] += 10**6
    theirs = months_of(more, model.environment._replace(n_patients=10**7), model.new_accounts())
    survivors, same = shared_part(ours, theirs)
    assert len(warm.patients) > len(survivors) > 0.9 * len(warm.patients)
    assert record_bytes(survivors) == record_bytes(same)
    model.close()


def test_the_dead_are_replaced_by_people_of_their_own_luck(warm: World) -> None:
    model = VbpModel(world=warm.copy(), studied=DEFAULT)
    model.choose()
    after = months_of(warm.patients, model.environment, model.new_accounts())
    newcomers = after[~np.isin(after.id, warm.patients.id)]
    assert len(newcomers) > 50
    assert len(np.unique(newcomers.frailty)) == len(newcomers)
    assert not np.isin(newcomers.frailty, warm.patients.frailty).any()
    model.close()


def care_bytes(found: Run) -> dict[str, bytes]:
    """Every table that holds no money of contracts, and of organizations what care made of them."""
    tables = {name: found.tables[name] for name in CARE_TABLES}
    organizations = found.tables["organizations"].drop(columns=["beyond_fees", "settlements"])
    frames = tables | {"organizations": organizations}
    return {name: frame.to_csv(index=False, float_format="%.17g").encode() for name, frame in frames.items()}


@pytest.fixture(scope="module")
def by_fees(large: World) -> Run:
    return run_model(large, large.scenario, 2)


@pytest.mark.parametrize("regime", sorted(regimes()))
def test_regimes_leave_care_identical_under_fixed_practice(large: World, by_fees: Run, regime: str) -> None:
    """Two years in one warm world: every table of care is the same to the byte, only money differs."""
    about = {"condition": "kidney_disease"} if regimes()[regime].needs_condition else {}
    found = run_model(large, under(large.scenario, regime, terms=FIRST_DOLLAR.get(regime, {}), **about), 2)
    assert care_bytes(found) == care_bytes(by_fees)
    if regime not in FEES_ALONE:
        beyond = found.tables["organizations"][["beyond_fees", "settlements"]].abs().to_numpy().sum()
        assert beyond > 0


def test_patients_are_identical_under_every_regime(large: World) -> None:
    terms: list[Scenario] = [
        large.scenario,
        *(under(large.scenario, name) for name in ("capitation", "shared_savings")),
    ]
    lives = [lived(large, 12, terms=scenario) for scenario in terms]
    assert len({record_bytes(life.patients) for life in lives}) == 1
    assert all(life.accounts == lives[0].accounts for life in lives)


def test_scenarios_share_a_warm_up(large: World) -> None:
    """A run leaves the world as it found it: two scenarios in either order give what each gives alone."""
    before = record_bytes(large.patients)
    capitation = under(large.scenario, "capitation")
    first = [run_model(large, scenario, 1).tables for scenario in (large.scenario, capitation)]
    second = [run_model(large, scenario, 1).tables for scenario in (capitation, large.scenario)][::-1]
    assert record_bytes(large.patients) == before
    for ours, theirs in zip(first, second, strict=True):
        assert all(ours[name].equals(theirs[name]) for name in ours)


def test_the_warm_up_knows_no_contract() -> None:
    """A world built from a scenario with contracts is the one built without."""
    plain, contracted = (warmed_world(s, 1_000, 5, 1) for s in (DEFAULT, under(DEFAULT, "capitation")))
    assert record_bytes(plain.patients) == record_bytes(contracted.patients)


def test_a_margin_changes_a_fate_only_where_care_differs(warm: World) -> None:
    """Common luck: with another lever most patients' month is untouched, and nobody's need is met more often."""
    lives = []
    for factor in (1.0, 0.9):
        model = VbpModel(world=warm.copy(), studied=DEFAULT)
        model.world.region.practices.cutoff *= factor
        model.step()
        lives.append((by_id(model.world.patients), model.accounts.truth.copy()))
        model.close()
    (ours, paid_well), (theirs, paid_less) = lives
    assert (paid_well.opportunities.sum(axis=0)[:4] == paid_less.opportunities.sum(axis=0)[:4]).all()
    assert paid_less.given[:, 0].sum() < paid_well.given[:, 0].sum()
    assert (ours.spent == theirs.spent).mean() > 0.8
