"""What the package says of signs that survive ignorance is what docs/ranges.md says, and is said of the right ones."""

import re
from pathlib import Path

from vbp_agents.reports.ranges import HOLDS, TURNS, UNCLEAR, ranges, survive
from vbp_agents.terms.scenario_file import find_scenario

PAGE = Path(__file__).parents[1] / "docs" / "ranges.md"
LUCK = "turns no further than luck might"
WORDS = {"lower": (HOLDS, -1), "higher": (HOLDS, 1), "turns": (TURNS, None), LUCK: (LUCK, None), UNCLEAR: (UNCLEAR, 0)}


def test_the_data_are_those_of_the_page() -> None:
    """Kinds, signs and drivers as in its list, shares as in its tables."""
    text = PAGE.read_text("utf-8")
    found = {(one.scenario, one.metric): one for one in ranges().rows}
    listed = []
    for name, lines in re.findall(r"^- \*\*(\w+)\*\*\n((?:  - .*\n)+)", text, re.MULTILINE):
        for line in lines.splitlines():
            said, _, items = line[4:].partition(": ")
            kind, sign = WORDS[said.split(" in at least")[0]]
            for metric, driver in re.findall(r"(\w+)(?: \(`([\w.]+)`\))?", "" if items == "none" else items):
                one = found[name, metric]
                listed.append((name, metric))
                assert (one.kind, one.driver) == (kind, driver)
                assert sign is None or one.sign == sign
    assert sorted(listed) == sorted(found)
    tables = text.partition("## Differences from")[2]
    for name, lines in re.findall(r"^### (\w+)\n\n((?:\|.*\n)+)", tables, re.MULTILINE):
        for line in lines.splitlines()[2:]:
            cells = [cell.strip() for cell in line.split("|")]
            one = found[name, cells[1].split(",")[0]]
            assert cells[5] == " / ".join(f"{share:.0%}" for share in (one.same, one.none, one.other))


def said(*names: str) -> str:
    """All sentences of a comparison."""
    return "\n".join(survive([find_scenario(name) for name in names]))


def test_a_scenario_that_was_looked_at_has_its_own_sentence() -> None:
    """docs/ranges.md: under capitation experience turns with task_tradeoff, and costs fall at all points."""
    text = said("fee_for_service", "capitation")
    assert "Global capitation: these signs survive: cost of care lower" in text
    assert "the sign of experience of care does not survive" in text
    assert "“task tradeoff”" in text
    assert "looked at of the kind" not in text


def test_a_scenario_of_the_same_rule_is_told_what_was_looked_at() -> None:
    assert "what was looked at of the kind of MSSP ENHANCED, two-sided" in said("fee_for_service", "mssp_enhanced")


def test_that_nobody_has_looked_is_said() -> None:
    title = find_scenario("aqc").title
    assert said("fee_for_service", "aqc") == f"Nobody has looked at {title}."
    assert said("capitation", "bundled").startswith("Nobody has looked: signs are known of differences from Fee for")
    assert said("default", "fee_for_service") == ""
