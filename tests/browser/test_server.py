"""The server: whom it answers, how it ends, and what it says where it cannot start."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from browser.conftest import Open, ended, started

pytestmark = pytest.mark.browser


def test_other_names_of_this_machine_are_refused(address: str) -> None:
    """A name that an attacker owns can be made to lead to the loopback address."""
    request = urllib.request.Request(address, headers={"Host": "attacker.example"})
    with pytest.raises(urllib.error.HTTPError, match="421"):
        urllib.request.urlopen(request)


@pytest.mark.parametrize("origin", ["http://attacker.example", "null", ""])
def test_a_page_of_another_origin_gets_no_socket(origin: str, address: str) -> None:
    connect = pytest.importorskip("websockets.sync.client").connect
    exceptions = pytest.importorskip("websockets.exceptions")
    where = address.replace("http", "ws", 1) + "/jupyter/api/kernels/1234/channels?session_id=1"
    with pytest.raises(exceptions.InvalidStatus, match="403"):
        connect(where, origin=origin or None)


def test_what_is_missing_is_not_fetched_from_elsewhere(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/_solara/cdn/vega@5/build/vega.js")
    for path in ("/static/public/../../../pyproject.toml", "/_solara/cdn/../server.py", "/static/assets/../server.py"):
        with socket.create_connection(tuple_of(address)) as raw:
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {address[7:]}\r\nConnection: close\r\n\r\n".encode())
            assert b"404" in raw.recv(64)


def tuple_of(address: str) -> tuple[str, int]:
    """Host and port."""
    host, port = address.removeprefix("http://").split(":")
    return host, int(port)


def test_ctrl_c_ends_it_within_two_seconds_also_while_a_page_is_open(tmp_path: Path, opened: Open) -> None:
    server, url = started(tmp_path)
    connect = pytest.importorskip("websockets.sync.client").connect
    where = url.replace("http", "ws", 1) + "/jupyter/api/kernels/1234/channels?session_id=1"
    with connect(where, origin=url):
        began = time.monotonic()
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=10)
    assert time.monotonic() - began < 2
    assert server.returncode == 130


def test_where_a_port_is_taken_the_next_is_used_and_said(tmp_path: Path, address: str) -> None:
    taken = tuple_of(address)[1]
    command = [sys.executable, "-P", "-m", "vbp_agents", "app", "--no-browser", "--port", str(taken)]
    server = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    said = server.stderr.readline() + server.stderr.readline()
    ended(server)
    assert f"Port {taken} is taken." in said
    port = re.search(r"127\.0\.0\.1:(\d+)", said)
    assert port is not None
    assert taken < int(port[1]) <= taken + 20


def test_the_server_writes_nothing_into_the_folder_it_is_started_in(tmp_path: Path) -> None:
    server, _ = started(tmp_path)
    ended(server)
    assert list(tmp_path.iterdir()) == []
