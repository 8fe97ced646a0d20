"""A sweep that was computed, or is under way: its tables as frames."""

from collections.abc import Collection
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vbp_agents.errors import WrongInput
from vbp_agents.sweeps.exports import to_csv, to_excel, to_stata
from vbp_agents.sweeps.plan import Plan, planned
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.study import Study
from vbp_agents.sweeps.tables import EXPERIMENTS, OUTCOMES, both_tables
from vbp_agents.sweeps.work import DONE

if TYPE_CHECKING:
    from pandas import DataFrame


class Sweep:
    """The sweep that a folder holds. Raises WrongInput where it holds none."""

    def __init__(self, folder: str | Path) -> None:
        self.store = Store(folder)
        self.study: Study = self.store.study()

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.store.folder

    @property
    def complete(self) -> bool:
        """Whether all has been computed, and the tables are there."""
        return bool(self.store.facts.get("complete"))

    @cached_property
    def experiments(self) -> "DataFrame":
        """A row a run, point and scenario: ``run``, ``point``, ``scenario``, ``replicate``, ``seed``, ``status``
        ("done", "failed", "late" or "lost"), and every varied path with its value at the point."""
        return self._tables[0]

    @cached_property
    def outcomes(self) -> "DataFrame":
        """A row a run and outcome: ``run``, ``outcome``, ``value`` (NaN where it has none)."""
        return self._tables[1]

    @cached_property
    def _tables(self) -> "tuple[DataFrame, DataFrame]":
        if not self.complete:
            return both_tables(self.plan, self.store, self.study.counts[-1])
        import pandas as pd

        try:
            files = [self.folder / f"{name}.parquet" for name in (EXPERIMENTS, OUTCOMES)]
            experiments, outcomes = (pd.read_parquet(file) for file in files)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise WrongInput(f"{self.folder}: a table is damaged ({reason}); `vbp resume` writes it anew") from None
        return experiments, outcomes

    @cached_property
    def plan(self) -> Plan:
        """Every run that it is to have."""
        return planned(self.study, str(self.store.facts["fingerprint"]))

    def only(self, points: Collection[int]) -> "Sweep":
        """The same sweep with some of its points alone, of those that are there."""
        selection = copy(self)
        selection.experiments = self.experiments[self.experiments.point.isin(points)].reset_index(drop=True)
        selection.outcomes = self.outcomes[self.outcomes.run.isin(selection.experiments.run)].reset_index(drop=True)
        return selection

    def keep_plan_of(self, before: "Sweep") -> None:
        """Take over the plan of the sweep as it was read before, where that was of the same study and model."""
        kept = ("study", "fingerprint")
        if "plan" in vars(before) and all(self.store.facts.get(n) == before.store.facts.get(n) for n in kept):
            self.plan = before.plan

    def wide(self) -> "DataFrame":
        """The experiments with a column for each outcome beside them; runs without values are left out."""
        values = self.outcomes.pivot(index="run", columns="outcome", values="value").reset_index()
        ordered = [name for name in self.study.outcomes if name in values]
        joined = self.experiments.merge(values[["run", *ordered]], on="run", how="inner", validate="many_to_one")
        joined.columns.name = None
        return joined

    def failures(self) -> "DataFrame":
        """Every run that has no values: where it is in the design, why (``error``), and the ``traceback``."""
        from pandas import DataFrame

        without_values = [outcome for outcome in self.store.outcomes() if outcome.status != DONE]
        rows = {outcome.run: (outcome.run, outcome.error, outcome.traceback) for outcome in without_values}
        said = DataFrame(sorted(rows.values()), columns=["run", "error", "traceback"])
        failed = self.experiments[self.experiments.status != DONE]
        return failed.merge(said, on="run", how="left")

    def to_csv(self, file: str | Path) -> None:
        """Write `wide` as text. Raises CannotWrite."""
        to_csv(self.wide(), Path(file))

    def to_stata(self, file: str | Path) -> None:
        """Write `wide` for Stata: names of 32 characters at most, the whole paths as labels. Raises CannotWrite."""
        to_stata(self.wide(), Path(file))

    def to_excel(self, file: str | Path) -> None:
        """Write `wide` for Excel. Raises CannotWrite, WrongInput where XlsxWriter is missing."""
        to_excel(self.wide(), Path(file))

    def __repr__(self) -> str:
        """What it is about, and how far it is."""
        state = "complete" if self.complete else "under way"
        return f"<Sweep of {self.study.title}: {len(self.experiments):,} experiments, {state}, in {self.folder}>"


def read_sweep(folder: str | Path) -> Sweep:
    """The sweep in a folder, complete or under way: `.experiments`, `.outcomes`, `.wide()`, `.failures()`.

    Raises WrongInput where the folder holds none.
    """
    return Sweep(folder)
