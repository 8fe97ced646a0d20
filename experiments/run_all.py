"""Redo every experiment that is a study, one after the other: its runs, table, figure and paragraph.

    python experiments/run_all.py [--quick --out DIR] [--workers N]

Runs are kept in `experiments/runs`, so that what was stopped goes on. `00_calibrate.py` redoes the calibrations.
"""

import argparse
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
EXPERIMENTS = ("12_what_survives_ignorance", "13_seven_regimes", "14_incentives_and_luck")


def main() -> None:
    """Run each with the options that were given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few people and years: seconds each, and no answer")
    parser.add_argument("--out", type=Path, help="the folder of tables, figures and paragraphs")
    parser.add_argument("--workers", type=int, help="processes; 0: this one")
    options = parser.parse_args()
    given = ["--quick"] if options.quick else []
    for name in ("out", "workers"):
        if (value := getattr(options, name)) is not None:
            given += [f"--{name}", str(value)]
    sys.path.insert(0, str(HERE))
    for name in EXPERIMENTS:
        print(f"{name}\n", flush=True)
        script = str(HERE / f"{name}.py")
        sys.argv = [script, *given]
        runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
