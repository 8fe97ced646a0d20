"""The numbers that a set of parameters declares, and what may be written for each: its ends and what lies between."""

from collections.abc import Iterator, Mapping
from random import Random
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def extra(field: FieldInfo) -> Mapping[str, Any]:
    """Unit, range and source of a field; empty where it declares none."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, Mapping) else {}


def is_number(field: FieldInfo) -> bool:
    """Whether a field declares a range: of a number, or of each number of a list."""
    return extra(field).get("low") is not None


def ends(field: FieldInfo) -> Iterator[tuple[str, object]]:
    """Each end of a number's range with a word for it; of a list, of every item by itself and of all at once."""
    default = field.get_default(call_default_factory=True)
    for word in ("low", "high"):
        end = _as_declared(field, extra(field)[word])
        if not isinstance(default, list):
            yield word, end
            continue
        yield f"all {word}", [end] * len(default)
        for index in range(len(default)):
            yield f"{index} {word}", [end if n == index else item for n, item in enumerate(default)]


def some_value(field: FieldInfo, luck: Random) -> object:
    """Anything that the field's declaration allows, an end now and then."""
    kinds = _kinds(field)
    if type(None) in kinds and luck.random() < 0.3:
        return None
    if words := [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]:
        return luck.choice(words)
    if bool in kinds:
        return luck.random() < 0.5
    default = field.get_default(call_default_factory=True)
    if isinstance(default, list):
        return [_between(field, luck, item) for item in default]
    return _between(field, luck, default)


def is_declared(field: FieldInfo) -> bool:
    """Whether `some_value` knows what may be written."""
    return is_number(field) or any(kind is bool or get_origin(kind) is Literal for kind in _kinds(field))


def some_terms(model: type[BaseModel], luck: Random, most: int, leave_out: set[str] | None = None) -> dict[str, Any]:
    """Up to ``most`` of a model's declared terms, each anywhere in its range."""
    fields = {n: f for n, f in model.model_fields.items() if n not in (leave_out or ()) and is_declared(f)}
    names = luck.sample(sorted(fields), luck.randint(0, min(most, len(fields))))
    return {name: some_value(fields[name], luck) for name in names}


def _kinds(field: FieldInfo) -> tuple[Any, ...]:
    """What a field may be: the parts of a union, or the one thing."""
    kind = field.annotation
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _between(field: FieldInfo, luck: Random, default: object) -> object:
    """Anywhere in the range: near the default as often as far from it."""
    low, high = extra(field)["low"], extra(field)["high"]
    if isinstance(default, int | float) and luck.random() < 0.5:
        value = default * luck.uniform(0.5, 1.5)
    else:
        value = luck.choice([low, high, luck.uniform(low, high)])
    return _as_declared(field, min(high, max(low, value)))


def _as_declared(field: FieldInfo, value: float) -> object:
    return round(value) if int in (_kinds(field)[0], *get_args(_kinds(field)[0])) else float(value)
