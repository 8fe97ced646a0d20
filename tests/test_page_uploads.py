"""Files that visitors bring are data: of a bounded size, with the messages of the command line, and nothing is run."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from vbp_agents.app.limits import ServerLimits, set_limits
from vbp_agents.app.question import ScenarioChoice
from vbp_agents.app.uploads import uploaded
from vbp_agents.errors import WrongInput
from vbp_agents.terms.scenario_file import read_scenario

GOOD = """extends: capitation
title: Mine
values:
  contracts.0.terms.discount: 0.07
"""


@pytest.fixture(autouse=True)
def usual_limits() -> Iterator[None]:
    yield
    set_limits(ServerLimits())


def brought(text: str | bytes, name: str = "mine.yaml") -> tuple[ScenarioChoice, list[str]]:
    """What becomes of a file."""
    data = text.encode() if isinstance(text, str) else text
    return uploaded({"arm": 1, "name": name, "data": base64.b64encode(data).decode()})


def test_a_file_is_the_scenario_that_the_command_line_reads(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD, "utf-8")
    choice, resets = brought(GOOD)
    assert choice == ScenarioChoice("mine", {}, read_scenario(tmp_path / "mine.yaml"))
    assert resets == []


@pytest.mark.parametrize(
    "text",
    [
        "extends: mssp_enhanced\nbehavior:\n  sped: 1\n",
        "extends: mssp_enhanced\nvalues:\n  contracts.0.terms.sharing_rate: 7\n",
        "contracts:\n  - payer: medicar\n    regime: capitation\n",
        "a: &x 1\nb: *x\n",
        "a: !!python/object/apply:os.system ['true']\n",
        "title: [\n",
        "- one\n",
        "",
        "a: 1\n---\nb: 2\n",
    ],
)
def test_what_is_wrong_is_said_as_the_command_line_says_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(text, "utf-8")
    with pytest.raises(WrongInput) as theirs:
        read_scenario(Path("mine.yaml"))
    with pytest.raises(WrongInput) as ours:
        brought(text)
    assert str(ours.value) == str(theirs.value)
    assert str(ours.value).startswith("mine.yaml")


@pytest.mark.parametrize("name", ["/etc/passwd", "other.yaml", "../other.yaml", "./fee_for_service.yaml"])
def test_it_extends_no_file_of_the_server(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.yaml").write_text("title: secret\n", "utf-8")
    with pytest.raises(WrongInput, match="an uploaded file extends no other file") as refused:
        brought(f"extends: {name}\n")
    assert "secret" not in str(refused.value)


def test_what_a_list_resets_is_said() -> None:
    _, resets = brought("extends: mssp_enhanced\ncontracts:\n  - {payer: medicare, regime: shared_savings}\n")
    assert len(resets) == 1
    assert resets[0].startswith("mine.yaml:2:1: ")


def test_the_limit_binds_before_anything_is_read() -> None:
    set_limits(ServerLimits(upload=1))
    assert brought(GOOD + "#" * (1024 - len(GOOD)))[0].name == "mine"
    for size in (1025, 5_000_000):
        with pytest.raises(WrongInput, match="larger than 1 kB, the most that is taken here"):
            brought(GOOD + "#" * (size - len(GOOD)))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "mine.py", "data": ""}, "a scenario is a .yaml file"),
        ({"name": "mine.yaml", "data": "not base 64!"}, "did not arrive whole"),
        ({"name": "mine.yaml", "data": "/w=="}, "not a text file in UTF-8"),
        ({}, "a scenario is a .yaml file"),
        ({"name": "../../x.yaml", "data": ""}, r"\.\._\.\._x\.yaml: the file is empty"),
    ],
)
def test_whatever_a_browser_sends_gets_a_message(given: dict[str, str], said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        uploaded(given)


def test_a_file_called_like_a_preset_gets_another_name() -> None:
    assert brought(GOOD, "capitation.yaml")[0].name == "capitation_file"
