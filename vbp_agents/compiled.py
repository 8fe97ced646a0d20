"""The compiler, in one place: scalar functions and loops over patients; `cache` says where they are kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import TypeVar, cast

import numba
from numba.extending import register_jitable

from vbp_agents.cache import cache_folder

_Function = TypeVar("_Function", bound=Callable[..., object])


_FOLDER = cache_folder()
_one_compiles: "list[AbstractContextManager[object]]" = [nullcontext()]
"""The lock that is held while compiling, the only item: loops that are declared already find the one set later."""


def compile_in_turn(lock: "AbstractContextManager[object]") -> None:
    """Hold a lock while compiling: of processes that begin together one compiles, the others find what it cached.

    Loops were declared when their modules were imported, and look up the lock when they are first called: three
    processes, each with two loops, wait for each other twice. Before this is called nobody waits.
    """
    _one_compiles[:] = [lock]


def compiled(function: _Function) -> _Function:
    """Make a small scalar function one that compiled loops absorb; called from Python it stays as it was written.

    Without wrappers for Python and C, which unbox the whole world once more for each function, and typed where it is
    called, all of it compiles in 40% of the time, and a month is as fast. A function is compiled once more for each
    width of the integers that it is called with (``int(np.int64(...))`` makes one of them), and for loops apart from
    functions: a loop calls one function and leaves all else to it.
    """
    absorbed = register_jitable(_nrt=False, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return absorbed(function)


def compiled_loop(function: _Function, allocates: bool = False) -> _Function:
    """Compile a loop over patients, run without the interpreter's lock, and cache it where a cache can be kept."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(_FOLDER or before)
    try:
        loop = numba.njit(function, nogil=True, cache=_FOLDER is not None, _nrt=allocates)
    finally:
        numba.config.CACHE_DIR = before
    return _compiled_at_first(loop)


def _compiled_at_first(loop: _Function) -> _Function:
    """A loop that goes on where its cache cannot be saved (a full disk): by then it is compiled all the same."""
    ready = False

    @wraps(loop)
    def run(*arguments: object) -> object:
        nonlocal ready
        if ready:
            return loop(*arguments)
        with _one_compiles[0]:
            try:
                result = loop(*arguments)
            except OSError:
                result = loop(*arguments)
        ready = True
        return result

    return cast(_Function, run)
