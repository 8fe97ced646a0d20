"""Several agreements of one holder, parts of panels, and randomized programs: who is in, and what they are paid.

Expected payments are put together here from each rule alone, by decision: fees, plus what each rule pays beyond them.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from worlds import CARE_TABLES, DEFAULT, changed, having, under

from vbp_agents.actors.agents import Payer
from vbp_agents.actors.payment import divided
from vbp_agents.actors.signing import holders_luck
from vbp_agents.actors.world import World
from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.counts import Episodes
from vbp_agents.model import VbpModel, run_model
from vbp_agents.parameters import CONDITIONS
from vbp_agents.records import counts_of
from vbp_agents.regimes.base import Regime
from vbp_agents.terms.scenario import Contract, Scenario
from vbp_agents.warm_up import warmed_world


def layered(scenario: Scenario, *contracts: Contract) -> Scenario:
    return having(scenario, contracts=contracts)


def contract(regime: str, **fields: Any) -> Contract:
    return Contract(payer="medicare", regime=regime, **fields)


def cents(dollars: Any) -> Any:
    return np.rint(np.asarray(dollars, float) * 100).astype(np.int64)


def beyond(table: Any, fees: Any) -> Any:
    """What contracts paid beyond fees, cents, by row of the months."""
    return cents(table.paid_to_holder) - cents(fees.paid_to_holder)


class PerHead(Regime):
    """Fees and $2 a member-month, and a dollar a head at the end of the year."""

    def pay(self, book: Book) -> FloatArray:
        return book.billed(sides=["inside"]) + 2.0 * book["member_months"]

    def settle(self, book: Book) -> dict[str, FloatArray]:
        return {"settlement": book["member_months"] / 12}


class PerVisit(Regime):
    """Fees and $10 more for a primary visit."""

    def pay(self, book: Book) -> FloatArray:
        return book.billed(sides=["inside"]) + 10.0 * book["primary_count_inside"]


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two simple rules under the names of two real ones."""
    rules_of_test = {"capitation_withhold": PerHead(), "fee_for_service": PerVisit()}
    real = Contract.rule
    monkeypatch.setattr(Contract, "rule", lambda contract: rules_of_test.get(contract.regime) or real(contract))


def test_layers_add_up(small_world: World, rules: None) -> None:
    """Fees + $2 a head + $10 a visit, to the cent, and the year's settlement of the one that settles."""
    both = run_model(
        small_world, layered(DEFAULT, contract("capitation_withhold"), contract("fee_for_service")), 1
    ).tables
    fees = run_model(small_world, DEFAULT, 1).tables["months"]
    months = both["months"]
    held = (months.kind != "unattached").to_numpy()
    heads = beyond(run_model(small_world, under(DEFAULT, "capitation_withhold"), 1).tables["months"], fees)
    visits = beyond(run_model(small_world, under(DEFAULT, "fee_for_service"), 1).tables["months"], fees)
    assert (heads[held] == 200 * months.member_months.to_numpy()[held]).all()
    assert visits.sum() > 0
    assert (visits % 1_000 == 0).all()
    assert (beyond(months, fees) == heads + visits).all()
    assert not beyond(months, fees)[~held].any()
    assert set(months.regime[held]) == {"capitation_withhold + fee_for_service"}
    assert set(months.regime[~held]) == {"fee_for_service"}
    settled = both["settlements"]
    assert set(settled.regime) == {"capitation_withhold", "fee_for_service"}
    amounts = settled[settled.regime == "capitation_withhold"].set_index("contract").amount
    people = months[held].groupby("contract").member_months.sum() / 12
    np.testing.assert_allclose(amounts.sort_index(), people.sort_index(), atol=0.005)


def test_savings_are_shared_on_top_of_capitation(one_area: World) -> None:
    """Monthly money is capitation's alone (shared savings pays fees), settlements are shared savings' alone."""
    both = run_model(one_area, layered(one_area.scenario, contract("capitation"), contract("shared_savings")), 1).tables
    one, other = (run_model(one_area, under(one_area.scenario, r), 1).tables for r in ("capitation", "shared_savings"))
    money = ["paid_to_holder", "paid_to_others", "payer_outlay"]
    assert both["months"][money].equals(one["months"][money])
    settled = [t["settlements"].query("line == 'settlement'") for t in (both, other)]
    assert settled[0].amount.sum() == pytest.approx(settled[1].amount.sum())


def test_value_based_if_any_rule_is(small_world: World) -> None:
    tables = run_model(
        small_world, layered(DEFAULT, contract("fee_for_service"), contract("capitation", start=7)), 1
    ).tables
    months = tables["months"].query("kind != 'unattached'")
    assert (months.value_based == (months.month >= 7)).all()
    assert set(months.regime) == {"fee_for_service", "fee_for_service + capitation"}


