"""Why a settlement misses the published one, as far as any column of the file shows it."""

from collections.abc import Callable

import numpy as np

from vbp_agents.reconciliation.public_use_file import PublicUseFile
from vbp_agents.reconciliation.settlement import SettledOutcome, TrackGroup, derived_rates, near
from vbp_agents.rules.sharing import Rates

UNEXPLAINED = "unexplained by the file"


class Reasons:
    """The reasons of one file, by place of the ACO in it; ``groups`` as `settlement.track_groups` gives them."""

    def __init__(
        self, file: PublicUseFile, groups: list[TrackGroup], rule: SettledOutcome, adjusted: SettledOutcome
    ) -> None:
        self.file, self.rule, self.adjusted = file, rule, adjusted
        self.published = file.amount("published")
        self.group = {int(row): group for group in groups for row in group.rows}
        self.derived = {id(group): derived_rates(file, group) for group in groups}

    def of(self, row: int, derived: SettledOutcome) -> str:
        """Why a row is missed; empty where it is not."""
        if self.rule.matched[row]:
            return "" if derived.matched[row] else self._of_derived_rates(row)
        if self.adjusted.matched[row]:
            return f"disaster adjustment: DisAdj is {self.file.amount('adjustment')[row]:,.0f}"
        asked: tuple[Callable[[int], str], ...] = (
            self._of_leaving,
            self._of_revenue,
            self._of_recouping,
            self._of_dollars,
            self._of_quality,
            self._of_guardrail,
            self._of_threshold,
            self._of_sequestration,
        )
        return next((reason for ask in asked if (reason := ask(row))), UNEXPLAINED)

    def _flag(self, name: str, row: int) -> bool:
        return bool(self.file.flagged(name)[row])

    def _amount(self, name: str, row: int) -> float | None:
        known = self.file.has(name) and not np.isnan(self.file.numbers[name].values[row])
        return float(self.file.numbers[name].values[row]) if known else None

    def _matches(self, dollars: float, row: int) -> bool:
        return bool(near(np.array([dollars]), self.published[[row]])[0])

    def _of_leaving(self, row: int) -> str:
        if self._flag("prorated", row):
            return "losses prorated: the ACO left during the year (Prorate_Shared_Losses)"
        if self._flag("terminated", row):
            return "losses prorated: the ACO left during the year (Impact_Mid_Year_Termination)"
        return ""

    def _of_revenue(self, row: int) -> str:
        """Less is owed than the rule says, and the file says that the participants' revenue is what limits it."""
        owed, published = self.adjusted.dollars[row], self.published[row]
        if not (self._flag("revenue_limited", row) and owed < published <= 0):
            return ""
        share = self.group[row].regime.revenue_loss_limit
        of_revenue = f" to {share:.0%} of it" if share else ""
        return f"losses limited by participants' revenue{of_revenue} (RevLossLimit is 1); the file lacks its dollars"

    def _of_recouping(self, row: int) -> str:
        recouped = self._amount("recouped", row)
        if not recouped or not self._matches(self.rule.dollars[row] - abs(recouped), row):
            return ""
        return f"advance payments of {abs(recouped):,.0f} were recouped from what was earned"

    def _of_dollars(self, row: int) -> str:
        """Benchmark and expenditure do not give the savings that the file says."""
        savings = self.file.amount("benchmark")[row] - self.file.amount("expenditure")[row]
        for name, column in (("difference", "BnchmkMinExp"), ("generated", "GenSaveLoss")):
            said = self._amount(name, row)
            if said and abs(said - savings) > max(1_000.0, 0.001 * abs(savings)):
                return f"{column} is {said:,.0f}, but benchmark less expenditure is {savings:,.0f}"
        return ""

    def _of_quality(self, row: int) -> str:
        failed = self.file.known("met")[row] and not self._flag("met", row) and not self._flag("alternative", row)
        if failed and self.published[row] <= 0 < self.rule.dollars[row]:
            return "quality standard not met (Met_QPS is 0)"
        return ""

    def _of_guardrail(self, row: int) -> str:
        if self._flag("guardrail", row):
            return "guardrail of the three-way blend (Guardrail is 1)"
        return ""

    def _of_threshold(self, row: int) -> str:
        """Whether savings count is another matter for the file than for its minimum savings rate."""
        said, published = self._amount("generated", row), self.published[row]
        if said == 0 and published == 0:
            return "GenSaveLoss is 0: by the file the minimum savings rate was not met"
        if said and self.rule.dollars[row] == 0:
            return f"GenSaveLoss is {said:,.0f}: by the file the minimum savings rate was met"
        return ""

    def _of_sequestration(self, row: int) -> str:
        """Savings were paid on a date with another sequestration than that of the year's payments."""
        kept, earned, dated = self.group[row].regime.paid_share, self.rule.dollars[row], self.file.dated[row]
        other = 1.0 if kept < 1 else 0.98
        if earned <= 0 or not self._matches(earned / kept * other, row):
            return ""
        words = "without sequestration" if other == 1 else "less sequestration of 2%"
        return f"paid {words}, unlike performance year {dated.year} {dated.known_by}".strip()

    def _of_derived_rates(self, row: int) -> str:
        sharing, group = self.file.amount("sharing")[row], self.group[row]
        rates: Rates = self.derived[id(group)]
        derived = float(np.broadcast_to(rates.sharing, group.rows.shape)[group.rows == row][0])
        if sharing == 0 and derived > 0:
            return (
                "derived rates only: the file's sharing rate is 0 (quality standard not met), "
                "without a flag that says so"
            )
        if abs(sharing - derived) > 1e-6:
            text = f"{sharing:.4g}, track and quality of {group.year} give {derived:.4g}"
            return f"derived rates only: the file's sharing rate is {text}"
        return "derived rates only: the file's loss rate is another than track and quality give"
