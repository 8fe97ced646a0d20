"""`vbp doctor`: what an installation has, for who asks why something is slow, missing or too large."""

import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from vbp_agents import __version__
from vbp_agents.cache import COMPILING_SECONDS, cache_folder, compiling
from vbp_agents.machine import A_PATIENT, memory, processors
from vbp_agents.presentation.terminal import tell

PACKAGE = "vbp-agents"
GB = 1e9


def show_installation() -> None:
    """What is there, and below it what is wrong and what to do about it."""
    wrong = list(_problems())
    lines = [f"{name + ':':<16}{fact}" for name, fact in _facts()]
    tell("\n".join([*lines, "", *(wrong or ["nothing is wrong"])]))


def _facts() -> Iterator[tuple[str, str]]:
    yield "vbp-agents", f"{__version__}, in {Path(__file__).parents[1]}"
    yield "Python", f"{platform.python_version()} at {sys.executable}"
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield "packages", ", ".join(f"{name} {_version(name) or 'missing'}" for name in _needed(""))
    for extra in ("app", "sweep", "test"):
        yield f"extra {extra}", _extra(extra)
    state = (
        f"not yet compiled: the first run takes about {COMPILING_SECONDS} s more" if compiling() else "compiled, ready"
    )
    yield "cache", f"{cache_folder() or 'no folder can be written to'}; {state}"
    yield "processors", f"{processors()} lent to this process"
    yield "memory", _memory(memory())
    here = Path.cwd()
    yield "this folder", f"{here}, {shutil.disk_usage(here).free / GB:,.1f} GB free"


def _memory(lent: int | None) -> str:
    if lent is None:
        return "unknown"
    people = lent // A_PATIENT // 10_000 * 10_000
    return f"{lent / GB:,.1f} GB lent to this process: about {people:,} people at most"


def _problems() -> Iterator[str]:
    """What stops or slows commands, and what to do."""
    if missing := [name for name in _needed("") if not _version(name)]:
        yield f"missing: {', '.join(missing)}; install vbp-agents again"
    if cache_folder() is None:
        yield "every command compiles for itself: let XDG_CACHE_HOME name a folder that can be written to"
    if not _writable(Path.cwd()):
        yield "nothing can be written into this folder: pictures go there; change to another"


def _needed(extra: str) -> list[str]:
    """The packages that are asked for: by all commands, or by an extra alone."""
    try:
        asked = requires(PACKAGE) or []
    except PackageNotFoundError:
        return []
    pairs = [line.partition(";")[::2] for line in asked]
    needed = [
        name for name, where in pairs if (f"extra == '{extra}'" in where.replace('"', "'") if extra else not where)
    ]
    return [_name(text) for text in needed]


def _name(requirement: str) -> str:
    """The package's name alone: what comes before versions and the like."""
    return "".join(letter if letter.isalnum() or letter in "-_." else " " for letter in requirement).split()[0]


def _extra(extra: str) -> str:
    needed = _needed(extra)
    missing = [name for name in needed if not _version(name)]
    if not needed or not missing:
        return "installed" if needed else "unknown: this is no installed package"
    return f"not installed (missing {', '.join(missing)}): pip install 'vbp-agents[{extra}]'"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _writable(folder: Path) -> bool:
    from vbp_agents.files import check_room

    try:
        check_room(folder / "probe")
    except OSError:
        return False
    return True
