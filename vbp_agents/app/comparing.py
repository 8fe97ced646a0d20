"""A comparison that grows while one looks: replicates of `vbp compare`, kept for all visitors of the server."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from vbp_agents.app.kept import Kept
from vbp_agents.app.measured import Unwanted, threads
from vbp_agents.app.question import PageQuestion
from vbp_agents.app.runner import Job
from vbp_agents.study.comparison import Comparison, MeasuredRun, measured_run
from vbp_agents.study.question import Question as StudyQuestion
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import TaskResult, replicate_seed, replicate_tasks

TaskResults = tuple[TaskResult[MeasuredRun], ...]
_Key = tuple[str, int, int, int]
"""A run: the scenario's hash, people, years and the replicate's seed."""
USUAL = 10
"""Replicates that are computed unasked, as `vbp compare` does."""
KEPT_RUNS = Kept[MeasuredRun](64_000_000)
_SIZE = 20_000
"""Bytes of what a run measured, about."""


@dataclass(frozen=True)
class StudyAsked:
    """The page's question as a study; ``size.replicates`` is the most that this server computes."""

    question: StudyQuestion
    size: Size

    @classmethod
    def of(cls, question: PageQuestion, most: int) -> "StudyAsked":
        """Raises WrongInput where it cannot be compared."""
        size = Size.checked(
            patients=question.people, years=question.years, replicates=most, seed=question.seed, threads=threads()
        )
        return cls(question.asked(), size)

    def comparison(self, results: TaskResults) -> Comparison:
        """The comparison over some of the replicates: what `vbp compare` makes of as many."""
        return Comparison(self.question, replace(self.size, replicates=max(1, len(results))), list(results))

    @cached_property
    def hashes(self) -> dict[str, str]:
        """What identifies each scenario, by name."""
        return {scenario.name: scenario.hash for scenario in self.question.scenarios}

    def finished(self) -> TaskResults:
        """The replicates that are kept, from the first one on."""
        results: list[TaskResult[MeasuredRun]] = []
        for number in range(1, self.size.replicates + 1):
            seed = replicate_seed(self.size.seed, number)
            runs = {name: run for name in self.hashes if (run := KEPT_RUNS.find(self._key(name, seed))) is not None}
            if len(runs) < len(self.hashes):
                break
            results.append(TaskResult(number, seed, runs))
        return tuple(results)

    def replicate(self, number: int, wanted: Callable[[], bool]) -> TaskResult[MeasuredRun]:
        """One replicate; what is kept of it is not computed again. Raises Unwanted once it is not wanted any more."""

        def check(done: int, total: int) -> None:
            if not wanted():
                raise Unwanted

        seed = replicate_seed(self.size.seed, number)
        runs: dict[str, MeasuredRun] = {}
        for scenario in self.question.scenarios:
            key = self._key(scenario.name, seed)
            run = KEPT_RUNS.find(key)
            if run is None:
                task = replicate_tasks(measured_run, [scenario], self.size)[number - 1]
                [result] = run_tasks([task], self.size.threads, check, apart=False)
                run = result.runs[scenario.name]
                KEPT_RUNS.keep(key, run, _SIZE)
            runs[scenario.name] = run
        return TaskResult(number, seed, runs)

    def _key(self, name: str, seed: int) -> _Key:
        return self.hashes[name], self.size.patients, self.size.years, seed


@dataclass(frozen=True)
class ComparisonSoFar:
    """What a job has so far, and of which question; ``run`` replicates by itself, the latest in so many ``seconds``."""

    asked: StudyAsked
    results: TaskResults
    run: int
    seconds: float


def collect(asked: StudyAsked, count: int, job: Job[ComparisonSoFar]) -> Iterator[ComparisonSoFar]:
    """Replicates up to ``count``, each as it is finished; a newer question ends it at the next month."""
    kept = results = asked.finished()[:count]
    try:
        for number in range(len(kept) + 1, count + 1):
            began = time.monotonic()
            results = (*results, asked.replicate(number, lambda: job.may_go_on(good_place=True)))
            yield ComparisonSoFar(asked, results, number - len(kept), time.monotonic() - began)
    except Unwanted:
        return
