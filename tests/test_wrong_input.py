"""What is said where the user asked for something that cannot be: one message on stderr, exit code 2, no file."""

import os
from pathlib import Path

import pytest
from command_line import MISSED, PUF, REGIME, SMALL, listed, vbp

from vbp_agents import machine
from vbp_agents.errors import WrongInput

WRONG = {
    "unknown scenario": (["capitatoin"], "did you mean 'capitation'?"),
    "a scenario in capitals": (["CAPITATION"], "did you mean 'capitation'?"),
    "a baseline of no letters": (["capitation", "--baseline", ""], "there is no scenario ''"),
    "code for a scenario": (["mine.py"], "is read by --regime-file mine.py and then called mine"),
    "negative patients": (["capitation", "--patients", "-5"], "-5 is out of range; allowed 100 to 100,000,000"),
    "patients in words": (["capitation", "--patients", "2e4"], "'2e4' is no whole number; allowed 100 to 100,000,000"),
    "json to a dash": (["capitation", "--json", "-"], "'-' is not stdout here"),
    "results to a dash": (["capitation", "--out", "-"], "'-' is not stdout here"),
    "zero years": (["capitation", "--years", "0"], "'--years'"),
    "text for a seed": (["capitation", "--seed", "luck"], "'--seed'"),
    "no such file": (["./mine.yaml"], "there is no such file"),
    "one scenario twice": (["capitation", "capitation"], "capitation is listed twice; name it once"),
    "unknown baseline": (["capitation", "--baseline", "ffs"], "there is no scenario 'ffs'"),
    "unknown option": (["capitation", "--pateints", "5"], "--pateints"),
    "a scenario's name of 300 letters": (["x" * 300], "there is no scenario"),
    "a path of 300 letters": ([f"./{'x' * 300}.yaml"], "File name too long"),
    "a regime file of 300 letters": (["--regime-file", f"{'x' * 300}.py"], "File name too long"),
    "a folder of 300 letters": (["capitation", "--out", "x" * 300], "cannot be used: File name too long"),
    "a folder where none can be": (["capitation", "--out", "/proc/nowhere/r"], "cannot be used"),
    "json where none can be": (["capitation", "--json", "/proc/x.json"], "cannot be used"),
    "json onto a device": (["capitation", "--json", "/dev/stdout"], "/dev/stdout is a device"),
    "json among the results": (["capitation", "--out", "r", "--json", "r/x.json"], "is in the folder of results"),
    "json onto the picture": (["capitation", "--json", "vbp-compare.png"], "is read or written here already"),
    "json onto a regime": (["--regime-file", "a.py", "--json", "./a.py"], "is read or written here already"),
    "json onto a scenario": (["./a.yaml", "--json", "a.yaml"], "is read or written here already"),
    "too many threads": (["capitation", "--threads", "257"], "'--threads'"),
    "json in no folder": (["capitation", "--json", "nowhere/x.json"], "there is no folder"),
    "a behavior that is none": (["--behavior", "profit_and_benefits"], "did you mean 'profit_and_benefit'?"),
    "the behavior of a scenario without": (["--behavior", "capitation"], "has no `behavior:` block of its own"),
    "regime file missing": (["capitation", "--regime-file", "mine.py"], "there is no such file"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_input_is_one_message_and_2(what: str, tmp_path: Path) -> None:
    arguments, said = WRONG[what]
    done = vbp(tmp_path, "compare", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert listed(tmp_path) == []


def test_more_people_than_the_machine_has_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """430 bytes a person: 4.3 GB hold 10 million."""
    monkeypatch.setattr(machine, "memory", lambda: 4_300_000_000)
    machine.check_memory(10_000_000)
    said = "patients=20000000 needs about 9 GB of memory and 4 may be used here; at most 10,000,000 fit"
    with pytest.raises(WrongInput, match=said):
        machine.check_memory(20_000_000)
    monkeypatch.setattr(machine, "memory", lambda: None)
    machine.check_memory(100_000_000)


@pytest.mark.skipif((machine.memory() or 2**60) > 43_000_000_000, reason="this machine has the memory")
@pytest.mark.parametrize("command", [["compare"], ["run", "capitation"], ["network", "capitation"]])
def test_no_command_begins_what_memory_cannot_hold(command: list[str], tmp_path: Path) -> None:
    done = vbp(tmp_path, *command, "--patients", "100000000")
    assert done.returncode == 2
    assert "needs about 43 GB of memory" in done.stderr
    assert listed(tmp_path) == []


@pytest.mark.parametrize("text", ["my notes", "extends: default\n", '{"name": "mine"}', "[" * 100_000, "[1, 2]"])
def test_json_replaces_nothing_but_earlier_numbers(text: str, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text(text)
    done = vbp(tmp_path, "compare", *SMALL, "--json", "mine.txt")
    assert done.returncode == 2
    assert "mine.txt exists already and holds no numbers that vbp wrote; name another file" in done.stderr
    assert (tmp_path / "mine.txt").read_text() == text
    assert listed(tmp_path) == ["mine.txt"]


def test_json_replaces_earlier_numbers_and_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "n.json").touch()
    for seed in ("1", "2"):
        done = vbp(tmp_path, "compare", *SMALL, "--json", "n.json", "--seed", seed)
        assert done.returncode == 0, done.stderr
        assert f'"seed": {seed},' in (tmp_path / "n.json").read_text()


QUICK = {
    "with its replicates": (["--replicates", "2"], "leave out --replicates, or --quick"),
    "with years": (["--years", "5"], "leave out --years, or --quick"),
    "with both": (["--years", "5", "--replicates", "9"], "leave out --years and --replicates, or --quick"),
}


@pytest.mark.parametrize("what", QUICK)
def test_a_quick_look_leaves_no_choice_of_size(what: str, tmp_path: Path) -> None:
    arguments, said = QUICK[what]
    done = vbp(tmp_path, "compare", "--quick", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"--quick is 2 replicates of 2 years; {said}" in " ".join(done.stderr.replace("│", "").split())


def test_sources_takes_no_regime_that_hides_a_preset(tmp_path: Path) -> None:
    (tmp_path / "aqc.py").write_text(REGIME.replace("return book.late()", "return super().pay(book)"))
    done = vbp(tmp_path, "sources", "aqc", "--regime-file", "aqc.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert "aqc.py: 'aqc' is a scenario already; give the file another name" in done.stderr


def test_an_unknown_term_names_the_command_that_lists_a_regimes_terms(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "extends: default\ncontracts: [{payer: medicare, regime: shared_savings, terms: {cap: 1}}]\n"
    )
    said = vbp(tmp_path, "contract", "mine.yaml").stderr
    assert "mine.yaml:2:63: contracts.0.terms.cap: unknown name 'cap'; `vbp sources shared_savings` lists all" in said
    listing = vbp(tmp_path, "sources", "shared_savings").stdout
    assert "contracts.0.terms.savings_cap = " in listing
    (tmp_path / "care.yaml").write_text("extends: default\ncare: {cap: 1}\n")
    assert "`vbp sources default` lists all" in vbp(tmp_path, "contract", "care.yaml").stderr


def test_a_public_use_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "puf.csv").write_text("a,b\n")
    done = vbp(tmp_path, "reconcile", "puf.csv", "--json", "./puf.csv")
    assert done.returncode == 2
    assert "is read or written here already" in done.stderr
    assert (tmp_path / "puf.csv").read_text() == "a,b\n"


def test_two_files_of_one_name(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.yaml").write_text("extends: default\n")
    done = vbp(tmp_path, "compare", "a/mine.yaml", "b/mine.yaml")
    assert done.returncode == 2
    assert "two scenarios are named 'mine': a/mine.yaml and b/mine.yaml" in done.stderr


def test_one_file_twice(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: capitation\n")
    done = vbp(tmp_path, "compare", "mine.yaml", "./mine.yaml")
    assert done.returncode == 2
    assert "./mine.yaml is listed twice; name it once" in done.stderr


def test_a_presets_name_is_no_regimes(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("contracts:\n  - {payer: medicare, regime: aqc}\n")
    done = vbp(tmp_path, "compare", "mine.yaml")
    assert done.returncode == 2
    assert "aqc is a preset of regime global_budget; write `regime: global_budget` with its terms" in done.stderr


def test_a_device_is_no_public_use_file(tmp_path: Path) -> None:
    done = vbp(tmp_path, "reconcile", os.devnull)
    assert done.returncode == 2
    assert f"{os.devnull}: is a device or a pipe, not a file" in done.stderr


def test_a_baseline_that_only_shares_its_name(tmp_path: Path) -> None:
    (tmp_path / "fee_for_service.yaml").write_text("extends: mssp_enhanced\n")
    for arguments in (["./fee_for_service.yaml"], ["fee_for_service", "--baseline", "./fee_for_service.yaml"]):
        done = vbp(tmp_path, "compare", *arguments)
        assert done.returncode == 2
        assert "two scenarios are named 'fee_for_service'" in done.stderr


def test_reconcile_refuses_an_aco_that_stands_twice(tmp_path: Path) -> None:
    (tmp_path / "puf.csv").write_text(f"{PUF}\n{MISSED}\n{MISSED}\n", encoding="utf-8")
    done = vbp(tmp_path, "reconcile", "puf.csv")
    assert done.returncode == 2
    assert "puf.csv: line 3: ACO 'An accountable care organization' of 2014 stands in line 2 already" in done.stderr
    assert done.stdout == ""


def test_a_regime_file_may_not_hide_anything(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.py").write_text(REGIME.replace("return book.late()", "return super().pay(book)"))
    (tmp_path / "mssp_basic_a.py").write_text((tmp_path / "a" / "mine.py").read_text())
    for files, said in (
        (["mssp_basic_a.py"], "'mssp_basic_a' is a scenario already"),
        (["a/mine.py", "b/mine.py"], "b/mine.py: 'mine' is a regime already"),
    ):
        done = vbp(tmp_path, "compare", *SMALL, *(word for file in files for word in ("--regime-file", file)))
        assert (done.returncode, done.stderr.count("vbp:")) == (2, 1)
        assert said in done.stderr


def test_a_relative_regime_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(REGIME)
    done = vbp(tmp_path, "compare", *SMALL, "--regime-file", "mine.py")
    assert done.returncode == 2
    assert "vbp: mine.py:8: AttributeError" in done.stderr


@pytest.mark.parametrize(("fails", "said"), [("book.late()", "AttributeError"), ("exit(3)", "SystemExit: 3")])
def test_a_regime_that_fails_later_is_told_with_its_line(fails: str, said: str, tmp_path: Path) -> None:
    late = f"return {fails} if book.performance_year > 1 else super().pay(book)"
    (tmp_path / "mine.py").write_text(REGIME.replace("return book.late()", late))
    done = vbp(tmp_path, "compare", *SMALL, "--regime-file", "mine.py", fake="pay the second year")
    assert done.returncode == 2
    assert f"mine.py:8: {said}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_regime_that_no_scenario_has_is_said(tmp_path: Path) -> None:
    """Also one whose monthly pay is no sum."""
    pays = 'return book.billed() + 300 * book["member_months"] * (book.billed() < 1_140 * book["member_months"])'
    (tmp_path / "mine.py").write_text(REGIME.replace("return book.late()", pays))
    done = vbp(tmp_path, "compare", "capitation", *SMALL, "--regime-file", "mine.py")
    assert done.returncode == 0
    assert "mine is the regime of no scenario here: name it among them" in done.stderr
    assert "mine.py: pay() of two months together is not the pay of both" in done.stderr


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "metadata.json").write_text('{"camera": 1}')
    for more in ([], ["--overwrite"]):
        done = vbp(tmp_path, "compare", *SMALL, "--out", "photos", *more)
        assert done.returncode == 2
        assert "no results of ours" in done.stderr
    assert listed(tmp_path) == ["photos", "photos/metadata.json"]


def test_a_behaviors_name_leaves_the_other_numbers_of_a_block(tmp_path: Path) -> None:
    (tmp_path / "slow.yaml").write_text("extends: capitation\nbehavior: {speed: 0.06}\n")
    done = vbp(tmp_path, "compare", "slow.yaml", "--behavior", "imitation")
    assert done.returncode == 2
    assert "(--behavior imitation leaves the other numbers of their blocks)" in done.stderr
