"""`python -m vbp_agents` is `vbp`."""

from vbp_agents.command_line.cli import main

if __name__ == "__main__":
    main()
