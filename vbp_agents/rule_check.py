"""What a rule is tried on before it runs, and what is made of a division by zero in it."""

from collections.abc import Callable

import numpy as np

from vbp_agents.arithmetic import exp
from vbp_agents.book import COLUMNS, Book, FloatArray, sealed


def example_books(n: int) -> tuple[Book, Book]:
    """A month and a year of ``n`` contracts with something in every column, three earlier years and a market."""
    columns = sealed({name: np.full(n, 12_000.0) for name in COLUMNS})
    market = sealed({name: np.full(1, 12_000.0 * n) for name in COLUMNS})
    earlier = tuple(Book(columns, Book(market)) for _ in range(3))
    return Book(columns, Book(market, months=1), earlier, months=1), Book(columns, Book(market), earlier)


def adds_up(pay: Callable[[Book], FloatArray]) -> bool:
    """Whether two months together are paid what each is: False where ``pay`` has a threshold, a cap or a rate.

    Tried on 400 pairs of months of contracts with 100 to 100,000 members and about $1,100 a member, more or less.
    """
    draw, n = np.random.default_rng(1), 400
    usual, _ = example_books(n)

    def month() -> dict[str, FloatArray]:
        people = 10.0 ** draw.uniform(2.0, 5.0, n)
        return {name: _each(name) * people * exp(draw.normal(0.0, 0.5, n)) for name in COLUMNS}

    first, second = month(), month()
    both = {name: first[name] + second[name] for name in COLUMNS}
    with quietly():
        of_first, of_second, together = (
            np.asarray(pay(usual.with_columns(**columns))) for columns in (first, second, both)
        )
    return bool(np.allclose(of_first + of_second, together, rtol=1e-6, atol=1e-6))


def _each(name: str) -> float:
    """About what a member has of a column in a month: people one, dollars 1,100 in all, and few services."""
    if "_dollars_" in name or "_truncated_" in name:
        return 61.0
    return 0.5 if "_count_" in name else 1.0


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
