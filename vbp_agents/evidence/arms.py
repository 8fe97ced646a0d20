"""The runs that the evidence is measured on: each a preset, or one with a few terms changed, for every behavior."""

from vbp_agents.terms.behaving import behaving
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario

BASE = "fee_for_service"
SAME_LIST = "mssp_track1_same_list"
"""Track 1 whose ACOs keep the practices that they began with, to which evaluations attribute patients throughout."""
LUCK_ARM = "luck"
"""Track 1 under fixed practice, whatever the other runs' behavior: settlements without any effect."""
DOSES = (1, 2, 5, 10, 25)
"""Percent of fees at stake for quality."""
FEE_CUT = 0.9


def arms(years: int, behavior: str) -> dict[str, Scenario]:
    """Every run by name, `years` long. All share one warmed-up world."""
    presets = ("mssp_track1", "mssp_basic_e", "aqc", "capitation", "capitation_primary_care")
    scenarios = {name: find_scenario(name) for name in (BASE, *presets)}
    scenarios |= {f"performance_{percent}": dose(percent) for percent in DOSES}
    scenarios["mssp_voluntary"] = find_scenario("mssp_basic_e").with_values({"contracts.0.program": "voluntary"})
    scenarios["cjr_randomized"] = find_scenario("cjr").with_values({"contracts.0.program": "randomized"})
    scenarios["capitation_half"] = find_scenario("capitation_primary_care").with_values({"contracts.0.share": 0.5})
    scenarios["capitation_then_half"] = then_half(find_scenario("capitation_primary_care"), 12 * (years - 1))
    scenarios["fee_cut"] = fee_cut(find_scenario(BASE))
    named = {name: scenario.with_values({}, name) for name, scenario in scenarios.items()}
    behaved = dict(zip(named, behaving(list(named.values()), behavior), strict=True))
    all_but_lists = tuple(lever for lever in behaved[BASE].behavior.levers if lever != "lists")
    same_list = moving(behaved["mssp_track1"], SAME_LIST, all_but_lists)
    alone = moving(behaved["capitation"], "coordination_only", ("coordination",))
    return behaved | {SAME_LIST: same_list, "coordination_only": alone}


def luck() -> Scenario:
    """The run without any effect."""
    return behaving([find_scenario("mssp_track1")], "fixed_practice")[0].with_values({}, LUCK_ARM)


def dose(percent: int) -> Scenario:
    """Pay for performance with so much of fees at stake."""
    return find_scenario("pay_for_performance").with_values({"contracts.0.terms.at_stake": percent / 100})


def then_half(scenario: Scenario, months: int) -> Scenario:
    """The scenario's contract for some months, then for half the panel, fees for the other half."""
    if months < 1:
        return scenario
    [contract] = scenario.resolved()["contracts"]
    whole, half = contract | {"until": months}, contract | {"from": months + 1, "share": 0.5}
    return scenario.with_values({"contracts": [whole, half]})


def fee_cut(scenario: Scenario) -> Scenario:
    """Physician fees a tenth lower from the first month on."""
    return scenario.with_values({"payers.*.updates": [{"from": 1, "physician": FEE_CUT}]})


def moving(scenario: Scenario, name: str, levers: tuple[str, ...]) -> Scenario:
    """The scenario under another name, with these levers as the only ones that move."""
    return scenario.with_values({"behavior.levers": levers}, name)
