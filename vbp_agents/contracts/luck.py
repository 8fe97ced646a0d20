"""How far luck takes what a contract pays from what can be expected, and how often it pays for no effect at all."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.contracts.contract import REACH, STEP, ContractExample, Layer, situations
from vbp_agents.contracts.example_book import MEDIAN
from vbp_agents.expectations.expected import ExpectedYear
from vbp_agents.expectations.marginal import year_of_pay
from vbp_agents.expectations.moved import one_per_row
from vbp_agents.expectations.uncertain import NORMAL, USUAL_BELIEFS, Beliefs, other_luck
from vbp_agents.rule_check import quietly
from vbp_agents.rules.minimum_savings_rate import minimum_savings_rate
from vbp_agents.terms.scenario import Scenario

_DRAWS = 200
TENTHS = (0.1, 0.9)
"""Eight years of ten end between these."""


def payment_luck(scenario: Scenario, people: int, performance_year: int) -> list[dict[str, Any]]:
    """For each situation that `explain` shows: the payment's lowest and highest tenth by spending, and how often.

    "spending": share above or below the benchmark that is *expected*; "low", "high": dollars per member-year (or
    discharge); "earns", "owes": shares of years with a positive and with a negative settlement.
    """
    return [
        _along(situation, people, scenario, performance_year) for situation in situations(scenario, performance_year)
    ]


def _along(situation: ContractExample, people: int, scenario: Scenario, year: int) -> dict[str, Any]:
    example = situation.example(people, scenario.care.physician_share)
    more: FloatArray = np.linspace(-REACH, REACH, round(2 * REACH / STEP) + 1)
    book = example.year(more, np.full(len(more), MEDIAN), year)
    fees = book.billed(sides=["inside"])
    layers = [Layer(c.rule(), c.share, situation.year_of(c, year)) for c in situation.contracts]
    with quietly():
        certain, settled = _by_layers(layers, book, Beliefs.of(scenario.behavior, scenario.care))
    paid = np.quantile(fees + certain + settled, TENTHS, axis=0) / example.units()
    return {
        "people": people,
        "spending": more.tolist(),
        "low": paid[0].tolist(),
        "high": paid[1].tolist(),
        "earns": (settled > 0).mean(axis=0).tolist(),
        "owes": (settled < 0).mean(axis=0).tolist(),
    }


def _by_layers(layers: Sequence[Layer], book: Book, beliefs: Beliefs) -> tuple[FloatArray, FloatArray]:
    """Beyond fees: what months pay, (n_contracts,), and what is settled at DRAWS lucks that all layers share."""
    certain, settled = np.zeros(len(book)), np.zeros((_DRAWS, len(book)))
    years = [ExpectedYear(layer.rule, layer.book(book), beliefs) for layer in layers]
    lucks = _shared_luck(years)
    for layer, year in zip(layers, years, strict=True):
        certain = certain + year_of_pay(layer.rule, year.book) - year.book.billed(sides=["inside"])
        settled = settled + year.settled(_DRAWS, one_per_row({**_still(year), **year.lucky(lucks)}))
    return certain, settled


def _shared_luck(years: Sequence[ExpectedYear]) -> Mapping[str, FloatArray]:
    names = sorted({name for year in years for name in year.uncertain})
    return dict(zip(names, other_luck(len(names), _DRAWS).T, strict=True))


def _still(year: ExpectedYear) -> dict[str, FloatArray]:
    """A column that no luck moves, so that a rule without any is settled as many times as the others."""
    return {"member_months": np.tile(year.book["member_months"], (_DRAWS, 1))}


def chance_to_earn(people: FloatArray, chosen_minimum: float | None = None) -> FloatArray:
    """The closed form: how often spending that is exactly expected to be at its benchmark ends below the minimum rate.

    The chance that normal noise, as holders usually believe it to be, reaches the minimum savings rate, shape of
    ``people``.
    """
    sd = USUAL_BELIEFS.spending_sd(people)
    minimum = minimum_savings_rate(people, chosen_minimum)
    return np.array([1 - NORMAL.cdf(float(m / s)) for m, s in zip(minimum, sd, strict=True)])
