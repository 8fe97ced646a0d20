"""Public use files mutated at random: each ends in an answer or in one message, soon, and never in a traceback."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from public_use_files import LAYOUTS

from vbp_agents.reconciliation.reconcile import ReconcileError, reconcile

SECONDS = 3.0
"""Of a processor: more than a small file may take."""
LONGEST = 1_500
"""Letters of a message."""
CELLS = [
    *("", " ", "nan", "NaN", "#N/A", "*", ".", "-", "(1,200)", "1e300", "1E+08", "1e-300", "inf", "-0", "0", "-1", "1"),
    *(
        "0,025",
        "25.000",
        "2%",
        "250%",
        "-5%",
        "$5",
        "€ 5",
        '"',
        "'",
        "\t",
        ";",
        "=1+1",
        "2019",
        "PY2020",
        "EN",
        "BASIC",
    ),
    *(
        "BASIC E",
        "1+",
        "Track 4",
        "yes",
        "x",
        "Total",
        "99999999999999999999",
        "0.028999999999999998",
        "\u0661",
        "é",
        "\0",
    ),
    *("ACO_ID", "ABtotBnchmk", "9" * 5000, "a\nb", "1.2.3", "--", "1,2,3", "٣", "+", "%", "()", "1e", "E5", "0x10"),
]


def mutate_bytes(data: bytes, luck: random.Random) -> bytes:
    place, cut = luck.randrange(len(data) + 1), luck.randrange(1, 40)
    junk = bytes(luck.randrange(256) for _ in range(luck.randrange(1, 5)))
    return luck.choice([data[:place] + junk + data[place:], data[:place] + data[place + cut :], data[:place]])


def mutate_cell(data: bytes, luck: random.Random) -> bytes:
    lines = [line.split(b",") for line in data.split(b"\n")]
    cells = luck.choice(lines)
    cells[luck.randrange(len(cells))] = luck.choice(CELLS).encode()
    return b"\n".join(b",".join(cells) for cells in lines)


def mutate_lines(data: bytes, luck: random.Random) -> bytes:
    lines = data.split(b"\n")
    line = luck.choice([*lines, b"Performance Year 2020", b", , ,", b"Source: a, b", b"Total,,,1,2,3", b"sep=;"])
    place = luck.randrange(len(lines) + 1)
    kept = lines[:place] + ([line] if luck.random() < 0.7 else []) + lines[place + luck.randrange(2) :]
    luck.shuffle(kept) if luck.random() < 0.1 else None
    return b"\n".join(kept)


def mutate_column(data: bytes, luck: random.Random) -> bytes:
    lines = [line.split(b",") for line in data.split(b"\n")]
    place, other = (luck.randrange(len(lines[0])) for _ in range(2))
    for cells in lines:
        if max(place, other) < len(cells):
            if luck.random() < 0.5:
                cells[place], cells[other] = cells[other], cells[place]
            else:
                del cells[place]
    return b"\n".join(b",".join(cells) for cells in lines)


def mutate_format(data: bytes, luck: random.Random) -> bytes:
    separator = luck.choice([b"\t", b";", b"|", b" ", b":"])
    encoding = luck.choice(["utf-16", "utf-16-le", "utf-8-sig", "utf-32", "utf-16-be"])
    changed = luck.choice([data.replace(b",", separator), data.replace(b"\n", b"\r"), data.replace(b".", b",")])
    return changed.decode(errors="replace").encode(encoding) if luck.random() < 0.5 else changed


def join(data: bytes, luck: random.Random) -> bytes:
    return data + luck.choice(list(LAYOUTS.values())).encode()


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    *(mutate_bytes, mutate_cell, mutate_cell, mutate_lines, mutate_column, mutate_format, join)
]


def mutated(number: int) -> bytes:
    """File ``number`` after one to four mutations."""
    luck = random.Random(number)
    data = luck.choice(list(LAYOUTS.values())).encode()
    for _ in range(luck.randrange(1, 5)):
        data = luck.choice(MUTATIONS)(data, luck)
    return data


def refusal(file: Path) -> str:
    """What is said where a file cannot be settled, "" where it is; every form of the answer is made."""
    try:
        reconciled = reconcile(file)
    except ReconcileError as error:
        return str(error)
    json.dumps(reconciled.to_json(), allow_nan=False)
    settlements = [row[name] for row in reconciled.misses_table() for name in ("rule", "with_adjustment")]
    assert reconciled.summary()
    assert reconciled.table()
    assert "-0" not in settlements
    return ""


def check(number: int, file: Path) -> bool:
    """Settle file ``number``; True where it is settled, False where one message refuses it."""
    file.write_bytes(mutated(number))
    started = time.process_time()
    said = refusal(file)
    assert time.process_time() - started < SECONDS, number
    assert not said or said.startswith(str(file)), number
    assert len(said.splitlines()) <= 1, number
    assert len(said) < LONGEST, number
    return not said


def test_some_hundred_mutated_files(tmp_path: Path) -> None:
    settled = sum(check(number, tmp_path / "puf.csv") for number in range(400))
    assert 100 < settled < 380  # neither nothing nor everything is an answer


@pytest.mark.full
def test_ten_thousand_mutated_files(tmp_path: Path) -> None:
    settled = sum(check(number, tmp_path / "puf.csv") for number in range(400, 10_400))
    assert 2_500 < settled < 9_500
