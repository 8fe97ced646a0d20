"""The comparison's JSON as the contract says, its table, its remarks and its picture."""

import json
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from worlds import FIXED, having

from vbp_agents.metrics import METRICS, measure
from vbp_agents.model import Run
from vbp_agents.presentation.written import difference, number
from vbp_agents.reports.comparison import comparison_tables, document, run_document, run_table, to_json, value_tables
from vbp_agents.reports.plots import comparison_picture
from vbp_agents.reports.remarks import contracts_held
from vbp_agents.study.replicates import replicates
from vbp_agents.study.tasks import TaskResult
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenarios

NAMES = ["fee_for_service", "shared_savings_one_sided", "capitation"]
BASELINE = NAMES[0]
MARGINS = {f"provider_margin_{kind}" for kind in ("physician_groups", "hospital_systems", "independent_practices")}
MONEY = {"payer_outlay_per_capita", "provider_margin", "savings_earned_share", "coding_wedge"} | MARGINS
KEYS = {"n", "mean", "low", "high", "difference", "difference_n", "difference_low", "difference_high"}
PAID = {name: {0} for name in NAMES}
"""Every scenario's contract had holders."""
SCENARIOS = [having(s, behavior=FIXED) for s in find_scenarios(NAMES)]


def measured(**numbers: float | None) -> dict[str, float | None]:
    """One replicate's measurements: 0 but for these."""
    return dict.fromkeys(METRICS, 0.0) | numbers


def compared(scenarios: list[Scenario], values: dict[str, list[dict[str, float | None]]]) -> dict[str, Any]:
    """The document as another program reads it."""
    numbers = document(scenarios, values, baseline=BASELINE, patients=100, years=1, seed=7)
    read: dict[str, Any] = json.loads(to_json(numbers), parse_constant=pytest.fail)
    return read


@pytest.fixture(scope="module")
def by_hand() -> dict[str, Any]:
    """Cost 100, 200, 300 at the baseline; 1, 2 and 3 more under capitation; savings earned under one scenario."""
    values = {name: [measured(savings_earned_share=None, mortality=None) for _ in range(3)] for name in NAMES}
    for k, (base, more) in enumerate(((100.0, 1.0), (200.0, 2.0), (300.0, 3.0))):
        values[BASELINE][k]["cost_per_capita"] = base
        values["shared_savings_one_sided"][k] |= {"cost_per_capita": base, "savings_earned_share": [0.5, None, 1.0][k]}
        values["capitation"][k]["cost_per_capita"] = base + more
    return compared(SCENARIOS, values)


def test_the_document_has_the_contract_s_keys(by_hand: dict[str, Any]) -> None:
    about = {
        key: by_hand[key] for key in ("schema", "seed", "replicates", "patients", "years", "baseline", "scenarios")
    }
    assert about == {
        "schema": 1,
        "seed": 7,
        "replicates": 3,
        "patients": 100,
        "years": 1,
        "baseline": BASELINE,
        "scenarios": NAMES,
    }


def key_paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every key, at any depth."""
    for key, item in value.items() if isinstance(value, dict) else ():
        yield (*path, key)
        yield from key_paths(item, (*path, key))


def test_keys_of_the_document_are_only_added(by_hand: dict[str, Any]) -> None:
    """Programs read schema 1: every key that it had when it was written down, in comparison_keys.txt, is there."""
    stored = (Path(__file__).parent / "comparison_keys.txt").read_text().split()
    general = [".".join(path) for path in stored_form(key_paths(by_hand))]
    assert set(stored) - set(general) == set()
    assert len(stored) > 60


def stored_form(paths: Iterable[tuple[str, ...]]) -> Iterator[list[str]]:
    """Paths with SCENARIO in place of a scenario's name, and METRIC of a metric's where there is more below it."""
    for path in paths:
        named = ["SCENARIO" if key in NAMES else key for key in path]
        yield [named[0], "METRIC", *named[2:]] if named[0] == "metrics" and len(named) > 2 else named


def test_every_number_of_the_document_has_its_keys(by_hand: dict[str, Any]) -> None:
    assert set(by_hand["hashes"]) == set(NAMES)
    for name, metric in by_hand["metrics"].items():
        assert set(metric) == {"unit", "aim", "better", "values"}, name
        assert set(metric["values"]) == set(NAMES)
        assert all(set(value) == KEYS for value in metric["values"].values())


def test_differences_are_paired_by_replicate(by_hand: dict[str, Any]) -> None:
    """Differences 1, 2, 3: mean 2 +- 4.302653 x 1 / sqrt(3) = 2 +- 2.484138; the level's own is 100 times wider."""
    values = by_hand["metrics"]["cost_per_capita"]["values"]
    assert values["capitation"]["difference"] == 2.0
    assert values["capitation"]["difference_low"] == pytest.approx(2 - 2.484138, abs=1e-6)
    assert values["capitation"]["difference_high"] == pytest.approx(2 + 2.484138, abs=1e-6)
    assert values[BASELINE]["mean"] == 200.0
    assert values[BASELINE]["high"] == pytest.approx(200 + 248.4138, abs=1e-4)


