"""`vbp app`: one server for the page, on this machine unless told otherwise."""

import contextlib
import errno
import importlib.metadata
import importlib.util
import os
import signal
import socket
import sys
import threading
import warnings
import webbrowser
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from vbp_agents.app.guard import LOOPBACK, Application, Guard
from vbp_agents.app.limits import ServerLimits, set_limits
from vbp_agents.app.memory import use_few_arenas
from vbp_agents.app.prepared import prepared
from vbp_agents.errors import WrongInput

if TYPE_CHECKING:
    import uvicorn

_FOLDER = Path(__file__).parent
FRONT_END = _FOLDER / "front_end"
INSTALL = 'the page needs more packages: python -m pip install "vbp-agents[app]"'
BELOW = {"ipyvue": 2, "ipyvuetify": 2, "altair": 6}
"""Packages of which a newer major version breaks the page."""
OTHER_PORTS = 20
"""Ports after the one asked for that are tried where it is taken."""
TAKEN = {errno.EADDRINUSE, *([errno.EACCES] if sys.platform == "win32" else [])}
"""What the system says where another program has the port."""
_PATIENCE = 1.2
"""Seconds after Ctrl-C until the process ends, whatever is still at work."""
SETTINGS = {
    "SOLARA_APP": "vbp_agents.app.shell.page",
    "SOLARA_MODE": "production",
    "SOLARA_HOME": str(FRONT_END),
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_TELEMETRY_SERVER_USER_ID": "nobody",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_TITLE": "vbp-agents",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
    "SOLARA_ASSETS_PROXY_CACHE_DIR": str(FRONT_END),
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "REACTON_FAST": "1",
}
"""Solara reads its settings from the environment when it is imported. What did not change is not walked through again.

A folder that exists and an id that is given keep it from writing to the user's home; sessions whose browser died end
after ten minutes.
"""


def check_page_installed() -> None:
    """Raise WrongInput, with what to install, where the page's packages are missing or too new."""
    if any(importlib.util.find_spec(name) is None for name in ("solara", "uvicorn", "starlette", *BELOW)):
        raise WrongInput(INSTALL)
    for name, major in BELOW.items():
        version = importlib.metadata.version(name)
        if int(version.split(".")[0]) >= major:
            raise WrongInput(f"the page does not work with {name} {version}; {INSTALL.partition(': ')[2]}")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at the port or one of the next. Raises WrongInput where none can be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, min(port + OTHER_PORTS, 65_536)):
        taken = socket.socket(family)
        if sys.platform != "win32":
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, number))
            taken.listen(128)
        except OSError as error:
            taken.close()
            if error.errno not in TAKEN:
                raise WrongInput(f"cannot listen at {host}, port {number}: {error.strerror}") from None
        else:
            return taken
    raise WrongInput(f"the ports {port} to {number} of {host} are taken; name another with --port")


def address_of(host: str, port: int) -> str:
    """What to type into a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def application(host: str) -> Application:
    """The page behind its guard. Imports Solara, with SETTINGS."""
    os.environ.update(SETTINGS)
    warnings.filterwarnings("ignore", "Cookies with samesite=none", UserWarning)  # plain http, as on any own machine
    from solara.server import starlette as solara_server
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    routes = [
        # before Solara's own route, which would look for what is missing on the internet
        Mount("/_solara/cdn", app=StaticFiles(directory=FRONT_END)),
        Mount("/", app=solara_server.app),
    ]
    whole = Starlette(routes=routes, lifespan=solara_server.lifespan)
    loopback = host in LOOPBACK
    return Guard(whole, LOOPBACK if loopback else None)


def _end_soon() -> None:
    """A thread that computes, or a socket that does not close, keeps nobody waiting."""
    timer = threading.Timer(_PATIENCE, os._exit, (130,))
    timer.daemon = True
    timer.start()


def _server(host: str) -> "uvicorn.Server":
    import uvicorn

    class Server(uvicorn.Server):
        """Ends within PATIENCE of the first signal."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            _end_soon()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        application(host),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        ws_max_size=2**22,
        ws_per_message_deflate=host not in LOOPBACK,  # packing takes longer than sending within the machine
    )
    return Server(config)


def _open_browser(address: str) -> None:
    timer = threading.Timer(0.5, webbrowser.open, (address,))
    timer.daemon = True
    timer.start()


def serve(host: str, port: int, browser: bool, chosen: ServerLimits) -> None:
    """Serve the page until Ctrl-C. Raises WrongInput where it cannot be had."""
    check_page_installed()
    with contextlib.closing(listen(host, port)) as listening:
        actual = listening.getsockname()[1]
        address = address_of(host, actual)
        set_limits(chosen)
        use_few_arenas()
        prepared.begin()
        server = _server(host)
        if actual != port:
            sys.stderr.write(f"Port {port} is taken.\n")
        sys.stderr.write(f"The page is at {address} (Ctrl-C ends it)\n")
        if browser:
            _open_browser(address)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server.run(sockets=[listening])
