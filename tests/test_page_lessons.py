"""Lessons are files: each is whole, and what it claims of closed forms is so."""

import math
from pathlib import Path

import pytest

from vbp_agents.app.lessons import lessons, read_lesson
from vbp_agents.errors import WrongInput
from vbp_agents.terms.scenario_file import find_scenario


def normal_tail(deviations: float) -> float:
    """The chance of more than so many standard deviations."""
    return math.erfc(deviations / math.sqrt(2)) / 2


@pytest.mark.parametrize("name", lessons())
def test_every_case_of_a_lesson_can_be_run(name: str) -> None:
    for case in lessons()[name].cases:
        find_scenario(case.scenario).with_values(case.changes)
        assert case.low < case.high


def test_the_chance_to_earn_by_luck_is_that_of_a_normal_year() -> None:
    """6,000 members: sd = sqrt(2.4^2 / 6,000 + 0.015^2) = 3.44% of spending, minimum 3.6%: 1.05 sd, 14.8%.

    18,000: sd 2.34%, minimum 2.7% - 3/5 x 0.2% = 2.58%: 1.10 sd, 13.5%.
    """
    small, large, _ = (case.formula for case in lessons()["luck_or_effect"].cases)
    assert small is not None
    assert large is not None
    assert small.value() == pytest.approx(100 * normal_tail(0.036 / math.hypot(2.4 / math.sqrt(6_000), 0.015)))
    assert large.value() == pytest.approx(100 * normal_tail(0.0258 / math.hypot(2.4 / math.sqrt(18_000), 0.015)))
    assert (round(small.value(), 1), round(large.value(), 1)) == (14.8, 13.5)


def test_a_wrong_lesson_says_where(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("title: Mine\norder: 1\nminutes: many\n")
    with pytest.raises(WrongInput, match=r"mine\.yaml:3:10: minutes: must be a whole number"):
        read_lesson(tmp_path / "mine.yaml")
