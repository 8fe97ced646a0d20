"""Packages of the extra `sweep` that an analysis may lack: what it says instead of its answer."""


class MissingPackage(ImportError):
    """An analysis needs a package that is not installed; the message says how to get it."""

    def __init__(self, package: str) -> None:
        super().__init__(f"This needs {package}; install it with `pip install 'vbp-agents[sweep]'`.")
