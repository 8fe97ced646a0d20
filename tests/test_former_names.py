"""A number that is called otherwise now keeps its former name in files, paths and old results."""

from pathlib import Path

import pytest

from vbp_agents.errors import WrongInput
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario

OLD, NEW = "care.volume_share", "care.baseline_volume_share"


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.yaml"
    file.write_text(text)
    return file


def test_a_file_may_use_the_former_name(tmp_path: Path) -> None:
    scenario = find_scenario(written(tmp_path, "care: {volume_share: 0.7}\n"))
    assert {number.path: number.value for number in scenario.numbers() if "volume_share" in number.path} == {
        NEW: 0.7,
        "behavior.volume_share": 0.8,
    }
    assert scenario.world_hash == find_scenario("default").with_values({NEW: 0.7}).world_hash


def test_a_path_may_use_the_former_name() -> None:
    default = find_scenario("default")
    assert default.with_values({OLD: 0.5}).hash == default.with_values({NEW: 0.5}).hash != default.hash


def test_a_value_in_a_file_with_the_former_name_is_amended_by_either(tmp_path: Path) -> None:
    for path in (OLD, NEW):
        text = f"care: {{volume_share: 0.7}}\nvalues: {{{path}: 0.6}}\n"
        assert find_scenario(written(tmp_path, text)).care.baseline_volume_share == 0.6


def test_what_results_of_earlier_versions_say_is_read() -> None:
    resolved = find_scenario("default").resolved()
    care = resolved["care"]
    care["volume_share"] = care.pop("baseline_volume_share")
    assert Scenario.model_validate(resolved).hash == find_scenario("default").hash


def test_what_is_wrong_is_said_by_the_name_of_today(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match=rf"mine\.yaml:1:22: {NEW}: 7 is out of range; allowed 0 to 1"):
        find_scenario(written(tmp_path, "care: {volume_share: 7}\n"))
    with pytest.raises(WrongInput, match=r"unknown name 'volume_share'.*did you mean 'baseline_volume_share'"):
        find_scenario(written(tmp_path, "care: {volume_share: 0.7, baseline_volume_share: 0.7}\n"))
