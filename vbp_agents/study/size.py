"""How much is simulated, and with which luck."""

from dataclasses import dataclass, fields

from vbp_agents.machine import check_memory
from vbp_agents.study.checks import checked_size, checked_threads


@dataclass
class Size:
    """People, years after the warm-up, replicates, the seed of the first, and how many threads or processes work."""

    patients: int
    years: int
    replicates: int
    seed: int
    threads: int

    def __post_init__(self) -> None:
        """Raise WrongInput for a number that cannot be."""
        for each in fields(self):
            setattr(self, each.name, checked_size(each.name, getattr(self, each.name)))

    @classmethod
    def checked(cls, *, patients: int, years: int, replicates: int, seed: int, threads: int | None) -> "Size":
        """A size that can be run here; ``threads`` None: all processors. Raises WrongInput."""
        size = cls(patients, years, replicates, seed, checked_threads(threads))
        check_memory(size.patients)
        return size

    @property
    def facts(self) -> dict[str, int]:
        """What results say of it: people, years and seed."""
        return {"patients": self.patients, "years": self.years, "seed": self.seed}
