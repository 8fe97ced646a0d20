"""Scenario files: how they are found, what they mean, and what tells two of them apart."""

from pathlib import Path
from typing import Any

import pytest
from scenario_files import message, written

from vbp_agents.errors import WrongInput
from vbp_agents.parameters import HOLDER_KINDS
from vbp_agents.results import scenario_yaml
from vbp_agents.terms.payers import PayerTerms
from vbp_agents.terms.programs import program_numbers
from vbp_agents.terms.scenario import HOLDERS, Contract, Scenario, under
from vbp_agents.terms.scenario_file import find_scenario, find_scenarios, presets, read_scenario


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_one(name: str) -> None:
    scenario = find_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.source


def test_presets_share_one_world_but_for_other_payers() -> None:
    worlds = {name: find_scenario(name).world_hash for name in presets()}
    assert len({world for name, world in worlds.items() if name != "mixed_payers"}) == 1
    assert worlds["mixed_payers"] != worlds["default"]


def test_the_three_payers_of_the_specification() -> None:
    """Commercial prices x 1.4 physician, x 2.2 hospital, dispersed by 0.25; Medicaid x 0.7."""
    payers = {payer.name: payer for payer in find_scenario("mixed_payers").payers}
    commercial, medicaid = payers["commercial"], payers["medicaid"]
    assert (commercial.physician_price, commercial.hospital_price, commercial.price_dispersion) == (1.4, 2.2, 0.25)
    assert (medicaid.physician_price, medicaid.hospital_price) == (0.7, 0.7)


def test_a_regimes_name_is_a_scenario() -> None:
    scenario = find_scenario("shared_savings")
    assert [(c.payer, c.regime, c.holders) for c in scenario.contracts] == [("medicare", "shared_savings", HOLDERS)]
    assert scenario.world_hash == find_scenario("default").world_hash


def test_a_path_is_one_however_it_is_given(tmp_path: Path) -> None:
    file = written(tmp_path, "extends: default\n")
    assert find_scenario(file) == find_scenario(str(file))


def test_kinds_of_holders_are_the_regions() -> None:
    assert tuple(HOLDER_KINDS) == HOLDERS


def test_extends_merges_mappings_and_replaces_lists(tmp_path: Path) -> None:
    text = "extends: mixed_payers\nregion: {area_width: 50}\npayers:\n- {name: only, share: 1}\n"
    scenario, parent = read_scenario(written(tmp_path, text)), find_scenario("mixed_payers")
    assert scenario.region.area_width == 50
    assert scenario.region.people_per_area == parent.region.people_per_area
    assert [payer.name for payer in scenario.payers] == ["only"]
    assert (scenario.name, scenario.title) == ("mine", "mine")


def test_extends_a_file_beside_it(tmp_path: Path) -> None:
    written(tmp_path, "region: {area_width: 50}\n", "parent.yaml")
    assert read_scenario(written(tmp_path, "extends: ./parent.yaml\n")).region.area_width == 50


def test_extends_goes_one_level_only(tmp_path: Path) -> None:
    written(tmp_path, "extends: mssp_enhanced\n", "parent.yaml")
    assert message(tmp_path, "extends: ./parent.yaml\n").startswith(
        "mine.yaml:1:10: extends: './parent.yaml' itself extends 'mssp_enhanced'; only one level is allowed"
    )
    assert "extends: './mine.yaml' extends itself; name a preset" in message(tmp_path, "extends: ./mine.yaml\n")


def test_two_files_that_extend_each_other(tmp_path: Path) -> None:
    written(tmp_path, "extends: mine.yaml\n", "other.yaml")
    said = "mine.yaml:1:10: extends: 'other.yaml' extends this file again; one of the two must stand by itself"
    assert message(tmp_path, "extends: other.yaml\n").startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extend: mssp_enhanced\n", "did you mean 'extends'?"),
        ("Extends: mssp_enhanced\n", "did you mean 'extends'?"),
        ("value: {behavior.speed: 0.06}\n", "did you mean 'values'?"),
        ("regoin: {}\n", "did you mean 'region'?"),
        ("nonsense: 1\n", "measurement, contracts, behavior, extends, values"),
    ],
)
def test_what_only_files_say_is_meant_too(tmp_path: Path, text: str, said: str) -> None:
    assert message(tmp_path, text).endswith(said)


