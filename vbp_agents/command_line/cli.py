"""The `vbp` command: it answers an interruption from its first moment, before anything else is imported.

Exit codes: 0 done, 1 could not (a write that fails, an error of ours), 2 wrong input, 130 interrupted, 143 terminated.
Tables go to stdout; progress, notes and errors to stderr.
"""

import io
import sys


def main() -> None:
    """Run the command line. A terminal that lacks a character shows another instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        from vbp_agents.command_line.entries import app

        app(prog_name="vbp")
    except KeyboardInterrupt:
        sys.stderr.write("vbp: interrupted\n")
        sys.exit(130)
    except OSError as error:
        from vbp_agents.presentation.terminal import discard_stdout, note

        discard_stdout()
        note(f"vbp: stdout could not be written: {error.strerror or error}")
        sys.exit(1)
