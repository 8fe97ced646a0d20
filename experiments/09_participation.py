"""How many ACOs leave a voluntary program a year, and which: regions of 200,000 people, two programs, six years.

Calibrated: `switching_cost` and `choice_noise` of `conduct.py`, to 9-15% a year (Mexit). Predicted: exits by the
savings rate of the year before (Mexit2). Prints a table; about 6 minutes.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from vbp_agents import Scenario, Task, find_scenario, run, run_tasks

PATIENTS, YEARS, SEEDS = 200_000, 6, (1, 2)
PROGRAMS = ("mssp_track1", "mssp_basic_e")
PUBLISHED = {(-np.inf, -2): 31.8, (-2, 0): 16.7, (0, 2): 9.9, (2, 4): 6.1, (4, 8): 13.1, (8, np.inf): 1.2}
"""Percent of ACOs that left after 2023, by percent saved against the benchmark (Mexit2, CMS public use files)."""


def voluntary(name: str) -> Scenario:
    """A preset whose contracts holders may leave."""
    return find_scenario(name).with_values({"contracts.*.program": "voluntary"}, name)


def histories(scenario: Scenario) -> pd.DataFrame:
    """ACO-years in the program: percent saved, and whether the ACO is in it the year after."""
    by_seed = []
    for result in run_tasks([Task(run, (scenario,), PATIENTS, YEARS, seed) for seed in SEEDS], threads=2):
        settled, seed = result.runs[scenario.name].tables["settlements"], result.seed
        rates = settled[settled.line == "savings_rate"].set_index(["year", "contract"]).amount
        rows = rates.rename("saved").mul(100).reset_index().assign(seed=seed)
        later = {(year - 1, contract) for year, contract in rates.index}
        rows["left"] = [key not in later for key in zip(rows.year, rows.contract, strict=True)]
        by_seed.append(rows)
    return pd.concat(by_seed)


def lines(name: str, years: pd.DataFrame) -> Iterator[str]:
    """A program's numbers: who is in, who leaves, and by savings."""
    inside = years.groupby("year").size() / years.seed.nunique()
    decided = years[years.year < YEARS]
    yield f"| {name} | in, by year | {', '.join(f'{n:.0f}' for n in inside)} of 30 | |"
    rate = decided.left.mean()
    error = np.sqrt(rate * (1 - rate) / len(decided))
    ours = f"{100 * rate:.1f}% +- {100 * error:.1f} (n={len(decided)})"
    yield f"| | leave a year, calibrated | {ours} | 9.0-15.3% (Mexit) |"
    for (low, high), published in PUBLISHED.items():
        some = decided[(decided.saved >= low) & (decided.saved < high)]
        ours = f"{100 * some.left.mean():.1f}%" if len(some) else "none"
        yield f"| | of those who saved {low:g} to {high:g}% | {ours} (n={len(some)}) | {published}% (Mexit2) |"
    means = decided.groupby("left").saved.mean()
    ours = f"{means.get(True, np.nan):.2f}, {means.get(False, np.nan):.2f}"
    yield f"| | percent saved, leavers and stayers | {ours} | 1.94, 4.42 (Mexit3, 2023) |"


def main() -> None:
    """Print the table."""
    print("| program | | here | published |\n|---|---|---|---|")
    for name in PROGRAMS:
        print("\n".join(lines(name, histories(voluntary(name)))), flush=True)


if __name__ == "__main__":
    main()
