"""Whether a machine has the memory for so many people: the system would end the process long after it began."""

import os

from vbp_agents.errors import WrongInput

A_PATIENT = 430
"""Bytes at the peak, with the warmed-up world and a scenario's copy of it: measured at 500,000 and 2,000,000."""


def check_memory(patients: int) -> None:
    """Raise WrongInput where people alone take more than all of the machine's memory."""
    needed, there = A_PATIENT * patients, physical_memory()
    if there is not None and needed > there:
        raise WrongInput(
            f"--patients {patients:,} needs about {needed / 1e9:,.0f} GB of memory and this machine has "
            f"{there / 1e9:,.0f}; at most {10_000 * (there // A_PATIENT // 10_000):,} fit"
        )


def physical_memory() -> int | None:
    """Bytes; None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
