"""Book beside Truth, and where a dollar goes: the last whole year over all replicates that are in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vbp_agents.app.measured import ENOUGH
from vbp_agents.app.watching.lived import BooksOfYear
from vbp_agents.app.watching.run import Watched
from vbp_agents.metrics.intervals import Interval, interval, paired
from vbp_agents.presentation.written import DASH, difference, number
from vbp_agents.reports.remarks import why_unpaid

Reading = Callable[[BooksOfYear], float | None]


@dataclass(frozen=True)
class BookLine:
    """Something of a year, as payers or only the model can know it; ``worth``: how to read it from a year's books."""

    title: str
    unit: str
    worth: Reading


def _reported(name: str) -> Reading:
    """What payers see of a year, or what only the model knows of the same people."""
    return lambda year: year.reported[name]


def _metric(name: str, scale: float = 1.0) -> Reading:
    """A metric of a year."""

    def read(year: BooksOfYear) -> float | None:
        value = year.metrics[name]
        return None if value is None else scale * value

    return read


BOOK = (
    BookLine("Saved against the benchmark", "$ a member and year", _reported("savings")),
    BookLine("Paid to providers", "$ a person and year", _metric("payer_outlay_per_capita")),
    BookLine("Coded risk", "score", _reported("coded_risk")),
    BookLine("Measured quality", "points of 100", _reported("quality")),
)
"""What payers see."""
TRUTH = (
    BookLine("Cost of care", "$ a person and year", _metric("cost_per_capita")),
    BookLine("True risk", "score", _reported("true_risk")),
    BookLine("Disease control", "% of what is possible", _metric("disease_control", 100)),
    BookLine("Healthy years (QALYs)", "per 1,000 people", _metric("qalys_per_1000")),
    BookLine("Harmful optional care", "% of optional services", _metric("harmful_share", 100)),
    BookLine("Needed services missed", "per 1,000 people", _metric("underuse_per_1000")),
)
"""What is so."""


@dataclass(frozen=True)
class ComparedLine:
    """A line in both worlds: means, and the difference in words, with its interval where replicates are enough."""

    line: BookLine
    base: str
    other: str
    apart: str


def whole_years(watched: Watched) -> list[tuple[BooksOfYear, BooksOfYear]]:
    """The last year that both worlds of each replicate have; of the first replicate alone until others are in."""
    pairs = watched.pairs if len(watched.pairs) >= ENOUGH else [watched.first]
    last = min(len(lived.years) for pair in pairs for lived in pair)
    return [(pair[0].years[last - 1], pair[1].years[last - 1]) for pair in pairs] if last else []


def compared_lines(lines: Sequence[BookLine], years: Sequence[tuple[BooksOfYear, BooksOfYear]]) -> list[ComparedLine]:
    """Each line over replicates."""
    compared = []
    for line in lines:
        base, other = ([line.worth(pair[place]) for pair in years] for place in (0, 1))
        apart = interval(paired(other, base))
        compared.append(ComparedLine(line, number(interval(base).mean), number(interval(other).mean), _apart(apart)))
    return compared


def _apart(apart: Interval) -> str:
    if apart.mean is None:
        return DASH
    text, bounds = difference({"difference": apart.mean, "difference_low": apart.low, "difference_high": apart.high})
    return f"{text} {bounds}".strip() if apart.n >= ENOUGH else text


def saved(years: Sequence[tuple[BooksOfYear, BooksOfYear]]) -> str:
    """In a sentence, what payers think was saved beside what was."""
    reported = interval([BOOK[0].worth(other) for _, other in years]).mean
    twin = interval(paired([TRUTH[0].worth(base) for base, _ in years], [TRUTH[0].worth(other) for _, other in years]))
    if reported is None or twin.mean is None:
        return ""
    sure = (
        f" (95% interval {twin.low:,.0f} to {twin.high:,.0f})" if twin.low is not None and twin.high is not None else ""
    )
    luck = "" if len(years) >= ENOUGH else ", one draw of luck"
    return (
        f"Payers see ${reported:,.0f} saved a member against the benchmark; against the twin world, the same people "
        f"with the same luck, ${twin.mean:,.0f} a person of care was saved{sure}{luck}."
    )


@dataclass(frozen=True)
class Flow:
    """Where a world's dollars go, dollars a person and year, on the mean of replicates: one dict a step."""

    paid: Mapping[str, float]
    services: Mapping[str, float]
    kept: Mapping[str, float]


def flow(years: Sequence[BooksOfYear]) -> Flow:
    """From payers to services to organizations; each step has what is beyond fees and what was settled."""
    n = len(years)
    settled = sum(year.settled for year in years) / n
    beyond = sum(year.beyond for year in years) / n
    paid = _mean([year.paid for year in years]) | {"settlements": settled}
    services = _mean([year.services for year in years]) | {"beyond fees": beyond, "settlements": settled}
    return Flow(paid, services, _mean([year.kept for year in years]))


def _mean(each: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for amounts in each for name in amounts)
    return {name: sum(amounts.get(name, 0.0) for amounts in each) / len(each) for name in names}


def without_contracts(watched: Watched, names: Sequence[str]) -> list[str]:
    """A sentence for each world that offers contracts of which none was in force in the last year, and why."""
    said = []
    for lived, name in zip(watched.first, names, strict=True):
        offered = [contract for contract in lived.scenario.contracts if contract.rule().value_based]
        if offered and lived.years and not lived.years[-1].in_force:
            whys = dict.fromkeys(why_unpaid(contract, lived.scenario, watched.asked.years) for contract in offered)
            year = f"year {len(lived.years)}"
            said.append(f"No contract of {name} was in force in {year}, so that all were paid fees: {'; '.join(whys)}.")
    return said
