"""`vbp contract`: checks first, then the pictures, the numbers and the tables."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from vbp_agents.commands import load_regimes
from vbp_agents.interruption import deferred
from vbp_agents.task import each, write
from vbp_agents.terminal import show

CONTRACT_PICTURE = "vbp-contract.png"


def show_contract(name: str, people: int, year: int, regime_files: list[Path], json: Path | None) -> None:
    """`vbp contract`."""
    from vbp_agents.comparison import to_json
    from vbp_agents.contract import explain
    from vbp_agents.contract_table import left_out
    from vbp_agents.files import check_file
    from vbp_agents.scenario_file import find_scenario, is_path

    if json:
        check_file(json, [*map(Path, filter(is_path, [name])), Path(CONTRACT_PICTURE), *regime_files])
    load_regimes(regime_files)
    found = explain(find_scenario(name), people, year)
    with deferred() as interruption:
        each(
            *(partial(_draw_contract, part, number) for number, part in enumerate(found["shown"], 1)),
            lambda: write(json, to_json(found)),
            *(partial(_tell_contract, part) for part in found["shown"]),
            *([partial(show, left_out(found))] if found["not_shown"] else []),
        )
        interruption.check()


def _draw_contract(part: Mapping[str, Any], number: int) -> None:
    """The picture of one situation of a contract; the second and later ones are numbered."""
    from vbp_agents.contract_picture import contract_picture
    from vbp_agents.contract_table import words

    path = Path(CONTRACT_PICTURE)
    write(path if number == 1 else path.with_stem(f"{path.stem}-{number}"), contract_picture(part, words(part)))


def _tell_contract(part: Mapping[str, Any]) -> None:
    from vbp_agents.contract_table import CAPTIONS, rows, table, words

    titles = [caption.format(per=part["per"]) for caption in CAPTIONS]
    show("\n".join(words(part)), *(table(cells, title) for title, cells in zip(titles, rows(part), strict=True)))
