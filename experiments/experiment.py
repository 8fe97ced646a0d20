"""What every numbered experiment is: a study, and an answer whose words, table and figure are made from its numbers."""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents import Study, Sweep, WrongInput, read_study, sweep
from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.luck import Spread, student
from vbp_agents.arithmetic import FloatArray
from vbp_agents.files import write_whole
from vbp_agents.presentation.written import many, short

HERE = Path(__file__).parent
RESULTS = HERE / "results"
DIGITS = 4
"""Of a number in a table."""
BEHAVIOR, RESPONDS, AS_IT_WAS = "behavior.name", "profit_and_benefit", "fixed_practice"
"""Providers who respond to what is paid for, and providers who go on as they did."""


@dataclass(frozen=True)
class Experiment:
    """``file``: the script; its study is the YAML file of its name. ``quick``: what is smaller in seconds' time.

    ``answer``: what the sweep says; the paragraph is its sentence. ``rests_on``: in words, what the answer rests on.
    """

    file: str
    quick: Mapping[str, Any]
    answer: Callable[[Sweep], Analysis]
    rests_on: str

    @property
    def name(self) -> str:
        """What its files are called."""
        return Path(self.file).stem

    def study(self, quick: bool) -> Study:
        """The study of the file, or a smaller one of the same question."""
        study = read_study(HERE / f"{self.name}.yaml")
        return changed(study, self.quick) if quick else study

    def main(self, arguments: list[str] | None = None) -> None:
        """Compute what is missing of the study, then write the paragraph, the table and the figure."""
        options = asked(self.file, arguments)
        with runs_in(options, self.name) as runs:
            try:
                swept = sweep(self.study(options.quick), out=runs, workers=options.workers)
            except WrongInput as error:
                raise SystemExit(str(error)) from None
            write(self.name, self.answer(swept), size_of(swept.study), self.rests_on, options.out)


def asked(file: str, arguments: list[str] | None = None) -> argparse.Namespace:
    """The options that every experiment has."""
    parser = argparse.ArgumentParser(description=f"Redo {Path(file).name}: its table, its figure, and what was found.")
    parser.add_argument("--quick", action="store_true", help="few people and years: seconds, and no answer")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the folder of table, figure and paragraph")
    parser.add_argument("--runs", type=Path, default=HERE / "runs", help="the folder of sweeps, which go on")
    parser.add_argument("--workers", type=int, default=None, help="processes; 0: this one")
    options = parser.parse_args(arguments)
    if options.quick and options.out == RESULTS:
        parser.error("--quick: name a folder of its own by --out; the results here are those of the whole study")
    return options


def runs_in(options: argparse.Namespace, name: str) -> AbstractContextManager[str]:
    """Where the runs are: a folder that is kept, or of a quick look one that is not."""
    return tempfile.TemporaryDirectory() if options.quick else nullcontext(str(options.runs / name))


def changed(study: Study, changes: Mapping[str, Any]) -> Study:
    """The same study with changes."""
    base = next(scenario for scenario in study.scenarios if scenario.name == study.baseline)
    return Study(**{**study.resolved(), "scenarios": study.scenarios, "baseline": base, **changes})


def size_of(study: Study) -> str:
    """How large a study is, in words."""
    terms = study.document
    draws = f"{many(study.counts[-1], 'draw')} of people and luck"
    return f"{terms.patients:,} people, {many(terms.years, 'year')}, {draws}"


def judged(rows: Sequence[FloatArray]) -> Spread:
    """Differences by row and replicate, judged together: all that there are, but not those that are nothing at all."""
    there = sum(bool(np.nan_to_num(row).any()) for row in rows)
    return student(rows, claims=max(1, there))


def part_of(spread: Spread, rows: NDArray[np.intp]) -> Spread:
    """Some rows of many that were judged together."""
    return Spread(*(getattr(spread, each.name)[rows] for each in fields(spread)))


def amount(row: Mapping[Any, Any]) -> str:
    """A table's difference and half its interval."""
    text, reach = short(row["difference"], (row["high"] - row["low"]) / 2)
    return f"{text} ± {reach}"


def write(name: str, analysis: Analysis, size: str, rests_on: str, out: Path) -> None:
    """The table as CSV, the figure as SVG, and a page of both with the paragraph."""
    out.mkdir(parents=True, exist_ok=True)
    table = analysis.frame.to_csv(index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    page = f"""\
# {analysis.title}

{analysis.sentence}

![{analysis.title}]({name}.svg)

The numbers: [{name}.csv]({name}.csv).

**What it rests on.** {size}. {rests_on}

Written by `python experiments/{name}.py`.
"""
    for suffix, content in (("csv", table.encode()), ("svg", analysis.svg()), ("md", page.encode())):
        write_whole(out / f"{name}.{suffix}", content)
    print(page)
