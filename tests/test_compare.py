"""`compare` from Python: what it takes, what it says and saves, and what it refuses before anything is run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from small_comparison import SMALL, costs

import vbp_agents as vbp
from vbp_agents.presentation.drawing import picture_bytes


def test_names_paths_and_scenarios_are_alike(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("extends: capitation\n")
    scenario = vbp.find_scenario("capitation")
    alike = [costs(vbp.compare(what, **SMALL, replicates=1)) for what in ("capitation", file, scenario, [scenario])]
    assert alike == [alike[0]] * 4


def test_seeds_are_whole_numbers_of_any_kind() -> None:
    plain = costs(vbp.compare("capitation", **SMALL, replicates=1))
    for seed in (np.int64(5), np.uint64(5), np.int8(5)):
        assert costs(vbp.compare("capitation", **{**SMALL, "seed": seed}, replicates=1)) == plain


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "seed 1.5": ({"seed": 1.5}, r"seed: 1\.5 is no whole number; allowed 0 to 9,223,372,036,854,775,807"),
    "seed True": ({"seed": True}, "seed: True is no whole number"),
    "seed '1'": ({"seed": "1"}, "seed: '1' is no whole number"),
    "seed -1": ({"seed": -1}, "seed: -1 is out of range"),
    "seed 2**63": ({"seed": 2**63}, "seed: .* is out of range"),
    "seed np.float64": ({"seed": np.float64(1)}, "seed: .* is no whole number"),
    "years 0": ({"years": 0}, "years: 0 is out of range; allowed 1 to 50"),
    "years -1": ({"years": -1}, "years: -1 is out of range"),
    "years 2.0": ({"years": 2.0}, r"years: 2\.0 is no whole number"),
    "replicates 0": ({"replicates": 0}, "replicates: 0 is out of range; allowed 1 to 10,000"),
    "patients 0": ({"patients": 0}, "patients: 0 is out of range; allowed 100 to 100,000,000"),
    "patients None": ({"patients": None}, "patients: None is no whole number"),
    "patients too many": ({"patients": 100_000_000}, "needs about 43 GB of memory"),
    "threads 0": ({"threads": 0}, "threads: 0 is out of range; allowed 1 to 256"),
    "threads -1": ({"threads": -1}, "threads: -1 is out of range"),
}


@pytest.mark.parametrize(("given", "message"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("call", ["compare", "replicates"])
def test_sizes_are_checked_before_anything_is_run(given: dict[str, Any], message: str, call: str) -> None:
    size = {"patients": 300, "years": 1, "replicates": 1, "seed": 1, "threads": 1} | given
    if call == "replicates":
        size["count"] = size.pop("replicates")
        message = message.replace("replicates:", "replicates:")
    function: Callable[..., Any] = getattr(vbp, call)
    with pytest.raises(vbp.WrongInput, match=message) as error:
        function(["capitation"], **size)
    [(path, _)] = error.value.problems
    assert path in ("", *given)


def test_two_scenarios_of_one_name_are_refused() -> None:
    """Results by name would hold one of them."""
    first = vbp.find_scenario("capitation")
    for call in (vbp.compare, vbp.replicates):
        function: Callable[..., Any] = call
        with pytest.raises(vbp.WrongInput, match="two scenarios are named 'capitation'") as error:
            function([first, first], patients=300)
        assert error.value.problems[0][0] == "scenarios.1"


def test_siblings_without_a_name_are_told_of_one() -> None:
    """Two that are made from one scenario are both NAME_2; so may one of a file and a baseline of its name be."""
    deals = [vbp.find_scenario("capitation").with_values({"contracts.0.terms.discount": d}) for d in (0.03, 0.04)]
    with pytest.raises(vbp.WrongInput, match=r"two scenarios are named 'capitation_2'.*name='another'"):
        vbp.compare(deals, patients=300)
    with pytest.raises(vbp.WrongInput, match=r"two scenarios are named 'capitation_2'.*name='another'"):
        vbp.compare(deals[0], baseline=deals[1], patients=300)


@pytest.mark.parametrize(
    ("scenarios", "message"),
    [
        ([], "there is no scenario to run"),
        (["capitaton"], "did you mean 'capitation'"),
        ([3], "3 is no scenario"),
        ([None], "None is no scenario"),
        (None, "None is no scenario"),
        (["nowhere.yaml"], "there is no such file"),
    ],
)
def test_what_is_no_scenario_is_refused(scenarios: Any, message: str) -> None:
    for call in (vbp.compare, vbp.replicates):
        function: Callable[..., Any] = call
        with pytest.raises(vbp.WrongInput, match=message):
            function(scenarios, patients=300)


@pytest.fixture(scope="module")
def small() -> vbp.Comparison:
    return vbp.compare(["capitation", "mixed_payers"], **SMALL, replicates=2, tables=True)


def test_a_table_is_tidy(small: vbp.Comparison) -> None:
    """A row a metric and scenario; the difference of the means is the mean difference where both have a number."""
    table = small.table()
    assert len(table) == len(vbp.METRICS) * 3
    assert not table.duplicated(["metric", "scenario"]).any()
    base = table[table.scenario == "fee_for_service"].set_index("metric")["mean"]
    both = table[(table.scenario == "capitation") & (table.n == 2)].set_index("metric")
    np.testing.assert_allclose(both["mean"] - base[both.index], both["difference"], atol=1e-9)


def test_each_replicate_is_there_too(small: vbp.Comparison) -> None:
    rows = small.by_replicate()
    assert len(rows) == 3 * 2 * len(vbp.METRICS)
    assert set(rows.seed) == {5, vbp.replicate_seed(5, 2)}
    means = rows.groupby(["scenario", "metric"]).value.mean()
    table = small.table().set_index(["scenario", "metric"])["mean"]
    pd.testing.assert_series_equal(
        means.sort_index(), table.sort_index(), check_names=False, check_exact=False, check_index=True
    )


@pytest.mark.parametrize("tables", [True, False])
def test_what_is_saved_is_loaded(small: vbp.Comparison, tmp_path: Path, tables: bool) -> None:
    saved = small if tables else vbp.compare(["capitation", "mixed_payers"], **SMALL, replicates=2)
    saved.save(tmp_path / "r")
    loaded = vbp.load(tmp_path / "r")
    assert loaded.to_json() == small.to_json()
    assert loaded.remarks() == small.remarks()
    pd.testing.assert_frame_equal(loaded.by_replicate(), small.by_replicate())
    assert ((tmp_path / "r" / "months.parquet").exists()) == tables


def test_a_folder_of_the_first_version_is_loaded(small: vbp.Comparison, tmp_path: Path) -> None:
    """It has tables, and no file of what they came to."""
    folder = tmp_path / "r"
    small.save(folder)
    (folder / "metrics.parquet").unlink()
    facts = json.loads((folder / "metadata.json").read_text())
    old = {"contracts_held", "layers_paid", "behavior_from", "baseline"}
    facts = {key: value for key, value in facts.items() if key not in old} | {"version": "0.1.0"}
    facts["files"].remove("metrics.parquet")
    (folder / "metadata.json").write_text(json.dumps(facts))
    loaded = vbp.load(folder)
    assert loaded.to_json() == small.to_json()
    assert loaded.held == small.held
    assert loaded.layers == small.layers


def test_results_are_not_replaced_unless_asked(small: vbp.Comparison, tmp_path: Path) -> None:
    small.save(tmp_path / "r")
    with pytest.raises(vbp.WrongInput, match="exists already"):
        small.save(tmp_path / "r")
    small.save(tmp_path / "r", overwrite=True)


def test_an_interruption_keeps_what_is_finished(tmp_path: Path) -> None:
    """It comes in the second replicate: one has 36 + 2 x 24 = 84 months."""

    def impatient(done: int, total: int) -> None:
        if done > 90:
            raise KeyboardInterrupt

    with pytest.warns(RuntimeWarning, match="1 of 3 replicates were finished and kept"):
        comparison = vbp.compare("capitation", **{**SMALL, "threads": 1}, replicates=3, progress=impatient)
    assert costs(comparison) == costs(vbp.compare("capitation", **SMALL, replicates=1))
    assert comparison.document["replicates"] == 1
    comparison.save(tmp_path / "r")
    again = vbp.load(tmp_path / "r")
    assert isinstance(again.stopped, KeyboardInterrupt)
    assert "1 of 3 replicates" in repr(again) == repr(comparison)
    assert again.to_json() == comparison.to_json()


def test_what_was_not_stopped_does_not_say_so(small: vbp.Comparison, tmp_path: Path) -> None:
    small.save(tmp_path / "r")
    assert vbp.load(tmp_path / "r").stopped is None
    assert "stopped" not in (tmp_path / "r" / "metadata.json").read_text()


def test_an_interruption_before_anything_is_finished_is_raised() -> None:
    def impatient(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vbp.compare("capitation", **{**SMALL, "seed": 6}, replicates=1, progress=impatient)


def test_a_comparison_shows_itself(small: vbp.Comparison) -> None:
    """Printed and in a notebook: the same cells, the same sentences, nothing of a terminal's colors."""
    text, page, frame = str(small), small._repr_html_(), small.headline()
    assert list(frame.columns) == ["fee for service", "capitation", "mixed payers"]
    assert "Cost of care, $ a person and year" in frame.index
    for cell in frame["capitation"]:
        assert cell in page
    for sentence in small.reading():
        assert " ".join(sentence.split()) in " ".join(text.replace("\n  ", " ").split())
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert repr(small) == (
        "<Comparison of capitation, mixed_payers with fee_for_service: 300 patients, 2 years, 2 of 2 replicates>"
    )


