"""What is asked to be compared: the scenarios, the baseline among them, and one behavior of providers for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vbp_agents.declaration import as_plain
from vbp_agents.study.checks import Named, SomeNames, found_scenario, found_scenarios
from vbp_agents.terms.behaving import behaving, whence
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import namesakes
from vbp_agents.terms.settings import with_settings

BASELINE = "fee_for_service"
DEFAULTS = (
    BASELINE,
    "pay_for_performance",
    "bundled",
    "shared_savings_one_sided",
    "shared_savings_two_sided",
    "capitation",
    "capitation_withhold",
)
"""What is compared where nothing is named."""


@dataclass(frozen=True)
class Question:
    """The scenarios to compare, the baseline's name, and where the behavior of all is from, in words."""

    scenarios: tuple[Scenario, ...]
    baseline: str
    behavior_from: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What was set in the scenarios, by path, on top of what they are called for."""

    def with_settings(self, settings: Mapping[str, object]) -> "Question":
        """The same with values set by path (`with_settings`). Raises WrongInput."""
        scenarios = with_settings(self.scenarios, settings)
        written = {path: as_plain(value) for path, value in settings.items()}
        of_behavior = [path for path in written if path.split(".")[0] == "behavior"]
        source = f"{self.behavior_from}, with {', '.join(of_behavior)} set" if of_behavior else self.behavior_from
        return Question(tuple(scenarios), self.baseline, source, {**self.settings, **written})


def question_of(scenarios: SomeNames = DEFAULTS, baseline: Named = BASELINE, behavior: str | None = None) -> Question:
    """The question; the baseline comes first where it was not listed. Raises WrongInput.

    ``behavior``: a behavior for all, or the scenario whose block all get; without it all must have one block already.
    """
    base, listed = found_scenario(baseline), found_scenarios(scenarios)
    same = next((scenario for scenario in listed if scenario.name == base.name), None)
    if same is None:
        listed = [base, *listed]
    elif same.hash != base.hash:
        more = ", or one of them another, as in with_values({...}, name='another')"
        raise namesakes(base.name, "the baseline", "one of the scenarios", more)
    return Question(tuple(behaving(listed, behavior)), base.name, whence(listed, behavior))


def alone(scenario: Named, behavior: str | None = None) -> Question:
    """One scenario, compared with nothing. Raises WrongInput."""
    listed = [found_scenario(scenario)]
    return Question(tuple(behaving(listed, behavior)), listed[0].name, whence(listed, behavior))
