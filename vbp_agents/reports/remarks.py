"""What a reader of results must know beside the numbers: how providers behave, who had contracts and until when."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from vbp_agents.presentation.written import spoken
from vbp_agents.terms.scenario import HOSPITAL, Contract, Scenario, called

if TYPE_CHECKING:
    from pandas import DataFrame

FIXED_PRACTICE = (
    "Providers follow fixed_practice: they practice as they did, whatever the contract, "
    "so settlements and money differ and care does not."
)
CONTRACTS_HELD = (
    "Contracts under another regime than fee for service, of all contracts (one of a payer with each ACO or hospital)"
    "{mean}; holders with too few people have none"
)
MEAN = ", mean over replicates"
FINGERPRINT = "its numbers have the fingerprint"


class Held(NamedTuple):
    """How many of a run's contracts were under another regime than fee for service.

    ``ever``: in any month; ``last``: in the last one; ``in_all``: how many contracts there are. ``by_rule``: in the
    last month, as results call the rules. ``outside``: the share of all people's months that counted for no holder.
    """

    ever: int
    last: int
    in_all: int
    by_rule: Mapping[str, int]
    outside: float = 0.0


Contracts = Mapping[str, Sequence[Held]]
"""By scenario and replicate."""


def contracts_held(tables: "Mapping[str, DataFrame]") -> Held:
    """How many of a run's contracts were under another regime than fee for service, and which."""
    months = tables["months"]
    held = months[months["kind"] != "unattached"]
    other = held[held["value_based"]]
    last = other[other["month"] == months["month"].max()]
    rules = Counter(rule for rules in last["regime"] for rule in str(rules).split(" + "))
    people = months.groupby(months["kind"] == "unattached")["member_months"].sum()
    outside = float(people.get(True, 0) / people.sum()) if people.sum() else 0.0
    return Held(_contracts_in(other), _contracts_in(last), _contracts_in(held), rules, outside)


def _contracts_in(months: "DataFrame") -> int:
    return len(months[["payer", "contract"]].drop_duplicates())


def remarks(
    scenarios: Sequence[Scenario], held: Contracts, years: int, layers: Mapping[str, set[int]], whence: str = ""
) -> list[str]:
    """What a reader of the table must know: how providers behave, and how many contracts each scenario had, how long.

    ``layers``: by scenario, which of its contracts ever paid somebody (`layers_paid`); ``whence``: where the behavior
    is from.
    """
    named = _begun(scenarios, years)
    counts = [f"{s.name} {_count(held[s.name])}" for s in named]
    return [
        *behavior_notes(scenarios, whence),
        *([f"{_counted(held[named[0].name])}: {', '.join(counts)}."] if counts else []),
        *_particulars(scenarios, held, years, layers),
    ]


def brief_remarks(
    scenarios: Sequence[Scenario], held: Contracts, years: int, layers: Mapping[str, set[int]], whence: str = ""
) -> list[str]:
    """The same for a reader of the headline: whose behavior, which contracts not all held, and what is particular."""
    named = _begun(scenarios, years)
    partly = [
        f"{spoken(s.name)} {_count(held[s.name])}"
        for s in named
        if any(run.last < run.in_all or run.ever < run.in_all for run in held[s.name])
    ]
    behavior = f"Providers' behavior: {spoken(scenarios[0].behavior.name)}{f', {whence}' if whence else ''}."
    exceptions = f"all contracts but {', '.join(partly)}" if len(partly) < len(named) else ", ".join(partly)
    contracts = [f"In force: {exceptions if partly else 'all contracts'}."] if named else []
    return [" ".join([behavior, *contracts]), *map(_in_words, _particulars(scenarios, held, years, layers))]


def _in_words(text: str) -> str:
    """A remark without underscores, but for what is quoted from a file."""
    parts = text.split("`")
    return "`".join(part if place % 2 else spoken(part) for place, part in enumerate(parts))


def contracts_in_force(scenarios: Sequence[Scenario], held: Contracts) -> dict[str, dict[str, float]]:
    """By scenario: ``offered``, the contracts that it has under another regime than fee for service.

    And, means over replicates of contracts of one payer with one ACO or hospital: how many of them were ``in_force`` in
    any month and in the last one (``last``), ``of`` how many.
    """
    return {
        s.name: {
            "offered": len(_value_based(s)),
            "in_force": fmean(run.ever for run in held[s.name]),
            "last": fmean(run.last for run in held[s.name]),
            "of": held[s.name][0].in_all,
        }
        for s in scenarios
    }


def _begun(scenarios: Sequence[Scenario], years: int) -> list[Scenario]:
    """Those with contracts under another regime than fee for service of which one begins within the run."""
    return [s for s in scenarios if _value_based(s) and _first_month(s) <= 12 * years]


def _particulars(
    scenarios: Sequence[Scenario], held: Contracts, years: int, layers: Mapping[str, set[int]]
) -> list[str]:
    """What few scenarios have.

    Ladders, primary care outside, contracts that begin late, end early or have no holder, updates of prices.
    """
    late = [s for s in scenarios if _first_month(s) > 12 * years]
    return [
        *(said for s in scenarios for said in _outside(s, held[s.name])),
        *(said for s in _begun(scenarios, years) for said in _on_rungs(s, held[s.name])),
        *(
            f"{s.name}: no contract was in force, as the first begins in month {_first_month(s)} "
            f"and the run ends in month {12 * years}."
            for s in late
        ),
        *(said for s in scenarios if s not in late for said in _unpaid(s, layers[s.name], years)),
        *(said for s in scenarios for said in _ended(s, layers[s.name], years)),
        *_updates_after(scenarios, years),
    ]


