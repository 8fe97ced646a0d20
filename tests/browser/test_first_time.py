"""The first start on a machine: while the engine is compiled a stored film plays, and what needs no run works."""

from pathlib import Path
from typing import Any

import pytest

from browser.conftest import serving, without_faults
from browser.test_map import drawn

pytestmark = pytest.mark.browser
EMPTY_CACHE = """
import os, time
os.environ["XDG_CACHE_HOME"] = {folder!r}
from vbp_agents.app import prepared
from vbp_agents.command_line.cli import main

def compile_once_told():
    while not os.path.exists({told!r}):
        time.sleep(0.1)
    prepared.live_a_little()

prepared.prepared._work = compile_once_told
main()
"""
"""Compiling begins when the test says so: on a fast machine it would be over before a browser has opened."""
PLAYING = """() => {
  const map = document.querySelector('.map')?.__vue__
  const said = ['A stored film, not your question', 'Preparing, once'].every((t) => document.body.innerText.includes(t))
  return said && map.spec.run === 'stored' && map.month >= 3
}"""
COLD = """
import os
os.environ["XDG_CACHE_HOME"] = {folder!r}
from vbp_agents.command_line.cli import main
main()
"""
SAMPLED = """() => {
  window.seen = []
  setInterval(() => {
    const map = document.querySelector('.map')?.__vue__
    const said = document.body.innerText
    const kind = map ? (map.spec.run === 'stored' ? 'film' : 'own') : 'none'
    const now = [kind, said.includes('A stored film'), map ? map.month : -1]
    if (String(now) !== String(window.seen[window.seen.length - 1])) window.seen.push(now)
  }, 30)
}"""
"""What Watch shows, whenever it changes: which film, whether it is called a stored one, and which month."""
MINUTES = 600_000
"""Milliseconds that compiling may take where other work runs."""


def test_while_the_engine_is_compiled_a_film_plays_and_other_views_work(browser: Any, tmp_path: Path) -> None:
    go_ahead = tmp_path / "told"
    program = ("-c", EMPTY_CACHE.format(folder=str(tmp_path / "cache"), told=str(go_ahead)))
    with serving(tmp_path, program=program) as address, without_faults(browser, address) as pages:
        page = pages("watch?people=5000&years=1")
        page.set_default_timeout(MINUTES)
        page.wait_for_function(PLAYING)
        assert drawn(page) > 20
        for view, heading in (
            ("Contract", "What it pays"),
            ("Learn", "Lessons"),
            ("About", "What the model is, and what it is not"),
        ):
            page.get_by_role("link", name=view, exact=True).click()
            page.get_by_role("heading", name=heading, exact=True).first.wait_for()
        go_ahead.touch()
        page.get_by_role("link", name="Watch", exact=True).click()
        page.wait_for_function("(document.querySelector('.map')?.__vue__.spec.run || 'stored') !== 'stored'")
        page.wait_for_function("document.querySelector('.map').__vue__.ready === 12")
        assert page.get_by_text("A stored film").count() == 0


def test_a_cold_start_goes_from_the_stored_film_to_the_question(browser: Any, tmp_path: Path) -> None:
    """The server compiles, meanwhile the film plays and is called one, and once it can the region is lived."""
    program = ("-c", COLD.format(folder=str(tmp_path / "cache")))
    with serving(tmp_path, program=program) as address, without_faults(browser, address) as pages:
        page = pages("watch?people=5000&years=1")
        page.set_default_timeout(MINUTES)
        page.evaluate(SAMPLED)
        page.wait_for_function("document.querySelector('.map')?.__vue__.ready === 12")
        page.wait_for_function("document.querySelector('.map').__vue__.spec.run !== 'stored'")
        seen: list[tuple[str, bool, int]] = page.evaluate("seen")
    kinds = [kind for kind, _, _ in seen]
    assert kinds.index("film") < kinds.index("own"), "compiling takes longer than opening the page"
    assert "film" not in kinds[kinds.index("own") :], "once the region is lived it stays"
    assert all(labeled is (kind == "film") for kind, labeled, _ in seen if kind != "none")
    assert len({month for kind, _, month in seen if kind == "film"}) > 3, "it plays"
