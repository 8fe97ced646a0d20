"""Every column of the gate's runs is as it was stored, and what each scenario is there for is really in force.

What has changed, where, and by how much, says `python tests/gate.py --against REF`.
"""

import json
import sys
from contextlib import nullcontext
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import gate
import gate_columns
import numpy as np
import processors
import pytest
from gate_columns import Columns, Pins, as_json, differences, pins, read_columns, renamed, save_columns, table_columns
from refresh_baseline import PINNED, known
from test_baseline import near

ALL = [*gate.presets(), *gate.features()]
FIRST, *LATER = gate.SEEDS
exact = pytest.mark.skipif(not processors.is_exact(), reason=f"pins are exact on {processors.EXACT} only")


@cache
def columns_of(name: str, seed: int = FIRST) -> Columns:
    """A scenario's columns; its tests share a run."""
    return gate.run_columns([name], [seed])


@cache
def stored() -> Pins:
    """What pins the columns, by the names of today."""
    return renamed(json.loads(PINNED.read_text()))


def of_table(name: str, table: str) -> dict[str, Any]:
    """One table's columns of a scenario."""
    return {column: values for (_, of, column), values in columns_of(name).items() if of == table}


def check_pins(name: str, seed: int) -> None:
    """Raise unless all that is stored of a run is so now: metrics, which are sums of pandas, to nine digits."""
    run = gate.run_name(name, seed)
    before = stored()[run]
    now = known(pins(columns_of(name, seed)), {run: before})[run]
    changed = [
        f"{table}.{column}"
        for table, columns in before.items()
        for column, pin in columns.items()
        if table != "metrics" and now[table].get(column) != pin
    ]
    assert not changed, f"{run}: python tests/gate.py {name} --against REF says how these differ: {', '.join(changed)}"
    assert near(now["metrics"], before["metrics"], 1e-9)


def test_all_runs_are_stored() -> None:
    lacks = {gate.run_name(name, seed) for name in ALL for seed in gate.SEEDS} ^ set(stored())
    assert not lacks, f"a scenario is new or gone, which needs no reason: python tests/refresh_baseline.py ({lacks})"


def check_contracts(name: str) -> None:
    """Raise unless each payer pays some holder by each of its rules in some month."""
    months = of_table(name, "months")
    paid = {(payer, rule) for payer, rules in _pairs(months, "payer", "regime") for rule in rules.split(" + ")}
    asked = {(contract.payer, contract.regime) for contract in gate.scenario_called(name).contracts}
    assert {(payer, rule.split(" (rung")[0]) for payer, rule in paid} >= asked


def _pairs(table: dict[str, Any], *names: str) -> set[tuple[str, ...]]:
    """The combinations of some columns that occur."""
    return set(zip(*(table[name].tolist() for name in names), strict=True))


def check_ladder() -> None:
    """Holders change from rung to rung, enter and leave."""
    months = of_table("ladder", "months")
    january = months["month"] % 12 == 1
    rules = {
        holder: months["regime"][january & (months["contract"] == holder)].tolist()
        for holder in set(months["contract"].tolist())
    }
    steps = {step for years in rules.values() for step in pairwise(years) if step[0] != step[1]}
    assert any("rung" in before and "rung" in after for before, after in steps)
    assert any("rung" in before and "rung" not in after for before, after in steps)
    assert any("rung" not in before and "rung" in after for before, after in steps)


def check_randomized() -> None:
    """Programs of ACOs and of hospitals have controls."""
    for table in ("contracts", "hospitals"):
        programs = of_table("randomized", table)["program"].tolist()
        assert min(programs.count("treated"), programs.count("control")) > 3, table


def check_lists() -> None:
    """Practices are dropped and taken back."""
    table = of_table("lists", "organizations")
    order = np.lexsort((table["year"], table["organization"]))
    organization, holder = table["organization"][order], table["contract"][order]
    same = organization[1:] == organization[:-1]
    inside = holder != "unattached"
    assert (same & inside[:-1] & ~inside[1:]).any()
    assert (same & ~inside[:-1] & inside[1:]).any()


def check_layers() -> None:
    """Two rules at once in year 2 only; fees over the same work at standard prices are 1, then move with updates."""
    months = of_table("layers", "months")
    both = months["month"][np.char.find(months["regime"], " + ") >= 0]
    assert (both.min(), both.max()) == (13, 24)
    paid = months["value_based"] & (months["kind"] != "hospital")
    assert months["month"][paid].min() == 4
    work = of_table("layers", "organizations")
    level = [
        float(work["fees"][work["year"] == year].sum() / work["standard_dollars"][work["year"] == year].sum())
        for year in (1, 2, 3)
    ]
    assert 1.001 < level[0] < 1.025  # +5% for the professional half of the dollars, in half of the year
    assert abs(level[1] - level[0]) > 0.005
    assert level[2] < level[1]  # hospitals' prices fall in month 30


def check_outcomes() -> None:
    """A rule pays on each of three measured outcomes, 15 holders in 3 years."""
    settled = of_table("outcomes", "settlements")
    for line in ("health", "control", "harm"):
        assert np.count_nonzero(settled["amount"][settled["line"] == line]) == 45, line


def check_payers() -> None:
    """All three payers have contracts, and there are 60,000 people."""
    months = of_table("payers", "months")
    paying = set(months["payer"][months["value_based"]].tolist())
    assert paying == {"medicare", "commercial", "medicaid"}
    assert months["member_months"][months["month"] == 1].sum() == gate.LARGER["payers"]


