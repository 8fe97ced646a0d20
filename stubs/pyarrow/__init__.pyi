"""The slice of PyArrow that this project uses."""

from collections.abc import Mapping
from typing import Any

class Schema:
    metadata: dict[bytes, bytes] | None
    def with_metadata(self, metadata: Mapping[bytes | str, bytes | str]) -> Schema: ...
    def remove_metadata(self) -> Schema: ...

class Table:
    schema: Schema
    @classmethod
    def from_pandas(cls, frame: Any, schema: Schema | None = None, preserve_index: bool | None = None) -> Table: ...
    def replace_schema_metadata(self, metadata: Mapping[str, str] | None = None) -> Table: ...
