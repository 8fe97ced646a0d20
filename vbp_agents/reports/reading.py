"""A comparison in sentences: what is clear of luck, what cannot be told apart from it, what is exactly the same.

Reads the headline only. Where scenarios differ in nothing but luck, a sentence claims an effect in at most 5% of all
comparisons: each difference is held against an interval widened for the number of differences that were looked at
(Bonferroni: with m of them at 95%, Student's t at 1 - 0.05 / m), which is valid however they hang together.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from vbp_agents.metrics.intervals import LEVEL, t_quantile
from vbp_agents.presentation.written import listed, short, spoken
from vbp_agents.reports.headline import ShownRow, headline_rows

_ROUNDING = 1e-9
"""Share of the baseline below which a difference is the rounding of sums."""
MOST_NAMED, FEWEST_NAMED = 48, 4
"""Clear differences that are named, of all scenarios together, and of each at least; the table has the others."""
WITH_INTERVALS = 2
"""So many scenarios or fewer are read with intervals and units; of more the table has them."""
WHO_PAYS = {"payer_outlay_per_capita": "payers and patients pay", "provider_margin": "providers keep"}
"""Metrics that have a sentence of their own."""


class Verdict(Enum):
    """What can be said of a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "cannot be told apart from luck"
    SAME = "exactly the same"
    NONE = "no such number"


CLEAR = {Verdict.HIGHER, Verdict.LOWER}
Verdicts = Mapping[str, Mapping[str, Verdict]]
"""By scenario (the baseline left out) and metric of the headline."""


class Compared(NamedTuple):
    """What a reading is made of."""

    rows: Sequence[ShownRow]
    baseline: str
    replicates: int
    verdicts: Verdicts

    @property
    def others(self) -> list[str]:
        """The scenarios that are compared with the baseline."""
        return list(self.verdicts)

    def clear(self, name: str) -> list[ShownRow]:
        """The rows in which a scenario clearly differs."""
        return [row for row in self.rows if self.verdicts[name][row["metric"]] in CLEAR]

    def of_row(self, row: ShownRow) -> set[Verdict]:
        """What is said of a row, over all scenarios."""
        return {said[row["metric"]] for said in self.verdicts.values()}


def reading(document: Mapping[str, Any]) -> list[str]:
    """The document of a comparison (`reports.comparison.document`) in plain sentences."""
    compared = Compared(headline_rows(document), document["baseline"], document["replicates"], verdicts(document))
    if not compared.others:
        return [f"{_capital(compared.baseline)} alone: nothing to compare it with."]
    without = list(_without_contract(document))
    same = list(_same(compared))
    if compared.replicates == 1:
        return [
            "One draw of luck: with 1 replicate no difference can be told apart from luck, however large it looks.",
            *same,
            *without,
        ]
    return [*_clear(compared), *_unclear(compared), *same, *_who_pays(compared), *without]


def verdicts(document: Mapping[str, Any]) -> dict[str, dict[str, Verdict]]:
    """What can be said of each difference of the headline."""
    rows = headline_rows(document)
    others = [name for name in document["scenarios"] if name != document["baseline"]]
    many = len(rows) * len(others)
    return {
        name: {row["metric"]: _verdict(row["values"][name], row["values"][document["baseline"]], many) for row in rows}
        for name in others
    }


def without_contract(document: Mapping[str, Any]) -> list[str]:
    """The scenarios that offer contracts other than fee for service, of which none was ever in force."""
    return [name for name, held in document["contracts"].items() if held["offered"] and not held["in_force"]]


def _verdict(values: Mapping[str, Any], baseline: Mapping[str, Any], many: int) -> Verdict:
    """Of one difference among ``many``."""
    middle, low, high, n = (values[f"difference{key}"] for key in ("", "_low", "_high", "_n"))
    if middle is None:
        return Verdict.NONE
    largest = max(abs(bound) for bound in (middle, low, high) if bound is not None)
    if largest <= _ROUNDING * abs(baseline["mean"]):
        return Verdict.SAME
    if low is None or high is None or not _clear_of_luck(middle, (high - low) / 2, n, many):
        return Verdict.UNCLEAR
    return Verdict.HIGHER if middle > 0 else Verdict.LOWER


def _clear_of_luck(middle: float, half: float, n: int, many: int) -> bool:
    """Whether zero is outside of the interval, widened for so ``many`` of them.

    What is the same in all n replicates, as few cases can make it, has no spread to judge by: luck puts all on one side
    with a chance of at most 2^(1 - n).
    """
    chance = (1 - LEVEL) / many
    if half <= _ROUNDING * abs(middle):
        return 2.0 ** (1 - n) <= chance
    return abs(middle) > half * t_quantile(n - 1, 1 - chance) / t_quantile(n - 1)


