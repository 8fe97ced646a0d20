"""Behaviors. The folder is the registry: a file dropped in here is a behavior, under the file's name."""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbp_agents.behaviors.base import Behavior

NOT_BEHAVIORS = {"base"}


def behavior_names() -> list[str]:
    """Every behavior's name, in alphabetical order; nothing is imported."""
    return sorted(module.name for module in iter_modules(__path__) if module.name not in NOT_BEHAVIORS)


def find(name: str) -> "type[Behavior]":
    """The behavior called ``name``: the one class that its file defines."""
    from vbp_agents.behaviors.base import Behavior

    module = import_module(f"{__name__}.{name}")
    own = (thing for thing in vars(module).values() if isinstance(thing, type) and thing.__module__ == module.__name__)
    return next(thing for thing in own if issubclass(thing, Behavior))
