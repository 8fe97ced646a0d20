"""Luck: a random number is a pure function of (seed, patient, month, decision), never the next of a stream.

So a patient meets the same fate under two regimes, and births, deaths, threads and chunks disturb nobody's luck.
The hash is SplitMix64's finalizer (Steele, Lea & Flood 2014); the inverse normal is Acklam's rational approximation
(relative error 1.15e-9).
"""

import math
from enum import IntEnum, unique

import numpy as np

from vbp_agents.compiled import compiled

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
SEEDS, FIRST_STREAM, WORDS = 2**63, 2**62, 3
"""Seeds that differ; where the keys of streams begin, beyond those of all areas; what tells luck within a stream."""
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
BIRTH, FOUNDER, REFERRALS = 1_000_000, -900, -500
"""Months that are none: they key what a patient is born with, how a founder begins, and to whom a practice refers."""


@unique
class Stream(IntEnum):
    """Luck that is no patient's, drawn once for many: what it is for."""

    PRICES = 0
    COORDINATION = 1
    HOLDERS = 2
    HOSPITALS = 3
    PARTICIPATION = 4
    STYLE = 6
    AREAS_LOOKED_AT = 9
    CLINICIANS_LOOKED_AT = 10
    MEASUREMENT = 11


def generator(seed: int, stream: Stream, *words: int) -> np.random.Generator:
    """The luck of a stream under a world's seed, apart from that of any other stream and any other ``words``.

    ``words``: up to three whole numbers from 0, such as month and payer, that tell what it is for within the stream.
    """
    counter = [0, *(0 for _ in range(len(words), WORDS)), *words]  # the first counts what is drawn
    return np.random.Generator(np.random.Philox(key=[seed % SEEDS, FIRST_STREAM + stream], counter=counter))


def area_generator(seed: int, area: int) -> np.random.Generator:
    """The luck by which an area is built, under a world's seed."""
    return np.random.Generator(np.random.Philox(key=[seed % SEEDS, area]))


@compiled
def mix(x: np.uint64) -> np.uint64:
    """Scramble 64 bits."""
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    return x ^ (x >> _S31)


@compiled
def luck_of(seed: int, patient: int, month: int) -> np.uint64:
    """All of a patient's luck in one month; single draws are read from it by decision."""
    return mix(mix(np.uint64(seed) + GOLDEN * np.uint64(patient + 1)) + GOLDEN * np.uint64(month + 1_000))


@compiled
def uniform(luck: np.uint64, decision: int) -> float:
    """The draw of one decision, in [0, 1)."""
    return float(mix(luck + GOLDEN * np.uint64(decision)) >> _S11) * 1.1102230246251565e-16


@compiled
def inverse_normal(p: float) -> float:
    """The standard normal quantile of p."""
    p = min(max(p, 1e-16), 1.0 - 1.2e-16)
    if p < 0.02425:
        return _tail(math.sqrt(-2.0 * math.log(p)))
    if p > 1.0 - 0.02425:
        return -_tail(math.sqrt(-2.0 * math.log(1.0 - p)))
    q = p - 0.5
    r = q * q
    top = -3.969683028665376e01 * r + 2.209460984245205e02
    top = ((top * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r - 3.066479806614716e01
    bottom = -5.447609879822406e01 * r + 1.615858368580409e02
    bottom = ((bottom * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r - 1.328068155288572e01
    return q * (top * r + 2.506628277459239e00) / (bottom * r + 1.0)


@compiled
def _tail(q: float) -> float:
    top = -7.784894002430293e-03 * q - 3.223964580411365e-01
    top = ((top * q - 2.400758277161838e00) * q - 2.549732539343734e00) * q + 4.374664141464968e00
    bottom = 7.784695709041462e-03 * q + 3.224671290700398e-01
    bottom = (bottom * q + 2.445134137142996e00) * q + 3.754408661907416e00
    return (top * q + 2.938163982698783e00) / (bottom * q + 1.0)


@compiled
def normal(luck: np.uint64, decision: int) -> float:
    """A standard normal draw."""
    return inverse_normal(uniform(luck, decision))


@compiled
def poisson(rate: float, u: float) -> int:
    """The Poisson count of mean ``rate`` at quantile ``u``: more of the same luck as the rate rises."""
    if u < 1.0 - rate:  # exp(-rate) >= 1 - rate, so most months need no exponential
        return 0
    p = math.exp(-rate)
    total = p
    n = 0
    while u >= total and n < 100:
        n += 1
        p *= rate / n
        total += p
    return n
