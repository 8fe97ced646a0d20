"""Where an admission's contribution margin turns the sign: do hospital systems gain from avoiding one?

    python experiments/08_admission_margin.py [--patients 200000] [--replicates 3]

For margins of 0.05 to 0.84 of the price: how much more hospital-led and physician-led ACOs coordinate under BASIC E
than before, and what that does to avoidable admissions of their members.
"""

import argparse

import numpy as np

from vbp_agents.book import SERVICES
from vbp_agents.ensemble import replicates
from vbp_agents.metrics.base import Tables
from vbp_agents.metrics.intervals import Interval, interval, paired
from vbp_agents.scenario import Scenario
from vbp_agents.scenario_file import find_scenario

MARGINS = (0.05, 0.25, 0.45, 0.65, 0.84)
KINDS = ("physician_led", "hospital_led")
YEARS = 3


def with_margin(name: str, margin: float) -> Scenario:
    """A preset in a world where an admission brings ``margin`` of its price."""
    scenario = find_scenario(name)
    costs = list(scenario.care.variable_cost)
    costs[SERVICES.index("admission")] = 1.0 - margin
    return scenario.model_copy(update={"care": scenario.care.model_copy(update={"variable_cost": costs})})


def avoidable(tables: Tables, kind: str) -> float:
    """Avoidable admissions per 1,000 person-years of the last year, members of one kind of ACO."""
    rows = tables["contracts"]
    own = rows[(rows["kind"] == kind) & (rows["year"] == YEARS)]
    return float(12_000 * own["avoidable_admissions"].sum() / own["member_months"].sum())


def effect(margin: float, kind: str, patients: int, count: int) -> tuple[float, Interval]:
    """Avoidable admissions before any contract, and the difference that BASIC E makes."""
    scenarios = [with_margin(name, margin) for name in ("fee_for_service", "shared_savings_two_sided")]
    runs = list(replicates(scenarios, patients=patients, years=YEARS, count=count, seed=1, threads=2))
    fees, savings = ([avoidable(run.runs[s.name].tables, kind) for run in runs] for s in scenarios)
    return float(np.mean(fees)), interval(paired(savings, fees))


def main() -> None:
    """Print a row a margin and kind of ACO."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--replicates", type=int, default=3)
    options = parser.parse_args()
    print(f"{'margin':>6}  {'kind':14} {'before':>7}  difference (95% interval), avoidable admissions per 1,000")
    for margin in MARGINS:
        for kind in KINDS:
            before, change = effect(margin, kind, options.patients, options.replicates)
            print(
                f"{margin:6.2f}  {kind:14} {before:7.1f}  {change.mean:+.2f} ({change.low:+.2f} to {change.high:+.2f})"
            )


if __name__ == "__main__":
    main()
