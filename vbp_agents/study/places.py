"""Everybody's and every practice's place and state, as plain columns; and one patient's, in plain values."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vbp_agents.errors import WrongInput
from vbp_agents.metrics.base import Columns
from vbp_agents.model import VbpModel
from vbp_agents.people.events import EVENTS
from vbp_agents.region import ORGANIZATION_KINDS, hospital_staffs, is_primary
from vbp_agents.study.patient_view import PatientView

WholeNumber: TypeAlias = "int | np.integer[Any]"
"""Python's own, or NumPy's."""
RECORDED = (
    "id",
    "x",
    "y",
    "area",
    "practice",
    "payer",
    "true_risk",
    "coded_risk",
    "baseline_coded_risk",
    "control",
    "utility",
    "experience",
    "events",
)
"""Fields of a patient's record that are columns of everybody, as they are kept."""


@dataclass(frozen=True)
class Coloring:
    """What people are colored by: a column of `everybody`, from pale to dark."""

    name: str
    title: str
    column: str


COLORINGS = (
    Coloring("risk", "true risk, low to high", "true_risk"),
    Coloring("hidden", "risk that no code holds, low to high", "unpriced_risk"),
    Coloring("health", "health, poor to good", "utility"),
)
"""What a map can color people by."""


def everybody(model: VbpModel, names: Collection[str] | None = None) -> Columns:
    """One row a person alive, each column (patients,); those of ``names`` alone where some are named.

    ``id``: the person's number; a row is a place that a newcomer takes over, with a new number, when somebody dies.
    ``x``, ``y``: home, km, within the ``area``; ``practice``: position, -1 for none; ``payer``: number;
    ``holder``: the position of the contract holder it counts for, -1 for none; risks: scores; ``unpriced_risk``: true
    minus baseline coded; ``control`` and ``utility``: 0 to 1; ``experience``: 0 to 100; ``age``: years; ``events``: of
    this month, in bits.
    """
    patients, holders = model.world.patients, model.environment.holder_of_row
    columns: dict[str, Callable[[], NDArray[Any]]] = {
        **{name: partial(np.array, patients[name]) for name in RECORDED},
        "holder": lambda: holders[patients["row"]],
        "unpriced_risk": lambda: patients["true_risk"] - patients["baseline_coded_risk"],
        "age": lambda: patients["age"] / 12.0,
    }
    return {name: column() for name, column in columns.items() if names is None or name in names}


def practice_columns(model: VbpModel) -> Columns:
    """One row a practice, each column (practices,).

    ``x``, ``y``: km, within the ``area``; ``organization``: position; ``kind``: its organization's; ``holder``: the
    contract holder it belongs to now, `unattached` for none; ``primary_care``, ``hospital``: whether it is a hospital's
    staff; ``clinicians``; ``people``: attached this month; ``altruism``; ``load``: last year's visits over usual
    capacity; ``hour_price``: dollars, the shadow price of an hour.
    """
    region, labels = model.world.region, model.recorder.labels
    rows = region.practices
    owners = region.organizations[rows.organization]
    staffs = np.zeros(len(rows), bool)
    staffs[hospital_staffs(region)] = True
    return {
        "x": rows.x.copy(),
        "y": rows.y.copy(),
        "area": rows.area.copy(),
        "organization": rows.organization.copy(),
        "kind": np.array(ORGANIZATION_KINDS, object)[owners.kind],
        "holder": labels.holder_of(owners),
        "primary_care": is_primary(region),
        "hospital": staffs,
        "clinicians": rows.n_clinicians.copy(),
        "people": model.accounts.panels.member_months.copy(),
        "altruism": rows.altruism.copy(),
        "load": rows.load.copy(),
        "hour_price": rows.hour_price.copy(),
    }


def patient(model: VbpModel, number: WholeNumber) -> dict[str, Any]:
    """One person's place and state in plain values. Raises WrongInput unless it is alive."""
    patients = model.world.patients
    row = number % len(patients) if isinstance(number, int | np.integer) and number >= 0 else None
    if row is None or patients.id[row] != number:
        there = "" if row is None else f"; patient {patients.id[row]} has the place of patient {number}"
        raise WrongInput(f"there is no patient {number!r} now{there}")
    record = patients[row]
    view, practice = PatientView(record), int(record.practice)
    holder = int(model.environment.holder_of_row[record.row])
    organization = int(model.world.region.practices.organization[practice]) if practice >= 0 else None
    return {
        "id": int(number),
        "row": int(row),
        "area": int(record.area),
        "x": float(record.x),
        "y": float(record.y),
        "age": view.age_years,
        "female": bool(record.female),
        "payer": model.studied.payers[record.payer].name,
        "holder": str(model.recorder.labels.holders[holder]),
        "practice": practice if practice >= 0 else None,
        "organization": organization,
        "conditions": view.conditions,
        "true_risk": float(record.true_risk),
        "coded_risk": float(record.coded_risk),
        "baseline_coded_risk": float(record.baseline_coded_risk),
        "control": float(record.control),
        "utility": float(record.utility),
        "experience": float(record.experience),
        "spent_this_year": float(record.spent) / 100,
        "entered": int(record.entered) if record.entered > 0 else None,
        "events": tuple(event.name for event in EVENTS if record.events & event.bit),
    }
