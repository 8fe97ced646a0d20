"""What is said beside the numbers: whose behavior it is, who had contracts, on which rung and until when."""

import pandas as pd
from worlds import FIXED, having

from vbp_agents.reports.reading import without_contract
from vbp_agents.reports.remarks import (
    Held,
    behavior_notes,
    brief_remarks,
    contracts_held,
    contracts_in_force,
    layers_paid,
    remarks,
    world_notes,
)
from vbp_agents.tables import TABLES
from vbp_agents.terms.scenario import Contract, Scenario
from vbp_agents.terms.scenario_file import find_scenarios

NAMES = ["fee_for_service", "shared_savings_one_sided", "capitation"]
BASELINE = NAMES[0]
PAID = {name: {0} for name in NAMES}
"""Every scenario's contract had holders."""
SCENARIOS = [having(s, behavior=FIXED) for s in find_scenarios(NAMES)]


def held(*contracts: int) -> list[Held]:
    """Replicates in which so many of three contracts were held from the first month to the last."""
    return [Held(count, count, 3, {}) for count in contracts]


def contracted(*contracts: dict[str, object]) -> Scenario:
    """The scenario `capitation` with these contracts of its payer."""
    made = tuple(Contract.model_validate({"payer": "medicare"} | contract) for contract in contracts)
    return having(SCENARIOS[2], contracts=made)


def test_remarks_say_how_providers_behave_and_who_has_contracts() -> None:
    counts = {BASELINE: held(0, 0), "shared_savings_one_sided": held(2, 3), "capitation": held(3, 3)}
    behavior, contracts = remarks(SCENARIOS, counts, 1, PAID)
    assert "fixed_practice" in behavior
    assert contracts.startswith("Contracts under another regime than fee for service, of all contracts (one of a payer")
    assert contracts.endswith("shared_savings_one_sided 2.5 of 3, capitation 3 of 3.")
    assert remarks(SCENARIOS[:1], counts, 1, PAID) == [behavior]


def test_a_contract_that_begins_after_the_run_is_not_called_too_small() -> None:
    capitation = SCENARIOS[2]
    later = capitation.with_values({"contracts.0.from": 97}, capitation.name)
    unpaid = {BASELINE: held(0), "capitation": held(0)}
    [_, said] = remarks([SCENARIOS[0], later], unpaid, 3, {BASELINE: {0}, "capitation": set()})
    assert said == "capitation: no contract was in force, as the first begins in month 97 and the run ends in month 36."


LAYERS: list[dict[str, object]] = [
    {"regime": "capitation"},
    {"regime": "shared_savings"},
    {"regime": "pay_for_performance", "program": "randomized", "treated_share": 0},
    {"regime": "pay_for_performance", "from": 25, "terms": {"at_stake": 0.03}},
    {"regime": "shared_savings", "program": "randomized", "treated_share": 0.1, "terms": {"sharing_rate": 0.3}},
]


def test_a_layer_that_nobody_held_is_named_with_the_reason() -> None:
    """Capitation for one holder; 5,000 people are too many, no share treats nobody, month 25 is after two years."""
    contracts = tuple(Contract.model_validate({"payer": "medicare"} | layer) for layer in LAYERS)
    scenario = having(SCENARIOS[2], contracts=contracts)
    months = pd.DataFrame({"month": [1, 24], "payer": "medicare", "kind": "independents", "regime": "capitation"})
    paid = layers_paid(scenario, {"months": months})
    assert paid == {0}
    said = remarks([scenario], {scenario.name: held(1)}, 2, {scenario.name: paid})[2:]
    assert said == [
        "capitation: contract 2 (shared_savings) had no holder: nobody had the 5,000 people it takes.",
        "capitation: contract 3 (pay_for_performance) had no holder: `treated_share: 0` treats nobody.",
        "capitation: contract 4 (pay_for_performance) had no holder: "
        "it begins in month 25 and the run ends in month 24.",
        "capitation: contract 5 (shared_savings) had no holder: nobody had the 5,000 people it takes, "
        "or `treated_share: 0.1` of those who had is less than half a holder.",
    ]


def test_a_layer_under_another_is_found_in_the_months() -> None:
    """Two rules of one holder stand in one cell; those of another payer, kind or time do not count."""
    contracts: list[dict[str, object]] = [
        {"regime": "capitation"},
        {"regime": "pay_for_performance"},
        {"regime": "shared_savings", "until": 12},
    ]
    made = tuple(Contract.model_validate({"payer": "medicare"} | contract) for contract in contracts)
    scenario = having(SCENARIOS[2], contracts=made)
    row: dict[str, object] = {
        "month": 13,
        "payer": "medicare",
        "kind": "independents",
        "regime": "capitation + pay_for_performance",
    }
    others: list[dict[str, object]] = [{"payer": "medicaid", "regime": "shared_savings"}, {"regime": "shared_savings"}]
    months = pd.DataFrame([row, *(row | other for other in others)])
    assert layers_paid(scenario, {"months": months}) == {0, 1}


def test_other_worlds_are_named_and_claim_nothing_about_care() -> None:
    pair = find_scenarios([BASELINE, "mixed_payers"])
    [note] = world_notes(pair, BASELINE)
    assert note.startswith("mixed_payers lives in another world than fee_for_service")
    [behavior] = behavior_notes([having(s, behavior=FIXED) for s in pair])
    assert behavior.startswith("Behavior of providers, the same in all scenarios: fixed_practice")
    assert world_notes(SCENARIOS, BASELINE) == []


