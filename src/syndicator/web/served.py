"""How many answers the web process gave: counted there, read by the engine, in memory that both share."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from ctypes import c_uint64
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = ("feed", "archive", "list", "page", "api", "static", "health")
STATUSES = (200, 226, 301, 304, 400, 404, 405, 410, 500, 503)
_OTHER = len(STATUSES)
_ROW = len(STATUSES) + 2
"""Of each kind: answers by status, those of any other one, and bytes of body."""


class Served:
    """Counts of answers; handed to a process that is started, they are the same there.

    One process counts, in one thread: nothing is locked, and who reads may be an answer behind. They outlive the
    process that counts: the next one goes on with them.
    """

    def __init__(self) -> None:
        self._counts: Any = multiprocessing.get_context("spawn").RawArray(c_uint64, len(KINDS) * _ROW)

    def counting(self, app: ASGIApp) -> ASGIApp:
        """`app`, its answers counted."""
        counts = self._counts

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            row = KINDS.index(_kind(scope["path"])) * _ROW if scope["type"] == "http" else 0

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    counts[row + _COLUMNS.get(message["status"], _OTHER)] += 1
                elif message["type"] == "http.response.body":
                    counts[row + _ROW - 1] += len(message.get("body", b""))
                await send(message)

            await app(scope, receive, sending if scope["type"] == "http" else send)

        return counted

    def answers(self) -> Iterator[tuple[str, str, int]]:
        """Kind, status (or "other") and count, of what there was."""
        for number, kind in enumerate(KINDS):
            for column, status in enumerate((*map(str, STATUSES), "other")):
                if count := self._counts[number * _ROW + column]:
                    yield kind, status, count

    def bytes(self) -> Iterator[tuple[str, int]]:
        """Kind, and the bytes of bodies that were sent."""
        for number, kind in enumerate(KINDS):
            yield kind, self._counts[number * _ROW + _ROW - 1]


_COLUMNS = {status: column for column, status in enumerate(STATUSES)}


def _kind(path: str) -> str:
    if path.startswith("/feeds"):
        return "archive" if "/archive/" in path else "feed"
    if path.endswith((".json", ".html")) and path.startswith(("/articles/", "/categories/")):
        return "list"
    return _FIRST.get(path.split("/", 2)[1] if path.startswith("/") else "", "page")


_FIRST = {"api": "api", "static": "static", "healthz": "health"}
