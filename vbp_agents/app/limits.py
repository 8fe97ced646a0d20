"""What one server lets its visitors ask for: options of `vbp app`, the same for all sessions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerLimits:
    """The most that one question may have, and what all of them share.

    ``people`` of the region, ``years``, ``replicates``; ``runs``: how many are computed at once, others wait in line;
    ``upload``: kilobytes of a scenario file.
    """

    people: int = 50_000
    years: int = 10
    replicates: int = 50
    runs: int = 2
    upload: int = 256


_chosen = [ServerLimits()]


def limits() -> ServerLimits:
    """The limits of this server."""
    return _chosen[0]


def set_limits(chosen: ServerLimits) -> None:
    """Before the server starts: what its options say."""
    _chosen[0] = chosen
