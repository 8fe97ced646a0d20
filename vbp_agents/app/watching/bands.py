"""A metric over the months of both worlds: what lines, bands and sentences say, honest about how many replicates."""

from collections.abc import Sequence
from dataclasses import dataclass

from vbp_agents.app.measured import ENOUGH
from vbp_agents.app.watching.run import Watched
from vbp_agents.metrics.headline import HeadlineRow
from vbp_agents.metrics.intervals import Interval, interval, paired
from vbp_agents.presentation.written import difference, minus
from vbp_agents.study.window import MONTHS_A_YEAR

_Numbers = list[float]
NAN = float("nan")


@dataclass(frozen=True)
class Band:
    """Middle, low and high by month; NaN where there is none. Without enough replicates there are no bounds."""

    mid: _Numbers
    low: _Numbers
    high: _Numbers


@dataclass(frozen=True)
class Curves:
    """A metric in the row's units. ``worlds``: the baseline's and the other's; ``difference``: the other's from it.

    ``n``: replicates in them; ``last``: the month of the last whole year's end, 0 before; ``at_last``: the difference
    then, over replicates.
    """

    row: HeadlineRow
    worlds: tuple[Band, Band]
    difference: Band
    n: int
    last: int
    at_last: Interval


def curves(watched: Watched, row: HeadlineRow) -> Curves:
    """Of all finished replicates where these are enough; else of the first, as far as it is."""
    pairs = watched.pairs if len(watched.pairs) >= ENOUGH else [watched.first]
    of_worlds = [[_scaled(pair[place].values[row.metric], row.scale) for pair in pairs] for place in (0, 1)]
    both = min(len(values) for values in of_worlds[0] + of_worlds[1])
    of_difference = [paired(other[:both], base[:both]) for base, other in zip(of_worlds[0], of_worlds[1], strict=True)]
    last = both // MONTHS_A_YEAR * MONTHS_A_YEAR
    at_last = interval([values[last - 1] for values in of_difference] if last else [])
    worlds = (_band(of_worlds[0]), _band(of_worlds[1]))
    return Curves(row, worlds, _band(of_difference), len(pairs), last, at_last)


def _scaled(values: Sequence[float | None], scale: float) -> list[float | None]:
    return [None if value is None else scale * value for value in values]


def _band(runs: Sequence[Sequence[float | None]]) -> Band:
    """By month over replicates; of a single one its line alone."""
    by_month = [interval(values) for values in zip(*runs, strict=False)]
    bounded = len(runs) >= ENOUGH
    return Band(
        [_number(each.mean) for each in by_month],
        [_number(each.low if bounded else None) for each in by_month],
        [_number(each.high if bounded else None) for each in by_month],
    )


def _number(value: float | None) -> float:
    return NAN if value is None else value


def difference_sentence(curve: Curves, names: Sequence[str]) -> str:
    """What the difference is, in a sentence; ``names``: of both worlds. One draw of luck is called that."""
    if curve.n < ENOUGH:
        return "One draw of luck: no band before three replicates."
    which = f"{names[1]} against {names[0]} in year {curve.last // MONTHS_A_YEAR}"
    middle, low, high = curve.at_last.mean, curve.at_last.low, curve.at_last.high
    if middle is None or low is None or high is None:
        return f"{which}: nothing to compare."
    written = difference({"difference": middle, "difference_low": low, "difference_high": high})
    number, bounds = map(minus, written)
    if low == high:
        return f"{which}: {'the same' if middle == 0 else number}, {curve.n} replicates."
    clear = "" if low > 0 or high < 0 else ", not clear of luck"
    interval_said = f"95% interval {bounds[1:-1]}, {curve.n} replicates{clear}"
    return f"{which}: {number} ({interval_said})."
