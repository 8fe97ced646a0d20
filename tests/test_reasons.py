"""Reasons are exact: what contracts pay for each kind of column adds up to the drive of every lever, in dollars."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from worlds import BEHAVING, having, under

from vbp_agents.actors.provider_document import provider_document
from vbp_agents.actors.reasons import ASPECTS, TERMS, Reason, Stand, reasons
from vbp_agents.actors.world import World
from vbp_agents.answers.provider_story import provider_table, provider_words
from vbp_agents.behaviors.profit_and_benefit import ProfitAndBenefit
from vbp_agents.book import COLUMNS, FloatArray
from vbp_agents.decisions.worth import Part, Worth
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario import BehaviorBlock, Contract

LAYERED = having(
    BEHAVING,
    contracts=[
        Contract(payer="medicare", regime="capitation"),
        Contract(payer="medicare", regime="pay_for_performance"),
        Contract(payer="medicare", regime="bundled", holders=("hospital",)),
    ],
)


def lived(world: World, terms: object, months: int) -> VbpModel:
    model = VbpModel(world=world.copy(), studied=BEHAVING.model_validate(terms))
    for _ in range(months):
        model.step()
    model.close()
    return model


@pytest.fixture(scope="module")
def layered(small_world: World) -> VbpModel:
    """Two years under capitation, pay for performance and bundles at once: hours run short by then."""
    return lived(small_world, LAYERED, 24)


def told(model: VbpModel, practice: int) -> list[Reason]:
    providers = model.providers
    assert providers.known is not None
    stand = Stand(providers.aims, providers.seen, providers.levers, providers.behavior)
    return reasons(providers.known, providers.parts, stand, practice)


def by_hand(model: VbpModel, **columns: FloatArray) -> list[Part]:
    """One contract, worth these dollars for one more unit of each column, (payers, holders, 2)."""
    shape = model.providers.shape
    worth = {name: np.broadcast_to(value, (shape[0], shape[1], 2)).copy() for name, value in columns.items()}
    return [Part(0, "by_hand", Worth(worth, {}, shape))]


def by_name(all_reasons: list[Reason]) -> dict[tuple[str, str], Reason]:
    return {(reason.aspect.lever, reason.aspect.what): reason for reason in all_reasons}


def test_every_column_of_the_book_is_in_one_term() -> None:
    assert {name: sum(belongs(name) for belongs in TERMS.values()) for name in COLUMNS} == dict.fromkeys(COLUMNS, 1)


def test_causes_add_up_to_every_drive(layered: VbpModel) -> None:
    contracts, terms = set(), set()
    for practice in range(len(layered.world.region.practices)):
        for reason in told(layered, practice):
            total = sum(cause.dollars for cause in reason.causes) + reason.besides
            assert total == pytest.approx(reason.drive, rel=1e-9, abs=1e-9), reason.aspect
            contracts |= {cause.contract for cause in reason.causes}
            terms |= {cause.term for cause in reason.causes}
    assert contracts == {"capitation", "pay_for_performance", "bundled"}
    assert terms >= {"risk score", "spending", "quality", "episodes"}


def test_every_aspect_is_told_of_a_hospital_and_all_but_cases_of_others(layered: VbpModel) -> None:
    hospital = int(layered.world.region.areas.first_staff[0])
    assert [reason.aspect for reason in told(layered, hospital)] == list(ASPECTS)
    assert [reason.aspect for reason in told(layered, 0)] == [a for a in ASPECTS if a.lever != "cases"]


def test_a_dollar_of_tests_is_felt_by_the_value_share(layered: VbpModel) -> None:
    """A contract that takes $1 for each dollar of own tests: 0.2 of a test's price, for the members among patients."""
    parts = by_hand(layered, test_dollars_inside=np.array(-1.0))
    known = layered.providers.known
    assert known is not None
    now = replace(known, worth=parts[0].worth)
    levers = layered.providers.levers
    by_aspect = by_name(reasons(now, parts, Stand(levers, levers, levers, ProfitAndBenefit()), 0))
    members = known.asked[0, 0, 1:].sum()
    price = known.care.price[2] * known.price[0, known.organization[0], 2]
    (cause,) = by_aspect["intensity", "test"].causes
    assert (cause.contract, cause.payer, cause.term) == ("by_hand", 0, "spending")
    assert cause.dollars == pytest.approx(-0.2 * price * members)
    assert by_aspect["intensity", "test"].besides == 0.0
    assert by_aspect["intensity", "procedure"].drive == 0.0
    assert by_aspect["coordination", "unmeasured"].drive > 0.0


def test_a_point_of_risk_is_a_member_of_risk_1(layered: VbpModel) -> None:
    """$100 a risk-month: $1,200 a year for a member of coded risk 1, nothing for risk that is not coded."""
    parts = by_hand(layered, risk_months=np.array(100.0))
    known = layered.providers.known
    assert known is not None
    levers = layered.providers.levers
    by_aspect = by_name(
        reasons(replace(known, worth=parts[0].worth), parts, Stand(levers, levers, levers, ProfitAndBenefit()), 0)
    )
    assert by_aspect["selection", "average member"].drive == pytest.approx(1_200.0)
    assert by_aspect["selection", "unpriced risk"].drive == 0.0
    assert by_aspect["completeness", "coded"].drive == pytest.approx(100.0 * known.codable * 0.15)


