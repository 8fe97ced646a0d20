"""A simulation's course: paused, left, copied, beside others; it costs no more with time, and begins with what fits."""

import gc
import pickle
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from watched import CAPITATION, lived
from worlds import BEHAVING, DEFAULT, record_bytes, under

from vbp_agents.actors.world import World
from vbp_agents.errors import WrongInput
from vbp_agents.metrics import measure
from vbp_agents.model import VbpModel, run_model
from vbp_agents.study.month import Month
from vbp_agents.study.simulation import Simulation
from vbp_agents.terms.scenario import Scenario


def same(one: Month, other: Month) -> bool:
    """Whether two months are the same to the last byte of every number."""
    return pickle.dumps(one) == pickle.dumps(other)


def renewing(scenario: Scenario) -> Scenario:
    """The scenario with everything that has a state of its own: choices of contracts, lists, price updates."""
    voluntary = {"payer": "medicare", "regime": "capitation_withhold", "program": "voluntary"}
    dear = {"set_up_cost": 0.0, "switching_cost": 20.0, "choice_noise": 400.0}
    values = {
        "contracts": [voluntary],
        "payers.medicare.updates": [{"from": 14, "physician": 1.1}],
        **{f"behavior.{name}": value for name, value in dear.items()},
    }
    return scenario.with_values(values, scenario.name)


@pytest.mark.parametrize("months", [1, 12, 17])
def test_a_copy_goes_on_as_the_original_would(months: int, small_world: World) -> None:
    scenario = renewing(BEHAVING)
    with Simulation(small_world, scenario, tables=True, people=True) as simulation:
        list(simulation.months(months))
        with simulation.copy() as copy:
            ahead = list(copy.months(14))
            tables = copy.tables()
            records = record_bytes(copy._model.world.patients)
        assert simulation.month == months
        behind = list(simulation.months(14))
        assert all(same(one, other) for one, other in zip(ahead, behind, strict=True))
        assert records == record_bytes(simulation._model.world.patients)
        for name, frame in simulation.tables().items():
            pd.testing.assert_frame_equal(tables[name], frame, check_exact=True)
    regimes = tables["months"].groupby("contract").regime.nunique()
    assert regimes.max() > 1, "nobody enters or leaves"
    plain = VbpModel(world=small_world.copy(), studied=scenario)
    plain.run_for(months + 14)
    assert record_bytes(plain.world.patients) == records
    plain.close()


def test_a_copy_of_a_copy_that_was_closed_goes_on(small_world: World) -> None:
    with Simulation(small_world, CAPITATION) as simulation:
        list(simulation.months(2))
        copy = simulation.copy()
    again = copy.copy()
    copy.close()
    assert same(next(again.months(1)), lived(small_world, CAPITATION, 3)[-1])
    again.close()


def test_two_in_two_threads_live_as_one_after_the_other(small_world: World) -> None:
    scenarios = [CAPITATION, under(BEHAVING, "pay_for_performance")]
    alone = [lived(small_world, scenario, 14) for scenario in scenarios]
    with ThreadPoolExecutor(2) as crew:
        beside = list(crew.map(lambda scenario: lived(small_world, scenario, 14, threads=2), scenarios))
    for one, other in zip(alone, beside, strict=True):
        assert all(same(*months) for months in zip(one, other, strict=True))


def test_a_pause_leaves_no_trace(small_world: World) -> None:
    whole = lived(small_world, CAPITATION, 15)
    with Simulation(small_world, CAPITATION) as simulation:
        paused = simulation.months(10)
        seen = [next(paused) for _ in range(3)]
        del paused
        seen += list(simulation.months(12))
        assert simulation.month == 15
    assert all(same(*months) for months in zip(whole, seen, strict=True))


def test_watching_changes_nothing(small_world: World) -> None:
    """Also where everything is looked at and what can be written into is written into."""
    with Simulation(small_world, CAPITATION, tables=True) as simulation:
        for month in simulation.months(12):
            for column in simulation.everybody().values():
                column[:] = 0
            for place in simulation.practices().values():
                if place.flags.writeable:
                    place[:] = 0
            with pytest.raises(ValueError, match="read-only"):
                month.levers.by_organization["coordination"][:] = 1.0
        tables = simulation.tables()
    for name, frame in run_model(small_world, CAPITATION, 1).tables.items():
        pd.testing.assert_frame_equal(tables[name], frame, check_exact=True)


