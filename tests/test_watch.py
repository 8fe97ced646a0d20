"""The run of the view Watch: two worlds month by month, the same numbers as compare's, and bands that narrow."""

from collections.abc import Iterator

import pytest
from worlds import DEFAULT

from vbp_agents import compare
from vbp_agents.app.runner import Job
from vbp_agents.app.watching.run import FILMS, NUMBERS, Asked, Watched, watch
from vbp_agents.terms.scenario_file import find_scenario


def asked(years: int = 1, replicates: int = 1, people: int = 2_000) -> Asked:
    scenarios = find_scenario("fee_for_service"), find_scenario("capitation")
    return Asked(scenarios, people, years, 1, replicates)


def ran(question: Asked) -> Job[Watched]:
    job: Job[Watched] = Job(lambda job: watch(question, job), question.steps, lambda: None).start()
    assert job.wait(120)
    assert job.problem == ""
    return job


def test_x() -> None:
    job = ran(asked(1, 3))
    assert job.status == "done"
    w = job.latest
    assert w is not None
    c = compare(["fee_for_service", "capitation"], patients=2_000, years=1, replicates=3, seed=1)
    for number, pair in enumerate(w.pairs):
        for scenario, lived in zip(("fee_for_service", "capitation"), pair, strict=True):
            assert dict(lived.years[0].metrics) == dict(c.values[scenario][number])
            for name in lived.values:
                assert lived.values[name][-1] == c.values[scenario][number][name]
