"""The published documents as they were rendered, from memory: the path that feed readers and aggregators hammer."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Protocol

from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Receive, Scope, Send

from syndicator.core.model import PublishedDocument

from .conditional import Answer
from .security import OPEN

_LOOK_SECONDS = 0.5
"""How long what is in memory is believed; so a new document is served within so much of its publishing."""
_MOST_BYTES = 64 << 20
_MAX_AGE = 300


class Reader(Protocol):
    """The part of the store that documents come from."""

    def document(self, path: str) -> PublishedDocument | None: ...
    def publications(self) -> int: ...


class Documents:
    """An ASGI application: GET and HEAD of a document's path; `app` answers everything else."""

    def __init__(self, reader: Reader, app: ASGIApp) -> None:
        self._reader = reader
        self._app = app
        self._kept: dict[str, Answer] = {}
        self._bytes = 0
        self._publications = -1
        self._looked_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope["path"]) if _may_be_one(scope) else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, path: str) -> Answer | None:
        if time.monotonic() - self._looked_at > _LOOK_SECONDS:
            await self._look()
        return self._kept.get(path) or await self._load(path)

    async def _look(self) -> None:
        """Forget what is kept where something was published since."""
        self._looked_at = time.monotonic()  # first, so that of many requests one looks
        with suppress(Exception):  # while the database is away, what was published last is still right
            publications = await run_sync(self._reader.publications)
            if publications != self._publications:
                self._publications, self._kept, self._bytes = publications, {}, 0

    async def _load(self, path: str) -> Answer | None:
        publications = self._publications
        document = await run_sync(self._reader.document, path.lstrip("/"))
        if document is None:
            return None
        answer = Answer(
            document.body, document.media_type, etag=document.etag, modified=document.modified, max_age=_MAX_AGE,
            encoded={"gzip": document.gzipped, "br": document.brotli}, headers=OPEN,
        )  # fmt: skip
        # What was read before something was published may be old already.
        if publications == self._publications and path not in self._kept:
            if self._bytes + answer.size > _MOST_BYTES:
                self._kept, self._bytes = {}, 0
            self._kept[path] = answer
            self._bytes += answer.size
        return answer


def _may_be_one(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    path: str = scope["path"]
    if "\0" in path:  # PostgreSQL takes no zero byte in a text
        return False
    return path.startswith("/feeds") or path.endswith(("/latest.json", "/latest.html"))
