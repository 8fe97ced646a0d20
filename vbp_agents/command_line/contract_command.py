"""`vbp contract`: checks first, then the numbers and the tables, the pictures last."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from vbp_agents.command_line.settings import set_in
from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import by_product, do_all, write, write_numbers
from vbp_agents.presentation.terminal import show, width

CONTRACT_PICTURE = "vbp-contract.png"


def show_contract(name: str, people: int, year: int, files: UserFiles, json: Path | None, settings: list[str]) -> None:
    """`vbp contract`."""
    from vbp_agents.contracts.contract import explain_contract
    from vbp_agents.contracts.contract_table import left_out
    from vbp_agents.files import check_numbers
    from vbp_agents.reports.comparison import to_json
    from vbp_agents.study.question import alone
    from vbp_agents.terms.scenario_file import is_path

    if json:
        check_numbers(json, [*map(Path, filter(is_path, [name])), Path(CONTRACT_PICTURE), *files.paths])
    files.load()
    [scenario] = set_in(alone(name), settings).scenarios
    document = explain_contract(scenario, people, year)
    with deferred() as interruption:
        do_all(
            lambda: write_numbers(json, to_json(document)),
            *(partial(_tell_contract, part) for part in document["shown"]),
            *([partial(show, left_out(document))] if document["not_shown"] else []),
            *(
                by_product("picture", partial(_draw_contract, part, number))
                for number, part in enumerate(document["shown"], 1)
            ),
        )
        interruption.check()


def _draw_contract(part: Mapping[str, Any], number: int) -> None:
    """The picture of one situation of a contract; the second and later ones are numbered."""
    from vbp_agents.contracts.contract_picture import contract_picture
    from vbp_agents.contracts.contract_table import words

    write(_picture(number), contract_picture(part, words(part)))


def _picture(number: int) -> Path:
    path = Path(CONTRACT_PICTURE)
    return path if number == 1 else path.with_stem(f"{path.stem}-{number}")


def _tell_contract(part: Mapping[str, Any]) -> None:
    from vbp_agents.contracts.contract_table import captions, contract_rows, legend, page_tables, words

    tables = [
        (f"\n{caption}", *page_tables(cells, width()))
        for caption, cells in zip(captions(part), contract_rows(part), strict=True)
    ]
    show("\n".join(words(part)), *(line for lines in tables for line in lines), f"\n{legend(part)}")
