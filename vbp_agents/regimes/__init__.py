"""Payment regimes. The folder is the registry: a file dropped in here is a regime, under the file's name.

A file of a user's own becomes one with ``regime_file.load_regime_file``. Nothing is imported before somebody asks.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.user_file import USERS, UserFileError, defined_in

if TYPE_CHECKING:
    from vbp_agents.regimes.base import Regime

REGIME = "regime"
_BASE = "base"
"""The one module of this folder that is about regimes instead of being one."""


class RegimeFileError(UserFileError):
    """A regime's file cannot be read, does not run, or is not a regime. The message names the file and the line."""


def regimes() -> "dict[str, type[Regime]]":
    """Every regime by name, those of loaded users' files included, in alphabetical order."""
    return dict(sorted((_shipped() | USERS.find(REGIME)).items()))


@cache
def _shipped() -> "dict[str, type[Regime]]":
    """The regimes of this folder, which is looked at once."""
    from vbp_agents.regimes.base import Regime

    names = [module.name for module in iter_modules(__path__) if module.name != _BASE]
    modules = {name: import_module(f"{__name__}.{name}") for name in names}
    return {name: defined_in(module, Regime, REGIME, RegimeFileError) for name, module in modules.items()}


def find(name: str) -> "type[Regime]":
    """The regime called ``name``. Raises WrongInput, with the nearest name, where there is none."""
    known = regimes()
    if name not in known:
        raise WrongInput(f"there is no regime {name!r}; there are {', '.join(known)}{did_you_mean(name, list(known))}")
    return known[name]