@pytest.mark.parametrize(
    ("file", "name"),
    [("médecin été", "medecin_ete"), ("Straße 7", "strasse_7"), ("\uff26ull", "full"), ("two--words_", "two--words")],
)
def test_a_file_gives_its_name_without_accents(tmp_path: Path, file: str, name: str) -> None:
    scenario = read_scenario(written(tmp_path, "contracts: []\n", f"{file}.yaml"))
    assert (scenario.name, scenario.title) == (name, file)


@pytest.mark.parametrize("file", ["方案", "方案1", "方案2", "λ"])
def test_a_name_that_cannot_be_made_of_the_files_is_asked_for(tmp_path: Path, file: str) -> None:
    """Left out, other letters would make one name of two files."""
    with pytest.raises(WrongInput) as error:
        read_scenario(written(tmp_path, "contracts: []\n", f"{file}.yaml"))
    [(path, said)] = error.value.problems
    assert path == "name"
    assert f"none can be made of the file's name, '{file}'" in said
    assert said.endswith("write `name:` and one in the file")
    named = read_scenario(written(tmp_path, "name: plan\n", f"{file}.yaml"))
    assert (named.name, named.title) == ("plan", file)
    below = written(tmp_path, f"extends: {file}.yaml\n")
    assert read_scenario(below).name == "mine"


@pytest.mark.parametrize("file", ["my_regime.py", "./my_regime.py", Path("my_regime.py"), "/nowhere/my_regime.py"])
def test_code_is_told_where_it_is_read(file: str | Path) -> None:
    said = "a regime of your own is read by load_regime_file('[^']*my_regime.py'\\) and then called my_regime"
    with pytest.raises(WrongInput, match=said.replace("file('", "file\\('")):
        find_scenario(file)


@pytest.mark.parametrize("name", presets())
def test_every_preset_can_be_extended(name: str, tmp_path: Path) -> None:
    assert read_scenario(written(tmp_path, f"extends: {name}\n")).hash == find_scenario(name).hash


def test_rules_on_top_of_fees_may_overlap(tmp_path: Path) -> None:
    """Decision of section 6's last row: any rule on top of fee for service or capitation."""
    layers = ("capitation", "shared_savings", "fee_for_service")
    text = "extends: default\ncontracts:\n" + "".join(f"- {{payer: medicare, regime: {name}}}\n" for name in layers)
    assert len(read_scenario(written(tmp_path, text)).contracts) == 3


def test_yaml_1_2_has_no_traps(tmp_path: Path) -> None:
    text = "title: no\ndescription: 1:30\nregion: {area_width: 1e2}\n"
    scenario = read_scenario(written(tmp_path, text))
    assert (scenario.title, scenario.description, scenario.region.area_width) == ("no", "1:30", 100.0)


@pytest.mark.parametrize("name", ["mixed_payers", "mssp_enhanced", "capitation"])
def test_a_resolved_scenario_reads_back_as_itself(name: str, tmp_path: Path) -> None:
    scenario = find_scenario(name)
    again = read_scenario(written(tmp_path, scenario_yaml(scenario)))
    assert again == scenario
    assert again.hash == scenario.hash


def test_hashes_follow_what_matters() -> None:
    default = find_scenario("default")
    words = {"title": "Other", "payers.0.title": "Another", "payers.0.source": "another"}
    renamed = default.with_values(words, name="other")
    assert renamed.hash == default.hash
    wider = default.with_values({"region.area_width": 50.0})
    assert wider.hash != default.hash
    assert wider.world_hash != default.world_hash
    paid = default.with_values({"contracts": [Contract(payer="medicare", regime="capitation")]})
    assert paid.hash != default.hash
    assert paid.world_hash == default.world_hash
    assert paid.behavior_hash == default.behavior_hash


