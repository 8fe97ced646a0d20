"""Thresholds act: who expects to end just past a minimum savings rate restrains itself more than one far from it.

Per dollar not spent one-sided savings bring 0.98 x rate x [Phi(z) + (m/s) phi(z)], z = (savings - m)/s. Its slope in z,
phi(z)(1 - z m/s) but for a factor, is 0 at z = s/m: the worth peaks at savings of m + s^2/m, beyond the threshold.
"""

from dataclasses import replace

import numpy as np
import pytest
from expected_years import NORMAL, book, known, one_sided
from worlds import BEHAVING, under

from vbp_agents.actors.agents import Payer
from vbp_agents.actors.beliefs import Outlook, parts
from vbp_agents.actors.world import World
from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.decisions.intensity import QUESTIONS
from vbp_agents.expectations.marginal import marginal
from vbp_agents.expectations.uncertain import USUAL_BELIEFS
from vbp_agents.model import VbpModel

TERMS = {
    "sharing_rate": 0.5,
    "savings_cap": 1.0,
    "reduced_share": 0.0,
    "regional_weights_below": [0.0] * 4,
    "regional_weights_above": [0.0] * 4,
}
"""One-sided, nothing below the minimum, no cap in reach, and a benchmark of own spending alone."""
BILLED = [f"{service}_truncated_{side}" for service in SERVICES for side in SIDES]


def peak(minimum: FloatArray, sd: FloatArray) -> FloatArray:
    """Savings, share of the benchmark, at which a dollar not spent brings most; ``sd``: share of expected spending."""
    root = minimum
    for _ in range(50):
        root = minimum + (sd * (1 - root)) ** 2 / minimum
    return root


@pytest.mark.parametrize("minimum", [0.02, 0.03, 0.039])
@pytest.mark.parametrize("sd", [0.015, 0.023, 0.03])
def test_the_worth_of_a_dollar_peaks_past_the_threshold(minimum: float, sd: float) -> None:
    """Within half a point: the top is so flat that an error of 0.005 moves it by 0.2 standard deviations."""
    savings = np.arange(0.0, 0.14, 0.0005)
    worth = -marginal(one_sided(0.5, minimum), book(savings), known(sd)).dollar("test", "outside")
    [expected] = peak(np.array([minimum]), np.array([sd]))
    assert savings[worth.argmax()] == pytest.approx(expected, abs=0.005)


def after(year: Book, factor: FloatArray) -> Book:
    """The same year after base years in which members cost ``factor`` times as much: the benchmark alone moves."""
    earlier = (one.with_columns(**{name: factor * one[name] for name in BILLED}) for one in year.earlier)
    return replace(year, earlier=tuple(earlier))


def heads_for(model: VbpModel) -> dict[str, FloatArray]:
    """By lever: how far practices and organizations of ACOs head from baseline, restraint positive."""
    now, aims = model.providers.known, model.providers.aims
    assert now is not None
    style = np.einsum("npk,npkq->nq", now.asked, aims.intensity)[now.holder[now.organization] >= 0]
    by_question = {question: -style[:, number] for number, question in enumerate(QUESTIONS)}
    return by_question | {"coordination": aims.coordination[now.holder >= 0]}


def test_restraint_peaks_past_the_threshold(one_area: World) -> None:
    """ACOs of 7,000 to 9,000 whose base years alone differ, so that they expect savings of -8%, at the peak, and 15%.

    There is next to no chance of savings 3.8 sd below the threshold, and of none 4 sd above it: a dollar is worth 0 and
    0.49. At the peak, z = s/m, it is worth Phi(z) + (m/s) phi(z) times as much, and margins, linear in it, follow.
    """
    model = VbpModel(world=one_area.copy(), studied=under(BEHAVING, "shared_savings", terms=TERMS))
    model.world.month = 1
    [payer] = model.agents_by_type[Payer]
    [agreement] = payer.agreements
    year = model.books.expected(payer.number, agreement, model.providers.shown_now)
    usual = agreement.rule.settle(year)
    minimum, sd = usual["minimum_savings_rate"], USUAL_BELIEFS.spending_sd(year["member_months"] / 12)
    near = peak(minimum, sd)
    peaks = []
    for savings in (np.full(len(year), -0.08), near, np.full(len(year), 0.15)):
        moved = after(year, usual["expenditure"] / (1 - savings) / usual["benchmark"])
        np.testing.assert_allclose(agreement.rule.settle(moved)["savings_rate"], savings)
        due = [(payer.number, agreement, moved)]
        model.providers.aim(parts(due, USUAL_BELIEFS, model.providers.shape, 12, Outlook()))
        peaks.append(heads_for(model))
    model.close()
    below, at_peak, above = peaks
    for lever in at_peak:
        decides = at_peak[lever] != 0  # hospitals' staffs admit, others are not asked
        assert decides.any()
        assert (at_peak[lever] > above[lever])[decides].all(), lever
        assert (above[lever] > 10 * np.abs(below[lever]))[decides].all(), lever
    z = (sd * (1 - near) / minimum)[0]
    more = NORMAL.cdf(z) + NORMAL.pdf(z) / z
    assert 1.1 < more < 1.13
    for question in QUESTIONS:
        assert at_peak[question] == pytest.approx(more * above[question], rel=0.02)
