"""Threads: runs the compiled month over chunks of patients, one account a thread, and adds the accounts up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from vbp_agents.ledger import plus
from vbp_agents.world import Accounts

CHUNK = 8_192
"""Patients a chunk: small enough to be shared out evenly, large enough that handing out costs nothing."""


def over_patients(
    kernel: Callable[[Any, Accounts, int, int], None],
    patients: Any,
    new_accounts: Callable[[], Accounts],
    threads: int,
    chunk: int = CHUNK,
) -> Accounts:
    """Run ``kernel(patients, accounts, low, high)`` over all chunks and return the threads' accounts, added up.

    Which thread takes which chunk is left to luck; accounts are integers, so it leaves no trace.
    """
    n = len(patients)
    chunks = count()
    workers = max(1, min(threads, -(-n // chunk)))

    def lows() -> Iterator[int]:
        while (low := next(chunks) * chunk) < n:
            yield low

    def work(_: int) -> Accounts:
        accounts = new_accounts()
        for low in lows():
            kernel(patients, accounts, low, min(n, low + chunk))
        return accounts

    if workers == 1:
        return work(0)
    with ThreadPoolExecutor(workers) as pool:
        return plus(*pool.map(work, range(workers)))
