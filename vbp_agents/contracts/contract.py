"""What a contract pays and what it makes of one more dollar, member, coded point or quality point: no simulation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from vbp_agents import __version__
from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.contracts.example_book import KIDNEY, KIDNEY_SHARE, MEDIAN, Example, ExampleHospital
from vbp_agents.errors import WrongInput
from vbp_agents.expectations.marginal import Marginal, combined, expected_payment, marginal, year_of_pay
from vbp_agents.expectations.remembered import columns_read
from vbp_agents.expectations.uncertain import FRACTIONS, Beliefs
from vbp_agents.regimes.base import Regime
from vbp_agents.regimes.fee_for_service import FeeForService
from vbp_agents.rule_check import quietly
from vbp_agents.rules.quality import score
from vbp_agents.terms.payers import PayerTerms
from vbp_agents.terms.scenario import HOLDERS, Contract, Holder, Scenario, called

SCHEMA = 1
REACH, STEP = 0.10, 0.0025
"""Spending from 10% below to 10% above the benchmark, by a quarter of a percent."""
POINT = 0.01
"""A coded point: one hundredth of an average person's coded risk, for every member."""
_KINDS: tuple[Holder, ...] = (*HOLDERS, "hospital")
_UNITS = {
    "spending": "share above (+) or below (-) the benchmark's spending",
    "quality": "points, 0 to 100, all measures together from the nation's worst to its best",
    "payment": "dollars per {per}, mean over luck, settlement included",
    "certain": "dollars per {per}, if the year ends exactly there",
    "fees": "dollars per {per}, fees for what the holder itself bills",
    "own_dollar": "dollars for one more dollar of care billed by the holder",
    "others_dollar": "dollars for one more dollar of care billed by others",
    "member": "dollars a year for one more {one} of average risk, before what their care costs the holder",
    "coded_point": "dollars per {per} for 0.01 more coded risk of every member",
    "quality_point": "dollars per {per} for one more point of measured quality",
}


@dataclass(frozen=True)
class ContractExample:
    """Contracts of one payer that some kinds of holders are under in the same month, about the same people.

    Without ``contracts``: fee for service. ``start``: the month in which those begin whose year is shown; others may
    have begun before or since.
    """

    payer: PayerTerms
    holders: tuple[Holder, ...]
    start: int
    contracts: tuple[Contract, ...]

    def year_of(self, contract: Contract, performance_year: int) -> int:
        """The performance year of a contract when those that begin the situation are in ``performance_year``."""
        return performance_year + (self.start - 1) // 12 - (contract.start - 1) // 12

    def heading(self, contracts: Sequence[Contract]) -> str:
        """Who is under what, of all ``contracts``."""
        payer, who = self.payer.title or self.payer.name, ", ".join(self.holders)
        rules = " + ".join(called(contract, contracts) for contract in self.contracts) or "fee for service, no contract"
        since = f", from month {self.start}" if self.start > 1 else ""
        if ends := [contract.until for contract in self.contracts if contract.until is not None]:
            since += f"{' ' if since else ', '}to month {min(ends)}"
        condition = next((f", members with {c.condition}" for c in self.contracts if c.condition), "")
        return f"{payer} with {who}{condition}{since}: {rules}"

    def example(self, people: int, physician_share: Sequence[float]) -> Example:
        """An example of who is under these contracts, at the payer's prices."""
        payer = self.payer
        prices = [share * payer.physician_price + (1 - share) * payer.hospital_price for share in physician_share]
        if "hospital" in self.holders:
            return ExampleHospital(people=people, prices=prices)
        if any(contract.condition for contract in self.contracts):
            return Example.model_validate({"people": round(KIDNEY_SHARE * people), "prices": prices, **KIDNEY})
        return Example(people=people, prices=prices)


@dataclass(frozen=True)
class Layer:
    """A rule, the part of the holder's panel that it is about, and its performance year."""

    rule: Regime
    share: float
    year: int

    def book(self, book: Book) -> Book:
        """The Book of the layer's part of the panel, in its own performance year."""
        return replace(book.scaled(self.share), performance_year=self.year)