def test_the_baseline_differs_from_itself_by_nothing(by_hand: dict[str, Any]) -> None:
    for name, metric in by_hand["metrics"].items():
        value = metric["values"][BASELINE]
        differences = {value[key] for key in ("difference", "difference_low", "difference_high")}
        assert differences == ({None} if value["mean"] is None else {0}), name


def test_a_metric_that_is_not_there_is_null(by_hand: dict[str, Any]) -> None:
    values = by_hand["metrics"]["savings_earned_share"]["values"]
    assert values[BASELINE] == {"n": 0, "difference_n": 0} | dict.fromkeys(KEYS - {"n", "difference_n"})
    assert (values["shared_savings_one_sided"]["n"], values["shared_savings_one_sided"]["mean"]) == (2, 0.75)
    assert values["shared_savings_one_sided"]["difference"] is None


def test_one_replicate_has_no_bounds() -> None:
    values = {name: [measured(mortality=float(k))] for k, name in enumerate(NAMES, 50)}
    document = compared(SCENARIOS, values)["metrics"]["mortality"]["values"]["capitation"]
    assert document == {"n": 1, "mean": 52.0, "difference": 2.0, "difference_n": 1} | dict.fromkeys(
        ("low", "high", "difference_low", "difference_high")
    )


def as_text(what: Any, width: int) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_the_table_reads_by_aim(by_hand: dict[str, Any]) -> None:
    text = as_text(comparison_tables(by_hand, 200)[0], 200)
    aims = ("Volume", "Coordination", "Selection", "Triple Aim", "Money", "Equity")
    assert [line.strip() for line in text.splitlines() if line.strip() in aims] == list(aims)
    [cost] = [line for line in text.splitlines() if "cost_per_capita" in line]
    assert cost.split() == ["cost_per_capita", "200.0", "0", "+2.00", "(-0.48", "to", "+4.48)"]
    [savings] = [line for line in text.splitlines() if "savings_earned_share" in line]
    assert savings.split() == ["savings_earned_share", "–", "mean", "0.7500", "–"]


def test_the_table_fits_into_80_columns(by_hand: dict[str, Any]) -> None:
    [table] = comparison_tables(by_hand, 80)
    text = as_text(table, 80)
    assert max(map(len, text.splitlines())) <= 80
    assert "capitation" in text
    assert "+4.48)" in text


LONG = ("shared_savings_two_sided", "capitation_withhold", "pay_for_performance", "anextraordinarilylongname")


@pytest.mark.parametrize(("columns", "tables"), [(60, 3), (80, 2), (100, 2), (120, 1), (200, 1), (300, 1)])
def test_many_scenarios_break_no_word_and_no_number(by_hand: dict[str, Any], columns: int, tables: int) -> None:
    """Seven: what has no room beside the others, at 12 columns each, gets a table of its own; a long word a number."""
    names = [*NAMES, *LONG]
    values = dict.fromkeys(names[1:], by_hand["metrics"]["cost_per_capita"]["values"][NAMES[2]])
    cost = by_hand["metrics"]["cost_per_capita"] | {
        "values": values | {BASELINE: by_hand["metrics"]["cost_per_capita"]["values"][BASELINE]}
    }
    found = by_hand | {"scenarios": names, "metrics": {"cost_per_capita": cost}}
    texts = [as_text(table, columns) for table in comparison_tables(found, columns)]
    assert len(texts) == tables
    assert max(len(line) for text in texts for line in text.splitlines()) <= columns
    words = " ".join(texts).replace("_", " ").split()
    assert words.count("+2.00") == 6
    assert sum(word.startswith("(-0.48") for word in words) == 6
    assert sum(word == "+4.48)" for word in words) == 6
    for name in names:
        parts = name.split("_")
        assert set(parts) <= set(words), name


def test_what_health_costs_fits_into_80_columns() -> None:
    """100 dollars and 2 QALYs a 1,000 more in each of two replicates: $50,000 a QALY, even at that worth."""
    measured = [{"cost_per_capita": 1000.0 * r, "qalys_per_1000": 700.0 + r} for r in (1, 2)]
    more = [{"cost_per_capita": 1000.0 * r + 100, "qalys_per_1000": 702.0 + r} for r in (1, 2)]
    values = {BASELINE: measured, "shared_savings_two_sided": more, "capitation": measured}
    for columns, count in ((80, 1), (79, 2), (60, 2)):
        tables = value_tables(values, BASELINE, columns)
        assert len(tables) == count
        text = "".join(as_text(table, columns) for table in tables)
        assert max(map(len, text.splitlines())) <= columns
        words = " ".join(text.split())
        assert all(word in words for word in ("two_", "sided", "+100", "+2.00", "$50,000", "per QALY gained"))
        assert words.count("1 of 2") == 1
        assert words.count("2 of 2") == 2
        assert words.count("– – –") == 1
    assert value_tables({BASELINE: [{}], "capitation": [{"cost_per_capita": 1.0}]}, BASELINE, 80) == []


