"""Two ledgers: what payers see, and what only the model knows. No payment reaches the Truth, by import or number."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import MONEY_TABLES, under

from vbp_agents.actors.world import World
from vbp_agents.book import COLUMNS, Book, UndeclaredColumn
from vbp_agents.model import VbpModel
from vbp_agents.records import counts_of
from vbp_agents.truth import DecisionTruth, Hidden

PACKAGE = Path(__file__).parents[1] / "vbp_agents"
HIDDEN = {"truth", "environment", "people", "actors", "model", "ledger", "region", "parameters"}
REGIME_FILES = sorted((PACKAGE / "regimes").glob("*.py"))


def file_of(module: str) -> Path | None:
    """The file of a module of ours, None where the name is not one."""
    path = PACKAGE.parent / Path(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def imports_of(file: Path) -> set[str]:
    """Modules of ours that a file imports anywhere in its text: at the top, inside functions, for type checking."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file.name} imports relative to itself"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith("vbp_agents.") and file_of(name)}


def reachable(file: Path) -> set[str]:
    """Every module of ours that importing a file brings in, directly or not."""
    names: set[str] = set()
    waiting = imports_of(file)
    while waiting:
        module = waiting.pop()
        names.add(module)
        source = file_of(module)
        waiting |= imports_of(source) - names if source else set()
    return names


@pytest.mark.parametrize("file", REGIME_FILES, ids=lambda file: file.stem)
def test_no_regime_reaches_the_truth(file: Path) -> None:
    reached = {module.removeprefix("vbp_agents.").split(".")[0] for module in reachable(file)}
    assert not reached & HIDDEN


def test_the_search_for_imports_finds_them() -> None:
    """It would notice: the model reaches all that is hidden, shared savings its rules and the Book."""
    reached = {module.removeprefix("vbp_agents.").split(".")[0] for module in reachable(PACKAGE / "model.py")}
    assert HIDDEN - {"model"} <= reached
    assert {"vbp_agents.book", "vbp_agents.rules.benchmark"} <= reachable(PACKAGE / "regimes" / "shared_savings.py")


def book() -> Book:
    return Book({"member_months": np.array([12.0, 24.0])})


def test_the_book_refuses_columns_nobody_declared() -> None:
    with pytest.raises(UndeclaredColumn, match=r"no column 'member_month'.*Did you mean 'member_months'"):
        book()["member_month"]
    with pytest.raises(UndeclaredColumn, match="'primary_count_inside'"):
        Book({"primary_counts_inside": np.zeros(2)})
    with pytest.raises(UndeclaredColumn, match=r"no column 'total_spending'.*is book\.billed\(\)"):
        book()["total_spending"]
    with pytest.raises(UndeclaredColumn, match=r"no column 'members'.*book\[\"member_months\"\]"):
        book()["members"]
    with pytest.raises(UndeclaredColumn, match=r"no column 'frailty'.*vbp_agents\.book\.COLUMNS"):
        book().with_columns(frailty=1.0)
    with pytest.raises(UndeclaredColumn):
        book().billed("benefit")


def test_a_column_that_was_not_filled_is_zero() -> None:
    assert book()["diagnosed"].tolist() == [0.0, 0.0]


def test_every_column_of_both_ledgers_says_what_it_counts() -> None:
    assert all(column.unit and column.about for column in COLUMNS.values())
    assert all(count.unit and count.about for record in (DecisionTruth, Hidden) for count in counts_of(record).values())


def test_no_column_of_the_truth_is_in_the_book() -> None:
    assert not {*counts_of(DecisionTruth), *counts_of(Hidden)} & set(COLUMNS)


def scramble(record: Any) -> None:
    """Other numbers in every field of the Truth, in place."""
    for name in record.dtype.names:
        record[name] = np.roll(record[name].ravel(), 1).reshape(record[name].shape) + 17


class ScrambledTruth(VbpModel):
    """Pays, settles and closes its Books while every hidden number is another; care itself is left alone."""

    scrambled = 0

    @contextmanager
    def other_truth(self) -> Iterator[None]:
        books, accounts, year, patients = self.books, self.accounts, self.year, self.world.patients
        books.accounts, books.year = self.with_other_truth(accounts), self.with_other_truth(year)
        self.world.patients = patients.copy()
        for name in ("true_risk", "frailty", "control", "utility", "log_need", "burden", "experience"):
            self.world.patients[name] = np.roll(patients[name], 1)
        yield
        books.accounts, books.year, self.world.patients = accounts, year, patients
        self.scrambled += 1

    def with_other_truth(self, accounts: Any) -> Any:
        other = accounts._replace(
            truth=accounts.truth.copy(), hidden=accounts.hidden.copy(), groups=accounts.groups.copy()
        )
        other = other._replace(panels=accounts.panels.copy(), spending=accounts.spending)
        for record in (other.truth, other.hidden, other.groups):
            scramble(record)
        other.panels.unpriced_risk += 17
        return other

    def pay(self) -> None:
        with self.other_truth():
            super().pay()

    def settle(self) -> None:
        with self.other_truth():
            super().settle()

    def close_books(self) -> None:
        with self.other_truth():
            super().close_books()


@pytest.mark.parametrize("regime", ["fee_for_service", "capitation", "capitation_withhold", "shared_savings"])
def test_payments_do_not_change_with_the_truth(one_area: World, regime: str) -> None:
    """Two years, the Truth permuted when money is reckoned: every payment and settlement is the same to the cent."""
    terms = {"chosen_minimum": 0.0, "loss_rate_low": 0.3, "loss_rate_high": 0.3} if regime == "shared_savings" else {}
    scenario = under(one_area.scenario, regime, terms=terms)
    tables = []
    for kind in (VbpModel, ScrambledTruth):
        model = kind(world=one_area.copy(), studied=scenario)
        for _ in range(24):
            model.step()
        tables.append(model.recorder.tables())
        model.close()
    assert isinstance(model, ScrambledTruth)
    assert model.scrambled == 24 + 24 + 2
    for name in MONEY_TABLES:
        assert tables[0][name].equals(tables[1][name]), name
    assert not tables[0]["decisions"].empty
