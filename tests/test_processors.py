"""The same bytes on other processors, as far as this machine can imitate them."""

import os
import subprocess
import sys
from pathlib import Path

import processors
import pytest

BASELINE = "import json, refresh_baseline; print(json.dumps(refresh_baseline.numbers()))"


def baseline_under(variables: dict[str, str]) -> str:
    """The baseline's numbers, every digit of them, in a process with these variables."""
    command = [sys.executable, "-c", BASELINE]
    folder = Path(__file__).parent
    paths = os.pathsep.join(path for path in (str(folder.parent), os.environ.get("PYTHONPATH", "")) if path)
    environment = {**os.environ, "PYTHONPATH": paths, **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert "capitation" in done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def here() -> str:
    return baseline_under({})


@pytest.mark.slow
@pytest.mark.parametrize("setting", processors.SETTINGS)
def test_the_baseline_is_the_same_bytes_on_other_processors(setting: str, here: str) -> None:
    if why := processors.why_not(setting):
        pytest.skip(why)
    assert baseline_under(processors.environment(setting)) == here
