"""The headline on pages of any width: every number and interval is there, names are words, nothing is wider."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from rich.console import Console

from vbp_agents.metrics import METRICS, compared
from vbp_agents.metrics.headline import HEADLINE
from vbp_agents.reports.headline import headline_rows, headline_tables
from vbp_agents.reports.summary import summary

DEFAULTS = [
    "fee_for_service",
    "pay_for_performance",
    "bundled",
    "shared_savings_one_sided",
    "shared_savings_two_sided",
    "capitation",
    "capitation_withhold",
]
WIDE = 1_234.5
"""A baseline's mean with as many figures as a cost has."""


def compared_scenarios(
    names: list[str], replicates: int = 3, steps: Mapping[str, float] = MappingProxyType({})
) -> dict[str, Any]:
    """A document in which each scenario differs from the first by 10 times its place, more or less 1 by replicate.

    With three replicates: 10 +- 4.302653 x 1 / sqrt(3) = 10 +- 2.484. ``steps``: others than 10, by metric.
    """
    runs = range(replicates)
    metrics = {}
    for name, metric in METRICS.items():
        base = [WIDE + 5 * run for run in runs]
        step = steps.get(name, 10.0)
        of_metric = {
            scenario: [value + step * place + (run - 1) * bool(place * step) for run, value in enumerate(base)]
            for place, scenario in enumerate(names)
        }
        values = {scenario: compared(numbers, base) for scenario, numbers in of_metric.items()}
        metrics[name] = {"unit": metric.unit, "aim": metric.aim, "better": metric.better, "values": values}
    about = {"scenarios": names, "baseline": names[0], "replicates": replicates, "patients": 100, "years": 1, "seed": 7}
    return about | {"contracts": {}, "metrics": metrics}


def printed(parts: list[Any], columns: int) -> str:
    console = Console(width=columns, color_system=None, highlight=False)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get()


def test_the_headline_is_about_a_dozen_metrics_in_words() -> None:
    """Rows of one unit stand together, so that a table says it once; no word is an identifier."""
    assert 10 <= len(HEADLINE) <= 14
    assert all(row.metric in METRICS and "_" not in row.title + row.unit for row in HEADLINE)
    headings = [row.heading for row in HEADLINE]
    assert headings == sorted(headings, key=headings.index)
    assert len({row.title for row in HEADLINE}) == len(HEADLINE)


def test_rows_are_plain_numbers_in_the_units_that_people_read() -> None:
    """A share of 12.5 more is 1,250 points of %; counts of replicates are no share."""
    document = compared_scenarios(DEFAULTS[:2], steps={"provider_margin": 12.5})
    [margin] = [row for row in headline_rows(document) if row["metric"] == "provider_margin"]
    assert margin["values"]["pay_for_performance"]["difference"] == pytest.approx(1_250)
    assert margin["values"]["pay_for_performance"]["difference_n"] == 3
    assert margin["better"] is None
    [cost] = [row for row in headline_rows(document) if row["metric"] == "cost_per_capita"]
    assert cost["values"]["pay_for_performance"]["difference_high"] == pytest.approx(10 + 2.484138, abs=1e-6)
    assert (cost["unit"], cost["better"]) == ("$ a person and year", "lower")


def test_metrics_that_a_document_lacks_are_left_out() -> None:
    document = compared_scenarios(DEFAULTS[:2])
    del document["metrics"]["mortality"]
    assert "Deaths" not in printed(list(headline_tables(document, 100)), 100)
    assert len(headline_rows(document)) == len(HEADLINE) - 1


