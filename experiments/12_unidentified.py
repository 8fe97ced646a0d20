"""Which signs hold over the ranges of what no publication identifies, and what turns the others: docs/ranges.md.

    python experiments/12_unidentified.py [--points 100] [--patients 20000] [--replicates 1] [--out docs/ranges.md]
        [--data vbp_agents/reports/ranges.json]

At each point of a Latin hypercube every scenario lives on the same patients with the same luck, and all share the
point's world and behavior; another point has other patients. Partial rank correlations say which parameter goes with a
difference from fee for service. Replicates at the defaults say how much of it is luck.
"""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import stdev

import numpy as np
from hypercube import (
    ADMISSION_COST,
    ALTRUISM,
    HELD,
    HOLDS,
    TURNS,
    UNCLEAR,
    WITHIN_LUCK,
    Finding,
    Varied,
    at,
    estimate,
    shown,
)
from scipy.stats import qmc

from vbp_agents import METRICS, Scenario, replicate_seed, replicates
from vbp_agents.book import FloatArray
from vbp_agents.metrics.intervals import interval
from vbp_agents.terms.scenario_file import find_scenarios

VARIED = (
    Varied(ALTRUISM, 0.25, 1.0, True, "half to twice; altruism x spread of benefit held, which alone is identified"),
    Varied(ADMISSION_COST, 0.16, 0.95, False, "margin 0.84 to 0.05; what is not variable is fixed"),
    Varied("behavior.scruple", 5_000, 100_000, True, "a fifth to four times: nobody has measured it"),
    Varied("behavior.list_scruple", 50, 800, True, "a quarter to four times"),
    Varied("behavior.signal", 0.0, 0.8, False, "sees nothing of unpriced risk, to nearly all"),
    Varied("behavior.perception_spread", 5_000, 20_000, True, "half to twice: a sharper or blunter rule of refusal"),
    Varied("behavior.service_keeps", 0.0, 0.06, False, "psi: no creaming or skimping, to three times"),
    Varied("behavior.foresight", 0.0, 1.0, False, "later benchmarks forgotten, or weighed in full"),
    Varied("behavior.salience", 0.5, 1.0, False, "half of what contracts change is noticed, or all (the default)"),
    Varied("behavior.coding_cost", 20, 180, True, "a third to three times; audit is in it"),
    Varied("behavior.documentation_cost", 1.3, 12, True, "a third to three times; audit is in it"),
    Varied(
        "care.visits_per_clinician", 380, 600, False, "slack: hours that practices have, from just enough to plenty"
    ),
    Varied("behavior.investment", 0.0, 1.0, False, "slack: hours stay, or grow twice as fast"),
    Varied("behavior.hour_step", 0.02, 0.12, True, "slack: price of an hour, 0.4 to 2.4 times as fast"),
    Varied("care.choice_distance", 0.1, 0.8, True, "patients' choice, about a third to twice"),
    Varied("care.choice_reputation", 0.0, 0.1, False, "patients' choice, nothing to three times"),
    Varied("care.choice_waiting", 0.0, 4.0, False, "patients' choice, nothing to four times"),
    Varied("care.choice_continuity", 0.5, 4.0, False, "patients' choice, a quarter to twice"),
    Varied("care.leaves_when_dissatisfied", 0.01, 0.2, True, "patients' choice, a fifth to four times"),
    Varied("behavior.speed", 0.06, 0.2, True, "a lever is half-way in 11 months, or in 3"),
    Varied("behavior.own_judgment", 0.4, 1.0, False, "peers weigh more than the own aim, or nothing"),
    Varied("behavior.own_payer_weight", 0.0, 1.0, False, "one style for all patients, or one for each payer"),
    Varied("behavior.drift", 0.3, 1.2, True, "half to twice: how far norms let a margin go"),
    Varied("behavior.free_riding", 0.0, 0.5, False, "a saved dollar reaches who saved it (the default), or half"),
    Varied("behavior.steering_cost", 200, 800, True, "half to twice"),
    Varied("behavior.task_tradeoff", 0.2, 2.0, True, "tasks compete, or help each other"),
)
SCENARIOS = ["fee_for_service", "shared_savings_two_sided", "capitation", "bundled", "pay_for_performance"]
HEADLINES = [
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
]
YEARS, AT_DEFAULTS = 3, 10
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
Luck: standard deviation of a point's difference between draws of patients, at the defaults. Signs: share of points with
the sign of the mean at the defaults, with no difference at all, with the other sign. Where fewer than {HELD:.0%} have
the sign: the parameter with the largest partial rank correlation with the difference (95% interval, for all parameters
at once), how many points lack the sign to each side of the value that parts them best, and the mean difference (95%
interval) on the side where most lack it. A sign turns where that mean has the other sign, or where more than
{1 - HELD:.0%} of points have it by two standard deviations of luck; else luck might do it. Among so many rows one
or two parameters will be named by chance."""
HEAD = """\
| headline | at the defaults (95% interval) | 5 to 95% of points | luck | same / none / other sign | goes with |
|---|---|---|---|---|---|"""
Differences = dict[tuple[str, str], list[float]]
"""By scenario and headline, from fee for service, one per point or replicate."""


def lived(scenarios: Sequence[Scenario], patients: int, count: int, seed: int) -> Differences:
    """What each scenario changes, from the first, in each replicate."""
    found: Differences = {(scenario.name, name): [] for scenario in scenarios[1:] for name in HEADLINES}
    runs = replicates(scenarios, patients=patients, years=YEARS, count=count, seed=seed, threads=2, apart=True)
    for each in runs:
        measured = {name: {h: METRICS[h](run.tables) for h in HEADLINES} for name, run in each.runs.items()}
        for scenario, headline in found:
            own, base = measured[scenario][headline], measured[SCENARIOS[0]][headline]
            found[scenario, headline].append(math.nan if own is None or base is None else own - base)
    return found


def row(headline: str, found: Finding) -> str:
    """A headline's line of its scenario's table."""
    low, high = np.quantile(found.values, [0.05, 0.95])
    signs, luck = " / ".join(f"{share:.0%}" for share in found.shares), shown(found.luck).lstrip("+")
    numbers = f"{estimate(found.default)} | {shown(low)} to {shown(high)} | {luck}"
    return f"| {headline}, {METRICS[headline].unit} | {numbers} | {signs} | {found.verdict()} |"


def reading(findings: dict[str, Finding]) -> Iterator[str]:
    """What a scenario's findings say, in words."""
    for sign, word in ((-1.0, "lower"), (1.0, "higher")):
        names = [name for name, found in findings.items() if found.kind == HOLDS and found.sign == sign]
        yield f"  - {word} in at least {HELD:.0%} of the points where they differ: {listed(names)}"
    for kind in (TURNS, WITHIN_LUCK, UNCLEAR):
        own = [(name, found.driver) for name, found in findings.items() if found.kind == kind]
        yield f"  - {kind}: {listed([f'{name} ({driver})' if driver else name for name, driver in own])}"