def test_hours_are_besides_contracts(layered: VbpModel) -> None:
    """A practice whose hour is worth $80, at half an hour a visit: $40 against each visit, whatever the contract."""
    known = layered.providers.known
    assert known is not None
    now = replace(known, hour_price=np.full(len(known.hour_price), 80.0))
    levers = layered.providers.levers
    by_aspect = by_name(reasons(now, [], Stand(levers, levers, levers, ProfitAndBenefit()), 0))
    assert by_aspect["intensity", "primary"].besides == pytest.approx(-40.0)
    assert by_aspect["intensity", "test"].besides == 0.0


def test_norms_let_less_through_than_the_drive(layered: VbpModel) -> None:
    for reason in told(layered, 0):
        if reason.aspect.lever == "intensity":
            assert abs(reason.heads_for) <= abs(reason.drive)
            assert -1 <= reason.reach <= 1


def test_the_sentence_names_contract_term_lever_and_dollars(layered: VbpModel) -> None:
    by_aspect = {"month": 24, "scenario": "layered", "behavior": "profit_and_benefit", **provider_document(layered, 0)}
    (said,) = provider_words(by_aspect)
    assert said.startswith("In month 24 under layered, what contracts pay moves practice 0 (organization ")
    most = max((row for row in by_aspect["reasons"] if row["reach"]), key=lambda row: abs(row["reach"]))
    assert most["in_words"] in said
    assert max(most["because"], key=lambda cause: abs(cause["dollars"]))["contract"] in said
    assert "$" in said


@pytest.mark.parametrize("name", ["fixed_practice", "target_income"])
def test_behaviors_that_weigh_no_contract_have_no_such_reasons(name: str, small_world: World) -> None:
    terms = having(under(BEHAVING, "capitation"), behavior=BehaviorBlock(name=name))
    model = lived(small_world, terms, 4)
    by_aspect = {"month": 4, "scenario": "capitation", "behavior": name, **provider_document(model, 0)}
    assert not any(row["because"] for row in by_aspect["reasons"])
    assert "no contract moves any lever of practice 0" in provider_words(by_aspect)[0]


def test_target_income_gives_income_as_its_reason(small_world: World) -> None:
    """Half the usual income: the margin of what is billed is 1 / 0.5 of baseline's; no contract has a part in it."""
    terms = having(under(BEHAVING, "capitation"), behavior=BehaviorBlock(name="target_income"))
    model = VbpModel(world=small_world.copy(), studied=BEHAVING.model_validate(terms))
    model.providers.income[:] = 0.5
    for _ in range(2):
        model.step()
    model.close()
    facts: dict[str, Any] = {
        "month": 2,
        "scenario": "capitation",
        "behavior": "target_income",
        "decided_in": 1,
        "replicate": 1,
    }
    by_aspect = facts | provider_document(model, 0)
    assert by_aspect["own_reason"][0] == "income 50% of usual"
    none, reason = provider_words(by_aspect)
    assert "target_income does not weigh what they are worth" in none
    assert reason.startswith("Its behavior is target_income: it earned 50% of its usual income last year, and ")
    assert "Furthest goes intensity: " in reason
    moved = [row for row in by_aspect["reasons"] if row["heads_for"]]
    assert moved
    assert all(row["heads_for"] > 0 for row in moved)
    cells = [
        cell for column in provider_table(by_aspect).columns if column.header == "because of" for cell in column.cells
    ]
    assert cells
    assert all(str(cell).startswith("income 50% of usual") for cell in cells)


def test_who_only_imitates_weighs_no_contract(small_world: World) -> None:
    """The half with the best information systems weighs contracts; of the others every drive is there, unweighed."""
    imitation = BehaviorBlock(name="imitation", terms={"leaders": 0.5})
    terms = having(under(BEHAVING, "capitation"), behavior=imitation)
    model = lived(small_world, terms, 4)
    region = model.world.region
    leads = region.organizations.information[region.practices.organization] >= 0.5
    in_aco = region.organizations.holder[region.practices.organization] >= 0
    leader, follower = (int(np.flatnonzero(who & in_aco)[0]) for who in (leads, ~leads))
    assert by_name(told(model, leader))["completeness", "coded"].weighed
    by_aspect = by_name(told(model, follower))
    assert not by_aspect["completeness", "coded"].weighed
    assert by_aspect["completeness", "coded"].drive > 0
    assert by_aspect["selection", "unpriced risk"].weighed
    document = {"month": 4, "scenario": "capitation", "behavior": "imitation", **provider_document(model, follower)}
    contracts, of_behavior = provider_words(document)
    assert "what contracts pay moves" in contracts
    assert ("selection" in contracts, "intensity" in contracts) == (True, False)
    assert of_behavior.startswith("Its behavior is imitation: it is not among the 50% of organizations with the best")
    assert provider_document(model, leader)["own_reason"] == ("", "")


def test_levers_by_organization_are_means_over_its_practices(layered: VbpModel) -> None:
    by_organization = layered.providers.by_organization()
    region, levers = layered.world.region, layered.providers.levers
    practices = np.flatnonzero(region.practices.organization == 0)
    assert by_organization["steering_inside"][0] == pytest.approx(np.mean([levers.steering[n, 0] for n in practices]))
    tests = [(layered.world.decision_mix[n] * levers.intensity[n, :, :, 3]).sum() for n in practices]
    assert by_organization["intensity_test"][0] == pytest.approx(np.mean(tests))
    table = layered.recorder.tables()["levers"]
    last = table[(table.year == 2) & (table.organization == 0)].set_index("lever").value
    assert last["completeness"] == pytest.approx(levers.completeness[0])
    assert len(last) == 14
