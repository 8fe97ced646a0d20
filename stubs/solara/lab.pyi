"""The slice of Solara's laboratory that the page uses."""

from collections.abc import Callable

def on_kernel_start(function: Callable[[], Callable[[], None]]) -> Callable[[], None]: ...
