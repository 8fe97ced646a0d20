"""Find the numbers marked "calibrated" in `vbp_agents/parameters.py` against the population rows of the evidence.

    python experiments/01_calibrate_population.py [--patients 60000] [--rounds 40] [--out docs/calibration.json]

Three steps, each on the same patients and luck so that differences are the parameters': ages and deaths; then, for
every trial of the
shape of need (Nelder-Mead on the concentration of spending), volumes and prices by their ratio to the target; last,
the payer's risk
model by least squares. Prints the table of targets and writes the numbers; copying them into the parameters is left
to a person.
"""

import argparse
import json
from math import erf, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize

from vbp_agents import Scenario, VbpModel
from vbp_agents.actors.world import new_world
from vbp_agents.evidence.population import TARGETS, measure_year
from vbp_agents.parameters import CareParameters, PopulationParameters, RegionParameters
from vbp_agents.people.patients import N_CONDITIONS
from vbp_agents.people.services import ADMISSION, EMERGENCY, OTHER, POST_ACUTE, PRIMARY, PROCEDURE, SPECIALIST, TEST
from vbp_agents.warm_up import create_founders

WANTED = {target.measure: target.value for target in TARGETS if target.value is not None}
# 44 stays at $16,543 are 5.3% of the untruncated total that N11 implies, not the published 5.6%: each gives 2%,
# inside its tolerance.
WANTED["nursing_stays"] *= 1.02
WANTED["nursing_stay_price"] *= 1.02
SHARES = ("top_1_share", "top_5_share", "top_10_share", "top_20_share", "top_50_share")


def scenario(care: CareParameters, population: PopulationParameters) -> Scenario:
    """The default scenario with these numbers."""
    return Scenario(name="calibration", care=care, population=population)


def lived(care: CareParameters, population: PopulationParameters, patients: int, months: int) -> VbpModel:
    """A world after ``months`` months of community practice."""
    model = VbpModel(
        world=new_world(scenario(care, population), patients, 1), studied=scenario(care, population), threads=2
    )
    create_founders(model)
    for _ in range(months):
        model.step()
    model.close()
    return model


def measure(model: VbpModel) -> dict[str, float]:
    """The table's measures of the model's last year."""
    return measure_year(model.year, model.world.patients, np.array(model.studied.care.physician_share))