def test_part_of_a_panel(small_world: World) -> None:
    """The rule on 30% of the panel, fees for the rest: capitation is linear, so 30% of what it pays beyond fees."""
    fees = run_model(small_world, DEFAULT, 1).tables["months"]
    whole = beyond(run_model(small_world, under(DEFAULT, "capitation"), 1).tables["months"], fees)
    part = beyond(run_model(small_world, under(DEFAULT, "capitation", share=0.3), 1).tables["months"], fees)
    assert np.abs(whole).sum() > 0
    np.testing.assert_allclose(part, 0.3 * whole, atol=1.0)


def test_a_part_of_a_panel_must_have_enough_people(one_area: World) -> None:
    """Under 30,000 people an ACO has about 10,000; a tenth of that is below shared savings' 5,000."""
    assert run_model(one_area, under(one_area.scenario, "shared_savings", share=0.1), 1).tables["settlements"].empty
    assert not run_model(one_area, under(one_area.scenario, "shared_savings", share=0.9), 1).tables["settlements"].empty


@pytest.fixture(scope="module")
def areas() -> World:
    """Four areas: twelve holders."""
    return warmed_world(changed(DEFAULT, region={"people_per_area": 1_000}), 4_000, 5, 1)


def programs(tables: Any) -> Any:
    """Program by contract."""
    return tables["contracts"].query("kind != 'unattached'").groupby("contract").program.first()


def test_a_randomized_program_treats_its_share(areas: World) -> None:
    """A quarter of twelve holders; the nine others are controls, paid their fees in the same world."""
    program = contract("capitation", program="randomized", treated_share=0.25)
    tables = run_model(areas, layered(areas.scenario, program), 1).tables
    who = programs(tables)
    assert who.value_counts().to_dict() == {"control": 9, "treated": 3}
    months = tables["months"].query("kind != 'unattached'")
    assert set(months.contract[months.regime == "capitation"]) == set(who.index[who == "treated"])
    fees = run_model(areas, areas.scenario, 1).tables["months"]
    control = tables["months"].contract.isin(who.index[who == "control"])
    assert tables["months"][control].equals(fees[control])


def test_the_same_holders_in_every_scenario(areas: World) -> None:
    """Keyed by the world's seed and the holder: another rule with the same terms treats the same, another seed not."""
    terms: dict[str, Any] = {"program": "randomized", "treated_share": 0.5}
    chosen = [
        programs(run_model(areas, layered(areas.scenario, contract(rule, **terms)), 1).tables)
        for rule in ("capitation", "capitation_withhold")
    ]
    assert chosen[0].equals(chosen[1])
    luck = holders_luck(areas)
    assert not np.array_equal(luck, holders_luck(replace(areas, seed=6)))


def test_two_programs_do_not_treat_the_same_holders(areas: World) -> None:
    """Two draws of six of twelve holders: the first as if it were alone, the second another one."""
    both = [contract(rule, program="randomized") for rule in ("capitation_withhold", "pay_for_performance")]
    model = VbpModel(world=areas.copy(), studied=layered(areas.scenario, *both))
    (payer,) = list[Payer](model.agents_by_type[Payer])
    first, second = (set(agreement.holders) for agreement in payer.agreements)
    assert len(first) == len(second) == 6
    assert first != second
    assert first == set(divided(np.arange(12), 0.5, holders_luck(areas))[0])
    model.close()


@pytest.mark.parametrize("fields", [{}, {"holders": ("independents",)}, {"program": "randomized"}, {"share": 0.5}])
def test_a_neutral_bonus_is_neutral_over_who_is_in(areas: World, fields: dict[str, Any]) -> None:
    """What some of the contract's holders gain the others lose, to the cent of each."""
    neutral = contract("pay_for_performance", terms={"form": "neutral"}, **fields)
    settled = run_model(areas, layered(areas.scenario, neutral), 1).tables["settlements"].query("line == 'settlement'")
    assert len(settled) == {"holders": 4, "program": 6}.get(next(iter(fields), ""), 12)
    assert settled.amount.abs().max() > 10
    assert settled.amount.sum() == pytest.approx(0, abs=0.01 * len(settled))


def test_controls_stay_under_their_other_contracts(areas: World) -> None:
    """Capitation for all, savings on top for a random half: everybody is capitated."""
    with_savings = layered(
        areas.scenario,
        contract("capitation"),
        contract("fee_for_service", program="randomized"),
    )
    months = run_model(areas, with_savings, 1).tables["months"].query("kind != 'unattached' and month == 12")
    assert months.regime.value_counts().to_dict() == {"capitation": 6, "capitation + fee_for_service": 6}