def test_a_notebook_shows_the_figure_without_being_set_up(small: vbp.Comparison) -> None:
    """Where `%matplotlib inline` was not run, IPython asks the figure itself: it gives the picture of the command."""
    notebook: Any = DisplayFormatter()
    shown, _ = notebook.format(small.plot())
    assert shown["image/png"] == picture_bytes(small.plot())
    assert shown["image/png"].startswith(b"\x89PNG")


def test_a_picture_is_a_figure(small: vbp.Comparison, tmp_path: Path) -> None:
    small.plot().savefig(tmp_path / "picture.svg")
    assert "<svg" in (tmp_path / "picture.svg").read_text()


def test_every_exported_name_is_what_it_says() -> None:
    """Also once every module has been imported: none hides a name of the package."""
    import importlib
    import pkgutil

    for module in pkgutil.walk_packages(vbp.__path__, "vbp_agents."):
        if ".app" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name, home in vbp.HOMES.items():
        assert getattr(vbp, name) is getattr(importlib.import_module(f"vbp_agents.{home}"), name), name


def test_a_run_is_checked_as_a_comparison_is() -> None:
    world = vbp.build_world("capitation", patients=300, seed=5)
    function: Callable[..., Any] = vbp.run
    for years, message in ((0, "out of range"), (-1, "out of range"), (1.5, "no whole number"), (True, "no whole")):
        with pytest.raises(vbp.WrongInput, match=message):
            function(world, "capitation", years)
    with pytest.raises(vbp.WrongInput, match="is no world: build one with build_world"):
        function(None, "capitation", 1)
    assert function(world, "capitation", np.int64(1)).tables["months"].month.max() == 12


