"""What the reading claims: real differences in words, and noise never more often than it says."""

import math
import re
from typing import Any

import numpy as np
import pytest
from test_headline import DEFAULTS, compared_scenarios

from vbp_agents.metrics import METRICS, compared
from vbp_agents.metrics.headline import HEADLINE
from vbp_agents.metrics.intervals import t_quantile
from vbp_agents.reports.reading import Verdict, reading, verdicts

CLAIM = re.compile(r"\b(Lower|Higher): |\b(pay|keep) (more|less) under")
PAIR = ["fee_for_service", "capitation"]


def drawn(names: list[str], numbers: np.ndarray) -> dict[str, Any]:
    """A document of ``numbers`` (scenarios, metrics of the headline, replicates)."""
    metrics = {}
    for place, row in enumerate(HEADLINE):
        base = list(map(float, numbers[0, place]))
        values = {name: compared(list(map(float, numbers[k, place])), base) for k, name in enumerate(names)}
        metrics[row.metric] = {"unit": "", "aim": "", "better": METRICS[row.metric].better, "values": values}
    about = {"scenarios": names, "baseline": names[0], "replicates": numbers.shape[2]}
    return about | {"contracts": {}, "metrics": metrics}


def claims(document: dict[str, Any]) -> bool:
    return any(CLAIM.search(sentence) for sentence in reading(document))


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return 100 + rng.standard_normal(shape)


def alike(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Rows that move together, as costs and payments do."""
    return 100 + 0.1 * rng.standard_normal(shape) + rng.standard_normal((shape[0], 1, shape[2]))


def few(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Counts of few cases, whose differences are often the same in several replicates."""
    return 1.0 * rng.poisson(0.7, shape)


def heavy(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Now and then one replicate is far off."""
    return 100 + rng.standard_t(3, shape)


@pytest.mark.parametrize("law", [normal, alike, few, heavy])
@pytest.mark.parametrize(("scenarios", "replicates"), [(2, 2), (2, 10), (7, 3), (7, 10)])
def test_luck_alone_is_called_an_effect_in_at_most_5_percent_of_comparisons(
    law: Any, scenarios: int, replicates: int
) -> None:
    """All scenarios from one law, 300 comparisons: sigma is sqrt(0.05 x 0.95 / 300) = 0.0126; three are allowed."""
    rng = np.random.default_rng(9)
    times = 300
    claimed = [
        claims(drawn(DEFAULTS[:scenarios], law(rng, (scenarios, len(HEADLINE), replicates)))) for _ in range(times)
    ]
    assert sum(claimed) / times <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / times)


def test_the_bound_is_used_up_where_differences_are_independent() -> None:
    """One scenario with independent differences: 1 - (1 - 0.05 / 12)^12 = 4.9%, so that no power is given away."""
    rng = np.random.default_rng(5)
    times = 1_000
    claimed = [claims(drawn(PAIR, normal(rng, (2, len(HEADLINE), 5)))) for _ in range(times)]
    assert abs(sum(claimed) / times - 0.049) <= 3 * math.sqrt(0.049 * 0.951 / times)


def test_quantiles_are_those_of_the_tables() -> None:
    """Student's t, two-sided: 63.657 at 99% with 1, 9.925 with 2, 4.297 at 99.8% with 9 degrees of freedom."""
    assert t_quantile(1, 0.99) == pytest.approx(63.657, abs=1e-3)
    assert t_quantile(2, 0.99) == pytest.approx(9.925, abs=1e-3)
    assert t_quantile(9, 0.998) == pytest.approx(4.297, abs=1e-3)


def test_a_clear_difference_is_told_with_its_direction_and_size() -> None:
    """10 +- 2.5 in dollars; t of 2 degrees at 1 - 0.05 / 12 is 15.4, so that 0 is outside of 10 +- 8.9."""
    steps = dict.fromkeys([row.metric for row in HEADLINE], 0.0) | {"cost_per_capita": -10.0}
    text = " ".join(reading(compared_scenarios(PAIR, steps=steps)))
    assert "Clear of luck in this model" in text
    assert "by Bonferroni, for 12 differences" in text
    assert "Capitation. Lower: cost of care by $10.0 ± 2.5." in text
    assert "Exactly the same as fee for service: payments to providers, healthy years, deaths" in text


def test_the_same_difference_is_not_clear_among_many() -> None:
    """Of 72, t of 2 degrees at 1 - 0.05 / 72 is 37.9: 10 +- 21.9. Six scenarios make what was clear unclear."""
    steps = dict.fromkeys([row.metric for row in HEADLINE], 0.0) | {"cost_per_capita": 10.0}
    assert verdicts(compared_scenarios(PAIR, steps=steps))["capitation"]["cost_per_capita"] is Verdict.HIGHER
    seven = verdicts(compared_scenarios(DEFAULTS, steps=steps))
    assert seven["pay_for_performance"]["cost_per_capita"] is Verdict.UNCLEAR
    assert seven["capitation_withhold"]["cost_per_capita"] is Verdict.HIGHER


def test_what_is_the_same_in_every_replicate_by_chance_is_no_effect() -> None:
    """One case more in both of 2 replicates has no spread, and a chance of one half to be on one side."""
    numbers = np.full((2, len(HEADLINE), 2), 3.0)
    numbers[1] += 1
    assert not claims(drawn(PAIR, numbers))
    twelve = np.full((2, len(HEADLINE), 12), 3.0)
    twelve[1] += 1
    assert claims(drawn(PAIR, twelve))


def test_rounding_of_sums_is_no_difference() -> None:
    numbers = np.full((2, len(HEADLINE), 3), 0.3)
    numbers[1] = 0.1 + 0.2
    assert (0.1 + 0.2) != 0.3
    assert reading(drawn(PAIR, numbers)) == ["Exactly the same as fee for service: every row (capitation)."]


def test_one_replicate_is_one_draw_of_luck() -> None:
    sentences = reading(compared_scenarios(PAIR, 1))
    assert sentences[0].startswith("One draw of luck: with 1 replicate no difference can be told apart from luck")
    assert not any(map(CLAIM.search, sentences))


def test_nothing_clear_is_said_as_such() -> None:
    numbers = normal(np.random.default_rng(3), (3, len(HEADLINE), 3))
    assert reading(drawn(DEFAULTS[:3], numbers)) == [
        "Pay for performance and bundled: no difference from fee for service can be told apart from luck "
        "with 3 replicates."
    ]


def test_who_pays_is_said_where_it_is_clear() -> None:
    steps = dict.fromkeys([row.metric for row in HEADLINE], 0.0)
    steps |= {"payer_outlay_per_capita": 10.0, "provider_margin": -10.0}
    sentences = reading(compared_scenarios(PAIR, steps=steps))
    assert sentences[-1] == (
        "Payers and patients pay more under capitation ($10.0 ± 2.5); "
        "providers keep less under capitation (1,000 ± 248 points)."
    )


def test_a_scenario_without_contract_in_force_is_named() -> None:
    held = {"offered": 1, "in_force": 0.0, "last": 0.0, "of": 3}
    document = compared_scenarios(PAIR) | {"contracts": {"fee_for_service": held | {"offered": 0}, "capitation": held}}
    assert reading(document)[-1] == "No contract was in force under capitation: all were paid fee for service."


def test_a_scenario_alone_is_compared_with_nothing() -> None:
    assert reading(compared_scenarios(PAIR[:1])) == ["Fee for service alone: nothing to compare it with."]
