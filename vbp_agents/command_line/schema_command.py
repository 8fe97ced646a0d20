"""`vbp schema`: the JSON Schema of a scenario file."""

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.presentation.terminal import tell
from vbp_agents.reports.comparison import to_json
from vbp_agents.terms.file_schema import file_schema


def print_schema(files: UserFiles) -> None:
    """To stdout: `vbp schema > scenario.schema.json`."""
    files.load()
    tell(to_json(file_schema()).decode())
