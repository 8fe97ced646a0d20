"""Where numbers come from: nothing is left out, and what is known least stands first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vbp_agents.command_line.sources_command import source_lines
from vbp_agents.terms.provenance import FIXED
from vbp_agents.terms.scenario_file import find_scenario, presets
from vbp_agents.terms.values import KINDS, TEXTS

WIDE = 10_000
"""Columns: no line is longer."""


@pytest.mark.parametrize("name", presets())
def test_every_number_of_a_preset_has_a_source_and_assumptions_stand_first(name: str) -> None:
    """A number is printed by its own path, or with the list that it is an item of."""
    scenario = find_scenario(name)
    numbers = scenario.numbers()
    assert all(number.source and number.unit and number.title for number in numbers)
    lines = list(source_lines(scenario, WIDE))
    paths = {line.split(" = ")[0].strip() for line in lines if line.startswith("  ") and " = " in line}
    assert all(number.path in paths or number.of in paths for number in numbers)
    assert paths <= {path for number in numbers for path in (number.path, number.of)}
    headings = [line.strip().split(" (")[0] for line in lines if line.startswith("\n")]
    assert headings == [kind for kind in (*KINDS, TEXTS, FIXED) if kind in headings]
    assert headings[0] == "Assumptions, to be varied"


def test_a_number_is_of_the_least_certain_kind_that_its_source_names() -> None:
    """As the regimes declare them: 42 CFR 510 was read, the oncology model remembered, targets measured."""
    kinds = {
        (name, number.path.removeprefix("contracts.0.terms.")): number.kind
        for name in ("cjr", "condition_bundle", "hospital_vbp")
        for number in find_scenario(name).numbers()
    }
    assert kinds["cjr", "reductions.good"] == TEXTS
    assert kinds["cjr", "update"] == "Assumptions, to be varied"
    assert kinds["condition_bundle", "discount"] == "From memory, not checked in a text"
    assert kinds["hospital_vbp", "thresholds.survey"] == "Calibrated or measured by this project's experiments"


def test_what_no_scenario_sets_is_listed_too() -> None:
    """5,000 people for shared savings (R28, memory), 750 for the same about a condition."""
    for name, said in (
        (
            "mssp_enhanced",
            "shared_savings: 5000 people; with fewer a holder is not under it [R28: ACA s.3022 (memory)]",
        ),
        ("kidney_aco", "750 people; with fewer a holder is not under it [Kidney Care Choices (memory)]"),
        ("aqc", "5000 people; with fewer a holder is not under it [assumption]"),
    ):
        lines = list(source_lines(find_scenario(name), WIDE))
        assert any(line.endswith(said) for line in lines)
    assert not any("5000 people" in line for line in source_lines(find_scenario("capitation"), WIDE))


def test_what_a_scenario_sets_has_the_scenarios_source(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "source: our own contract\ncontracts:\n  - {payer: medicare, regime: bundled, terms: {discount: 0.05}}\n"
    )
    numbers = {number.path: number for number in find_scenario(str(file)).numbers()}
    discount = numbers["contracts.0.terms.discount"]
    assert (discount.value, discount.source) == (0.05, "our own contract")
    assert numbers["contracts.0.terms.stop_gain.year_1"].source == "42 CFR 510.305(e)(1)(v)(B)"


def test_the_command_prints_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vbp_agents", "sources", "readmission_penalty"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=True)
    assert "contracts.0.terms.cap = 0.03, share of stays' payments [42 CFR 412.154(c)(2), since 2015]" in done.stdout
    wrong = subprocess.run([*command[:-1], "cjrr"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "did you mean 'cjr'" in wrong.stderr
