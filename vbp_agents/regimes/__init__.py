"""Payment regimes. The folder is the registry: a file dropped in here is a regime, under the file's name.

A file of a user's own becomes one with ``load_regime_file``. Nothing is imported before somebody asks for it.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from vbp_agents.errors import WrongInput, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vbp_agents.regimes.base import Regime
    from vbp_agents.regimes.user_file import RegimeFileError

NOT_REGIMES = {"base", "user_file"}
"""The modules of this folder that are about regimes instead of being one."""

_from_users: "dict[str, type[Regime]]" = {}
_files: "dict[str, Path]" = {}
"""Where each of the users' regimes was read."""
_code: dict[str, bytes] = {}
"""What stood in the file then."""


def regimes() -> "dict[str, type[Regime]]":
    """Every regime by name, those of loaded users' files included, in alphabetical order."""
    from vbp_agents.regimes.user_file import defined_in

    names = [module.name for module in iter_modules(__path__) if module.name not in NOT_REGIMES]
    found = {name: defined_in(import_module(f"{__name__}.{name}")) for name in names}
    return dict(sorted((found | _from_users).items()))


def find(name: str) -> "type[Regime]":
    """The regime called ``name``. Raises WrongInput, with the nearest name, where there is none."""
    known = regimes()
    if name not in known:
        raise WrongInput(f"there is no regime {name!r}; there are {', '.join(known)}{did_you_mean(name, list(known))}")
    return known[name]


def load_regime_file(path: "str | Path") -> "type[Regime]":
    """The regime that a user's Python file defines, from now on found under the file's name without `.py`.

    The file is run; a file that was loaded before is read anew. Raises user_file.RegimeFileError, naming file and
    line, where it does not work as a regime.
    """
    from vbp_agents.regimes.user_file import RegimeFileError, read_regime, whole_path

    name, regime = read_regime(path)
    if name in regimes() and _files.get(name) != whole_path(path):
        raise RegimeFileError(f"{path}: {name!r} is a regime already; give the file another name")
    _from_users[name], _files[name], _code[name] = regime, whole_path(path), whole_path(path).read_bytes()
    return regime


def users_files() -> "tuple[Path, ...]":
    """The files that users' regimes were loaded from."""
    return tuple(_files.values())


def code_of(names: "Iterable[str]") -> dict[str, bytes]:
    """The files of those of the regimes that are users' own, by name, as they were when they were loaded."""
    return {name: _code[name] for name in sorted(set(names)) if name in _code}


def raised_by_user(error: BaseException) -> "RegimeFileError | None":
    """What to say where an error came out of a user's regime: file, line and error; None where it did not."""
    from vbp_agents.regimes.user_file import RegimeFileError, line_in, said

    places = [(file, line_in(file, error)) for file in _files.values()]
    return next((RegimeFileError(f"{file}:{line}: {said(error)}") for file, line in places if line), None)