@pytest.mark.parametrize("columns", [40, 47, 60, 72, 80, 89, 90, 100, 120, 200])
@pytest.mark.parametrize("count", [2, 3, 7])
def test_no_width_drops_a_number_or_an_interval(columns: int, count: int) -> None:
    """10, 20 ... 60, each +- 2.48, in every row that is in dollars or as it is; those in % are 100 times that."""
    names = DEFAULTS[:count]
    tables = headline_tables(compared_scenarios(names), columns)
    text = printed(list(tables), columns)
    assert max(map(len, text.splitlines())) <= columns
    assert "…" not in text
    cells = text.replace("±", " ± ").split()
    plain = sum(row.scale == 1 for row in HEADLINE)
    for place in range(1, count):
        assert cells.count(f"+{10 * place}.0") == plain, place
        assert cells.count(f"+{1_000 * place:,}") == len(HEADLINE) - plain, place
    assert cells.count("2.48") == 0
    assert cells.count("2.5") == plain * (count - 1)
    assert cells.count("248") == (len(HEADLINE) - plain) * (count - 1)
    words = set(text.replace(";", " ").split())
    assert {word for name in names for word in name.split("_")} <= words


@pytest.mark.parametrize(("columns", "tables"), [(60, 2), (80, 2), (89, 2), (90, 1), (100, 1), (200, 1)])
def test_seven_scenarios_are_two_tables_below_90_columns(columns: int, tables: int) -> None:
    assert len(headline_tables(compared_scenarios(DEFAULTS), columns)) == tables


def test_names_too_long_for_any_column_are_numbered() -> None:
    long = "anextraordinarilylongnameofascenario"
    document = compared_scenarios(["fee_for_service", long])
    narrow = printed(list(headline_tables(document, 40)), 40)
    assert "(1)" in narrow
    assert f"(1) {long}" in " ".join(narrow.split())
    assert "(1)" not in printed(list(headline_tables(document, 100)), 100)


def test_what_is_the_same_is_0_and_what_the_baseline_lacks_is_an_own_mean() -> None:
    document = compared_scenarios(DEFAULTS[:2], steps={"mortality": 0.0})
    coded = document["metrics"]["coding_wedge"]["values"]
    coded["fee_for_service"] = compared([None] * 3, [None] * 3)
    coded["pay_for_performance"] = compared([0.01, 0.02, 0.03], [None] * 3)
    text = printed(list(headline_tables(document, 100)), 100)
    [deaths] = [line.split() for line in text.splitlines() if line.startswith("Deaths")]
    assert deaths == ["Deaths", "1,240", "0"]
    [wedge] = [line for line in text.splitlines() if line.startswith("Risk coded")]
    assert wedge.split()[-4:] == ["–", "=2.00", "±", "2.48"]
    assert "0: exactly the same; =: a mean, where fee for service has none" in " ".join(text.split())


def test_one_replicate_has_no_interval_and_says_so() -> None:
    text = " ".join(printed(list(headline_tables(compared_scenarios(DEFAULTS[:2], 1), 100)), 100).split())
    assert "one draw of luck, no intervals" in text
    assert "±" not in text


def test_a_scenario_alone_has_means_with_their_intervals() -> None:
    """1,234.5, 1,239.5, 1,244.5: 1,239.5 +- 4.302653 x 5 / sqrt(3) = 12.4."""
    text = printed(list(headline_tables(compared_scenarios(DEFAULTS[:1]), 80)), 80)
    assert text.startswith("Means of fee for service ± 95% interval")
    [cost] = [line for line in text.splitlines() if line.startswith("Cost of care")]
    assert cost.split()[-3:] == ["1,240", "±", "12"]


@pytest.mark.parametrize("step", [10.0, 0.0])
def test_seven_scenarios_and_what_they_say_are_at_most_45_lines_at_100_columns(step: float) -> None:
    """Also where most rows are clear: six differ from fee for service in everything, or in nothing."""
    steps = {row.metric: step for row in HEADLINE}
    document = compared_scenarios(DEFAULTS, 3, steps)
    notes = ["Providers' behavior: profit and benefit, the default. In force: all contracts but bundled 2 of 5."]
    assert len(printed(summary(document, notes, 100), 100).splitlines()) <= 45
