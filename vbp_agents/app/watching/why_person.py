"""A person that was chosen: its months in both worlds side by side, what was given, what was not, and why."""

from collections.abc import Sequence
from typing import Any

import solara

from vbp_agents.answers.patient_story import cells_of, patient_words
from vbp_agents.app.html import paragraphs, table_html, tag
from vbp_agents.app.watching.inquiries import OfPerson
from vbp_agents.app.watching.run import Watched
from vbp_agents.explain.patient_document import patient_document
from vbp_agents.presentation.markup import Cell
from vbp_agents.presentation.written import spoken


@solara.component
def WhyPerson(watched: Watched, answer: OfPerson | None, steps: int, person: int, names: Sequence[str]) -> Any:
    """``answer`` as far as the worlds were lived again, ``steps`` of them."""
    head = tag("h2", f"Person {person:,}")
    if answer is None or not answer.whole:
        done = f"{steps} of {2 * watched.asked.months} months"
        return tag("div", head, paragraphs([f"Living this person's months again in both worlds: {done} …"], "quiet"))
    stories = {name: list(story) for name, story in zip(names, answer.stories, strict=True)}
    document = {**patient_document(stories), "patient": person, "people": watched.asked.people}
    cells = [dict(cells_of(story)) for story in document["months"].values()]
    months = sorted({month for of_world in cells for month in of_world})
    rows: list[list[Cell]] = [
        [str(month), *(spoken(of_world.get(month, "")) for of_world in cells)] for month in months
    ]
    about = next((month for story in answer.stories for month in story if month.event != "died"), None)
    who = (
        [
            f"Aged {about.age:.0f}; true risk {about.true_risk:.2f}, coded {about.coded_risk:.2f} (1 is average); "
            f"disease control {about.control:.0%}."
        ]
        if about
        else []
    )
    by_month = tag(
        "div", table_html(["Month", *names], rows), class_="story", tabindex="0", role="region", aria_label="Months"
    )
    return tag(
        "div", head, paragraphs([*who, *map(spoken, patient_words(document, most=12 * watched.asked.months))]), by_month
    )
