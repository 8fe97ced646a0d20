"""The run of the view Watch: the numbers of a comparison, bands that narrow, and an end as soon as nobody wants it."""

import math
import threading
from collections.abc import Iterator

import pytest

from vbp_agents import compare
from vbp_agents.app.prepared import Prepared
from vbp_agents.app.runner import Job
from vbp_agents.app.watching.bands import curves, difference_sentence
from vbp_agents.app.watching.run import FILMS, KEPT_NUMBERS, WatchAsked, Watched, watch
from vbp_agents.errors import WrongInput
from vbp_agents.metrics.headline import WATCHED
from vbp_agents.study.simulation import Simulation
from vbp_agents.study.worlds import build_world
from vbp_agents.terms.scenario_file import find_scenario

PEOPLE = 2_000
NAMES = ("fee_for_service", "capitation")
LONG = 300.0


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Each test lives its own worlds."""
    yield
    for shelf in (FILMS, KEPT_NUMBERS):
        shelf.clear()


def asked(years: int = 1, replicates: int = 1) -> WatchAsked:
    first, second = (find_scenario(name) for name in NAMES)
    return WatchAsked((first, second), PEOPLE, years, 1, replicates)


def nobody() -> None:
    """Is told, and does nothing."""


def ran(question: WatchAsked) -> tuple[Job[Watched], Watched]:
    job: Job[Watched] = Job(lambda job: watch(question, job), question.steps, nobody).start()
    assert job.wait(LONG)
    assert (job.status, job.problem) == ("done", "")
    assert job.latest is not None
    return job, job.latest


def test_every_replicate_has_the_numbers_of_compare_to_the_digit() -> None:
    _, watched = ran(asked(replicates=3))
    comparison = compare(list(NAMES), patients=PEOPLE, years=1, replicates=3, seed=1)
    assert len(watched.pairs) == 3
    for number, pair in enumerate(watched.pairs):
        for name, lived in zip(NAMES, pair, strict=True):
            whole = comparison.values[name][number]
            assert dict(lived.years[0].metrics) == dict(whole)
            assert {metric: values[-1] for metric, values in lived.values.items()} == {
                metric: whole[metric] for metric in lived.values
            }


def test_each_month_is_the_simulations_own() -> None:
    _, watched = ran(asked())
    row = WATCHED[0]
    world = build_world(NAMES[1], patients=PEOPLE, seed=1)
    with Simulation(world, find_scenario(NAMES[1]), metrics=[row.metric]) as simulation:
        months = [month.metrics[row.metric] for month in simulation.months(12)]
    assert watched.first[1].values[row.metric] == months


def test_before_three_replicates_there_is_no_band_and_no_effect_is_claimed() -> None:
    _, watched = ran(asked(replicates=2))
    found = curves(watched, WATCHED[0])
    assert all(math.isnan(bound) for bound in (*found.difference.low, *found.worlds[1].high))
    assert found.worlds[1].mid == watched.first[1].values[WATCHED[0].metric]
    assert difference_sentence(found, ("Fees", "Capitation")).startswith("One draw of luck")


def test_bands_narrow_as_replicates_are_added() -> None:
    """95% of t with 2 and 11 degrees of freedom, 4.30 and 2.20, over the roots of 3 and 12: 2.48 and 0.635 SD.

    The SD of 3 draws is no more than a fourth of that of 12 with a chance of about 1 in 60 (chi-square, 2 degrees);
    the seed is fixed.
    """
    _, watched = ran(asked(replicates=12))
    few = Watched(watched.asked, watched.first, watched.pairs[:3])
    widths = [
        high - low
        for found in (curves(few, WATCHED[0]), curves(watched, WATCHED[0]))
        for low, high in [(found.difference.low[-1], found.difference.high[-1])]
    ]
    assert 0 < widths[1] < widths[0]
    found = curves(watched, WATCHED[0])
    own = [pair[1].values[WATCHED[0].metric][-1] or 0.0 for pair in watched.pairs]
    base = [pair[0].values[WATCHED[0].metric][-1] or 0.0 for pair in watched.pairs]
    gaps = [a - b for a, b in zip(own, base, strict=True)]
    middle = sum(gaps) / 12
    reach = 2.200985 * math.sqrt(sum((gap - middle) ** 2 for gap in gaps) / 11 / 12)
    assert found.difference.mid[-1] == pytest.approx(middle)
    assert found.difference.high[-1] == pytest.approx(middle + reach)
    assert difference_sentence(found, ("Fees", "Capitation")).startswith("Capitation against Fees in year ")
    assert "12 replicates" in difference_sentence(found, ("Fees", "Capitation"))


def stopped_at(month: int, replace: bool) -> Job[Watched]:
    """A run of three years that is told to end, or that a newer one has come, in a month of its first."""
    question = asked(years=3)
    reached, go_on = threading.Event(), threading.Event()

    def work(job: Job[Watched]) -> Iterator[Watched]:
        for watched in watch(question, job):
            if watched.month == month:
                reached.set()
                go_on.wait(LONG)
            yield watched

    job = Job(work, question.steps, nobody).start()
    assert reached.wait(LONG)
    if replace:
        job.replace()
    else:
        job.stop()
    go_on.set()
    assert job.wait(LONG)
    return job


def test_the_newest_question_wins_once_the_first_year_is_drawn() -> None:
    job = stopped_at(1, replace=True)
    assert job.status == "stopped"
    assert job.latest is not None
    assert job.latest.month == 12


def test_cancel_keeps_the_months_that_are_there() -> None:
    job = stopped_at(1, replace=False)
    assert job.status == "stopped"
    assert job.latest is not None
    assert job.latest.month == 1
    assert len(job.latest.first[1].values[WATCHED[0].metric]) == 1
    assert job.latest.pairs == []


def test_what_was_lived_once_is_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _, before = ran(asked(replicates=2))
    monkeypatch.setattr("vbp_agents.app.watching.run.WatchedWorld", None)
    _, after = ran(asked(replicates=2))
    assert after.first == before.first
    assert after.pairs == before.pairs


def test_a_changed_scenario_leaves_the_other_world_as_it_was() -> None:
    """Half of the work is saved, and the numbers are the same."""
    _, before = ran(asked())
    question = asked()
    changed = question.scenarios[1].with_values({"contracts.0.terms.discount": 0.1})
    _, after = ran(WatchAsked((question.scenarios[0], changed), PEOPLE, 1, 1, 1))
    assert after.first[0] is before.first[0]
    assert after.first[1].values != before.first[1].values


def test_an_error_in_a_run_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object, **__: object) -> None:
        raise WrongInput("the regime pays on what no payer sees")

    monkeypatch.setattr("vbp_agents.app.watching.run.WatchedWorld", wrong)
    question = asked()
    job: Job[Watched] = Job(lambda job: watch(question, job), question.steps, nobody).start()
    assert job.wait(LONG)
    assert (job.status, job.problem) == ("failed", "the regime pays on what no payer sees")


def test_a_run_waits_until_the_engine_is_prepared_and_no_longer_than_it_is_wanted() -> None:
    go_on = threading.Event()

    def work() -> None:
        go_on.wait(LONG)

    engine = Prepared(work)
    engine.begin()
    assert engine.busy
    engine.wait(lambda: False)
    go_on.set()
    engine.wait(lambda: True)
    assert not engine.busy


def test_what_goes_wrong_while_preparing_stops_nobody() -> None:
    def wrong() -> None:
        raise OSError("no space left")

    engine = Prepared(wrong)
    engine.begin()
    engine.wait(lambda: True)
    assert not engine.busy
