"""Listening sockets and the ASGI server on them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from syndicator.core.errors import AddressInUse

_GRACE_SECONDS = 2


def listen(address: str, key: str) -> socket.socket:
    """A listening socket at `host:port`; raises AddressInUse. `key` is where the operator set it."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen(1024)
    except (OSError, UnicodeError) as error:
        listener.close()
        raise AddressInUse(address, key, getattr(error, "strerror", None) or str(error)) from error
    return listener


def server(app: ASGIApp) -> uvicorn.Server:
    """A server for `app`; run it with `.run(sockets=[…])`, end it with `.should_exit = True`."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            # What it has to say goes where all of the program's warnings go.
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            # Host and X-Forwarded-* never change a byte: the base of every link is site.url.
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )


class Exchangeable:
    """An ASGI application in whose place another one may be put; requests under way end with theirs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def served(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve `app` on `listener` meanwhile, in a thread."""
    serving = server(app)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        serving.should_exit = True
        thread.join(timeout=_GRACE_SECONDS + 1)
