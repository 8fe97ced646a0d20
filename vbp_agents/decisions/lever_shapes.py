"""How many numbers each lever is, in a region of any size."""

from vbp_agents.decisions.intensity import QUESTIONS
from vbp_agents.decisions.selection import CASES, CONTRACT_MARGINS
from vbp_agents.decisions.steering import DIRECTIONS
from vbp_agents.parameters import CONDITION_PARTS, RELATIONS


def lever_shapes(
    practices: int, organizations: int, payers: int, holders: int, hospitals: int
) -> dict[str, tuple[int, ...]]:
    """The shape of each lever by its name, of so many of each; of holders there is one more, which is none."""
    return {
        "intensity": (practices, payers, len(RELATIONS), len(QUESTIONS)),
        "steering": (practices, len(DIRECTIONS)),
        "coordination": (organizations,),
        "measured_tasks": (organizations,),
        "documentation": (organizations,),
        "completeness": (organizations,),
        "selection": (payers, holders + 1, len(CONDITION_PARTS), len(CONTRACT_MARGINS)),
        "cases": (hospitals, payers, len(CASES)),
    }
