"""An HTML element."""

from typing import Any

def Html(*, tag: str, children: list[Any], class_: str, attributes: dict[str, str]) -> Any: ...
