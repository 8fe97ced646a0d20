"""Where numbers do not go together that is said at its cause, before anything becomes money; and limits are reached."""

import math

import numpy as np
import pytest
import typer
from worlds import BEHAVING, changed, under

from vbp_agents.actors.payment import Agreement, beyond_fees
from vbp_agents.actors.world import World
from vbp_agents.command_line.commands import guarded
from vbp_agents.decisions import coordination
from vbp_agents.model import run_model
from vbp_agents.parameters import PopulationParameters
from vbp_agents.people.patients import _survival
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.rule_check import example_books
from vbp_agents.warm_up import warmed_world


@pytest.mark.parametrize("slope", [0.0, 1e-12, 1e-8])
def test_mortality_that_does_not_grow_with_age_is_the_limit_of_one_that_does(slope: float) -> None:
    """From 70 to 80, hazard 0.01 a year throughout: exp(-0.1); twice the hazard from 60 to 75: exp(-2 (0.05 + 0.1))."""
    population = PopulationParameters(mortality_slope=slope, mortality_at_65=0.01, mortality_under_65=0.01)
    assert _survival(70.0, 80.0, 1.0, population) == pytest.approx(math.exp(-0.1))
    assert _survival(60.0, 75.0, 2.0, population) == pytest.approx(math.exp(-2 * 0.15))


def test_what_costs_no_more_the_more_is_done_is_done_wholly() -> None:
    """Coordination at $0 a unit: capitation draws it further than at $40, never past one, and money stays money."""
    free = changed(BEHAVING, care={"coordination_cost": [0.0, 0.0]})
    usual = under(BEHAVING, "capitation")
    ours = run_model(warmed_world(free, 1_000, 1, 1), under(free, "capitation"), 2).tables
    theirs = run_model(warmed_world(usual, 1_000, 1, 1), usual, 2).tables
    levers = [tables["levers"].query("lever == 'coordination' and year == 2")["value"] for tables in (ours, theirs)]
    assert levers[0].max() > levers[1].max() > 0
    assert levers[0].abs().max() <= 1
    assert ours["months"]["paid_to_holder"].sum() == pytest.approx(theirs["months"]["paid_to_holder"].sum(), rel=0.2)


def test_arithmetic_that_fails_says_where(
    small_world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordination, "_curvature", lambda care: 0.0)
    with pytest.raises(typer.Exit) as stop, guarded():
        run_model(small_world, under(BEHAVING, "capitation"), 1)
    assert stop.value.exit_code == 1
    said = capsys.readouterr().err
    assert "unexpected error: FloatingPointError: divide by zero encountered in divide" in said
    assert " in decisions/coordination.py, _steps() (set VBP_DEBUG=1" in said


@pytest.mark.parametrize("number", [np.nan, np.inf, 9e16])
def test_a_book_without_numbers_is_not_blamed_on_a_rule(number: float) -> None:
    month, _ = example_books(2)
    everybody = np.arange(2)
    agreement = Agreement("capitation", Capitation(), everybody, everybody[:0], 1, 12, 1.0, "")
    with pytest.raises(ArithmeticError, match=r"the Book's risk_months has .*, before any rule is asked"):
        beyond_fees(agreement, month.with_columns(risk_months=[12_000.0, number]))
