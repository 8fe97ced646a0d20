"""`vbp check`, `diff`, `schema`, `list` and `doctor`: what they say, and how they end."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import vbp
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from vbp_agents import __version__
from vbp_agents.command_line.list_command import LISTS_BY_KIND
from vbp_agents.contracts.examined import examined
from vbp_agents.metrics import METRICS
from vbp_agents.people.events import EVENTS
from vbp_agents.terms.differing import differences_document
from vbp_agents.terms.file_schema import file_schema
from vbp_agents.terms.scenario_file import find_scenario, presets, read_scenario

RIGHT = """extends: mssp_basic_a
values:
  contracts.0.terms.sharing_rate: 0.6
  contracts.0.terms.loss_limit: 0.1
  behavior.volume_share: 0.5
"""
WRONG = """extends: mssp_basic_a
values:
  contracts.0.terms.sharing_rte: 0.6
  behavior.volume_share: 5
"""


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_check_says_what_a_file_changes_and_what_cannot_matter(tmp_path: Path) -> None:
    write(tmp_path, right=RIGHT)
    done = vbp(tmp_path, "check", "right.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "right.yaml: right is right; it changes 3 values of mssp_basic_a:",
        "  contracts.0.terms.sharing_rate = 0.6 instead of 0.4, share of savings",
        "  contracts.0.terms.loss_limit = 0.1 instead of 0.04, share of benchmark",
        "  behavior.volume_share = 0.5 instead of 0.8, share of what price updates change of the billed margin "
        "that reaches the clinician",
        "  contracts.0.terms.loss_limit cannot matter: no payment of shared_savings depends on it "
        "as its other terms are",
        "  behavior.volume_share cannot matter: it is about changes of prices: no payer has updates",
    ]


def test_check_says_all_that_is_wrong_in_all_files_at_once(tmp_path: Path) -> None:
    """The right one is told all the same."""
    write(tmp_path, wrong=WRONG, right=RIGHT, empty="", plan="contracts: 3\n")
    done = vbp(tmp_path, "check", "wrong.yaml", "right.yaml", "empty.yaml", "nowhere.yaml", "plan.yaml")
    assert done.returncode == 2
    assert done.stdout.startswith("right.yaml: right is right")
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines[1:]] == [
        "wrong.yaml:4:26",
        "empty.yaml",
        "nowhere.yaml",
        "plan.yaml:1:12",
    ]
    assert lines[0].startswith("vbp: wrong.yaml:3:3: contracts.0.terms.sharing_rte: unknown name")
    assert "did you mean 'contracts.0.terms.sharing_rate'" in lines[0]


def test_check_of_contracts_written_whole_tells_what_is_written(tmp_path: Path) -> None:
    """Not the defaults of a contract that only the file has."""
    write(
        tmp_path,
        mine="contracts:\n- {payer: medicare, regime: capitation, terms: {discount: 0.1, settlement_lag: 2}}\n",
    )
    answer = examined(tmp_path / "mine.yaml")
    assert [row["path"] for row in answer["changes"]] == [
        "contracts.0",
        "contracts.0.terms.settlement_lag",
        "contracts.0.terms.discount",
        "contracts.0.payer",
        "contracts.0.regime",
    ]
    assert set(answer["without_effect"]) == {"contracts.0.terms.settlement_lag"}
    assert answer["extends"] == "default"


def test_check_of_a_file_that_extends_a_file(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    write(tmp_path, base="contracts: []\nbehavior: {speed: 0.1}\n")
    write(tmp_path / "below", mine="extends: ../base.yaml\nbehavior: {speed: 0.2}\n")
    [row] = examined(tmp_path / "below" / "mine.yaml")["changes"]
    assert (row["path"], row["value"], row["other"]) == ("behavior.speed", 0.2, 0.1)


def test_check_of_a_users_regime(tmp_path: Path) -> None:
    vbp(tmp_path, "new", "my_rule", "--kind", "regime")
    write(tmp_path, mine="contracts:\n- {payer: medicare, regime: my_rule, terms: {fee: 25}}\n")
    assert "there is no regime 'my_rule'" in vbp(tmp_path, "check", "mine.yaml").stderr
    done = vbp(tmp_path, "check", "mine.yaml", "--regime-file", "my_rule.py")
    assert done.returncode == 0
    assert "contracts.0.terms.fee = 25.0 instead of nothing, dollars per member-month" in done.stdout


def test_diff_lists_each_number_with_both_values_unit_and_sources(tmp_path: Path) -> None:
    done = vbp(tmp_path, "diff", "mssp_basic_a", "mssp_enhanced", "--json", "diff.json")
    assert done.returncode == 0
    document = json.loads((tmp_path / "diff.json").read_text("utf-8"))
    assert (document["schema"], document["version"]) == (1, __version__)
    assert document["scenarios"] == ["mssp_basic_a", "mssp_enhanced"]
    rows = {row["path"]: row for row in document["differences"]}
    assert set(rows) == {
        f"contracts.0.terms.{name}"
        for name in (
            "sharing_rate",
            "loss_rate_low",
            "loss_rate_high",
            "chosen_minimum",
            "savings_cap",
            "loss_limit",
            "reduced_share",
        )
    }
    limit = rows["contracts.0.terms.loss_limit"]
    assert (limit["value"], limit["other"], limit["unit"]) == (0.04, 0.15, "share of benchmark")
    assert limit["source"] == "R15: 42 CFR 425.605(d)"
    assert "42 CFR 425.610" in limit["other_source"]
    line = next(line for line in done.stdout.splitlines() if "loss_limit" in line)
    assert "0.04" in line
    assert "0.15" in line
    assert "share of benchmark" in line


def test_diff_tells_all_that_only_one_has() -> None:
    """A contract in one alone: itself, and every number and choice of it."""
    document = differences_document(find_scenario("owner_practice"), find_scenario("capitation"))
    only = {row["path"]: row for row in document["differences"] if row["only_in"] == "capitation"}
    assert only["contracts.0"]["other"].startswith("capitation of medicare")
    assert (only["contracts.0.terms.discount"]["value"], only["contracts.0.terms.discount"]["other"]) == (None, 0.02)
    assert only["contracts.0.terms.discount"]["source"] == ""
    assert only["contracts.0.terms.discount"]["other_source"]
    shown = {number.path for number in find_scenario("capitation").numbers() if number.path.startswith("contracts.0.")}
    assert shown <= set(only)


def test_diff_of_alike_and_of_namesakes(tmp_path: Path) -> None:
    assert "differ in no number" in vbp(tmp_path, "diff", "aqc", "aqc").stdout
    write(tmp_path, one="name: mine\nbehavior: {speed: 0.1}\n", two="name: mine\nbehavior: {speed: 0.2}\n")
    table = vbp(tmp_path, "diff", "one.yaml", "two.yaml").stdout
    assert "mine_2" in table
    assert "behavior.speed" in table


def validator() -> Draft7Validator:
    schema = file_schema()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def errors(text: str) -> list[str]:
    return [error.message for error in validator().iter_errors(YAML(typ="safe").load(text))]


def test_the_schema_allows_every_preset_and_everything_that_a_scenario_can_say(tmp_path: Path) -> None:
    """Also resolved, with every default written out."""
    checks = validator()
    for name, file in presets().items():
        assert not list(checks.iter_errors(YAML(typ="safe").load(file))), name
        assert not list(checks.iter_errors(find_scenario(name).resolved())), name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("region: {area_wdth: 3}", "'area_wdth' was unexpected"),
        ("behavior: {speed: 5}", "5 is greater than the maximum of 1"),
        ("behavior: {speed: fast}", "'fast' is not of type 'number'"),
        ("behavior: {name: imitatoin}", "'imitatoin' is not one of"),
        ("behavior: {name: imitation, terms: {leader: 0.1}}", "'leader' was unexpected"),
        ("behavior: {levers: [intensty]}", "'intensty' is not one of"),
        ("care: {rate: [1, 2]}", "is too short"),
        ("contracts: [{payer: medicare, regime: capitation, terms: {discont: 0.1}}]", "'discont' was unexpected"),
        ("contracts: [{payer: medicare, regime: capitation, terms: {discount: 2}}]", "2 is greater than the maximum"),
        ("contracts: [{payer: medicare, regime: capitation, terms: {scope: all}}]", "'all' is not one of"),
        ("contracts: [{payer: medicare}]", "is not valid under any of the given schemas"),
        ("contracts: [{payer: medicare, regime: capitation, from: 0}]", "0 is less than the minimum of 1"),
        ("values: {behavior.speed: 5}", "5 is greater than the maximum of 1"),
        ("extends: capitatoin", "is not valid under any of the given schemas"),
        ("name: My plan", "does not match"),
    ],
)
def test_the_schema_refuses_what_the_file_reader_refuses(text: str, message: str, tmp_path: Path) -> None:
    from vbp_agents.errors import WrongInput

    assert any(message in error for error in errors(text)), errors(text)
    write(tmp_path, mine=text)
    with pytest.raises(WrongInput):
        read_scenario(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "extends: other.yaml",
        "contracts: [{payer: medicare, holders: all, track: EN, performance_year: 2024}]",
        "contracts: [{payer: medicare, holders: [hospital], regime: bundled, from: 13, until: 24}]",
        "behavior: {name: imitation, terms: {leaders: 0.1}}",
        "values: {contracts.0.terms.sharing_rate: 0.6, behavior.speed: 0.06, title: mine}",
        "payers: [{name: a, updates: [{from: 13, physician: 1.02}]}]",
    ],
)
def test_the_schema_allows_what_the_docs_show(text: str) -> None:
    assert not errors(text)


def test_the_schema_describes_every_number_with_its_unit() -> None:
    """Wherever the default scenario has a number, the schema has its unit beside it."""

    def described(schema: Any, path: str = "") -> Iterator[tuple[str, str]]:
        for name, below in schema.get("properties", {}).items():
            if name != "values":
                yield f"{path}{name}", str(below.get("description", ""))
                yield from described(below, f"{path}{name}.")
                yield from described(below.get("items", {}), f"{path}{name}.*.")

    by_path = dict(described(file_schema()))
    for number in find_scenario("default").numbers():
        if not number.path.startswith("payers."):
            assert number.unit in by_path[re.sub(r"\.[0-9]+\.", ".*.", number.of)]


def test_schema_is_json_on_stdout(tmp_path: Path) -> None:
    """A user's regime is in it once its file is given."""
    vbp(tmp_path, "new", "my_rule", "--kind", "regime")
    done = vbp(tmp_path, "schema", "--regime-file", "my_rule.py")
    assert done.returncode == 0
    assert "my_rule" in json.loads(done.stdout)["properties"]["contracts"]["items"]["properties"]["regime"]["enum"]


