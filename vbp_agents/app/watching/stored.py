"""A film that is in the package: what Watch plays while the engine is compiled for the first time."""

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from vbp_agents.app.recording import Recording
from vbp_agents.study.places import COLORINGS
from vbp_agents.study.simulation import Simulation
from vbp_agents.study.worlds import build_world
from vbp_agents.terms.scenario_file import find_scenario

STORED_FILM = Path(__file__).with_name("stored_film.xz")
SCENARIO, PEOPLE, MONTHS, SEED = "mssp_enhanced", 20_000, 24, 1
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "pb": 0}]
LENGTH = 4
"""Bytes before each part that say how long it is."""


def store(file: Path = STORED_FILM) -> int:
    """Live the film and write it; how many bytes it has."""
    scenario = find_scenario(SCENARIO)
    world = build_world(scenario, patients=PEOPLE, seed=SEED)
    with Simulation(world, scenario, people=True) as simulation:
        recording = Recording(simulation, scenario.region.area_width)
        for month in simulation.months(MONTHS):
            recording.add(month)
    spec = recording.spec("stored", MONTHS, COLORINGS[0].name, pair="stored") | {"rings": "group", "plays": True}
    parts = json.dumps(spec).encode(), recording.film(COLORINGS[0].name), recording.seats.packed(), recording.holders()
    file.write_bytes(packed_parts(parts))
    return file.stat().st_size


def packed_parts(parts: tuple[bytes, ...]) -> bytes:
    """Parts one after another, each after its length, compressed."""
    whole = b"".join(len(part).to_bytes(LENGTH, "little") + part for part in parts)
    return lzma.compress(whole, format=lzma.FORMAT_XZ, filters=FILTERS)


def unpacked_parts(content: bytes) -> list[bytes]:
    """The parts."""
    whole, parts, at = lzma.decompress(content), [], 0
    while at < len(whole):
        end = at + LENGTH + int.from_bytes(whole[at : at + LENGTH], "little")
        parts.append(whole[at + LENGTH : end])
        at = end
    return parts


@cache
def stored() -> dict[str, Any]:
    """The film as the map takes it."""
    spec, film, moves, discs = unpacked_parts(STORED_FILM.read_bytes())
    return {"spec": json.loads(spec), "film": film, "moves": moves, "discs": discs}
