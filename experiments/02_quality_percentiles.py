"""National percentiles of the five quality measures: deciles over many ACOs, and the score they give.

    python experiments/02_quality_percentiles.py [--patients 1000000] [--seeds 5 6]

Prints the tables of `vbp_agents/rules/quality.py` and the mean, sd and median of the score over the same ACOs,
to compare with 81.9, 9.5 and 83.1 (CMS MSSP public use file PY2024).
"""

import argparse

import numpy as np

from vbp_agents import Scenario
from vbp_agents.rules.quality import MEASURES, score
from vbp_agents.warm_up import warmed_world


def main() -> None:
    """Simulate, print tables and score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[5, 6])
    options = parser.parse_args()
    worlds = [warmed_world(Scenario(name="quality"), options.patients, seed, 2) for seed in options.seeds]
    books = [world.books[0][0] for world in worlds]
    for name, measure in MEASURES.items():
        rates = np.concatenate([book[measure.numerator] / book[measure.denominator] for book in books])
        deciles = np.quantile(rates, np.arange(11) / 10)
        worst_first = deciles if measure.deciles[-1] > measure.deciles[0] else deciles[::-1]
        print(f"{name:14}", tuple(round(float(rate), 4) for rate in worst_first))
    scores = np.concatenate([score(book) for book in books])
    print(
        f"score of {len(scores)} ACOs: mean {scores.mean():.1f}, sd {scores.std():.1f}, median {np.median(scores):.1f}"
    )


if __name__ == "__main__":
    main()
