"""Contract holders are data of the region: any number of any kind and size, and primary care outside all of them."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import DEFAULT, having, under

from vbp_agents import Simulation, WrongInput, compare, find_scenario, run
from vbp_agents.actors.world import World
from vbp_agents.areas import build_region, dealt, practice_shares, specialist_shares
from vbp_agents.metrics import measure
from vbp_agents.model import VbpModel
from vbp_agents.networks.network import NO_ACO, practice_graph, within_acos
from vbp_agents.parameters import HOLDER_KINDS, AreaHolder, RegionParameters
from vbp_agents.people.patients import NOBODY
from vbp_agents.region import ORGANIZATION_KINDS, Region, holder_names, hospital_owners, hospital_staffs, is_primary
from vbp_agents.reports.remarks import contracts_held, layers_paid, remarks
from vbp_agents.terms.scenario import Scenario
from vbp_agents.warm_up import warmed_world

SCENARIOS = Path(__file__).parents[1] / "docs" / "scenarios.md"
PATIENTS = 12_000
KINDS = ("physician_led", "hospital_led", "physician_led", "independents", "hospital_led")
SIZES = (4.0, 3.0, 2.0, 1.5, 1.0)
FIVE: dict[str, Any] = {
    "region.people_per_area": 6_000,
    "region.patients_per_practice": 60.0,
    "region.holders": [{"kind": kind, "size": size} for kind, size in zip(KINDS, SIZES, strict=True)],
    "region.outside_share": 1 / 3,
}
NAMES = [
    *("physician_led_1", "hospital_led_1", "physician_led_2", "independents_1", "hospital_led_2"),
    *("physician_led_3", "hospital_led_3", "physician_led_4", "independents_2", "hospital_led_4"),
]


def in_region(values: dict[str, Any]) -> Scenario:
    return DEFAULT.with_values(values, "default")


@pytest.fixture(scope="module")
def five() -> World:
    """Two areas with five contract holders of unlike sizes each, and a third of primary care outside."""
    return warmed_world(in_region(FIVE), PATIENTS, 1, 2)


def region_of(**values: Any) -> RegionParameters:
    return RegionParameters.model_validate(values)


def sized(*sizes: float, outside: float = 0.0) -> RegionParameters:
    holders = tuple(AreaHolder(kind="independents", size=size) for size in sizes)
    return region_of(holders=holders, outside_share=outside)


@pytest.mark.parametrize(
    ("sizes", "outside", "n", "expected"),
    [
        ((1, 1, 1), 0.0, 7, [0, 1, 2, 0, 1, 2, 0]),
        ((2, 1), 0.0, 6, [0, 1, 0, 0, 1, 0]),
        ((1,), 0.5, 4, [0, -1, 0, -1]),
        ((), 0.0, 3, [-1, -1, -1]),
        ((1, 1), 1.0, 4, [-1, -1, 1, 0]),
        ((100, 1, 1), 0.0, 4, [0, 0, 2, 1]),
        ((1, 1, 1), 0.9, 3, [2, 1, 0]),
    ],
)
def test_practices_are_dealt_by_size(sizes: tuple[float, ...], outside: float, n: int, expected: list[int]) -> None:
    """Whoever is farthest below its share has the next; too small a holder gets the smallest of who has to spare."""
    assert dealt(sized(*sizes, outside=outside), n) == expected


def test_every_holder_has_a_practice_and_shares_come_within_one() -> None:
    for n in (5, 20, 66, 200):
        parameters = in_region(FIVE).region
        counts = Counter(dealt(parameters, n))
        shares = [*(size / sum(SIZES) * 2 / 3 for size in SIZES), 1 / 3]
        np.testing.assert_allclose(practice_shares(parameters), shares)
        assert all(counts[holder] >= 1 for holder in range(5))
        for holder, share in zip((0, 1, 2, 3, 4, -1), shares, strict=True):
            assert abs(counts[holder] - n * share) <= 1 + 1e-9 or n == 5


def test_specialists_are_of_a_kind_by_size_and_of_none_where_there_is_no_such_kind() -> None:
    """0.16, 0.22 and 0.08 of specialists are in physician-led, hospital-led and independents' ACOs."""
    shares = specialist_shares(in_region(FIVE).region)
    np.testing.assert_allclose(shares, [0.16 * 4 / 6, 0.22 * 3 / 4, 0.16 * 2 / 6, 0.08, 0.22 / 4, 0.54])
    alone = region_of(holders=[AreaHolder(kind="hospital_led")])
    np.testing.assert_allclose(specialist_shares(alone), [0.22, 0.54 + 0.16 + 0.08])
    np.testing.assert_allclose(specialist_shares(region_of(holders=())), [1.0])


