"""`python -m vbp_agents` is `vbp`."""

from vbp_agents.cli import main

if __name__ == "__main__":
    main()
