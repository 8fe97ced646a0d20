"""Where an admission's contribution margin turns the sign: do hospital systems gain from avoiding one?

    python experiments/08_admission_margin.py [--patients 200000] [--replicates 3]

For margins of 0.05 to 0.84 of the price, under BASIC E: what avoiding a dollar of admissions of its members brings a
hospital-led ACO by its contract, and costs it in margin where it would have billed it itself; how well its
organizations coordinate before and after; and what that does to avoidable admissions. Physician-led ACOs beside it.
"""

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vbp_agents import Scenario, Task, VbpModel, find_scenario, replicate_seed, run_tasks
from vbp_agents.actors.world import World
from vbp_agents.book import SIDES, FloatArray
from vbp_agents.metrics.intervals import interval
from vbp_agents.parameters import HOLDER_KINDS
from vbp_agents.region import Region
from vbp_agents.study.clock import MonthsDone

MARGINS = (0.05, 0.25, 0.45, 0.65, 0.84)
KINDS = ("physician-led", "hospital-led")
"""Kinds of ACO; the independents are left out."""
YEARS = 3
THREADS = 2


@dataclass(frozen=True)
class Found:
    """One kind of ACO in one replicate. ``gained`` and ``lost``: by a dollar of admissions avoided; ``before`` and
    ``after``: coordination of unmeasured tasks; ``avoidable``: difference in avoidable admissions per 1,000.
    """

    gained: float
    lost: float
    before: float
    after: float
    avoidable: float


def with_margin(name: str, margin: float) -> Scenario:
    """A preset in a world where an admission brings ``margin`` of its price."""
    return find_scenario(name).with_values({"care.variable_cost.admission": 1.0 - margin}, name)


@dataclass(frozen=True)
class Looked:
    """What a run shows by kind of ACO; stakes only where contracts are."""

    avoidable: FloatArray
    stakes: tuple[FloatArray, FloatArray] | None
    levels: tuple[FloatArray, FloatArray]


def look(world: World, scenario: Scenario, years: int, progress: MonthsDone, threads: int, *, margin: float) -> Looked:
    """Some years of a scenario on a copy of the world."""
    with VbpModel(world=world.copy(), studied=scenario, threads=threads) as model:
        model.run_for(12 * years, progress)
        return Looked(avoidable(model), stakes(model, margin) if scenario.contracts else None, levels(model))


def avoidable(model: VbpModel) -> FloatArray:
    """Avoidable admissions per 1,000 person-years of the last year, by kind of ACO."""
    rows = model.recorder.tables()["contracts"]
    last = rows[rows["year"] == YEARS]
    by_kind = []
    for kind in KINDS:
        of_kind = last[last["kind"] == kind.replace("-", "_")]
        by_kind.append(12_000 * of_kind["avoidable_admissions"].sum() / of_kind["member_months"].sum())
    return np.array(by_kind)


def kinds_of(region: Region) -> list[NDArray[np.bool_]]:
    """Which contract holders are of each kind of ACO, (holders,) each."""
    return [region.holder_kind == HOLDER_KINDS.index(kind.replace("-", "_")) for kind in KINDS]


def of_holders(region: Region, value: FloatArray, weight: FloatArray) -> FloatArray:
    """The weighted mean over holders, by kind of ACO."""
    return np.array([np.average(value[kind], weights=weight[kind]) for kind in kinds_of(region)])


def stakes(model: VbpModel, margin: float) -> tuple[FloatArray, FloatArray]:
    """What a dollar of admissions avoided brings by the contract, and costs in margin, by kind of ACO."""
    now = model.providers.known
    assert now is not None
    dollars = {side: now.past.book[f"admission_dollars_{side}"].sum(axis=(0, 2)) for side in SIDES}
    spent = dollars["inside"] + dollars["outside"]
    worth = sum(dollars[side] * now.dollars["admission", side][0, :-1].mean(axis=1) for side in SIDES) / spent
    region = model.world.region
    return of_holders(region, -worth, spent), of_holders(region, margin * dollars["inside"] / spent, spent)


def levels(model: VbpModel) -> tuple[FloatArray, FloatArray]:
    """Coordination before any contract and now, by kind of ACO."""
    region = model.world.region
    holder = region.organizations.holder
    before, now = model.providers.base[:, 0], region.organizations.coordination
    kinds = [(holder >= 0) & of_kind[holder] for of_kind in kinds_of(region)]
    return np.array([before[kind].mean() for kind in kinds]), np.array([now[kind].mean() for kind in kinds])


def replicate(margin: float, patients: int, seed: int) -> list[Found]:
    """One world, with and without BASIC E: a row a kind of ACO."""
    fees, shared = (with_margin(name, margin) for name in ("fee_for_service", "shared_savings_two_sided"))
    [result] = run_tasks([Task(partial(look, margin=margin), (fees, shared), patients, YEARS, seed)], THREADS)
    without, with_contract = result.runs[fees.name], result.runs[shared.name]
    assert with_contract.stakes is not None
    columns = (*with_contract.stakes, *with_contract.levels, with_contract.avoidable - without.avoidable)
    return [Found(*map(float, row)) for row in zip(*columns, strict=True)]


def described(rows: Sequence[Found]) -> str:
    """Means over replicates, and the difference with its 95% interval."""
    gained, lost, before, after, _ = np.mean([astuple(row) for row in rows], axis=0)
    change = interval([row.avoidable for row in rows])
    dollars = f"{gained:7.2f} {lost:6.2f} {gained - lost:+6.2f}"
    text = f"{dollars}  {before:6.3f} {after:6.3f}  {change.mean:+.2f}"
    return text if change.low is None else f"{text} ({change.low:+.2f} to {change.high:+.2f})"


def main() -> None:
    """Print a row a margin and kind of ACO, and the margin at which hospital-led ACOs neither gain nor lose."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--replicates", type=int, default=3)
    options = parser.parse_args()
    print("margin  kind            gained   lost    net  before  after  avoidable admissions per 1,000 (95% interval)")
    net = []
    for margin in MARGINS:
        seeds = [replicate_seed(1, number) for number in range(1, options.replicates + 1)]
        runs = [replicate(margin, options.patients, seed) for seed in seeds]
        for kind, rows in zip(KINDS, zip(*runs, strict=True), strict=True):
            print(f"{margin:6.2f}  {kind:14} {described(rows)}", flush=True)
        net.append(float(np.mean([run[1].gained - run[1].lost for run in runs])))
    print(f"hospital-led ACOs gain from an admission avoided up to a margin of {turn(net):.2f}")


def turn(net: Sequence[float]) -> float:
    """Where the net worth, which falls with the margin, passes zero; by a straight line between neighbors."""
    return float(np.interp(0.0, net[::-1], MARGINS[::-1]))


if __name__ == "__main__":
    main()
