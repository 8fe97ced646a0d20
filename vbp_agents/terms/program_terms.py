"""Contracts of the Medicare Shared Savings Program by track and performance year: its dated rules as terms."""

from collections.abc import Mapping
from typing import Any

from vbp_agents.errors import did_you_mean
from vbp_agents.problems import refuse
from vbp_agents.rules.program_rules import FIRST_YEAR, TRACKS, Term, terms
from vbp_agents.terms.document import Node, node_of

_REGIME = "shared_savings"
OF_PROGRAM = ("track", "performance_year")
"""What a contract may write in place of the terms that the program fixes."""


def with_program_terms(given: Any) -> Any:
    """A contract with the terms of its ``track`` in its ``performance_year``, below those that it writes itself.

    A contract without a track is left as it is. Raises pydantic's error, with paths, for a track that is none.
    """
    if not isinstance(given, Mapping) or not given.keys() & set(OF_PROGRAM):
        return given
    rest = {name: value for name, value in given.items() if name not in OF_PROGRAM}
    track, year = str(given.get("track", "")), given.get("performance_year")
    refuse(_problems(track, year, rest.get("regime", _REGIME)))
    written = rest.get("terms", {})
    fixed = terms(track, int(str(year)))
    return rest | {"regime": _REGIME, "terms": {**fixed, **written} if isinstance(written, Mapping) else written}


def written_out(document: Node) -> Node:
    """A file in which the terms of its contracts' tracks are written out, each at the place of its track.

    A track that is none stays, for the check of the contract to say so.
    """
    contracts = document.child("contracts")
    if not contracts or not isinstance(document.value, dict) or not isinstance(contracts.value, list):
        return document
    complete = Node([_written_out(contract) for contract in contracts.value], contracts.place, contracts.key)
    return Node({**document.value, "contracts": complete}, document.place, document.key)


def _written_out(contract: Node) -> Node:
    fixed, rest, terms_here = _fixed(contract), contract.without(*OF_PROGRAM), contract.child("terms")
    if not fixed or not isinstance(rest.value, dict) or not (terms_here is None or isinstance(terms_here.value, dict)):
        return contract
    track = contract.at(("track",))
    terms_there = node_of(fixed, track.place)
    regime = Node(_REGIME, track.place, track.key)
    written = {**rest.value, "regime": regime, "terms": terms_here.over(terms_there) if terms_here else terms_there}
    return Node(written, contract.place, contract.key)


def fixed_terms(contract: Node) -> frozenset[str]:
    """The names of the terms that a contract of a file says by its track, none where it has no track."""
    return frozenset(_fixed(contract))


def _fixed(contract: Node) -> dict[str, Term]:
    """The terms that a contract of a file says by its track; none where it has no track, or one that is none."""
    track, year, regime = (child.value if (child := contract.child(name)) else None for name in (*OF_PROGRAM, "regime"))
    if not isinstance(year, int) or _problems(str(track), year, _REGIME if regime is None else regime):
        return {}
    return terms(str(track), year)


def _problems(track: str, year: object, regime: object) -> list[tuple[tuple[str], str]]:
    """What is wrong with a track and its year."""
    if regime != _REGIME:
        return [(("track",), f"tracks are of {_REGIME}, not of {regime}; leave one of the two out")]
    if track not in TRACKS:
        hint = did_you_mean(track, list(TRACKS))
        return [(("track",), f"there is no track {track!r}; allowed {', '.join(TRACKS)}{hint}")]
    if not isinstance(year, int) or isinstance(year, bool) or year < FIRST_YEAR:
        return [(("performance_year",), f"must be a year from {FIRST_YEAR} on, such as 2024")]
    if not TRACKS[track].exists_in(year):
        until = TRACKS[track].until
        years = f"from {TRACKS[track].since} {f'to {until}' if until else 'on'}"
        return [(("performance_year",), f"{TRACKS[track].title} exists {years}, not in {year}")]
    return []
