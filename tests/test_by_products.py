"""Results do not depend on what is made beside them: pictures come last, and their failure is one note."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import FAKE_VBP, SMALL, listed, posix, vbp
from matplotlib.text import Text
from test_headline import DEFAULTS, compared_scenarios

from vbp_agents.presentation.drawing import picture_bytes
from vbp_agents.presentation.task import by_product
from vbp_agents.reports.plots import comparison_figure

NOTEBOOK = "module://matplotlib_inline.backend_inline"
"""The backend that a notebook's kernel hands on to the commands that it calls."""
NOTE = "no picture, all else is complete: "


def metadata(folder: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads((folder / "metadata.json").read_text())
    return document


def test_a_comparison_is_whole_where_its_picture_fails(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", *SMALL, "--out", "r", "--json", "n.json", fake="broken picture")
    assert done.returncode == 0, done.stderr
    assert f"{NOTE}no font has any letter" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Cost of care" in done.stdout
    assert {"r", "n.json", "r/metadata.json", "r/comparison.json"} <= set(listed(tmp_path))
    assert metadata(tmp_path / "r")["files"] == [*listed_files(tmp_path / "r"), "metadata.json"]


def listed_files(folder: Path) -> list[str]:
    return [name for name in listed(folder) if name != "metadata.json"]


def test_the_folder_s_list_has_the_picture_that_came_last(tmp_path: Path) -> None:
    assert vbp(tmp_path, "compare", *SMALL, "--out", "r").returncode == 0
    assert "comparison.png" in listed(tmp_path / "r")
    assert metadata(tmp_path / "r")["files"] == [*listed_files(tmp_path / "r"), "metadata.json"]
    again = vbp(tmp_path, "compare", *SMALL, "--out", "r", "--overwrite", fake="broken picture")
    assert again.returncode == 0, again.stderr
    assert "comparison.png" not in listed(tmp_path / "r")


def test_a_picture_where_a_folder_stands_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "vbp-compare.png").mkdir()
    done = vbp(tmp_path, "compare", *SMALL, "--json", "n.json")
    assert done.returncode == 0, done.stderr
    assert f"{NOTE}vbp-compare.png could not be written" in done.stderr
    assert "Cost of care" in done.stdout
    assert (tmp_path / "n.json").is_file()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder in which nobody can write")
def test_a_folder_without_room_for_the_picture_still_has_its_table() -> None:
    done = vbp(Path("/proc"), "compare", *SMALL)
    assert done.returncode == 0, done.stderr
    assert NOTE in done.stderr
    assert "Cost of care" in done.stdout


def test_timing_that_cannot_be_written_stops_no_run(tmp_path: Path) -> None:
    done = vbp(
        tmp_path, "run", "capitation", "--patients", "100", "--years", "1", "--out", "r", fake="no room for timing"
    )
    assert done.returncode == 0, done.stderr
    assert "no timing, all else is complete: no room" in done.stderr
    assert "metadata.json" in listed(tmp_path / "r")


SURROUNDINGS = {
    "a notebook's backend": ({"MPLBACKEND": NOTEBOOK}, {}),
    "a backend that is none": ({"MPLBACKEND": "nonsense"}, {}),
    "settings that are none": ({}, {"matplotlibrc": b"font.size: large and bold\nbackend: nonsense\nno colon\n"}),
    "settings that are no text": ({}, {"matplotlibrc": b"font.size: 3\n\xff\xfe\n"}),
    "no folder for caches": ({"MPLCONFIGDIR": "/proc/nowhere"}, {}),
}


@pytest.mark.parametrize("what", SURROUNDINGS)
def test_what_surrounds_matplotlib_stops_no_contract(what: str, tmp_path: Path) -> None:
    """`vbp contract` itself, whose pictures are real: the same tables; the picture is there, or one note why not."""
    environment, files = SURROUNDINGS[what]
    backend, caches = (environment.get(name, "") for name in ("MPLBACKEND", "MPLCONFIGDIR"))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = vbp(tmp_path, "contract", "capitation", "--json", "n.json", MPLBACKEND=backend, MPLCONFIGDIR=caches)
    assert done.returncode == 0, done.stderr
    assert "expected" in done.stdout
    assert (tmp_path / "n.json").is_file()
    drawn = (tmp_path / "vbp-contract.png").is_file()
    assert done.stderr.splitlines()[0] == "saved: n.json"
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.splitlines()[1].startswith("saved: vbp-contract.png" if drawn else NOTE)
    assert drawn or what == "settings that are no text"


@pytest.mark.slow
@pytest.mark.parametrize(("command", "picture"), [("compare", "comparison"), ("network", "network")])
@pytest.mark.parametrize("broken", [False, True])
def test_a_notebook_s_backend_stops_no_command(command: str, picture: str, broken: bool, tmp_path: Path) -> None:
    """The real model and the real picture; with settings that no text is there is all but the picture."""
    if broken:
        (tmp_path / "matplotlibrc").write_bytes(b"\xff\xfe")
    arguments = [sys.executable, "-m", "vbp_agents", command, "capitation", "--patients", "300", "--years", "1"]
    done = subprocess.run(
        [*arguments, "--replicates", "2", "--out", "r", "--json", "n.json"],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": NOTEBOOK},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    names = listed(tmp_path / "r")
    assert {f"{picture}.json", "metadata.json"} <= set(names)
    assert (f"{picture}.png" in names) is not broken
    assert (NOTE in done.stderr) is broken
    assert metadata(tmp_path / "r")["files"] == [*listed_files(tmp_path / "r"), "metadata.json"]


def test_a_backend_that_is_there_stays_chosen() -> None:
    """A notebook that draws with vbp first, and with pyplot later, still shows its plots where it said."""
    program = (
        "import os; os.environ['MPLBACKEND'] = 'svg'\n"
        "from vbp_agents.presentation.drawing import drawing\n"
        "with drawing(): pass\n"
        "import matplotlib; print(matplotlib.get_backend(), os.environ['MPLBACKEND'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["svg", "svg"]


def test_a_figure_has_the_same_bytes_however_often_and_as_what_it_is_written() -> None:
    document = compared_scenarios(DEFAULTS[:3])
    figure = comparison_figure(document)
    picture, drawing = picture_bytes(figure), picture_bytes(figure, "svg")
    assert picture.startswith(b"\x89PNG")
    assert drawing.startswith(b"<?xml")
    assert b"dc:date" not in drawing
    assert picture_bytes(comparison_figure(document)) == picture
    assert picture_bytes(comparison_figure(document), "svg") == drawing


@pytest.mark.parametrize("count", [1, 2, 4, 7])
@pytest.mark.parametrize("replicates", [1, 3])
def test_no_words_of_the_picture_are_cut_or_overlap(count: int, replicates: int) -> None:
    figure = comparison_figure(compared_scenarios(DEFAULTS[:count], replicates), ["A note. " * 40])
    picture_bytes(figure)
    width, height = figure.get_size_inches() * figure.dpi
    written = [*figure.texts, *figure.axes[0].get_yticklabels()]
    for axes in figure.axes:
        written += [axes.xaxis.label, *(child for child in axes.get_children() if isinstance(child, Text))]
    boxes = [text.get_window_extent() for text in written if text.get_text().strip()]
    assert len(boxes) > 20
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= width and b.y1 <= height for b in boxes)
    assert not [1 for k, a in enumerate(boxes) for b in boxes[:k] if a.overlaps(b)]


def test_a_by_product_that_fails_is_a_note_and_one_that_works_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise MemoryError

    by_product("picture", fails)()
    by_product("picture", lambda: None)()
    assert capsys.readouterr().err == f"{NOTE}MemoryError\n"


@posix
@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("compare", "--help")])
def test_a_full_disk_is_one_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = vbp(tmp_path, *arguments, stdout=full)
    assert done.returncode == 1
    assert done.stderr == "vbp: stdout could not be written: No space left on device\n"


