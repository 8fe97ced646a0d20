"""A comparison for people and for programs: the JSON that is a contract, and the table by aim."""

import json
import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from vbp_agents import __version__
from vbp_agents.scenario import Contract, Scenario
from vbp_agents.written import NONE, difference, number, signed

if TYPE_CHECKING:
    from pandas import DataFrame
    from rich.table import Table

    from vbp_agents.metrics import CostEffectiveness

SCHEMA = 1
FIXED_PRACTICE = (
    "Providers follow fixed_practice: they practice as they did, whatever the contract, "
    "so settlements and money differ and care does not."
)
ONE_BEHAVIOR = "Behavior of providers, the same in all scenarios: {name} ({hash})."
CONTRACTS_PAID = (
    "Contracts under another regime than fee for service, mean over replicates (holders with too few people have none)"
)
NAME_WIDTH = 20
VALUE_CAPTION = (
    "dollars a person, QALYs a 1,000 people, a year; a cost per QALY only where both are clear of zero;\n"
    "$50k ...: how often (of replicates) the scenario is the better buy if a QALY is worth that"
)
AIMS = {
    "volume": "Volume",
    "coordination": "Coordination",
    "selection": "Selection",
    "triple_aim": "Triple Aim",
    "money": "Money",
    "equity": "Equity",
}
Metrics = Mapping[str, Mapping[str, Any]]
Values = Mapping[str, Sequence[Mapping[str, float | None]]]
"""By scenario, what each replicate measured: metric name to number, None where it has none."""
Contracts = Mapping[str, Sequence[tuple[int, int]]]
"""By scenario and replicate: contracts under another regime than fee for service, and contracts in all."""


def document(
    scenarios: Sequence[Scenario], values: Values, *, baseline: str, patients: int, years: int, seed: int
) -> dict[str, Any]:
    """The comparison as other programs read it. Numbers are finite or null."""
    from vbp_agents.metrics import summarize

    found: dict[str, Any] = {
        "schema": SCHEMA,
        "version": __version__,
        "seed": seed,
        "replicates": len(values[baseline]),
        "patients": patients,
        "years": years,
        "baseline": baseline,
        "behavior_hash": scenarios[0].behavior_hash,
        "scenarios": [scenario.name for scenario in scenarios],
        "hashes": {scenario.name: scenario.hash for scenario in scenarios},
        "metrics": summarize(values, baseline),
    }
    return found


def run_document(scenario: Scenario, measured: Mapping[str, float | None], **facts: int) -> dict[str, Any]:
    """One run as other programs read it."""
    from vbp_agents.metrics import METRICS

    metrics = {
        name: {"unit": metric.unit, "aim": metric.aim, "better": metric.better, "value": measured[name]}
        for name, metric in METRICS.items()
    }
    hashes = {"hash": scenario.hash, "behavior_hash": scenario.behavior_hash}
    return {"schema": SCHEMA, "version": __version__, "scenario": scenario.name, **facts, **hashes, "metrics": metrics}


def to_json(found: Any) -> bytes:
    """JSON text in UTF-8; what is not a finite number becomes null."""
    return (json.dumps(_finite(found), indent=2, allow_nan=False, ensure_ascii=False) + "\n").encode()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def comparison_table(found: Mapping[str, Any], wide: bool, notes: Sequence[str] = ()) -> "Table":
    """The comparison by aim: the baseline's mean, then each difference from it with its 95% interval.

    ``notes`` are added to the caption.
    Not ``wide``: names and intervals go over several lines, so that four scenarios fit into 80 columns.
    """
    from rich import box
    from rich.table import Table

    baseline = found["baseline"]
    others = [name for name in found["scenarios"] if name != baseline]
    caption = "\n".join([_caption(found), *notes])
    table = Table(title=_title(found), caption=caption, box=box.SIMPLE, padding=(0, 0, 0, 1))
    table.add_column("metric", width=None if wide else NAME_WIDTH, overflow="fold")
    for name in (baseline, *others):
        table.add_column(name if wide else _folded(name), justify="right", overflow="fold")
    for name, metric in _by_aim(table, found["metrics"]):
        cells = [_difference(metric["values"][other], wide) for other in others]
        label = _labeled(name if wide else _folded(name, NAME_WIDTH), metric)
        table.add_row(label, number(metric["values"][baseline]["mean"]), *cells)
    return table


