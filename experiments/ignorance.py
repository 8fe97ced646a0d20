"""What nothing published identifies, over which ranges it is drawn, and the study that draws it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import qmc

from vbp_agents import Scenario, Study
from vbp_agents.book import FloatArray
from vbp_agents.parameters import CareParameters, RegionParameters
from vbp_agents.sweeps.varied import between

ALTRUISM, ADMISSION_COST = "region.altruism_median", "care.variable_cost.admission"
ADMISSION_FIXED, ADMISSION_BENEFIT = "care.fixed_cost.admission", "care.benefit_mean.admission"


@dataclass(frozen=True)
class Drawn:
    """A parameter as `vbp sources default` names it, and the range it is drawn from: evenly, or evenly in its log."""

    name: str
    low: float
    high: float
    log: bool
    why: str

    @property
    def default(self) -> float:
        """The value of the default scenario."""
        return usual()[self.name]

    def at(self, share: float) -> float:
        """The value this share of the way up the range."""
        return between(self.low, self.high, share, self.log)


DRAWN = (
    Drawn(ALTRUISM, 0.25, 1.0, True, "half to twice; altruism x spread of benefit held, which alone is identified"),
    Drawn(ADMISSION_COST, 0.16, 0.95, False, "margin 0.84 to 0.05; what is not variable is fixed"),
    Drawn("behavior.scruple", 5_000, 100_000, True, "a fifth to four times: nobody has measured it"),
    Drawn("behavior.list_scruple", 50, 800, True, "a quarter to four times"),
    Drawn("behavior.signal", 0.0, 0.8, False, "sees nothing of unpriced risk, to nearly all"),
    Drawn("behavior.perception_spread", 5_000, 20_000, True, "half to twice: a sharper or blunter rule of refusal"),
    Drawn("behavior.service_keeps", 0.0, 0.06, False, "psi: no creaming or skimping, to three times"),
    Drawn("behavior.foresight", 0.0, 1.0, False, "later benchmarks forgotten, or weighed in full"),
    Drawn("behavior.salience", 0.5, 1.0, False, "half of what contracts change is noticed, or all (the default)"),
    Drawn("behavior.coding_cost", 20, 180, True, "a third to three times; audit is in it"),
    Drawn("behavior.documentation_cost", 1.3, 12, True, "a third to three times; audit is in it"),
    Drawn("care.visits_per_clinician", 380, 600, False, "slack: hours that practices have, from just enough to plenty"),
    Drawn("behavior.investment", 0.0, 1.0, False, "slack: hours stay, or grow twice as fast"),
    Drawn("behavior.hour_step", 0.02, 0.12, True, "slack: price of an hour, 0.4 to 2.4 times as fast"),
    Drawn("care.choice_distance", 0.1, 0.8, True, "patients' choice, about a third to twice"),
    Drawn("care.choice_reputation", 0.0, 0.1, False, "patients' choice, nothing to three times"),
    Drawn("care.choice_waiting", 0.0, 4.0, False, "patients' choice, nothing to four times"),
    Drawn("care.choice_continuity", 0.5, 4.0, False, "patients' choice, a quarter to twice"),
    Drawn("care.leaves_when_dissatisfied", 0.01, 0.2, True, "patients' choice, a fifth to four times"),
    Drawn("behavior.speed", 0.06, 0.2, True, "a lever is half-way in 11 months, or in 3"),
    Drawn("behavior.own_judgment", 0.4, 1.0, False, "peers weigh more than the own aim, or nothing"),
    Drawn("behavior.own_payer_weight", 0.0, 1.0, False, "one style for all patients, or one for each payer"),
    Drawn("behavior.drift", 0.3, 1.2, True, "half to twice: how far norms let a margin go"),
    Drawn("behavior.free_riding", 0.0, 0.5, False, "a saved dollar reaches who saved it (the default), or half"),
    Drawn("behavior.steering_cost", 200, 800, True, "half to twice"),
    Drawn("behavior.task_tradeoff", 0.2, 2.0, True, "tasks compete, or help each other"),
)


def usual() -> dict[str, float]:
    """Every number of the default scenario that has a value, by path."""
    return {
        number.path: float(number.value) for number in Scenario(name="default").numbers() if number.value is not None
    }


def hypercube(points: int) -> FloatArray:
    """Shares of the ranges, (points, parameters): a Latin hypercube."""
    return np.asarray(qmc.LatinHypercube(len(DRAWN), rng=1).random(points))


def study(points: FloatArray, **more: Any) -> Study:
    """The study of these points, (n, parameters): everybody of a point shares its values. ``more``: as of `Study`."""
    return _listed([moved({d.name: d.at(float(u)) for d, u in zip(DRAWN, row, strict=True)}) for row in points], more)


def at_defaults(**more: Any) -> Study:
    """The same study of one point, at which every parameter has its default."""
    return _listed([{drawn.name: drawn.default for drawn in DRAWN}], more)


def _listed(points: Sequence[Mapping[str, float]], more: Mapping[str, Any]) -> Study:
    uncertainties = {path: [point[path] for point in points] for path in points[0]}
    return Study(design={"kind": "list", "luck": "own"}, uncertainties=uncertainties, **more)


def moved(point: Mapping[str, float]) -> dict[str, float]:
    """A point with what moves along, by path.

    At other altruism benefits and judgment are as much larger or smaller, so that what is identified stays. Of an
    admission, variable and fixed cost add up to the same, and as many are given at baseline.
    """
    values, default = usual(), Scenario(name="default")
    times = values[ALTRUISM] / point[ALTRUISM]
    means = {path: value for path, value in values.items() if path.startswith("care.benefit_mean.")}
    margin = default.care.baseline_volume_share * (1.0 - point[ADMISSION_COST])
    means[ADMISSION_BENEFIT] = mean_benefit(default.care, default.region, margin)
    fixed = values[ADMISSION_FIXED] + (values[ADMISSION_COST] - point[ADMISSION_COST])
    spreads = {path: values[path] for path in ("care.benefit_spread", "care.judgment_error")}
    return {
        **point,
        ADMISSION_FIXED: fixed,
        **{path: times * value for path, value in {**means, **spreads}.items()},
    }


def mean_benefit(care: CareParameters, region: RegionParameters, margin: float) -> float:
    """Mean benefit, in prices, that has the usual share given at this margin over lognormal altruism."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    altruism = region.altruism_median * np.exp(region.altruism_spread * nodes)
    judged = NormalDist(0.0, math.hypot(care.benefit_spread, care.judgment_error))

    def excess(mean: float) -> float:
        given = [judged.cdf(mean + margin / each) for each in altruism]
        return float(np.average(given, weights=weights)) - care.share_given

    return brentq(excess, -20.0, 5.0)