def explain_contract(scenario: Scenario, people: int, performance_year: int) -> dict[str, Any]:
    """All that `vbp contract` shows, as other programs read it. Raises WrongInput where the year has no rule.

    ``people``: of the example contract holder, or of the area of a hospital.
    """
    shown = situations(scenario, performance_year)
    beliefs = Beliefs.of(scenario.behavior, scenario.care)
    left_out = _not_shown(scenario, shown, performance_year)
    if not shown:
        raise WrongInput(f"nothing is in force in performance year {performance_year}: {'; '.join(left_out)}")
    title = scenario.title or scenario.name
    return {
        "schema": SCHEMA,
        "version": __version__,
        "scenario": scenario.name,
        "title": title,
        "hash": scenario.hash,
        "performance_year": performance_year,
        "shown": [
            {"title": title if len(shown) == 1 else f"{title} ({number} of {len(shown)})"}
            | {"heading": situation.heading(scenario.contracts)}
            | _shown(situation, situation.example(people, scenario.care.physician_share), performance_year, beliefs)
            for number, situation in enumerate(shown, 1)
        ],
        "not_shown": left_out,
    }


def situations(scenario: Scenario, performance_year: int) -> list[ContractExample]:
    """Who is under which contracts, a situation for each payer, start and kind of people; all payers where none.

    Each in the ``performance_year`` of the contracts that start it, with whatever else is in force by then.
    """
    if not scenario.contracts:
        return [ContractExample(payer, HOLDERS, 1, ()) for payer in scenario.payers]
    return [
        situation for payer in scenario.payers for situation in _of_payer(payer, scenario.contracts, performance_year)
    ]


def _of_payer(payer: PayerTerms, contracts: Sequence[Contract], performance_year: int) -> Iterator[ContractExample]:
    of_payer = [contract for contract in contracts if contract.payer == payer.name]
    for start in sorted({contract.start for contract in of_payer}):
        month = start + 12 * (performance_year - 1)
        holders_of: dict[tuple[int, ...], list[Holder]] = {}
        for condition in dict.fromkeys(contract.condition for contract in of_payer):
            for holder in _KINDS:
                numbers = [n for n, c in enumerate(of_payer) if c.condition == condition and _binds(c, holder, month)]
                for together in _one_of_each_ladder(of_payer, numbers):
                    if any(of_payer[number].start == start for number in together):
                        holders_of.setdefault(together, []).append(holder)
        for together, holders in holders_of.items():
            yield ContractExample(payer, tuple(holders), start, tuple(of_payer[number] for number in together))


