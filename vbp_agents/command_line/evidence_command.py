"""`vbp evidence`: a miss is a finding, not a failure, so that the exit code stays 0."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vbp_agents.answers.evidence_report import WHAT_IS_WHAT, markdown, report_tables, size_line, summary_lines
from vbp_agents.behaviors import behavior_names
from vbp_agents.command_line.commands import raise_stop
from vbp_agents.evidence.arms import BASE, arms
from vbp_agents.evidence.report import document
from vbp_agents.evidence.signs import behaviors as sign_behaviors
from vbp_agents.files import check_file, check_numbers
from vbp_agents.presentation.interruption import Interruption, deferred
from vbp_agents.presentation.task import do_all, progress_bar, write, write_numbers
from vbp_agents.presentation.terminal import show
from vbp_agents.reports.comparison import to_json
from vbp_agents.study.running import until_stopped
from vbp_agents.study.size import Size
from vbp_agents.terms.scenario import BehaviorBlock

if TYPE_CHECKING:
    from vbp_agents.metrics import Measured
    from vbp_agents.study.clock import Progress

    ByBehavior = Mapping[str, Measured]
    """What one replicate measured under each behavior."""


def show_evidence(behavior: str | None, size: Size, json: Path | None, page: Path | None) -> None:
    """Measure every row under one behavior, or under each, and theory's signs; print, and write files if asked for."""
    from vbp_agents.evidence.running import observe_rows
    from vbp_agents.evidence.signs import observe_signs

    if json:
        check_numbers(json)
    if page:
        check_file(page, [json] if json else [])
    names = [behavior] if behavior else default_first()
    hashes = {name: arms(size.years, name)[BASE].behavior_hash for name in names}
    with deferred() as interruption:
        done, stopped = _observed(lambda on_progress: observe_rows(names, size, on_progress), interruption)
        if not done:
            raise_stop(0, stopped, size, interruption)
        signs: list[ByBehavior] = []
        if not stopped:
            signs, stopped = _observed(
                lambda on_progress: observe_signs(sign_behaviors(), size, on_progress), interruption
            )
        report = document(
            {name: [replicate[name] for replicate in done] for name in names},
            {name: [replicate[name] for replicate in signs] for name in sign_behaviors()},
            hashes,
            patients=size.patients,
            years=size.years,
            replicates=len(done),
            seed=size.seed,
        )
        do_all(
            lambda: write_numbers(json, to_json(report)),
            lambda: write(page, markdown(report).encode()),
            lambda: show(size_line(report), "", *report_tables(report), WHAT_IS_WHAT, "", *summary_lines(report)),
        )
        raise_stop(len(done), stopped, size, interruption)


def default_first() -> list[str]:
    """Every behavior, the default one before its alternatives."""
    default = BehaviorBlock().name
    return [default, *(name for name in behavior_names() if name != default)]


def _observed(
    look: "Callable[[Progress], Iterator[ByBehavior]]", interruption: Interruption
) -> "tuple[list[ByBehavior], BaseException | None]":
    """Every replicate that was finished, and what stopped the rest."""
    done: list[ByBehavior] = []
    with progress_bar(interruption) as advance:
        stopped = until_stopped(look(advance), done.append)
    return done, stopped