def fit_benefits(care: CareParameters, region: RegionParameters) -> CareParameters:
    """Mean benefits, in prices, that give 0.62 of the marginal part over lognormal altruism (Gauss-Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    altruism = region.altruism_median * np.exp(region.altruism_spread * nodes)
    kept = care.baseline_volume_share * (1.0 - np.array(care.variable_cost))
    margins = (kept[0], 0.0, kept[1], kept[2], kept[3], kept[5], 0.0)
    spread = sqrt(care.benefit_spread**2 + care.judgment_error**2)

    def given(mean: float, margin: float) -> float:
        z = (mean + margin / altruism) / spread
        return float(sum(w * (1.0 + erf(x / sqrt(2.0))) / 2.0 for w, x in zip(weights, z, strict=True)) / weights.sum())

    def mean_for(margin: float) -> float:
        return float(brentq(lambda mean: given(mean, margin) - care.share_given, -20.0, 5.0))

    means = [mean_for(margin) for margin in margins]
    return care.with_changes(benefit_mean=[round(mean, 4) for mean in means])


def fit_ages(population: PopulationParameters, patients: int) -> PopulationParameters:
    """Deaths and entries whose stationary age mix is the published one, with 4.8% dying a year."""
    names = ("mortality_at_65", "mortality_slope", "entry_under_65", "mortality_under_65")

    def with_numbers(x: np.ndarray[Any, Any]) -> PopulationParameters:
        return population.with_changes(**{n: float(np.exp(v)) for n, v in zip(names, x, strict=True)})

    def misfit(x: np.ndarray[Any, Any]) -> float:
        got = measure(lived(CareParameters(), with_numbers(x), patients, 24))
        misses = [got[k] / WANTED[k] - 1.0 for k in ("age_under_65", "age_65_74", "age_75_84", "age_85_and_over")]
        return float(np.sum(np.square(misses)) + max(0.0, got["mortality"] / 5.0 - 1.0) ** 2)

    start = np.log([getattr(population, name) for name in names])
    simplex = np.vstack([start] + [start + 0.15 * np.eye(4)[i] for i in range(4)])
    fit = minimize(misfit, start, method="Nelder-Mead", options={"maxfev": 60, "initial_simplex": simplex})
    return with_numbers(fit.x)


def scale(care: CareParameters, population: PopulationParameters, got: dict[str, float]) -> CareParameters:
    """Volumes and prices moved by their ratio to the target."""
    rate, price = list(care.rate), list(care.price)
    untruncated = WANTED["spending_truncated"] / 100.0
    for service, name in (
        (PRIMARY, "primary_visits"),
        (SPECIALIST, "specialist_visits"),
        (EMERGENCY, "emergency_visits"),
        (ADMISSION, "admissions"),
    ):
        rate[service] *= WANTED[name] / got[name]
    # Dollars a person-year that each share asks for, over what it has: the price of what fills it.
    have = {
        k: got[k] * got["spending_total"] / 100.0
        for k in ("inpatient_share", "outpatient_share", "physician_share", "other_share")
    }
    total = untruncated * 100.0 * got["spending_total"] / got["spending_truncated"]
    price[POST_ACUTE] *= WANTED["nursing_stay_price"] / got["nursing_stay_price"]
    price[ADMISSION] *= WANTED["inpatient_share"] / 100.0 * total / have["inpatient_share"]
    price[OTHER] *= 0.103 * total / have["other_share"]
    gap_out = WANTED["outpatient_share"] / 100.0 * total - have["outpatient_share"]
    gap_phys = WANTED["physician_share"] / 100.0 * total - have["physician_share"]
    procedures = got["procedure_dollars"]
    facility = (1.0 - care.physician_share[PROCEDURE]) * procedures + gap_out
    professional = care.physician_share[PROCEDURE] * procedures + gap_phys
    price[PROCEDURE] *= max(0.2, (facility + professional) / procedures)
    shares = list(care.physician_share)
    shares[PROCEDURE] = float(np.clip(professional / (facility + professional), 0.1, 0.9))
    stays = WANTED["nursing_stays"] / got["nursing_stays"] * got["admissions"] / WANTED["admissions"]
    back = care.readmission * (WANTED["readmissions"] / got["readmissions"]) ** 1.3
    return care.with_changes(
        rate=rate,
        price=price,
        physician_share=shares,
        post_acute=min(0.9, care.post_acute * stays),
        readmission=float(np.clip(back, 0.001, 0.5)),
    )


def with_totals(model: VbpModel) -> dict[str, float]:
    """The measures and the two totals that scaling needs."""
    people = model.year.members.member_months.sum() / 12.0
    cents = model.year.billed.cents.sum(axis=(0, 2)) / people / 100.0
    return measure(model) | {"spending_total": float(cents.sum()), "procedure_dollars": float(cents[PROCEDURE])}


def scaled(
    care: CareParameters, population: PopulationParameters, patients: int, rounds: int, months: int = 24
) -> tuple[CareParameters, PopulationParameters, dict[str, float]]:
    """Volumes and prices scaled a few times; then true risk brought to a mean of 1."""
    for _ in range(rounds):
        model = lived(care, population, patients, months)
        got = with_totals(model)
        care = scale(care, population, got)
        care = care.with_changes(truncation=float(model.world.truncation[0] / 100.0))
        population = population.with_changes(
            mean_cost=population.mean_cost * float(model.world.patients.true_risk.mean())
        )
    return care, population, got


SHAPE = (
    ("population", "need_frailty", None),
    ("population", "need_cap", None),
    ("care", "price_spread", PROCEDURE),
    ("care", "price_spread", ADMISSION),
    ("care", "need_power", PROCEDURE),
    ("care", "need_power", TEST),
)


def reshaped(
    care: CareParameters, population: PopulationParameters, x: np.ndarray[Any, Any]
) -> tuple[CareParameters, PopulationParameters]:
    """The parameters with the shape of need and prices at exp(x)."""
    sets: dict[str, dict[str, Any]] = {"care": {}, "population": {}}
    owner = {"care": care, "population": population}
    for (which, name, index), value in zip(SHAPE, np.exp(x), strict=True):
        if index is None:
            sets[which][name] = float(value)
        else:
            items = list(sets[which].get(name, getattr(owner[which], name)))
            items[index] = float(value)
            sets[which][name] = items
    return care.with_changes(**sets["care"]), population.with_changes(**sets["population"])


def fit_shape(
    care: CareParameters, population: PopulationParameters, patients: int, trials: int
) -> tuple[CareParameters, PopulationParameters]:
    """The shape of need and prices that gives the concentration of spending, volumes rescaled at every trial."""
    owner = {"care": care, "population": population}
    best: list[Any] = [np.inf, care, population]

    def misfit(x: np.ndarray[Any, Any]) -> float:
        shaped = reshaped(best[1], best[2], x)
        new_care, new_population, got = scaled(*shaped, patients, 3)
        value = (
            float(sum((got[k] - WANTED[k]) ** 2 for k in SHARES)) + 0.02 * max(0.0, got["coded_risk_r2"] - 12.0) ** 2
        )
        if value < best[0]:
            best[:] = [value, new_care, new_population]
            print(f"{value:8.3f}", {k: round(got[k], 1) for k in SHARES}, np.exp(x).round(3), flush=True)
        return value

    start = np.log([getattr(owner[w], n) if i is None else getattr(owner[w], n)[i] for w, n, i in SHAPE])
    simplex = np.vstack([start] + [start + 0.2 * np.eye(len(SHAPE))[i] for i in range(len(SHAPE))])
    minimize(misfit, start, method="Nelder-Mead", options={"maxfev": trials, "initial_simplex": simplex})
    return best[1], best[2]


def fit_risk_model(model: VbpModel) -> PopulationParameters:
    """The payer's risk model: true risk on age bands and recorded conditions, least squares."""
    patients, population = model.world.patients, model.studied.population
    band = np.digitize(patients.age / 12.0, [65.0, 75.0, 85.0])
    recorded = (patients.recorded[:, None] >> np.arange(N_CONDITIONS)) & 1
    design = np.hstack([np.eye(4)[band], recorded]).astype(float)
    weights, *_ = np.linalg.lstsq(design, patients.true_risk.astype(float), rcond=None)
    intercept = float(weights[1])
    return population.with_changes(
        risk_intercept=round(intercept, 4),
        risk_age=[round(float(w) - intercept, 4) for w in weights[:4]],
        risk_condition=[max(0.0, round(float(w), 4)) for w in weights[4:]],
    )


def main() -> None:
    """Calibrate, print the table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=60, help="trials of the shape of need")
    parser.add_argument("--out", type=Path, default=Path("calibration.json"))
    options = parser.parse_args()
    care, population = fit_benefits(CareParameters(), RegionParameters()), PopulationParameters()
    population = fit_ages(population, 2 * options.patients)
    print(
        {
            k: getattr(population, k)
            for k in ("mortality_at_65", "mortality_slope", "entry_under_65", "mortality_under_65")
        },
        flush=True,
    )
    care, population = fit_shape(care, population, options.patients, options.rounds)
    care, population, _ = scaled(care, population, 2 * options.patients, 8, 36)
    population = fit_risk_model(lived(care, population, 2 * options.patients, 24))
    got = measure(lived(care, population, 2 * options.patients, 36))
    for target in TARGETS:
        print(
            f"{target.id:10} {target.measure:22} {target.value:10.2f} {got[target.measure]:10.2f}",
            "" if target.is_met(got[target.measure]) else "MISS",
        )
    options.out.write_text(
        json.dumps({"care": care.model_dump(), "population": population.model_dump()}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
