"""What a contract holder cannot know of its year, and the points at which a payment is asked because of it."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.parameters import CareParameters
from vbp_agents.rules import quality

NORMAL = NormalDist()
REACH = 3.3
"""How far the grid goes, standard deviations: with minimum savings rates of four deviations, 2.75 is too little."""
CELLS = 33
"""Steps of the grid where payments may jump."""
BLOCKS = 3
"""Blocks of the grid, of equally many cells: other sums that share the luck are moved one block at a time."""
BESIDE_CELLS, TOGETHER_CELLS = 12, 8
"""Steps of the grid for columns that a rule compares with uncertain sums, and for all of these together."""
STEPS = 8
"""Coarser steps, for other sums with the same luck."""
DRAWS = 6
"""Grids that the rule is asked about, each shifted by a sixth of a cell and with other luck in all else."""
QUALITY_POINTS = 64
"""Points of luck in all measures together, and as many mirror images."""
SCORES = ("quality", "score")
"""Lines of a statement with the sum of all measures on which a settlement depends."""
MANY = 40
"""Draws of luck where only an average is asked."""


@dataclass(frozen=True)
class Beliefs:
    """How uncertain a holder is of its year, and how much of later years it minds.

    ``person_sd`` of one person's spending, ``unknown_sd`` whatever the size and ``largest_sd`` at most: shares of what
    is expected; ``episode_sd``: share of the mean, of one episode; ``answer_sd``: points, of one answer to the survey;
    ``foresight``: weight of what this year does to later benchmarks.
    """

    person_sd: float
    unknown_sd: float
    largest_sd: float
    episode_sd: float
    answer_sd: float
    foresight: float

    @classmethod
    def of(cls, conduct: BehavioralParameters, care: CareParameters) -> "Beliefs":
        """Those of holders who behave and whose patients answer as a scenario has it."""
        return cls(
            person_sd=conduct.person_sd,
            unknown_sd=conduct.unknown_sd,
            largest_sd=conduct.largest_sd,
            episode_sd=conduct.episode_sd,
            answer_sd=care.survey_noise,
            foresight=conduct.foresight,
        )

    def spending_sd(self, people: FloatArray) -> FloatArray:
        """The standard deviation of a year's spending as a share of what is expected, shape of ``people``."""
        sd = np.sqrt(self.person_sd**2 / np.maximum(people, 1.0) + self.unknown_sd**2)
        return np.minimum(sd, self.largest_sd)


USUAL_BELIEFS = Beliefs.of(BehavioralParameters(), CareParameters())
"""What a holder believes where no scenario says otherwise."""


@dataclass(frozen=True)
class LuckGroup:
    """Columns that are uncertain together. ``luck``: what they share their luck with. ``count``: of what they are.

    ``beside``: columns that a rule compares with them, so that a jump moves with these in proportion.
    """

    luck: str
    columns: tuple[str, ...]
    beside: tuple[str, ...]
    count: str


def _billed(measure: str) -> tuple[str, ...]:
    return tuple(f"{service}_{measure}_{side}" for side in SIDES for service in SERVICES)


LUCK_GROUPS = tuple(
    LuckGroup(luck, columns, beside, count)
    for luck, columns, beside, count in (
        ("spending", _billed("truncated"), ("member_months", "risk_months", "participant_revenue"), "member_months"),
        ("spending", _billed("dollars"), ("member_months", "risk_months", "participant_revenue"), "member_months"),
        ("joint", ("joint_dollars",), ("joint_episodes",), "joint_episodes"),
        ("fracture", ("fracture_dollars",), ("fracture_episodes",), "fracture_episodes"),
    )
)
FRACTIONS = {measure.numerator: (measure.denominator,) for measure in quality.MEASURES.values()} | dict.fromkeys(
    ("joint_institutional", "joint_complications"), ("joint_episodes", "fracture_episodes")
)
"""Numerators whose luck is binomial (survey: that of answers), with the columns that count whom they are about."""


def people(book: Book, numerator: str) -> FloatArray:
    """How many people, cases or answers a numerator is about, shape (n_contracts,)."""
    total: FloatArray = np.sum([book[name] for name in FRACTIONS[numerator]], axis=0)
    return np.maximum(total, 0.0)


def fraction_sd(book: Book, numerator: str, beliefs: Beliefs) -> FloatArray:
    """The standard deviation of a numerator, in its own unit, shape (n_contracts,); 0 where it is about nobody."""
    n = people(book, numerator)
    if numerator == "survey_points":
        return beliefs.answer_sd * np.sqrt(n)
    rate = np.clip(book[numerator] / np.maximum(n, 1.0), 0.0, 1.0)
    return np.sqrt(np.maximum(n * rate * (1 - rate), np.minimum(n, 0.25)))


@dataclass(frozen=True)
class Index:
    """Columns that a rule treats alike, as one uncertain sum: ``total`` and ``sd`` in dollars, shape (n_contracts,).

    The luck is in the largest of them, ``column``: where it falls makes no difference to the rule.
    """

    group: LuckGroup
    columns: tuple[str, ...]
    column: str
    total: FloatArray
    sd: FloatArray

    def at(self, luck: FloatArray) -> FloatArray:
        """The sum at some luck, shape (times, 1) to (times, n_contracts); never negative."""
        return np.maximum(self.total + self.sd * luck, 0.05 * np.maximum(self.total, 1.0))


@cache
def grid(cells: int, draws: int) -> tuple[FloatArray, FloatArray]:
    """The edges of all draws' grids, standard deviations, (draws, cells + 1), and their masses, (draws, cells)."""
    all_edges = [edges(cells, draw, draws) for draw in range(draws)]
    return np.array(all_edges), np.array([masses(edges_of_draw) for edges_of_draw in all_edges])


def edges(cells: int, draw: int, draws: int) -> list[float]:
    """The edges of a grid over the reach, standard deviations, a part of a cell further at each draw."""
    width = 2 * REACH / cells
    shift = ((draw + 0.5) / draws - 0.5) * width
    return [-REACH + shift + i * width for i in range(cells + 1)]


def masses(grid: list[float]) -> list[float]:
    """The probability of each step of a grid; the outermost have what is beyond them too."""
    inner = [NORMAL.cdf(edge) for edge in grid[1:-1]]
    return [after - before for before, after in pairwise([0.0, *inner, 1.0])]


@cache
def other_luck(dimensions: int, draws: int, seed: int = 7) -> FloatArray:
    """Standard normal luck, shape (draws, dimensions): a Latin hypercube, each column its strata in another order."""
    strata = np.array([NORMAL.inv_cdf((i + 0.5) / draws) for i in range(draws)])
    strata /= np.sqrt(np.mean(strata**2))
    shuffled = np.random.default_rng(seed)
    return np.array([shuffled.permutation(strata) for _ in range(dimensions)]).reshape(dimensions, draws).T


@cache
def uneven(count: int) -> FloatArray:
    """Weights that are unlike each other and add up to 1, (count,)."""
    weights: FloatArray = np.random.default_rng(11).normal(1.0, 1.0, count)
    weights /= weights.sum()
    return weights


@cache
def evenly_spread(count: int, base: int) -> FloatArray:
    """Standard normal luck, (count,), spread evenly over any few consecutive numbers: van der Corput's sequence."""
    return np.array([NORMAL.inv_cdf(_mirrored(number + 1, base)) for number in range(count)])


def _mirrored(number: int, base: int) -> float:
    """The digits of a number behind the point, in reverse."""
    place, mirrored = 1.0 / base, 0.0
    while number:
        number, digit = divmod(number, base)
        mirrored += digit * place
        place /= base
    return mirrored