@posix
@pytest.mark.parametrize("stderr", ["/dev/full", "closed"])
def test_progress_that_nobody_can_read_stops_nothing(stderr: str, tmp_path: Path) -> None:
    redirected = "2>&-" if stderr == "closed" else f"2>{stderr}"
    command = f'exec "$0" "$@" {redirected}'
    arguments = ["sh", "-c", command, sys.executable, FAKE_VBP, "compare", *SMALL, "--json", "n.json"]
    done = subprocess.run(arguments, cwd=tmp_path, stdout=subprocess.PIPE, text=True, timeout=120, check=False)
    assert done.returncode == 0
    assert "Cost of care" in done.stdout
    assert listed(tmp_path) == ["n.json", "vbp-compare.png"]


def test_no_columns_are_an_unknown_number_of_columns(tmp_path: Path) -> None:
    for command in (("compare", *SMALL), ("contract", "capitation"), ("list",)):
        plain, unknown = vbp(tmp_path, *command), vbp(tmp_path, *command, COLUMNS="0")
        assert unknown.returncode == 0, unknown.stderr
        assert unknown.stdout == plain.stdout


def test_a_quick_look_says_that_it_is_one(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", "--quick", "--patients", "100", "--json", "n.json")
    assert done.returncode == 0, done.stderr
    assert "a quick look: 2 replicates of 2 years" in done.stderr
    assert "2 years, 2 replicates" in done.stdout
    document = json.loads((tmp_path / "n.json").read_text())
    assert (document["years"], document["replicates"]) == (2, 2)


def test_all_metrics_are_printed_when_asked_for(tmp_path: Path) -> None:
    brief, whole = (vbp(tmp_path, "compare", *SMALL, *more, COLUMNS="200").stdout for more in ((), ("--all",)))
    assert "cost_per_capita" not in brief
    assert "cost_per_capita" in whole
    assert "Cost of care" in whole
