"""Tables are what is declared: names, order and storage, with rows and without."""

import pandas as pd
import pytest

from vbp_agents.tables import TABLES, amount, check_tables, count, name, table

PEOPLE = table(
    "a person", person=name("who"), visits=count("visits", "in the year"), paid=amount("dollars", "for them")
)


def test_parts_stand_below_one_another_in_the_declared_order() -> None:
    frame = PEOPLE.frame(
        [{"visits": [1, 2], "paid": 0.5, "person": "a"}, {"person": ["b"], "visits": [3], "paid": [1]}]
    )
    assert list(frame.columns) == ["person", "visits", "paid"]
    assert frame.to_dict("list") == {"person": ["a", "a", "b"], "visits": [1, 2, 3], "paid": [0.5, 0.5, 1.0]}


def test_no_rows_are_stored_like_rows() -> None:
    some, none = PEOPLE.frame([{"person": ["a"], "visits": [1], "paid": [2]}]), PEOPLE.frame([])
    assert len(none) == 0
    assert list(none.dtypes) == list(some.dtypes)
    PEOPLE.check(none)


def test_a_part_of_no_rows_has_none() -> None:
    """One value for all rows is one for none, too."""
    frame = PEOPLE.frame([{"person": "a", "visits": [], "paid": 1}, {"person": "b", "visits": 2, "paid": 1}])
    assert frame.to_dict("list") == {"person": ["b"], "visits": [2], "paid": [1.0]}


def test_other_columns_are_refused() -> None:
    with pytest.raises(ValueError, match=r"undeclared columns \['age'\], missing columns \['paid'\]"):
        PEOPLE.frame([{"person": ["a"], "visits": [1], "age": [70]}])


def test_other_storage_and_order_are_refused() -> None:
    frame = PEOPLE.frame([{"person": ["a"], "visits": [1], "paid": [2]}])
    with pytest.raises(ValueError, match="not as declared"):
        PEOPLE.check(frame.astype({"visits": "float64"}))
    with pytest.raises(ValueError, match="not as declared"):
        PEOPLE.check(frame[["visits", "person", "paid"]])


def test_every_declared_table_must_be_there() -> None:
    with pytest.raises(ValueError, match="are not the declared"):
        check_tables({"months": pd.DataFrame()})
    check_tables({key: declared.frame([]) for key, declared in TABLES.items()})


def test_every_column_has_unit_and_meaning() -> None:
    for declared in TABLES.values():
        assert declared.row
        assert all(column.unit and column.about for column in declared.columns.values())
