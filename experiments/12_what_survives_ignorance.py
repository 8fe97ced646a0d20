"""Does the answer survive ignorance? Which signs hold over the ranges of what nothing identifies: docs/ranges.md.

    python experiments/12_what_survives_ignorance.py [--quick --out DIR] [--workers N]

At each point of a Latin hypercube every scenario lives on the same patients with the same luck, and all share the
point's world and behavior; another point has other patients. Partial rank correlations say which parameter goes with a
difference from fee for service. Replicates at the defaults say how much of it is luck. It also writes what the page of
the package says of it, `vbp_agents/reports/ranges.json`; table, figure and paragraph are made from that.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import stdev
from typing import TYPE_CHECKING, Any

import numpy as np
from experiment import HERE, asked, runs_in, write
from ignorance import DRAWN, at_defaults, hypercube, study
from pandas import DataFrame
from signs import HELD, HOLDS, TURNS, UNCLEAR, WITHIN_LUCK, Finding, estimate, shown

from vbp_agents import METRICS, Sweep, WrongInput, sweep
from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.measured import SweepNumbers, numbers_of, outcome_of
from vbp_agents.analysis.sheet import Ink, folded_words, label_axis, name_rows, panels
from vbp_agents.book import FloatArray
from vbp_agents.files import write_whole
from vbp_agents.metrics.intervals import interval
from vbp_agents.presentation.written import listed, many, spoken

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BASELINE = "fee_for_service"
SCENARIOS = ("shared_savings_two_sided", "capitation", "bundled", "pay_for_performance")
HEADLINES = (
    "cost_per_capita",
    "payer_outlay_per_capita",
    "specialist_visits_per_1000",
    "tests_per_1000",
    "procedures_per_1000",
    "admissions_per_1000",
    "post_acute_stays_per_1000",
    "underuse_per_1000",
    "harmful_share",
    "qalys_per_1000",
    "follow_up_7_day_share",
    "refusal_difference",
    "in_network_share",
    "provider_margin_hospital_systems",
    "experience",
)
PAGE = HERE.parent / "docs" / "ranges.md"
DATA = HERE.parent / "vbp_agents" / "reports" / "ranges.json"
RESTS_ON = (
    "The ranges are assumptions, so that a share of draws is no probability. Every difference, its luck and what goes "
    "with it: [docs/ranges.md](../../docs/ranges.md)."
)
ABOUT = """\
Nothing published identifies the parameters below: they were drawn from their ranges all at once (a Latin hypercube).
The ranges are assumptions, so a share of points is no probability. `behavior.salience` and `behavior.free_riding` have
their default at the strong end of the range: most effects are weaker at the points than at the defaults.

Differences from fee for service, with the parameter that goes with them most in brackets:
"""
WITH_THEM = """\
Altruism moves with the mean and spread of benefits and the error of judgment, so that altruism x spread, which alone
the response of volume identifies (F08), stays. With the variable cost of an admission its fixed cost moves, and the
mean benefit, so that baseline practice stays.
"""
READ_AS = f"""\
A difference is clear of luck at the defaults where its interval, widened for all that are judged here (Bonferroni), is
without zero. Luck: standard deviation of a point's difference between draws of patients, at the defaults. Signs: share
of points with the sign of the mean at the defaults, with no difference at all, with the other sign. Where fewer than
{HELD:.0%} have the sign: the parameter with the largest partial rank correlation with the difference (95% interval, for
all parameters at once), how many points lack the sign to each side of the value that parts them best, and the mean
difference (95% interval) on the side where most lack it. A sign turns where that mean has the other sign, or where more
than {1 - HELD:.0%} of points have it by two standard deviations of luck; else luck might do it. Among so many rows one
or two parameters will be named by chance."""
HEAD = """\
| headline | at the defaults (95% interval) | 5 to 95% of points | luck | same / none / other sign | goes with |
|---|---|---|---|---|---|"""


def row(headline: str, finding: Finding) -> str:
    """A headline's line of its scenario's table."""
    low, high = np.quantile(finding.values, [0.05, 0.95])
    signs, luck = " / ".join(f"{share:.0%}" for share in finding.shares), shown(finding.luck).lstrip("+")
    numbers = f"{estimate(finding.default)} | {shown(low)} to {shown(high)} | {luck}"
    return f"| {headline}, {METRICS[headline].unit} | {numbers} | {signs} | {finding.verdict()} |"


def reading(findings: dict[str, Finding]) -> Iterator[str]:
    """What a scenario's findings say, in words."""
    for sign, word in ((-1.0, "lower"), (1.0, "higher")):
        names = [name for name, finding in findings.items() if finding.kind == HOLDS and finding.sign == sign]
        yield f"  - {word} in at least {HELD:.0%} of the points where they differ: {in_a_row(names)}"
    for kind in (TURNS, WITHIN_LUCK, UNCLEAR):
        of_kind = [(name, finding.driver) for name, finding in findings.items() if finding.kind == kind]
        yield f"  - {kind}: {in_a_row([f'{name} ({driver})' if driver else name for name, driver in of_kind])}"


