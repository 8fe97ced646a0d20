"""Files to begin with: commented, and they work as they are. A kind of file is a row of TEMPLATES."""

import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from inspect import getsource
from types import ModuleType

from vbp_agents.behaviors import behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.regimes import find, regimes
from vbp_agents.templates.scenario import scenario_text
from vbp_agents.templates.study import study_text
from vbp_agents.terms.problems import NAME_PATTERN as NAME_IN_YAML
from vbp_agents.terms.scenario_file import find_scenario, presets
from vbp_agents.user_file import PYTHON_NAME as NAME_IN_PYTHON

LESSON = "capitation"
"""The scenario of a lesson where none is named."""


@dataclass(frozen=True)
class Template:
    """A kind of file. ``text``: of a name and of what it begins from; ``use``: how to try {file}, called {name}."""

    suffix: str
    text: Callable[[str, str | None], str]
    use: str


def new_file(kind: str, name: str, begin_from: str | None = None) -> tuple[str, str, str]:
    """The file's name, its text, and the command to try it. Raises WrongInput for a kind, name or beginning unknown."""
    if kind not in TEMPLATES:
        known = list(TEMPLATES)
        raise WrongInput(f"there is no kind {kind!r} of file; there are {', '.join(known)}{did_you_mean(kind, known)}")
    template = TEMPLATES[kind]
    allowed = NAME_IN_PYTHON if template.suffix == ".py" else NAME_IN_YAML
    if not re.fullmatch(allowed, name):
        letters = "small letters, digits and _" if template.suffix == ".py" else "small letters, digits, _ and -"
        raise WrongInput(f"{name!r} cannot name a {kind}: use {letters}, such as my_{kind}")
    taken: dict[str, Collection[str]] = {
        "scenario": presets(),
        "regime": {**presets(), **regimes()},
        "behavior": {*presets(), *behavior_names()},
    }
    if name in taken.get(kind, ()):
        raise WrongInput(f"{name!r} is there already; give the {kind} another name")
    file = f"{name}{template.suffix}"
    return file, template.text(name, begin_from), template.use.format(file=file, name=name)


def _filled(template: str, **words: str) -> str:
    """A template of this folder with its words, each in double braces there."""
    text = (files(__name__) / f"{template}.txt").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace("{{" + word + "}}", value)
    return text


def _words(name: str) -> dict[str, str]:
    """A name as a title and as a class."""
    return {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "class_name": "".join(part.capitalize() for part in name.split("_")),
    }


def _regime(name: str, begin_from: str | None) -> str:
    return _filled("regime", **_words(name)) if begin_from is None else getsource(_module_of(find(begin_from)))


def _behavior(name: str, begin_from: str | None) -> str:
    if begin_from is None:
        return _filled("behavior", **_words(name))
    if begin_from not in (known := behavior_names()):
        hint = did_you_mean(begin_from, known)
        raise WrongInput(f"there is no behavior {begin_from!r}; there are {', '.join(known)}{hint}")
    return getsource(_module_of(find_behavior(begin_from)))


def _module_of(kind: type) -> ModuleType:
    return sys.modules[kind.__module__]


def _metric(name: str, begin_from: str | None) -> str:
    if begin_from is not None:
        raise WrongInput("a metric begins from nothing: leave --from out")
    return _filled("metric", **_words(name))


def _lesson(name: str, begin_from: str | None) -> str:
    preset = find_scenario(begin_from or LESSON).name
    return _filled("lesson", name=name, preset=preset, preset_words=preset.replace("_", " "))


TEMPLATES: Mapping[str, Template] = {
    "scenario": Template(".yaml", scenario_text, "vbp check {file}"),
    "regime": Template(".py", _regime, "vbp contract {name} --regime-file {file}"),
    "behavior": Template(".py", _behavior, "vbp compare capitation --quick --behavior-file {file}"),
    "metric": Template(".py", _metric, "vbp compare capitation --quick --all --metric-file {file}"),
    "lesson": Template(".yaml", _lesson, "vbp app --lessons ."),
    "study": Template(".yaml", study_text, "vbp sweep {file} --out results --dry-run"),
}
"""Every kind of file that `vbp new` writes."""
