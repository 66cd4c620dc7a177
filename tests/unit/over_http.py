"""An application served over real HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from syndicator.web import server


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """The port that `app` is served on meanwhile."""
    listener = server.listen("127.0.0.1:0", "server.public")
    with server.served(app, listener):
        yield int(listener.getsockname()[1])
