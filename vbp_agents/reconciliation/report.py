"""What a settled public use file says: counts by track and year, every miss with its reason, and what was left out."""

from dataclasses import dataclass

import numpy as np

from vbp_agents import __version__
from vbp_agents.reconciliation.public_use_file import Flags, PublicUseFile
from vbp_agents.reconciliation.reasons import UNEXPLAINED
from vbp_agents.reconciliation.settlement import SettledOutcome, regime_of
from vbp_agents.rules.program_rules import TRACKS

SCHEMA = 1


@dataclass(frozen=True)
class Reconciliation:
    """A settled public use file. ``unwidened``: the rule alone, without regard to the rounding of its inputs.

    ``adjusted``: with the file's disaster adjustment, which lowers losses. ``derived``: rates derived from track, year
    and quality, adjusted too. ``reasons``: why each ACO is missed, "" where it is not.
    """

    file: PublicUseFile
    rule: SettledOutcome
    unwidened: SettledOutcome
    adjusted: SettledOutcome
    derived: SettledOutcome
    reasons: list[str]

    @property
    def _several_years(self) -> bool:
        return len(set(self.file.years)) > 1

    def to_json(self) -> dict[str, object]:
        """Counts, every ACO that the rule alone or the derived rates miss, and every row that is left out."""
        return {
            "schema": SCHEMA,
            "version": __version__,
            "file": str(self.file.path),
            "years": sorted(set(self.file.years)),
            "rows": len(self.file.acos),
            "matched": int(self.rule.matched.sum()),
            "matched_before_rounding": int(self.unwidened.matched.sum()),
            "matched_with_adjustment": int(self.adjusted.matched.sum()),
            "matched_derived_rates": int(self.derived.matched.sum()),
            "misses": self._misses(~self.rule.matched),
            "misses_derived_rates": self._misses(~self.derived.matched),
            "unsettled": [{"line": row.line, "aco": row.aco, "cause": row.cause} for row in self.file.unsettled],
            "notes": self.file.notes,
        }

    def table(self) -> list[dict[str, str]]:
        """Matches by year (where there are several), by track, and of all, ready to print."""
        tracks, years = np.array(self.file.tracks), np.array(self.file.years)
        several = self._several_years
        rows = [
            self._counts(TRACKS[track].preset, (tracks == track) & (years == year), year if several else None)
            for year in sorted(set(self.file.years))
            for track in TRACKS
            if np.any((tracks == track) & (years == year))
        ]
        all_years = "all" if several else None
        return [*rows, self._counts("all", np.full(len(tracks), True), all_years)]

    def misses_table(self) -> list[dict[str, str]]:
        """Every ACO that the rule alone or the derived rates miss, with the reason, ready to print."""
        misses = self._misses(~self.rule.matched | ~self.derived.matched)
        hidden = set() if self._several_years else {"year"}
        return [{name: _printed(value) for name, value in miss.items() if name not in hidden} for miss in misses]

    def unsettled_table(self) -> list[dict[str, str]]:
        """Every row that is left out, and why, ready to print."""
        return [{"line": str(row.line), "aco": row.aco, "cause": row.cause} for row in self.file.unsettled]

    def summary(self) -> str:
        """What matches, how many nothing in the file explains, and remarks on how the file was read."""
        rows, alone, adjusted = len(self.file.acos), int(self.rule.matched.sum()), int(self.adjusted.matched.sum())
        acos = f"{rows} {'ACO' if rows == 1 else 'ACOs'}"
        counts = (
            f"{acos}: {alone} match by the rule alone, {adjusted} with the file's adjustment, "
            f"{int(self.derived.matched.sum())} with derived rates; {self.reasons.count(UNEXPLAINED)} {UNEXPLAINED}"
        )
        return "\n".join(filter(None, [counts, self._limited_unseen(), self._left_out(), *self.file.notes]))

    def _limited_unseen(self) -> str:
        """Of the unexplained, who owes less than the rule says on a track with a limit that the file does not hold."""
        limited = [track for track in TRACKS if regime_of(track, self.file.years[0]).revenue_loss_limit]
        less = (self.adjusted.dollars < self.file.amount("published")) & (self.file.amount("published") <= 0)
        unseen = (
            np.array([reason == UNEXPLAINED for reason in self.reasons]) & less & np.isin(self.file.tracks, limited)
        )
        text = "of these owe less than the rule on a track that limits losses to a share of participants' revenue too"
        return f"{int(unseen.sum())} {text}, which the file lacks" if unseen.any() else ""

    def _left_out(self) -> str:
        rows = len(self.file.unsettled)
        return f"{rows} {'row' if rows == 1 else 'rows'} not settled" if rows else ""

    def _counts(self, name: str, rows: Flags, year: int | str | None) -> dict[str, str]:
        ways = {"rule alone": self.rule, "with DisAdj": self.adjusted, "derived rates": self.derived}
        counts = {way: f"{int(outcome.matched[rows].sum())}" for way, outcome in ways.items()}
        of_year = {} if year is None else {"year": str(year)}
        return of_year | {"terms": name, "ACOs": f"{int(np.sum(rows))}"} | counts

    def _misses(self, rows: Flags) -> list[dict[str, object]]:
        return [self._miss(row) for row in range(len(rows)) if rows[row]]

    def _miss(self, row: int) -> dict[str, object]:
        return {
            "aco": self.file.acos[row],
            "line": self.file.lines[row],
            "year": self.file.years[row],
            "terms": TRACKS[self.file.tracks[row]].preset,
            "published": float(self.file.amount("published")[row]),
            "rule": _cents(self.rule.dollars[row]),
            "with_adjustment": _cents(self.adjusted.dollars[row]),
            "derived_rates": _cents(self.derived.dollars[row]),
            "reason": self.reasons[row],
        }


def _cents(dollars: float) -> float:
    return round(float(dollars), 2) + 0.0  # never minus zero


def _printed(value: object) -> str:
    return f"{round(value) + 0:,}" if isinstance(value, float) else str(value)
