"""Luck: keyed draws, their distributions, and the same values with the compiler on and off.

Samples are of fixed keys, so a test that passes goes on passing; n and the sigmas allowed are stated with each.
"""

import math
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vbp_agents.compiled import compiled, compiled_loop
from vbp_agents.rng import inverse_normal, luck_of, normal, poisson, uniform

ROOT = Path(__file__).parents[1]
N = 100_000
SIGMAS = 4.0
"""Draws are fixed by their keys; 4 sigmas leave room for the twenty samples below to have been drawn once."""


@compiled
def drawn(seed: int, patient: int, month: int, decision: int) -> float:
    return uniform(luck_of(seed, patient, month), decision)


wraps = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
"""Called from Python a hash is NumPy's, which tells of what runs over 64 bits."""


def fill(key: int, step: int, out: NDArray[np.float64]) -> None:
    """Uniform draws along one part of the key: 0 seed, 1 patient, 2 month, 3 decision."""
    for i in range(len(out)):
        at = step * i
        if key == 0:
            out[i] = drawn(7 + at, 3, 5, 2)
        elif key == 1:
            out[i] = drawn(7, 3 + at, 5, 2)
        elif key == 2:
            out[i] = drawn(7, 3, 5 + at, 2)
        else:
            out[i] = drawn(7, 3, 5, 2 + at)


fill = compiled_loop(fill)


def draws(key: int, step: int = 1, n: int = N) -> NDArray[np.float64]:
    out = np.empty(n)
    fill(key, step, out)
    return out


every_key = pytest.mark.parametrize("key", range(4), ids=["seed", "patient", "month", "decision"])


@wraps
def test_a_draw_depends_on_nothing_but_its_key() -> None:
    """Asking again, in another order, among other questions, gives the same answer."""
    keys = list(product((0, 9), (0, 5), (1, 2), (0, 40)))
    once = {key: drawn(*key) for key in keys}
    again = {key: drawn(*key) for key in reversed(keys)}
    assert once == again
    assert len(set(once.values())) == len(keys)


@every_key
def test_draws_along_each_part_of_the_key_are_uniform(key: int) -> None:
    """n = 100,000: mean 1/2 (sd 1/sqrt(12 n)), mean square 1/3 (sd sqrt(4/45/n)), 20 bins (chi-square, 19 degrees)."""
    u = draws(key)
    assert u.min() >= 0
    assert u.max() < 1
    assert abs(u.mean() - 1 / 2) < SIGMAS / math.sqrt(12 * N)
    assert abs((u**2).mean() - 1 / 3) < SIGMAS * math.sqrt(4 / 45 / N)
    bins = np.bincount((20 * u).astype(int), minlength=20)
    chi_square = float(((bins - N / 20) ** 2 / (N / 20)).sum())
    assert abs(chi_square - 19) < SIGMAS * math.sqrt(2 * 19)


@every_key
@pytest.mark.parametrize("lag", [1, 2, 32, 128, 4096])
def test_neighboring_keys_are_independent(key: int, lag: int) -> None:
    """n = 20,000 pairs at the distances used in decisions: the correlation of independent draws has sd 1/sqrt(n)."""
    n = 20_000
    u = draws(key, n=n + lag)
    assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < SIGMAS / math.sqrt(n)


@wraps
def test_keys_of_different_parts_do_not_meet() -> None:
    """Patients, months and decisions of a small world have 64,000 draws, no two alike (chance of one: 2e-7)."""
    draws = {drawn(1, *key) for key in product(range(40), range(-36, 4), range(40))}
    assert len(draws) == 40 * 40 * 40


@given(st.floats(1e-12, 1 - 1e-12))
@settings(max_examples=300, deadline=None)
def test_inverse_normal_is_the_quantile(p: float) -> None:
    """Against the standard library (Wichura's AS241, 1e-16): Acklam's relative error is 1.15e-9."""
    expected = NormalDist().inv_cdf(p)
    assert inverse_normal(p) == pytest.approx(expected, rel=2e-9, abs=2e-9)


@pytest.mark.parametrize("p", [0.0, 1.0, 5e-324])
def test_inverse_normal_is_finite_at_the_ends(p: float) -> None:
    assert 7 < abs(inverse_normal(p)) < 9


@wraps
def test_normal_is_the_quantile_of_the_uniform() -> None:
    luck = luck_of(1, 2, 3)
    assert normal(luck, 4) == inverse_normal(uniform(luck, 4))