def owners_of_primary_care(region: Region, area: int) -> list[str]:
    """The kind of the organization and the holder within the area of each primary-care practice."""
    row = region.areas[area]
    practices = region.practices[row.first_practice : row.first_practice + row.n_practices]
    organizations = region.organizations[practices.organization]
    holders = [h - row.first_holder if h >= 0 else -1 for h in organizations.holder.tolist()]
    return [f"{ORGANIZATION_KINDS[k]} {h}" for k, h in zip(organizations.kind, holders, strict=True)]


def test_the_default_area_deals_in_turn_to_three() -> None:
    region = build_region(RegionParameters(), 40_000, 1)
    owners = owners_of_primary_care(region, 1)
    assert owners[:4] == ["physician_group 0", "hospital_system 1", "independent_practice 2", "physician_group 0"]
    assert owners == [owners[place % 3] for place in range(len(owners))]
    assert holder_names(region) == [f"{kind}_{area}" for area in (1, 2) for kind in HOLDER_KINDS]
    groups = region.practices.organization[region.areas[1].first_practice :][[0, 3, 6, 9]].tolist()
    assert groups[0] == groups[2] != groups[1] == groups[3]


def test_five_holders_have_what_their_kinds_have(five: World) -> None:
    region = five.region
    assert holder_names(region) == NAMES
    assert region.n_holders == len(NAMES)
    counts = Counter(owners_of_primary_care(region, 1))
    organizations = ("physician_group", "hospital_system", "physician_group", "independent_practice", "hospital_system")
    for holder, (kind, size) in enumerate(zip(organizations, SIZES, strict=True)):
        assert abs(counts[f"{kind} {holder}"] - 100 * size / 11.5 * 2 / 3) <= 1
    assert abs(counts["independent_practice -1"] - 100 / 3) <= 1
    assert len(counts) == 6


def test_every_system_has_a_hospital_and_every_area_a_community_hospital(five: World) -> None:
    region = five.region
    kinds = [ORGANIZATION_KINDS[kind] for kind in region.organizations.kind[hospital_owners(region)]]
    assert kinds == ["hospital_system", "hospital_system", "community_hospital"] * 2
    assert region.n_hospitals == len(kinds)
    assert region.organizations.holder[hospital_owners(region)].tolist() == [1, 4, -1, 6, 9, -1]
    staffs = hospital_staffs(region)
    assert np.isin(region.practices.hospital, staffs).all()
    assert (region.practices.area[region.practices.hospital] == region.practices.area).all()
    owner = region.practices.organization
    of_system = region.organizations.kind[owner] == ORGANIZATION_KINDS.index("hospital_system")
    assert (owner[region.practices.hospital[of_system]] == owner[of_system]).all()
    free = is_primary(region) & ~of_system
    at = np.bincount(np.searchsorted(np.sort(staffs), region.practices.hospital[free]), minlength=6)
    assert (at > 0).all()
    assert abs(at[[2, 5]].sum() / at.sum() - 0.65) < 0.12


