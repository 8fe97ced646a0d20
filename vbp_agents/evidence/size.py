"""How much `vbp evidence` simulates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How much is simulated: people, years after the warm-up, replicates, the first seed, threads."""

    patients: int
    years: int
    replicates: int
    seed: int
    threads: int
