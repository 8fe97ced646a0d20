from collections.abc import Iterator
from typing import Any

class ValidationError(Exception):
    message: str

class Draft7Validator:
    def __init__(self, schema: Any) -> None: ...
    @classmethod
    def check_schema(cls, schema: Any) -> None: ...
    def iter_errors(self, instance: Any) -> Iterator[ValidationError]: ...
