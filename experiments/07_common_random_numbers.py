"""How much common random numbers shrink the standard errors of differences from fee for service: docs/luck.md.

    python experiments/07_common_random_numbers.py [--patients 20000] [--replicates 10] [--out docs/luck.md]

Each replicate lives every scenario on the same patients with the same luck. Were they lived on other patients, a
difference's variance would be the sum of both scenarios' variances. The ratio of the two standard errors is the gain.
"""

import argparse
import math
from pathlib import Path
from statistics import stdev

from vbp_agents import METRICS, replicates
from vbp_agents.metrics.intervals import paired
from vbp_agents.study.question import DEFAULTS
from vbp_agents.terms.scenario_file import find_scenarios

MEASURED = ("cost_per_capita", "admissions_per_1000", "payer_outlay_per_capita")
YEARS = 3


def gain(runs: list[float | None], base: list[float | None]) -> tuple[float, float]:
    """The standard deviations of a difference between replicates: paired, and as if unpaired."""
    numbers, others = ([value for value in values if value is not None] for values in (runs, base))
    together = [value for value in paired(runs, base) if value is not None]
    return stdev(together), math.hypot(stdev(numbers), stdev(others))


def main() -> None:
    """Simulate, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--replicates", type=int, default=10)
    parser.add_argument("--out", type=Path, default=Path("docs/luck.md"))
    options = parser.parse_args()
    scenarios = find_scenarios(DEFAULTS)
    size = {"patients": options.patients, "years": YEARS, "count": options.replicates, "seed": 1, "threads": 2}
    runs = list(replicates(scenarios, **size, apart=True))
    values = {
        (scenario.name, metric): [METRICS[metric](run.runs[scenario.name].tables) for run in runs]
        for scenario in scenarios
        for metric in MEASURED
    }
    lines = [
        "# What the same luck is worth",
        "",
        f"{options.replicates} replicates of {options.patients:,} people, {YEARS} years. Standard deviation between",
        "replicates of the difference from fee for service: on the same patients with the same luck, as it would be on",
        "other patients, and how many times smaller. Written by `python experiments/07_common_random_numbers.py`.",
        "",
        "| scenario | metric | same luck | other luck | times smaller |",
        "|---|---|---|---|---|",
    ]
    for scenario in scenarios[1:]:
        for metric in MEASURED:
            same, other = gain(values[scenario.name, metric], values[scenarios[0].name, metric])
            times = f"{other / same:.1f}" if same else "no difference"
            lines.append(f"| {scenario.name} | {metric} | {same:.2f} | {other:.2f} | {times} |")
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
