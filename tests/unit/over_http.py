"""An application served over real HTTP on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from syndicator.web.server import listen, server


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """The port that `app` is served on meanwhile."""
    listener = listen("127.0.0.1:0", "server.public")
    serving = server(app)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        serving.should_exit = True
        thread.join(timeout=5)
