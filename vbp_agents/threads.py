"""Threads: run the compiled month over chunks of patients, one account a thread, and add the accounts up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from vbp_agents.environment import Accounts
from vbp_agents.ledger import add_accounts

SMALLEST, LARGEST = 1_024, 8_192
"""Patients a chunk: small enough to be shared out evenly, large enough that handing out costs nothing."""

Kernel = Callable[[Any, Accounts, int, int], None]


class PatientThreads:
    """Threads that stay between months.

    Which one takes which chunk is left to luck; accounts are integers, so it leaves no trace.
    """

    def __init__(self, threads: int, chunk: int | None = None) -> None:
        self.threads, self.chunk = threads, chunk
        self.pool = ThreadPoolExecutor(threads)

    def over_patients(self, kernel: Kernel, patients: Any, new_accounts: Callable[[], Accounts]) -> Accounts:
        """Run ``kernel(patients, accounts, low, high)`` over all chunks and return the threads' accounts, added up."""
        n = len(patients)
        shared = n if self.threads == 1 else min(LARGEST, max(SMALLEST, n // (8 * self.threads)))
        chunk = self.chunk or max(1, shared)
        chunks = count()

        def work(_: int) -> Accounts:
            accounts = new_accounts()
            while (low := next(chunks) * chunk) < n:
                kernel(patients, accounts, low, min(n, low + chunk))
            return accounts

        if self.threads == 1:
            return work(0)
        total, *others = self.pool.map(work, range(self.threads))
        for other in others:
            add_accounts(total, other)
        return total

    def close(self) -> None:
        """Let the threads go."""
        self.pool.shutdown()
