"""Single values set in the scenarios of a comparison: `PATH=VALUE` in all that have it, `NAME:PATH=VALUE` in one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vbp_agents.declaration import as_plain
from vbp_agents.errors import WrongInput, close_match, did_you_mean
from vbp_agents.problems import UNKNOWN, wrong_input
from vbp_agents.terms.amending import RULE_NAMES, amend
from vbp_agents.terms.document import as_written, read_value
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import Difference

MEANT = "did you mean "
_WAYS = "write PATH=VALUE, or NAME:PATH=VALUE for one of the scenarios"


@dataclass(frozen=True)
class Setting:
    """What is set, as it was written, and the name of the only scenario in which it is; "" where in all."""

    written: str
    name: str
    path: str
    value: Any


def read_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Values by `PATH` or `NAME:PATH` from texts like `behavior.speed=0.06`, the value as a file writes it.

    Raises WrongInput for a text without a path or value, and for a path that stands there twice.
    """
    values: dict[str, Any] = {}
    for text in texts:
        left, equals, right = (part.strip() for part in text.partition("="))
        if not (left and equals and right):
            raise WrongInput(f"{text!r} sets nothing; {_WAYS} (null for none)")
        if left in values:
            raise WrongInput(f"{left} is set twice; set it once")
        try:
            values[left] = read_value(right)
        except WrongInput as error:
            raise WrongInput(f"{text!r}: {error}") from None
    return values


def with_settings(scenarios: Sequence[Scenario], settings: Mapping[str, object]) -> list[Scenario]:
    """The scenarios under their own names with values set by `PATH` (in all that have it) or `NAME:PATH`.

    A path that not all have, such as a contract's term, is set in those that have it. `behavior.` goes to all or is
    refused, as a comparison has one behavior. Raises WrongInput, with every path and message in ``problems``, for a
    path that no scenario has, a name that none has, and whatever `Scenario.with_values` refuses.
    """
    if not isinstance(settings, Mapping):
        raise WrongInput(f"{settings!r:.60} is no mapping; write values by path, such as {{'behavior.speed': 0.06}}")
    names = [scenario.name for scenario in scenarios]
    asked = [_setting(written, as_plain(value), names) for written, value in settings.items()]
    for setting in asked:
        _refuse_alike(setting, scenarios)
    changed, lacking = [], {setting.written: list[tuple[str, str]]() for setting in asked}
    for scenario in scenarios:
        mine = {s.path: s for s in sorted(asked, key=lambda s: bool(s.name)) if s.name in ("", scenario.name)}
        lacks = dict(amend(scenario.resolved(), {path: setting.value for path, setting in mine.items()}))
        for path, message in lacks.items():
            lacking[mine[path].written].append((scenario.name, message))
        changed.append(_with(scenario, {path: s.value for path, s in mine.items() if path not in lacks}))
    for setting in asked:
        _refuse_lacking(setting, lacking[setting.written], len(names))
    return changed


def _refuse_lacking(setting: Setting, lacking: list[tuple[str, str]], scenarios: int) -> None:
    """Raise WrongInput where no scenario has the path, with the message that says what was meant, if one does."""
    if len(lacking) == (1 if setting.name else scenarios):
        hinted = [lack for lack in lacking if MEANT in lack[1]]
        near = close_match(setting.path, [_hint(message) for _, message in hinted], 0.0)
        name, message = next((lack for lack in hinted if _hint(lack[1]) == near), lacking[-1])
        raise _wrong(setting.written, f"no scenario here has it; in {name}: {message}" if len(lacking) > 1 else message)


def _hint(message: str) -> str:
    """The path that a message says was meant."""
    return message.partition(MEANT)[2].strip("'?")


def described(before: Sequence[Scenario], after: Sequence[Scenario]) -> list[str]:
    """What was set, a line each: what it is, what it was, and in which scenarios."""
    lines: dict[str, list[str]] = {}
    for now, then in zip(after, before, strict=True):
        for line in _changes(now, then):
            lines.setdefault(line, []).append(now.name)
    alike = [", ".join(names) if len(names) < len(after) else "all scenarios" for names in lines.values()]
    whom = alike if len(after) > 1 else [scenario.name for scenario in after] * len(lines)
    return [f"{line}, in {names}" for line, names in zip(lines, whom, strict=True)] or ["as it was already"]


def _changes(now: Scenario, then: Scenario) -> list[str]:
    """The differences in words; the terms of another rule, all of which differ, in one."""
    differences = now.differences(then)
    rules = [d.path for d in differences if not d.only_in and d.path.split(".")[-1] in RULE_NAMES]
    of_rules = tuple(f"{path.rpartition('.')[0]}.terms." for path in rules)
    return [_change(d, d.path in rules) for d in differences if not d.path.startswith(of_rules)]


def _change(difference: Difference, is_rule: bool) -> str:
    value, other = as_written(difference.value), as_written(difference.other)
    if difference.only_in:
        return f"{difference.path} is {f'gone ({other})' if difference.value is None else f'new ({value})'}"
    terms = ", with its own default terms where none are set" if is_rule else ""
    return f"{difference.path} = {value} instead of {other}{terms}"


def _setting(written: str, value: Any, names: list[str]) -> Setting:
    """One setting. Raises WrongInput for what no setting may do."""
    name, colon, path = written.rpartition(":")
    first = path.split(".")[0]
    if colon and name not in names:
        raise _wrong(
            written, f"there is no scenario {name!r} here; there are {', '.join(names)}{did_you_mean(name, names)}"
        )
    if path == "name":
        raise _wrong(written, "a scenario keeps its name here; write another in its file")
    if colon and first == "behavior":
        raise _wrong(written, f"a comparison has one behavior; set {path} for all scenarios")
    return Setting(written, name, path, value)


def _refuse_alike(setting: Setting, scenarios: Sequence[Scenario]) -> None:
    """Raise WrongInput where scenarios would have one rule that are to be compared; first, where none can have it."""
    if setting.name or len(scenarios) == 1 or not _makes_alike(setting.path):
        return
    refused: list[WrongInput] = []
    having = [scenario for scenario in scenarios if not amend(scenario.resolved(), {setting.path: setting.value})]
    for scenario in having:
        try:
            scenario.with_values({setting.path: setting.value})
        except WrongInput as error:
            refused.append(error)
    if refused and len(refused) == len(having):
        of_values = [error for error in refused if not error.problems[0][1].startswith(UNKNOWN)]
        raise wrong_input("scenario", (of_values or refused)[0].problems)
    if having:
        text = f"would make scenarios alike that are to be compared; write NAME:{setting.path}=..."
        raise _wrong(setting.written, text)


def _makes_alike(path: str) -> bool:
    """Whether a path means all contracts, a whole one, its rule or all its terms."""
    parts = path.split(".")
    return parts[0] == "contracts" and (len(parts) <= 2 or parts[2:] in (["regime"], ["terms"]))


def _wrong(written: str, message: str) -> WrongInput:
    return WrongInput(f"{written}: {message}", [(written, message)])


def _with(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """A scenario with values set, under its own name."""
    try:
        return scenario.with_values(values, name=scenario.name) if values else scenario
    except WrongInput as error:
        problems = [(_where(scenario, path), message) for path, message in error.problems]
        raise wrong_input("scenario", problems) from None


def _where(scenario: Scenario, path: str) -> str:
    """A path; of contracts, which are a scenario's own, with its name."""
    return f"{scenario.name}:{path}" if path.split(".")[0] == "contracts" else path
