"""Whether a folder's `metadata.json` and its tables are of the same runs: else they would be lived again as others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vbp_agents.errors import WrongInput
from vbp_agents.results import METADATA, read_stamp, read_table
from vbp_agents.study.recorded import Recorded
from vbp_agents.study.tasks import replicate_seed

if TYPE_CHECKING:
    from pandas import DataFrame, Series

TABLE = "months"
RUN = ["scenario", "replicate"]


def check_recorded(recorded: Recorded) -> None:
    """Raise WrongInput where the table of months is missing, damaged, or of other runs than `metadata.json` says."""
    months = read_table(recorded.folder, TABLE)
    if wrong := [*_counted(recorded, months), *_drawn(recorded)]:
        file = recorded.folder / METADATA
        raise WrongInput(f"{file} does not agree with the tables: {'; '.join(wrong)}; make the results again")


def _counted(recorded: Recorded, months: "DataFrame") -> Iterator[str]:
    """What the table's own columns contradict."""
    if set(months["month"]) != set(range(1, recorded.months + 1)):
        yield f"years: {recorded.years}, but their months are {_range(months['month'])}"
    elif (months.groupby(RUN)["month"].nunique() < recorded.months).any():
        yield f"years: {recorded.years}, but some of the months 1 to {recorded.months} are missing in a run"
    people = months.groupby([*RUN, "month"])["member_months"].sum()
    if (people != recorded.patients).any():
        yield f"patients: {recorded.patients}, but they have {_range(people)} people"
    names = [scenario.name for scenario in recorded.scenarios]
    if set(months["scenario"]) != set(names):
        yield f"scenarios: {', '.join(names)}, but they have {', '.join(map(str, months['scenario'].unique()))}"
    if set(months["replicate"]) != set(range(1, len(recorded.seeds) + 1)):
        yield f"replicate_seeds: {len(recorded.seeds)} of them, but their replicates are {_range(months['replicate'])}"


def _drawn(recorded: Recorded) -> Iterator[str]:
    """What the seeds contradict: the table was stamped with the first, from which the others come."""
    stamped = read_stamp(recorded.folder, TABLE).get("seed", recorded.first_seed)
    if recorded.first_seed != stamped:
        yield f"seed: {recorded.first_seed}, but they were made with {stamped}"
    for number, seed in enumerate(recorded.seeds, start=1):
        if seed != replicate_seed(stamped, number):
            yield f"replicate_seeds: {seed} for replicate {number}, which seed {stamped} does not give"


def _range(values: "Series[int]") -> str:
    low, high = values.min(), values.max()
    return f"{low}" if low == high else f"{low} to {high}"
