"""What a rule is tried on before it runs, and what is made of a division by zero in it."""

from collections.abc import Callable

import numpy as np

from vbp_agents.book import COLUMNS, Book, sealed


def example_books(n: int) -> tuple[Book, Book]:
    """A month and a year of ``n`` contracts with something in every column, three earlier years and a market."""
    columns = sealed({name: np.full(n, 12_000.0) for name in COLUMNS})
    market = sealed({name: np.full(1, 12_000.0 * n) for name in COLUMNS})
    earlier = tuple(Book(columns, Book(market)) for _ in range(3))
    return Book(columns, Book(market, months=1), earlier, months=1), Book(columns, Book(market), earlier)


def quietly() -> "np.errstate":
    """Where a rule runs: what divides by zero is told once, by the amount that it makes, and not by NumPy as well."""
    return np.errstate(divide="ignore", invalid="ignore", over="ignore")


def strictly(ask: Callable[[], object]) -> FloatingPointError | None:
    """The error of the line that divides by zero or grows too large, where asking a rule once more finds one."""
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            ask()
    except FloatingPointError as error:
        return error
    except Exception:
        return None
    return None
