"""Worked examples of every regime: numbers in tests/regimes/*.yaml, computed by hand from rule texts."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vbp_agents.book import Book
from vbp_agents.regimes import find, regimes
from vbp_agents.regimes.base import Regime
from vbp_agents.terms.document import read_document
from vbp_agents.terms.scenario_file import find_scenario

EXAMPLES = sorted((Path(__file__).parent / "regimes").glob("*.yaml"))


def examples() -> list[Any]:
    listed = []
    for file in EXAMPLES:
        read: Any = read_document(file).plain()
        listed += [
            pytest.param(read["scenario"], example, id=f"{file.stem}: {example['name']}")
            for example in read["examples"]
        ]
    return listed


def as_book(columns: dict[str, Any], **more: Any) -> Book:
    arrays = {name: np.atleast_1d(np.asarray(value, float)) for name, value in columns.items() if name != "market"}
    market = columns.get("market")
    return Book(arrays, as_book(market) if market else None, **more)


@pytest.mark.parametrize(("scenario", "example"), examples())
def test_worked_example(scenario: str, example: dict[str, Any]) -> None:
    contract = find_scenario(scenario).contracts[0]
    rule = find(contract.regime).model_validate(contract.terms | example.get("terms", {}))
    earlier = tuple(as_book(year) for year in example.get("earlier", []))
    now = example["book"] | {"market": example.get("market")}
    book = as_book(now, earlier=earlier, performance_year=example["performance_year"], months=example.get("months", 12))
    if "pay" in example:
        np.testing.assert_allclose(rule.pay(book), np.atleast_1d(example["pay"]), rtol=1e-9, atol=1e-6)
        return
    statement = rule.settle(book)
    for line, expected in example["settle"].items():
        np.testing.assert_allclose(statement[line], expected, rtol=1e-9, atol=1e-6, err_msg=line)


def test_every_regime_has_worked_examples_with_arithmetic_and_source() -> None:
    shown: dict[str, int] = {}
    for file in EXAMPLES:
        read: Any = read_document(file).plain()
        regime = find_scenario(read["scenario"]).contracts[0].regime
        assert all(example["source"] and example["why"] for example in read["examples"])
        shown[regime] = shown.get(regime, 0) + len(read["examples"])
    folder = Path(inspect.getfile(Regime)).parent
    assert min(shown.values()) >= 5, shown
    assert set(shown) == {name for name, regime in regimes().items() if Path(inspect.getfile(regime)).parent == folder}


@pytest.mark.parametrize(
    "alike",
    [("mssp_basic_a", "mssp_basic_b", "shared_savings_one_sided"), ("mssp_basic_e", "shared_savings_two_sided")],
)
def test_presets_with_the_same_terms_under_several_names(alike: tuple[str, ...]) -> None:
    """BASIC A and B have the same terms [R01, R04]; the generic presets are BASIC A and E by definition."""
    assert len({find_scenario(name).hash for name in alike}) == 1