def test_a_settlement_says_that_it_was_randomized(areas: World) -> None:
    run = run_model(areas, layered(areas.scenario, contract("capitation_withhold", program="randomized")), 1).tables
    assert set(run["settlements"].program) == {"treated"}
    assert run["settlements"].contract.nunique() == 6


def test_a_voluntary_program_has_everybody_and_says_so(areas: World) -> None:
    voluntary = contract("capitation_withhold", program="voluntary", until=12)
    tables = run_model(areas, layered(areas.scenario, voluntary), 2).tables
    held = tables["contracts"].query("kind != 'unattached'")
    assert set(held.program[held.year == 1]) == {"voluntary"}
    assert set(held.program[held.year == 2]) == {""}


def test_nobody_else_is_touched_by_a_program(areas: World) -> None:
    """Under fixed practice a program changes money and the column that says who was in, nothing else."""
    run = run_model(areas, layered(areas.scenario, contract("capitation", program="randomized")), 1).tables
    fees = run_model(areas, areas.scenario, 1).tables
    for name in CARE_TABLES:
        assert (
            run[name]
            .drop(columns="program", errors="ignore")
            .equals(fees[name].drop(columns="program", errors="ignore"))
        ), name


@pytest.mark.parametrize(("share", "n"), [(0.0, 0), (0.2, 1), (0.5, 3), (1.0, 5)])
def test_the_least_lucky_are_treated(share: float, n: int) -> None:
    """By hand: luck .3 .1 .9 .2 .5 for the eligible 1, 2, 4, 6, 7; half of five is rounded up to three."""
    luck = np.array([0.0, 0.3, 0.1, 0.0, 0.9, 0.0, 0.2, 0.5])
    treated, controls = divided(np.array([1, 2, 4, 6, 7]), share, luck)
    assert treated.tolist() == sorted([2, 6, 1, 7, 4][:n])
    assert controls.tolist() == sorted([2, 6, 1, 7, 4][n:])


def test_money_adds_up_in_layers(areas: World) -> None:
    """What payers and patients pay is fees plus what organizations got beyond them, to the cent, each month."""
    contracts = (
        contract("capitation", share=0.4, program="randomized", until=6),
        contract("fee_for_service", start=4),
        contract("capitation", start=7),
    )
    model = VbpModel(world=areas.copy(), studied=layered(areas.scenario, *contracts))
    for _ in range(12):
        model.step()
        (payer,) = list[Payer](model.agents_by_type[Payer])
        fees = int(model.accounts.billed.cents.sum())
        paid = int(payer.paid.holder.sum() + payer.paid.others.sum())
        assert paid == fees + int(payer.beyond_fees().sum()) != fees
    model.close()


def hospital_contract(regime: str = "fee_for_service", **fields: Any) -> Contract:
    return contract(regime, holders=("hospital",), **fields)


class PerDischarge(Regime):
    """Fees, and $100 a discharge; $1 a readmission is taken at the end of the year. Keeps the Books it is shown."""

    def pay(self, book: Book) -> FloatArray:
        SHOWN.append(book)
        return book.billed(sides=["inside"]) + 100.0 * book["live_discharges"]

    def settle(self, book: Book) -> dict[str, FloatArray]:
        SHOWN.append(book)
        return {"settlement": -book["readmitted"]}


SHOWN: list[Book] = []


@pytest.fixture
def per_discharge(monkeypatch: pytest.MonkeyPatch) -> None:
    SHOWN.clear()
    monkeypatch.setattr(Contract, "rule", lambda contract: PerDischarge())


def test_hospitals_hold_contracts(areas: World, per_discharge: None) -> None:
    """$100 a discharge, $1 off a readmission: by hospital, and paid to the organization that has it, to the cent."""
    tables = run_model(areas, layered(areas.scenario, hospital_contract()), 1).tables
    fees = run_model(areas, areas.scenario, 1).tables
    months = tables["months"]
    paid = months[months.kind == "hospital"]
    assert len(paid) == 12 * 8
    assert months[months.kind != "hospital"].reset_index(drop=True).equals(fees["months"])
    year = tables["hospitals"].set_index("hospital")
    assert (cents(paid.groupby("contract").paid_to_holder.sum()) == 10_000 * year.live_discharges).all()
    settled = tables["settlements"].set_index("contract").amount
    assert (settled == -year.readmitted).all()
    organizations = tables["organizations"]
    assert cents(organizations.beyond_fees.sum()) == 10_000 * year.live_discharges.sum()
    assert cents(organizations.settlements.sum()) == -100 * year.readmitted.sum()
    hospitals = organizations.kind.isin(["hospital_system", "community_hospital"])
    assert not organizations[~hospitals][["beyond_fees", "settlements"]].any(axis=None)


