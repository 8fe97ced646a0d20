"""Scenario files that tests write, and what is said about them."""

from pathlib import Path

import pytest

from vbp_agents.errors import WrongInput
from vbp_agents.terms.scenario_file import read_scenario


def written(folder: Path, text: str | bytes, name: str = "mine.yaml") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def message(folder: Path, text: str | bytes) -> str:
    """What is said about a wrong file, without its folder."""
    with pytest.raises(WrongInput) as error:
        read_scenario(written(folder, text))
    return str(error.value).replace(str(folder) + "/", "")
