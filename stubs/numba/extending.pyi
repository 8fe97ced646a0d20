from collections.abc import Callable
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

def register_jitable(**options: bool) -> Callable[[Function], Function]: ...
