"""What is wrong with a set of parameters, in words: each problem with its path, what is allowed and what was meant."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias, get_args, get_origin

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from vbp_agents.errors import WrongInput, did_you_mean

Steps: TypeAlias = tuple[int | str, ...]
"""Keys and indices from the top."""
Problem: TypeAlias = tuple[Steps, str]
"""Where and what."""

UNKNOWN = "unknown name"
MOST_NAMES = 12
"""Names: more are not listed in a message."""

_PERCENT = re.compile(r"\s*([-+]?[0-9]*[.,]?[0-9]+)\s*%\s*")
_NUMBER = re.compile(r"\s*\$?\s*([-+]?[0-9][0-9,_]*(\.[0-9]+)?)\s*")
_COMMA = re.compile(r"\s*\$?\s*([-+]?[0-9]+),([0-9]+)\s*")
"""One comma: before three digits it may be either kind, before any other number of digits it is a decimal one."""
_GROUPED = re.compile(r"\s*([-+]?[0-9]{1,3}(?:[. '\u2019\u00a0\u202f][0-9]{3})+),([0-9]+)\s*")
"""Groups of thousands apart, and a decimal comma: 1.234,56."""
_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
_TRUTHS = dict.fromkeys(("yes", "on", "y", "1", "true"), "true") | dict.fromkeys(
    ("no", "off", "n", "0", "false"), "false"
)
_KINDS = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_parsing": "a number",
    "string_type": "a text",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def refuse(problems: Iterable[Problem]) -> None:
    """Raise all problems at once, each with its path, as one pydantic error of type "problems"."""
    listed = list(problems)
    if listed:
        text = "; ".join(f"{'.'.join(map(str, path))}: {message}" for path, message in listed)
        raise PydanticCustomError("problems", "{text}", {"text": text, "problems": listed})


def path_of(steps: Steps) -> str:
    """Keys and indices as a path, where nothing has a name of its own."""
    return ".".join(map(str, steps))


def wrong_input(whole: str, problems: Iterable[tuple[str, str]]) -> WrongInput:
    """All problems, by path and message, a line each. ``whole``: what is meant where a path is empty."""
    once = list(dict.fromkeys(problems))
    return WrongInput("\n".join(f"{path or whole}: {message}" for path, message in once), once)


def problems_of(error: ValidationError, model: type[BaseModel], listed: str = "default") -> list[Problem]:
    """Every problem that pydantic found in an input for ``model``. ``listed``: what `vbp sources` has all its names of.

    A list whose items are wrong is not also called too short: pydantic counts the right ones only.
    """
    errors = error.errors()
    within = {details["loc"][:-depth] for details in errors for depth in range(1, len(details["loc"]))}
    shown = [d for d in errors if d["type"] != "too_short" or d["loc"] not in within]
    return [problem for details in shown for problem in _expand(details, model, listed)]


def list_problems(parameters: BaseModel) -> list[Problem]:
    """Lists of another length than their default, and items out of the range declared for each item."""
    problems: list[Problem] = []
    for name, field in type(parameters).model_fields.items():
        value, extra = getattr(parameters, name), field.json_schema_extra
        if not isinstance(value, list | tuple) or not isinstance(extra, Mapping):
            continue
        default = field.get_default(call_default_factory=False)
        if len(value) != len(default):
            points = "; decimals begin with a point" if len(value) == 2 * len(default) else ""
            problems.append(((name,), f"has {len(value)} items; write {len(default)} ({extra['unit']}){points}"))
            continue
        low, high = extra["low"], extra["high"]
        for index, item in enumerate(value):
            if (isinstance(low, int | float) and item < low) or (isinstance(high, int | float) and item > high):
                allowed = f"allowed {low} to {high} ({extra['unit']}){_of_percent(item, extra)}"
                problems.append(((name, index), f"{item} is out of range; {allowed}"))
    return problems


def keys_of(name: str, field: FieldInfo) -> tuple[str, ...]:
    """What a declared value may be called in a file: first as it is to be called, last by its former names."""
    choices = field.validation_alias.choices if isinstance(field.validation_alias, AliasChoices) else []
    keys = [field.alias or name, name, *(str(choice) for choice in choices)]
    return tuple(dict.fromkeys(keys))


def _expand(details: ErrorDetails, model: type[BaseModel], listed: str) -> list[Problem]:
    """One error as problems; our own validators report several at once, with paths below their own."""
    path = details["loc"]
    if details["type"] == "problems":
        return [((*path, *below), message) for below, message in details.get("ctx", {})["problems"]]
    if details["type"] == "extra_forbidden":
        return [(path, _unknown(str(path[-1]), _names(_model_at(model, path[:-1])), listed))]
    return [(path, _explain(details, model))]


def _explain(details: ErrorDetails, model: type[BaseModel]) -> str:
    kind, given, limits = details["type"], details["input"], details.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "too_long":
        return f"has {limits['actual_length']} items; write at most {limits['max_length']}"
    if kind == "too_short":
        return f"is empty; write at least {limits['min_length']}"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(limits["expected"]))
        if not isinstance(given, str):
            return f"must be one of {', '.join(known)}, not {_shown(given)}"
        return f"{given!r} is not known; allowed {', '.join(known)}{did_you_mean(str(given), known)}"
    field = _field_at(model, details["loc"])
    allowed = _allowed(field)
    for limit, words in _LIMITS.items():
        if limit in limits:
            return f"{given} is out of range{allowed or f': must be {words} {limits[limit]}'}{_percent(given, field)}"
    if kind in _KINDS:
        ending = "" if kind == "bool_type" else allowed
        return f"must be {_KINDS[kind]}, not {_shown(given)}{_instead(given, kind)}{ending}"
    if kind == "string_pattern_mismatch":
        return f"{given!r} is not a name: use small letters, digits, _ and -"
    said = details["msg"].removeprefix("Value error, ")
    return said[:1].lower() + said[1:] + allowed


def _unknown(name: str, known: list[str], listed: str) -> str:
    if name.isdigit():
        return f"{UNKNOWN} {name!r}; decimals begin with a point here: a comma between brackets begins something else"
    return f"{UNKNOWN} {name!r}{allowed_names(known, listed)}{did_you_mean(name, known)}"


def allowed_names(known: list[str], listed: str = "default") -> str:
    """What is said of the names that are allowed: all, or where `vbp sources` has many, that it has them."""
    if len(known) > MOST_NAMES and listed:
        return f"; `vbp sources {listed}` lists all {len(known)}"
    return f"; allowed {', '.join(known)}" if known else ""


def _instead(given: object, kind: str) -> str:
    """What to write where a number, true, false or a list of one was written as a text."""
    if kind == "bool_type" and str(given).lower() in _TRUTHS:
        return f"; write {_TRUTHS[str(given).lower()]}"
    if not isinstance(given, str):
        return ""
    if _KINDS[kind] == "a list" and given:
        return f"; write [{given}]"
    if _KINDS[kind] not in ("a number", "a whole number"):
        return ""
    if (percent := _PERCENT.fullmatch(given)) and _KINDS[kind] == "a number":
        return f"; write {_decimal(Decimal(percent[1].replace(',', '.')) / 100)}"
    if grouped := _GROUPED.fullmatch(given):
        return f"; write {re.sub(r'[^-+0-9]', '', grouped[1])}.{grouped[2]}, with a point for the comma"
    if comma := _COMMA.fullmatch(given):
        return f"; write {_with_point(comma[1], comma[2], _KINDS[kind] == 'a number')}"
    if number := _NUMBER.fullmatch(given):
        return f"; write {number[1].replace(',', '').replace('_', '')}, without quotes, signs or commas"
    return ""


def _with_point(whole: str, rest: str, may_be_part: bool) -> str:
    """A number with one comma as it is to be written; both ways where nobody can know which is meant."""
    thousands = len(rest) == 3 and whole.lstrip("+-") != "0"
    if thousands and may_be_part:
        return f"{whole}{rest}, or {whole}.{rest} if the comma begins the decimals"
    return f"{whole}{rest}, without a comma" if thousands else f"{whole}.{rest}, with a point for the comma"


def _percent(given: object, field: FieldInfo | None) -> str:
    """What to write where a share may have been written as a percentage."""
    extra = field.json_schema_extra if field else None
    return _of_percent(given, extra) if isinstance(extra, Mapping) else ""


def _of_percent(given: object, extra: Mapping[str, Any]) -> str:
    is_share = str(extra.get("unit", "")).startswith("share") and extra.get("high") == 1
    if not is_share or not isinstance(given, int | float) or not 1 < given <= 100:
        return ""
    return f"; write {_decimal(Decimal(f'{given:g}') / 100)} for {given:g}%"


def _decimal(number: Decimal) -> str:
    """A share with at least two decimals: 0.40, 0.025."""
    plain = f"{number:f}"
    return plain if len(plain.partition(".")[2]) >= 2 else f"{number:.2f}"


def _shown(given: object) -> str:
    if isinstance(given, dict | list):
        return "a mapping" if isinstance(given, dict) else "a list"
    return "nothing" if given is None else repr(given)[:60]


def _allowed(field: FieldInfo | None) -> str:
    """The declared range and unit of a number; the words that a text may be."""
    extra = field.json_schema_extra if field else None
    if not isinstance(extra, dict):
        words = _words(field.annotation) if field else []
        return f"; allowed {', '.join(words)}" if words else ""
    low, high, unit = extra.get("low"), extra.get("high"), extra.get("unit")
    if isinstance(low, int | float) and isinstance(high, int | float):
        return f"; allowed {low:g} to {high:g} ({unit})"
    return f" ({unit})"


def _words(annotation: Any) -> list[str]:
    """The texts that an annotation names one by one."""
    if get_origin(annotation) is Literal:
        return [word for word in get_args(annotation) if isinstance(word, str)]
    return [word for part in get_args(annotation) for word in _words(part)]


def not_one_of(what: str, given: object, known: list[str]) -> str:
    """What is said where a ``given`` name is none of those ``known``: "there is no regime 'x'; allowed ..."."""
    allowed = f"; allowed {', '.join(known)}"
    if not isinstance(given, str):
        return f"must be the name of a {what}, not {_shown(given)}{allowed}"
    return f"there is no {what} {given!r}{allowed}{did_you_mean(given, known)}"


def _names(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _field_at(model: type[BaseModel], path: Steps) -> FieldInfo | None:
    """The declaration of the field that ``path`` leads to (for an item of a list, the list's)."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    owner = _model_at(model, path[:-1]) if path else None
    fields = owner.model_fields.items() if owner else ()
    return next((field for name, field in fields if path[-1] in keys_of(name, field)), None)


def _model_at(model: type[BaseModel], path: Steps) -> type[BaseModel] | None:
    """The model that ``path`` leads to, None where it leads to something else."""
    here: Any = model
    for part in path:
        if isinstance(part, int):
            here = next((inner for inner in get_args(here) if inner is not Ellipsis), None)
        elif isinstance(here, type) and issubclass(here, BaseModel):
            field = next((f for name, f in here.model_fields.items() if part in keys_of(name, f)), None)
            here = field.annotation if field else None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None