def test_people_count_for_whom_they_saw_most(five: World) -> None:
    """Primary care before specialists, and outside counts like a holder; ties go to any of those with most."""
    with VbpModel(world=five.copy(), studied=five.scenario, threads=2) as model:
        model.run_for(12)
        patients, region = model.world.patients.copy(), model.world.region
        model.step()
        holders = model.environment.holder_of_row[model.world.patients.row]
        stayed = np.flatnonzero(model.world.patients.id == patients.id)[::7]
    first = region.areas.first_clinician[patients.area].astype(np.int64)
    primary, owner = is_primary(region), region.organizations.holder[region.practices.organization]
    checked = Counter[str]()
    for row in stayed.tolist():
        visits = {True: Counter[int](), False: Counter[int]()}
        for clinician, count in zip(patients.seen_clinician[row].tolist(), patients.seen_count[row], strict=True):
            if clinician != NOBODY:
                practice = region.practice_of[first[row] + clinician]
                visits[bool(primary[practice])][int(owner[practice])] += int(count)
        seen = visits[True] or visits[False] or Counter({-1: 1})
        assert seen[int(holders[row])] == max(seen.values())
        checked["outside" if holders[row] < 0 else KINDS[holders[row] % 5]] += 1
    assert min(checked.values()) > 40
    assert set(checked) == {"outside", *KINDS}


def test_a_contract_of_a_kind_pays_all_holders_of_it(five: World) -> None:
    terms = under(five.scenario, "capitation", holders=("hospital_led",))
    tables = run(five, terms, 1, threads=2).tables
    paid = tables["months"][tables["months"].regime == "capitation"]
    assert set(paid.contract) == {"hospital_led_1", "hospital_led_2", "hospital_led_3", "hospital_led_4"}
    held = contracts_held(tables)
    assert (held.ever, held.in_all) == (4, 10)
    months = tables["months"]
    outside = months[months.contract == "unattached"].member_months.sum() / months.member_months.sum()
    assert held.outside == outside
    assert outside > 0.3
    said = " ".join(remarks([terms], {terms.name: [held]}, 1, {terms.name: {0}}))
    assert "4 of 10" in said
    assert f"{outside:.0%} of people counted for no contract holder." in said


def test_larger_holders_have_more_people(five: World) -> None:
    with VbpModel(world=five.copy(), studied=five.scenario, threads=2) as model:
        model.step()
        members = model.accounts.members.member_months
    by_holder = (members[:5] + members[5:10]) / members.sum()
    assert by_holder[0] > by_holder[2] > by_holder[4]
    assert by_holder[1] > by_holder[4]
    assert members[10] / members.sum() > 1 / 3


