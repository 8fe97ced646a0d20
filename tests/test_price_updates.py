"""Payers update their prices: from the month they say, on top of one another, with margins that follow."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import BEHAVING, DEFAULT

from vbp_agents.actors.world import World
from vbp_agents.decisions import intensity
from vbp_agents.decisions.worth import Worth
from vbp_agents.errors import WrongInput
from vbp_agents.model import VbpModel
from vbp_agents.terms.payers import PayerTerms, PriceUpdate
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import read_scenario


def update_of(start: int, **factors: float) -> PriceUpdate:
    return PriceUpdate.model_validate({"from": start, **factors})


def updating(scenario: Scenario, *updates: PriceUpdate) -> Scenario:
    """The scenario whose only payer updates its prices."""
    return scenario.with_values({"payers.0.updates": updates}, scenario.name)


def months(world: World, scenario: Scenario, count: int) -> list[Any]:
    """Each month's work by organization, payer and service: cents at the payer's prices and at standard prices."""
    model, lived_months = VbpModel(world=world.copy(), studied=scenario), []
    for _ in range(count):
        model.step()
        lived_months.append(model.accounts.work.copy())
    model.close()
    return lived_months


def test_updates_multiply_from_their_month_on() -> None:
    """Physician prices 1 x 0.9, then x 1.1 on top: 0.99."""
    payer = PayerTerms(name="a", updates=(update_of(3, physician=0.9), update_of(7, physician=1.1)))
    assert payer.prices_in(2) == (1.0, 1.0)
    assert payer.prices_in(3) == (0.9, 1.0)
    assert payer.prices_in(7) == pytest.approx((0.99, 1.0))


def test_fees_are_paid_at_the_new_price_and_standard_prices_stay(small_world: World) -> None:
    """A primary visit is all professional (times 2), a stay a tenth (times 1.1); each service is rounded to a cent."""
    scenario = updating(DEFAULT, update_of(2, physician=2.0))
    first, second = months(small_world, scenario, 2)
    assert np.array_equal(first.cents, first.standard)
    for service, factor in ((0, 2.0), (5, 1.1), (6, 1.0)):
        cents, standard = second.cents[:, :, service], second.standard[:, :, service]
        assert np.all(np.abs(cents - factor * standard) <= 0.5 * second.count[:, :, service] + 1e-3)


def test_care_without_response_is_the_same_at_any_price(small_world: World) -> None:
    plain = months(small_world, DEFAULT, 3)
    dearer = months(small_world, updating(DEFAULT, update_of(2, physician=1.5, hospital=0.5)), 3)
    for one, other in zip(plain, dearer, strict=True):
        assert np.array_equal(one.count, other.count)
        assert np.array_equal(one.standard, other.standard)


def test_money_is_conserved_after_an_update(small_world: World) -> None:
    """What payer and patients pay is what organizations bill, to the cent."""
    model = VbpModel(world=small_world.copy(), studied=updating(DEFAULT, update_of(1, physician=1.3, hospital=0.7)))
    model.step()
    assert model.accounts.billed.cents.sum() == model.accounts.work.cents.sum()
    model.close()
    months_table = model.recorder.tables()["months"]
    paid = months_table[["paid_to_holder", "paid_to_others"]].sum().sum()
    assert round(100 * paid) == model.accounts.work.cents.sum()
    assert months_table["payer_outlay"].sum() + months_table["patient_outlay"].sum() == pytest.approx(paid)


def test_margins_follow_the_price(small_world: World) -> None:
    """A clinician's margin on an own visit moves by the volume share of the price change: 0.8 x 0.1 of a price.

    Owners bear it all. What others bill moves no margin under fee for service.
    """
    terms = updating(BEHAVING, update_of(2, physician=1.1))
    model = VbpModel(world=small_world.copy(), studied=terms)
    model.step()
    providers = model.providers
    assert np.array_equal(providers.price, providers.price_before)
    model.step()
    now = providers.situation(Worth({}, {}, providers.shape))
    drive = intensity.drive(now)
    owner = now.owner[now.organization]
    hours = now.hour_price * now.conduct.visit_hours / now.care.price[0]
    primary = drive[:, 0, 0, 0] + hours
    assert primary[owner] == pytest.approx(0.1)
    assert primary[~owner] == pytest.approx(0.08)
    assert not drive[:, :, :, intensity.REFERRAL].any()
    model.close()


def test_worlds_that_differ_in_updates_are_one_world(tmp_path: Path) -> None:
    text = (
        "extends: default\npayers:\n- name: medicare\n  title: Medicare\n  share: 1.0\n"
        "  source: the population targets of the evidence are for Medicare\n"
        "  updates:\n  - {from: 13, physician: 1.02}\n"
    )
    file = tmp_path / "cut.yaml"
    file.write_text(text)
    scenario = read_scenario(file)
    assert scenario.payers[0].updates == (update_of(13, physician=1.02),)
    assert scenario.world_hash == BEHAVING.world_hash
    assert scenario.hash != BEHAVING.hash
    again = Scenario.model_validate_json(scenario.model_dump_json())
    assert again == scenario


UPDATES = {
    "{from: 0, physician: 2}": "37: payers.medicare.updates.0.from: 0 is out of range; allowed 1 to 1200",
    "{from: 2025-01, physician: 2}": "37: payers.medicare.updates.0.from: must be a whole number, not '2025-01'; ",
    "{from: 7}": "30: payers.medicare.updates.0: changes no price; write `physician:` or `hospital:` with a factor",
    "{from: 7, hospital: 2}, {from: 7, hospital: 3}": "61: payers.medicare.updates.1.from: month 7 has an update",
}


@pytest.mark.parametrize("updates", UPDATES)
def test_wrong_updates_are_told_with_their_place(updates: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"payers:\n- {{name: medicare, updates: [{updates}]}}\n")
    with pytest.raises(WrongInput) as error:
        read_scenario(file)
    assert UPDATES[updates] in str(error.value)
