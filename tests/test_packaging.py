"""What is installed works from anywhere: the wheel holds the scenarios, an editable install finds the checkout's."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import vbp_agents
from vbp_agents.terms.scenario_file import presets

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


def test_one_version_everywhere() -> None:
    assert version("vbp-agents") == vbp_agents.__version__
    assert f"version: {vbp_agents.__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_every_public_name_is_there() -> None:
    for name in vbp_agents.__all__:
        assert getattr(vbp_agents, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        vbp_agents.__getattr__("nothing")


def test_links_of_the_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_constraints_name_every_dependency_once_per_python() -> None:
    """A dependency without a tested version would be whatever the index has on that day."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0] for line in lines if "==" in line}
    text = (ROOT / "pyproject.toml").read_text().split("[project.scripts]")[0]
    wanted = set(re.findall(r'"([a-z][a-z._-]*)[<>=]', text.split("dependencies = [", 1)[1]))
    assert {name.replace("_", "-") for name in wanted} <= pinned


@pytest.mark.slow
def test_the_wheel_holds_scenarios_and_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"vbp_agents/scenarios/{name}.yaml" for name in presets()} <= set(names)
    assert {"vbp_agents/py.typed", "vbp_agents/evidence/rows.yaml"} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "stubs/"))]


@pytest.mark.slow
def test_the_wheel_holds_the_page_and_the_licenses_of_what_is_others(wheel: Path) -> None:
    """Every file of the page that is no code; the browser's files of other projects stay below 5 MB."""
    files = {file.filename: file.file_size for file in zipfile.ZipFile(wheel).infolist()}
    page = ROOT / "vbp_agents" / "app"
    wanted = [file for file in page.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert {file.relative_to(ROOT).as_posix() for file in wanted} <= set(files)
    assert "vbp_agents/app/front_end/NOTICE.txt" in files
    assert sum(size for name, size in files.items() if "/front_end/" in name) < 5_000_000


@pytest.mark.slow
def test_the_wheel_works_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Unpacked, with nothing of the checkout on the path: presets are the wheel's own."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    code = "from vbp_agents.terms.scenario_file import presets, find_scenario as find\n"
    code += "print(find('default').hash, *presets().values())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "empty",
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    printed, *files = done.stdout.split()
    assert printed == vbp_agents.find_scenario("default").hash
    assert {Path(file).parent for file in files} == {tmp_path / "site" / "vbp_agents" / "scenarios"}


def test_an_editable_install_works_from_an_empty_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vbp_agents", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert vbp_agents.__version__ in done.stdout
