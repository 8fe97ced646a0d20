"""The command line as a user meets it: exit codes, one message on stderr, files whole or not at all."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from command_line import FAKE_VBP, MISSED, PUF, REGIME, SMALL, listed, posix, vbp
from typer.testing import CliRunner

from vbp_agents.command_line.entries import app


def test_help_and_import_load_nothing_heavy() -> None:
    code = (
        "import sys, vbp_agents, vbp_agents.command_line.entries\n"
        "from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(vbp_agents.command_line.entries.app, ['--help']).exit_code == 0\n"
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
    assert "Cost of care" in done.stdout
    assert all(word in done.stdout for word in ("fee for service", "shared savings two sided", "capitation"))
    assert "_" not in done.stdout
    assert "simulating" not in done.stdout
    assert "simulating" in done.stderr
    assert listed(tmp_path) == ["vbp-compare.png"]


def test_a_terminal_without_the_characters_still_gets_its_table(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "Cost of care" in done.stdout


def test_names_stay_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, COLUMNS="80")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "one sided" in done.stdout
    assert "two sided" in done.stdout
    assert "…" not in done.stdout


def test_a_wide_table_of_reconcile_is_whole_where_nobody_folds_it(tmp_path: Path) -> None:
    (tmp_path / "puf.csv").write_text(f"{PUF}\n{MISSED}\n", encoding="utf-8")
    done = vbp(tmp_path, "reconcile", "puf.csv", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if "An accountable" in line]
    assert "An accountable care organization" in line
    assert "unexplained by the file" in line
    assert "…" not in done.stdout


def test_reconcile_shows_names_with_brackets_and_what_is_left_out(tmp_path: Path) -> None:
    bracketed, unknown = MISSED.replace("An accountable", "[/bold] An accountable"), MISSED.replace("An acc", "No acc")
    rows = f"{PUF}\n{bracketed}\n{unknown.replace('2014,1', '2014,0')}\n"
    (tmp_path / "puf.csv").write_text(rows, encoding="utf-8")
    done = vbp(tmp_path, "reconcile", "puf.csv", "--json", "numbers.json", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert "[/bold] An accountable care organization" in done.stdout
    assert "Not settled" in done.stdout
    document = json.loads((tmp_path / "numbers.json").read_text(), parse_constant=pytest.fail)
    assert (document["rows"], document["years"], [row["line"] for row in document["unsettled"]]) == (1, [2014], [3])


def test_reconcile_is_told_the_performance_year(tmp_path: Path) -> None:
    (tmp_path / "puf.csv").write_text(f"{PUF}\n{MISSED}\n".replace("year,", "state,"), encoding="utf-8")
    assert "performance year 2015 as asked" in vbp(tmp_path, "reconcile", "puf.csv", "--year", "2015").stdout
    assert "performance year 2018 not stated" in vbp(tmp_path, "reconcile", "puf.csv").stdout
    assert vbp(tmp_path, "reconcile", "puf.csv", "--year", "1999").returncode == 2


def test_json_is_the_contract(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", "capitation", *SMALL, "--seed", "1", "--json", "numbers.json")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "numbers.json").read_text(), parse_constant=pytest.fail)
    assert (document["schema"], document["seed"], document["replicates"], document["patients"], document["years"]) == (
        1,
        1,
        3,
        100,
        1,
    )
    assert document["scenarios"] == ["fee_for_service", "capitation"]
    assert document["baseline"] == "fee_for_service"
    assert set(document["metrics"]["cost_per_capita"]["values"]["capitation"]) == {
        *("n", "mean", "low", "high", "difference", "difference_n", "difference_low", "difference_high")
    }
    assert document["metrics"]["nothing"]["values"]["capitation"]["mean"] is None


def test_what_is_not_finite_is_null_in_json() -> None:
    from vbp_agents.reports.comparison import to_json

    document = {"a": [float("nan"), 1.5], "b": {"c": float("-inf")}, "d": None}
    assert json.loads(to_json(document), parse_constant=pytest.fail) == {"a": [None, 1.5], "b": {"c": None}, "d": None}


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
    assert json.loads((tmp_path / "r.json").read_text())["metrics"]["cost_per_capita"]["unit"] == "dollars"


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
    assert "half fees" in done.stdout


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
    assert "Cost of care" in done.stdout
    assert listed(tmp_path) == []


@posix
def test_a_json_that_cannot_be_written_keeps_the_old_one(tmp_path: Path) -> None:
    old = '{"schema": 1, "version": "0.0"}'
    (tmp_path / "numbers.json").write_text(old)
    done = vbp(tmp_path, "compare", *SMALL, "--json", "numbers.json", limit=500)
    assert done.returncode == 1
    assert "numbers.json could not be written" in done.stderr
    assert (tmp_path / "numbers.json").read_text() == old


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
    assert "Cost of care" in done.stdout
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
    assert "Cost of care" in done.stdout
    assert "Traceback" in vbp(tmp_path, "compare", *SMALL, fake="bug", VBP_DEBUG="1").stderr


def test_list_names_everything_with_a_source(tmp_path: Path) -> None:
    done = vbp(tmp_path, "list")
    assert done.returncode == 0, done.stderr
    for name in (
        "mixed_payers",
        "mssp_enhanced",
        "fee_for_service",
        "fixed_practice",
        "target_income",
        "cost_per_capita",
    ):
        assert re.search(rf"^  {name} .*\[.+\]$", done.stdout, re.MULTILINE)


def test_replicate_1_has_the_seed_itself_and_the_others_differ() -> None:
    from vbp_agents.study.tasks import replicate_seed

    assert replicate_seed(7, 1) == 7
    seeds = {replicate_seed(seed, number) for seed in (1, 2, 3) for number in range(1, 200)}
    assert len(seeds) == 3 * 199
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_the_footer_says_whose_behavior_it_is_and_whose_it_replaces(tmp_path: Path) -> None:
    (tmp_path / "slow.yaml").write_text("extends: default\nbehavior: {speed: 0.06}\n")
    (tmp_path / "fast.yaml").write_text("extends: capitation\nbehavior: {speed: 0.5}\n")
    done = vbp(tmp_path, "compare", "fast.yaml", *SMALL, "--behavior", "slow.yaml")
    assert done.returncode == 0, done.stderr
    assert ", by --behavior, as in slow.yaml, in place of the block of fast." in " ".join(done.stdout.split())
    printed = vbp(tmp_path, "run", "fast.yaml", "--patients", "100", "--years", "1")
    assert "Behavior of providers: profit_and_benefit (" in printed.stdout
    assert "), as in fast." in printed.stdout
    assert "in all scenarios" not in printed.stdout
    assert "profit and benefit, the default." in vbp(tmp_path, "compare", "capitation", *SMALL).stdout
    assert "), the default." in vbp(tmp_path, "compare", "capitation", *SMALL, "--all").stdout


def test_list_keeps_to_the_terminal_and_is_whole_for_a_program(tmp_path: Path) -> None:
    narrow, whole = vbp(tmp_path, "list", COLUMNS="80").stdout, vbp(tmp_path, "list").stdout
    assert max(map(len, narrow.splitlines())) <= 80
    assert narrow.split() == whole.split()
    assert len(whole.splitlines()) < len(narrow.splitlines())


def test_that_the_loops_are_compiled_is_said_before_the_bar(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", "capitation", *SMALL, fake="compiling")
    assert done.returncode == 0
    assert done.stderr.index("Compiling once, about 15 s") < done.stderr.index("simulating")
    assert "Compiling" not in vbp(tmp_path, "compare", "capitation", *SMALL).stderr


def test_an_interruption_is_told_also_while_a_command_is_read_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports take a second, in which Typer would end without a word."""

    class Slow(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "vbp_agents.command_line.commands", Slow("commands"))
    done = CliRunner().invoke(app, ["list"])
    assert (done.exit_code, done.stderr) == (130, "vbp: interrupted\n")
