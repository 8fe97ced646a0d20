"""What a year does to later settlements: the ratchet of benchmarks and of prices for bundles."""

from dataclasses import replace

import numpy as np
import pytest
from expected_years import NEVER_MIND, NORMAL, book, year

from vbp_agents.book import Book
from vbp_agents.expectations.marginal import marginal
from vbp_agents.expectations.uncertain import USUAL_BELIEFS
from vbp_agents.regimes.base import Statement
from vbp_agents.regimes.bundled import Bundled
from vbp_agents.regimes.shared_savings import SharedSavings

FORESIGHT = replace(USUAL_BELIEFS, person_sd=0.0, unknown_sd=0.023, foresight=1.0)
NO_REGION = {"regional_weights_below": [0.0] * 4, "regional_weights_above": [0.0] * 4}
THIRDS = {"agreement_years": 3, "first_weights": [1 / 3] * 3, "sharing_rate": 0.5, "savings_cap": 1.0} | NO_REGION


def test_with_full_foresight_thirds_and_no_regional_share_saving_does_not_pay() -> None:
    """The ratchet: a dollar in each of the three base years takes a third off each of the next three benchmarks.

    Half of savings and half of losses from the first dollar on, so that a benchmark's dollar is always worth as much.
    """
    both_ways = {"chosen_minimum": 0.0, "paid_share": 1.0, "quality_standard": 0.0, "loss_limit": 1.0}
    rule = SharedSavings.model_validate(THIRDS | both_ways | {"loss_rate_low": 0.5, "loss_rate_high": 0.5})
    for now in (1, 2, 3):
        worth = marginal(rule, book(np.array([0.20]), now), FORESIGHT)
        assert worth["test_truncated_outside"][0] == pytest.approx(0.0, abs=1e-3)
        shortsighted = marginal(rule, book(np.array([0.20]), now), NEVER_MIND)
        assert shortsighted["test_truncated_outside"][0] == pytest.approx(-0.5)


def test_foresight_minds_what_later_benchmarks_will_be_worth() -> None:
    """Savings of 20% now; then the benchmark has followed, and its dollar is worth 0.49 [Phi(z) + m (1 - m)/sd phi(z)]
    with z = -2 / 2.3. Half a percent for a step of one sd in a third of a benchmark: 3 points of a second derivative.
    """
    rule = SharedSavings.model_validate(THIRDS | {"chosen_minimum": 0.02, "reduced_share": 0.0})
    worth = marginal(rule, book(np.array([0.20])), FORESIGHT)["test_truncated_outside"][0]
    later = 0.49 * (NORMAL.cdf(-0.02 / 0.023) + 0.02 * 0.98 / 0.023 * NORMAL.pdf(-0.02 / 0.023))
    assert worth == pytest.approx(-0.49 + later, abs=0.02)


class OtherLines(SharedSavings):
    """The same rule, whose statement calls its lines otherwise."""

    def settle(self, book: Book) -> Statement:
        """The settlement and quality of shared savings."""
        settled = super().settle(book)
        return {"target": settled["benchmark"], "quality": settled["quality"], "settlement": settled["settlement"]}


def test_what_lines_are_called_makes_no_difference() -> None:
    savings = np.array([0.01, 0.05])
    named, renamed = (marginal(rule, book(savings, 3), FORESIGHT) for rule in (SharedSavings(), OtherLines()))
    assert named.columns.keys() == renamed.columns.keys()
    for name, worth in named.columns.items():
        np.testing.assert_array_equal(worth, renamed[name])


def test_a_bundle_has_a_ratchet_too() -> None:
    """Targets of own spending over three base years, rebased every second year: this year is in those of the second and
    the third year from now. A dollar less takes 97% of a third off each, the number of episodes being always the same.
    """
    quality = {"categories": [0.0, 20.0, 20.0], "regional_weights": [0.0] * 5}
    columns = {"joint_episodes": 400.0, "joint_dollars": 1e7, "joint_complications": 12.0}
    base = year(np.zeros(1), **columns)
    usual = Book(base, Book({name: 10 * column for name, column in base.items()}))
    expected = Book(base, usual.market, (usual,) * 5)
    worth = marginal(Bundled.model_validate(quality), expected, replace(USUAL_BELIEFS, foresight=1.0))
    assert worth["joint_dollars"][0] == pytest.approx(-1 + 2 * 0.97 / 3, abs=1e-3)
