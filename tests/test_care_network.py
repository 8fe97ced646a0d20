"""`vbp network`: what is looked at, how two networks are compared, and a network that only steering moves."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from worlds import BEHAVING, DEFAULT, under

from vbp_agents.areas import build_region
from vbp_agents.errors import WrongInput
from vbp_agents.networks.care_network import (
    NETWORK_MEASURES,
    Look,
    Network,
    caption,
    chosen_area,
    document,
    look,
    looking,
    measure_lines,
    network_table,
    sharing_sentence,
)
from vbp_agents.networks.network_picture import COLORS, FEWER, MORE, changed, network_picture, strongest
from vbp_agents.parameters import RegionParameters
from vbp_agents.presentation.terminal import rendered
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import replicate_tasks
from vbp_agents.terms.scenario import Scenario

FAKE_VBP = str(Path(__file__).parent / "fake_vbp.py")
CAPITATION = under(BEHAVING, "capitation").with_values({}, "capitation")
EVERYBODY = Look((0,), 1, 3, 3)


def town(shared: int) -> nx.Graph:
    """Two practices of one ACO and one of none; the two share ``shared`` patients."""
    graph = nx.Graph()
    for practice, aco in enumerate(("hospital_led", "hospital_led", "none")):
        about = {"patients": 10 * (practice + 1), "place": (float(practice), 1.0), "primary": practice == 0}
        graph.add_node(practice, aco=aco, kind=aco, **about)
    graph.add_edge(0, 1, shared=shared)
    graph.add_edge(1, 2, shared=2)
    return graph


def network(within: float | None, shared: int = 1, look: Look = EVERYBODY) -> Network:
    return Network(dict.fromkeys(NETWORK_MEASURES, 1.0) | {"within_acos": within}, town(shared), look)


def found(*replicates: tuple[float | None, float | None], look: Look = EVERYBODY) -> dict[str, Any]:
    """The document of fee for service and capitation with these shares within ACOs."""
    base = BEHAVING.with_values({}, "fee_for_service")
    networks = [{"fee_for_service": network(a, look=look), "capitation": network(b, look=look)} for a, b in replicates]
    return document([base, CAPITATION], networks, "fee_for_service", patients=100, years=1, seed=1)


def test_differences_are_paired() -> None:
    """Differences of .01 and .03: mean .02, t(1) = 12.706, sd .01414: .02 +- 12.706 x .01."""
    values = found((0.2, 0.21), (0.4, 0.43))["measures"]["within_acos"]["values"]
    assert values["capitation"]["mean"] == pytest.approx(0.32)
    assert values["capitation"]["difference"] == pytest.approx(0.02)
    assert values["capitation"]["difference_high"] == pytest.approx(0.02 + 0.12706, abs=1e-5)
    assert values["fee_for_service"]["difference"] == 0


def test_the_sentence_says_how_far_and_how_sure() -> None:
    said = "Under capitation 32.0% of the patients that two practices share stay within one ACO, +2.00 points from"
    luck = sharing_sentence(found((0.2, 0.21), (0.4, 0.43)))
    assert luck == f"{said} fee for service (95% interval -10.71 to +14.71: not to be told from luck)."
    assert sharing_sentence(found((0.3, 0.32))) == f"{said} fee for service (one draw of luck)."
    sure = sharing_sentence(
        found((0.30, 0.32), (0.32, 0.3401), (0.34, 0.3599))
    )  # +2.00 points, sd .01, t(2) 4.30: +- 0.02
    assert sure.endswith("+2.00 points from fee for service (95% interval +1.98 to +2.02).")
    assert "no two practices share a patient" in sharing_sentence(found((0.3, None)))
    assert sharing_sentence(found((None, 0.3))).endswith("; under fee for service none is shared.")


def test_the_table_fits_into_80_columns_and_says_what_it_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    two = found((0.2, 0.21), (0.4, 0.43))
    text = rendered(network_table(two, 80), "\n".join(measure_lines(two)))
    assert max(map(len, text.splitlines())) <= 80
    assert all(text.count(name) >= 2 for name in NETWORK_MEASURES)
    assert all(measure.source.split()[0] in text for measure in NETWORK_MEASURES.values())


def test_names_stay_whole_in_60_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    two = found((0.2, 0.21), (0.4, 0.43))
    for measure in two["measures"].values():
        measure["values"]["shared_savings_two_sided"] = measure["values"].pop("capitation")
    text = rendered(network_table(two | {"scenarios": ["fee_for_service", "shared_savings_two_sided"]}, 60))
    assert max(map(len, text.splitlines())) <= 60
    parts = ("fee_for_", "service", "shared_", "savings_two_", "sided", "difference", *NETWORK_MEASURES)
    assert set(parts) <= set(text.split())


def test_a_sample_is_called_one() -> None:
    assert caption(found((0.2, 0.2), look=Look((0, 2, 5), 9, 3_000, 9_000))).startswith(
        "a sample of 3,000 of 9,000 clinicians: areas 1, 3, 6 of 9; the last year's visits; one run"
    )


def test_areas_are_sampled_up_to_the_most_clinicians() -> None:
    """Areas of 1,000 people at 60 + 100 clinicians per 1,000 have about 160: 31 of 60 areas, the first one first."""
    many = RegionParameters(people_per_area=1_000, primary_clinicians_per_1000=60.0, specialists_per_1000=100.0)
    region = build_region(many, 60_000, 1)
    chosen = look(region, 1, None)
    assert chosen == look(region, 1, None)
    assert chosen.areas[0] == 0
    assert len(set(chosen.areas)) == len(chosen.areas) < chosen.n_areas == 60
    assert 4_700 < chosen.clinicians <= 5_000 < chosen.n_clinicians
    assert look(region, 1, 4) == Look((4,), 60, int(np.diff(region.areas.first_clinician)[4]), chosen.n_clinicians)


def test_an_area_that_is_not_there_is_refused() -> None:
    assert chosen_area(BEHAVING, 40_000, 2) == 1
    assert chosen_area(BEHAVING, 40_000, None) is None
    with pytest.raises(WrongInput, match=r"--area 3: the region of default has areas 1 to 2 \(20,000 people each"):
        chosen_area(BEHAVING, 40_000, 3)


def test_the_picture_draws_each_practices_strongest_ties_and_the_largest_changes() -> None:
    assert strongest(town(5)) == [(0, 1), (1, 2)]
    assert changed({(0, 1): 5, (1, 2): 2}, {(0, 1): 5, (0, 2): 1}) == {(0, 2): 1, (1, 2): -2}


@pytest.mark.parametrize("graphs", [[town(3)], [town(3), town(4)], [nx.Graph(), nx.Graph()]])
def test_pictures_are_the_same_bytes_twice(graphs: list[nx.Graph]) -> None:
    about = found((0.2, 0.21))
    first, second = (network_picture(about, graphs, sharing_sentence(about)) for _ in range(2))
    assert first == second
    assert first.startswith(b"\x89PNG")


def test_the_picture_says_that_it_is_one_replicate_and_no_word_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a color of ties one of ACOs. A scenario's name may have 64 letters."""
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    about = found((0.2, 0.21), (0.4, 0.43))
    about["scenarios"] = ["fee_for_service", "wwww_" * 12 + "wwww"]
    network_picture(about, [town(3), town(1_234)], sharing_sentence(found((0.2, 0.21))))
    [figure] = drawn
    figure.draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in figure.findobj(Text) if text.get_text()}
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y0 >= 0 for box in boxes.values())
    assert any("in this one replicate" in said for said in boxes)
    assert any("its luck included, no estimate" in said for said in boxes)
    assert not {MORE, FEWER} & set(COLORS.values())


