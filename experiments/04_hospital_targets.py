"""What hospitals achieve as they are: the targets of hospital value-based purchasing and the survey's percentiles.

    python experiments/04_hospital_targets.py [--patients 400000] [--replicates 10] [--years 2]

Prints the tables of `vbp_agents/rules/hospital_points.py`: for each measure the median (the achievement threshold) and
the mean of the best tenth (the benchmark; 42 CFR 412.160) of all hospital-years of community practice, with how far
single replicates lie from them (sd), and the deciles.
"""

import argparse

import numpy as np

from vbp_agents import Book, Scenario, build_world, replicate_seed
from vbp_agents.book import FloatArray
from vbp_agents.rules.hospital_points import HospitalTargets, rates

PRIOR = HospitalTargets().complication_prior
LOWER_IS_BETTER = {"complications"}


def hospital_years(patients: int, seed: int, years: int) -> list[Book]:
    """The Books of the last whole years of the warm-up, one row a hospital."""
    return build_world(Scenario(name="hospitals"), patients, seed, 2).hospital_books[0][:years]


def best_tenth(measured: FloatArray) -> float:
    """The mean of the highest tenth."""
    return float(np.sort(measured)[-max(1, len(measured) // 10) :].mean())


def line(name: str, replicates: list[FloatArray]) -> str:
    """Threshold and benchmark with the sd of single replicates, and the deciles, worst first."""
    sign = -1 if name in LOWER_IS_BETTER else 1
    pooled = sign * np.concatenate(replicates)
    threshold, benchmark = sign * np.median(pooled), sign * best_tenth(pooled)
    apart = [np.std([summary(sign * values) for values in replicates], ddof=1) for summary in (np.median, best_tenth)]
    deciles = tuple(round(float(sign * decile), 4) for decile in np.quantile(pooled, np.arange(11) / 10))
    return (
        f"{name:14} threshold {threshold:.4f} (sd {apart[0]:.4f}), "
        f"benchmark {benchmark:.4f} (sd {apart[1]:.4f})\n{'':14} deciles {deciles}"
    )


def main() -> None:
    """Simulate, print targets and deciles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=400_000)
    parser.add_argument("--replicates", type=int, default=10)
    parser.add_argument("--years", type=int, default=2, choices=(1, 2, 3))
    options = parser.parse_args()
    seeds = [replicate_seed(1, number) for number in range(1, options.replicates + 1)]
    by_seed = [[rates(book, PRIOR) for book in hospital_years(options.patients, seed, options.years)] for seed in seeds]
    print(f"{sum(len(rate['survey']) for years in by_seed for rate in years)} hospital-years")
    for name in by_seed[0][0]:
        print(line(name, [np.concatenate([rate[name] for rate in years]) for years in by_seed]))


if __name__ == "__main__":
    main()
