"""The command line as a user meets it: exit codes, one message on stderr, files whole or not at all."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

FAKE_VBP = str(Path(__file__).parent / "fake_vbp.py")
SMALL = ("--patients", "100", "--years", "1", "--replicates", "3")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and file-size limits of POSIX")


def vbp(
    folder: Path,
    *arguments: str,
    fake: str = "",
    limit: int | None = None,
    stdout: int | IO[bytes] = subprocess.PIPE,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run `vbp` in ``folder`` on the tiny model, with an optional limit in bytes on every file that it writes."""

    def lower() -> None:
        import resource

        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, FAKE_VBP, *arguments],
        cwd=folder,
        env=os.environ | {"FAKE": fake, "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        preexec_fn=lower if limit is not None else None,
        check=False,
    )


def listed(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*"))


def test_help_and_import_load_nothing_heavy() -> None:
    code = (
        "import sys, vbp_agents, vbp_agents.options\n"
        "from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(vbp_agents.options.app, ['--help']).exit_code == 0\n"
        "print(sorted({'mesa', 'pandas', 'numba', 'matplotlib', 'networkx', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version_also_as_a_module(tmp_path: Path) -> None:
    from vbp_agents import __version__

    done = subprocess.run([sys.executable, "-m", "vbp_agents", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"vbp-agents {__version__}"
    assert vbp(tmp_path, "--version").stdout == done.stdout


def test_compare_prints_a_table_and_saves_a_picture(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, COLUMNS="200")
    assert done.returncode == 0, done.stderr
    assert "cost" in done.stdout
    assert all(name in done.stdout for name in ("fee_for_service", "shared_savings_two_sided", "capitation"))
    assert "simulating" not in done.stdout
    assert "simulating" in done.stderr
    assert listed(tmp_path) == ["vbp-compare.png"]


def test_a_terminal_without_the_characters_still_gets_its_table(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "cost" in done.stdout


def test_names_stay_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, COLUMNS="80")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "one_sided" in done.stdout
    assert "two_sided" in done.stdout
    assert "…" not in done.stdout


PUF = "ACO_Num,year,Track1,N_AB,MinSavPerc,EarnSaveLoss,QualScore,ABtotBnchmk,ABtotExp,FinalShareRate"
MISSED = "An accountable care organization,2014,1,20000,0.0250,9450000,0.9000,100000000,95000000,0.4500"


def test_a_wide_table_of_reconcile_is_whole_where_nobody_folds_it(tmp_path: Path) -> None:
    (tmp_path / "puf.csv").write_text(f"{PUF}\n{MISSED}\n", encoding="utf-8")
    done = vbp(tmp_path, "reconcile", "puf.csv", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if "An accountable" in line]
    assert "An accountable care organization" in line
    assert "unexplained by the file" in line
    assert "…" not in done.stdout


def test_reconcile_refuses_an_aco_that_stands_twice(tmp_path: Path) -> None:
    (tmp_path / "puf.csv").write_text(f"{PUF}\n{MISSED}\n{MISSED}\n", encoding="utf-8")
    done = vbp(tmp_path, "reconcile", "puf.csv")
    assert done.returncode == 2
    assert "puf.csv: line 3: ACO 'An accountable care organization' of 2014 stands in line 2 already" in done.stderr
    assert done.stdout == ""


def test_json_is_the_contract(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", "capitation", *SMALL, "--seed", "1", "--json", "numbers.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "numbers.json").read_text(), parse_constant=pytest.fail)
    assert set(found) == {
        *("schema", "version", "seed", "replicates", "patients", "years", "baseline", "behavior_hash"),
        *("scenarios", "hashes", "metrics"),
    }
    assert (found["schema"], found["seed"], found["replicates"], found["patients"], found["years"]) == (1, 1, 3, 100, 1)
    assert found["scenarios"] == ["fee_for_service", "capitation"]
    assert found["baseline"] == "fee_for_service"
    assert set(found["metrics"]["cost"]["values"]["capitation"]) == {
        *("n", "mean", "low", "high", "difference", "difference_low", "difference_high")
    }
    assert found["metrics"]["nothing"]["values"]["capitation"]["mean"] is None


def test_what_is_not_finite_is_null_in_json() -> None:
    from vbp_agents.comparison import to_json

    found = {"a": [float("nan"), 1.5], "b": {"c": float("-inf")}, "d": None}
    assert json.loads(to_json(found), parse_constant=pytest.fail) == {"a": [None, 1.5], "b": {"c": None}, "d": None}


def test_results_are_the_same_bytes_twice(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        assert vbp(tmp_path, "compare", *SMALL, "--out", folder).returncode == 0
    assert listed(tmp_path / "one") == listed(tmp_path / "two")
    for name in listed(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_run_keeps_its_seconds_out_of_the_results(tmp_path: Path) -> None:
    done = vbp(tmp_path, "run", "capitation", "--patients", "100", "--years", "1", "--out", "r", "--json", "r.json")
    assert done.returncode == 0, done.stderr
    assert set(json.loads((tmp_path / "r" / "timing.json").read_text())) == {"kernel", "decisions", "all"}
    metadata = json.loads((tmp_path / "r" / "metadata.json").read_text())
    assert "timing.json" not in metadata["files"]
    assert json.loads((tmp_path / "r.json").read_text())["metrics"]["cost"]["unit"] == "dollars"


def test_no_color_is_respected(tmp_path: Path) -> None:
    colored = vbp(tmp_path, "compare", *SMALL, FORCE_COLOR="1")
    plain = vbp(tmp_path, "compare", *SMALL, FORCE_COLOR="1", NO_COLOR="1")
    assert re.search(r"\x1b\[[0-9;]*3[0-9]m", colored.stderr)
    assert not re.search(r"\x1b\[[0-9;]*[349][0-7]m", plain.stdout + plain.stderr)


def test_a_regime_file_is_compared_too(tmp_path: Path) -> None:
    (tmp_path / "half_fees.py").write_text(
        "from vbp_agents.book import Book, FloatArray\nfrom vbp_agents.regimes.base import Regime\n\n\n"
        "class HalfFees(Regime):\n    title = 'Half fees'\n    source = 'made up'\n\n"
        "    def pay(self, book: Book) -> FloatArray:\n        return 0.5 * book.billed(sides=['inside'])\n"
    )
    done = vbp(tmp_path, "compare", "half_fees", *SMALL, "--regime-file", "half_fees.py")
    assert done.returncode == 0, done.stderr
    assert "half_fees" in done.stdout


WRONG = {
    "unknown scenario": (["capitatoin"], "did you mean 'capitation'?"),
    "negative patients": (["capitation", "--patients", "-5"], "'--patients'"),
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


REGIME = """from vbp_agents.regimes.base import Regime


class Mine(Regime):
    title, source = "Mine", "made up"

    def pay(self, book):
        return book.late()
"""


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


def test_a_users_regime_is_listed_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "half_fees.py").write_text(REGIME.replace("return book.late()", "return super().pay(book)"))
    done = vbp(tmp_path, "list", "--regime-file", "half_fees.py")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^  half_fees +.*\[.+\]$", done.stdout, re.MULTILINE)
    assert "half_fees" not in vbp(tmp_path, "list").stdout
    missing = vbp(tmp_path, "list", "--regime-file", "none.py")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "none.py: there is no such file" in missing.stderr


def test_results_keep_the_users_regime_that_they_came_from(tmp_path: Path) -> None:
    """The folder alone is enough to run it again: the same scenario, the same hash."""
    code = REGIME.replace("return book.late()", "return super().pay(book)")
    (tmp_path / "mine.py").write_text(code)
    done = vbp(tmp_path, "compare", "mine", *SMALL, "--regime-file", "mine.py", "--out", "r")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r" / "mine.py").read_text() == code
    first = json.loads((tmp_path / "r" / "metadata.json").read_text())
    assert "mine.py" in first["files"]
    again = vbp(
        tmp_path, "compare", "r/scenario_mine.yaml", *SMALL, "--regime-file", "r/mine.py", "--out", "r", "--overwrite"
    )
    assert again.returncode == 0, again.stderr
    assert json.loads((tmp_path / "r" / "metadata.json").read_text())["hashes"] == first["hashes"]
    assert (tmp_path / "r" / "mine.py").read_text() == code


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


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "metadata.json").write_text('{"camera": 1}')
    for more in ([], ["--overwrite"]):
        done = vbp(tmp_path, "compare", *SMALL, "--out", "photos", *more)
        assert done.returncode == 2
        assert "no results of ours" in done.stderr
    assert listed(tmp_path) == ["photos", "photos/metadata.json"]


def test_overwrite_replaces_our_files_and_no_others(tmp_path: Path) -> None:
    assert vbp(tmp_path, "compare", *SMALL, "--out", "r").returncode == 0
    (tmp_path / "r" / "notes.txt").write_text("mine")
    refused = vbp(tmp_path, "run", "capitation", "--patients", "100", "--years", "1", "--out", "r")
    assert refused.returncode == 2
    assert "--overwrite" in refused.stderr
    done = vbp(tmp_path, "run", "capitation", "--patients", "100", "--years", "1", "--out", "r", "--overwrite")
    assert done.returncode == 0, done.stderr
    names = listed(tmp_path / "r")
    assert "notes.txt" in names
    assert "scenario_capitation.yaml" in names
    assert "scenario_fee_for_service.yaml" not in names
    assert "comparison.json" not in names


@posix
def test_a_write_that_fails_leaves_nothing_and_still_prints(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, "--out", "r", fake="large", limit=2_000)
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "cost" in done.stdout
    assert listed(tmp_path) == []


@posix
def test_a_json_that_cannot_be_written_keeps_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "numbers.json").write_text("old")
    done = vbp(tmp_path, "compare", *SMALL, "--json", "numbers.json", limit=500)
    assert done.returncode == 1
    assert "numbers.json could not be written" in done.stderr
    assert (tmp_path / "numbers.json").read_text() == "old"


KEPT = {
    "SIGINT second replicate": (130, 1),
    "SIGTERM second replicate": (143, 1),
    "SIGINT warm-up": (130, 1),
    "SIGINT measuring": (130, 1),
    "SIGINT drawing": (130, 3),
    "SIGTERM drawing": (143, 3),
}
"""Two signals at a place, and: the exit code (128 and the signal's number), and the replicates finished by then."""


@posix
@pytest.mark.parametrize("fake", KEPT)
def test_interrupted_keeps_and_prints_what_was_finished(fake: str, tmp_path: Path) -> None:
    code, finished = KEPT[fake]
    done = vbp(tmp_path, "compare", *SMALL, "--out", "r", "--json", "numbers.json", fake=fake)
    assert done.returncode == code, done.stderr
    assert f"{finished} of 3 replicates were finished and kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert "cost" in done.stdout
    assert json.loads((tmp_path / "numbers.json").read_text())["replicates"] == finished
    assert json.loads((tmp_path / "r" / "metadata.json").read_text())["replicates"] == finished
    assert [name for name in listed(tmp_path) if name.startswith(".")] == []


@posix
@pytest.mark.parametrize("what", ["a closed pipe", "/dev/full", "closed"])
def test_results_are_kept_when_nobody_reads(what: str, tmp_path: Path) -> None:
    if what == "closed":
        program = (
            f"import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, {FAKE_VBP!r}, *sys.argv[1:]])"
        )
        arguments = [sys.executable, "-c", program, "compare", *SMALL, "--out", "r", "--json", "n.json"]
        done = subprocess.run(arguments, cwd=tmp_path, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    elif what == "/dev/full":
        with Path(what).open("wb") as full:
            done = vbp(tmp_path, "compare", *SMALL, "--out", "r", "--json", "n.json", stdout=full)
    else:
        reading, writing = os.pipe()
        os.close(reading)
        done = vbp(tmp_path, "compare", *SMALL, "--out", "r", "--json", "n.json", stdout=writing)
        os.close(writing)
    assert done.returncode == (0 if what == "a closed pipe" else 1), done.stderr
    assert done.stderr.count("stdout") == done.returncode
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert {"r", "n.json", "r/metadata.json"} <= set(listed(tmp_path))


def test_an_error_of_ours_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, fake="bug")
    assert done.returncode == 1
    assert "unexpected error: RuntimeError: a bug" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("; 1 of 3 replicates were finished and kept")
    assert "Traceback" not in done.stderr
    assert "cost" in done.stdout
    assert "Traceback" in vbp(tmp_path, "compare", *SMALL, fake="bug", VBP_DEBUG="1").stderr


def test_list_names_everything_with_a_source(tmp_path: Path) -> None:
    done = vbp(tmp_path, "list")
    assert done.returncode == 0, done.stderr
    for name in ("mixed_payers", "mssp_enhanced", "fee_for_service", "fixed_practice", "target_income", "cost"):
        assert re.search(rf"^  {name} .*\[.+\]$", done.stdout, re.MULTILINE)


def test_replicate_1_has_the_seed_itself_and_the_others_differ() -> None:
    from vbp_agents.ensemble import replicate_seed

    assert replicate_seed(7, 1) == 7
    seeds = {replicate_seed(seed, number) for seed in (1, 2, 3) for number in range(1, 200)}
    assert len(seeds) == 3 * 199
    assert all(0 <= seed < 2**63 for seed in seeds)