def value_table(values: Values, baseline: str) -> "Table | None":
    """What each scenario's health costs against the baseline's; None where nothing was measured to say so."""
    from rich import box
    from rich.table import Table

    from vbp_agents.metrics.cost_effectiveness import WORTHS, cost_effectiveness

    found = {name: cost_effectiveness(runs, values[baseline]) for name, runs in values.items() if name != baseline}
    if all(value.cost.n == 0 or value.qalys.n == 0 for value in found.values()):
        return None
    table = Table(title=f"Health for money, against {baseline}", caption=VALUE_CAPTION, box=box.SIMPLE)
    table.add_column("scenario")
    for heading in ("cost", "QALYs", "cost per QALY", *(f"${worth // 1000}k" for worth in WORTHS)):
        table.add_column(heading, justify="right")
    for name, value in found.items():
        table.add_row(_folded(name, NAME_WIDTH), *_value_cells(value))
    return table


def _value_cells(value: "CostEffectiveness") -> list[str]:
    """A scenario's differences, what a QALY costs, and how often the scenario is the better buy."""
    cost = NONE if value.cost.mean is None else signed(value.cost.mean, 0)
    qalys = NONE if value.qalys.mean is None else signed(1_000 * value.qalys.mean, 2)
    ratio = value.verdict if value.icer is None else f"${value.icer:,.0f}\n{value.verdict}"
    return [cost, qalys, ratio, *(NONE if share is None else f"{share:.0%}" for share in value.acceptable.values())]


def remarks(
    scenarios: Sequence[Scenario], contracts: Contracts, years: int, layers: Mapping[str, set[int]]
) -> list[str]:
    """What a reader of the table must know: how providers behave, and how many contracts each scenario had.

    ``layers``: by scenario, which of its contracts ever paid somebody (`layers_paid`).
    """
    said, late = behavior_notes(scenarios), [s for s in scenarios if _first_month(s) > 12 * years]
    named = [s.name for s in scenarios if _value_based(s) and s not in late]
    counts = [f"{name} {_mean(paid for paid, _ in contracts[name])} of {contracts[name][0][1]}" for name in named]
    said += [f"{CONTRACTS_PAID}: {', '.join(counts)}."] if counts else []
    return (
        said
        + [
            f"{s.name}: no contract was in force, as the first begins in month {_first_month(s)} "
            f"and the run ends in month {12 * years}."
            for s in late
        ]
        + [said for s in scenarios if s not in late for said in _unpaid(s, layers[s.name], years)]
    )


def layers_paid(scenario: Scenario, tables: "Mapping[str, DataFrame]") -> set[int]:
    """Which of a scenario's contracts, by place, were in force for anybody in a run."""
    months = tables["months"]
    return {place for place, contract in enumerate(scenario.contracts) if _in_force(contract, months)}


def _in_force(contract: Contract, months: "DataFrame") -> bool:
    last = months.month.max() if contract.until is None else contract.until
    rows = months[(months.payer == contract.payer) & months.month.between(contract.start, last)]
    named = rows.regime[rows.kind.isin(contract.holders)].unique()
    return any(contract.regime in str(regimes).split(" + ") for regimes in named)


def _unpaid(scenario: Scenario, paid: set[int], years: int) -> list[str]:
    """A remark for each contract that never paid anybody, with the reason."""
    return [
        f"{scenario.name}: contract {place + 1} ({contract.regime}) had no holder: {_why_unpaid(contract, years)}."
        for place, contract in enumerate(scenario.contracts)
        if place not in paid
    ]


def _why_unpaid(contract: Contract, years: int) -> str:
    if contract.start > 12 * years:
        return f"it begins in month {contract.start} and the run ends in month {12 * years}"
    if contract.program == "randomized" and contract.treated_share == 0:
        return "`treated_share: 0` treats nobody"
    if contract.program == "voluntary":
        return "nobody was eligible and chose it"
    people = contract.minimum_people
    needed = f"nobody had the {people:,} people it takes" if people else "nobody was eligible"
    if contract.program == "randomized":
        return f"{needed}, or `treated_share: {contract.treated_share:g}` of those who had is less than half a holder"
    return needed


