"""Writing files whole or not at all."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from vbp_agents.errors import CannotWrite, WrongInput


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn whatever stops a write (no room, a size limit, no right) into one CannotWrite that names ``path``."""
    try:
        yield
    except CannotWrite:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise CannotWrite(f"{path} could not be written: {reason}; nothing half-written was kept") from None


def hidden_beside(path: Path) -> Path:
    """A free temporary name in the same folder. It starts with a dot, so that no reader takes it for a result."""
    return path.parent / f".{path.name}.{secrets.token_hex(4)}"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, then rename it. Raises CannotWrite, and leaves what was there before."""
    temporary = hidden_beside(path)
    with told(path):
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def check_file(path: Path) -> None:
    """Raise WrongInput where ``path`` cannot become a file, before anything long is begun."""
    if path.is_dir():
        raise WrongInput(f"{path} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise WrongInput(f"{path}: there is no folder {path.absolute().parent}; make it first")
