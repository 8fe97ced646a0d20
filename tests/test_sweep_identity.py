"""What a run is: another number is another run, another word is the same one."""

import shutil
from pathlib import Path

import pytest
from sweeps import study

from vbp_agents.identity import fingerprint, modules, run_id, syntax
from vbp_agents.metric_file import load_metric_file
from vbp_agents.regime_file import load_regime_file
from vbp_agents.sweeps.plan import planned
from vbp_agents.sweeps.store import Store
from vbp_agents.terms.scenario_file import find_scenario

PACKAGE = Path(__file__).parents[1] / "vbp_agents"
REGIME = '''from vbp_agents import Book, Regime


class Mine(Regime):
    """{words}"""

    title = "Mine"
    source = "a test"

    def pay(self, book: Book):
        return {factor} * book.billed()
'''


METRIC = """from vbp_agents import metric
from vbp_agents.metrics.base import Tables, total


@metric("triple_aim", "deaths", "lower", "a test")
def deaths_told(tables: Tables) -> float | None:
    \"\"\"Deaths, told {factor} times.\"\"\"
    return {factor} * total(tables, "contracts", "deaths")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's sources, to be changed."""
    folder = tmp_path_factory.mktemp("sources") / "vbp_agents"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.js", "*.css", "*.vue", "static"))
    return folder


def changed(copy: Path, name: str, before: str, after: str) -> str:
    """The fingerprint with something else in a file."""
    file = copy / name
    source = file.read_text(encoding="utf-8")
    assert before in source
    file.write_text(source.replace(before, after, 1), encoding="utf-8")
    try:
        return fingerprint.__wrapped__(copy)
    finally:
        file.write_text(source, encoding="utf-8")


def test_words_do_not_count_and_numbers_do(copy: Path) -> None:
    usual = fingerprint.__wrapped__(copy)
    assert usual == fingerprint()
    assert changed(copy, "model.py", '"""One month, top to bottom', '"""A month from top to bottom') == usual
    assert changed(copy, "model.py", "CHANGING = (", "# what a month changes\nCHANGING = (") == usual
    assert changed(copy, "decisions/intensity.py", "A_CENT = ", "A_CENT = 1.0 + ") != usual
    assert changed(copy, "regimes/capitation.py", "return ", "return 1 * ") != usual
    assert changed(copy, "warm_up.py", "WARM_UP, progress", "WARM_UP - 1, progress") != usual


@pytest.mark.parametrize(
    "name",
    ["command_line/options.py", "reports/plots.py", "sweeps/plan.py", "app/server.py", "presentation/written.py"],
)
def test_what_shows_asks_and_plans_does_not_count(copy: Path, name: str) -> None:
    assert changed(copy, name, "\nimport ", "\nNUMBER = 1\nimport ") == fingerprint.__wrapped__(copy)


def test_everything_that_lives_a_month_counts() -> None:
    found = {file.relative_to(PACKAGE).as_posix() for file in modules(PACKAGE)}
    assert {"model.py", "warm_up.py", "rng.py", "people/care.py", "metrics/money.py"} <= found
    assert {f"regimes/{file.name}" for file in (PACKAGE / "regimes").glob("*.py")} <= found
    assert {f"behaviors/{file.name}" for file in (PACKAGE / "behaviors").glob("*.py")} <= found
    assert not {name for name in found if name.startswith(("app/", "command_line/", "reports/", "sweeps/"))}


def test_syntax_is_without_comments_docstrings_and_layout() -> None:
    one = 'def f(x):\n    """Words."""\n    return x + 1  # a reason\n'
    assert syntax(one) == syntax("def f( x ) :\n    return (x\n     + 1)\n")
    assert syntax(one) != syntax("def f(x):\n    return x + 2\n")
    assert syntax("x = 1") != syntax("x = 1.0")


def test_an_id_follows_from_everything_that_results_follow_from() -> None:
    usual = ("a" * 64, 100, 1, 1, "model")
    others = [("b" * 64, 100, 1, 1, "model"), ("a" * 64, 101, 1, 1, "model"), ("a" * 64, 100, 2, 1, "model")]
    others += [("a" * 64, 100, 1, 2, "model"), ("a" * 64, 100, 1, 1, "other")]
    assert len({run_id(*usual), *(run_id(*other) for other in others)}) == 6


def test_an_id_is_what_it_was() -> None:
    """Of Python's sha256 of {"model": "m", "patients": 100, "scenario": "s", "seed": 1, "years": 1}."""
    assert run_id("s", 100, 1, 1, "m") == "3ad68fde9bbde5a35b128db7d66c1979"


def test_the_same_run_has_one_id_whatever_it_is_called_and_wherever_it_is() -> None:
    """The scenario's words and name do not count, and a study with other points shares what is the same."""
    one = planned(study(), "model")
    other = planned(study(uncertainties={"behavior.speed": [0.12, 0.2]}, title="Other"), "model")
    shared = {run.run for run in one.runs(2)} & {run.run for run in other.runs(2)}
    assert len(shared) == (3 + 1 + 1) * 2


def test_a_users_metrics_count_and_go_with_the_folder(tmp_path: Path) -> None:
    """What a run measures follows from their code, which its scenario does not know."""
    file = tmp_path / "deaths.py"
    ids = []
    for factor in (1, 2):
        file.write_text(METRIC.format(factor=factor))
        load_metric_file(file)
        ids.append({run.run for run in planned(study(outcomes=["deaths_told"]), "model").runs(1)})
    assert not ids[0] & ids[1]
    store = Store(tmp_path / "out")
    store.begin(study(outcomes=["deaths_told"]), "model", "model", "1")
    assert (tmp_path / "out" / "deaths.py").read_bytes() == file.read_bytes()
    assert store.users("metric") == []
    (tmp_path / "out" / "deaths.py").write_text(METRIC.format(factor=3))
    assert store.users("metric") == [tmp_path / "out" / "deaths.py"]


def test_a_users_regime_counts_with_its_code(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"

    def hashed(words: str, factor: float) -> str:
        file.write_text(REGIME.format(words=words, factor=factor))
        load_regime_file(file)
        return find_scenario("mine").hash

    assert hashed("Pays more.", 1.1) != hashed("Pays more.", 1.2)
