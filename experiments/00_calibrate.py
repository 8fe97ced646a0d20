"""All calibrations, one after another: each prints the numbers that it finds beside those that it is calibrated on.

The population first, since all else lives in it; then what measures and prices of it contracts go by; then behavior.
About half an hour.
"""

import subprocess
import sys
from pathlib import Path

ORDER = (
    "01_calibrate_population.py",
    "02_quality_percentiles.py",
    "04_hospital_targets.py",
    "10_example_book.py",
    "11_practice_style.py",
    "06_calibrate_behavior.py",
    "09_participation.py",
)


def main() -> None:
    """Run them; the first that fails ends it, with its exit code."""
    for script in ORDER:
        print(f"\n{script}", flush=True)
        done = subprocess.run([sys.executable, str(Path(__file__).parent / script)], check=False)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
