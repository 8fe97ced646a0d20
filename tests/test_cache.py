"""The compiler's cache: new sources run as the new model, a folder that cannot be written to changes nothing.

Each case runs in a process of its own on a copy of the package, as an installed one would be, with a cache of its own.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HELPER = "1.1102230246251565e-16"
"""In `rng.uniform`, absorbed by `referrals.choose_referrals`: another file than the loop that is cached."""
ORDER = """
import numpy as np
from vbp_agents.referrals import choose_referrals
to, share = np.zeros((1, 6), np.uint16), np.zeros((1, 6), np.float32)
choose_referrals(1, 0, np.ones((1, 6)), np.arange(6), to, share)
print(*to[0])
"""
FOLDER = "from vbp_agents.cache import cache_folder; print(cache_folder())"


def process(script: str, site: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script against the package in `site`, with a few environment variables replaced."""
    changed = os.environ | {"PYTHONPATH": str(site), "NUMBA_DISABLE_JIT": "0"} | environment
    changed.pop("NUMBA_CACHE_DIR", None)
    return subprocess.run([sys.executable, "-c", script], env=changed, cwd=site, capture_output=True, text=True)


def printed(script: str, site: Path, **environment: str) -> str:
    done = process(script, site, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the package where it can be changed."""
    folder = tmp_path / "site-packages"
    shutil.copytree(ROOT / "vbp_agents", folder / "vbp_agents", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def edit_the_helper(site: Path) -> None:
    """Draws in [0, 1) become their negatives: keys -log(1 - u) then fall as u rises, so the order is the reverse."""
    file = site / "vbp_agents" / "rng.py"
    text = file.read_text()
    assert text.count(HELPER) == 1
    file.write_text(text.replace(HELPER, f"-{HELPER}"))


def test_an_edited_helper_runs(site: Path, tmp_path: Path) -> None:
    """Numba alone would go on running the old draws: it stamps the loop's own file only (tried with 0.68)."""
    home = str(tmp_path / "cache")
    before = printed(ORDER, site, XDG_CACHE_HOME=home)
    assert sorted(before.split()) == list("012345")
    edit_the_helper(site)
    assert printed(ORDER, site, XDG_CACHE_HOME=home).split() == before.split()[::-1]


def test_the_cache_is_used(site: Path, tmp_path: Path) -> None:
    """A second process writes nothing: what the first compiled is there."""
    home = tmp_path / "cache"

    def files() -> dict[Path, int]:
        return {file: file.stat().st_mtime_ns for file in home.rglob("*.nb*")}

    printed(ORDER, site, XDG_CACHE_HOME=str(home))
    first = files()
    assert {file.suffix for file in first} == {".nbi", ".nbc"}
    printed(ORDER, site, XDG_CACHE_HOME=str(home))
    assert files() == first


def folder_after(site: Path, tmp_path: Path, *changed: str) -> str:
    """The cache's folder once a byte has been added to some files of the package."""
    for name in changed:
        with (site / "vbp_agents" / name).open("a") as file:
            file.write("\n")
    return printed(FOLDER, site, XDG_CACHE_HOME=str(tmp_path / "cache"))


def test_the_folder_is_named_by_all_that_loops_are_made_of(site: Path, tmp_path: Path) -> None:
    """A byte in a file with compiled code, or in one that such a file imports, is another folder."""
    names = [folder_after(site, tmp_path)]
    absorbed = ("people/acute.py", "truth.py", "declaration.py", "compiled.py")
    names += [folder_after(site, tmp_path, name) for name in absorbed]
    assert len(set(names)) == len(names)
    assert all(name.startswith(str(tmp_path / "cache")) for name in names)


def test_what_no_loop_is_made_of_does_not_compile_anew(site: Path, tmp_path: Path) -> None:
    """Reports, rules and the model call loops and are absorbed by none."""
    before = folder_after(site, tmp_path)
    assert folder_after(site, tmp_path, "model.py", "rules/ratio.py", "reports/plots.py") == before


def test_every_import_of_compiled_code_is_of_a_form_that_is_followed() -> None:
    """`from vbp_agents.x import y`: an import written otherwise would be missed by the folder's name."""
    from vbp_agents.cache import compiled_sources

    for file, source in compiled_sources(ROOT / "vbp_agents").items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                assert not any(name.name.startswith("vbp_agents") for name in node.names), file
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, file


def test_the_next_place_is_taken_where_one_cannot_be_written(site: Path, tmp_path: Path) -> None:
    """A file stands where the first folder should be; the next candidate, below the home folder, is taken."""
    (tmp_path / "file").touch()
    home = tmp_path / "home"
    home.mkdir()
    blocked = {"XDG_CACHE_HOME": str(tmp_path / "file"), "HOME": str(home), "USERPROFILE": str(home)}
    assert printed(FOLDER, site, **blocked).startswith(str(home))
    assert len(printed(ORDER, site, **blocked).split()) == 6


COMPILING = "from vbp_agents.cache import compiling; print(compiling())"


def test_compiling_is_said_until_the_loop_of_patients_is_kept(site: Path, tmp_path: Path) -> None:
    """Another loop in the cache, or this one for another Python, is not enough."""
    home = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    said = [printed(COMPILING, site, **home)]
    printed(ORDER, site, **home)
    said.append(printed(COMPILING, site, **home))
    folder = Path(printed(FOLDER, site, **home)) / "people_0"
    folder.mkdir()
    for python in ("py299", f"py{sys.version_info.major}{sys.version_info.minor}"):
        (folder / f"care.live-151.{python}.nbi").touch()
        said.append(printed(COMPILING, site, **home))
    assert said == ["Compiling once, about 15 s"] * 3 + [""]
    assert printed(COMPILING, site, NUMBA_DISABLE_JIT="1", XDG_CACHE_HOME=str(tmp_path / "other")) == ""


@pytest.mark.slow
def test_a_command_says_that_it_compiles_the_first_time_only(site: Path, tmp_path: Path) -> None:
    """With the real loops, whose file in the cache is looked for by name."""
    run = "from vbp_agents.command_line.cli import main; main()"
    home = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    shutil.copytree(ROOT / "scenarios", site / "scenarios")
    command = f"import sys; sys.argv[1:] = 'run capitation --patients 100 --years 1'.split(); {run}"
    first, second = (process(command, site, **home) for _ in range(2))
    assert first.returncode == second.returncode == 0
    assert "Compiling once, about 15 s" in first.stderr
    assert "Compiling" not in second.stderr


ABSORBED = """
import collections, numba.core.event as event
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world
times = collections.Counter()
class Count(event.Listener):
    def on_start(self, found): times[found.data["dispatcher"].py_func.__qualname__] += "vbp_agents" in str(
        found.data["dispatcher"].py_func.__module__)
    def on_end(self, found): pass
event.register("numba:compile", Count())
warmed_world(find_scenario("capitation"), 100, 1, 1)
print(*sorted(name for name, n in times.items() if n > 1), "of", sum(times.values()))
"""


@pytest.mark.slow
def test_every_function_is_compiled_once(site: Path, tmp_path: Path) -> None:
    """Also what several loops call, or with numbers of several widths; but for draws, which referrals make too."""
    shutil.copytree(ROOT / "scenarios", site / "scenarios")
    said = printed(ABSORBED, site, NUMBA_OPT="0", XDG_CACHE_HOME=str(tmp_path / "cache"))
    names, number = said.split(" of ")
    assert names == "luck_of uniform"
    assert int(number) > 80


NOWHERE = """
import tempfile
def refuse(*_, **__):
    raise FileNotFoundError(2, "No usable temporary directory found")
tempfile.gettempdir = refuse
"""


def test_it_works_where_nothing_can_be_written(site: Path, tmp_path: Path) -> None:
    """Neither cache, home nor temporary folder: every process compiles for itself, and gets the same draws."""
    (tmp_path / "file").touch()
    blocked = dict.fromkeys(("XDG_CACHE_HOME", "HOME", "USERPROFILE", "LOCALAPPDATA"), str(tmp_path / "file"))
    assert printed(NOWHERE + FOLDER, site, **blocked) == "None"
    assert printed(NOWHERE + ORDER, site, **blocked) == printed(ORDER, site, XDG_CACHE_HOME=str(tmp_path / "cache"))


@pytest.mark.slow
def test_an_upgraded_wheel_runs_the_new_model(tmp_path: Path) -> None:
    """Two wheels of two checkouts that differ in a helper, installed one over the other, with one cache."""
    checkout, site, home = tmp_path / "checkout", tmp_path / "site-packages", str(tmp_path / "cache")
    parts = ("vbp_agents", "scenarios")
    for part in parts:
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, checkout / file)
    install(checkout, site)
    before = printed(ORDER, site, XDG_CACHE_HOME=home)
    edit_the_helper(checkout)
    install(checkout, site)
    assert printed(ORDER, site, XDG_CACHE_HOME=home).split() == before.split()[::-1]


def install(checkout: Path, site: Path) -> None:
    """Build a wheel and install it, without asking any index."""
    wheels = checkout / "dist"
    shutil.rmtree(wheels, ignore_errors=True)
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    wheels.mkdir()
    subprocess.run([sys.executable, "-c", build, str(wheels)], cwd=checkout, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--upgrade",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(pip, check=True, capture_output=True)
