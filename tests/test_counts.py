"""A count is declared once: its field, its column, its unit and its scale agree, for tables and for the Book."""

from typing import Any

import numpy as np
import pytest

from vbp_agents.actors.world import World
from vbp_agents.book import COLUMNS
from vbp_agents.counts import Billed, Episodes, Group, Hospital, Members, Panel, Spending, Work
from vbp_agents.ledger import seen
from vbp_agents.model import VbpModel
from vbp_agents.records import Record, counted, counts_of, dtype_of, empty, i8, in_units
from vbp_agents.tables import TABLES, Column, count_columns
from vbp_agents.truth import DecisionTruth, Hidden

RECORDS = (Billed, Work, Members, Episodes, Hospital, Panel, Group, Spending, DecisionTruth, Hidden)


class Parcels(Record):
    """Two counts, of which payers see one."""

    sent: i8 = counted("parcels", "sent")
    postage: i8 = counted("dollars", "of those", scale=100, title="postage_dollars", when="december", in_book=True)


def parcels() -> Any:
    rows = empty(Parcels, 2)
    rows.sent, rows.postage = [3, 4], [250, 75]
    return rows


def test_tables_have_counts_in_their_units() -> None:
    columns = in_units(Parcels, parcels())
    assert list(columns) == ["sent", "postage_dollars"]
    assert columns["sent"].tolist() == [3, 4]
    assert columns["sent"].dtype == np.int64
    assert columns["postage_dollars"].tolist() == [2.5, 0.75]
    assert count_columns(Parcels) == {
        "sent": Column("parcels", "sent", "int64", "monthly"),
        "postage_dollars": Column("dollars", "of those", "float64", "december"),
    }


def test_the_book_has_what_payers_see() -> None:
    columns = seen(Parcels, parcels())
    assert {name: column.tolist() for name, column in columns.items()} == {"postage": [2.5, 0.75]}


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_a_declared_integer_count(record: type[Record]) -> None:
    layout, declared = dtype_of(record), counts_of(record)
    assert list(declared) == list(layout.names or ())
    assert all(layout[name] == np.int64 for name in declared)
    assert all(count.unit and count.about and count.scale >= 1 for count in declared.values())


def test_what_payers_see_of_members_and_hospitals_is_in_the_book() -> None:
    seen_of = {
        name for record in (Members, Episodes, Hospital) for name, one in counts_of(record).items() if one.in_book
    }
    assert seen_of <= set(COLUMNS)
    assert {"member_months", "survey_points", "readmitted", "joint_dollars"} <= seen_of
    assert "deaths" not in COLUMNS


@pytest.mark.parametrize(
    ("table", "column", "scale"),
    [
        ("contracts", "member_months", 1),
        ("contracts", "coded_risk", 1_000_000),
        ("contracts", "survey_points", 1_000),
        ("contracts", "usual_provider", 1_000_000),
        ("contracts", "qalys", 1_000_000),
        ("contracts", "joint_dollars", 100),
        ("hospitals", "survey_points", 1_000),
        ("practices", "experience", 1_000),
        ("groups", "qalys", 1_000_000),
        ("decisions", "benefit", 100),
        ("services", "truncated", 100),
        ("spending", "dollars", 100),
    ],
)
def test_the_tables_of_a_year_are_its_accounts(small_world: World, table: str, column: str, scale: int) -> None:
    """Sums over a year, worked out from the integers."""
    with VbpModel(world=small_world.copy(), studied=small_world.scenario) as model:
        model.run_for(12)
        accounts, table_of_year = model.year, model.recorder.tables()[table]
    arrays = {
        "contracts": (accounts.members, accounts.hidden, accounts.episodes),
        "hospitals": (accounts.hospitals,),
        "practices": (accounts.panels,),
        "groups": (accounts.groups,),
        "decisions": (accounts.truth,),
        "services": (accounts.billed,),
        "spending": (accounts.spending,),
    }[table]
    field = "cents" if table == "spending" else column
    whole = sum(int(array[field].sum()) for array in arrays if field in array.dtype.names)
    assert whole > 0
    assert float(table_of_year[column].sum()) == pytest.approx(whole / scale, rel=1e-12)
    assert TABLES[table].columns[column].dtype == ("int64" if scale == 1 else "float64")
