"""Lessons are files: each is whole, and what it claims of closed forms is so."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import fences

from vbp_agents.app import lessons as package
from vbp_agents.app.lessons import add_folder, lessons, read_lesson
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


HOW_TO = Path(__file__).parents[1] / "docs" / "how-to" / "lesson.md"


@pytest.fixture
def folders() -> Iterator[None]:
    """The package's folders of lessons are as before afterwards."""
    before = list(package._folders)
    yield
    package._folders[:] = before
    lessons.cache_clear()


def the_how_tos() -> str:
    """The lesson that the how-to has."""
    [lesson] = fences(HOW_TO, "yaml")
    assert lesson.file == "my_lessons/less_to_share.yaml"
    return lesson.text


@pytest.mark.usefixtures("folders")
def test_the_how_tos_lesson_stands_beside_the_packages(tmp_path: Path) -> None:
    (tmp_path / "less_to_share.yaml").write_text(the_how_tos(), encoding="utf-8")
    add_folder(tmp_path)
    assert list(lessons()) == ["luck_or_effect", "less_to_share"]
    high, low = lessons()["less_to_share"].cases
    assert (low.changes, high.metric) == ({"contracts.0.terms.sharing_rate": 0.4}, "cost_per_capita")
    assert "a holder gets 75% of" in lessons()["less_to_share"].said(lessons()["less_to_share"].question)[0]


@pytest.mark.usefixtures("folders")
def test_a_folder_without_lessons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="has no lessons"):
        add_folder(tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("{rate}% of what", "{share}% of what", "there is no figure 'share'; allowed rate"),
        (
            "contracts.0.terms.sharing_rate, scale",
            "contracts.0.terms.rate, scale",
            "no number 'contracts.0.terms.rate'",
        ),
    ],
    ids=["figure", "path"],
)
def test_a_figure_that_there_is_not_is_said(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    text = the_how_tos()
    assert right in text
    (tmp_path / "mine.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(WrongInput, match=told):
        read_lesson(tmp_path / "mine.yaml")


def test_the_minimum_savings_rate_of_the_lesson_is_the_schedules() -> None:
    """42 CFR 425.604(b): 3.9% at 5,000 members, 2.2% at 50,000."""
    figures = lessons()["luck_or_effect"].figures
    assert (figures["minimum_small"].said(), figures["minimum_large"].said()) == ("3.9", "2.2")
