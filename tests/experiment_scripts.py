"""The scripts in `experiments/`, loaded as Python runs them: with their own folder among the modules."""

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "experiments"
STUDIED = ("12_what_survives_ignorance", "13_seven_regimes", "14_incentives_and_luck")


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a script defines, without running its main."""
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    return runpy.run_path(str(FOLDER / f"{name}.py"), run_name=name)