@pytest.mark.parametrize("kind", LISTS_BY_KIND)
def test_list_of_one_kind(tmp_path: Path, kind: str) -> None:
    done = vbp(tmp_path, "list", kind)
    assert done.returncode == 0
    lines = [line.split()[0] for line in done.stdout.splitlines()[1:]]
    known = {
        "presets": list(presets()),
        "events": [event.name for event in EVENTS],
        "kinds": list(LISTS_BY_KIND),
        "behaviors": ["fixed_practice", "imitation", "profit_and_benefit", "target_income"],
    }
    assert lines == known.get(kind, lines)
    assert len(lines) > 1


def test_list_of_no_such_kind(tmp_path: Path) -> None:
    done = vbp(tmp_path, "list", "regime")
    assert done.returncode == 2
    assert "did you mean 'regimes'?" in done.stderr


def test_doctor_says_what_there_is(tmp_path: Path) -> None:
    done = vbp(tmp_path, "doctor")
    assert done.returncode == 0
    for word in (__version__, "numba", "cache:", "processors:", "memory:", "extra app:", "extra sweep:", str(tmp_path)):
        assert word in done.stdout


def test_doctor_says_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """No folder for the cache: not of the user, nor at home, nor a temporary one."""
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "below")
    done = vbp(tmp_path, "doctor", XDG_CACHE_HOME=nowhere, HOME=nowhere, TMPDIR=nowhere)
    assert done.returncode == 0
    assert ("let XDG_CACHE_HOME name a folder" in done.stdout) == ("no folder can be written to" in done.stdout)


def test_metrics_have_what_a_list_needs() -> None:
    assert all(metric.about and metric.source for metric in METRICS.values())
