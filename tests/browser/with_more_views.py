"""`vbp`, whose page has the views of `more_views` besides its own."""

from pathlib import Path

from vbp_agents.app import views
from vbp_agents.command_line.cli import main

if __name__ == "__main__":
    views.__path__.append(str(Path(__file__).parent / "more_views"))
    main()