IN_FORCE = {
    "ladder": check_ladder,
    "randomized": check_randomized,
    "lists": check_lists,
    "layers": check_layers,
    "outcomes": check_outcomes,
    "payers": check_payers,
}
"""By scenario of a feature, what raises unless the feature is in force."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_what_a_scenario_is_for_is_in_force_and_every_column_as_stored(name: str) -> None:
    """In one test, as they look at one run. Pins are exact where the processor's last digits are."""
    check_contracts(name)
    if name in gate.features():
        IN_FORCE[name]()
    if processors.is_exact():
        check_pins(name, FIRST)


@exact
@pytest.mark.full
@pytest.mark.parametrize("seed", LATER)
@pytest.mark.parametrize("name", ALL)
def test_so_it_is_under_other_seeds(name: str, seed: int) -> None:
    check_pins(name, seed)


@pytest.mark.full
@pytest.mark.parametrize("setting", processors.SETTINGS)
def test_every_column_is_the_same_on_other_processors(setting: str) -> None:
    if why := processors.why_not(setting):
        pytest.skip(why)
    here = {key: column for name in gate.features() for key, column in columns_of(name).items()}
    elsewhere = gate.columns_elsewhere(gate.features(), [FIRST], variables=processors.environment(setting))
    assert not differences(here, elsewhere)


BEFORE: Columns = {("a", "t", "n"): np.array([1.0, 2.0, np.nan]), ("a", "t", "text"): np.array(["x", "y", "z"])}


def changed(**columns: Any) -> Columns:
    """`BEFORE` with other columns."""
    return BEFORE | {("a", "t", name): np.array(values) for name, values in columns.items()}


def test_nothing_differs_from_itself() -> None:
    assert not differences(BEFORE, changed())


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (changed(n=[1.0, 2.5, np.nan]), "a: t.n: 1 of 3 rows, by at most 0.5 (relative 0.2)"),
        (changed(n=[1.0, 2.0, 3.0]), "a: t.n: 1 of 3 rows have a number in one of the two only"),
        (changed(n=[1.0, 2.0]), "a: t.n: 2 rows, not 3"),
        (changed(n=["1", "2", ""]), "a: t.n: is <U1, not float64"),
        (changed(text=["x", "z", "z"]), "a: t.text: 1 of 3 rows have another text"),
        ({("a", "t", "n"): BEFORE["a", "t", "n"]}, "a: t.text: is gone (or renamed: see RENAMED)"),
    ],
)
def test_what_differs_is_said(now: Columns, expected: str) -> None:
    assert [str(one) for one in differences(BEFORE, now)] == [expected]


def test_whole_numbers_beyond_the_digits_of_real_ones_are_told_apart() -> None:
    """2^53 and one more are one real number."""
    one, other = ({("a", "t", "n"): np.array([2**53 + more, 0])} for more in (0, 1))
    assert differences(one, other)


def test_columns_outlive_a_file_and_take_the_names_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "columns.npz"
    save_columns(file, BEFORE)
    assert not differences(BEFORE, read_columns(file))
    monkeypatch.setattr(gate_columns, "RENAMED", {("t", "n"): ("u", "m")})
    assert set(read_columns(file)) == {("a", "u", "m"), ("a", "t", "text")}
    assert renamed({"a": {"t": {"rows": 1, "n": 3}}}) == {"a": {"t": {"rows": 1}, "u": {"m": 3}}}


def test_pins_see_every_value_and_the_order() -> None:
    """1 + 2 + 4 = 7, and 1 x 1 + 2 x 2 + 3 x 4 = 17; y, x, y are places 1, 0, 1: 1 + 0 + 3 = 4."""
    columns = {("a", "t", name): np.array(values) for name, values in {"n": [1, 2, 4], "text": ["y", "x", "y"]}.items()}
    pinned = pins(columns)
    assert pinned == {"a": {"t": {"rows": 3, "n": [7, 17], "text": [{"x": 1, "y": 2}, 4]}}}
    assert pins({("a", "t", "n"): np.array([2, 1, 4])})["a"]["t"]["n"] == [7, 16]
    assert json.loads(as_json(pinned)) == pinned


def test_numbers_that_there_are_not_are_pinned_too() -> None:
    columns = table_columns({"a": 1.5, "b": None})
    assert pins({("a", "metrics", name): column for name, column in columns.items()}) == {
        "a": {"metrics": {"a": 1.5, "b": None}}
    }


def test_the_gate_ends_with_one_where_anything_differs(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    answers = iter([BEFORE, BEFORE, BEFORE, changed(text=["x", "y", "?"])])
    monkeypatch.setattr(gate, "columns_elsewhere", lambda *_, **__: next(answers))
    assert gate.main(["default", "--with", sys.executable]) == 0
    assert "all 2 columns are the same" in capsys.readouterr().out
    assert gate.main(["default", "--with", sys.executable]) == 1
    assert "1 of 2 columns differ" in capsys.readouterr().out


def test_a_scenario_that_is_new_is_not_asked_of_an_older_tree(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    """The older tree has `default` only; the run of the other is left out of the comparison."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "default.yaml").touch()
    asked = []

    def elsewhere(names: list[str], *_: object) -> Columns:
        asked.append(names)
        return {(gate.run_name(name, 1), "t", "n"): np.array([1]) for name in names}

    monkeypatch.setattr(gate, "columns_elsewhere", elsewhere)
    monkeypatch.setattr(gate, "tree_of", lambda ref: nullcontext(tmp_path))
    assert gate.main(["default", "aqc", "--against", "REF"]) == 0
    assert asked == [["default", "aqc"], ["default"]]
    said = capsys.readouterr().out
    assert "aqc: left out, new since then\n" in said
    assert "REF: all 1 columns are the same" in said


def test_scenarios_that_the_gate_does_not_have_are_refused(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        gate.main(["nothing"])
    assert "no scenario of the gate: nothing" in capsys.readouterr().err
