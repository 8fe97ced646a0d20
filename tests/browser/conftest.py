"""The page as its users have it: a server of its own process, and Chromium, which sees every fault of a page."""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Page = Any
"""playwright's page: types are checked without it."""
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
OFF = ("gpu", "quic", "background-networking", "component-update", "sync")
FLAGS = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in OFF)]
WITH_MORE_VIEWS = Path(__file__).parent / "with_more_views.py"
"""`vbp` as it is installed, with views of tests besides its own."""
WIDE, TABLET = (1280, 800), (800, 1100)
PATIENCE = 60.0
"""Seconds for a server to start on a busy machine."""


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(
    folder: Path, *options: str, program: tuple[str, ...] = ("-m", "vbp_agents")
) -> tuple["subprocess.Popen[str]", str]:
    """A server and its address, once it answers; it runs in ``folder``, where nothing of the checkout is."""
    command = [sys.executable, "-P", *program, "app", "--no-browser", "--port", str(free_port()), *options]
    server = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    lines = iter(server.stderr.readline, "")
    url = next((match[0] for line in lines if (match := re.search(r"http://\S+", line))), None)
    assert url is not None, "the server ended before it said where it is"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=1)
        except OSError:
            time.sleep(0.05)
        else:
            return server, url
    raise AssertionError("the server does not answer")


@contextmanager
def serving(folder: Path, *options: str, program: tuple[str, ...] = ("-m", "vbp_agents")) -> Iterator[str]:
    """The address of a server of its own, which ends whatever happens."""
    server, url = started(folder, *options, program=program)
    try:
        yield url
    finally:
        ended(server)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page is."""
    with serving(tmp_path_factory.mktemp("server"), program=(str(WITH_MORE_VIEWS),)) as url:
        yield url


def ended(server: "subprocess.Popen[str]") -> int:
    """Its exit code, once it was told to end."""
    server.terminate()
    server.communicate(timeout=10)
    return server.returncode


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


class Opened:
    """Pages of one test, and every fault that any of them had."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.faults: list[str] = []
        self.contexts: list[Any] = []

    def __call__(
        self, path: str, size: tuple[int, int] = WIDE, dark: bool = False, still: bool = False, ready: str = ".vbp h1"
    ) -> Page:
        """A page of its own browser context, once ``ready`` is there."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{path}: {error}"))
        page.on("console", lambda said: self._said(path, said))
        page.on("requestfailed", lambda request: self.faults.append(f"{path}: {request.url} failed"))
        page.on("response", lambda answer: self._answered(answer))
        page.on("request", lambda request: self._foreign(request.url))
        page.goto(f"{self.address}/{path}")
        page.wait_for_selector(ready, timeout=30_000)
        return page

    def _said(self, path: str, said: Any) -> None:
        if said.type == "error":
            self.faults.append(f"{path}: {said.text}")

    def _answered(self, answer: Any) -> None:
        if answer.status >= 400:
            self.faults.append(f"{answer.status} {answer.url}")

    def _foreign(self, url: str) -> None:
        allowed = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        if not url.startswith(allowed):
            self.faults.append(f"a request to {url}")


@contextmanager
def without_faults(browser: Any, address: str) -> Iterator[Opened]:
    """Opens pages; at the end, none of them had an error, a failed request or one to somewhere else."""
    pages = Opened(browser, address)
    try:
        yield pages
    finally:
        for context in pages.contexts:
            context.close()
    assert pages.faults == []


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Opened]:
    """Opens pages of the server that all tests share."""
    with without_faults(browser, address) as pages:
        yield pages


Open = Callable[..., Page]