def behavior_notes(scenarios: Sequence[Scenario]) -> list[str]:
    """The one behavior of all scenarios; and that care does not differ, where it cannot: no contract moves anybody."""
    worlds = {scenario.world_hash for scenario in scenarios}
    if scenarios[0].behavior.name == "fixed_practice" and len(worlds) == 1:
        return [FIXED_PRACTICE]
    return [ONE_BEHAVIOR.format(name=scenarios[0].behavior.name, hash=scenarios[0].behavior_hash[:12])]


def world_notes(scenarios: Sequence[Scenario], baseline: str) -> list[str]:
    """Which scenarios differ from the baseline in more than contracts."""
    worlds = {scenario.name: scenario.world_hash for scenario in scenarios}
    return [
        f"{name} lives in another world than {baseline}: the differences are also the worlds'"
        for name, world in worlds.items()
        if world != worlds[baseline]
    ]


def without_contract(scenarios: Sequence[Scenario], contracts: Contracts) -> set[str]:
    """The scenarios whose contracts were never in force: too few people, or a later month."""
    return {s.name for s in scenarios if _value_based(s) and not any(paid for paid, _ in contracts[s.name])}


def _value_based(scenario: Scenario) -> list[Contract]:
    return [contract for contract in scenario.contracts if contract.rule().value_based]


def _first_month(scenario: Scenario) -> int:
    """The first month of any contract under another regime than fee for service; 0 without one."""
    return min((contract.start for contract in _value_based(scenario)), default=0)


def _mean(counts: Iterable[int]) -> str:
    return f"{fmean(counts):,.1f}".removesuffix(".0")


def contracts_paid(tables: "Mapping[str, DataFrame]") -> tuple[int, int]:
    """How many of a run's contracts were ever under another regime than fee for service, and how many there are."""
    months = tables["months"]
    held = months[months["kind"] != "unattached"]
    other = held[held["value_based"]]
    return len(other[["payer", "contract"]].drop_duplicates()), len(held[["payer", "contract"]].drop_duplicates())


def run_table(found: Mapping[str, Any]) -> "Table":
    """One run by aim. Without replicates there is no interval: most of a single run's detail is luck."""
    from rich.table import Table

    table = Table(
        title=f"{found['scenario']}: {found['patients']:,} patients, {found['years']} years", caption="one run"
    )
    table.add_column("metric")
    table.add_column("value", justify="right")
    for name, metric in _by_aim(table, found["metrics"]):
        table.add_row(_labeled(name, metric), number(metric["value"]))
    return table


def rows_table(rows: Sequence[Mapping[str, str]], title: str) -> "Table":
    """Rows that all have the same names, as a table."""
    from rich.table import Table

    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    return table


def _by_aim(table: "Table", metrics: Metrics) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each metric in the order of the aims; the table gets a heading before an aim's first."""
    for aim, title in AIMS.items():
        rows = [(name, metric) for name, metric in metrics.items() if metric["aim"] == aim]
        if rows:
            table.add_section()
            table.add_row(f"[bold]{title}[/bold]")
        yield from rows


def _difference(values: Mapping[str, Any], wide: bool) -> str:
    """A difference and its interval; where only the baseline has no number, the scenario's own mean."""
    if values["difference"] is None and values["mean"] is not None:
        return f"mean {number(values['mean'])}"
    return (" " if wide else "\n").join(part for part in difference(values) if part)


def _folded(name: str, width: int = 12) -> str:
    """A long name over several lines, broken after underscores."""
    return "\n".join(line.replace(" ", "") for line in textwrap.wrap(name.replace("_", "_ "), width))


def _labeled(name: str, metric: Mapping[str, Any]) -> str:
    return f"{name}\n  [dim]{metric['unit']}[/dim]"


def _title(found: Mapping[str, Any]) -> str:
    size = f"{found['patients']:,} patients, {_counted(found['years'], 'year')}"
    return f"{size}, {_counted(found['replicates'], 'paired replicate')}"


def _caption(found: Mapping[str, Any]) -> str:
    intervals = "with 95% intervals over replicates" if found["replicates"] > 1 else "one replicate: no intervals"
    return f"differences from {found['baseline']}, {intervals}; –: no such number"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