@pytest.mark.parametrize("holders", [[], [{"kind": "hospital_led"}], [{"kind": "independents", "size": 0.01}]])
@pytest.mark.parametrize("regime", ["fee_for_service", "capitation", "shared_savings", "bundled", "hospital_vbp"])
def test_none_or_one(holders: list[dict[str, Any]], regime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vbp_agents.terms.scenario.Contract.minimum_people", property(lambda _: 0))
    rule = find_scenario(regime)
    base = in_region({"region.holders": holders, "region.people_per_area": 1_000})
    scenario = having(base, contracts=rule.contracts)
    tables = run(warmed_world(scenario, 2_000, 1, 1), scenario, 2).tables
    months = tables["months"].query("kind != 'hospital'")
    assert set(months.contract) == {*(f"{one['kind']}_{area}" for one in holders for area in (1, 2)), "unattached"}
    assert months.member_months.sum() == 24 * 2_000
    assert np.isfinite(months.payer_outlay).all()
    metrics = measure(tables)
    assert metrics["cost_per_capita"] is not None
    assert (metrics["provider_margin_hospital_systems"] is None) == ("hospital_led" not in [h["kind"] for h in holders])
    if not holders:
        assert (months.contract == "unattached").all()
        assert months.paid_to_holder.eq(0).all()


def test_a_contract_without_its_kind_says_so() -> None:
    scenario = under(in_region({"region.holders": [{"kind": "independents"}]}), "capitation", holders=("hospital_led",))
    tables = run(warmed_world(scenario, 1_000, 1, 1), scenario, 1).tables
    held = {scenario.name: [contracts_held(tables)]}
    said = remarks([scenario], held, 1, {scenario.name: layers_paid(scenario, tables)})
    assert "default: contract 1 (capitation) had no holder: the region has no holders of the kind hospital_led." in said


def test_the_network_tells_two_acos_of_a_kind_apart(five: World) -> None:
    with VbpModel(world=five.copy(), studied=five.scenario, threads=2) as model:
        model.run_for(12)
        graph = practice_graph(model.world.patients, model.world.region, 1)
    acos = set(dict(graph.nodes(data="aco")).values())
    assert acos == {*NAMES[5:], NO_ACO}
    kinds = dict(graph.nodes(data="kind"))
    alike = sum(s for a, b, s in graph.edges(data="shared") if kinds[a] == kinds[b] != NO_ACO)
    assert 0 < within_acos(graph) < alike / sum(s for _, _, s in graph.edges(data="shared"))


def test_python_sees_every_holder(five: World) -> None:
    with Simulation(five, five.scenario) as simulation:
        people = simulation.step().people
        assert list(people.by_holder) == [*NAMES, "unattached"]
        assert sum(people.by_holder.values()) == PATIENTS
        assert set(simulation.practices()["holder"]) == {*NAMES, "unattached"}


def test_holders_have_paths() -> None:
    paths = {number.path: number.value for number in in_region(FIVE).numbers()}
    assert [paths[f"region.holders.{place}.size"] for place in range(5)] == list(SIZES)
    assert paths["region.outside_share"] == 1 / 3
    doubled = in_region(FIVE).with_values({"region.holders.*.size": 2.0, "region.holders.0.kind": "independents"})
    assert [(holder.kind, holder.size) for holder in doubled.region.holders][:2] == [
        ("independents", 2.0),
        ("hospital_led", 2.0),
    ]
    gone = [difference for difference in in_region(FIVE).differences(DEFAULT) if difference.only_in]
    assert [(difference.path, difference.value) for difference in gone] == [
        ("region.holders.3", "independents of size 1.5"),
        ("region.holders.4", "hospital_led of size 1"),
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"region.holders.0.kind": "hospital_lead"}, "allowed physician_led, hospital_led, independents; did you mean"),
        ({"region.holders.1.size": 0.0}, "0.0 is out of range; allowed 0.01 to 100"),
        ({"region.holders.3.size": 1.0}, "there is no holder '3'; allowed 0, 1, 2"),
        ({"region.holders": [{"kind": "independents", "share": 0.3}]}, "unknown name 'share'; allowed kind, size"),
        ({"region.holders": [{"size": 1.0}]}, "region.holders.0.kind: is missing"),
        ({"region.holders": ["independents"]}, "region.holders.0: must be a mapping"),
        ({"region.holders": [{"kind": "independents"}] * 101}, "has 101 items; write at most 100"),
        ({"region.outside_share": 1.5}, "1.5 is out of range; allowed 0 to 1 (share of primary-care practices)"),
    ],
)
def test_what_is_wrong_with_holders_is_said(values: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongInput) as refused:
        DEFAULT.with_values(values)
    assert said in str(refused.value)


def test_the_documented_region_is_compared_with_itself(tmp_path: Path) -> None:
    """The two files of `docs/scenarios.md`, as they stand there: one region, and contracts of one kind of holder."""
    section = SCENARIOS.read_text(encoding="utf-8").split("## A region of one's own")[1].split("\n##")[0]
    for block in section.split("```yaml ")[1:]:
        name, text = block.split("```")[0].split("\n", 1)
        (tmp_path / name).write_text(text, encoding="utf-8")
    fees, shared = (find_scenario(tmp_path / name) for name in ("region.yaml", "shared.yaml"))
    assert fees.world_hash == shared.world_hash != DEFAULT.world_hash
    assert len(fees.region.holders) == 5
    assert not fees.contracts
    comparison = compare([shared], baseline=fees, patients=1_000, years=1, replicates=1)
    assert [s.name for s in comparison.scenarios] == ["region", "shared"]
