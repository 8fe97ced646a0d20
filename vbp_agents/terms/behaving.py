"""One behavior for all scenarios of a comparison: by its name, or as in the block of a scenario."""

from vbp_agents.behaviors import behavior_names
from vbp_agents.errors import WrongInput, argument, did_you_mean
from vbp_agents.terms.scenario import WORDS, BehaviorBlock, Scenario
from vbp_agents.terms.scenario_file import find_scenario, is_path, presets


def behaving(scenarios: list[Scenario], name: str | None) -> list[Scenario]:
    """The scenarios with one behavioral block: their own, or with a behavior, or as in the scenario called ``name``.

    Raises WrongInput where they would behave differently: a difference must be the money's.
    """
    if name is not None and not isinstance(name, str):
        raise WrongInput(f"{argument('behavior', name)} is no name of a behavior or a scenario")
    if name in behavior_names():
        terms = {"name": name, "terms": {}}
        scenarios = [_with(s, BehaviorBlock.model_validate(s.behavior.model_dump() | terms)) for s in scenarios]
    elif name is not None:
        scenarios = [_with(scenario, _behavior_of(name)) for scenario in scenarios]
    other = next((s for s in scenarios if s.behavior_hash != scenarios[0].behavior_hash), None)
    if other:
        text = "providers behave differently, and a comparison has one behavior; to give all scenarios that of one"
        kept = f" ({argument('behavior', name)} leaves the other numbers of their blocks)" if name else ""
        raise WrongInput(f"in {scenarios[0].name} and in {other.name}{kept} {text}, write {_naming_behavior()}")
    return scenarios


def _naming_behavior() -> str:
    """How all get one behavior."""
    return f"{argument('behavior')} with its name or file"


def _with(scenario: Scenario, behavior: BehaviorBlock) -> Scenario:
    """The scenario with another behavior, of which its words say nothing."""
    words = {word: getattr(scenario, word) for word in WORDS}
    return scenario.with_values({**words, "behavior": behavior}, name=scenario.name)


def whence(scenarios: list[Scenario], name: str | None) -> str:
    """Where the behavior that ``name`` gives to all the scenarios is from, and whose own block it replaces."""
    with_block = [scenario for scenario in scenarios if "behavior" in scenario.model_fields_set]
    if name is None:
        first = next((scenario.name for scenario in with_block), "")
        return f"as in {first}" if first else "the default"
    given = dict(zip((s.name for s in scenarios), behaving(scenarios, name), strict=True))
    replaced = [s.name for s in with_block if given[s.name].behavior_hash != s.behavior_hash]
    whose = "by --behavior" if name in behavior_names() else f"by --behavior, as in {name}"
    return f"{whose}, in place of the block of {', '.join(replaced)}" if replaced else whose


def _behavior_of(name: str) -> BehaviorBlock:
    """The behavior of a scenario that says one. Raises WrongInput."""
    if not is_path(name) and name not in presets():
        known = sorted({*behavior_names(), *presets()})
        raise WrongInput(
            f"there is no behavior {name!r}{did_you_mean(name, known)}\n"
            f"Behaviors: {', '.join(behavior_names())}; or a scenario whose behavior is meant"
        )
    scenario = find_scenario(name)
    if "behavior" not in scenario.model_fields_set:
        default = BehaviorBlock().name
        raise WrongInput(
            f"{argument('behavior', name)}: {scenario.name} has no `behavior:` block of its own; name one that has, "
            f"such as owner_practice, or a behavior: {', '.join(behavior_names())} (the default is {default})"
        )
    return scenario.behavior
