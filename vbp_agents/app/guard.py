"""Who may talk to the server: pages that it served itself, under a name of this machine.

A page of another site could open a socket to this one (browsers send it along with cookies), and a name that an
attacker owns can be made to lead here; so the name asked for and the origin of a socket are checked.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEADERS = {
    "content-security-policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # components are compiled in the browser
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'self'",
        )
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
"""What the browser is told: nothing is loaded from elsewhere, and no other page shows this one."""
REFUSED = 1008
"""The code of a socket closed because a policy forbids it."""


def host_name(authority: str) -> str:
    """`[::1]:8765` is the host `::1`; "" where it is no host at all."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


class Guard:
    """An ASGI application around another: it refuses foreign hosts and sockets, and adds HEADERS.

    ``hosts``: the names under which the server may be reached, None for any (it listens to other machines).
    """

    def __init__(self, application: Application, hosts: tuple[str, ...] | None) -> None:
        self.application = application
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())}
        if scope["type"] == "websocket" and not self._own_socket(headers):
            await receive()
            await send({"type": "websocket.close", "code": REFUSED})
        elif scope["type"] == "http" and not self._known(headers.get("host", "")):
            await _refuse(send)
        else:
            await self.application(scope, receive, _with_headers(send) if scope["type"] == "http" else send)

    def _known(self, authority: str) -> bool:
        return self.hosts is None or host_name(authority) in self.hosts

    def _own_socket(self, headers: Mapping[str, str]) -> bool:
        """Was the socket opened by a page of this very address? Browsers always say where a page is from."""
        host, origin = headers.get("host", ""), headers.get("origin", "")
        return self._known(host) and bool(host) and urlsplit(origin).netloc == host


async def _refuse(send: Send) -> None:
    text = b"This name does not belong to the page; open the address that vbp app printed.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _with_headers(send: Send) -> Send:
    more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return sent
