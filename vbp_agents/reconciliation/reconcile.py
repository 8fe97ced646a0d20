"""Settling real ACOs: every row of a CMS public use file under the same rules that the simulation pays by.

The published settlement (EarnSaveLoss) is read only to compare. A row matches within $2,000 or 0.1% of it, widened by
what the rounding of the published inputs hides: benchmark, expenditure, rates and quality are carried through the rule
at both ends of their last digit. Three columns: the rule alone, with the published sharing and loss rates; the same
with the file's disaster adjustment, which lowers losses; and both rates derived from track and quality, adjusted too.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vbp_agents import __version__
from vbp_agents.book import FloatArray
from vbp_agents.reconciliation.public_use_file import Flags, PublicUseFile, ReconcileError, read_public_use_file
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.rules.sharing import Dollars, Rates

__all__ = ["ReconcileError", "Reconciliation", "reconcile"]

SCHEMA = 1
NEAR = 2_000.0
NEAR_SHARE = 0.001
"""A settlement matches within these dollars, or this share of the published one [R30]."""
PRESETS = {track: f"mssp_track{track}" for track in "123"} | {level: f"mssp_basic_{level.lower()}" for level in "ABCDE"}
PRESETS["EN"] = "mssp_enhanced"
UNEXPLAINED = "unexplained by the file"


@dataclass(frozen=True)
class Outcome:
    """What a way of settling gives: dollars, and whether they match the published ones, arrays of shape (n,)."""

    dollars: FloatArray
    matched: Flags


@dataclass(frozen=True)
class Reconciliation:
    """A settled public use file. ``unwidened``: the rule alone, without regard to the rounding of its inputs."""

    file: PublicUseFile
    rule: Outcome
    unwidened: Outcome
    adjusted: Outcome
    derived: Outcome
    reasons: list[str]

    def to_json(self) -> dict[str, object]:
        """Counts, and every ACO that the rule alone misses."""
        return {
            "schema": SCHEMA,
            "version": __version__,
            "file": str(self.file.path),
            "rows": len(self.file.acos),
            "matched": int(self.rule.matched.sum()),
            "matched_before_rounding": int(self.unwidened.matched.sum()),
            "matched_with_adjustment": int(self.adjusted.matched.sum()),
            "matched_derived_rates": int(self.derived.matched.sum()),
            "misses": self._misses(~self.rule.matched),
            "misses_derived_rates": self._misses(~self.derived.matched),
        }

    def table(self) -> list[dict[str, str]]:
        """Matches by track, and of all, ready to print."""
        tracks = np.array(self.file.tracks)
        groups = {PRESETS[track]: tracks == track for track in PRESETS if track in self.file.tracks}
        return [self._counts(name, rows) for name, rows in (groups | {"all": np.full(len(tracks), True)}).items()]

    def misses_table(self) -> list[dict[str, str]]:
        """Every ACO that the rule alone or the derived rates miss, with the reason, ready to print."""
        misses = self._misses(~self.rule.matched | ~self.derived.matched)
        return [{name: _printed(value) for name, value in miss.items()} for miss in misses]

    def summary(self) -> str:
        """One line: how many match, and how many nothing in the file explains."""
        rows, alone, adjusted = len(self.file.acos), int(self.rule.matched.sum()), int(self.adjusted.matched.sum())
        return (
            f"{rows} ACOs: {alone} match by the rule alone, {adjusted} with the file's adjustment, "
            f"{int(self.derived.matched.sum())} with derived rates; {self.reasons.count(UNEXPLAINED)} {UNEXPLAINED}"
        )

    def _counts(self, name: str, rows: Flags) -> dict[str, str]:
        ways = {"rule alone": self.rule, "with DisAdj": self.adjusted, "derived rates": self.derived}
        counts = {way: f"{int(outcome.matched[rows].sum())}" for way, outcome in ways.items()}
        return {"terms": name, "ACOs": f"{int(np.sum(rows))}"} | counts

    def _misses(self, rows: Flags) -> list[dict[str, object]]:
        return [self._miss(row) for row in range(len(rows)) if rows[row]]

    def _miss(self, row: int) -> dict[str, object]:
        return {
            "aco": self.file.acos[row],
            "line": self.file.lines[row],
            "terms": PRESETS[self.file.tracks[row]],
            "published": float(self.file.amount("published")[row]),
            "rule": round(float(self.rule.dollars[row]), 2),
            "with_adjustment": round(float(self.adjusted.dollars[row]), 2),
            "derived_rates": round(float(self.derived.dollars[row]), 2),
            "reason": self.reasons[row],
        }


def reconcile(path: str | Path) -> Reconciliation:
    """Settle every ACO of a public use file and compare. Raises ReconcileError, with file and line, for any other."""
    file = read_public_use_file(path)
    terms = _terms(file)
    rule, unwidened = _settled(file, terms, derive=False), _settled(file, terms, derive=False, widen=False)
    adjusted = _settled(file, terms, derive=False, adjust=True)
    derived = _settled(file, terms, derive=True, adjust=True)
    reasons = [_reason(file, row, rule, adjusted, derived) for row in range(len(file.acos))]
    return Reconciliation(file, rule, unwidened, adjusted, derived, reasons)


def _terms(file: PublicUseFile) -> dict[str, SharedSavings]:
    """The shipped preset's contract of every track in the file."""
    from vbp_agents.terms.scenario_file import find_scenario

    for line, track in zip(file.lines, file.tracks, strict=True):
        if track not in PRESETS:
            known = ", ".join(PRESETS)
            raise ReconcileError(f"{file.path}: line {line}: unknown track {track[:20]!r}; known are {known}")
    rules = {track: find_scenario(PRESETS[track]).contracts[0].rule() for track in sorted(set(file.tracks))}
    return {track: rule for track, rule in rules.items() if isinstance(rule, SharedSavings)}


