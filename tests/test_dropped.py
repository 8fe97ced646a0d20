"""What a month says of whom practices dropped is what following each of them says."""

from vbp_agents.explain.replay import FollowedModel
from vbp_agents.people.events import DROPPED
from vbp_agents.study.simulation import Simulation
from vbp_agents.study.worlds import build_world
from vbp_agents.terms.scenario_file import find_scenario

PEOPLE, MONTHS, SEED = 5_000, 24, 3


def test_what_was_expected_of_who_was_dropped_is_what_the_practice_weighed() -> None:
    scenario = find_scenario("capitation")
    world = build_world(scenario, patients=PEOPLE, seed=SEED)
    expected = {}
    with Simulation(world, scenario, people=True) as simulation:
        for month in simulation.months(MONTHS):
            assert month.marks is not None
            dropped = simulation.dropped(area=0, most=2)
            assert len(dropped) <= 2
            ids = simulation.everybody(("id",))["id"]
            for one in dropped:
                assert month.marks[one.place] & DROPPED
                expected[int(ids[one.place]), month.number] = one
    assert len(expected) >= 3, "somebody is dropped under capitation"
    for (person, number), one in list(expected.items())[:3]:
        model = FollowedModel(world=world.copy(), studied=scenario, threads=1, patient=person)
        for _ in range(number):
            model.step()
        model.close()
        [review] = [attempt for attempt in model.story[-1].attempts if attempt.review]
        assert (review.practice, review.margin) == (one.practice, one.margin)
        assert not review.welcome


def test_a_simulation_that_was_not_asked_for_people_knows_of_nobody() -> None:
    scenario = find_scenario("capitation")
    world = build_world(scenario, patients=500, seed=SEED)
    with Simulation(world, scenario) as simulation:
        assert simulation.dropped(0, 3) == []
        simulation.step()
        assert simulation.dropped(0, 3) == []