def test_scenarios_whose_contracts_never_held_are_found() -> None:
    """The baseline has no contract to lose; one-sided never had one in force, capitation once had: half on average."""
    counts = {BASELINE: held(0, 0), "shared_savings_one_sided": held(0, 0), "capitation": held(0, 1)}
    in_force = contracts_in_force(SCENARIOS, counts)
    assert in_force["capitation"] == {"offered": 1, "in_force": 0.5, "last": 0.5, "of": 3}
    assert without_contract({"contracts": in_force}) == ["shared_savings_one_sided"]


def test_brief_remarks_name_only_contracts_that_not_all_held() -> None:
    """All 3 of one-sided, 2 or 3 of capitation; what is particular to a scenario is said as in full."""
    whole, partly = held(3, 3), held(2, 3)
    counts = {BASELINE: held(0, 0), "shared_savings_one_sided": whole, "capitation": partly}
    [said] = brief_remarks(SCENARIOS, counts, 1, PAID, "the default")
    assert said == (
        "Providers' behavior: fixed practice, the default. In force: all contracts but capitation 2.5 of 3."
    )
    [said] = brief_remarks(SCENARIOS, counts | {"capitation": whole}, 1, PAID)
    assert said == "Providers' behavior: fixed practice. In force: all contracts."
    [said, why] = brief_remarks(SCENARIOS, counts | {"capitation": held(0, 0)}, 1, PAID | {"capitation": set()})
    assert said.endswith("In force: all contracts but capitation 0 of 3.")
    assert why.startswith("capitation: contract 1 (capitation) had no holder")
    [said] = brief_remarks(SCENARIOS[:1], counts, 1, PAID)
    assert said == "Providers' behavior: fixed practice."


def test_contracts_are_counted_by_payer_and_holder() -> None:
    """Two payers with two holders each: one holder of one payer is under capitation for a while."""
    rows = [
        {"payer": payer, "contract": contract, "kind": kind, "value_based": False, "member_months": 10}
        for payer in ("medicare", "medicaid")
        for contract, kind in (("a", "physician_led"), ("b", "hospital_led"), ("unattached", "unattached"))
    ]
    rows.append(rows[0] | {"value_based": True})
    blank = {column: "" if dtype == "string" else 0 for column, dtype in TABLES["months"].dtypes().items()}
    months = TABLES["months"].frame([{key: [value] for key, value in (blank | row).items()} for row in rows])
    assert contracts_held({"months": months}) == Held(1, 1, 4, {"": 1}, outside=20 / 70)


def test_holders_who_left_are_told_from_those_at_the_end() -> None:
    """Two holders under rung 1 in month 1; in month 2 one has left, and the other is on rung 2 and under capitation."""
    rows = [
        {"month": month, "payer": "medicare", "contract": contract, "kind": "independents", "regime": regime}
        | {"value_based": regime != "fee_for_service", "member_months": 1}
        for month, contract, regime in (
            (1, "a", "shared_savings (rung 1 of x)"),
            (1, "b", "shared_savings (rung 1 of x)"),
            (2, "a", "fee_for_service"),
            (2, "b", "capitation + shared_savings (rung 2 of x)"),
        )
    ]
    held = contracts_held({"months": pd.DataFrame(rows)})
    assert held == Held(2, 1, 2, {"capitation": 1, "shared_savings (rung 2 of x)": 1})
    ladder: dict[str, object] = {"regime": "shared_savings", "program": "voluntary", "ladder": "x"}
    scenario = contracted({"regime": "capitation"}, ladder, ladder | {"terms": {"sharing_rate": 0.5}})
    said = remarks([scenario], {scenario.name: [held, Held(2, 2, 2, {})]}, 1, {scenario.name: {0, 1, 2}})
    assert said[1].endswith(": capitation 2 of 2 at some time and 1.5 in the last month.")
    assert said[2] == (
        "capitation, contracts in the last month, mean over replicates: "
        "shared_savings (rung 1 of x) 0, shared_savings (rung 2 of x) 0.5."
    )


def test_a_contract_that_ends_within_the_run_is_named_unless_another_takes_over() -> None:
    ends: dict[str, object] = {"regime": "capitation", "until": 12}
    layer: dict[str, object] = {"regime": "pay_for_performance"}
    after: dict[str, object] = {"regime": "capitation_withhold", "from": 13}
    for contracts, years, times in (
        ((ends,), 1, 0),
        ((ends,), 2, 1),
        ((ends, layer), 2, 1),
        ((ends, after), 2, 0),
        ((ends, after | {"holders": ["independents"]}), 2, 0),
        (({"regime": "fee_for_service", "until": 12},), 2, 0),
    ):
        scenario = contracted(*contracts)
        said = remarks([scenario], {scenario.name: held(3)}, years, {scenario.name: set(range(len(contracts)))})
        endings = [
            remark for remark in said if "contract 1 (capitation) ends in month 12 and the run in month 24" in remark
        ]
        assert len(endings) == times, contracts


def test_updates_of_prices_that_the_run_does_not_reach_are_named() -> None:
    updates = [{"from": month, "physician": 2.0} for month in (12, 13)]
    scenario = SCENARIOS[0].with_values({"payers.medicare.updates": updates}, SCENARIOS[0].name)
    said = remarks([scenario], {scenario.name: held(0)}, 1, {scenario.name: {0}})
    assert said[1:] == ["Prices of medicare are updated in month 13, after the run's end in month 12."]


def test_one_scenario_is_not_called_all() -> None:
    """Nor is the behavior's source left out where it is known."""
    plain = find_scenarios([BASELINE])
    assert behavior_notes(plain, "the default")[0].startswith("Behavior of providers: profit_and_benefit (")
    assert behavior_notes(plain, "the default")[0].endswith("), the default.")