def _counted(held: Sequence[Held]) -> str:
    return CONTRACTS_HELD.format(mean=MEAN if len(held) > 1 else "")


def _count(held: Sequence[Held]) -> str:
    ever, last = (_mean(getattr(run, name) for run in held) for name in ("ever", "last"))
    if ever == last:
        return f"{ever} of {held[0].in_all}"
    return f"{ever} of {held[0].in_all} at some time and {last} in the last month"


def _on_rungs(scenario: Scenario, held: Sequence[Held]) -> Iterator[str]:
    """How many holders were on each rung of a ladder at the end."""
    names = [called(contract, scenario.contracts) for contract in scenario.contracts if contract.ladder]
    if names:
        counts = [f"{name} {_mean(run.by_rule.get(name, 0) for run in held)}" for name in dict.fromkeys(names)]
        yield f"{scenario.name}, contracts in the last month{MEAN if len(held) > 1 else ''}: {', '.join(counts)}."


def _outside(scenario: Scenario, held: Sequence[Held]) -> Iterator[str]:
    """How many people counted for no holder, where the region has primary care outside every ACO."""
    if scenario.region.outside_share > 0 or not scenario.region.holders:
        share = fmean(run.outside for run in held)
        yield f"{scenario.name}: {share:.0%} of people counted for no contract holder{MEAN if len(held) > 1 else ''}."


def layers_paid(scenario: Scenario, tables: "Mapping[str, DataFrame]") -> set[int]:
    """Which of a scenario's contracts, by place, were in force for anybody in a run."""
    months, contracts = tables["months"], scenario.contracts
    return {
        place for place, contract in enumerate(contracts) if _in_force(contract, called(contract, contracts), months)
    }


def _in_force(contract: Contract, name: str, months: "DataFrame") -> bool:
    last = months.month.max() if contract.until is None else contract.until
    rows = months[(months.payer == contract.payer) & months.month.between(contract.start, last)]
    named = rows.regime[rows.kind.isin(contract.holders)].unique()
    return any(name in str(regimes).split(" + ") for regimes in named)


def _unpaid(scenario: Scenario, paid: set[int], years: int) -> list[str]:
    """A remark for each contract that never paid anybody, with the reason."""
    return [
        f"{_named(scenario, place)} had no holder: {why_unpaid(contract, scenario, years)}."
        for place, contract in enumerate(scenario.contracts)
        if place not in paid
    ]


def _named(scenario: Scenario, place: int) -> str:
    return f"{scenario.name}: contract {place + 1} ({scenario.contracts[place].regime})"


def why_unpaid(contract: Contract, scenario: Scenario, years: int) -> str:
    """Why a contract was in force for nobody in so many years."""
    there = {HOSPITAL, *(holder.kind for holder in scenario.region.holders)}
    if not there & set(contract.holders):
        return f"the region has no holders of the kind {' or '.join(contract.holders)}"
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


def _ended(scenario: Scenario, paid: set[int], years: int) -> Iterator[str]:
    """A remark for each contract that paid somebody, and ended within the run with none to follow it."""
    for place in sorted(paid):
        contract = scenario.contracts[place]
        until = contract.until or 12 * years
        if until < 12 * years and contract.rule().value_based and not _followed(contract, scenario, paid):
            yield (
                f"{_named(scenario, place)} ends in month {until} and the run in month {12 * years}: the numbers mix "
                "the months under it with those after, in which what it changed fades."
            )


def _followed(contract: Contract, scenario: Scenario, paid: set[int]) -> bool:
    """Whether another rule than fee for service takes over where a contract ends."""
    others = [scenario.contracts[place] for place in paid]
    after = [other for other in others if other.start - 1 == contract.until and other.rule().value_based]
    return any(other.payer == contract.payer and set(other.holders) & set(contract.holders) for other in after)


def _updates_after(scenarios: Sequence[Scenario], years: int) -> Iterator[str]:
    """A remark for each update of prices that the run does not reach."""
    for payer, start in sorted({(p.name, u.start) for s in scenarios for p in s.payers for u in p.updates}):
        if start > 12 * years:
            yield f"Prices of {payer} are updated in month {start}, after the run's end in month {12 * years}."


def behavior_notes(scenarios: Sequence[Scenario], whence: str = "") -> list[str]:
    """The one behavior of all scenarios; and that care does not differ, where it cannot: no contract moves anybody."""
    worlds = {scenario.world_hash for scenario in scenarios}
    if scenarios[0].behavior.name == "fixed_practice" and len(worlds) == 1:
        return [FIXED_PRACTICE]
    same = ", the same in all scenarios" if len(scenarios) > 1 else ""
    behavior = f"{scenarios[0].behavior.name} ({FINGERPRINT} {scenarios[0].behavior_hash[:12]})"
    return [f"Behavior of providers{same}: {behavior}{f', {whence}' if whence else ''}."]


def world_notes(scenarios: Sequence[Scenario], baseline: str) -> list[str]:
    """Which scenarios differ from the baseline in more than contracts."""
    worlds = {scenario.name: scenario.world_hash for scenario in scenarios}
    return [
        f"{name} lives in another world than {baseline}: the differences are also the worlds'"
        for name, world in worlds.items()
        if world != worlds[baseline]
    ]


def _value_based(scenario: Scenario) -> list[Contract]:
    return [contract for contract in scenario.contracts if contract.rule().value_based]


def _first_month(scenario: Scenario) -> int:
    """The first month of any contract under another regime than fee for service; 0 without one."""
    return min((contract.start for contract in _value_based(scenario)), default=0)


def _mean(counts: Iterable[int]) -> str:
    return f"{fmean(counts):,.1f}".removesuffix(".0")
