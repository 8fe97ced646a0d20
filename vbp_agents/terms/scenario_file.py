"""Finding and reading scenarios: a shipped preset, a file of the user's, or the name of a regime."""

import contextlib
import json
import re
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

from pydantic import ValidationError

from vbp_agents.behaviors import behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.regimes import regimes
from vbp_agents.terms.document import Node, Place, Steps, read_document
from vbp_agents.terms.problems import UNKNOWN, Problem, problems_of
from vbp_agents.terms.scenario import NO_REGIME, BehaviorTerms, Scenario, under, unknown_payer

SUFFIXES = (".yaml", ".yml")
DEFAULT = "default"


def presets_folder() -> Path:
    """Where the shipped scenarios are: in the installed package, else in the checkout of an editable install."""
    package = Path(__file__).parents[1]
    for folder in (package / "scenarios", package.parent / "scenarios"):
        if (folder / f"{DEFAULT}.yaml").is_file():
            return folder
    raise WrongInput(f"the shipped scenarios are missing from {package}; install vbp-agents again")


def presets() -> dict[str, Path]:
    """The shipped scenario files by name."""
    return {file.stem: file for file in sorted(presets_folder().glob("*.yaml"))}


def find_scenario(name: str | Path) -> Scenario:
    """The scenario that ``name`` means: a path to a file, a preset, or a regime. Raises WrongInput."""
    if isinstance(name, Path) or is_path(name):
        return read_scenario(Path(name))
    shipped = presets()
    if name in shipped:
        return read_scenario(shipped[name])
    if name in regimes():
        return under(name, read_scenario(shipped[DEFAULT]))
    known = sorted({*shipped, *regimes()})
    hint = did_you_mean(name, known) or _file_meant(name)
    raise WrongInput(f"there is no scenario {name!r}{hint}\nScenarios: {', '.join(known)}; or a path to a .yaml file")


def _file_meant(name: str) -> str:
    """A hint where a file has the name, but for its ending, or where the name is that of Python code."""
    if (path := Path(name)).suffix == ".py":
        return f"; a regime of your own is read by --regime-file {name} and then called {path.stem}"
    with contextlib.suppress(OSError):
        return next((f"; or did you mean the file ./{name}{s}?" for s in SUFFIXES if Path(name + s).is_file()), "")
    return ""


def find_scenarios(names: Sequence[str]) -> list[Scenario]:
    """Scenarios to compare. Raises WrongInput where two have one name: their results could not be told apart."""
    found = [find_scenario(name) for name in names]
    for index, scenario in enumerate(found):
        earlier = [s.name for s in found[:index]]
        first = names[earlier.index(scenario.name)] if scenario.name in earlier else None
        if first and _same_file(first, names[index]):
            raise WrongInput(f"{names[index]} is listed twice; name it once")
        if scenario.name in earlier:
            raise namesakes(scenario.name, names[earlier.index(scenario.name)], names[index])
    return found


def _same_file(first: str, second: str) -> bool:
    """Do two names mean one thing, however it is written?"""
    return first == second or (is_path(first) and is_path(second) and Path(first).resolve() == Path(second).resolve())


def behaving(scenarios: list[Scenario], name: str | None) -> list[Scenario]:
    """The scenarios with one behavioral block: their own, or with a behavior, or as in the scenario called ``name``.

    Raises WrongInput where they would behave differently: a difference must be the money's.
    """
    if name in behavior_names():
        terms = {"name": name, "terms": {}}
        scenarios = [_with(s, BehaviorTerms.model_validate(s.behavior.model_dump() | terms)) for s in scenarios]
    elif name is not None:
        scenarios = [_with(scenario, _behavior_of(name)) for scenario in scenarios]
    other = next((s for s in scenarios if s.behavior_hash != scenarios[0].behavior_hash), None)
    if other:
        text = "providers behave differently, and a comparison has one behavior; to give all scenarios that of one"
        kept = f" (--behavior {name} leaves the other numbers of their blocks)" if name else ""
        raise WrongInput(
            f"in {scenarios[0].name} and in {other.name}{kept} {text}, write --behavior and its name or file"
        )
    return scenarios


def _with(scenario: Scenario, behavior: BehaviorTerms) -> Scenario:
    return scenario.model_copy(update={"behavior": behavior})


def whence(scenarios: list[Scenario], name: str | None) -> str:
    """Where the behavior that ``name`` gives to all the scenarios is from, and whose own block it replaces."""
    own = [scenario for scenario in scenarios if "behavior" in scenario.model_fields_set]
    if name is None:
        found = next((scenario.name for scenario in own), "")
        return f"as in {found}" if found else "the default"
    given = dict(zip((s.name for s in scenarios), behaving(scenarios, name), strict=True))
    replaced = [s.name for s in own if given[s.name].behavior_hash != s.behavior_hash]
    whose = "by --behavior" if name in behavior_names() else f"by --behavior, as in {name}"
    return f"{whose}, in place of the block of {', '.join(replaced)}" if replaced else whose


def _behavior_of(name: str) -> BehaviorTerms:
    """The behavior of a scenario that says one. Raises WrongInput."""
    if not is_path(name) and name not in presets():
        known = sorted({*behavior_names(), *presets()})
        raise WrongInput(
            f"there is no behavior {name!r}{did_you_mean(name, known)}\n"
            f"Behaviors: {', '.join(behavior_names())}; or a scenario whose behavior is meant"
        )
    scenario = find_scenario(name)
    if "behavior" not in scenario.model_fields_set:
        default = BehaviorTerms().name
        raise WrongInput(
            f"--behavior {name}: {scenario.name} has no `behavior:` block of its own; name one that has, such as "
            f"owner_practice, or a behavior: {', '.join(behavior_names())} (the default is {default})"
        )
    return scenario.behavior


