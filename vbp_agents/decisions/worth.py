"""What contracts add to the worth of one more unit of each column of the Book, beyond the fees for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.parameters import CONDITION_PARTS

Arrays = Mapping[str, FloatArray]


@dataclass(frozen=True)
class Worth:
    """Dollars a year for one more unit of a column of the Book; what is not listed is worth nothing.

    ``members``: of a contract holder's Book, (payers, holders, 2) each, the last axis for members without and with a
    condition that a contract is about. ``hospitals``: of a hospital's Book, (payers, hospitals) each.
    Every drive of a decision is linear in it: the drives of its parts add up to the drive of the whole.
    """

    members: Arrays
    hospitals: Arrays
    shape: tuple[int, int, int]
    """Payers, holders, hospitals."""

    def of_member(self, name: str) -> FloatArray:
        """One more unit of a holder's column, (payers, holders + 1, 2): the last holder is none, and earns nothing."""
        payers, holders, _ = self.shape
        padded = np.zeros((payers, holders + 1, len(CONDITION_PARTS)))
        if name in self.members:
            padded[:, :holders] = self.members[name]
        return padded

    def of_hospital(self, name: str) -> FloatArray:
        """One more unit of a hospital's column, (payers, hospitals)."""
        payers, _, hospitals = self.shape
        return self.hospitals.get(name, np.zeros((payers, hospitals)))

    def only(self, columns: Callable[[str], bool]) -> "Worth":
        """The part of it that is in some columns."""
        members, hospitals = (
            {name: worth for name, worth in side.items() if columns(name)} for side in (self.members, self.hospitals)
        )
        return Worth(members, hospitals, self.shape)

    def __bool__(self) -> bool:
        return bool(self.members or self.hospitals)

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(_plus(self.members, other.members), _plus(self.hospitals, other.hospitals), self.shape)


@dataclass(frozen=True)
class Part:
    """What one contract is worth: its payer's number, and what results call it. No decision reads the name."""

    payer: int
    name: str
    worth: Worth


def total_worth(parts: Iterable[Part], shape: tuple[int, int, int]) -> Worth:
    """All contracts together."""
    return reduce(Worth.__add__, (part.worth for part in parts), Worth({}, {}, shape))


def _plus(first: Arrays, second: Arrays) -> Arrays:
    both = {name: first[name] + second[name] for name in first if name in second}
    return {**first, **second, **both}
