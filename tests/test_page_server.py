"""What the server says before it starts; without a browser, and without the packages of the page."""

import asyncio
import socket
import sys

import pytest

from vbp_agents.app import server
from vbp_agents.app.guard import LOOPBACK, Guard, Message, host_name
from vbp_agents.errors import WrongInput


def test_without_its_packages_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(WrongInput) as refused:
        server.check_page_installed()
    assert str(refused.value) == 'the page needs more packages: python -m pip install "vbp-agents[app]"'


def test_packages_that_are_too_new_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain `pip install solara` brings ipyvuetify 3, with which the page stays blank."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr("importlib.metadata.version", lambda name: "3.1.0")
    with pytest.raises(WrongInput, match=r"does not work with ipyvue 3\.1\.0"):
        server.check_page_installed()


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with server.listen("127.0.0.1", taken) as found:
            assert taken < found.getsockname()[1] < taken + server.OTHER_PORTS


def test_a_host_that_is_none_is_one_message() -> None:
    with pytest.raises(WrongInput, match="cannot listen at no such host, port 8765"):
        server.listen("no such host", 8765)


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:1"), ("0.0.0.0", "http://127.0.0.1:1"), ("::1", "http://[::1]:1")],
)
def test_the_address_can_be_typed_into_a_browser(host: str, address: str) -> None:
    assert server.address_of(host, 1) == address


@pytest.mark.parametrize(
    ("authority", "name"),
    [("127.0.0.1:8765", "127.0.0.1"), ("[::1]:8765", "::1"), ("LOCALHOST", "localhost"), ("", ""), ("[", "")],
)
def test_hosts_are_told_from_ports(authority: str, name: str) -> None:
    assert host_name(authority) == name


@pytest.mark.parametrize(
    ("hosts", "host", "origin", "passes"),
    [
        (LOOPBACK, "127.0.0.1:8765", "http://127.0.0.1:8765", True),
        (LOOPBACK, "127.0.0.1:8765", "http://127.0.0.1:9999", False),
        (LOOPBACK, "evil.example:8765", "http://evil.example:8765", False),
        (LOOPBACK, "127.0.0.1:8765", "", False),
        (None, "lab.example:8765", "http://lab.example:8765", True),
        (None, "lab.example:8765", "https://evil.example", False),
    ],
)
def test_a_socket_is_for_pages_of_this_very_address(
    hosts: tuple[str, ...] | None, host: str, origin: str, passes: bool
) -> None:
    """The name must be this machine's, where only it is listened to, and the page's own in any case."""
    passed: list[str] = []
    sent: list[Message] = []

    async def application(scope: object, receive: object, send: object) -> None:
        passed.append("here")

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin else [])]
    asyncio.run(Guard(application, hosts)({"type": "websocket", "headers": headers}, receive, send))
    assert bool(passed) is passes
    assert [message["type"] for message in sent] == ([] if passes else ["websocket.close"])


@pytest.mark.skipif(sys.platform != "linux", reason="only the GNU C library has it")
def test_memory_is_given_back_without_a_fault() -> None:
    from vbp_agents.app.memory import give_back, use_few_arenas

    use_few_arenas()
    give_back()
