"""The page as a visitor has it: waits, frames a second, and the server's time and memory, in Chromium.

    python benchmarks/app.py [--people 20000 40000] [--sessions 10]

It needs the extras `app` and `browser`, Chromium, compiled code in the cache, and Linux, whose /proc says what the
server uses. The bare engine lives the same months of the changed scenario in this process, on one thread, in turn with
the page, which has one replicate to live for this. Ratios are medians over the pairs: of waits, and of processor
seconds, which say more where other work runs.
"""

import argparse
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from vbp_agents import Simulation, build_world, find_scenario

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"]
PATIENCE = 600_000
TERM, VALUES = "Sharing rate, share of savings", (0.70, 0.65, 0.60, 0.55, 0.50)
YEARS, TICKS = 5, 100
ROUNDS = 2
"""Of many visitors: what the first leaves is kept for all visitors, on purpose; the second should leave nothing."""
MAP = "document.querySelector('.map canvas') && document.querySelector('.map').__vue__"


@contextmanager
def served(*options: str) -> Iterator[tuple[str, int]]:
    """The address and the process of a server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "vbp_agents", "app", "--no-browser", "--port", str(port), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        lines = iter(server.stderr.readline, "")
        try:
            yield next(match[0] for line in lines if (match := re.search(r"http://\S+", line))), server.pid
        finally:
            server.terminate()


def memory(process: int) -> float:
    """Megabytes that the process has of its own, shared ones by their part."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    return int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0]) / 1e3


def used(process: int) -> float:
    """Processor seconds of the process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def opened(browser: Any, address: str, people: int, more: str = "") -> tuple[Any, float]:
    """A visitor's page, and the seconds until the map has its first picture."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE)
    began = time.perf_counter()
    page.goto(f"{address}/watch?from=fee_for_service&to=mssp_enhanced&people={people}{more}")
    page.wait_for_function(f"({MAP})?.frames > 0 && ({MAP}).spec.people > 0", timeout=PATIENCE, polling=20)
    return page, time.perf_counter() - began


def until_lived(page: Any) -> None:
    """Wait until all months of the first replicate are there."""
    page.wait_for_function(f"({MAP}).ready === {12 * YEARS}", timeout=PATIENCE, polling=20)


def redrawn(page: Any, process: int, value: float) -> tuple[float, float]:
    """Seconds, and the server's processor seconds, from a changed term to its five years on the map."""
    run = page.evaluate(f"({MAP}).spec.run")
    field = page.get_by_label(TERM, exact=True)
    field.fill(str(value))
    before, began = used(process), time.perf_counter()
    field.press("Tab")
    page.wait_for_function(
        f"({MAP}).spec.run !== {run!r} && ({MAP}).ready === {12 * YEARS}", timeout=PATIENCE, polling=20
    )
    return time.perf_counter() - began, used(process) - before


def bare(people: int, value: float) -> tuple[float, float]:
    """Seconds, and processor seconds, of the engine for the same months of the changed scenario with everybody."""
    world = build_world("mssp_enhanced", patients=people, seed=1, threads=1)
    changed = find_scenario("mssp_enhanced").with_values({"contracts.0.terms.sharing_rate": value})
    began, before = time.perf_counter(), time.process_time()
    with Simulation(world, changed, people=True) as simulation:
        for _ in simulation.months(12 * YEARS):
            simulation.everybody()
    return time.perf_counter() - began, time.process_time() - before


def frames(page: Any, seconds: float = 5.0) -> float:
    """Pictures a second of the map while it plays fast."""
    page.get_by_role("button", name="Back to the start").click()
    page.locator(".map-play select").select_option(label="fast")
    page.get_by_role("button", name="Play", exact=True).click()
    before, began = page.evaluate(f"({MAP}).frames"), time.perf_counter()
    page.wait_for_timeout(1_000 * seconds)
    return float((page.evaluate(f"({MAP}).frames") - before) / (time.perf_counter() - began))


def one_visitor(browser: Any, address: str, process: int, people: int) -> None:
    """What one visitor waits for."""
    page, first = opened(browser, address, people)
    until_lived(page)
    page.get_by_role("button", name="Change the numbers").click()
    pairs = []
    for value in VALUES:
        page.wait_for_selector("[data-status=done]", timeout=PATIENCE)
        pairs.append((bare(people, value), redrawn(page, process, value)))
    (engine, wall), (least, busy) = ([min(pair[whose][what] for pair in pairs) for whose in (0, 1)] for what in (0, 1))
    wait, work = (median(drawn[what] / alone[what] for alone, drawn in pairs) for what in (0, 1))
    print(f"{people:,} people: first picture after {first:.1f} s")
    print(f"  five years after a changed term: {wall:.2f} s, the engine alone {engine:.2f} s, ratio {wait:.2f}")
    print(f"  in processor seconds: the server {busy:.2f}, the engine alone {least:.2f}, ratio {work:.2f}")
    print(f"  the server's time a month of these: {1_000 * busy / (12 * YEARS):.0f} ms, engine included")
    print(f"  the map: {frames(page):.0f} pictures a second")
    page.context.close()


def many(browser: Any, address: str, process: int, people: int, sessions: int) -> None:
    """Visitors at once, each with another question; and what the server keeps of them."""
    before, began = memory(process), time.perf_counter()
    pages = [opened(browser, address, people, f"&seed={seed}&years={YEARS}")[0] for seed in range(2, 2 + sessions)]
    for page in pages:
        until_lived(page)
    taken, most = time.perf_counter() - began, memory(process)
    for page in pages:
        page.context.close()
    time.sleep(10)
    print(f"{sessions} sessions at once, {people:,} people: all lived after {taken:.0f} s")
    print(f"  memory {before:.0f} MB before, {most:.0f} with all, {memory(process):.0f} ten seconds after they left")


def driver_of_browsers() -> Any:
    """Playwright's, whose types are not asked for."""
    return import_module("playwright.sync_api").sync_playwright()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[20_000, 40_000])
    parser.add_argument("--sessions", type=int, default=10)
    options = parser.parse_args()
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with driver_of_browsers() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        with served("--most-replicates", "1") as (address, process):
            for people in options.people:
                one_visitor(browser, address, process, people)
        with served() as (address, process):
            for _ in range(ROUNDS):
                many(browser, address, process, options.people[0], options.sessions)
        browser.close()


if __name__ == "__main__":
    main()