def in_a_row(names: list[str]) -> str:
    """Names in a row, or that there are none."""
    return ", ".join(names) or "none"


def page(findings: dict[tuple[str, str], Finding], size: str) -> Iterator[str]:
    """The lines of the page."""
    yield "# Over the ranges of what nobody has measured"
    yield f"\n{size}. Written by `python experiments/12_what_survives_ignorance.py`.\n"
    yield ABOUT
    scenarios = dict.fromkeys(scenario for scenario, _ in findings)
    for name in scenarios:
        yield f"- **{name}**"
        yield from reading(
            {headline: finding for (scenario, headline), finding in findings.items() if scenario == name}
        )
    yield "\n## What was varied\n"
    yield WITH_THEM
    yield "| parameter | default | from | to | drawn evenly in | why (assumption) |\n|---|---|---|---|---|---|"
    for each in DRAWN:
        scale = "its log" if each.log else "itself"
        yield f"| `{each.name}` | {each.default:g} | {each.low:g} | {each.high:g} | {scale} | {each.why} |"
    yield "\n## Differences from fee for service\n"
    yield READ_AS
    for name in scenarios:
        yield f"\n### {name}\n"
        yield HEAD
        yield from (row(headline, finding) for (scenario, headline), finding in findings.items() if scenario == name)


def facts(findings: dict[tuple[str, str], Finding], size: "Size") -> dict[str, Any]:
    """What the page of the package says of it (`reports/ranges.py`): shares to a hundredth, as in the tables."""
    rows = [
        {
            "scenario": scenario,
            "metric": headline,
            "kind": finding.kind,
            "sign": int(finding.sign),
            **{name: round(share, 2) for name, share in zip(("same", "none", "other"), finding.shares, strict=True)},
            "driver": finding.driver.strip("`") if finding.kind != HOLDS else "",
        }
        for (scenario, headline), finding in findings.items()
    ]
    about = {"points": size.points, "people": size.patients, "years": size.years, "baseline": BASELINE}
    return {**about, "rows": rows}


def findings_of(points: Sweep, usual: Sweep, shares: FloatArray) -> dict[tuple[str, str], Finding]:
    """What became of every sign. ``shares``: of the ranges, (points, parameters)."""
    drawn, defaults, findings = numbers_of(points), numbers_of(usual), dict[tuple[str, str], Finding]()
    claims = len(drawn.others) * len(points.study.outcomes)
    for scenario in drawn.others:
        for headline in points.study.outcomes:
            at_points = unscaled(drawn, headline, scenario).mean(axis=1)
            values = unscaled(defaults, headline, scenario)[0].tolist()
            luck = stdev(values) / math.sqrt(drawn.replicates)
            findings[scenario, headline] = Finding(DRAWN, shares, at_points, interval(values), luck, claims)
    return findings


def unscaled(measured: SweepNumbers, headline: str, scenario: str) -> FloatArray:
    """Differences from the baseline in a metric's own unit, (points, replicates)."""
    return measured.effect(headline, scenario) / measured.outcome(headline).scale


def answer(known: dict[str, Any]) -> Analysis:
    """Words, table and figure of what `facts` has."""
    frame = DataFrame(known["rows"])
    said = [f"- {told(scenario, signs)}." for scenario, signs in frame.groupby("scenario", sort=False)]
    shares = f"share of {many(known['points'], 'draw')}, %"
    title = "Which signs survive ignorance: differences from fee for service"

    def draw(ink: Ink) -> "Figure":
        return picture(ink, title, frame, shares)

    return Analysis("what_survives_ignorance", title, "\n".join(said), frame, draw)