@pytest.mark.parametrize("columns", [60, 200])
def test_a_scenario_alone_has_means_and_their_intervals(columns: int) -> None:
    """100, 200, 300: 200 +- 248.4; the picture is of means too."""
    values = {BASELINE: [measured(cost_per_capita=cost) for cost in (100.0, 200.0, 300.0)]}
    document = compared(SCENARIOS[:1], values)
    [table] = comparison_tables(document, columns)
    text = as_text(table, columns)
    assert max(map(len, text.splitlines())) <= columns
    [cost] = [line for line in text.splitlines() if line.startswith("cost_per_capita ")]
    assert " ".join(cost.split()) == "cost_per_capita 200.0 -48.41 to 448.4"
    assert "95% interval" in text
    assert "means of fee_for_service, compared with nothing" in " ".join(text.split())
    assert "paired" not in text
    assert comparison_picture(document).startswith(b"\x89PNG")


def test_numbers_are_short() -> None:
    assert difference({"difference": -0.00001, "difference_low": -0.00002, "difference_high": 0.0001}) == (
        "0.0000",
        "(0.0000 to +0.0001)",
    )
    assert [number(value) for value in (None, float("nan"), 0.0, 12_345.6, 7.25, 0.00123)] == [
        *("–", "–", "0", "12,346", "7.250", "0.0012")
    ]
    wide = {"difference": -284.2, "difference_low": -561.7, "difference_high": -6.7}
    assert difference(wide) == ("-284", "(-562 to -7)")
    assert difference(wide | {"difference_low": None, "difference_high": None}) == ("-284", "")
    assert difference(dict.fromkeys(wide, 0.0)) == ("0", "")
    assert difference(dict.fromkeys(wide)) == ("–", "")


def test_the_picture_is_a_png_of_the_same_bytes(by_hand: dict[str, Any]) -> None:
    picture = comparison_picture(by_hand)
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert 1500 < width < 2500
    assert 500 < height < 2000
    assert comparison_picture(by_hand) == picture
    assert comparison_picture(by_hand, ["Care does not differ."]) != picture
    unheld = {"capitation": {"offered": 1, "in_force": 0.0, "last": 0.0, "of": 3}}
    assert comparison_picture(by_hand | {"contracts": unheld}) != picture
    assert b"Software" not in picture


@pytest.fixture(scope="module")
def lived() -> list[TaskResult[Run]]:
    """20,000 patients, so that the ACOs have the 5,000 people that contracts need."""
    return list(replicates(SCENARIOS, patients=20_000, years=1, count=2, seed=1, threads=1))


@pytest.mark.slow
def test_of_real_runs_money_differs_and_care_does_not(lived: list[TaskResult[Run]]) -> None:
    values = {name: [measure(replicate.runs[name].tables) for replicate in lived] for name in NAMES}
    metrics = compared(SCENARIOS, values)["metrics"]
    for name, metric in metrics.items():
        difference = metric["values"]["capitation"]["difference"]
        assert name in MONEY or difference in (0, None), name
    assert metrics["payer_outlay_per_capita"]["values"]["capitation"]["difference"] != 0
    assert metrics["savings_earned_share"]["values"]["shared_savings_one_sided"]["n"] == 2


@pytest.mark.slow
def test_of_real_runs_all_that_is_paid_is_earned(lived: list[TaskResult[Run]]) -> None:
    """What payers and patients pay is what organizations get, settlements included, to the cent."""
    for name, run in ((name, run) for replicate in lived for name, run in replicate.runs.items()):
        months, work = run.tables["months"], run.tables["organizations"]
        settled = run.tables["settlements"]
        paid = months[["payer_outlay", "patient_outlay"]].sum().sum()
        paid += settled.loc[settled["line"] == "settlement", "amount"].sum()
        assert round(100 * paid) == round(100 * work[["fees", "beyond_fees", "settlements"]].sum().sum()), name
        held = contracts_held(run.tables)
        assert held.ever == held.last == (0 if name == BASELINE else held.in_all)


def test_one_run_is_a_document_and_a_table() -> None:
    document = run_document(SCENARIOS[2], measured(mortality=None), patients=100, years=1, seed=7)
    assert document["metrics"]["mortality"] == {
        "unit": METRICS["mortality"].unit,
        "aim": "triple_aim",
        "better": "lower",
    } | {"value": None}
    assert "capitation: 100 patients, 1 year" in as_text(run_table(document), 100)
