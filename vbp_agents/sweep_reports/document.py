"""A sweep's report as one HTML page that needs nothing else: no network, no script, no file beside it."""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from vbp_agents import __version__
from vbp_agents.analysis.base import Analysis
from vbp_agents.presentation.markup import Cell, Escaped, table_text
from vbp_agents.presentation.written import many, spoken
from vbp_agents.sweep_reports import described, provenance
from vbp_agents.sweep_reports.frames import MOST_ROWS, frame_table
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.standing import Standing
from vbp_agents.sweeps.store import STUDY
from vbp_agents.sweeps.varied import Role
from vbp_agents.sweeps.work import DONE, FAILED, LATE, LOST

GENERATOR = "vbp-agents"
"""By what a page says that it is one of ours."""
STYLE = Path(__file__).with_name("report.css")
_PARTS = {
    "question": "The question",
    "design": "The design",
    "findings": "What was found",
    "failures": "What failed",
    "provenance": "Where it is from",
    "again": "How to have it again",
}
"""The headings, by the name of their place."""
BREAK = re.compile(r"([.:_])")
"""After what a long name may go on in the next line."""
_FEW = 4
"""Figures that need no list of them."""
ENDS = {DONE: "done", FAILED: "failed", LATE: "past their time limit", LOST: "lost with their process"}
"""What becomes of a run, in words."""
_ROLES: dict[Role, tuple[str, str]] = {
    "lever": ("Levers", "What policy sets."),
    "uncertainty": ("Uncertainties", "What nobody knows: the same in all scenarios of a point."),
}


@dataclass(frozen=True)
class ReportFigure:
    """An analysis with its pictures as SVG, which are empty where it has no answer; its files have its name."""

    analysis: Analysis
    light: bytes
    dark: bytes


def page(sweep: Sweep, standing: Standing, figures: Sequence[ReportFigure], folder: str) -> str:
    """The whole page. ``folder``: where the figures are as files, as seen from the page."""
    title = sweep.study.title
    bodies = {
        "question": question(sweep),
        "design": design(sweep, standing),
        "findings": _findings(sweep, figures, folder),
        "failures": failures_section(sweep, standing),
        "provenance": _provenance(sweep),
        "again": _again(sweep),
    }
    sections = "\n".join(
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{heading}</h2>\n{"".join(bodies[name])}</section>'
        for name, heading in _PARTS.items()
    )
    links = "".join(f'<li><a href="#{name}">{heading}</a></li>' for name, heading in _PARTS.items())
    about = sweep.study.document.description
    words = f'<p class="lead">{escape(about)}</p>\n' if about else ""
    state = f'<p class="{"quiet" if standing.complete else "state"}">{escape(_state(standing))}</p>'
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="{GENERATOR} {__version__}">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(title)}</h1>\n{words}{state}\n"
        f'<nav aria-label="Parts"><ol>{links}</ol></nav>\n</header>\n'
        f"<main>\n{sections}\n</main>\n<footer>{_footer()}</footer>\n</body>\n</html>\n"
    )


def _state(standing: Standing) -> str:
    """How far it is; of a sweep under way without its pace, which another look would tell otherwise."""
    if standing.complete:
        return standing.sentence()
    most = "at most " if standing.may_end_before else ""
    finished = f"{standing.finished:,} of {most}{many(standing.total, 'run')} are finished"
    progress = f"{finished}, {standing.failed:,} of them failed" if standing.failed else finished
    return f"This sweep is under way: {progress}. What is said below may change until all are."


def _footer() -> str:
    words = "A simulation: much of how strongly providers respond is assumed, not measured."
    return f"<p>{words} Nothing on this page is loaded from elsewhere.</p>"


def question(sweep: Sweep) -> Iterator[str]:
    study = sweep.study
    rows: list[list[Cell]] = []
    for scenario in study.scenarios:
        role = "baseline: the others are held against it" if scenario.name == study.baseline else ""
        rows.append([_named(described.scenario_title(scenario), scenario.name), scenario.description, role])
    yield _table(["Scenario", "What it is", ""], rows)
    for role, (heading, words) in _ROLES.items():
        varied = described.varied_words(study, role)
        if varied:
            yield f'<h3>{heading}</h3>\n<p class="quiet">{words}</p>\n'
            cells: list[list[Cell]] = [
                [_named(each.title, each.path), each.values, each.unit, each.where, each.source] for each in varied
            ]
            yield _table(["", "Values", "Unit", "Where", "Source of its usual value"], cells)
    yield "<h3>Outcomes</h3>\n"
    outcomes: list[list[Cell]] = [
        [_named(described.outcome_title(name), name), *reversed(described.outcome_about(name))]
        for name in study.outcomes
    ]
    yield _table(["", "What it is", "Unit"], outcomes)


