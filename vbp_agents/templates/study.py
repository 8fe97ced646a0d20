"""The text of a study to begin with: a scenario's own terms as levers, three numbers that nobody knows beside them."""

import itertools
import re
from collections.abc import Iterator, Sequence

from vbp_agents.contracts.without_effect import without_effect
from vbp_agents.errors import WrongInput
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.terms.values import Number

BEGINNING = "mssp_enhanced"
"""The scenario of a study where none is named."""
_BASELINE = "fee_for_service"
"""What it is compared with; one whose providers behave otherwise than there has nothing to be compared with."""
_LEVERS = 4
"""Terms that are varied; the others stand beside them, commented out."""
BELOW, ABOVE = 0.75, 1.25
"""How far a term goes from what the scenario says: an assumption of what policy could do."""
_DIGITS = 4
_UNKNOWN = (
    ("behavior.speed", "{from: 0.06, to: 0.2, scale: log}", "a lever is half-way in 11 months, or in 3"),
    ("behavior.salience", "{from: 0.5, to: 1.0}", "half of what contracts change is noticed, or all"),
    ("behavior.scruple", "{from: 5000, to: 100000, scale: log}", "dollars that refusing a patient must bring"),
)
"""What nobody has measured and what much hangs on, whatever the contract; the ranges are assumptions."""
_HEAD = """\
# {name}: a study. What moves what {scenario} does, and how sure can one be?
#   vbp sweep {name}.yaml --out results --dry-run    how many runs, how long; nothing is computed
#   vbp sweep {name}.yaml --out results --report     all processors; stop it with Ctrl-C, the same command goes on
#     results/report.html is one page of what was found: what moves the outcomes most, differences, what luck could do
# Each point of the design gives every path below a value of its range. At each of them the same people live with the
# same luck under {scenario} and under the baseline, so that a difference is what the money does.
# All that may stand here: docs/sweeps.md

title: {title}
scenarios: [{file}]
baseline: {baseline}

"""
TAIL = """\
# What nobody knows: the same for both scenarios of a point. `vbp sources {file}` lists all such numbers.
uncertainties:
{unknown}
# What is looked at; `vbp list metrics` has all. Another one later needs no new runs.
outcomes: [cost_per_capita, payer_outlay_per_capita, qalys_per_1000, experience]

# A Latin hypercube spreads few points evenly. Also: grid, list, morris (to sort many paths), sobol (how much is whose).
design: {{kind: latin_hypercube, points: 30, seed: 1}}
replicates: 5      # draws of people and luck; `vbp resume results --replicates 10` adds to them
patients: 20000    # an ACO of shared savings needs 5,000 people of its own
years: 3
"""


def study_text(name: str, begin_from: str | None) -> str:
    """A file called ``name`` about a scenario: a preset or a file in this folder. Raises WrongInput."""
    file = begin_from or BEGINNING
    scenario = find_scenario(file)
    title = f"{scenario.title or scenario.name}: what moves it"
    same = scenario.behavior == find_scenario(_BASELINE).behavior
    written = file if re.fullmatch(r"[\w./-]+", file) else _quoted(file)
    baseline = _BASELINE if same else written
    head = _HEAD.format(name=name, scenario=scenario.name, title=_quoted(title), file=written, baseline=baseline)
    unknown = "".join(f"  {path}: {given}   # {why}\n" for path, given, why in _UNKNOWN)
    return head + "".join(_levers(scenario)) + TAIL.format(file=file, unknown=unknown)


def _levers(scenario: Scenario) -> Iterator[str]:
    """The section of what policy sets: the first terms that can be varied together, then the others."""
    terms = list(_terms(scenario))
    if not terms:
        yield f"# What policy sets stands under `levers:`; no contract of {scenario.name} has a number to vary.\n\n"
        return
    together: list[Number] = []
    for number in terms:
        if len(together) < _LEVERS and _possible(scenario, [*together, number]):
            together.append(number)
    yield "# What policy sets: the contract's terms, from a quarter below to a quarter above what they are.\n"
    yield "# Take the # away from what is to be varied too; write a list, [0.5, 0.75], for values of your own.\n"
    yield "levers:\n" if together else "# levers:\n"
    for number in sorted(terms, key=lambda number: number not in together):
        low, high = _ends(number)
        mark = "" if number in together else "# "
        yield f"  {mark}{number.path}: {{from: {low:g}, to: {high:g}}}   # is {number.value:g}; {number.unit}\n"
    yield "\n"


def _terms(scenario: Scenario) -> Iterator[Number]:
    """Numbers of contracts that can matter and have somewhere to go, in the order in which rules declare them."""
    listed = [
        number
        for number in scenario.numbers()
        if number.path.startswith("contracts.") and ".terms." in number.path and number.value
    ]
    idle = {path for path, _ in without_effect(scenario, [number.path for number in listed])}
    single = [number for number in listed if number.path not in idle and number.path.count(".") == 3]
    for number in single:
        low, high = _ends(number)
        if low < high and "year" not in number.unit and "month" not in number.unit:
            yield number


def _ends(number: Number) -> tuple[float, float]:
    """From where to where a number goes, within what it may be at all."""
    assert number.value is not None
    ends = sorted(float(f"{number.value * times:.{_DIGITS}g}") for times in (BELOW, ABOVE))
    low = ends[0] if number.low is None else max(ends[0], number.low)
    return low, ends[1] if number.high is None else min(ends[1], number.high)


def _possible(scenario: Scenario, numbers: Sequence[Number]) -> bool:
    """Whether the scenario can be at every corner of their ranges."""
    paths = [number.path for number in numbers]
    for corner in itertools.product(*map(_ends, numbers)):
        try:
            scenario.with_values(dict(zip(paths, corner, strict=True)), scenario.name)
        except WrongInput:
            return False
    return True


def _quoted(text: str) -> str:
    """A text as YAML has it, whatever is in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
