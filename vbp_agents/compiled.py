"""The compiler, in one place: scalar functions, loops over patients, and a cache that notices every change.

Numba stamps a cached loop with its own file only, so a helper edited elsewhere, or upgraded, would go on running as
it was.
Here the cache lives in a folder named by a hash of all sources that a loop is made of: new sources, new folder.
"""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from pathlib import Path
from typing import TypeVar, cast

import numba
from numba.extending import register_jitable

Function = TypeVar("Function", bound=Callable[..., object])


_IMPORT = re.compile(r"^\s*from vbp_agents(\S*) import (\([^)]*\)|.*)$", re.MULTILINE)


def source_hash(package: Path) -> str:
    """A hash over the names and bytes of every file below ``package`` that compiled code is in, or that one imports."""
    digest = hashlib.sha256(numba.__version__.encode())
    for file, source in sorted(compiled_sources(package).items()):
        digest.update(str(file.relative_to(package)).encode() + b"\0" + source)
    return digest.hexdigest()[:16]


def compiled_sources(package: Path) -> dict[Path, bytes]:
    """The files whose functions or constants a compiled loop may have absorbed, with what is in them."""
    sources = {file: file.read_bytes() for file in package.rglob("*.py")}
    waiting = [file for file, source in sources.items() if b"vbp_agents.compiled import compiled" in source]
    found: dict[Path, bytes] = {}
    while waiting:
        file = waiting.pop()
        if file in sources and file not in found:
            found[file] = sources[file]
            waiting += _imported(package, sources[file].decode())
    return found


def _imported(package: Path, source: str) -> Iterator[Path]:
    """Where what a source imports from the package may stand."""
    for module, names in _IMPORT.findall(source):
        place = package.joinpath(*module.split("."))
        yield from (place.with_suffix(".py"), place / "__init__.py")
        yield from (place / f"{name}.py" for name in re.findall(r"\w+", names))


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


_FOLDER = cache_folder()
_one_compiles: "list[AbstractContextManager[object]]" = [nullcontext()]


def compile_in_turn(lock: "AbstractContextManager[object]") -> None:
    """Hold a lock while compiling: of processes that begin together one compiles, the others find what it cached."""
    _one_compiles[:] = [lock]


def compiled(function: Function) -> Function:
    """Make a small scalar function one that compiled loops absorb; called from Python it stays as it was written.

    Without wrappers for Python and C, which unbox the whole world once more for each function, and typed where it is
    called, all of it compiles in 40% of the time, and a month is as fast.
    """
    absorbed = register_jitable(_nrt=False, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return absorbed(function)


def compiled_loop(function: Function, allocates: bool = False) -> Function:
    """Compile a loop over patients, run without the interpreter's lock, and cache it where a cache can be kept."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(_FOLDER or before)
    try:
        loop = numba.njit(function, nogil=True, cache=_FOLDER is not None, _nrt=allocates)
    finally:
        numba.config.CACHE_DIR = before
    return _compiled_at_first(loop)


def _compiled_at_first(loop: Function) -> Function:
    """A loop that goes on where its cache cannot be saved (a full disk): by then it is compiled all the same."""
    ready = False

    @wraps(loop)
    def run(*arguments: object) -> object:
        nonlocal ready
        if ready:
            return loop(*arguments)
        with _one_compiles[0]:
            try:
                found = loop(*arguments)
            except OSError:
                found = loop(*arguments)
        ready = True
        return found

    return cast(Function, run)