def _one_of_each_ladder(of_payer: Sequence[Contract], numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """What a holder can be under at a time: everything but other contracts of a ladder."""
    rungs: dict[object, list[int]] = {}
    for number in numbers:
        rungs.setdefault(of_payer[number].ladder or number, []).append(number)
    return product(*rungs.values())


def _binds(contract: Contract, holder: Holder, month: int) -> bool:
    ends = contract.until is None or contract.until >= month
    return holder in contract.holders and contract.start <= month and ends


def _not_shown(scenario: Scenario, shown: Sequence[ContractExample], performance_year: int) -> list[str]:
    """The contracts that no situation has, and why: they end before their performance year begins."""
    bound = [contract for situation in shown for contract in situation.contracts]
    return [
        f"{c.regime} of {c.payer} with {', '.join(c.holders)}, which ends in month {c.until}, "
        f"before its performance year {performance_year}"
        for c in scenario.contracts
        if c not in bound
    ]


def _shown(situation: ContractExample, example: Example, performance_year: int, beliefs: Beliefs) -> dict[str, Any]:
    layers = [Layer(c.rule(), c.share, situation.year_of(c, performance_year)) for c in situation.contracts]
    more: FloatArray = np.linspace(-REACH, REACH, round(2 * REACH / STEP) + 1)
    percentiles: FloatArray = np.linspace(0.0, 100.0, 41)
    by_spending = example.year(more, np.full(len(more), MEDIAN), performance_year)
    by_quality = example.year(np.full(len(percentiles), -example.saved), percentiles, performance_year)
    return {
        "payer": situation.payer.name,
        "price_updates": sorted(update.start for update in situation.payer.updates),
        "holders": list(situation.holders),
        "from": situation.start,
        "contracts": [_named(contract) for contract in situation.contracts],
        "performance_year": performance_year,
        "example": example.model_dump(mode="json"),
        "told": example.told(),
        "minimum_people": max((contract.minimum_people for contract in situation.contracts), default=0),
        "per": example.per,
        "one": example.one,
        "in_episodes": _pays_episodes(layers, by_spending),
        "units": {name: unit.format(per=example.per, one=example.one) for name, unit in _UNITS.items()},
        "spending": {"spending": more.tolist()} | _along(layers, by_spending, example, beliefs),
        "quality": {"quality": score(by_quality).tolist()} | _along(layers, by_quality, example, beliefs),
    }


def _named(contract: Contract) -> dict[str, Any]:
    return contract.model_dump(mode="json")


def _along(layers: Sequence[Layer], book: Book, example: Example, beliefs: Beliefs) -> dict[str, list[float]]:
    """Payment and worth at each row of the Book, by the names of UNITS."""
    units = example.units()
    fees = book.billed(sides=["inside"])
    try:
        with quietly():
            extra = [_beyond_fees(layer, book, beliefs) for layer in layers]
            worth = _worth(layers, book, beliefs)
    except ValueError as error:
        raise WrongInput(f"performance year {book.performance_year} cannot be settled: {error}") from None
    paid = {
        "payment": fees + sum(expected for expected, _ in extra),
        "certain": fees + sum(certain for _, certain in extra),
        "fees": fees,
    }
    lines = {name: values / units for name, values in paid.items()}
    lines |= {"own_dollar": _dollar(worth, example, "inside"), "others_dollar": _dollar(worth, example, "outside")}
    lines |= {
        "member": example.one_more(worth),
        "coded_point": POINT * 12 * worth["risk_months"],
        "quality_point": _quality_point(worth, book, example) / units,
    }
    return {name: [float(value) for value in values] for name, values in lines.items()}


def _beyond_fees(layer: Layer, book: Book, beliefs: Beliefs) -> tuple[FloatArray, FloatArray]:
    """What a layer pays beyond fees in the year: the mean over luck, and if the year ends exactly so."""
    part = layer.book(book)
    fees = part.billed(sides=["inside"])
    certain = year_of_pay(layer.rule, part) + layer.rule.settle(part)["settlement"]
    return expected_payment(layer.rule, part, beliefs) - fees, certain - fees


def _worth(layers: Sequence[Layer], book: Book, beliefs: Beliefs) -> Marginal:
    """What one more of each column is worth under fees and all layers."""
    fees = marginal(FeeForService(), book, beliefs)
    whole = []
    for layer in layers:
        part = marginal(layer.rule, layer.book(book), beliefs)
        names = {*part.columns, *fees.columns}
        columns = {name: fees[name] + layer.share * (part[name] - fees[name]) for name in names}
        whole.append(Marginal(columns, book))
    return combined(whole, fees)


def _dollar(worth: Marginal, example: Example, side: str) -> FloatArray:
    """A dollar of the usual mix of what is billed on that side; in a bundle, a dollar in an episode."""
    episode, mix = "joint_dollars" if np.any(worth["joint_dollars"]) else None, example.mix(side)
    return np.asarray(sum(mix[service] * worth.dollar(service, side, episode=episode) for service in SERVICES))


def _pays_episodes(layers: Sequence[Layer], book: Book) -> bool:
    """Does any layer settle what episodes cost?"""
    return any("joint_dollars" in columns_read(layer.rule, book, book) for layer in layers)


def _quality_point(worth: Marginal, book: Book, example: Example) -> FloatArray:
    """One more point of the score, all measures on their way from the nation's worst to its best together."""
    now = score(book)
    percentile = np.interp(now, *_scores(example))
    low, high = np.clip(percentile - 1.0, 0.0, 98.0), np.clip(percentile + 1.0, 2.0, 100.0)
    worse, better = (example.year(np.zeros(len(now)), at, book.performance_year) for at in (low, high))
    change = sum(worth[name] * (better[name] - worse[name]) for name in FRACTIONS)
    return np.asarray(change / (score(better) - score(worse)))


def _scores(example: Example) -> tuple[FloatArray, FloatArray]:
    """The score at each percentile of all measures."""
    percentiles = np.linspace(0.0, 100.0, 101)
    return score(example.year(np.zeros(101), percentiles, 2)), percentiles
