"""`vbp sources`: every number of a scenario, with where it is from."""

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.presentation.terminal import line_width, tell
from vbp_agents.terms.provenance import sources
from vbp_agents.terms.scenario_file import find_scenario


def list_sources(name: str, files: UserFiles) -> None:
    """Assumptions first."""
    files.load()
    tell("\n".join(sources(find_scenario(name), line_width())))
