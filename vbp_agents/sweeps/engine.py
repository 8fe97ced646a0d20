"""The driver's loop: what is missing is handed out, what comes back is kept, until all is there or it is stopped."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from vbp_agents.identity import fingerprint
from vbp_agents.presentation.interruption import Interruption
from vbp_agents.sweeps.batches import Dispenser
from vbp_agents.sweeps.hands import Finished, Hands
from vbp_agents.sweeps.plan import Plan, PlannedRun
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.work import DONE, LOST, Batch, Outcome
from vbp_agents.user_file import Loaded, users_files

_BETWEEN_LOOKS = 0.2
"""Seconds between looks at what is finished."""
GONE = (
    "the process that ran it was ended each time: from outside, for want of memory perhaps, or it hung longer than "
    "`time_limit`"
)


@dataclass
class SweepProgress:
    """How far a sweep is. ``total``: runs in all, of which ``kept`` were there before; ``since``: when it began.

    ``running``: runs that are handed out and not over: each place computes one of them at a time.
    """

    total: int
    kept: int
    done: int = 0
    failed: int = 0
    running: int = 0
    seconds: float = 0.0
    since: float = field(default_factory=time.monotonic)

    @property
    def computed(self) -> int:
        """Runs that were computed this time."""
        return self.done + self.failed

    @property
    def rate(self) -> float | None:
        """Runs a second so far; None while there is none."""
        return self.computed / max(time.monotonic() - self.since, 1e-9) if self.computed else None

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take at this rate."""
        return (self.total - self.kept - self.computed) / self.rate if self.rate else None


OnProgress = Callable[[SweepProgress], None]
"""Told how far a sweep is, several times a second."""


def unwatched(state: SweepProgress) -> None:
    """How a sweep goes on that nobody watches."""


@dataclass
class Engine:
    """Computes runs of a plan and keeps them in a store. ``interruption``: the first ends it, the second at once."""

    plan: Plan
    store: Store
    hands: Hands
    interruption: Interruption
    watch: OnProgress
    users: Sequence[Loaded] = field(default_factory=users_files)

    def compute(self, runs: Iterable[PlannedRun], state: SweepProgress) -> None:
        """Compute the runs. Raises Interrupted where it was asked to stop, after what was under way is kept."""
        dispenser = Dispenser(runs, len(self.hands.places()))
        begun, suspects = Counter[str](), deque[PlannedRun]()
        while True:
            if not self.interruption.number:
                self._hand_out(dispenser, begun, suspects, state)
            self.watch(state)
            if not state.running and (self.interruption.number or not (dispenser.left or suspects)):
                break
            if self.interruption.number and not self.hands.places():
                break  # whoever had the rest is gone, and nobody is there to finish it
            for over in self.hands.finished(_BETWEEN_LOOKS):
                begun[over.place] -= 1
                state.running -= len(over.batch.runs)
                suspects.extend(self._take(over, dispenser, state))
                self.watch(state)
            self.interruption.check_insisted()
        self.interruption.check()

    def _hand_out(
        self, dispenser: Dispenser, begun: "Counter[str]", suspects: "deque[PlannedRun]", state: SweepProgress
    ) -> None:
        """Every place gets a batch, and where batches are short a second one that lies ready.

        A run whose process may have been ended because of it is computed alone at its place.
        """
        places = self.hands.places()
        dispenser.places = max(1, len(places))
        for place in places:
            if suspects and not begun[place]:
                state.running += self._begin(place, (suspects.popleft(),), begun)
        for depth in range(1, 3 if dispenser.short and not suspects else 2):
            for place in places:
                if begun[place] < depth and (runs := dispenser.take(place, anyway=not begun.total())):
                    state.running += self._begin(place, runs, begun)

    def _begin(self, place: str, runs: tuple[PlannedRun, ...], begun: "Counter[str]") -> int:
        """Send runs to a place; how many there are."""
        contents = {run.content: self.plan.packed[run.content] for run in runs}
        limit = self.plan.study.document.time_limit
        self.hands.begin(place, Batch(runs, contents, fingerprint(), tuple(self.users), limit))
        begun[place] += 1
        return len(runs)

    def _take(self, over: Finished, dispenser: Dispenser, state: SweepProgress) -> tuple[PlannedRun, ...]:
        """Keep what a batch came to; of one whose process was ended, the runs to look at one by one."""
        outcomes = over.outcomes
        if outcomes is None and len(over.batch.runs) > 1:
            return over.batch.runs
        if outcomes is None:
            outcomes = [Outcome(over.batch.runs[0].run, LOST, {}, 0.0, error=GONE)]
        self.store.add(outcomes)
        dispenser.learn(outcomes)
        good = sum(outcome.status == DONE for outcome in outcomes)
        state.done, state.failed = state.done + good, state.failed + len(outcomes) - good
        state.seconds += sum(outcome.seconds + outcome.world_seconds for outcome in outcomes)
        return ()
