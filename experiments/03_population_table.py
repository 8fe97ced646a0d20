"""The population against its targets, and how it drifts over ten years: writes `docs/population.md`.

python experiments/03_population_table.py [--patients 40000] [--replicates 10] [--out docs/population.md]
"""

import argparse
from pathlib import Path

import numpy as np

from vbp_agents import Scenario, Task, VbpModel, replicate_seed, run_tasks
from vbp_agents.actors.world import World
from vbp_agents.evidence.population import NETWORK_TARGETS, NO_ROW, TARGETS, lived_year
from vbp_agents.metrics.intervals import interval
from vbp_agents.study.clock import MonthsDone

YEARS = 10
SCENARIO = Scenario(name="population")


def measured(
    world: World, scenario: Scenario, years: int, progress: MonthsDone, threads: int
) -> tuple[dict[str, float], dict[str, float]]:
    """The measures of the first and of the last year after warm-up."""
    with VbpModel(world=world.copy(), studied=scenario, threads=threads) as model:
        years_lived = [lived_year(model) for _ in range(years)]
    return years_lived[0], years_lived[-1]


def table(first: list[dict[str, float]], last: list[dict[str, float]]) -> list[str]:
    """Markdown rows: target, ours with its interval, verdict, year ten."""
    rows = ["| id | measure | target | ours (95% interval) | miss | verdict | year 10 | source and definition |"]
    rows.append("|" + "---|" * 8)
    for target in (*TARGETS, *NETWORK_TARGETS):
        ours = interval([run[target.measure] for run in first])
        middle = ours.mean or 0.0
        miss = target.miss(middle)
        verdict = "reported" if not target.hard else "met" if target.is_met(middle) else "missed"
        cells = (
            target.id,
            target.measure,
            f"{NO_ROW if target.value is None else format(target.value, ',g')} {target.unit}",
            f"{middle:,.2f} ({ours.low:,.2f} to {ours.high:,.2f})",
            NO_ROW if target.value is None else f"{miss:+.2f}" if target.points else f"{100 * miss:+.1f}%",
            verdict,
            f"{np.mean([run[target.measure] for run in last]):,.2f}",
            target.source,
        )
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def main() -> None:
    """Simulate and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=40_000)
    parser.add_argument("--replicates", type=int, default=10)
    parser.add_argument("--out", type=Path, default=Path("docs/population.md"))
    options = parser.parse_args()
    tasks = [
        Task(measured, (SCENARIO,), options.patients, YEARS, replicate_seed(1, number), number)
        for number in range(1, options.replicates + 1)
    ]
    runs = [result.runs[SCENARIO.name] for result in run_tasks(tasks, threads=2)]
    page = [
        "# The population against its targets",
        "",
        f"The first year after warm-up, {options.replicates} replicates of {options.patients:,} people; the tenth.",
        "Tolerances: 5% of the target, 1 point for readmissions, 2 points for shares of spending; rows without one are",
        "reported with their miss. Written by `python experiments/03_population_table.py`; the parameters were",
        "found by `python experiments/01_calibrate_population.py`.",
        "",
        *table([run[0] for run in runs], [run[1] for run in runs]),
    ]
    options.out.write_text("\n".join(page) + "\n")
    print("\n".join(page))


if __name__ == "__main__":
    main()