def test_a_hospitals_book(areas: World, per_discharge: None) -> None:
    """All hospitals are the market, three base years, members' columns zero; dollars inside are its stays alone."""
    model = VbpModel(world=areas.copy(), studied=layered(areas.scenario, hospital_contract()))
    for _ in range(12):
        model.step()
    year, accounts = SHOWN[-1], model.year
    assert (len(year), len(year.earlier), year.months) == (8, 3, 12)
    assert year.market is not None
    for name in ("live_discharges", "readmitted", "followed_up"):
        assert year.market[name][0] == year[name].sum() == accounts.members[name].sum()
    assert not year["member_months"].any()
    stays = accounts.billed[:, SERVICES.index("admission")]
    assert year.billed("count").sum() == stays.count.sum()
    assert cents(year.billed()).sum() == stays.cents.sum()
    assert (year.billed() <= year["participant_revenue"]).all()
    assert 0 < year["surveyed"].sum() < year["live_discharges"].sum()
    assert (year["survey_points"] <= 100 * year["surveyed"]).all()
    model.close()


def test_episodes_count_once_for_contract_and_hospital(areas: World) -> None:
    """Each episode that is over is in one contract row and one hospital, with the same dollars."""
    tables = run_model(areas, areas.scenario, 2).tables
    for name in counts_of(Episodes):
        assert tables["hospitals"][name].sum() == pytest.approx(tables["contracts"][name].sum()), name
        assert tables["contracts"][name].sum() > 0, name
    whole = tables["contracts"][["joint_episodes", "fracture_episodes"]].sum().sum()
    assert tables["contracts"].joint_institutional.sum() < whole


def test_hospitals_and_acos_in_one_contract(areas: World, per_discharge: None) -> None:
    both = layered(areas.scenario, contract("fee_for_service", holders=("hospital_led", "hospital")))
    SHOWN.clear()  # a scenario's check has shown it examples
    months = run_model(areas, both, 1).tables["months"]
    assert set(months.kind[cents(months.paid_to_holder) > 0]) > {"hospital", "hospital_led"}
    assert sorted({len(book) for book in SHOWN}) == [4, 8]


def test_a_randomized_program_of_hospitals(areas: World, per_discharge: None) -> None:
    run = run_model(areas, layered(areas.scenario, hospital_contract(program="randomized")), 1).tables
    assert run["hospitals"].program.value_counts().to_dict() == {"treated": 4, "control": 4}
    assert set(run["contracts"].program) == {""}


def test_a_contract_for_people_with_kidney_disease(areas: World, rules: None) -> None:
    """$2 a head for those with kidney disease recorded: part of the members, the market being all such members."""
    fees = run_model(areas, areas.scenario, 1).tables["months"]
    run = run_model(
        areas, layered(areas.scenario, contract("capitation_withhold", condition="kidney_disease")), 1
    ).tables
    months = run["months"]
    heads = beyond(months, fees) // 200
    held = (months.kind != "unattached").to_numpy()
    assert (beyond(months, fees) % 200 == 0).all()
    assert not heads[~held].any()
    share = heads.sum() / months.member_months[held].sum()
    assert 0.1 < share < 0.3  # section 1's prevalence (N09: 0.23 of Medicare), of which 0.8 is recorded


def test_the_kidney_book_is_part_of_the_whole(areas: World) -> None:
    """Column by column what is counted of some cannot exceed what is counted of all; risk has its own mean of 1."""
    model = VbpModel(world=areas.copy(), studied=areas.scenario)
    for _ in range(12):
        model.step()
    whole, part = model.books.columns(0, "members", True), model.books.columns(0, "kidney_disease", True)
    for name in set(whole) - {"risk_months", "participant_revenue"}:
        assert (part[name] <= whole[name]).all(), name
    assert part["risk_months"].sum() == pytest.approx(part["member_months"].sum())
    patients = model.world.patients
    recorded = (patients.recorded >> CONDITIONS.index("kidney_disease")) & 1
    assert (recorded == patients.row // model.environment.n_rows).all()
    model.close()


REFUSED = {
    "pays for members, and hospitals have none": {"regime": "capitation", "holders": ("hospital",)},
    "shared_savings pays for members": {"regime": "shared_savings", "holders": ("hospital_led", "hospital")},
    "hospitals have no members with a condition": {
        "regime": "fee_for_service",
        "holders": ("hospital",),
        "condition": "kidney_disease",
    },
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_hospitals_cannot_hold(said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Contract.model_validate({"payer": "medicare"} | REFUSED[said])


def test_fewer_people_are_enough_for_a_condition() -> None:
    """750 where the rule has a minimum (shared savings: 5,000), none where it has none."""
    assert contract("shared_savings", condition="kidney_disease").minimum_people == 750
    assert contract("capitation", condition="kidney_disease").minimum_people == 0
