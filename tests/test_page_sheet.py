"""What differs between scenarios, and the controls of what is assumed: all of it from declarations."""

import csv
import io
from pathlib import Path

from vbp_agents.app import controls
from vbp_agents.app.sheet import differing, sheet_csv
from vbp_agents.regime_file import load_regime_file
from vbp_agents.terms.scenario import under
from vbp_agents.terms.scenario_file import find_scenario

REGIME = '''
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime


class FlatFee(Regime):
    """A fixed number of dollars per member-month."""

    title = "Flat fee"
    source = "a test"
    fee: float = param(50.0, "dollars per member-month", 5, 900, "invented for a test")

    def pay(self, book):
        return self.fee * book["member_months"]
'''


def test_a_changed_number_and_a_changed_choice_are_two_lines() -> None:
    one = find_scenario("capitation")
    changes = {"behavior.speed": 0.07, "measurement.outcomes": True}
    lines = {line.path: line for line in differing([one, one.with_values(changes, "other"), one])}
    assert set(lines) == set(changes)
    speed = lines["behavior.speed"]
    assert (speed.title, speed.unit, speed.group) == (
        "Speed",
        "share of the way a month that a lever moves",
        "Behavior",
    )
    assert (speed.values, speed.there) == ((0.085, 0.07, 0.085), (True, True, True))
    assert speed.kind == "assumption"


def test_what_only_one_scenario_has_is_a_line_too() -> None:
    lines = {line.path: line for line in differing([find_scenario("capitation"), find_scenario("bundled")])}
    discount = lines["contracts.0.terms.discount"]
    assert discount.values[0] == find_scenario("capitation").contracts[0].terms["discount"]
    assert (discount.there, discount.group) == (
        (True, "discount" in find_scenario("bundled").contracts[0].terms),
        "Contract 1",
    )
    assert lines["contracts.0.regime"].values == ("capitation", "bundled")


def test_the_file_has_the_lines_with_every_digit() -> None:
    one = find_scenario("capitation")
    other = one.with_values({"behavior.speed": 1 / 3}, "other")
    rows = list(csv.reader(io.StringIO(sheet_csv(differing([one, other]), ["capitation", "other"]).decode())))
    assert rows[0][4:6] == ["capitation", "other"]
    assert [float(cell) for cell in rows[1][4:6]] == [0.085, 1 / 3]


def test_a_number_that_a_new_declaration_adds_is_on_the_page(tmp_path: Path) -> None:
    """Nothing in the page knows of it."""
    file = tmp_path / "flat_fee.py"
    file.write_text(REGIME, encoding="utf-8")
    load_regime_file(file)
    scenario = under("flat_fee", find_scenario("default"))
    numbers, choices = controls.control_rows(scenario, {}, lambda path: path.startswith("contracts."))
    row = next(row for row in numbers if row["path"] == "contracts.0.terms.fee")
    assert {name: row[name] for name in ("title", "value", "unit", "low", "high", "source", "group", "first")} == {
        "title": "Fee",
        "value": 50.0,
        "unit": "dollars per member-month",
        "low": 5,
        "high": 900,
        "source": "invented for a test",
        "group": "Flat fee, medicare",
        "first": True,
    }
    regime = next(choice for choice in choices if choice["path"] == "contracts.0.regime")
    assert {"value": "flat_fee", "title": "flat fee"} in regime["options"]
    line = next(line for line in differing([find_scenario("capitation"), scenario]) if line.path.endswith("terms.fee"))
    assert line.there == (False, True)


def test_every_number_and_choice_is_offered_once() -> None:
    scenario = find_scenario("mssp_enhanced")
    numbers, choices = controls.control_rows(scenario, {"behavior.speed": 0.1}, lambda path: True)
    paths = [row["path"] for row in (*numbers, *choices)]
    assert len(paths) == len(set(paths))
    assert {number.path for number in scenario.numbers()} <= set(paths)
    assert [row["path"] for row in numbers if row["changed"]] == ["behavior.speed"]
    first = [row["path"] for row in numbers if row["first"] and not row["path"].startswith("contracts.")]
    assert set(first) == set(controls.SHOWN_FIRST)
