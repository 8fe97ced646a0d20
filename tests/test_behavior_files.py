"""A user's own behavior file: one class in one file is a behavior; what is wrong with it is said with file and line."""

from pathlib import Path
from typing import Any

import pytest
from command_line import vbp
from worlds import DEFAULT

import vbp_agents
from vbp_agents.actors.world import World
from vbp_agents.behavior_file import baseline_levers, load_behavior_file, moves_by_itself
from vbp_agents.behaviors import BehaviorFileError, behavior_names, find
from vbp_agents.decisions.example import example_situation
from vbp_agents.errors import WrongInput
from vbp_agents.metrics import measure
from vbp_agents.model import run_model
from vbp_agents.regime_file import load_regime_file
from vbp_agents.study.processes import in_processes
from vbp_agents.study.recorded import read_recorded
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import replicate_tasks
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.user_file import raised_by_user

GOOD = '''
import numpy as np
from vbp_agents import Behavior, param


class Coders(Behavior):
    """All organizations code a little more where risk is paid for, and do nothing else."""

    title = "Coders"
    source = "a test"
    step: float = param(0.02, "share of conditions", 0, 0.2)

    def aim(self, now, levers):
        aims = levers.none()
        paid = now.of_members(now.worth.of_member("risk_months")) > 0
        aims.completeness[:] = np.where(paid, self.step, 0.0)
        return aims
'''
LAST = "aims.completeness[:] = np.where(paid, self.step, 0.0)"


def write(folder: Path, text: str = GOOD, name: str = "coders") -> Path:
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_users_file_is_a_behavior(tmp_path: Path) -> None:
    behavior = load_behavior_file(write(tmp_path))
    assert find("coders") is behavior
    assert "coders" in behavior_names()
    scenario = DEFAULT.with_values({"behavior.name": "coders", "behavior.terms.step": 0.05}, name="one")
    assert [n.value for n in scenario.numbers() if n.path == "behavior.terms.step"] == [0.05]
    assert moves_by_itself(behavior()) == []