def listed(names: list[str]) -> str:
    """Names in a row, or that there are none."""
    return ", ".join(names) or "none"


def page(findings: dict[tuple[str, str], Finding], size: str) -> Iterator[str]:
    """The lines of the page."""
    yield "# Over the ranges of what nobody has measured"
    yield f"\n{size} Written by `python experiments/12_unidentified.py`.\n"
    yield ABOUT
    for name in SCENARIOS[1:]:
        yield f"- **{name}**"
        yield from reading({headline: findings[name, headline] for headline in HEADLINES})
    yield "\n## What was varied\n"
    yield WITH_THEM
    yield "| parameter | default | from | to | drawn evenly in | why (assumption) |\n|---|---|---|---|---|---|"
    for each in VARIED:
        scale = "its log" if each.log else "itself"
        yield f"| `{each.name}` | {each.default:g} | {each.low:g} | {each.high:g} | {scale} | {each.why} |"
    yield "\n## Differences from fee for service\n"
    yield READ_AS
    for name in SCENARIOS[1:]:
        yield f"\n### {name}\n"
        yield HEAD
        yield from (row(headline, findings[name, headline]) for headline in HEADLINES)


def facts(findings: dict[tuple[str, str], Finding], points: int, people: int) -> bytes:
    """What the page of the package says of it (`reports/ranges.py`): shares to a hundredth, as in the tables."""
    found = [
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
    document = {"points": points, "people": people, "years": YEARS, "baseline": SCENARIOS[0], "found": found}
    return (json.dumps(document, indent=1) + "\n").encode()


def over_points(points: FloatArray, patients: int, count: int) -> Differences:
    """The mean difference over replicates at each point; each point has patients of its own."""
    found: Differences = {(scenario, name): [] for scenario in SCENARIOS[1:] for name in HEADLINES}
    for number, shares in enumerate(points, 1):
        values = {each.name: each.at(share) for each, share in zip(VARIED, shares, strict=True)}
        scenarios = [at(scenario, values) for scenario in find_scenarios(SCENARIOS)]
        for key, differences in lived(scenarios, patients, count, replicate_seed(1, 1_000 + number)).items():
            found[key].append(float(np.mean(differences)))
        print(f"point {number} of {len(points)}", flush=True)
    return found


def main() -> None:
    """Simulate, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--replicates", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("docs/ranges.md"))
    parser.add_argument("--data", type=Path, default=Path("vbp_agents/reports/ranges.json"))
    options = parser.parse_args()
    if options.points < 2 * len(VARIED):
        parser.error(f"--points: write {2 * len(VARIED)} or more, two for each parameter")
    points = qmc.LatinHypercube(len(VARIED), rng=1).random(options.points)
    usual = lived(find_scenarios(SCENARIOS), options.patients, AT_DEFAULTS, 1)
    found = over_points(points, options.patients, options.replicates)
    findings = {
        key: Finding(
            VARIED, points, np.array(found[key]), interval(values), stdev(values) / math.sqrt(options.replicates)
        )
        for key, values in usual.items()
    }
    size = f"{options.points} points of {options.patients:,} people, {YEARS} years, replicates: {options.replicates};"
    lines = list(page(findings, f"{size} {AT_DEFAULTS} replicates at the defaults."))
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options.data.write_bytes(facts(findings, options.points, options.patients))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
