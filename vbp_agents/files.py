"""Reading files within bounds, and writing them whole or not at all."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from vbp_agents.errors import CannotWrite, WrongInput

DEVICES = {Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd")}
"""Folders of names that are no files, even where what they lead to is one (/dev/stdout)."""
OF_OURS = {"schema", "version"}
"""What every JSON document of ours has."""
_LARGEST = 2**27
"""Bytes that none of them reaches."""


def as_path(given: object, what: str) -> Path:
    """A path that was given from Python. Raises WrongInput where it is none; ``what``: what it should lead to."""
    if isinstance(given, str | os.PathLike):
        text = os.fspath(given)
        if isinstance(text, str):
            return Path(text)
    raise WrongInput(f"{given!r:.60} is no path of {what}")


def bounded_bytes(path: Path, largest: int, too_large: str, error: type[WrongInput] = WrongInput) -> bytes:
    """A file's bytes. Raises ``error`` where it is missing, a folder, unreadable or above ``largest`` bytes."""
    try:
        if not path.is_file():
            raise error(f"{path}: {_no_file(path)}")
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as failed:
        raise error(f"{path}: cannot be read: {failed.strerror or failed}") from None
    if len(data) > largest:
        raise error(f"{path}: {too_large}")
    return data


def _no_file(path: Path) -> str:
    """What a path is that is no file."""
    if path.is_dir():
        return "is a folder, not a file"
    return "is a device or a pipe, not a file" if path.exists() else "there is no such file"


@contextlib.contextmanager
def write_errors(path: Path) -> Iterator[None]:
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


def write_whole(path: Path, data: bytes, durable: bool = False) -> None:
    """Write a file under a temporary name, then rename it. Raises CannotWrite, and leaves what was there before.

    ``durable``: it is on the disk before it gets its name, so that a power cut leaves the whole file or none.
    """
    temporary = hidden_beside(path)
    with write_errors(path):
        try:
            with temporary.open("wb") as file:
                file.write(data)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def check_file(path: Path, taken: Iterable[Path] = (), folder: Path | None = None) -> None:
    """Raise WrongInput where ``path`` cannot become a file, before anything long is begun.

    ``taken``: files that it must not replace. ``folder``: one whose files are written by others.
    """
    with usable(path):
        real = path.resolve()
        if path.is_dir():
            raise WrongInput(f"{path} is a folder; name a file in it")
        if path.absolute().parent in DEVICES or (path.exists() and not path.is_file()):
            raise WrongInput(f"{path} is a device or a pipe; name a file")
        if real in [other.resolve() for other in taken]:
            raise WrongInput(f"{path} is read or written here already; name another file")
        if folder and folder.resolve() in (real, *real.parents):
            raise WrongInput(f"{path} is in the folder of results, {folder}; name a file outside of it")
        if not path.absolute().parent.is_dir():
            raise WrongInput(f"{path}: there is no folder {path.absolute().parent}; make it first")
        check_room(path)


def check_numbers(path: Path, taken: Iterable[Path] = (), folder: Path | None = None) -> None:
    """`check_file` of a file for numbers: it replaces no other file than such numbers, or an empty one."""
    check_file(path, taken, folder)
    if path.exists() and not _of_ours(path):
        raise WrongInput(f"{path} exists already and holds no numbers that vbp wrote; name another file")


def _of_ours(path: Path) -> bool:
    text = bounded_bytes(path, _LARGEST, "too large to be replaced; name another file")
    if not text.strip():
        return True
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.keys() >= OF_OURS


def check_room(path: Path) -> None:
    """Raise OSError where nothing can be written beside ``path``: a hidden file is made there, and removed."""
    probe = hidden_beside(path)
    probe.touch()
    probe.unlink()


@contextlib.contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn what the system says against a path (too long, no right) into one WrongInput that names it."""
    try:
        yield
    except OSError as error:
        raise WrongInput(f"{path} cannot be used: {error.strerror or error}; name another") from None
