"""The one number of behavior that is fitted: what of a bundle's worth reaches those who plan discharges.

    python experiments/06_calibrate_behavior.py [--patients 200000] [--replicates 5]

Finds `discharge_share` of `vbp_agents/conduct.py` so that CJR's first year takes 2.9 points off the institutional
discharges of joint replacements (Finkelstein et al. 2018, B01), by regula falsi on the paired difference from fee
for service, which is the same luck at every trial. Where even the whole worth takes off less, it says so.
"""

import argparse

import pandas as pd

from vbp_agents import Scenario, find_scenario, replicates
from vbp_agents.metrics.intervals import Interval, interval, paired

TARGET = -2.9
YEARS = 1
CLOSE = 0.05


def with_share(name: str, share: float) -> Scenario:
    """A preset with another discharge share."""
    return find_scenario(name).with_values({"behavior.discharge_share": share}, name)


def institutional(hospitals: pd.DataFrame) -> float:
    """Discharges to a nursing facility, percent of joint replacements that are over."""
    sums = hospitals[["joint_institutional", "joint_episodes", "fracture_episodes"]].sum()
    return float(100 * sums.iloc[0] / (sums.iloc[1] + sums.iloc[2]))


def effect(share: float, patients: int, count: int) -> Interval:
    """Points of institutional discharge, CJR against fee for service."""
    scenarios = [with_share(name, share) for name in ("cjr", "fee_for_service")]
    runs = list(replicates(scenarios, patients=patients, years=YEARS, count=count, seed=1, threads=2, apart=True))
    cjr, fees = ([institutional(r.runs[s.name].tables["hospitals"]) for r in runs] for s in scenarios)
    return interval(paired(cjr, fees))


def main() -> None:
    """Print every trial, then the share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--replicates", type=int, default=5)
    options = parser.parse_args()
    low, at_low = 0.0, 0.0
    high, at_high = 1.0, effect(1.0, options.patients, options.replicates).mean or 0.0
    print(f"discharge_share 1.000: {at_high:+.2f} points", flush=True)
    while at_high < TARGET:
        share = low + (high - low) * (TARGET - at_low) / (at_high - at_low)
        change = effect(share, options.patients, options.replicates)
        mean = change.mean or 0.0
        print(
            f"discharge_share {share:.3f}: {mean:+.2f} points (95% interval {change.low} to {change.high})", flush=True
        )
        if abs(mean - TARGET) < CLOSE:
            return
        low, at_low, high, at_high = (share, mean, high, at_high) if mean > TARGET else (low, at_low, share, mean)


if __name__ == "__main__":
    main()
