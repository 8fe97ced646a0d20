"""Make the film that Watch plays while the engine is compiled: `python -m vbp_agents.app.store_film`."""

import sys

from vbp_agents.app.watching.stored import STORED_FILM, store

if __name__ == "__main__":
    sys.stdout.write(f"{STORED_FILM}: {store():,} bytes\n")
