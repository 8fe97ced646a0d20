"""One scenario on the world of one replicate: its metrics by month, its years' books, and on request the film."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbp_agents.actors.world import World
from vbp_agents.app.recording import Recording
from vbp_agents.metrics import Measured, measure
from vbp_agents.metrics.base import Tables, person_years, ratio
from vbp_agents.study.simulation import Simulation
from vbp_agents.study.window import MONTHS_A_YEAR
from vbp_agents.terms.scenario import Scenario


@dataclass(frozen=True)
class BooksOfYear:
    """The books of one whole year.

    ``metrics``: every metric of that year. ``paid``: dollars a person and year by payer, ``services`` by service,
    ``kept`` by what kind of organization it went to; ``beyond`` and ``settled``: of these, what is beyond fees and what
    was settled. ``reported``: what payers see, by name, None where there is no such thing. ``in_force``: contracts
    under another regime than fee for service, one of a payer with each ACO or hospital.
    """

    metrics: Measured
    paid: Mapping[str, float]
    services: Mapping[str, float]
    kept: Mapping[str, float]
    beyond: float
    settled: float
    reported: Mapping[str, float | None]
    in_force: int


class WatchedWorld:
    """A world under a scenario, as far as it has been lived.

    ``values``: by metric, a number a month, None where undefined; ``years``: the whole ones; ``month``: how many months
    are there in full, also while the next is lived in another thread. ``recording``: what the map is drawn from.
    """

    def __init__(self, world: World, scenario: Scenario, metrics: Iterable[str], threads: int, film: bool) -> None:
        self.scenario = scenario
        self.values: dict[str, list[float | None]] = {name: [] for name in metrics}
        self.years: list[BooksOfYear] = []
        self.month = 0
        self._simulation: Simulation | None = Simulation(
            world, scenario, threads=threads, people=film, metrics=self.values
        )
        self.recording = Recording(self._simulation, scenario.region.area_width) if film else None

    def step(self) -> None:
        """Live a month more. Raises ValueError once it is closed."""
        if self._simulation is None:
            raise ValueError("this world is closed")
        month = self._simulation.step()
        for name, values in self.values.items():
            values.append(month.metrics[name])
        if self.recording is not None:
            self.recording.add(month)
        if month.number % MONTHS_A_YEAR == 0:
            self.years.append(books_of_year(self._simulation))
        self.month = month.number  # last: what is read elsewhere up to this month is there

    def close(self) -> None:
        """No month will be asked for any more."""
        if self._simulation is not None:
            self._simulation.close()
            self._simulation = None
        if self.recording is not None:
            self.recording.close()

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        series = 40 * sum(map(len, self.values.values())) + 20_000 * len(self.years)
        return series + (self.recording.size if self.recording is not None else 0)


def books_of_year(simulation: Simulation) -> BooksOfYear:
    """The books of the twelve months that end now, which must be a December."""
    tables = simulation.last_twelve_months()
    years = person_years(tables)
    months, services, organizations = tables["months"], tables["services"], tables["organizations"]
    kept = _by(organizations["kind"], _revenue(organizations), years)
    return BooksOfYear(
        metrics=measure(tables),
        paid={
            "payers": float(months["payer_outlay"].sum()) / years,
            "patients": float(months["patient_outlay"].sum()) / years,
        },
        services=_by(services["service"], services["dollars"], years),
        kept=kept,
        beyond=float(organizations["beyond_fees"].sum()) / years,
        settled=float(organizations["settlements"].sum()) / years,
        reported=reported(tables, simulation.everybody(("coded_risk", "true_risk"))),
        in_force=in_force(months),
    )


def in_force(months: Mapping[str, Any]) -> int:
    """How many contracts of a year's months pay otherwise than by service."""
    others = np.flatnonzero(months["value_based"] & (months["kind"] != "unattached"))
    return len({(months["payer"][row], months["contract"][row]) for row in others})


def _revenue(organizations: Mapping[str, Any]) -> Any:
    return organizations["fees"] + organizations["beyond_fees"] + organizations["settlements"]


def _by(names: Any, dollars: Any, years: float) -> dict[str, float]:
    """Dollars a person and year by name."""
    return {str(name): float(dollars[names == name].sum()) / years for name in np.unique(names.astype(str))}


def reported(tables: Tables, everybody: Mapping[str, Any]) -> dict[str, float | None]:
    """What payers are told of a year, and what only the model knows of the same people now.

    Savings: dollars a member and year below the benchmark, None where no contract has one; risks: means of everybody;
    quality: of contracts that are measured, 0 to 100.
    """
    settled, contracts = tables["settlements"], tables["contracts"]
    lines = {name: settled["amount"][settled["line"] == name] for name in ("benchmark", "expenditure", "quality")}
    holders = np.unique(settled["contract"][settled["line"] == "benchmark"].astype(str))
    payers = np.unique(settled["payer"][settled["line"] == "benchmark"].astype(str))
    of_holders = np.isin(contracts["contract"].astype(str), holders) & np.isin(contracts["payer"].astype(str), payers)
    saved = float(lines["benchmark"].sum() - lines["expenditure"].sum())
    quality = lines["quality"]
    return {
        "savings": ratio(12 * saved, float(contracts["member_months"][of_holders].sum())),
        "quality": float(quality.mean()) if len(quality) else None,
        "coded_risk": float(everybody["coded_risk"].mean()),
        "true_risk": float(everybody["true_risk"].mean()),
    }
