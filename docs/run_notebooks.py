"""Runs the notebooks of `docs/notebooks` and stores what they show.

python docs/run_notebooks.py

Each runs in an empty folder, so that it leaves no file behind, and is stored without what differs from run to run.
"""

import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).with_name("notebooks")
PATIENCE = 600
"""Seconds for a cell."""


def executed(path: Path) -> nbformat.NotebookNode:
    """A notebook as it is after a run of all its cells."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=PATIENCE, resources={"metadata": {"path": folder}}).execute()
    for cell in notebook.cells:
        cell.metadata = {name: value for name, value in cell.metadata.items() if name == "alt"}
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    return notebook


def main() -> None:
    """Run them all."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(executed(path), path)


if __name__ == "__main__":
    main()
