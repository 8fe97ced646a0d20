"""What docs/frozen.md froze before the next changes is what the evidence and the declared parameters have."""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic.fields import FieldInfo

from vbp_agents.conduct import BehavioralParameters
from vbp_agents.declaration import Parameters
from vbp_agents.evidence.rows import evidence_rows
from vbp_agents.parameters import CareParameters, PopulationParameters, RegionParameters
from vbp_agents.terms.contract import Contract
from vbp_agents.terms.payers import PayerTerms

PAGE = (Path(__file__).parents[1] / "docs" / "frozen.md").read_text("utf-8")
DECLARED: dict[str, type[Parameters]] = {
    "region": RegionParameters,
    "care": CareParameters,
    "population": PopulationParameters,
    "behavior": BehavioralParameters,
    "payers.*": PayerTerms,
    "contracts.*": Contract,
}
NUMBERS = "fcb25d3f9b5dabcba8b7464641ed939bbcfaabc3e199c4cba396a6375acd7469"
"""The section of numbers to come as it was committed before a changed model was run."""
NO_PARAMETERS = {"quality.points.worst", "quality.points.middle"}
"""Fitted numbers that are constants of a rule: points of quality at the worst and the middle percentile."""
OWN_WORLD = {
    "population.need_level": "need 1 is that of a usual person",
    "population.mean_cost": "true risk is 1 on average",
    "population.risk_intercept": "the payer's least squares",
    "population.risk_age": "the payer's least squares",
    "population.risk_condition": "the payer's least squares",
    "care.truncation": "the 99th percentile of a year's spending",
}
"""Parameters called calibrated that follow from the simulated world itself: no published figure chose them."""


class Frozen(NamedTuple):
    """One line of the table of numbers to come."""

    path: str
    unit: str
    ends: tuple[float, float]
    off: float | None
    default: float


def rows_of(heading: str) -> Iterator[list[str]]:
    """The cells of the table under a heading, without its head."""
    _, _, below = PAGE.partition(heading)
    lines = [line for line in below.partition("\n#")[0].splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def frozen() -> list[Frozen]:
    """Every number to come."""
    return [
        Frozen(path.strip("`"), unit, (float(low), float(high)), None if off == "–" else float(off), float(default))
        for path, _, unit, low, high, off, default, _ in rows_of("## Every number to come")
    ]


def declared(path: str) -> FieldInfo | None:
    """The declaration of a path, None while there is none."""
    part, _, name = path.rpartition(".")
    return DECLARED[part].model_fields.get(name)


def fitted() -> set[str]:
    """Paths of the numbers that calibrated rows were used to choose, items of lists one by one."""
    return {path for row in evidence_rows() for path in row.constrains}


def test_never_more_fitted_numbers_than_calibrated_rows() -> None:
    rows = [row for row in evidence_rows() if row.role == "calibrated"]
    assert 0 < len(fitted()) <= len(rows)


def test_every_fitted_number_is_one_number_of_the_model() -> None:
    for path in fitted() - NO_PARAMETERS:
        part, name, *item = path.split(".")
        field = DECLARED[part].model_fields[name]
        assert isinstance(field.json_schema_extra, dict)
        items = field.json_schema_extra["items"]
        assert isinstance(items, list)
        assert item == [] if not items else item[0] in items, path


def test_what_is_called_calibrated_is_counted_or_follows_from_the_world() -> None:
    counted = {".".join(path.split(".")[:2]) for path in fitted()}
    for part, parameters in DECLARED.items():
        for name, field in parameters.model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and str(extra.get("source")).startswith("calibrated"):
                assert f"{part}.{name}" in counted | OWN_WORLD.keys(), name
    assert not counted & OWN_WORLD.keys()


def test_informed_rows_are_those_of_the_page_and_each_names_a_mechanism() -> None:
    listed = [row for cells in rows_of("### Rows that are informed") for row in cells[0].split() if cells[1]]
    assert len(listed) == len(set(listed))
    assert set(listed) == {row.id for row in evidence_rows() if row.role == "informed"}


def test_what_was_fitted_to_bundles_is_back_at_its_prior() -> None:
    """Speed: the geometric middle of 0.06 and 0.12, 0.0849; discharges: as any clinician's share."""
    behavior = BehavioralParameters()
    assert behavior.speed == pytest.approx(math.sqrt(0.06 * 0.12), abs=5e-4)
    assert behavior.discharge_share == behavior.value_share
    assert not {"behavior.speed", "behavior.discharge_share"} & fitted()
    [bundles] = [row for row in evidence_rows() if row.id == "B01_institutional"]
    assert bundles.role != "calibrated"


@pytest.mark.parametrize("number", frozen(), ids=lambda number: number.path)
def test_a_default_is_the_middle_of_its_range_or_off(number: Frozen) -> None:
    """Within 2%, as the page rounds; the middle of logs where the range does not begin at 0."""
    low, high = number.ends
    assert low < high
    middles = [(low + high) / 2, *([math.sqrt(low * high)] if low > 0 else [])]
    assert number.default == number.off or any(number.default == pytest.approx(one, rel=0.02) for one in middles)


@pytest.mark.parametrize("number", frozen(), ids=lambda number: number.path)
def test_a_parameter_of_a_frozen_path_is_declared_as_the_page_has_it(number: Frozen) -> None:
    field = declared(number.path)
    if field is None:
        return
    said = field.json_schema_extra
    assert isinstance(said, dict)
    ends = [*number.ends, *([] if number.off is None else [number.off])]
    assert (said["unit"], said["low"], said["high"]) == (number.unit, min(ends), max(ends))
    default = field.default if isinstance(field.default, (list, tuple)) else [field.default]
    assert set(default) == {number.default}


def test_the_page_has_the_numbers_and_no_path_twice() -> None:
    paths = [number.path for number in frozen()]
    assert len(paths) == len(set(paths)) > 30
    assert all(path.rpartition(".")[0] in DECLARED for path in paths)


def test_the_numbers_are_those_that_were_frozen() -> None:
    section = PAGE.partition("## Every number to come")[2].partition("\n## ")[0]
    assert hashlib.sha256(section.encode()).hexdigest() == NUMBERS
