"""Money to the cent and people to the head, every month, in random worlds: payers, prices, updates and contracts."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import DEFAULT, changed, having

from vbp_agents.actors.agents import Payer as PayerAgent
from vbp_agents.actors.payment import share_out
from vbp_agents.model import VbpModel
from vbp_agents.parameters import HOLDER_KINDS
from vbp_agents.regimes import regimes
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.terms.payers import PayerTerms, PriceUpdate
from vbp_agents.terms.scenario import HOLDERS, Contract, Scenario
from vbp_agents.warm_up import warmed_world

PATIENTS = 1_200
MONTHS = 24
SHARES = ((1.0,), (0.7, 0.3), (0.4, 0.4, 0.2))
worlds_of_chance = settings(max_examples=15, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def no_minimum() -> Iterator[None]:
    """Shared savings for ACOs of any size, so that small worlds settle too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SharedSavings, "minimum_people", 0)
        yield


@st.composite
def updates(draw: st.DrawFn) -> PriceUpdate:
    factor = st.floats(0.5, 2.0)
    changes = {"from": draw(st.integers(1, MONTHS)), "physician": draw(factor), "hospital": draw(factor)}
    return PriceUpdate.model_validate(changes)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Payers, prices, a little of care, and for each payer at most one contract with some holders, dated."""
    price = st.floats(0.3, 3.0)
    payers = tuple(
        PayerTerms(
            name=f"payer_{index}",
            share=share,
            physician_price=draw(price),
            hospital_price=draw(price),
            price_dispersion=draw(st.floats(0, 0.5)),
            updates=tuple(draw(st.lists(updates(), max_size=2, unique_by=lambda update: update.start))),
        )
        for index, share in enumerate(draw(st.sampled_from(SHARES)))
    )
    care: dict[str, object] = {"coordination_baseline": draw(st.floats(0, 1)), "truncation": draw(st.floats(1e3, 1e6))}
    contracts = [draw(contracts_of(payer.name)) for payer in payers]
    world = changed(DEFAULT, care=care, region=draw(regions()))
    return having(world, payers=payers, contracts=[c for c in contracts if c])


@st.composite
def regions(draw: st.DrawFn) -> dict[str, object]:
    """The default region, or one or two areas with none to six contract holders and some primary care outside."""
    if draw(st.integers(0, 2)) == 0:
        return {}
    holder = st.fixed_dictionaries({"kind": st.sampled_from(HOLDER_KINDS), "size": st.floats(0.05, 20)})
    return {
        "people_per_area": draw(st.sampled_from([1_000, 1_200])),
        "patients_per_practice": draw(st.floats(20, 300)),
        "holders": draw(st.lists(holder, max_size=6)),
        "outside_share": draw(st.sampled_from([0.0, 1 / 3, 0.9, 1.0])),
    }


@st.composite
def contracts_of(draw: st.DrawFn, payer: str) -> Contract | None:
    if draw(st.integers(0, 3)) == 0:
        return None
    regime = draw(st.sampled_from(sorted(regimes())))
    whole = regimes()[regime].whole_years
    start = draw(st.sampled_from([1, 13] if whole else [1, 1, 5, 13]))
    rule = regimes()[regime]
    acos = tuple(draw(st.sets(st.sampled_from(HOLDERS), min_size=1)))
    terms = {
        "payer": payer,
        "holders": ("hospital",) if rule.for_hospitals else acos,
        "condition": "kidney_disease" if rule.needs_condition else None,
        "regime": regime,
        "start": start,
        "until": draw(st.sampled_from([None, None, start + (11 if whole else 7)])),
    }
    return Contract.model_validate(terms)


def model_of(scenario: Scenario, seed: int) -> VbpModel:
    return VbpModel(world=warmed_world(scenario, PATIENTS, seed, 1), studied=scenario)


def cents(dollars: Any) -> int:
    """A sum of dollars with two decimals, exact in cents."""
    return int(np.rint(np.asarray(dollars, float) * 100).astype(np.int64).sum())


def check_money(model: VbpModel) -> None:
    """What payers and patients pay is what providers bill, plus what contracts add or take."""
    fees = int(model.accounts.work.cents.sum())
    assert fees == int(model.accounts.billed.cents.sum())
    payers: list[PayerAgent] = list(model.agents_by_type[PayerAgent])
    paid = sum(int(payer.paid.holder.sum() + payer.paid.others.sum() + payer.paid.hospitals.sum()) for payer in payers)
    beyond = sum(int(payer.beyond_fees().sum()) for payer in payers)
    assert paid == fees + beyond
    assert sum(int(payer.paid.patients.sum()) for payer in payers) <= fees
    for payer in payers:
        rows = model.world.rows_of(payer.number)
        assert int(payer.paid.others.sum()) == int(model.accounts.billed.cents[rows, :, 1].sum())


def check_people(model: VbpModel, dead_before: int) -> None:
    """Alive + dead = start + entered, and everybody alive counts in exactly one contract, practice and group."""
    accounts, patients = model.accounts, model.world.patients
    deaths, entered = int(accounts.members.deaths.sum()), int(accounts.members.entered.sum())
    dead = int((patients.id // PATIENTS).sum())
    assert dead - dead_before == deaths == entered == int((patients.entered == model.month).sum())
    assert len(np.unique(patients.id)) == PATIENTS
    assert int(accounts.members.member_months.sum()) == PATIENTS
    attached = int((patients.practice >= 0).sum())
    assert int(accounts.panels.member_months.sum()) == attached
    assert int(accounts.hidden.unattached_months.sum()) == PATIENTS - attached
    assert (accounts.groups.person_months.sum(axis=1) == PATIENTS).all()
    rows = np.bincount(patients.row % len(accounts.members), minlength=len(accounts.members))
    assert (rows == accounts.members.member_months).all()


@given(scenario=scenarios(), seed=st.integers(0, 2**31))
@worlds_of_chance
def test_every_month_adds_up(scenario: Scenario, seed: int) -> None:
    model = model_of(scenario, seed)
    for _ in range(MONTHS):
        dead = int((model.world.patients.id // PATIENTS).sum())
        model.step()
        check_money(model)
        check_people(model, dead)
        assert (model.accounts.billed.truncated <= model.accounts.billed.cents).all()
        assert (model.accounts.billed.truncated >= 0).all()
    check_tables(model)
    model.close()


def check_tables(model: VbpModel) -> None:
    """What is written down adds up as well: by year, and settlements by contract."""
    tables = model.recorder.tables()
    months, organizations = tables["months"], tables["organizations"]
    settled = tables["settlements"].query("line == 'settlement'")
    assert cents(months.payer_outlay + months.patient_outlay) == cents(months.paid_to_holder + months.paid_to_others)
    for year in range(1, MONTHS // 12 + 1):
        paid = months[(months.month - 1) // 12 + 1 == year]
        earned = organizations[organizations.year == year]
        services, spent = (tables[name].query(f"year == {year}") for name in ("services", "spending"))
        owed = settled[settled.year == year]
        assert cents(paid.paid_to_holder + paid.paid_to_others) == cents(earned.fees + earned.beyond_fees)
        assert cents(owed.amount) == cents(earned.settlements)
        assert cents(services.dollars) == cents(earned.fees) == cents(spent.dollars)
        in_their_year = paid[paid.month % 12 != 1].deaths.sum()  # whoever dies in January lived no month of the year
        assert spent.people.sum() == PATIENTS + in_their_year
        of_hospitals = owed.contract.str.fullmatch(r"hospital_\d+").any()  # their owners' money has another contract
        for contract, ours in () if of_hospitals else earned.groupby("contract"):
            assert cents(owed[owed.contract == contract].amount) == cents(ours.settlements)
    assert (months.groupby("month").member_months.sum() == PATIENTS).all()


def test_two_payers_settle_with_the_same_organizations() -> None:
    """The property above is about nothing unless contracts pay: here every one does, and two settle every year."""
    payers = tuple(PayerTerms(name=name, share=1 / 3) for name in ("first", "second", "third"))
    terms = {"chosen_minimum": 0.0, "loss_rate_low": 0.3, "loss_rate_high": 0.3}
    contracts = (
        Contract(payer="first", regime="shared_savings", terms=terms),
        Contract(payer="second", regime="capitation_withhold"),
        Contract(payer="third", regime="capitation"),
    )
    model = model_of(having(DEFAULT, payers=payers, contracts=contracts), 3)
    for _ in range(MONTHS):
        model.step()
        check_money(model)
    check_tables(model)
    tables = model.recorder.tables()
    settled = tables["settlements"].query("line == 'settlement'").groupby("payer").amount
    assert (settled.apply(lambda amounts: amounts.abs().sum()).drop("third") > 0).all()
    assert tables["organizations"].beyond_fees.abs().sum() > 0
    model.close()


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_sharing_out_loses_no_cent(data: st.DataObject) -> None:
    """Each holder's organizations get its amount exactly, each within a cent of its weight's part, others nothing."""
    holders = data.draw(st.integers(1, 4))
    holder_of = np.array(data.draw(st.lists(st.integers(-1, holders - 1), min_size=1, max_size=12)), np.int32)
    holder_of = np.append(holder_of, np.arange(holders)).astype(np.int32)
    n = len(holder_of)
    weight = np.array(data.draw(st.lists(st.integers(0, 10_000), min_size=n, max_size=n)), np.int64)
    amounts = np.array(
        data.draw(st.lists(st.integers(-(10**11), 10**11), min_size=holders, max_size=holders)), np.int64
    )
    shares = share_out(amounts, holder_of, weight)
    assert shares.dtype == np.int64
    assert (shares[holder_of < 0] == 0).all()
    for holder, amount in enumerate(amounts):
        members = holder_of == holder
        assert shares[members].sum() == amount
        portion = weight[members] if weight[members].any() else np.ones(members.sum())
        np.testing.assert_allclose(shares[members], amount * portion / portion.sum(), atol=1.0)
