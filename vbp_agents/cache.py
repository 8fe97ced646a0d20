"""Where compiled loops are kept: in a folder that every change of what they are made of names anew.

Numba stamps a cached loop with its own file only, so a helper edited elsewhere, or upgraded, would go on running as
it was.
Here the cache lives in a folder named by a hash of all sources that a loop is made of: new sources, new folder.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from vbp_agents.imports import files_imported

COMPILING_SECONDS = 15
"""What compiling the loops takes from no cache, on one core of a server (benchmarks/README.md)."""


def source_hash(package: Path) -> str:
    """A hash over the names and bytes of every file below ``package`` that compiled code is in, or that one imports."""
    digest = hashlib.sha256(version("numba").encode())
    for file, source in sorted(compiled_sources(package).items()):
        digest.update(str(file.relative_to(package)).encode() + b"\0" + source)
    return digest.hexdigest()[:16]


def compiled_sources(package: Path) -> dict[Path, bytes]:
    """The files whose functions or constants a compiled loop may have absorbed, with what is in them."""
    sources = {file: file.read_bytes() for file in package.rglob("*.py")}
    waiting = [file for file, source in sources.items() if b"vbp_agents.compiled import compiled" in source]
    absorbed: dict[Path, bytes] = {}
    while waiting:
        file = waiting.pop()
        if file in sources and file not in absorbed:
            absorbed[file] = sources[file]
            waiting += files_imported(sources[file].decode(), package)
    return absorbed


def _candidates() -> Iterator[Path]:
    """Where a cache may live: the user's cache folder, else a temporary one of this user's."""
    if home := os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA"):
        yield Path(home)
    with contextlib.suppress(RuntimeError):
        yield Path.home() / ".cache"
    with contextlib.suppress(FileNotFoundError):
        yield Path(tempfile.gettempdir()) / f"vbp-agents-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def cache_folder() -> Path | None:
    """The first candidate that can be written to, or None: then every process compiles for itself."""
    name = source_hash(Path(__file__).parent)
    for candidate in _candidates():
        folder = candidate / "vbp_agents" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def compiling() -> str:
    """What to say where the loops are yet to be compiled; empty where they are kept, compiled, for this Python."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return ""
    folder, python = cache_folder(), f"py{sys.version_info.major}{sys.version_info.minor}"
    if folder is None:
        return f"Compiling, about {COMPILING_SECONDS} s; no folder can be written to that would keep it"
    if any(folder.rglob(f"care.live-*.{python}.nbi")):
        return ""
    return f"Compiling once, about {COMPILING_SECONDS} s"
