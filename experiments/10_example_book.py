"""What an average contract holder of the default world bills: the tables of `vbp_agents/contracts/example_book.py`.

    python experiments/10_example_book.py [--patients 100000] [--replicates 2] [--years 2]

Prints, over everybody attributed to a contract holder in the last years of the warm-up, each service's share of allowed
charges, the share billed by the holder itself and the mean price, then spending and people per person-year.
"""

import argparse
from collections import Counter

from vbp_agents import Book, Scenario, build_world, replicate_seed
from vbp_agents.book import SERVICES, SIDES

PEOPLE = ("diagnosed", "live_discharges", "preventive_eligible", "joint_episodes", "fracture_episodes")


def totals(patients: int, seeds: list[int], years: int) -> Counter[str]:
    """Every column of the market's Book, over all years and seeds."""
    sums: Counter[str] = Counter()
    for seed in seeds:
        for book in build_world(Scenario(name="example"), patients, seed, 2).books[0][:years]:
            market = book.market or Book({})
            sums.update({name: float(column[0]) for name, column in market.columns.items()})
    return sums


def main() -> None:
    """Simulate, print shares, prices and rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--replicates", type=int, default=2)
    parser.add_argument("--years", type=int, default=2, choices=(1, 2, 3))
    options = parser.parse_args()
    seeds = [replicate_seed(1, number) for number in range(1, options.replicates + 1)]
    sums = totals(options.patients, seeds, options.years)
    years = sums["member_months"] / 12
    dollars, kept, billed_inside = (
        sum(sums[f"{service}_{measure}_{side}"] for service in SERVICES for side in sides)
        for measure, sides in (("dollars", SIDES), ("truncated", SIDES), ("dollars", ("inside",)))
    )
    for service in SERVICES:
        own, others = (sums[f"{service}_dollars_{side}"] for side in SIDES)
        count = sum(sums[f"{service}_count_{side}"] for side in SIDES)
        rates = (own + others) / dollars, own / max(own + others, 1.0), (own + others) / max(count, 1.0), count / years
        print(
            f"{service:16} share {rates[0]:.4f}, inside {rates[1]:.3f}, ${rates[2]:,.1f}, {rates[3]:.3f} a person-year"
        )
    print(f"truncated ${kept / years:,.0f} a person-year, {kept / dollars:.4f} of spending")
    print(f"revenue {sums['participant_revenue'] / billed_inside:.3f} of what holders bill for their members")
    for name in PEOPLE:
        print(f"{name:20} {sums[name] / years:.4f} a person-year")
    for stratum in ("joint", "fracture"):
        print(f"{stratum} ${sums[f'{stratum}_dollars'] / sums[f'{stratum}_episodes']:,.0f} an episode")


if __name__ == "__main__":
    main()
