"""The default scenarios still give what they gave when the baseline was stored: a drift is seen, and told."""

import json
from typing import Any

import pytest
from processors import EXACT, is_exact
from refresh_baseline import CHANGELOG, STORED, Scenarios, entries, known, numbers, refusal

from vbp_agents.study.question import DEFAULTS

EXACTLY = {"counts": 0.0, "cents": 0.0, "metrics": 1e-9}
"""Relative tolerances on x86-64 with FMA and glibc: metrics are sums of versions of pandas."""
ELSEWHERE = {"counts": 0.001, "cents": 0.001, "metrics": 0.02}
"""Where the last digit of a logarithm may send a patient another way."""


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(STORED.read_text())
    return document


def test_the_baseline_is_of_the_default_scenarios(stored: dict[str, Any]) -> None:
    assert list(stored["scenarios"]) == list(DEFAULTS)


def test_what_the_baseline_was_refreshed_for_is_in_the_changelog(stored: dict[str, Any]) -> None:
    assert stored["changes"]
    assert set(stored["changes"]) <= set(entries(CHANGELOG.read_text(encoding="utf-8")))


@pytest.mark.slow
def test_numbers_are_those_of_the_baseline(stored: dict[str, Any]) -> None:
    """Refresh with `python tests/refresh_baseline.py`."""
    counted = known(numbers(), stored["scenarios"])
    tolerances = EXACTLY if is_exact() else ELSEWHERE
    rule = f"exactly on {EXACT} (metrics 1e-9), elsewhere within 0.1% (metrics 2%)"
    where = f"the machine is {'such a one' if is_exact() else 'another one'}"
    for name, parts in stored["scenarios"].items():
        for part, tolerance in tolerances.items():
            assert near(counted[name][part], parts[part], tolerance), f"{name}: {part} must agree {rule}; {where}"


def near(counted: dict[str, float | None], stored: dict[str, float | None], tolerance: float) -> bool:
    """Whether the same numbers are there, each as near as that."""
    known = {name: value for name, value in stored.items() if value is not None}
    same = {name for name, value in counted.items() if value is not None} == known.keys()
    return same and {name: counted[name] for name in known} == pytest.approx(known, rel=tolerance, abs=1e-9)


def test_near_is_relative_and_none_stays_none() -> None:
    assert near({"a": 100.9, "b": None}, {"a": 100.0, "b": None}, 0.01)
    assert not near({"a": 101.1, "b": None}, {"a": 100.0, "b": None}, 0.01)
    assert not near({"a": 100.0, "b": 1.0}, {"a": 100.0, "b": None}, 0.01)


def found(visits: int) -> Scenarios:
    """Numbers of one scenario."""
    return {"a": {"counts": {"primary": visits}, "metrics": {"visits": visits / 2}}}


CHANGED = "## 1\n\n- An entry.\n- CHANGES RESULTS: visits differ,\n  a little\n"


def test_a_baseline_is_refreshed_only_for_a_new_reason() -> None:
    new = CHANGED + "- CHANGES RESULTS: stays as well\n"
    assert entries(new) == ["visits differ,", "stays as well"]
    old = {"changes": entries(CHANGED), "scenarios": found(1)}
    assert refusal(old, found(1), new) == "nothing has changed"
    assert "CHANGES RESULTS" in (refusal(old, found(2), CHANGED) or "")
    assert "CHANGES RESULTS" in (refusal(old, {}, CHANGED) or "")
    assert refusal(old, found(2), new) is None
    assert refusal({}, found(2), CHANGED) is None


def test_a_new_metric_needs_no_reason() -> None:
    more = found(1)
    more["a"]["metrics"]["new"] = 3.0
    assert known(more, found(1)) == found(1)
    assert refusal({"changes": entries(CHANGED), "scenarios": found(1)}, more, CHANGED) is None
