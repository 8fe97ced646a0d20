"""What was computed once is kept for all visitors: the same question has the same answer, after a reload too."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """Finished work by key, up to ``most`` bytes; what was used least lately goes first. Values are never changed."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, tuple[_Value, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> _Value | None:
        """What is kept under a key; None for nothing."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def keep(self, key: Hashable, value: _Value, size: int) -> None:
        """Keep a value of so many bytes; one that is larger than all the room is not kept."""
        if size > self.most:
            return
        with self._lock:
            self._values[key] = value, size
            self._values.move_to_end(key)
            while sum(taken for _, taken in self._values.values()) > self.most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._values.clear()