def poisson_quantile(rate: float, u: float) -> int:
    """The smallest n whose cumulative probability exceeds u, summed from logarithms."""
    total, n = 0.0, -1
    while u >= total and n < 100:
        n += 1
        total += math.exp(-rate + n * math.log(rate) - math.lgamma(n + 1)) if rate > 0 else 1.0
    return n


@given(st.floats(0, 12), st.floats(0, 1 - 1e-9))
@settings(max_examples=300, deadline=None)
def test_poisson_is_the_inverse_distribution_function(rate: float, u: float) -> None:
    """Equal, but where u lies within rounding of a step: then either side of it."""
    near = {poisson_quantile(rate, min(max(v, 0.0), 1 - 1e-10)) for v in (u - 1e-12, u, u + 1e-12)}
    assert poisson(rate, u) in near


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.0, 4.0])
def test_poisson_counts_have_the_rate_as_mean_and_variance(rate: float) -> None:
    """n = 100,000: the mean has sd sqrt(rate/n), the variance about sqrt((2 rate^2 + rate)/n)."""
    counts = np.array([poisson(rate, u) for u in draws(1).tolist()])
    assert abs(counts.mean() - rate) < SIGMAS * math.sqrt(rate / N)
    assert abs(counts.var() - rate) < SIGMAS * math.sqrt((2 * rate**2 + rate) / N)


@given(st.floats(0, 5), st.floats(0, 5), st.floats(0, 1 - 1e-9))
@settings(max_examples=200, deadline=None)
def test_more_need_never_means_fewer_opportunities(rate: float, more: float, u: float) -> None:
    """Common luck: at one quantile the count rises with the rate."""
    assert poisson(rate, u) <= poisson(rate + more, u)


SHORT_LIVES = """
import sys
import numpy as np
from vbp_agents.model import VbpModel
from vbp_agents.warm_up import create_founders
from vbp_agents.rng import inverse_normal, luck_of, poisson, uniform
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.actors.world import new_world

scenario = find_scenario("default")
world = new_world(scenario, 40, 3)
model = VbpModel(world=world, studied=scenario)
create_founders(model)
money = []
with np.errstate(over="ignore"):
    for _ in range(14):
        model.step()
        money.append(np.stack([model.accounts.billed.count, model.accounts.billed.cents]))
    draws = np.array([uniform(np.uint64(luck_of(1, p, 2)), 3) for p in range(200)])
derived = np.array([(inverse_normal(u), poisson(2.5, u)) for u in draws.tolist()])
np.savez(sys.argv[1], patients=np.asarray(world.patients), money=np.stack(money), draws=draws, derived=derived)
"""


@pytest.fixture(scope="module")
def short_lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, NDArray[Any]]]:
    """40 patients' first 14 months, by the compiler and by the interpreter, each in a process of its own."""
    folder = tmp_path_factory.mktemp("lives")
    lives = {}
    for name, off in (("compiled", "0"), ("interpreted", "1")):
        file = folder / f"{name}.npz"
        settings_off = {"NUMBA_DISABLE_JIT": off, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        subprocess.run([sys.executable, "-c", SHORT_LIVES, str(file)], env=os.environ | settings_off, check=True)
        with np.load(file) as saved:
            lives[name] = dict(saved)
    return lives


@pytest.mark.slow
def test_draws_are_the_same_without_the_compiler(short_lives: dict[str, dict[str, NDArray[Any]]]) -> None:
    compiled, interpreted = short_lives["compiled"], short_lives["interpreted"]
    assert compiled["draws"].tobytes() == interpreted["draws"].tobytes()
    assert compiled["derived"].tobytes() == interpreted["derived"].tobytes()


@pytest.mark.slow
def test_lives_are_the_same_without_the_compiler(short_lives: dict[str, dict[str, NDArray[Any]]]) -> None:
    """Every count, place and cent; real numbers within the last digits of single precision.

    The interpreter keeps a 32-bit number times a Python number in 32 bits, the compiler reckons in 64 and rounds once.
    """
    compiled, interpreted = short_lives["compiled"], short_lives["interpreted"]
    assert compiled["money"].sum() > 0
    assert compiled["money"].tobytes() == interpreted["money"].tobytes()
    for name in compiled["patients"].dtype.names or ():
        ours, theirs = compiled["patients"][name], interpreted["patients"][name]
        if ours.dtype.kind == "f":
            np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=2e-6, err_msg=name)
        else:
            np.testing.assert_array_equal(ours, theirs, err_msg=name)
