"""The slice of loky that this project uses: processes that do not import the main script."""

from collections.abc import Callable
from concurrent.futures import Executor
from multiprocessing.context import BaseContext

class ProcessPoolExecutor(Executor):
    def __init__(
        self,
        max_workers: int,
        *,
        context: BaseContext,
        initializer: Callable[..., None],
        initargs: tuple[object, ...],
    ) -> None: ...
    def shutdown(self, wait: bool = ..., *, cancel_futures: bool = ..., kill_workers: bool = ...) -> None: ...