@pytest.mark.parametrize(("seed", "number"), [(1.5, 1), (1, 0), (True, 2), (-1, 2), ("1", 2), (1, 1.0)])
def test_a_seed_comes_from_a_seed_and_a_number(seed: Any, number: Any) -> None:
    with pytest.raises(vbp.WrongInput):
        vbp.replicate_seed(seed, number)


@pytest.mark.parametrize("values", [None, [("behavior.speed", 0.1)], "behavior.speed=0.1"])
def test_values_are_a_mapping(values: Any) -> None:
    with pytest.raises(vbp.WrongInput, match="is no mapping; write values by path"):
        vbp.find_scenario("capitation").with_values(values)
    if values:
        with pytest.raises(vbp.WrongInput, match="is no mapping"):
            vbp.compare("capitation", **SMALL, set=values)


def damaged(folder: Path, how: str) -> None:
    """A folder of results after an accident."""
    file = folder / ("metrics.parquet" if "metrics" in how else "months.parquet")
    if "missing" in how:
        file.unlink()
    elif "empty" in how:
        file.write_bytes(b"")
    elif "cut" in how:
        file.write_bytes(file.read_bytes()[:100])
    else:
        numbers = json.loads((folder / "comparison.json").read_text())
        (folder / "comparison.json").write_text(json.dumps(numbers | {"baseline": None}))


@pytest.mark.parametrize("how", ["missing", "empty", "cut", "missing metrics", "cut metrics"])
def test_a_damaged_folder_is_said_with_its_file(how: str, small: vbp.Comparison, tmp_path: Path) -> None:
    small.save(tmp_path / "r")
    damaged(tmp_path / "r", how)
    with pytest.raises(vbp.WrongInput, match=r"\.parquet is (missing|damaged)"):
        vbp.read_tables(tmp_path / "r")
    if "metrics" in how:
        with pytest.raises(vbp.WrongInput, match=r"metrics\.parquet is (missing|damaged)"):
            vbp.load(tmp_path / "r")


def test_a_baseline_that_was_not_run_is_said(small: vbp.Comparison, tmp_path: Path) -> None:
    small.save(tmp_path / "r")
    damaged(tmp_path / "r", "baseline")
    with pytest.raises(vbp.WrongInput, match="its baseline 'None' was not run"):
        vbp.load(tmp_path / "r")


def test_other_files_in_the_folder_are_no_tables(small: vbp.Comparison, tmp_path: Path) -> None:
    small.save(tmp_path / "r")
    pd.DataFrame({"mine": [1]}).to_parquet(tmp_path / "r" / "mine.parquet")
    (tmp_path / "r" / "torn.parquet").write_bytes(b"PAR1")
    assert {"mine", "torn"}.isdisjoint(vbp.read_tables(tmp_path / "r"))