def test_a_scenario_in_code_is_checked_like_a_file() -> None:
    with pytest.raises(ValueError, match="there is no payer 'b'"):
        Scenario(name="a", payers=(PayerTerms(name="a"),), contracts=(Contract(payer="b", regime="capitation"),))
    with pytest.raises(ValueError, match="unknown name 'x'"):
        Contract(payer="a", regime="capitation", terms={"x": 1})


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "name: capitation\nextends: default\n")
    with pytest.raises(WrongInput, match="two scenarios are named 'capitation'"):
        find_scenarios(["capitation", str(file)])


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="there is no such file"):
        find_scenario(str(tmp_path / "none.yaml"))
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(WrongInput, match="is a folder, not a file"):
        find_scenario(str(tmp_path / "folder.yaml"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends: nowhere.yaml\n", ":1:10: extends: there is no file 'nowhere.yaml'; its path is from this file's"),
        ("title: x\n\nextends: below/no.yaml\n", ":3:10: extends: there is no file 'below/no.yaml'; its path is from"),
        ("extends: folder.yaml\n", ":1:10: extends: 'folder.yaml' is a folder; its path is from this file's folder"),
        ("extends: capitaton\n", ":1:10: extends: there is no preset 'capitaton'; allowed aqc, "),
    ],
)
def test_who_asks_for_a_file_that_is_missing_is_named(text: str, said: str, tmp_path: Path) -> None:
    """The message has the file that extends it, with line and column: the missing one is not where one would look."""
    (tmp_path / "folder.yaml").mkdir()
    file = written(tmp_path, text)
    with pytest.raises(WrongInput) as refused:
        find_scenario(file)
    assert str(refused.value).startswith(f"{file}{said}")


@pytest.mark.parametrize("name", ["bundled", "hospital_vbp", "readmission_penalty"])
def test_a_rule_for_hospitals_is_theirs_where_nobody_is_named(name: str, tmp_path: Path) -> None:
    written(tmp_path, f"contracts:\n  - {{payer: medicare, regime: {name}}}\n")
    assert find_scenario(tmp_path / "mine.yaml").contracts[0].holders == ("hospital",)
    assert Contract(payer="medicare", regime=name).holders == ("hospital",)
    assert under(name, find_scenario("default")).contracts[0].holders == ("hospital",)


def test_a_bare_condition_bundle_is_for_the_condition() -> None:
    assert [contract.condition for contract in find_scenario("condition_bundle").contracts] == ["kidney_disease"]


def numbers(*contracts: dict[str, Any]) -> list[int]:
    """The draws of randomized contracts."""
    return program_numbers([Contract.model_validate({"payer": "a", "program": "randomized"} | c) for c in contracts])


def test_programs_in_force_together_draw_apart() -> None:
    """Whatever the rule: the second of two in one month draws anew, the next phase keeps the holders of the last."""
    one, other = {"regime": "shared_savings"}, {"regime": "pay_for_performance"}
    assert numbers(one) == numbers(other) == [0]
    assert numbers(one, other) == [0, 1]
    assert numbers({**one, "until": 12}, {**one, "from": 13}) == [0, 0]
    assert numbers({**one, "until": 12}, {**one, "from": 13}, other) == [0, 0, 1]
    assert numbers({**one, "program": "mandatory"}, other) == [0, 0]
    assert numbers({**one, "holders": ["independents"]}, {**other, "holders": ["hospital_led"]}) == [0, 0]


def test_one_rule_of_two_payers_is_one_program() -> None:
    one, other = {"regime": "shared_savings"}, {"regime": "pay_for_performance"}
    assert numbers(one, {**one, "payer": "b"}) == [0, 0]
    assert numbers(one, {**other, "payer": "b"}) == [0, 1]
