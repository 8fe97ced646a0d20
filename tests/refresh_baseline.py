"""The stored baseline: what the seven default scenarios give at a small size, so that a drift does not go unseen.

`python tests/refresh_baseline.py` writes `tests/baseline.json` and what pins the gate's runs, `tests/gate.json`, anew
where the numbers have changed, and only if the changelog has a `CHANGES RESULTS:` entry that the stored baseline does
not know yet.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gate import features, presets, run_columns
from gate_columns import as_json, pins, renamed

from vbp_agents.metrics import measure
from vbp_agents.metrics.base import Frames
from vbp_agents.study.question import DEFAULTS
from vbp_agents.study.replicates import replicates
from vbp_agents.terms.scenario_file import find_scenarios

STORED = Path(__file__).with_name("baseline.json")
PINNED = Path(__file__).with_name("gate.json")
CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
PATIENTS, YEARS, SEED = 5_000, 2, 1
"""Too few people for shared savings, whose settlements the worked examples hold; the rest of each scenario shows."""
MONEY = {
    "months": ("paid_to_holder", "paid_to_others"),
    "organizations": ("fees", "beyond_fees", "standard_dollars", "variable_cost"),
}
Scenarios = dict[str, dict[str, dict[str, Any]]]
"""By scenario and part (counts, cents, metrics), numbers by name."""
ENTRY = re.compile(r"^- CHANGES RESULTS: (.+)$", re.MULTILINE)


def entries(changelog: str) -> list[str]:
    """The first lines of the changelog's entries that change results."""
    return ENTRY.findall(changelog)


def numbers(threads: int = 2) -> Scenarios:
    """By scenario: services by class, cents, and every metric."""
    replicate = next(
        replicates(find_scenarios(DEFAULTS), patients=PATIENTS, years=YEARS, count=1, seed=SEED, threads=threads)
    )
    return {name: of_run(run.tables) for name, run in replicate.runs.items()}


def of_run(tables: Frames) -> dict[str, Any]:
    """One run's counts, cents and metrics."""
    counts = tables["services"].groupby("service")["count"].sum()
    cents = {
        f"{table}.{column}": round(100 * float(tables[table][column].sum()))
        for table, columns in MONEY.items()
        for column in columns
    }
    return {"counts": {name: int(count) for name, count in counts.items()}, "cents": cents, "metrics": measure(tables)}


def known(counted: Scenarios, stored: Scenarios) -> Scenarios:
    """What was found of the numbers that are stored: a metric that is new since then changes no result."""
    return {
        name: {part: _of(counted.get(name, {}).get(part, {}), numbers) for part, numbers in parts.items()}
        for name, parts in stored.items()
    }


def _of(counted: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    return {key: counted[key] for key in stored if key in counted}


def refusal(stored: Mapping[str, Any], counted: Scenarios, changelog: str) -> str | None:
    """Why the baseline may not be written anew, None where it may: new reason, or nothing but new metrics."""
    before = stored.get("scenarios", {})
    if before == counted:
        return "nothing has changed"
    if before and known(counted, before) == before:
        return None
    if not set(entries(changelog)) - set(stored.get("changes", [])):
        return "the numbers have changed: say why in CHANGELOG.md, in an entry that begins with `CHANGES RESULTS:`"
    return None


def main() -> None:
    """Write the baseline and the gate's pins, or say why not."""
    stored = json.loads(STORED.read_text()) if STORED.is_file() else {}
    stored_pins = renamed(json.loads(PINNED.read_text())) if PINNED.is_file() else {}
    counted, pinned, changelog = numbers(), pins(run_columns([*presets(), *features()])), CHANGELOG.read_text("utf-8")
    before = stored | {"scenarios": {**stored.get("scenarios", {}), **stored_pins}}
    why = refusal(before, {**counted, **pinned}, changelog)
    if why:
        sys.exit(why)
    kept = {"changes": entries(changelog), "scenarios": counted}
    STORED.write_text(json.dumps(kept, indent=1) + "\n")
    PINNED.write_text(as_json(pinned))


if __name__ == "__main__":
    main()