def namesakes(name: str, first: str, second: str) -> WrongInput:
    """What is said about two scenarios of one name."""
    return WrongInput(f"two scenarios are named {name!r}: {first} and {second}; give each file its own `name:`")


def is_path(name: str) -> bool:
    """Does this name a file rather than a preset or a regime?"""
    return name.endswith(SUFFIXES) or "/" in name or "\\" in name


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file, on top of the one it extends. Raises WrongInput with every problem and its place."""
    own = read_document(path)
    node = _without(own, "extends").over(_parent(own, path))
    described = _describe(node, own, path)
    mistakes = list(described.mistakes())
    problems: list[Problem] = []
    try:
        scenario = Scenario.model_validate_json(json.dumps(described.plain()))
    except ValidationError as error:
        problems = [*problems_of(error, Scenario), *_unknown_payers(described)]
    else:
        if not mistakes:
            return scenario
    told = [(path, message) for path, message in problems if path not in dict(mistakes) or UNKNOWN in message]
    found = (_placed(described, _meant(described, problem)) for problem in dict.fromkeys([*mistakes, *told]))
    raise WrongInput("\n".join(f"{place}: {message}" for place, message in sorted(found, key=itemgetter(0))))


def _unknown_payers(node: Node) -> list[Problem]:
    """Contracts of payers that the file does not have: looked for here, as wrong terms hide a contract from others."""
    payers, contracts = _items(node, "payers"), _items(node, "contracts")
    own = [str(name.value) for payer in payers if (name := payer.child("name"))]
    known = own or [payer.name for payer in Scenario.model_fields["payers"].default]
    named = [(index, payer.value) for index, c in enumerate(contracts) if (payer := c.child("payer"))]
    return [
        (("contracts", index, "payer"), unknown_payer(name, known))
        for index, name in named
        if isinstance(name, str) and name not in known
    ]


def _items(node: Node, name: str) -> list[Node]:
    """A list of the file, empty where it has none."""
    found = node.child(name)
    return found.value if found and isinstance(found.value, list) else []


def _parent(own: Node, path: Path) -> Node:
    """What the file extends, an empty mapping where nothing. One level only: a reader looks at two files."""
    extends = own.child("extends")
    if extends is None:
        return Node({}, own.place, own.key)
    if not isinstance(extends.value, str):
        raise WrongInput(f"{extends.place}: extends: must be the name of a preset or a path to one file")
    parent = read_document(_extended(extends, path))
    if above := parent.child("extends"):
        if above.plain() == extends.value:
            raise WrongInput(f"{extends.place}: extends: {extends.value!r} extends itself; name a preset")
        raise WrongInput(
            f"{extends.place}: extends: {extends.value!r} itself extends {above.plain()!r}; "
            f"only one level is allowed, so extend {above.plain()!r} and write the differences"
        )
    return parent


def _extended(extends: Node, path: Path) -> Path:
    name = str(extends.value)
    if is_path(name):
        return path.parent / name
    shipped = presets()
    if name not in shipped:
        known = ", ".join(shipped)
        raise WrongInput(
            f"{extends.place}: extends: there is no preset {name!r}; allowed {known}, "
            f"or a path to a .yaml file{did_you_mean(name, list(shipped))}"
        )
    return shipped[name]


def _describe(node: Node, own: Node, path: Path) -> Node:
    """The file's own name and words: those of what it extends belong to that."""
    top = Place(str(path))
    name = re.sub(r"[^a-z0-9_-]+", "_", path.stem.lower()).strip("_-")
    words = {"name": name, "title": path.stem, "description": "", "source": "assumption"}
    described = {word: own.child(word) or Node(text, top, top) for word, text in words.items()}
    rest = node.value if isinstance(node.value, dict) else {}
    return Node({**rest, **described}, node.place, node.key)


def _without(node: Node, name: str) -> Node:
    """The mapping without one key."""
    values = node.value if isinstance(node.value, dict) else {}
    return Node({key: value for key, value in values.items() if key != name}, node.place, node.key)


def _meant(node: Node, problem: Problem) -> Problem:
    """The same problem; where a preset's name is taken for a regime's, or a term for more, what to write instead."""
    path, message = problem
    if message.startswith(UNKNOWN) and (hint := _term(node, path)):
        return path, f"{UNKNOWN} {path[-1]!r} here; {hint}"
    name = str(node.at(path).value) if message.startswith(NO_REGIME) else ""
    rules = [c.regime for c in find_scenario(name).contracts] if name in presets() else []
    if not rules:
        return problem
    return path, f"{name} is a preset of regime {rules[0]}; write `regime: {rules[0]}` with its terms"


def _term(node: Node, path: Steps) -> str:
    """What to write where a term of a regime or a behavior stands beside `terms` rather than below it."""
    *owner, name = path
    write = f"write `terms: {{{name}: ...}}`"
    if owner == ["behavior"]:
        own = [other for other in behavior_names() if name in find_behavior(other).model_fields]
        return f"it is a term of {own[0]}: write `name: {own[0]}` and {write.removeprefix('write ')}" if own else ""
    regime = node.at(owner).child("regime") if owner[:1] == ["contracts"] and len(owner) == 2 else None
    rule = regimes().get(str(regime.value)) if regime else None
    return f"it is a term of {regime.value}: {write}" if regime and rule and name in rule.model_fields else ""


def _placed(node: Node, problem: Problem) -> tuple[Place, str]:
    """A problem as its place and `field: message`."""
    path, message = problem
    found = node.at(path)
    place = found.key if message.startswith(UNKNOWN) else found.place
    return place, f"{'.'.join(map(str, path)) or 'scenario'}: {message}"