def test_watching_takes_no_more_room_with_time(small_world: World) -> None:
    """Months 38 to 61: what a model alone keeps of them, its payers' Books, and 20 kB at most besides."""
    with Simulation(small_world, CAPITATION) as simulation:
        early = [len(pickle.dumps(month)) for month in simulation.months(25)][-1]
        watched = growth(lambda months: [None for _ in simulation.months(months)])
        late = [len(pickle.dumps(month)) for month in simulation.months(12)][-1]
    with VbpModel(world=small_world.copy(), studied=CAPITATION, keep=False) as model:
        model.run_for(25)
        alone = growth(model.run_for)
    assert abs(late - early) < 100
    assert watched - alone < 20_000


def growth(live: Callable[[int], object]) -> int:
    """Bytes that 24 months add, after 12 in which what is kept for a year is replaced by what the tracer sees."""
    tracemalloc.start()
    live(12)
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    live(24)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return after - before


def test_leaving_early_lets_go_of_everything(small_world: World) -> None:
    gc.collect()
    kept, threads = len(getattr(mesa.Agent, "_ids", ())), threading.active_count()
    with Simulation(small_world, CAPITATION, threads=3) as simulation:
        for month in simulation.months(60):
            if month.number == 2:
                break
    assert threading.active_count() == threads
    forgotten = Simulation(small_world, CAPITATION, threads=3)
    next(forgotten.months(1))
    models = [weakref.ref(one._model) for one in (simulation, forgotten)]
    del simulation, forgotten
    gc.collect()
    assert [model() for model in models] == [None, None]
    assert threading.active_count() == threads
    assert len(getattr(mesa.Agent, "_ids", ())) == kept


def test_a_closed_simulation_can_be_looked_at_and_goes_no_further(small_world: World) -> None:
    simulation = Simulation(small_world, CAPITATION)
    list(simulation.months(1))
    simulation.close()
    simulation.close()
    assert len(simulation.everybody()["id"]) == 3_000
    with pytest.raises(WrongInput, match="has been closed"):
        next(simulation.months(1))


def test_tables_and_measures_are_kept_where_they_were_asked_for(small_world: World) -> None:
    with Simulation(small_world, CAPITATION, tables=True) as simulation:
        list(simulation.months(6))
        with pytest.raises(WrongInput, match="no year is over yet: 6 months"):
            simulation.measure()
        list(simulation.months(20))
        assert simulation.measure() == measure(run_model(small_world, CAPITATION, 2).tables)
        assert simulation.tables()["months"]["month"].max() == 26
    with Simulation(small_world, CAPITATION) as simulation:
        list(simulation.months(12))
        for asked in (simulation.tables, simulation.measure):
            with pytest.raises(WrongInput, match="tables=True"):
                asked()


@pytest.mark.parametrize(
    "begin", [lambda world, scenario: Simulation(world, scenario), lambda w, s: run_model(w, s, 1)]
)
def test_another_scenarios_world_is_refused(begin: Any, small_world: World) -> None:
    deadly = DEFAULT.with_values({"population.mortality_at_65": 0.5}, name="deadly")
    with pytest.raises(WrongInput, match="built for another scenario than 'deadly'") as refused:
        begin(small_world, deadly)
    usual = DEFAULT.population.mortality_at_65
    said = ("population.mortality_at_65", f"{usual} in the world, 0.5 in the scenario")
    assert refused.value.problems == (said,)


def test_contracts_behavior_and_price_updates_share_a_world(small_world: World) -> None:
    assert lived(small_world, renewing(BEHAVING), 1)[0].number == 1


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_threads_are_a_whole_number(threads: Any, small_world: World) -> None:
    with pytest.raises(WrongInput, match=r"threads: .* is not a whole number from 1"):
        Simulation(small_world, DEFAULT, threads=threads)


def test_months_are_a_whole_number_also_of_numpys(small_world: World) -> None:
    with Simulation(small_world, DEFAULT) as simulation:
        wrongs: list[Any] = [-1, 1.5, True, "3"]
        for wrong in wrongs:
            with pytest.raises(WrongInput, match="is not a whole number from 0"):
                simulation.months(wrong)
        assert len(list(simulation.months(np.int64(2)))) == 2
        assert list(simulation.months(0)) == []


def test_a_name_is_no_scenario(small_world: World) -> None:
    name: Any = "capitation"
    with pytest.raises(WrongInput, match="a world that build_world has built and a Scenario"):
        Simulation(small_world, name)
