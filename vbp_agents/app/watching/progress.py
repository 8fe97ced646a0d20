"""How far a run is, in a sentence."""

from typing import Any

from vbp_agents.app.prepared import prepared
from vbp_agents.app.runner import Job
from vbp_agents.app.watching.run import Watched


def progress_text(job: Job[Any] | None) -> str:
    """What a visitor is told of a job of `watch`."""
    if job is None:
        return ""
    if job.status == "failed":
        return job.problem
    watched = job.latest
    if not isinstance(watched, Watched):
        if prepared.busy:
            return _preparing() if prepared.once else "Starting the engine …"
        if job.status == "waiting":
            return f"Waiting in line: {job.before} before this one."
        return (
            "The people are born and live three years under fees." if job.active else "Stopped before the first month."
        )
    asked, done = watched.asked, len(watched.pairs)
    if job.status == "stopped":
        lived = f"{done} of {asked.replicates} replicates" if done else f"{watched.month} of {asked.months} months"
        return f"Stopped: {lived}; what is finished stays."
    if job.status == "done":
        return f"{done} replicates of {asked.people:,} people, each with new people and new luck."
    left = job.left()
    soon = f", about {left:.0f} s left" if left is not None else ""
    if job.status == "waiting":
        return f"{done} of {asked.replicates} replicates in; {job.before} others are before the next."
    if not done:
        return f"Month {watched.month} of {asked.months}, the first draw of luck{soon}"
    return f"{done} of {asked.replicates} replicates in{soon}"


def _preparing() -> str:
    """The engine is compiled, which is kept."""
    left = prepared.left()
    return (
        f"Preparing, once: about {left} s." if left else "Preparing, once: longer than usual, as the machine is busy."
    )
