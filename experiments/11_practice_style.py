"""How far practice style wanders: `style_spread` and `style_persistence` of `parameters.py`, by trying a few of each.

Calibrated on reported savings rates of MSSP ACOs: between and within ACOs (Mvc) and their correlation from year to year
(Mac1); the noise by size (K11) is printed beside them. BASIC level E, providers' default behavior. About 4 minutes.
"""

import argparse

import numpy as np

from vbp_agents import Task, find_scenario, run, run_tasks

YEARS, SEEDS = 5, (1, 2)
PUBLISHED = "3.64 | 2.21 | 0.52 to 0.78 | 3.06"
TRIED = [(0.0, 0.75), (0.15, 0.75), (0.24, 0.75), (0.24, 0.85)]


def rates(patients: int, spread: float, persistence: float) -> list[np.ndarray]:
    """Percent saved by contract and year, (contracts, years), of every seed."""
    style = {"region.style_spread": spread, "region.style_persistence": persistence}
    terms, by_seed = find_scenario("mssp_basic_e").with_values(style), []
    for result in run_tasks([Task(run, (terms,), patients, YEARS, seed) for seed in SEEDS], threads=2):
        lines = result.runs[terms.name].tables["settlements"]
        saved = lines[lines.line == "savings_rate"].pivot_table("amount", ["payer", "contract"], "year")
        by_seed.append(100 * saved.dropna().to_numpy())
    return by_seed


def moments(saved: np.ndarray) -> list[float]:
    """Sd between and within contracts, correlation of neighboring years, and noise from year to year."""
    within = saved.var(axis=1, ddof=1).mean()
    between = max(0.0, saved.mean(axis=1).var(ddof=1) - within / saved.shape[1])
    correlation = np.corrcoef(saved[:, :-1].ravel(), saved[:, 1:].ravel())[0, 1]
    noise = np.diff(saved, axis=1).std() / np.sqrt(2)
    return [float(np.sqrt(between)), float(np.sqrt(within)), float(correlation), float(noise)]


def main() -> None:
    """Print the moments for each pair of numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=200_000)
    patients = parser.parse_args().patients
    print("| spread | persistence | between | within | correlation | noise |\n|---|---|---|---|---|---|")
    print(f"| published | | {PUBLISHED} |")
    for spread, persistence in TRIED:
        saved = np.concatenate(rates(patients, spread, persistence))
        numbers = " | ".join(f"{number:.2f}" for number in moments(saved))
        print(f"| {spread} | {persistence} | {numbers} (n={len(saved)}) |", flush=True)


if __name__ == "__main__":
    main()
