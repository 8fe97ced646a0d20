"""A region with five contract holders of unlike sizes and a third of primary care outside, in every command, on the
page and in a sweep."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from five_holders import REGION
from jsonschema import Draft7Validator

import vbp_agents as vbp
from vbp_agents.app.places import arranged
from vbp_agents.app.question import ScenarioChoice
from vbp_agents.app.recording import Recording
from vbp_agents.app.uploads import uploaded
from vbp_agents.study.question import alone
from vbp_agents.templates import new_file

FIVE = """\
extends: region.yaml
title: The same, and hospital-led ACOs are paid by the head
contracts:
  - {payer: medicare, holders: [hospital_led], regime: capitation}
"""
HOLDERS = ["physician_led_1", "hospital_led_1", "physician_led_2", "independents_1", "hospital_led_2"]
SIZE = ("--patients", "3000", "--years", "1", "--seed", "1")


def command(folder: Path, *arguments: str) -> str:
    """What `vbp` prints, of the model itself."""
    done = subprocess.run(
        [sys.executable, "-m", "vbp_agents", *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two files, and in `results` what `vbp compare` made of them."""
    folder = tmp_path_factory.mktemp("five")
    (folder / "region.yaml").write_text(REGION, "utf-8")
    (folder / "five.yaml").write_text(FIVE, "utf-8")
    compared = ("compare", "five.yaml", "--baseline", "region.yaml", *SIZE, "--replicates", "2")
    (folder / "printed.txt").write_text(command(folder, *compared, "--out", "results", "--json", "n.json"), "utf-8")
    return folder


def test_compare_says_who_holds_contracts_and_how_many_people_count_for_nobody(folder: Path) -> None:
    assert "of people counted for no contract holder" in (folder / "printed.txt").read_text("utf-8")
    held = json.loads((folder / "n.json").read_text("utf-8"))["contracts"]["five"]
    assert (held["in_force"], held["of"]) == (2, 5)
    months = vbp.read_tables(folder / "results")["months"]
    assert set(months[months.kind != "hospital"].contract) == {*HOLDERS, "unattached"}
    people = months[months.scenario == "region"].groupby("contract").member_months.sum()
    assert people["physician_led_1"] > people["physician_led_2"] > people["hospital_led_2"] > 0
    assert people["unattached"] > 12 * 2 * 3_000 / 5


def test_run_measures_it(folder: Path) -> None:
    command(folder, "run", "five.yaml", *SIZE, "--json", "run.json")
    assert json.loads((folder / "run.json").read_text("utf-8"))["metrics"]["cost_per_capita"]["value"] > 0


def test_explain_knows_practices_of_every_holder_and_of_none(folder: Path) -> None:
    """Practices are numbered holder by holder in turn: the first eight have more than two holders among them."""
    seen = set()
    for practice in range(8):
        file = f"practice_{practice}.json"
        command(folder, "explain", "results", "--provider", str(practice), "--scenario", "five", "--json", file)
        document = json.loads((folder / file).read_text("utf-8"))
        assert document["replayed_exactly"]
        seen.add(document["provider"]["aco"])
    assert seen <= {*HOLDERS, None}
    assert len(seen) > 2


def test_network_measures_it_against_the_baseline(folder: Path) -> None:
    command(folder, "network", "five.yaml", *SIZE, "--replicates", "1", "--json", "network.json")
    document = json.loads((folder / "network.json").read_text("utf-8"))
    assert 0 < document["measures"]["within_acos"]["values"]["five"]["mean"] < 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("contract", "five.yaml"), "capitation"),
        (("check", "region.yaml", "five.yaml"), "five.yaml: five is right"),
        (("sources", "five.yaml"), "region.holders.3.size"),
        (("diff", "region.yaml", "default"), "region.outside_share"),
        (("diff", "region.yaml", "five.yaml"), "contracts.0"),
        (("doctor",), "nothing is wrong"),
    ],
)
def test_commands_that_run_nothing_take_it(arguments: tuple[str, ...], said: str, folder: Path) -> None:
    assert said in command(folder, *arguments)


def test_the_schema_allows_it_and_no_holder_without_a_kind(folder: Path) -> None:
    from ruamel.yaml import YAML

    schema = json.loads(command(folder, "schema"))
    region = YAML(typ="safe").load(REGION)
    checks = Draft7Validator(schema)
    assert not list(checks.iter_errors(region))
    del region["region"]["holders"][1]["kind"]
    assert list(checks.iter_errors(region))


def test_new_writes_a_scenario_from_it(folder: Path) -> None:
    command(folder, "new", "mine", "--from", "region.yaml")
    mine, region = (vbp.find_scenario(folder / f"{name}.yaml") for name in ("mine", "region"))
    assert mine.region == region.region
    assert not mine.differences(region)
    with pytest.raises(vbp.WrongInput, match=r"five\.yaml itself extends 'region\.yaml', and only one level"):
        new_file("scenario", "other", str(folder / "five.yaml"))


def test_a_sweep_varies_the_holders_and_the_share_outside(folder: Path) -> None:
    """Each of the four regions has people of its own, so that each costs something else."""
    study = vbp.Study(
        scenarios=[vbp.find_scenario(folder / "five.yaml")],
        levers={},
        uncertainties={"region.outside_share": [0.0, 0.6], "region.holders.4.size": [0.5, 4.0]},
        outcomes=["cost_per_capita", "payer_outlay_per_capita"],
        design={"kind": "grid"},
        replicates=1,
        patients=1_000,
        years=1,
    )
    wide = vbp.sweep(study, out=folder / "swept", workers=0).wide()
    ours = wide[wide.scenario == "five"]
    assert len(ours) == 4
    assert wide.status.eq("done").all()
    assert ours.cost_per_capita.nunique() == 4


def brought(text: str) -> ScenarioChoice:
    choice, _ = uploaded({"arm": 1, "name": "region.yaml", "data": base64.b64encode(text.encode()).decode()})
    return choice


def test_the_page_takes_the_file_and_draws_every_holder(folder: Path) -> None:
    """The map has a group for each holder of the area and one for who is in none, and nobody has no place."""
    choice = brought(REGION)
    scenario = choice.loaded()
    world = vbp.build_world(scenario, 3_000, seed=1)
    with vbp.Simulation(world, scenario, people=True) as simulation:
        recording = Recording(simulation, scenario.region.area_width)
        for month in simulation.months(2):
            recording.add(month)
        discs: list[Any] = recording._discs(simulation.practices())
        placed, groups, _ = arranged(discs, recording.titles["unattached"])
    assert len({disc.group for disc in discs if disc.kind == "primary"}) == 6
    assert len(groups) >= 6
    assert sum(disc.people for disc in placed) == 3_000
    assert [s.region for s in alone(str(folder / "five.yaml")).scenarios] == [scenario.region]
