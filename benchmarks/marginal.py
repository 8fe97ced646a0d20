"""Time to find what one more of anything is worth, to 2,000 contracts and to a few. `python benchmarks/marginal.py`

Few contracts are what a run has: providers ask every quarter.
"""

import time

import numpy as np

from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.contracts.contract import situations
from vbp_agents.expectations.marginal import marginal
from vbp_agents.regimes.base import Regime
from vbp_agents.rules.quality import MEASURES
from vbp_agents.terms.scenario_file import find_scenario

CONTRACTS = 2_000
FEW = {"mssp_track1": 3, "cjr": 2, "pay_for_performance": 3}
"""Contracts of the example books of scenarios."""
NAMES = ("capitation", "capitation_withhold", "shared_savings_one_sided", "mssp_enhanced")


def year(draw: np.random.Generator, people: FloatArray) -> Book:
    """Contracts of these people with spending and quality that differ by some percent."""
    spending = 13_166 * people * draw.normal(1.0, 0.04, CONTRACTS)
    columns = {"member_months": 12 * people, "risk_months": 12 * people, "participant_revenue": 0.4 * spending}
    for service in SERVICES[:8]:
        for measure in ("dollars", "truncated"):
            columns[f"{service}_{measure}_inside"] = columns[f"{service}_{measure}_outside"] = spending / 16
    for measured in MEASURES.values():
        columns[measured.denominator] = 0.3 * people
        rate = measured.deciles[5] * draw.normal(1.0, 0.02, CONTRACTS)
        columns[measured.numerator] = 0.3 * people * rate
    return Book(columns, Book({name: column.sum(keepdims=True) for name, column in columns.items()}))


def seconds(rule: Regime, expected: Book, times: int) -> float:
    """Processor time, the best of so many times."""
    durations = []
    for _ in range(times):
        start = time.process_time()
        marginal(rule, expected)
        durations.append(time.process_time() - start)
    return min(durations)


def example(name: str, n: int, performance_year: int) -> tuple[Regime, Book]:
    """A preset's rule and ``n`` of the contracts that `vbp contract` shows."""
    scenario = find_scenario(name)
    situation = situations(scenario, 2)[0]
    shown = situation.example(10_000, scenario.care.physician_share)
    more, percentile = np.array([0.0, -0.05, 0.03])[:n], np.array([50.0, 20.0, 80.0])[:n]
    return situation.contracts[0].rule(), shown.year(more, percentile, performance_year)


def main() -> None:
    """The second performance year, in which quality counts; in a third, it is a base year of the next agreement."""
    draw = np.random.default_rng(1)
    people = draw.lognormal(9.6, 0.8, CONTRACTS)
    now, *before = (year(draw, people) for _ in range(6))
    expected = Book(now.columns, now.market, tuple(before), performance_year=2)
    for name in NAMES:
        rule = find_scenario(name).contracts[0].rule()
        print(f"{name}: {seconds(rule, expected, 3):.3f} s for {CONTRACTS:,} contracts")
    for name, n in FEW.items():
        for performance_year in (2, 3):
            milliseconds = 1000 * seconds(*example(name, n, performance_year), 30)
            print(f"{name}, year {performance_year}: {milliseconds:.1f} ms for {n} contracts")


if __name__ == "__main__":
    main()
