"""The JSON Schema of a scenario file, from the declarations that check it: names, units, ranges, defaults, sources.

An editor completes and checks a file with it while it is written. It says what stands where; what numbers and
contracts have to do with each other is checked when the file is read.
"""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vbp_agents.behaviors import behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.declaration import as_plain
from vbp_agents.regimes import regimes
from vbp_agents.rules.program_rules import FIRST_YEAR, TRACKS
from vbp_agents.terms.scenario import BehaviorBlock, Contract, Scenario
from vbp_agents.terms.scenario_file import DEFAULT, find_scenario, presets
from vbp_agents.terms.values import Number

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"
"""What editors know best."""
PLAIN = {float: "number", int: "integer", str: "string", bool: "boolean", dict: "object", type(None): "null"}
_ABOUT = {
    "name": "what results call it; the file's name where it is left out",
    "contracts": "who pays whom by which rule; a list here replaces that of what the file extends",
    "payers": "who pays; a list here replaces that of what the file extends",
    "behavior": "how providers set their levers, the same in all scenarios of a comparison",
    "measurement": "what payers can measure",
    "terms": "the rule's own numbers; what is left out is at its default",
    "holders": "kinds of contract holders, or `all` ACOs",
    "from": "month of the run, 13 is the second January",
}


def file_schema() -> Schema:
    """The whole schema, users' regimes and behaviors that were loaded included."""
    scenario = _of_model(Scenario)
    of_file = {
        "extends": {
            "anyOf": [{"enum": list(presets())}, {"type": "string", "pattern": r"\.ya?ml$"}],
            "description": "a preset, or a path to one file: this file then holds only what differs",
        },
        "values": {
            "type": "object",
            "description": "single values by path, such as `contracts.0.terms.sharing_rate: 0.6`",
            "properties": {number.path: _of_number(number) for number in find_scenario(DEFAULT).numbers()},
        },
    }
    return {
        "$schema": DIALECT,
        "title": "A scenario of vbp-agents",
        **{key: value for key, value in scenario.items() if key != "required"},
        "properties": {**of_file, **scenario["properties"]},
    }


def _of_number(number: Number) -> Schema:
    limits = {"minimum": number.low, "maximum": number.high}
    known = {name: limit for name, limit in limits.items() if limit is not None}
    return {"type": "number", **known, "description": f"{number.title}: {number.unit} [{number.source}]"}


def _of_model(model: type[BaseModel]) -> Schema:
    """A mapping with the names that the model declares and no other."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _of_field(name, field) for name, field in fields.items()},
    }
    if required := [name for name, field in fields.items() if field.is_required()]:
        schema["required"] = required
    return _completed(model, schema)


def _completed(model: type[BaseModel], schema: Schema) -> Schema:
    """What is not in a model's own declaration: names of rules, and which terms each has."""
    properties = schema["properties"]
    if model is Contract:
        properties["regime"]["enum"] = list(regimes())
        properties["holders"] = {"anyOf": [{"const": "all"}, properties["holders"]], "description": _ABOUT["holders"]}
        properties |= {
            "track": {"enum": list(TRACKS), "description": "of the Shared Savings Program, in place of its terms"},
            "performance_year": {"type": "integer", "minimum": FIRST_YEAR, "description": "calendar year of the track"},
        }
        by_track = {"required": ["payer", "track", "performance_year"]}
        rest = {key: value for key, value in schema.items() if key != "required"}
        return {
            **rest,
            "anyOf": [{"required": ["payer", "regime"]}, by_track],
            "allOf": list(_terms("regime", dict(regimes()))),
        }
    if model is BehaviorBlock:
        properties["name"]["enum"] = behavior_names()
        return {**schema, "allOf": list(_terms("name", {name: find_behavior(name) for name in behavior_names()}))}
    return schema


def _terms(name: str, rules: Mapping[str, type[BaseModel]]) -> Iterator[Schema]:
    """Where ``name`` says a rule, `terms` are that rule's."""
    for rule, model in rules.items():
        where = {"properties": {name: {"const": rule}}, "required": [name]}
        yield {"if": where, "then": {"properties": {"terms": _of_model(model)}}}


def _of_field(name: str, field: FieldInfo) -> Schema:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, Mapping) else {}
    schema = _of_type(field.annotation, extra)
    default = None if field.is_required() else as_plain(field.get_default(call_default_factory=True))
    if isinstance(default, list) and "type" in schema and extra:
        schema |= {"minItems": len(default), "maxItems": len(default)}
    if pattern := next((data.pattern for data in field.metadata if getattr(data, "pattern", None)), None):
        schema = _with_pattern(schema, pattern)
    if about := _about(name, field, extra):
        schema["description"] = about
    if isinstance(default, bool | int | float | str) or (extra and default is not None):
        schema["default"] = default
    return schema


def _with_pattern(schema: Schema, pattern: str) -> Schema:
    """A text that matches; of alternatives, the text among them."""
    if "anyOf" in schema:
        return {
            "anyOf": [
                _with_pattern(option, pattern) if option.get("type") == "string" else option
                for option in schema["anyOf"]
            ]
        }
    return {**schema, "pattern": pattern}


def _of_type(kind: Any, extra: Mapping[str, Any]) -> Schema:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _of_type(inner[0], extra)
    if origin in (Union, UnionType):
        return {"anyOf": [_of_type(part, extra) for part in inner]}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (list, tuple):
        return {"type": "array", "items": _of_type(inner[0], extra)}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _of_model(kind)
    schema: Schema = {"type": PLAIN[origin or kind]}
    if kind in (float, int):
        limits = {"minimum": extra.get("low"), "maximum": extra.get("high")}
        schema |= {name: limit for name, limit in limits.items() if limit is not None}
    return schema


def _about(name: str, field: FieldInfo, extra: Mapping[str, Any]) -> str:
    """Unit, what it does, what each item is for, and the source, as far as they are declared."""
    unit, items, source = extra.get("unit", ""), extra.get("items"), extra.get("source", "")
    parts = [str(unit), field.description or "", f"in this order: {', '.join(items)}" if items else ""]
    said = "; ".join(part for part in parts if part) or _ABOUT.get(name, "")
    return f"{said} [{source}]" if source else said
