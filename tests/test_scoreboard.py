"""The scoreboard that the package carries is the one of docs/evidence.md, and of the rows as they are frozen."""

import json
import re
from pathlib import Path

from vbp_agents.answers.scoreboard import in_brief, scoreboard
from vbp_agents.evidence.rows import evidence_rows, split_hash

PAGE = Path(__file__).parents[1] / "docs" / "evidence.md"


def test_it_has_every_row_of_the_frozen_split() -> None:
    assert list(scoreboard().rows) == [row.id for row in evidence_rows()]
    assert scoreboard().split == split_hash()


def test_it_says_what_the_page_says() -> None:
    board, text = scoreboard(), PAGE.read_text("utf-8")
    size = f"{board.patients:,} people, years: {board.years}, replicates: {board.replicates}"
    assert size in text
    for id, scores in board.rows.items():
        [line] = re.findall(rf"^\| `{re.escape(id)}` \|.*$", text, re.MULTILINE)
        cells = [f"{score.figure} {score.verdict}".replace(" missed", " **missed**") for score in scores.values()]
        assert f"| {' | '.join(cells)} |" in line


def test_it_is_made_of_what_the_command_writes() -> None:
    ours = {"mine": {"n": 3, "mean": 2.0, "low": 1.0, "high": 3.0, "verdict": "no interval", "against": "2.0 times it"}}
    report = {
        "behaviors": {"mine": "hash"},
        "patients": 100,
        "years": 1,
        "replicates": 3,
        "split": "x",
        "rows": [{"id": "A1", "ours": ours}],
    }
    assert json.loads(in_brief(report)) == {
        "patients": 100,
        "years": 1,
        "replicates": 3,
        "split": "x",
        "behaviors": ["mine"],
        "rows": {"A1": {"mine": ["2.000 (1.000 to 3.000)", "no interval, 2.0 times it"]}},
    }