def design(sweep: Sweep, standing: Standing) -> Iterator[str]:
    rows: list[list[Cell]] = [[name, words] for name, words in described.design_words(sweep.study)]
    counts = sweep.experiments.drop_duplicates("run").status.value_counts()
    ends = [status for status in ENDS if status in counts]
    by_status = ", ".join(f"{counts[status]:,} {ENDS[status]}" for status in ends)
    of = "" if standing.complete else f" of {'at most ' if standing.may_end_before else ''}{standing.total:,}"
    rows.append(["Points computed", f"{sweep.experiments.point.nunique():,}"])
    rows.append(["Runs", f"{standing.finished:,}{of}: {by_status or 'none yet'}"])
    yield _table([], rows)


def _findings(sweep: Sweep, figures: Sequence[ReportFigure], folder: str) -> Iterator[str]:
    words = described.names_in_words(sweep.study)
    answered = [figure for figure in figures if figure.analysis.answered]
    if len(answered) > _FEW:
        listed = "".join(
            f'<li><a href="#figure-{number}">{escape(figure.analysis.title)}</a></li>'
            for number, figure in enumerate(answered, 1)
        )
        yield f'<ol class="figures">{listed}</ol>\n'
    for number, figure in enumerate(answered, 1):
        analysis = figure.analysis
        yield f'<h3 class="hidden">{escape(analysis.title)}</h3>\n<figure id="figure-{number}">{_picture(figure)}'
        yield f"<figcaption><b>Figure {number}.</b> {escape(analysis.sentence)}</figcaption></figure>\n"
        saved = escape(f"{folder}/{analysis.name}")
        cut = f", of which the first {MOST_ROWS} stand here" if len(analysis.frame) > MOST_ROWS else ""
        yield (
            f"<details><summary>The numbers behind it ({many(len(analysis.frame), 'row')}{cut})</summary>"
            f'<p class="quiet small">All of it: <code>{saved}.csv</code>; the figure: <code>{saved}.svg</code> and '
            f"<code>{saved}.png</code>, in the folder beside this page.</p>"
            f'<div class="scroll" tabindex="0">{frame_table(analysis.frame, words)}</div></details>\n'
        )
    unanswered = [figure.analysis for figure in figures if not figure.analysis.answered]
    if unanswered:
        yield "<h3>What this sweep cannot answer</h3>\n"
        yield _table(["Asked", "What it would take"], [[asked.title, asked.sentence] for asked in unanswered])


def _picture(figure: ReportFigure) -> str:
    light, dark = (base64.b64encode(data).decode() for data in (figure.light, figure.dark))
    return (
        f'<picture><source media="screen and (prefers-color-scheme: dark)" srcset="data:image/svg+xml;base64,{dark}">'
        f'<img src="data:image/svg+xml;base64,{light}" alt="{escape(figure.analysis.alt, quote=True)}"></picture>'
    )


def failures_section(sweep: Sweep, standing: Standing) -> Iterator[str]:
    if not standing.failed:
        yield "<p>No run failed.</p>\n" if standing.complete else "<p>No run has failed so far.</p>\n"
        return
    share = f"{standing.failed:,} of {standing.finished:,} runs have no values. They are left out of every figure."
    yield f"<p>{share}</p>\n"
    for failure in provenance.failed_runs(sweep):
        said = escape(f"{failure.count:,} × {failure.error}")
        yield f'<p>{said} <span class="sub">{escape(failure.where)}</span></p>\n'
        if failure.traceback:
            opened = "<summary>Where the first of them failed</summary>"
            yield f"<details>{opened}<pre>{escape(failure.traceback)}</pre></details>\n"


def _provenance(sweep: Sweep) -> Iterator[str]:
    yield _table([], [[name, words] for name, words in provenance.facts(sweep)])
    yield "<h3>Files</h3>\n"
    heads: list[Cell] = ["File", ("Size", "number"), "Begins with (SHA-256)"]
    yield _table(heads, [[name, (size, "number"), digest] for name, size, digest in provenance.files(sweep)])


def _again(sweep: Sweep) -> Iterator[str]:
    yield (
        "<p>In a copy of this sweep's folder, or in one that has its study, scenarios and Python files alone. "
        "The tables are the same bytes on any machine and any number of processors.</p>\n"
    )
    yield f"<pre>{escape(provenance.commands(sweep))}</pre>\n<p>In Python:</p>\n"
    yield f"<pre>{escape(provenance.python(sweep))}</pre>\n"
    text = (sweep.folder / STUDY).read_text(encoding="utf-8", errors="replace")
    yield f"<details><summary>The study, {STUDY}</summary><pre>{escape(text)}</pre></details>\n"


def _named(title: str, name: str) -> Escaped:
    """What something is called, and below it its name in files."""
    breakable = BREAK.sub(r"\1<wbr>", escape(name))
    below = f'<span class="sub">{breakable}</span>' if spoken(name) != title else ""
    return Escaped(f"{escape(title)}{below}")


def _table(heads: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> str:
    """A table that a narrow page scrolls."""
    return f'<div class="scroll">{table_text(heads, rows)}</div>\n'
