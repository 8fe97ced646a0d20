"""A comparison: scenarios on the same patients with the same luck, measured, added up over replicates, and shown."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbp_agents import __version__
from vbp_agents.metrics import Measured, measure
from vbp_agents.presentation.drawing import picture_bytes
from vbp_agents.presentation.task import by_product
from vbp_agents.reports.pairing import pairing_of
from vbp_agents.reports.remarks import Held, brief_remarks, contracts_held, layers_paid, remarks, world_notes
from vbp_agents.results import METRICS_TABLE, Results
from vbp_agents.study.clock import MonthsDone, Progress, unheard
from vbp_agents.study.question import Question
from vbp_agents.study.running import run_tasks, until_stopped
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import RunFunction, Task, TaskResult, replicate_tasks
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from vbp_agents.actors.world import World
    from vbp_agents.study.kept_runs import KeptRuns


@dataclass(frozen=True)
class MeasuredRun:
    """What a comparison keeps of a run: every metric, who was in a contract, seconds spent; tables only if asked for.

    ``layers``: which of the scenario's contracts, by place, ever paid somebody.
    """

    metrics: Measured
    held: Held
    layers: frozenset[int]
    timing: Mapping[str, float] = field(default_factory=dict)
    tables: "Mapping[str, DataFrame] | None" = None


def measured_run(
    world: "World",
    scenario: Scenario,
    years: int,
    progress: MonthsDone,
    threads: int,
    *,
    keep_tables: bool = False,
) -> MeasuredRun:
    """Run a scenario and measure it."""
    from vbp_agents.model import run_model

    lived = run_model(world, scenario, years, progress, threads)
    return measured_tables(scenario, lived.tables, lived.timing, keep_tables)


def measured_tables(
    scenario: Scenario,
    tables: "Mapping[str, DataFrame]",
    timing: Mapping[str, float],
    keep_tables: bool = False,
) -> MeasuredRun:
    """What a run's tables come to."""
    kept = tables if keep_tables else None
    return MeasuredRun(measure(tables), contracts_held(tables), frozenset(layers_paid(scenario, tables)), timing, kept)


