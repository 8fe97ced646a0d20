"""Processor seconds to find what one more of anything is worth to 2,000 contracts. `python benchmarks/marginal.py`"""

import time

import numpy as np

from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.marginal import marginal
from vbp_agents.rules.quality import MEASURES
from vbp_agents.scenario_file import find_scenario

CONTRACTS = 2_000
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


def main() -> None:
    """Best of three, the second performance year, in which quality counts."""
    draw = np.random.default_rng(1)
    people = draw.lognormal(9.6, 0.8, CONTRACTS)
    now, *before = (year(draw, people) for _ in range(6))
    expected = Book(now.columns, now.market, tuple(before), performance_year=2)
    for name in NAMES:
        rule = find_scenario(name).contracts[0].rule()
        seconds = []
        for _ in range(3):
            start = time.process_time()
            marginal(rule, expected)
            seconds.append(time.process_time() - start)
        print(f"{name}: {min(seconds):.3f} s for {CONTRACTS:,} contracts")


if __name__ == "__main__":
    main()
