"""Cost per QALY and acceptability of replicates made by hand: told where both differences are clear, and only there."""

import pytest

from vbp_agents.metrics import cost_effectiveness


def runs(*measured: tuple[float | None, float | None]) -> list[dict[str, float | None]]:
    """Replicates that measured these costs per capita and QALYs per 1,000."""
    return [{"cost_per_capita": cost, "qalys_per_1000": qalys} for cost, qalys in measured]


BASE = runs((1000.0, 700.0), (1100.0, 710.0), (1200.0, 720.0))


def test_cost_per_qaly_where_both_differences_are_clear() -> None:
    """Differences of 100 and 2 / 1,000 in each replicate: $50,000 a QALY; the better buy above that, even at it."""
    value = cost_effectiveness(runs((1100.0, 702.0), (1200.0, 712.0), (1300.0, 722.0)), BASE)
    assert value.icer == pytest.approx(50_000)
    assert value.verdict == "per QALY gained"
    assert value.acceptable[100_000] == value.acceptable[150_000] == 1.0


def test_less_of_both_is_saved_per_qaly_lost() -> None:
    value = cost_effectiveness(runs((900.0, 698.0), (1000.0, 708.0), (1100.0, 718.0)), BASE)
    assert value.icer == pytest.approx(50_000)
    assert value.verdict == "per QALY lost"
    assert value.acceptable[150_000] == 0.0


@pytest.mark.parametrize(
    ("differing", "verdict"),
    [
        (runs((900.0, 702.0), (1000.0, 712.0), (1100.0, 722.0)), "more health for less"),
        (runs((1100.0, 698.0), (1200.0, 708.0), (1300.0, 718.0)), "less health for more"),
        (runs((900.0, 702.0), (1200.0, 712.0), (1200.0, 722.0)), "cost unclear"),
        (runs((900.0, 702.0), (1200.0, 709.0), (1200.0, 720.0)), "cost and health unclear"),
        (BASE, "cost and health the same"),
        (runs((1000.0, 701.0), (1100.0, 710.0), (1200.0, 720.0)), "cost the same, health unclear"),
        (runs((None, None), (None, None), (1100.0, 720.0)), "no interval"),
    ],
)
def test_no_cost_per_qaly_where_it_would_mislead(differing: list[dict[str, float | None]], verdict: str) -> None:
    value = cost_effectiveness(differing, BASE)
    assert (value.icer, value.verdict) == (None, verdict)


def test_acceptability_is_the_share_of_replicates() -> None:
    """Net benefits at $100,000: 100 x 2 - 100, 100 x 1 - 100 and 100 x 0 - 100: one for, one even, one against."""
    value = cost_effectiveness(runs((1100.0, 702.0), (1200.0, 711.0), (1300.0, 720.0)), BASE)
    assert value.acceptable == {50_000: pytest.approx(1 / 6), 100_000: 0.5, 150_000: pytest.approx(2 / 3)}
    assert set(cost_effectiveness(runs((None, 1.0)), runs((1.0, 1.0))).acceptable.values()) == {None}
    one = cost_effectiveness(runs((900.0, 702.0)), runs((1000.0, 700.0)))
    assert (one.verdict, set(one.acceptable.values())) == ("no interval", {None})
