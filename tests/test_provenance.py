"""Where numbers come from: nothing is left out, and what is known least stands first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vbp_agents.terms.provenance import KINDS, TEXTS, numbers, sources
from vbp_agents.terms.scenario_file import find_scenario, presets


@pytest.mark.parametrize("name", presets())
def test_every_number_of_a_preset_has_a_source_and_assumptions_stand_first(name: str) -> None:
    found = list(numbers(find_scenario(name)))
    assert all(number.source and number.unit for number in found)
    lines = list(sources(find_scenario(name)))
    assert sum(line.startswith("  ") for line in lines) == len(found) + 1
    headings = [line.strip().split(" (")[0] for line in lines if line.startswith("\n")]
    assert headings == [kind for kind in (*KINDS, TEXTS) if kind in headings]
    assert headings[0] == "Assumptions, to be varied"


def test_a_number_is_of_the_least_certain_kind_that_its_source_names() -> None:
    """As the regimes declare them: 42 CFR 510 was read, the oncology model remembered, targets measured."""
    kinds = {
        number.name: number.kind
        for name in ("cjr", "condition_bundle", "hospital_vbp")
        for number in numbers(find_scenario(name))
    }
    assert kinds["bundled.reductions"] == TEXTS
    assert kinds["bundled.update"] == "Assumptions, to be varied"
    assert kinds["condition_bundle.discount"] == "From memory, not checked in a text"
    assert kinds["hospital_vbp.thresholds"] == "Calibrated or measured by this project's experiments"


def test_what_no_scenario_sets_is_listed_too() -> None:
    """5,000 people for shared savings (R28, memory), 750 for the same about a condition; the density of a measure."""
    for name, people, source in (
        ("mssp_enhanced", 5_000, "R28: ACA s.3022 (memory)"),
        ("kidney_aco", 750, "Kidney Care Choices (memory)"),
        ("aqc", 5_000, "assumption"),
    ):
        found = {number.name.split(".")[-1]: number for number in numbers(find_scenario(name))}
        assert (found["minimum_people"].value, found["minimum_people"].source) == (people, source)
        assert (found["DENSITY"].value, found["DENSITY"].kind) == (1.9, "Assumptions, to be varied")
    assert not any(number.name.endswith("minimum_people") for number in numbers(find_scenario("capitation")))


def test_what_a_scenario_sets_has_the_scenarios_source(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "source: our own contract\ncontracts:\n  - {payer: medicare, regime: bundled, terms: {discount: 0.05}}\n"
    )
    found = {number.name: number for number in numbers(find_scenario(str(file)))}
    assert (found["bundled.discount"].value, found["bundled.discount"].source) == (0.05, "our own contract")
    assert found["bundled.stop_gain"].source == "42 CFR 510.305(e)(1)(v)(B)"


def test_the_command_prints_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vbp_agents", "sources", "readmission_penalty"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=True)
    assert "readmission_penalty.cap = 0.03, share of stays' payments [42 CFR 412.154(c)(2), since 2015]" in done.stdout
    wrong = subprocess.run([*command[:-1], "cjrr"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "did you mean 'cjr'" in wrong.stderr
