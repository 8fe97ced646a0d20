"""Incremental analysis: a published frontier, extended dominance by hand, and what a comparison says of it."""

import pytest

from vbp_agents.metrics.frontier import DOMINATED, EXTENDED, ON_FRONTIER, frontier, placed
from vbp_agents.reports.health_for_money import cost_effectiveness_document, frontier_tables

HIV = {
    "status quo": (26_000.0, 277.25 / 12),
    "one time": (27_000.0, 277.57 / 12),
    "every 5 years": (28_020.0, 277.78 / 12),
    "every 3 years": (28_440.0, 277.83 / 12),
    "annual": (29_440.0, 277.76 / 12),
}
"""Screening of high-risk people for HIV: dollars, quality-adjusted life-months (Paltiel et al., N Engl J Med
2005;352:586-595), as textbooks of cost-effectiveness teach it."""


def test_a_textbook_frontier() -> None:
    """By hand: 1,000 / (0.32 / 12) = 37,500; 1,020 / (0.21 / 12) = 58,286; 420 / (0.05 / 12) = 100,800; the annual
    costs more than every 3 years and gives less."""
    ranks = {each.name: each for each in frontier(HIV)}
    assert {name: each.status for name, each in ranks.items()} == dict.fromkeys(HIV, ON_FRONTIER) | {
        "annual": DOMINATED
    }
    assert ranks["annual"].after == "every 3 years"
    assert ranks["status quo"].icer is None
    icers = [ranks[name].icer for name in ("one time", "every 5 years", "every 3 years")]
    assert icers == pytest.approx([37_500, 58_285.71, 100_800], rel=1e-6)


def test_the_order_in_which_options_are_told_changes_nothing() -> None:
    assert frontier(dict(reversed(HIV.items()))) == frontier(HIV)


def test_extended_dominance_by_hand() -> None:
    """From A to B 20 a unit, from B to C 5: half of A and half of C gives B's 1.5 for 15 instead of 30. D is beaten by
    C; E, from C, costs 20 a unit."""
    options = {"A": (0.0, 0.0), "B": (30.0, 1.5), "C": (30.0 + 7.5, 3.0), "D": (40.0, 2.9), "E": (57.5, 4.0)}
    ranks = {each.name: each for each in frontier(options)}
    assert [ranks[name].status for name in "ABCDE"] == [ON_FRONTIER, EXTENDED, ON_FRONTIER, DOMINATED, ON_FRONTIER]
    assert (ranks["B"].after, ranks["D"].after) == ("A with C", "C")
    assert (ranks["C"].icer, ranks["E"].icer) == (12.5, 20.0)


def test_removing_one_makes_the_one_before_it_dominated_in_turn() -> None:
    """Ratios of 10, 30, 20, 5: first the third is removed, whereupon the second is: only ends remain."""
    options = {"a": (0.0, 0.0), "b": (10.0, 1.0), "c": (40.0, 2.0), "d": (60.0, 3.0), "e": (65.0, 4.0)}
    statuses = {each.name: each.status for each in frontier(options)}
    # From b to e (65 - 10) / 3 = 18.3 is more than 10, so b stays.
    assert statuses == {"a": ON_FRONTIER, "b": ON_FRONTIER, "c": EXTENDED, "d": EXTENDED, "e": ON_FRONTIER}


def test_equal_options_and_one_alone() -> None:
    assert [each.status for each in frontier({"a": (1.0, 1.0), "b": (1.0, 1.0)})] == [ON_FRONTIER, DOMINATED]
    assert frontier({"a": (1.0, 1.0)})[0].status == ON_FRONTIER
    assert frontier({}) == []


def measured(cost: float | None, qalys: float | None) -> dict[str, float | None]:
    return {"cost_per_capita": cost, "qalys_per_1000": qalys}


VALUES = {
    "fees": [measured(100, 700), measured(200, 710), measured(300, 720)],
    "better": [measured(150, 701), measured(250, 711), measured(350, 721)],
    "worse": [measured(170, 701), measured(240, 709), measured(370, 721)],
}


def test_a_comparison_s_frontier_is_of_paired_means() -> None:
    """Better: 50 dollars and 1 / 1,000 more, $50,000 a QALY. Worse: 60 and 0.33 / 1,000; in the second replicate it
    costs 40 for 1 / 1,000 less, which the baseline has for nothing: dominated in all three."""
    places = placed(VALUES, "fees")
    by_name = {each.name: each for each in places.ranked}
    assert by_name["better"].icer == pytest.approx(50_000)
    assert by_name["worse"].status == DOMINATED
    assert places.in_draws == {"fees": 1.0, "better": 1.0, "worse": 1.0}
    assert places.pairs == 3


def test_replicates_without_a_number_are_left_out() -> None:
    values = VALUES | {"worse": [measured(None, 701), *VALUES["worse"][1:]]}
    assert placed(values, "fees").pairs == 2
    nothing = placed(VALUES | {"worse": [measured(None, None)] * 3}, "fees")
    assert (nothing.ranked, nothing.pairs) == ([], 0)
    assert frontier_tables(VALUES | {"worse": [measured(None, None)] * 3}, "fees") == []


def test_the_json_has_dominance_and_cost_per_qaly() -> None:
    document = cost_effectiveness_document(VALUES, "fees")
    assert document["fees"]["against_baseline"] is None
    assert document["better"]["against_baseline"]["cost_per_qaly"] == pytest.approx(50_000)
    assert document["better"]["against_baseline"]["cost"]["difference"] == 50
    assert document["better"]["frontier"]["cost_per_further_qaly"] == pytest.approx(50_000)
    assert document["worse"]["frontier"] == {
        "status": DOMINATED,
        "after": "better",
        "cost_per_further_qaly": None,
        "in_draws": 1.0,
    }


def test_the_table_of_all_says_who_dominates() -> None:
    from rich.console import Console

    console = Console(width=100, record=True, force_terminal=False)
    with console.capture() as captured:
        console.print(*frontier_tables(VALUES, "fees"))
    text = captured.get()
    assert "dominated by better" in text
    assert "$50,000" in text
    assert "3 of 3" in text
