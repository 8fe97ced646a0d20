"""The commands of `vbp` with their options: each takes them, and a module of its own does the work.

A new command is a function in one of these files, or in one more that is named here.
"""

from vbp_agents.command_line.entries import running, showing, sweeping, writing
from vbp_agents.command_line.options import app

__all__ = ["app", "running", "showing", "sweeping", "writing"]
