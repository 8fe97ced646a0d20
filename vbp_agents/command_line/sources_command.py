"""`vbp sources`: every number of a scenario, with where it is from."""

from collections.abc import Iterator

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.presentation.terminal import line_width, tell
from vbp_agents.presentation.written import paragraph
from vbp_agents.terms.provenance import sources
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario


def list_sources(name: str, files: UserFiles) -> None:
    """Assumptions first."""
    files.load()
    tell("\n".join(source_lines(find_scenario(name), line_width())))


def source_lines(scenario: Scenario, columns: int) -> Iterator[str]:
    """What is said, in lines of so many ``columns``."""
    yield f"{scenario.name}: {scenario.title}"
    yield paragraph("  ", f"[{scenario.source}]", columns)
    for section in sources(scenario):
        yield f"\n{section.title} ({len(section.lines)}):"
        for line in section.lines:
            yield paragraph("    ", line, columns).removeprefix("  ")
