"""Scenario files that visitors bring: data of a bounded size, read like any scenario file, and never kept."""

import base64
import binascii
from typing import Any

from vbp_agents.app.limits import limits
from vbp_agents.app.question import ScenarioChoice
from vbp_agents.errors import WrongInput
from vbp_agents.regimes import regimes
from vbp_agents.terms.scenario_file import SUFFIXES, presets, scenario_in

_LONGEST_NAME = 80


def uploaded(given: dict[str, Any]) -> tuple[ScenarioChoice, list[str]]:
    """The scenario in a file, and what it resets in the one it extends. Raises WrongInput, with line and column.

    ``given``: the ``name`` of the file and its ``data`` in base64, as a browser sends them, which may be anybody's.
    """
    name = str(given.get("name", ""))[-_LONGEST_NAME:].replace("/", "_").replace("\\", "_")
    if not name.lower().endswith(SUFFIXES):
        raise WrongInput(f"{name}: a scenario is a .yaml file")
    text, most = str(given.get("data", "")), 1024 * limits().upload
    if len(text) > 4 * (most // 3 + 1):
        raise too_large(name)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise WrongInput(f"{name}: the file did not arrive whole; try again") from None
    if len(data) > most:
        raise too_large(name)
    scenario, resets = scenario_in(data, name)
    if scenario.name in presets() or scenario.name in regimes():
        scenario = scenario.with_values({}, name=f"{scenario.name}_file")
    return ScenarioChoice(scenario.name, {}, scenario), resets


def too_large(name: str) -> WrongInput:
    """What is said about a file that this server does not take."""
    return WrongInput(f"{name}: larger than {limits().upload} kB, the most that is taken here")
