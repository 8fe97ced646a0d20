"""Behaviors. The folder is the registry: a file dropped in here is a behavior, under the file's name.

A file of a user's own becomes one with ``behavior_file.load_behavior_file``.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from vbp_agents.user_file import USERS, UserFileError, defined_in

if TYPE_CHECKING:
    from vbp_agents.behaviors.base import Behavior

BEHAVIOR = "behavior"
NOT_BEHAVIORS = {"base"}


class BehaviorFileError(UserFileError):
    """A behavior's file cannot be read, does not run, or is not a behavior. The message names the file and the line."""


def behavior_names() -> list[str]:
    """Every behavior's name, users' own too, in alphabetical order; nothing is imported."""
    return sorted({*(module.name for module in iter_modules(__path__)), *USERS.find(BEHAVIOR)} - NOT_BEHAVIORS)


def find(name: str) -> "type[Behavior]":
    """The behavior called ``name``: the one class that its file defines."""
    from vbp_agents.behaviors.base import Behavior

    if name in (of_users := USERS.find(BEHAVIOR)):
        behavior: type[Behavior] = of_users[name]
        return behavior
    in_package: type[Behavior] = defined_in(import_module(f"{__name__}.{name}"), Behavior, BEHAVIOR, BehaviorFileError)
    return in_package
