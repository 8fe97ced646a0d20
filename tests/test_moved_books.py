"""Grids of luck, and Books that move many times over."""

from dataclasses import replace

import numpy as np
import pytest
from expected_years import book

from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.expectations.moved import Perturbation, PerturbedBook, one_per_row, perturbed
from vbp_agents.expectations.remembered import CachedBook, columns_read
from vbp_agents.expectations.uncertain import edges, masses
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.regimes.fee_for_service import FeeForService
from vbp_agents.rule_check import example_books
from vbp_agents.rules.benchmark import truncated_spending
from vbp_agents.rules.quality import score


def test_grids_tile() -> None:
    """Shifted grids of two draws meet at half a cell, and all probability is somewhere."""
    first, second = edges(10, 0, 2), edges(10, 1, 2)
    assert second[0] - first[0] == pytest.approx((first[1] - first[0]) / 2)
    assert sum(masses(first)) == pytest.approx(1.0)


def test_a_book_that_moves_many_times_over_is_the_same_as_one_for_each_time() -> None:
    """Spending moves three times while quality moves at two of them; the earlier year and the market stay."""
    usual = book(np.array([0.0, 0.1]), 2)
    spent, followed = np.arange(6.0).reshape(3, 2), np.array([[900.0, 910.0], [1_000.0, 1_010.0]])
    moves = [
        one_per_row({"test_truncated_inside": spent}),
        Perturbation(np.array([0, 1, 1]), {"followed_up": followed}),
    ]
    moved = perturbed(CachedBook.of(usual), 3, moves)
    assert len(moved) == 6
    for time, way in enumerate([0, 1, 1]):
        alone = usual.with_columns(test_truncated_inside=spent[time], followed_up=followed[way])
        rows = slice(2 * time, 2 * time + 2)
        for made in (
            score,
            truncated_spending,
            len_of,
            lambda some: truncated_spending(some.earlier[1]),
            lambda some: some["surveyed"],
        ):
            np.testing.assert_allclose(made(moved)[rows], made(alone)[:2], rtol=1e-12)
    assert moved.market is not None
    assert len(moved.market) == 1


def len_of(some: Book) -> FloatArray:
    """Ones, as a rule makes them."""
    return np.ones(len(some))


def test_rules_copy_a_moved_book_as_any_other() -> None:
    usual = book(np.array([0.0, 0.1]))
    moved = perturbed(
        CachedBook.of(usual), 2, [one_per_row({"test_dollars_inside": np.array([[1.0, 2.0], [3.0, 4.0]])})]
    )
    half = moved.scaled(0.5)
    np.testing.assert_allclose(half["test_dollars_inside"], [0.5, 1.0, 1.5, 2.0])
    np.testing.assert_allclose(half.billed(), 0.5 * moved.billed())
    np.testing.assert_allclose(moved.rows([3]).billed(), moved.billed()[3:])
    np.testing.assert_allclose(moved.with_columns(surveyed=7.0)["surveyed"], np.full(4, 7.0))
    with pytest.raises(KeyError, match="no column"):
        moved.with_columns(survayed=7.0)


def of_the_year_before(earlier: tuple[Book, ...], factor: float) -> FloatArray:
    """What a benchmark takes of earlier years, say."""
    return factor * earlier[0]["surveyed"]


def test_what_earlier_years_make_follows_them_where_they_move_and_is_found_once_where_not() -> None:
    usual = CachedBook.of(book(np.array([0.0, 0.1])))
    was = usual.earlier[0]["surveyed"]
    still = perturbed(usual, 3, [one_per_row({"surveyed": np.arange(6.0).reshape(3, 2)})])
    np.testing.assert_allclose(still.cached_of_earlier(of_the_year_before, 2.0), np.tile(2.0 * was, 3))
    np.testing.assert_allclose(still.cached_of_earlier(of_the_year_before, 3.0), np.tile(3.0 * was, 3))
    other = np.array([[1.0, 2.0], [3.0, 4.0]])
    then = perturbed(usual, 2, [], {0: one_per_row({"surveyed": other})})
    np.testing.assert_allclose(then.cached_of_earlier(of_the_year_before, 2.0), 2.0 * other.ravel())
    np.testing.assert_allclose(usual.cached_of_earlier(of_the_year_before, 2.0), 2.0 * was)
    np.testing.assert_allclose(still.scaled(0.5).cached_of_earlier(of_the_year_before, 2.0), np.tile(was, 3))


def test_a_copy_of_a_moved_book_is_a_book_like_any_other() -> None:
    """Three times two contracts: its rows, a share of it, and one with another column are no longer repeated."""
    usual = CachedBook.of(example_books(2)[1])
    thrice = perturbed(usual, 3, [one_per_row({"member_months": np.arange(6.0).reshape(3, 2)})])
    assert type(thrice) is PerturbedBook
    assert type(replace(thrice, performance_year=4)) is PerturbedBook
    for copy, wanted in (
        (thrice.rows([0, 5]), [0.0, 5.0]),
        (thrice.scaled(0.5), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]),
        (thrice.with_columns(member_months=1.0), [1.0] * 6),
    ):
        assert type(copy) is Book
        assert copy["member_months"].tolist() == wanted


class Reading(Regime):
    """Reads a column by name each month, a sum at the year's end, and fails after one more."""

    title = "Reading"
    source = "invented"

    def pay(self, book: Book) -> FloatArray:
        return book["risk_months"]

    def settle(self, book: Book) -> Statement:
        billed = book.billed("count", sides=["inside"], services=["test"])
        raise ValueError(f"after {book['surveyed'].sum()} and {billed.sum()}")


def test_what_a_rule_reads_is_what_it_asks_for_until_it_fails() -> None:
    month, year = example_books(2)
    assert columns_read(Reading(), month, year) == {"risk_months", "test_count_inside", "surveyed"}
    assert columns_read(FeeForService(), month, year) == {f"{service}_dollars_inside" for service in SERVICES}