def lives(scenarios: list[Scenario], patients: int) -> dict[str, Network]:
    (only,) = run_tasks(replicate_tasks(looking(None), scenarios, Size(patients, 1, 1, seed=1, threads=2)), 2)
    return only.runs


def test_under_fixed_practice_no_contract_moves_the_network() -> None:
    other = under(DEFAULT, "capitation").with_values({}, "other")
    networks = lives([DEFAULT, other], 1_000)
    assert networks["default"].measures == networks["other"].measures
    assert networks["default"].look.areas == (0,)


@pytest.mark.parametrize(("dispersion", "moved"), [(0.4, True), (0.0, False)])
def test_steering_alone_moves_it_where_prices_differ(dispersion: float, moved: bool) -> None:
    """Capitation pays for what others bill: going to the cheaper is worth the difference to those who feel all of it.

    Only referral shares move; with one price for all there is nothing to steer to.
    """
    eager = {"levers": ("steering",), "value_share": 1.0, "steering_cost": 50.0, "speed": 0.5}
    values = {f"behavior.{name}": value for name, value in eager.items()} | {"payers.*.price_dispersion": dispersion}
    networks = lives([scenario.with_values(values, scenario.name) for scenario in (BEHAVING, CAPITATION)], 1_000)
    assert (networks["default"].measures != networks["capitation"].measures) == moved


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonesuch",), "there is no scenario 'nonesuch'"),
        (("capitation", "--area", "2"), "--area 2: the region of capitation has 1 area"),
        (("capitation", "--json", "vbp-network.png"), "vbp-network.png"),
        (("capitation", "--area", "0"), "--area"),
        (("capitation", "--patients", "many"), "--patients"),
    ],
)
def test_wrong_input_is_one_message_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    command = [sys.executable, FAKE_VBP, "network", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_command_prints_draws_and_writes(tmp_path: Path) -> None:
    size = ("--patients", "600", "--years", "1", "--replicates", "2", "--json", "n.json")
    command = [sys.executable, "-m", "vbp_agents", "network", "capitation", *size]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "modularity" in done.stdout
    assert (tmp_path / "vbp-network.png").read_bytes().startswith(b"\x89PNG")
    written = json.loads((tmp_path / "n.json").read_text(), parse_constant=pytest.fail)
    assert set(written["measures"]) == set(NETWORK_MEASURES)
    assert written["scenarios"] == ["fee_for_service", "capitation"]


@pytest.mark.slow
def test_with_out_everything_goes_to_one_folder(tmp_path: Path) -> None:
    """As with the other commands: the picture, the numbers and what was run; and nothing is replaced unasked."""
    size = ("--patients", "600", "--years", "1", "--replicates", "1", "--out", "r")
    command = [sys.executable, "-m", "vbp_agents", "network", "capitation", *size]
    done, again = (subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False) for _ in range(2))
    assert done.returncode == 0, done.stderr
    assert "Behavior of providers, the same in all scenarios: profit_and_benefit" in done.stdout
    assert (again.returncode, "--overwrite" in again.stderr) == (2, True)
    assert [file.name for file in tmp_path.iterdir()] == ["r"]
    files = {
        "network.png",
        "network.json",
        "metadata.json",
        "scenario_capitation.yaml",
        "scenario_fee_for_service.yaml",
    }
    assert {file.name for file in (tmp_path / "r").iterdir()} == files
    metadata = json.loads((tmp_path / "r" / "metadata.json").read_text())
    assert (metadata["replicates"], metadata["replicate_seeds"]) == (1, [1])
    folder = [sys.executable, "-m", "vbp_agents", "explain", "r", "--provider", "0"]
    asked = subprocess.run(folder, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (asked.returncode, "months.parquet is missing" in asked.stderr) == (2, True)
