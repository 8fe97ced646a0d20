"""What the model made of the evidence when docs/evidence.md was written: figures and verdicts, in a small file.

vbp evidence --markdown docs/evidence.md --json evidence.json
python -m vbp_agents.answers.scoreboard evidence.json
"""

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from vbp_agents.answers.evidence_report import cell

_FILE = Path(__file__).with_name("scoreboard.json")


class ScoredRow(NamedTuple):
    """Our figure for a row, with its interval, and its verdict: inside, missed, or no interval and how far off."""

    figure: str
    verdict: str


class Scoreboard(NamedTuple):
    """A report in brief: how much was simulated, and what came of it by row and behavior, the default one first."""

    patients: int
    years: int
    replicates: int
    split: str
    behaviors: tuple[str, ...]
    rows: Mapping[str, Mapping[str, ScoredRow]]


@cache
def scoreboard() -> Scoreboard:
    """The one that the package carries."""
    content = json.loads(_FILE.read_text(encoding="utf-8"))
    rows = {id: {name: ScoredRow(*scored) for name, scored in row.items()} for id, row in content["rows"].items()}
    return Scoreboard(**content | {"behaviors": tuple(content["behaviors"]), "rows": rows})


def in_brief(report: Mapping[str, Any]) -> bytes:
    """The file, from the JSON of `vbp evidence`."""
    behaviors = list(report["behaviors"])
    rows = {
        row["id"]: {name: cell(row["ours"][name], report["replicates"]) for name in behaviors} for row in report["rows"]
    }
    facts = {name: report[name] for name in ("patients", "years", "replicates", "split")}
    return (json.dumps({**facts, "behaviors": behaviors, "rows": rows}, indent=1) + "\n").encode()


def main() -> None:
    """Write the file."""
    _FILE.write_bytes(in_brief(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