BROKEN = {
    "syntax": (GOOD.replace("def aim(self, now, levers):", "def aim(self, now, levers)"), r"syntax\.py:13: SyntaxErr"),
    "raises": (GOOD.replace(LAST, "raise RuntimeError('no')"), r"raises\.py:16: RuntimeError: no"),
    "imports": ("from vbp_agents.behavior import Behavior\n", r"imports\.py:1: .*write `from vbp_agents import Behavi"),
    "nothing": ("x = 1\n", r"nothing\.py: defines no subclass of vbp_agents\.Behavior"),
    "two": (GOOD + GOOD.replace("Coders", "Others"), r"defines several behaviors \(Coders, Others\)"),
    "untitled": (GOOD.replace('title = "Coders"', ""), r"Coders needs a `title"),
    "shape": (GOOD.replace(LAST, "aims = aims.each(lambda name, lever: lever[:1])"), r"intensity in the shape \(1, 2"),
    "kind": (GOOD.replace("return aims", "return 1.0"), r"aim\(\) gives a float and no Levers"),
    "endless": (GOOD.replace(LAST, "aims.cases[:] = np.inf"), r"gives cases with numbers that are not finite"),
    "divides": (
        GOOD.replace(LAST, "aims.completeness[:] = 1.0 / (now.income - now.income)"),
        r"divides\.py:16: FloatingPointError",
    ),
    "beyond": (GOOD.replace(LAST, "aims.coordination[:] = 0.8"), r"moves coordination by 0\.8; it is a share"),
    "below": (GOOD.replace(LAST, "aims.completeness[:] = -0.8"), r"moves completeness by -0\.8; it is a share"),
    "draws": (GOOD.replace(LAST, "aims.cases[:] = np.random.random()"), r"other aims: keep no state, and draw nothing"),
    "writes": (GOOD.replace(LAST, "levers.cases[:] = 1.0"), r"writes into the situation or the levers"),
    "writes_income": (GOOD.replace(LAST, "now.income[:] = 1.1"), r"writes into the situation or the levers"),
    "reason": (
        GOOD + "\n    def own_reason(self, now, organization):\n        return 'mine'\n",
        r"must give two texts",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_behavior_file_says_what_and_where(tmp_path: Path, name: str) -> None:
    text, message = BROKEN[name]
    with pytest.raises(BehaviorFileError, match=message) as raised:
        load_behavior_file(write(tmp_path, text, name))
    assert "\n" not in str(raised.value)
    assert name not in behavior_names()


def test_names_are_taken_once(tmp_path: Path) -> None:
    """A shipped behavior's, a user's regime's; the same file again is read anew."""
    with pytest.raises(BehaviorFileError, match="'imitation' is a behavior already"):
        load_behavior_file(write(tmp_path, name="imitation"))
    text = (Path(vbp_agents.__file__).parent / "regimes" / "capitation.py").read_text("utf-8")
    load_regime_file(write(tmp_path, text, "both"))
    (tmp_path / "other").mkdir()
    with pytest.raises(BehaviorFileError, match="'both' is a regime already"):
        load_behavior_file(write(tmp_path / "other", name="both"))
    load_behavior_file(write(tmp_path))
    assert load_behavior_file(write(tmp_path, GOOD.replace("0.02", "0.03")))().model_dump()["step"] == 0.03


def test_the_code_is_in_the_hashes_and_is_told_as_the_behaviors(tmp_path: Path) -> None:
    """Another code is another behavior and another scenario, and lives in the same world."""
    hashes = []
    for text in (GOOD, GOOD.replace("> 0", "> 1"), GOOD):
        load_behavior_file(write(tmp_path, text))
        scenario = DEFAULT.with_values({"behavior.name": "coders"}, name="one")
        hashes.append((scenario.hash, scenario.behavior_hash))
        assert scenario.world_hash == DEFAULT.world_hash
    one, other, again = hashes
    assert one == again
    assert one[0] != other[0]
    assert one[1] != other[1]
    assert scenario.users_code() == {"coders": GOOD.encode()}
    assert find_scenario("capitation").users_code() == {}


def test_a_behavior_that_moves_by_itself_is_noticed(tmp_path: Path) -> None:
    always = GOOD.replace(LAST, "aims.documentation[:] = 0.1")
    assert moves_by_itself(load_behavior_file(write(tmp_path, always))()) == ["documentation"]


def cost(world: World, scenario: Scenario, years: int, progress: Any, threads: int) -> dict[str, float | None]:
    """What a run costs, and how much more it codes."""
    measured = measure(run_model(world, scenario, years, progress, threads).tables)
    return {name: measured[name] for name in ("cost_per_capita", "completeness_lever")}


def lived_in(processes: int, scenario: Scenario) -> list[object]:
    """What four replicates cost, one after the other or in processes."""
    size = Size.checked(patients=1_000, years=1, replicates=4, seed=1, threads=processes)
    tasks = replicate_tasks(cost, [scenario], size)
    results = (
        in_processes(tasks, processes, 4 * 48, lambda done, months: None) if processes > 1 else run_tasks(tasks, 1)
    )
    return [dict(result.runs) for result in results]


@pytest.mark.slow
def test_processes_and_folders_of_results_have_the_code(tmp_path: Path) -> None:
    """Two processes say what one says; the folder has the file, and asks for it by the right option."""
    load_behavior_file(write(tmp_path))
    scenario = find_scenario("capitation").with_values({"behavior.name": "coders"}, name="one")
    assert lived_in(1, scenario) == lived_in(2, scenario)
    folder = tmp_path / "results"
    vbp_agents.compare([scenario], patients=500, years=1, replicates=1, seed=1, behavior="coders").save(folder)
    assert (folder / "coders.py").read_bytes() == GOOD.encode()
    assert read_recorded(folder).scenarios[0].behavior.name == "coders"


def test_a_folder_made_with_a_behavior_asks_for_it(tmp_path: Path) -> None:
    """In another process, which does not know it."""
    write(tmp_path)
    small = ("--patients", "100", "--years", "1", "--replicates", "1")
    done = vbp(tmp_path, "compare", "capitation", *small, "--behavior-file", "coders.py", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "coders" in done.stdout
    with pytest.raises(WrongInput, match=r"\(behavior coders\).*add load_behavior_file.*coders\.py"):
        read_recorded(tmp_path / "out")
    load_behavior_file(write(tmp_path, GOOD.replace("> 0", "> 1")))
    with pytest.raises(WrongInput, match=r"coders\.py given with load_behavior_file.* is not the one that was run"):
        read_recorded(tmp_path / "out")


def test_an_error_in_the_middle_of_a_run_is_the_files(tmp_path: Path) -> None:
    behavior = load_behavior_file(
        write(tmp_path, GOOD.replace("paid =", "assert now.learned.max() < 100\n        paid ="))
    )
    now = example_situation(1.0)
    now.learned[:] = 200.0
    with pytest.raises(AssertionError) as raised:
        behavior().aim(now, baseline_levers())
    assert str(raised_by_user(raised.value)).endswith("coders.py:15: AssertionError: ")
