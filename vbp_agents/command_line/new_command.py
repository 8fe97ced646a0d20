"""`vbp new`: a commented file to begin with."""

from pathlib import Path

from vbp_agents.errors import WrongInput
from vbp_agents.files import check_file, write_whole
from vbp_agents.presentation.terminal import note
from vbp_agents.templates import new_file


def write_new(name: str, kind: str, begin_from: str | None) -> None:
    """Write the file into this folder; it replaces none. Raises WrongInput."""
    file, text, use = new_file(kind, name, begin_from)
    path = Path(file)
    if path.exists() or path.is_symlink():
        raise WrongInput(f"{path} exists already; give the {kind} another name, or move the file away")
    check_file(path)
    write_whole(path, text.encode())
    note(f"written: {path}; to try it: {use}")
