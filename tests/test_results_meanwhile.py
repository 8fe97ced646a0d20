"""A folder that somebody else fills while a run is under way: nothing is lost, on either side; and tables as CSV."""

import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import SMALL, listed, vbp

from vbp_agents.errors import CannotWrite
from vbp_agents.presentation.task import write_numbers
from vbp_agents.results import Results, read_tables
from vbp_agents.terms.scenario_file import find_scenario

FACTS = {"version": "0", "seed": 1}
ONE = pd.DataFrame({"metric": ["a", "b"], "value": [0.1, 2.0]})


def begun(folder: Path, overwrite: bool = False, csv: bool = False) -> Results:
    results = Results(folder, [find_scenario("capitation")], FACTS, overwrite, csv)
    results.add({"capitation": {}}, 1, 1, {"capitation": {"metrics": ONE}})
    return results


@pytest.mark.parametrize("overwrite", [False, True])
def test_of_two_at_once_the_later_one_goes_beside(tmp_path: Path, overwrite: bool) -> None:
    """Also where both may replace what was there when they began: not each other's."""
    folder = tmp_path / "out"
    if overwrite:
        with begun(folder) as before:
            before.finish()
    with begun(folder, overwrite) as one, begun(folder, overwrite) as other:
        one.add({"capitation": {}}, 2, 7, {"capitation": {"metrics": ONE}})
        one.finish()
        with pytest.raises(CannotWrite, match=r"out was filled by something else meanwhile: .* are in .*out_2"):
            other.finish()
    assert json.loads((folder / "metadata.json").read_text())["replicate_seeds"] == [1, 7]
    assert json.loads((tmp_path / "out_2" / "metadata.json").read_text())["replicate_seeds"] == [1]
    assert len(read_tables(folder)["metrics"]) == 4
    assert len(read_tables(tmp_path / "out_2")["metrics"]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out_2"]


def test_files_that_are_none_of_ours_stay(tmp_path: Path) -> None:
    with begun(tmp_path / "out") as results:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine.txt").write_text("mine")
        with pytest.raises(CannotWrite):
            results.finish()
    assert listed(tmp_path / "out") == ["mine.txt"]
    assert len(read_tables(tmp_path / "out_2")["metrics"]) == 2


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    with begun(tmp_path / "out") as results:
        (tmp_path / "out").mkdir()
        results.finish()
    assert len(read_tables(tmp_path / "out")["metrics"]) == 2


def test_a_file_that_appears_where_numbers_should_go_stays(tmp_path: Path) -> None:
    file = tmp_path / "numbers.json"
    write_numbers(file, b'{"schema": 1, "version": "0"}')
    write_numbers(file, b'{"schema": 1, "version": "1"}')
    file.write_text("a letter")
    with pytest.raises(CannotWrite, match="holds no numbers that vbp wrote"):
        write_numbers(file, b"{}")
    assert file.read_text() == "a letter"


def test_tables_as_text_hold_what_the_others_hold(tmp_path: Path) -> None:
    """Of two replicates, below one header; the folder lists them, and is read as before."""
    with begun(tmp_path / "out", csv=True) as results:
        results.add({"capitation": {}}, 2, 7, {"capitation": {"metrics": ONE}})
        results.finish()
    assert (tmp_path / "out" / "metrics.csv").read_bytes() == (
        b"scenario,replicate,metric,value\n"
        b"capitation,1,a,0.1\ncapitation,1,b,2.0\ncapitation,2,a,0.1\ncapitation,2,b,2.0\n"
    )
    assert "metrics.csv" in json.loads((tmp_path / "out" / "metadata.json").read_text())["files"]
    assert list(read_tables(tmp_path / "out")) == ["metrics"]


def test_csv_on_the_command_line(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", "capitation", *SMALL, "--out", "out", "--csv")
    assert done.returncode == 0, done.stderr
    frames = read_tables(tmp_path / "out")
    for name, frame in frames.items():
        read = pd.read_csv(tmp_path / "out" / f"{name}.csv", keep_default_na=name == "metrics")
        assert list(read.columns) == list(frame.columns)
        assert len(read) == len(frame)
    again = vbp(tmp_path, "compare", "capitation", *SMALL, "--out", "out", "--overwrite")
    assert again.returncode == 0, again.stderr
    assert not list((tmp_path / "out").glob("*.csv"))


def test_csv_needs_a_folder(tmp_path: Path) -> None:
    done = vbp(tmp_path, "compare", "capitation", *SMALL, "--csv")
    assert done.returncode == 2
    assert "name a folder with --out" in done.stderr
    assert not listed(tmp_path)