@dataclass
class Comparison:
    """The answer to a question, over as many replicates as are finished; more can be added.

    ``stopped``: what ended it before all replicates were done, None for nothing.
    """

    question: Question
    size: Size
    results: list[TaskResult[MeasuredRun]] = field(default_factory=list)
    stopped: BaseException | None = None

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios, in the order asked for."""
        return self.question.scenarios

    @property
    def baseline(self) -> str:
        """The name of the scenario that the others are compared with."""
        return self.question.baseline

    @property
    def values(self) -> dict[str, list[Measured]]:
        """By scenario, what each replicate measured: metric to number, None where it has none."""
        return {s.name: [result.runs[s.name].metrics for result in self.results] for s in self.scenarios}

    @property
    def held(self) -> dict[str, list[Held]]:
        """By scenario and replicate, how many contracts were under another regime than fee for service."""
        return {s.name: [result.runs[s.name].held for result in self.results] for s in self.scenarios}

    @property
    def layers(self) -> dict[str, set[int]]:
        """By scenario, which of its contracts ever paid somebody in any replicate."""
        return {s.name: set().union(*(result.runs[s.name].layers for result in self.results)) for s in self.scenarios}

    def tasks(self, keep_tables: bool = False) -> list[Task[MeasuredRun]]:
        """A task a replicate, whose runs are measured and, if asked for, keep their tables."""
        make: RunFunction[MeasuredRun] = partial(measured_run, keep_tables=keep_tables)
        return replicate_tasks(make, self.scenarios, self.size)

    def collect(
        self,
        progress: Progress = unheard,
        results: Results | None = None,
        keep_tables: bool = False,
        kept: "KeptRuns | None" = None,
    ) -> None:
        """Run all replicates and add each as it is finished; ``results`` gets its tables. What stops it is noted.

        ``kept``: where finished runs are kept: what is there is read instead, and what is run is added.
        """

        def take(result: TaskResult[MeasuredRun]) -> None:
            self.results.append(result if keep_tables else without_tables(result))
            if kept:
                kept.add(result)
            if results:
                add_to(results, result)

        tasks, threads = self.tasks(keep_tables or results is not None), self.size.threads
        finished = kept.completed(tasks, threads, progress) if kept else run_tasks(tasks, threads, progress)
        self.stopped = until_stopped(finished, take)

    @property
    def document(self) -> dict[str, Any]:
        """The comparison as other programs read it: plain values, numbers finite or None (`compare --json`)."""
        from vbp_agents.reports.comparison import document

        return document(self.scenarios, self.values, baseline=self.baseline, held=self.held, **self.size.facts)

    def headline(self) -> "DataFrame":
        """The dozen rows that answer most questions first, in words: the baseline's mean, then differences from it.

        A row a metric, with its unit; a column a scenario; texts such as "-212 ± 14", half of the 95% interval after
        the sign. `reports.headline.headline_rows` has the numbers.
        """
        from vbp_agents.reports.headline import headline_frame

        return headline_frame(self.document)

    def reading(self) -> list[str]:
        """What the headline says in plain sentences: what is clear of luck, and what is not."""
        from vbp_agents.reports.reading import reading

        return reading(self.document)

    def plot(self) -> "Figure":
        """What matters first, as a picture: each scenario's difference from the baseline with its 95% interval."""
        from vbp_agents.reports.plots import comparison_figure

        return comparison_figure(self.document, self.brief_remarks())

    def __repr__(self) -> str:
        """What is compared, and on how much."""
        others = ", ".join(s.name for s in self.scenarios if s.name != self.baseline) or "nothing"
        size, done = self.size, len(self.results)
        return (
            f"<Comparison of {others} with {self.baseline}: {size.patients:,} patients, {size.years} years, "
            f"{done} of {size.replicates} replicates>"
        )

    def __str__(self) -> str:
        """What `vbp compare` prints: the headline, what it says, and what a reader must know."""
        from vbp_agents.reports.summary import summary_text

        return summary_text(self.document, self.summary_notes())

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        from vbp_agents.reports.summary import summary_html

        return summary_html(self.document, self.summary_notes())

    def brief_remarks(self) -> list[str]:
        """`remarks` for a reader of the headline: whose behavior, and which contracts not all held."""
        about = (self.scenarios, self.held, self.size.years, self.layers, self.question.behavior_from)
        worlds = world_notes(self.scenarios, self.baseline)
        return [*brief_remarks(*about), *(f"{warning}." for warning in worlds)]

    def summary_notes(self) -> list[str]:
        """What stands below the headline: `brief_remarks`, and what it saves that all meet the same luck."""
        return [*self.brief_remarks(), *pairing_of(self.values, self.baseline)]

    def remarks(self) -> list[str]:
        """What a reader must know beside the numbers: behavior, who had contracts and until when, other worlds."""
        notes = world_notes(self.scenarios, self.baseline)
        return [*notes, *remarks(self.scenarios, self.held, self.size.years, self.layers, self.question.behavior_from)]

    def facts(self) -> dict[str, Any]:
        """What a folder of results says about itself."""
        return {
            "version": __version__,
            **self.size.facts,
            "behavior_hash": self.scenarios[0].behavior_hash,
            "scenarios": [scenario.name for scenario in self.scenarios],
            "baseline": self.baseline,
            **({"set": dict(self.question.settings)} if self.question.settings else {}),
        }

    def table(self) -> "DataFrame":
        """A row a metric and scenario: its mean and its difference from the baseline, each with its 95% interval.

        Columns: ``aim``, ``metric``, ``unit``, ``better``, ``scenario``, ``n`` (replicates with a number), ``mean``,
        ``low``, ``high``, ``difference_n`` (of these, replicates in which the baseline has a number, too),
        ``difference``, ``difference_low``, ``difference_high``; NaN where there is none.
        """
        from pandas import DataFrame

        metrics = self.document["metrics"]
        rows = [
            {"aim": facts["aim"], "metric": metric, "unit": facts["unit"], "better": facts["better"]}
            | {"scenario": scenario, **numbers}
            for metric, facts in metrics.items()
            for scenario, numbers in facts["values"].items()
        ]
        return DataFrame(rows).astype(dict.fromkeys(_NUMBERS, float))

    def by_replicate(self) -> "DataFrame":
        """A row a scenario, replicate and metric: ``scenario``, ``replicate``, ``seed``, ``metric``, ``value``."""
        from pandas import concat

        frames = [metrics_frame(result.runs[s.name].metrics) for s in self.scenarios for result in self.results]
        keys = [(s.name, result.number, result.seed) for s in self.scenarios for result in self.results]
        keyed = [
            frame.assign(scenario=scenario, replicate=number, seed=seed)
            for frame, (scenario, number, seed) in zip(frames, keys, strict=True)
        ]
        return concat(keyed, ignore_index=True)[["scenario", "replicate", "seed", "metric", "value"]]

    def to_json(self) -> str:
        """`document` as text."""
        from vbp_agents.reports.comparison import to_json

        return to_json(self.document).decode()

    def save(self, folder: str | Path, overwrite: bool = False) -> None:
        """Write a folder of results: the numbers, the scenarios, the picture, and tables where they were kept.

        Raises WrongInput for a folder that holds something else, or results that may not be replaced.
        """
        with Results(Path(folder), self.scenarios, self.facts(), overwrite) as results:
            for result in self.results:
                add_to(results, result)
            self.attach_to(results)
            results.finish()
            self._draw_in(results)

    def _draw_in(self, results: Results) -> None:
        """Add the picture; where it cannot be drawn, results are complete without it, and a warning says so."""
        from vbp_agents.reports.plots import comparison_picture

        try:
            results.append("comparison.png", comparison_picture(self.document, self.brief_remarks()))
        except Exception as error:
            warnings.warn(f"no picture, all else is saved: {error}", RuntimeWarning, stacklevel=3)
            by_product("picture", lambda: results.append("comparison.png", picture_bytes(self.plot())))()

    def attach_to(self, results: Results) -> None:
        """Put into a folder of results what is known when all replicates are there."""
        results.attach("comparison.json", self.to_json().encode())
        self.note_contracts(results)

    def note_contracts(self, results: Results) -> None:
        """Say in a folder of results who had contracts."""
        results.facts |= {
            "contracts_held": {name: [list(held) for held in runs] for name, runs in self.held.items()},
            "layers_paid": {name: sorted(layers) for name, layers in self.layers.items()},
            "behavior_from": self.question.behavior_from,
        }
        if self.stopped:
            results.facts |= {"stopped": stop_facts(self.stopped, self.size.replicates)}


