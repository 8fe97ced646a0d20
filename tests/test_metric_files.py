"""A user's own metrics: measured after all others, and kept with results; what is wrong is said with file and line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import DEFAULT

import vbp_agents
from vbp_agents.actors.world import World
from vbp_agents.metric_file import MetricFileError, load_metric_file
from vbp_agents.metrics import METRICS, measure
from vbp_agents.model import run_model
from vbp_agents.study.comparing import load

GOOD = '''
from vbp_agents import metric


@metric("money", "dollars", "lower", "a test")
def paid_to_holders(tables):
    """All that payers pay to contract holders."""
    return float(tables["months"]["paid_to_holder"].sum())
'''
RETURN = 'return float(tables["months"]["paid_to_holder"].sum())'


def write(folder: Path, text: str = GOOD, name: str = "mine") -> Path:
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_users_metric_is_measured_after_all_others(tmp_path: Path, small_world: World) -> None:
    [metrics] = load_metric_file(write(tmp_path))
    assert list(METRICS)[-1] == "paid_to_holders"
    assert (metrics.about, metrics.unit, metrics.better) == (
        "All that payers pay to contract holders",
        "dollars",
        "lower",
    )
    tables = run_model(small_world, DEFAULT, 1).tables
    assert measure(tables)["paid_to_holders"] == float(np.sum(tables["months"]["paid_to_holder"])) > 1e6


def test_the_same_file_is_read_anew(tmp_path: Path) -> None:
    for factor in ("2", "3"):
        load_metric_file(write(tmp_path, GOOD.replace(RETURN, f"return {factor}.0")))
        assert METRICS["paid_to_holders"].value({}) == float(factor)


BROKEN = {
    "syntax": (
        GOOD.replace("def paid_to_holders(tables):", "def paid_to_holders(tables)"),
        r"syntax\.py:6: SyntaxError",
    ),
    "column": (GOOD.replace('paid_to_holder"', 'paid"'), r"column\.py:8: KeyError: 'paid'"),
    "table": (GOOD.replace('"months"', '"moths"'), r"table\.py:8: KeyError: 'moths'"),
    "none": ("x = 1\n", r"none\.py: defines no metric; put `@metric"),
    "aim": (GOOD.replace('"money"', '"wealth"'), r"has the aim 'wealth'; allowed volume, coordination"),
    "better": (GOOD.replace('"lower"', '"less"'), r"better='less'; allowed 'higher', 'lower', None"),
    "text": (GOOD.replace(RETURN, "return 'much'"), r"paid_to_holders gives a str; a number, or None"),
    "taken": (GOOD.replace("def paid_to_holders", "def mortality"), r"'mortality' is a metric already"),
    "empty": (GOOD.replace(RETURN, 'return 1 / len(tables["months"]["month"])'), r"empty\.py:8: ZeroDivisionError"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_metric_file_says_what_and_where(tmp_path: Path, name: str) -> None:
    text, message = BROKEN[name]
    before = set(METRICS)
    with pytest.raises(MetricFileError, match=message) as raised:
        load_metric_file(write(tmp_path, text, name))
    assert "\n" not in str(raised.value)
    assert set(METRICS) == before


def document(found: vbp_agents.Comparison) -> dict[str, Any]:
    metrics: dict[str, Any] = json.loads(found.to_json())["metrics"]
    return metrics


@pytest.mark.slow
def test_it_is_in_comparisons_and_their_files(tmp_path: Path) -> None:
    """Also where the folder is read by somebody who has another metric, of which it has no number."""
    load_metric_file(write(tmp_path))
    comparison = vbp_agents.compare(["capitation"], patients=500, years=1, replicates=2, seed=1)
    assert document(comparison)["paid_to_holders"]["values"]["capitation"]["mean"] > 1e5
    comparison.save(tmp_path / "out")
    load_metric_file(write(tmp_path, GOOD.replace("paid_to_holders", "another"), "another"))
    again = load(tmp_path / "out")
    metrics = document(again)
    assert metrics["paid_to_holders"] == document(comparison)["paid_to_holders"]
    assert metrics["another"]["values"]["capitation"]["mean"] is None