def told(scenario: Any, signs: DataFrame) -> str:
    """What is known of one scenario's signs, in a sentence."""
    clear = signs[signs.kind != UNCLEAR]
    turned = [
        spoken(row["metric"]) + (f" (with `{row['driver']}`)" if row["driver"] else "")
        for row in signs[signs.kind == TURNS].to_dict("records")
    ]
    parts = [f"{int((signs.kind == HOLDS).sum())} of {len(clear)} signs that are clear of luck at the defaults hold"]
    if turned:
        parts.append(f"{listed(turned)} {'turns' if len(turned) == 1 else 'turn'}")
    if within := int((signs.kind == WITHIN_LUCK).sum()):
        parts.append(f"{within} {'turns' if within == 1 else 'turn'} no further than luck might")
    if unclear := len(signs) - len(clear):
        parts.append(f"{many(unclear, 'difference')} {'has' if unclear == 1 else 'have'} no sign clear of luck")
    return f"**{spoken(str(scenario)).capitalize()}**: {'; '.join(parts)}"


def picture(ink: Ink, title: str, frame: DataFrame, shares: str) -> "Figure":
    """A panel a scenario, a row a headline: how many draws have the sign of the defaults, none, or the other."""
    notes = [
        "In color: the sign of the mean at the defaults. Gray: no difference. Dark: the other sign. Pale rows: at the "
        "defaults luck alone could have made the difference, so that it has no sign to keep."
    ]
    scenarios = list(frame.groupby("scenario", sort=False))
    columns = min(2, len(scenarios))
    rows = math.ceil(len(scenarios) / columns)
    figure, all_axes = panels(ink, title, 5.1 * rows, rows, columns, notes, sharex=True, sharey=True)
    for place, (axes, (scenario, signs)) in enumerate(zip(all_axes, scenarios, strict=True)):
        name_rows(axes, ink, [folded_words(outcome_of(name).title, 26) for name in signs.metric])
        colors = {"same": ink.scenario(place + 1), "none": ink.lines, "other": ink.gray}
        for row, each in enumerate(signs.to_dict("records")):
            faint = 0.3 if each["kind"] == UNCLEAR else 1.0
            begin = 0.0
            for name, color in colors.items():
                share = float(each[name])
                axes.barh(row, 100 * share, left=begin, height=0.66, color=color, alpha=faint)
                begin += 100 * share
        axes.set_xlim(0, 100)
        axes.set_title(spoken(str(scenario)), fontsize=10, color=ink.letters, loc="left")
    for axes in all_axes[-columns:]:
        label_axis(axes, ink, shares)
    return figure


@dataclass(frozen=True)
class Size:
    """How large it is: points, people, years, replicates at a point and at the defaults; and what is looked at."""

    points: int = 100
    patients: int = 20_000
    years: int = 3
    replicates: int = 1
    at_defaults: int = 10
    scenarios: Sequence[str] = SCENARIOS
    headlines: Sequence[str] = HEADLINES

    @property
    def whole(self) -> str:
        """All of it in words."""
        points = f"{self.points} points of {self.patients:,} people, {many(self.years, 'year')}"
        return f"{points}, replicates: {self.replicates}; {self.at_defaults} replicates at the defaults"

    @property
    def asked(self) -> dict[str, Any]:
        """What both studies ask."""
        alike = {"scenarios": self.scenarios, "baseline": BASELINE, "outcomes": self.headlines}
        return alike | {"patients": self.patients, "years": self.years}


QUICK = Size(30, 100, 1, 1, 3, ["capitation"], ["cost_per_capita", "tests_per_1000"])


def found_in(size: Size, folder: Path, workers: int | None) -> dict[tuple[str, str], Finding]:
    """Compute what is missing of both studies; what became of every sign. Raises WrongInput."""
    shares = hypercube(size.points)
    defaults = at_defaults(**size.asked, replicates=size.at_defaults)
    usual = sweep(defaults, out=folder / "defaults", workers=workers)
    of_points = study(shares, **size.asked, replicates=size.replicates)
    return findings_of(sweep(of_points, out=folder / "points", workers=workers), usual, shares)


def main(arguments: list[str] | None = None) -> None:
    """Compute, then write the page, the package's data, and table, figure and paragraph."""
    options = asked(__file__, arguments)
    size = QUICK if options.quick else Size()
    with runs_in(options, Path(__file__).stem) as folder:
        try:
            findings = found_in(size, Path(folder), options.workers)
        except WrongInput as error:
            raise SystemExit(str(error)) from None
    options.out.mkdir(parents=True, exist_ok=True)
    known = facts(findings, size)
    written, data = (options.out / "ranges.md", options.out / "ranges.json") if options.quick else (PAGE, DATA)
    write_whole(written, ("\n".join(page(findings, size.whole)) + "\n").encode())
    write_whole(data, (json.dumps(known, indent=1) + "\n").encode())
    write(Path(__file__).stem, answer(known), size.whole, RESTS_ON, options.out)


if __name__ == "__main__":
    main()
