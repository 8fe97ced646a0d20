"""Joint-replacement bundles for hospitals drawn by lot, with controls in the same world.

A change is that of the treated hospitals less that of the controls, each against the same hospitals of the
fee-for-service world: same patients, same luck, so that hospitals' own differences fall out.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from vbp_agents.evidence.arms import BASE
from vbp_agents.evidence.lived import EvidenceRuns, WhichYear, less, years_of
from vbp_agents.metrics.base import Frames, ratio

if TYPE_CHECKING:
    from pandas import DataFrame

ARM = "cjr_randomized"
_Figure = Callable[["DataFrame"], float | None]


def institutional_change(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """Episodes discharged to a nursing facility, points of percent."""
    change = _difference(lived, year, lambda rows: _per_episode(rows, "joint_institutional"))
    return None if change is None else 100 * change


def episode_change(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """Dollars an episode, whoever billed."""
    return _difference(lived, year, lambda rows: _per_episode(rows, "joint_dollars", "fracture_dollars"))


def net_change(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """Dollars an episode with the reconciliation payments of the treated."""
    paid = reconciled(lived, year)
    change = episode_change(lived, year)
    return None if change is None or paid is None else change + paid


def episode_percent(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """The change of spending an episode in percent of the treated hospitals' under fee for service."""
    return _of_level(lived, year, episode_change(lived, year))


def net_percent(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """The same with the reconciliation payments of the treated."""
    return _of_level(lived, year, net_change(lived, year))


def _of_level(lived: EvidenceRuns, year: WhichYear, change: float | None) -> float | None:
    """A change in dollars an episode, in percent of what the treated hospitals' episodes cost without bundles."""
    _, before = worlds(lived, "treated", year)
    level = _per_episode(before, "joint_dollars", "fracture_dollars")
    share = None if change is None or level is None else ratio(change, level)
    return None if share is None else 100 * share


def operations_change(lived: EvidenceRuns) -> float | None:
    """Joint replacements of treated hospitals over those without bundles, less the same of controls, percent."""
    ratios = []
    for program in ("treated", "control"):
        now, before = (_episodes(rows) for rows in worlds(lived, program, "all"))
        ratios.append(ratio(now, before))
    change = less(*ratios)
    return None if change is None else 100 * change


def declined_share(lived: EvidenceRuns) -> float | None:
    """Elective cases that treated hospitals declined, percent of those declined or done, all years."""
    rows, _ = worlds(lived, "treated", "all")
    declined = float(rows["declined_cases"].sum())
    share = ratio(declined, declined + float(rows["joint_episodes"].sum()))
    return None if share is None else 100 * share


def reconciled(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """Reconciliation payments, dollars an episode of treated hospitals."""
    rows, _ = worlds(lived, "treated", year)
    lines = lived.runs[ARM]["settlements"]
    paid = lines[(lines["line"] == "settlement") & lines["year"].isin(years_of(lived, year))]
    return ratio(float(paid["amount"].sum()), _episodes(rows))


def _difference(lived: EvidenceRuns, year: WhichYear, figure: _Figure) -> float | None:
    """A figure's change among the treated less that among controls."""
    return less(*(less(*map(figure, worlds(lived, program, year))) for program in ("treated", "control")))


def worlds(lived: EvidenceRuns, program: str, year: WhichYear) -> "tuple[DataFrame, DataFrame]":
    """Rows of the treated (or the controls) under bundles, and of the same hospitals under fee for service."""
    years = years_of(lived, year)
    drawn = lived.runs[ARM]["hospitals"]
    names = set(drawn.loc[drawn["program"] == program, "hospital"])
    return _rows(lived.runs[ARM], names, years), _rows(lived.runs[BASE], names, years)


def _rows(tables: Frames, hospitals: set[str], years: tuple[int, ...]) -> "DataFrame":
    every = tables["hospitals"]
    return every[every["hospital"].isin(hospitals) & every["year"].isin(years)]


def _episodes(rows: "DataFrame") -> float:
    return float(rows[["joint_episodes", "fracture_episodes"]].sum().sum())


def _per_episode(rows: "DataFrame", *columns: str) -> float | None:
    return ratio(float(rows[list(columns)].sum().sum()), _episodes(rows))
