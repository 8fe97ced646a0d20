"""The slice of uvicorn that the server uses."""

import socket
from types import FrameType
from typing import Any

class Config:
    def __init__(
        self,
        app: Any,
        *,
        log_level: str,
        access_log: bool,
        timeout_graceful_shutdown: int,
        ws_max_size: int,
        ws_per_message_deflate: bool,
    ) -> None: ...

class Server:
    def __init__(self, config: Config) -> None: ...
    def handle_exit(self, sig: int, frame: FrameType | None) -> None: ...
    def run(self, sockets: list[socket.socket] | None = ...) -> None: ...
