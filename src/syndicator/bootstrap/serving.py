"""Serving what is published: by a command, in the web process beside an engine, and as files."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from syndicator.config.settings import Settings
from syndicator.runners.child import end_with_parent
from syndicator.store.store import Store
from syndicator.web.export import Progress, Reader
from syndicator.web.export import export as written
from syndicator.web.export_folder import Written
from syndicator.web.public import public_app
from syndicator.web.served import Served
from syndicator.web.server import Exchangeable, listen, server

from .hub import Hub
from .logs import log, told
from .parts import report

_END = (signal.SIGINT, signal.SIGTERM)


def serve(hub: Hub) -> None:
    """Serve what is published until SIGINT or SIGTERM, without an engine."""
    listener = listen(hub.settings.server.public, "server.public")
    log().info("serving", public=f"http://{hub.settings.server.public}/")
    serve_on(hub, listener)


def serve_on(
    hub: Hub, listener: socket.socket, engine: Connection | None = None, answers: Served | None = None
) -> None:
    """Serve on `listener` until a signal, or until the parent process is gone.

    An `engine` tells of other settings to go on by; `answers` are counted.
    """
    with hub._store(read_only=True) as store:
        store.check_schema()
        app = Exchangeable(_public_app(hub, store))
        if engine:
            threading.Thread(target=_follow, args=[engine, app, store], name="configuration", daemon=True).start()
        serving = server(answers.counting(app) if answers else app)
        # uvicorn ends on these signals, and then raises them once more: that is not to end anything.
        for number in _END:
            signal.signal(number, signal.SIG_IGN)
        end_with_parent(lambda: setattr(serving, "should_exit", True))
        serving.run(sockets=[listener])


def export(hub: Hub, out: Path, progress: Progress) -> Written:
    """Write what is served as files below the folder `out`; needs no engine, and disturbs none."""
    with hub._store(read_only=True) as store:
        store.check_schema()
        categories = [category.id for category in hub.categories]
        app, size = _public_app(hub, store), hub.settings.publishing.archive_size
        return written(app, store, categories, size, out, progress, hub.theme[0])


def serve_child(path: Path, settings: Settings, listener: socket.socket, answers: Served, engine: Connection) -> None:
    """What the web process runs. It reads no file, whose words may be others by now; only plain values cross over."""
    with told(log(), "web"):
        serve_on(Hub(path, settings), listener, engine, answers)


def _follow(engine: Connection, app: Exchangeable, store: Store) -> None:
    """Go on by the settings that the engine sends; a request under way ends by those that it began with."""
    with suppress(EOFError, OSError):  # the engine is gone
        while True:
            path, settings = engine.recv()
            try:
                app.app = _public_app(Hub(path, settings), store)
            except Exception as error:
                engine.send(repr(error))
            else:
                engine.send("")


def _public_app(hub: Hub, reader: Reader) -> Any:
    theme, left_out = hub.theme
    for problem in left_out:
        log().warning("left out of the theme", problem=str(problem))
    return public_app(reader, hub.site, hub.categories, hub.archive_size, hub.clock, theme, report)