def _clear(compared: Compared) -> Iterator[str]:
    """What differs clearly, scenario by scenario; those of which nothing does, together."""
    clear = [name for name in compared.others if compared.clear(name)]
    nothing = [n for n in compared.others if n not in clear and Verdict.UNCLEAR in compared.verdicts[n].values()]
    luck = f"with {compared.replicates} replicates"
    if clear:
        many = len(compared.rows) * len(compared.others)
        yield (f"Clear of luck in this model (0 outside 95% intervals widened, by Bonferroni, for {many} differences):")
    yield from (
        f"{_capital(name)}. {' '.join(directions)}" for name in clear if (directions := [*_directions(compared, name)])
    )
    if nothing:
        what = "nothing" if clear else f"no difference from {spoken(compared.baseline)}"
        yield f"{_capital(listed(map(spoken, nothing)))}: {what} can be told apart from luck {luck}."


def _directions(compared: Compared, name: str) -> Iterator[str]:
    """The clear differences of a scenario, those of one direction together, as `Lower: cost of care by $174`."""
    clear = [row for row in compared.clear(name) if row["metric"] not in WHO_PAYS]
    most = max(FEWEST_NAMED, MOST_NAMED // len(compared.others))
    for verdict in (Verdict.LOWER, Verdict.HIGHER):
        rows = [row for row in clear[:most] if compared.verdicts[name][row["metric"]] is verdict]
        if rows:
            differences = (f"{_small(row['title'])} by {_amount(compared, row, name)}" for row in rows)
            yield f"{verdict.value.capitalize()}: {', '.join(differences)}."
    if len(clear) > most:
        yield f"And more: {len(clear) - most}."


def _amount(compared: Compared, row: ShownRow, name: str) -> str:
    """A difference without its sign; with its 95% interval and unit where few scenarios are read."""
    values = row["values"][name]
    middle, low, high = (values[f"difference{key}"] or 0.0 for key in ("", "_low", "_high"))
    size, half = short(abs(middle), (high - low) / 2)
    if len(compared.others) <= WITH_INTERVALS:
        return row["amount"].format(f"{size} ± {half}")
    return f"${size}" if row["amount"].startswith("$") else size


def _unclear(compared: Compared) -> Iterator[str]:
    """What cannot be told apart from luck, where something else can."""
    rows = [row for row in compared.rows if Verdict.UNCLEAR in compared.of_row(row)]
    everywhere = [_small(row["title"]) for row in rows if not compared.of_row(row) & CLEAR]
    if rows and any(map(compared.clear, compared.others)):
        words = [listed(everywhere)] if everywhere else []
        more = ["all that is not named here"] if len(everywhere) < len(rows) else []
        yield f"Cannot be told apart from luck with {compared.replicates} replicates: {', and '.join([*words, *more])}."


def _same(compared: Compared) -> Iterator[str]:
    """What is exactly the same as under the baseline, once for all scenarios of which the same rows are."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in compared.others:
        said = compared.verdicts[name]
        same = tuple(_small(row["title"]) for row in compared.rows if said[row["metric"]] is Verdict.SAME)
        everything = len(same) == sum(verdict is not Verdict.NONE for verdict in said.values())
        groups.setdefault(("every row",) if everything else same, []).append(spoken(name))
    parts = [f"{listed(rows)} ({listed(names)})" for rows, names in groups.items() if rows]
    if parts:
        yield f"Exactly the same as {spoken(compared.baseline)}: {'; '.join(parts)}."


def _who_pays(compared: Compared) -> Iterator[str]:
    """Who bears the difference, as far as that is clear."""
    if not any(map(compared.clear, compared.others)):
        return
    rows = [row for row in compared.rows if row["metric"] in WHO_PAYS]
    clear = [part for row in rows for part in _moved(compared, row)]
    unclear = [
        f"{WHO_PAYS[row['metric']]} more or less"
        for row in rows
        if not any(_moved(compared, row)) and Verdict.UNCLEAR in compared.of_row(row)
    ]
    parts = [*clear, *([f"whether {' or '.join(unclear)} is not clear of luck"] if unclear else [])]
    if parts:
        yield f"{_capital('; '.join(parts))}."


def _moved(compared: Compared, row: ShownRow) -> Iterator[str]:
    """Where somebody clearly pays or keeps more or less, and how much."""
    few = len(compared.others) <= WITH_INTERVALS
    directions = [
        f"{word} under {listed(f'{spoken(x)} ({_amount(compared, row, x)})' if few else spoken(x) for x in names)}"
        for word, verdict in (("more", Verdict.HIGHER), ("less", Verdict.LOWER))
        if (names := [name for name in compared.others if compared.verdicts[name][row["metric"]] is verdict])
    ]
    if directions:
        yield f"{WHO_PAYS[row['metric']]} {', '.join(directions)}"


def _without_contract(document: Mapping[str, Any]) -> Iterator[str]:
    if names := without_contract(document):
        yield f"No contract was in force under {listed(map(spoken, names))}: all were paid fee for service."


def _small(title: str) -> str:
    """A row's title within a sentence, without what it is called elsewhere."""
    return title[0].lower() + title[1:].partition(" (")[0]


def _capital(text: str) -> str:
    return spoken(text)[0].upper() + spoken(text)[1:]
