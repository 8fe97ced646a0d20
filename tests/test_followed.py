"""One patient followed by a model: what it saw adds up to what the model counted, and ends as the record does."""

from typing import Any

import pytest
from worlds import BEHAVING, having, record_bytes, under

from vbp_agents.actors.world import World
from vbp_agents.environment import Accounts
from vbp_agents.explain.replay import Attempt, Declined, FollowedModel
from vbp_agents.ledger import add_accounts
from vbp_agents.terms.scenario import BehaviorBlock

HARD = BehaviorBlock(scruple=0.0, reviews=12.0, care_benefit=100.0)
"""Practices that think again every month and feel little for the patient: they refuse and drop many."""


class Everybody(FollowedModel):
    """Follows every record in turn, each month, and keeps what it saw of the last month."""

    def follow(self) -> None:
        self.lone: list[tuple[Any, Accounts]] = []
        self.asked: list[tuple[Attempt, ...]] = []
        for slot in range(len(self.world.patients)):
            self.slot = slot
            self.lone.append(self.alone(self.environment))
            self.asked.append(self.attempts())


@pytest.fixture(scope="module")
def everybody(small_world: World) -> Everybody:
    """Five months under capitation with hard practices; the fifth has had time to move selection."""
    terms = having(under(BEHAVING, "capitation"), behavior=HARD)
    model = Everybody(world=small_world.copy(), studied=terms, threads=1, patient=0)
    for _ in range(5):
        model.step()
    model.close()
    return model


def test_a_copy_ends_each_month_as_the_record_does(everybody: Everybody) -> None:
    """Byte for byte, for all 3,000 patients, the newcomers among them."""
    patients = everybody.world.patients
    for slot, (copy, _) in enumerate(everybody.lone):
        assert record_bytes(copy) == record_bytes(patients[slot : slot + 1])


def test_what_each_patient_saw_adds_up_to_the_accounts(everybody: Everybody) -> None:
    (_, one_by_one), *others = everybody.lone
    for _, accounts in others:
        add_accounts(one_by_one, accounts)
    assert (one_by_one.truth == everybody.accounts.truth).all()
    assert (one_by_one.work == everybody.accounts.work).all()
    assert (one_by_one.groups == everybody.accounts.groups).all()


def test_whom_patients_asked_is_what_the_month_counted(everybody: Everybody) -> None:
    """Attempts and refusals of the month, and where each patient ended up."""
    asked = [attempt for attempts in everybody.asked for attempt in attempts]
    groups = everybody.accounts.groups[0]
    assert len(asked) == groups.attempts.sum()
    assert sum(not attempt.welcome for attempt in asked) == groups.refusals.sum() > 10
    assert any(attempt.review for attempt in asked)
    for attempts, record in zip(everybody.asked, everybody.world.patients, strict=True):
        if attempts and attempts[-1].welcome:
            assert record.practice == attempts[-1].practice
        if attempts and attempts[-1].review:
            assert record.practice == -1


def test_who_is_refused_was_expected_to_lose(everybody: Everybody) -> None:
    for attempts in everybody.asked:
        for attempt in attempts:
            if not attempt.welcome:
                assert attempt.margin - attempt.hours < 0
                assert attempt.balance < 0


class Declining(FollowedModel):
    """Hospitals that lose $1,000,000 on a joint replacement, and a dollar more for each that it costs."""

    def follow(self) -> None:
        self.cases: list[Declined] = []
        self.world.case_worth[:] = (-1e6, -1.0)
        for slot in range(len(self.world.patients)):
            self.slot = slot
            _, counted = self.alone(self.environment)
            if case := self.declined(counted):
                self.cases.append(case)


def test_a_case_is_declined_for_what_it_is_expected_to_cost(small_world: World) -> None:
    model = Declining(world=small_world.copy(), studied=BEHAVING, threads=1, patient=0)
    care, cases = BEHAVING.care, []
    for _ in range(3):
        model.step()
        assert len(model.cases) == model.accounts.hospitals.declined_cases.sum()
        cases += model.cases
    model.close()
    assert cases
    for case in cases:
        assert case.margin < -1e6 - care.joint_price[1] * care.price[5]
        assert case.margin + case.care + case.scruple < -9e5
