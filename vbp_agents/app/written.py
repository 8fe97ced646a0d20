"""The page's scenarios as files that `vbp compare` takes, and the commands that give the page's numbers."""

import io
import json
import shlex
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vbp_agents.app.question import PageQuestion
from vbp_agents.errors import WrongInput
from vbp_agents.results import scenario_yaml
from vbp_agents.study.question import BASELINE
from vbp_agents.terms.document import read_value
from vbp_agents.terms.scenario_file import presets, scenario_in

if TYPE_CHECKING:
    from vbp_agents.terms.scenario import Scenario

_WORDS = ("name", "title", "description", "source")


def scenario_file(scenario: "Scenario", extends: str = "") -> bytes:
    """A scenario as YAML: what differs from a preset, where that says it all, else every value."""
    if extends in presets():
        short = _short(scenario, extends)
        if _means(short, scenario):
            return short
    return scenario_yaml(scenario)


def _short(scenario: "Scenario", extends: str) -> bytes:
    """The file that extends a preset, with the values that differ from it by path."""
    from vbp_agents.terms.scenario_file import find_scenario

    lines = [f"{word}: {json.dumps(getattr(scenario, word), ensure_ascii=False)}" for word in _WORDS]
    changed = [d for d in scenario.differences(find_scenario(extends)) if not d.only_in]
    values = [f"  {d.path}: {json.dumps(d.value, ensure_ascii=False)}" for d in changed]
    return "\n".join([f"extends: {extends}", *lines, *(["values:", *values] if values else []), ""]).encode()


def _means(data: bytes, scenario: "Scenario") -> bool:
    """Whether a file is just that scenario."""
    try:
        read_back, resets = scenario_in(data, f"{scenario.name}.yaml")
    except WrongInput:
        return False
    return not resets and (read_back.name, read_back.hash) == (scenario.name, scenario.hash)


@dataclass(frozen=True)
class Written:
    """A question for the command line and for Python. ``files``: by name, the scenarios that must be saved first."""

    command: str
    python: str
    files: dict[str, bytes]


def commands_of(question: PageQuestion, replicates: int) -> Written:
    """The question with so many replicates; settings where presets will do, files where not."""
    names = question.names()
    if all(choice.file is None and choice.name == name for choice, name in zip(question.choices, names, strict=True)):
        return _written(question, replicates, names, question.settings(), question.behavior(), {})
    return with_files(question, replicates)


def with_files(question: PageQuestion, replicates: int) -> Written:
    """The same where every scenario is a file."""
    scenarios = zip(question.choices, question.scenarios(), strict=True)
    files = {f"{s.name}.yaml": scenario_file(s, "" if choice.file else choice.name) for choice, s in scenarios}
    return _written(question, replicates, list(files), {}, None, files)


def _written(
    question: PageQuestion,
    replicates: int,
    names: list[str],
    settings: dict[str, Any],
    behavior: str | None,
    files: dict[str, bytes],
) -> Written:
    sizes = {"patients": question.people, "years": question.years, "replicates": replicates, "seed": question.seed}
    words = ["vbp", "compare", *names]
    if names[0] != BASELINE:
        words += ["--baseline", names[0]]
    words += [part for name, number in sizes.items() for part in (f"--{name}", str(number))]
    if behavior:
        words += ["--behavior", behavior]
    words += [part for path, value in settings.items() for part in ("--set", f"{path}={_value(value)}")]
    arguments = [json.dumps(names), f"baseline={json.dumps(names[0])}"]
    arguments += [f"{name}={number}" for name, number in sizes.items()]
    arguments += [f"behavior={json.dumps(behavior)}"] if behavior else []
    arguments += [f"set={settings!r}"] if settings else []
    lines = "".join(f"    {argument},\n" for argument in arguments)
    python = f"from vbp_agents import compare\n\ncomparison = compare(\n{lines})\nprint(comparison)\n"
    return Written(shlex.join(words), python, files)


def _value(value: object) -> str:
    """A value as it stands after `PATH=`."""
    if isinstance(value, str) and _is_plain(value):
        return value
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Whether a text without quotes is read as itself."""
    try:
        return read_value(text) == text
    except WrongInput:
        return False


def archive(files: dict[str, bytes], command: str) -> bytes:
    """Files and the command that runs them, as a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as into:
        for name, data in {**files, "command.txt": f"{command}\n".encode()}.items():
            into.writestr(zipfile.ZipInfo(name), data)
    return content.getvalue()