def stop_facts(stopped: BaseException, replicates: int) -> dict[str, Any]:
    """What a folder says of the end that came before all the ``replicates`` that were asked for were done."""
    return {
        "by": "interruption" if isinstance(stopped, KeyboardInterrupt) else "error",
        "said": str(stopped),
        "replicates": replicates,
    }


def stop_of(facts: Mapping[str, Any]) -> BaseException | None:
    """What `stop_facts` are of, None where there are none."""
    if not facts:
        return None
    kind = KeyboardInterrupt if facts.get("by") == "interruption" else RuntimeError
    return kind(str(facts.get("said", "")))


_NUMBERS = ("mean", "low", "high", "difference", "difference_low", "difference_high")


def without_tables(result: TaskResult[MeasuredRun]) -> TaskResult[MeasuredRun]:
    """A result that holds only what is small."""
    return replace(result, runs={name: replace(run, tables=None) for name, run in result.runs.items()})


def add_to(results: Results, result: TaskResult[MeasuredRun]) -> None:
    """Write a replicate's numbers, and tables where it has them, into a folder of results."""
    runs = {name: dict(run.tables or {}) for name, run in result.runs.items()}
    metrics = {name: {METRICS_TABLE: metrics_frame(run.metrics)} for name, run in result.runs.items()}
    results.add(runs, result.number, result.seed, metrics)


def metrics_frame(measured: Measured) -> "DataFrame":
    """What a run measured as a table: ``metric``, ``value`` (NaN where it has none)."""
    from pandas import DataFrame

    values = [float("nan") if value is None else float(value) for value in measured.values()]
    return DataFrame({"metric": list(measured), "value": values})