def _settled(
    file: PublicUseFile, terms: dict[str, SharedSavings], derive: bool, adjust: bool = False, widen: bool = True
) -> Outcome:
    """Settle all ACOs, and match each against the interval that the rounding of its inputs leaves open."""
    published = file.amount("published")
    near = np.maximum(NEAR, NEAR_SHARE * np.abs(published))
    best = _dollars(file, terms, derive, adjust, side=0, threshold=0)
    matched = np.abs(best - published) <= near
    for threshold in (-1, 0, 1) if widen else ():
        low = _dollars(file, terms, derive, adjust, -1, threshold)
        high = _dollars(file, terms, derive, adjust, 1, threshold)
        matched |= (low - near <= published) & (published <= high + near)
    return Outcome(best, matched)


def _dollars(
    file: PublicUseFile, terms: dict[str, SharedSavings], derive: bool, adjust: bool, side: int, threshold: int
) -> FloatArray:
    """Each ACO's settlement with every published input at the end of its rounding that is worst (-1) or best (1).

    The minimum savings rate is shifted apart (``threshold``), since whether it is met jumps instead of sliding.
    """
    tracks, earned = np.array(file.tracks), np.zeros(len(file.acos))
    number = file.numbers
    dollars = Dollars(number["benchmark"].shifted(side), number["expenditure"].shifted(-side))
    for track, regime in terms.items():
        rates = _derived_rates(file, regime, track, side)
        rates = rates if derive else _published_rates(file, regime, rates, side)
        rates = replace(rates, minimum=number["minimum"].shifted(threshold))
        earned = np.where(tracks == track, regime.earned(dollars, rates)["settlement"], earned)
    if adjust:
        relieved = np.minimum(earned + np.abs(file.amount("adjustment")), 0.0)
        earned = np.where(earned < 0, relieved, earned)
    return earned


def _derived_rates(file: PublicUseFile, regime: SharedSavings, track: str, side: int) -> Rates:
    """Sharing and loss rate from the track's terms and measured quality, 100 where reporting was enough."""
    points = np.clip(100 * np.nan_to_num(file.numbers["quality"].shifted(side), nan=1.0), 0, 100)
    rates = regime.rates(file.amount("people"), points)
    if file.has("met"):
        by_flag = regime.with_changes(quality_standard=100.0)
        standing = _standing(file, points, track)
        owed = np.where(standing > 0, rates.loss, regime.loss_rate_high)
        rates = replace(rates, sharing=by_flag.rates(file.amount("people"), standing).sharing, loss=owed)
    reduced = np.where(file.flagged("reduced"), regime.reduced_share * regime.sharing_rate, 0.0)
    return replace(rates, below_minimum=reduced)


def _standing(file: PublicUseFile, points: FloatArray, track: str) -> FloatArray:
    """Quality as the file's flags count it: 0 for who failed the standard, 100 for who met BASIC's or ENHANCED's."""
    if track in "123":
        return np.where(file.flagged("met"), points, 0.0)
    return np.where(file.flagged("met"), 100.0, np.where(file.flagged("alternative"), points, 0.0))


def _published_rates(file: PublicUseFile, regime: SharedSavings, derived: Rates, side: int) -> Rates:
    """The file's own rates; a loss rate that it does not hold is the derived one."""
    sharing = file.numbers["sharing"].shifted(side)
    loss = file.numbers["loss"].shifted(-side) if file.has("loss") else np.full(len(file.acos), np.nan)
    below = np.where(file.flagged("reduced"), np.minimum(sharing, regime.reduced_share * regime.sharing_rate), 0.0)
    return Rates(derived.minimum, sharing, np.where(np.isnan(loss), derived.loss, loss), below)


def _reason(file: PublicUseFile, row: int, rule: Outcome, adjusted: Outcome, derived: Outcome) -> str:
    """Why a row is missed, as far as the file shows it; empty where it is not."""
    if rule.matched[row]:
        return "" if derived.matched[row] else _reason_derived(file, row)
    if adjusted.matched[row]:
        return f"disaster adjustment: DisAdj is {file.amount('adjustment')[row]:,.0f}"
    if file.flagged("prorated")[row] or file.flagged("terminated")[row]:
        return "losses prorated: the ACO left during the year"
    return UNEXPLAINED


def _reason_derived(file: PublicUseFile, row: int) -> str:
    if file.amount("sharing")[row] == 0:
        return (
            "derived rates only: the file's sharing rate is 0 (quality standard not met), without a flag that says so"
        )
    return f"derived rates only: the file's sharing rate is {file.amount('sharing')[row]:.4g}"


def _printed(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, float) else str(value)
