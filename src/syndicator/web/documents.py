"""The published documents as they were rendered, from memory: the path that feed readers and aggregators hammer."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from anyio import Lock
from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Receive, Scope, Send

from syndicator.core.model import PublishedDocument
from syndicator.formats import addresses

from .conditional import Answer, request_headers
from .feeds import FEED, Feeds, known_tag, print_of
from .security import OPEN

_LOOK_SECONDS = 0.5
"""How long what is in memory is believed; so a new document is served within so much of its publishing."""
_MOST_BYTES = 64 << 20
_MAX_AGE = 300


class Reader(Protocol):
    """The part of the store that documents come from."""

    def document(self, path: str) -> PublishedDocument | None: ...
    def publications(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer in memory; a stored document's also has what a delta to it is made by."""

    answer: Answer
    document: PublishedDocument | None = None


class Documents:
    """An ASGI application: GET and HEAD of a document's path; `app` answers everything else."""

    def __init__(self, reader: Reader, feeds: Feeds, app: ASGIApp, clock: Callable[[], datetime]) -> None:
        self._reader = reader
        self._feeds = feeds
        self._app = app
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._bytes = 0
        self._publications = -1
        self._looked_at = float("-inf")
        self._rendering: Lock | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope) if _may_be_one(scope) else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> ASGIApp | None:
        path: str = scope["path"]
        if time.monotonic() - self._looked_at > _LOOK_SECONDS:
            await self._look()
        kept = self._kept.get(path) or await self._load(path)
        if kept is not None and kept.document and any(name == b"a-im" for name, _ in scope["headers"]):
            return await self._delta(kept.answer, kept.document, request_headers(scope))
        return kept.answer if kept else None

    async def _look(self) -> None:
        """Forget what is kept where something was published since."""
        self._looked_at = time.monotonic()  # first, so that of many requests one looks
        with suppress(Exception):  # while the database is away, what was published last is still right
            publications = await run_sync(self._reader.publications)
            if publications != self._publications:
                self._publications, self._kept, self._bytes = publications, {}, 0

    async def _load(self, path: str) -> _Kept | None:
        publications = self._publications
        address = addresses.parse_feed_path(path[1:])
        if address and address.archive:
            made = await self._render(lambda: self._feeds.archive(address))
            kept = _Kept(made) if made else None
        else:
            kept = await run_sync(self._stored, path[1:])
        return self._keep(path, kept, publications) if kept else None

    def _stored(self, path: str) -> _Kept | None:
        document = self._reader.document(path)
        if document is None:
            return None
        # A clock that was set back must not make documents of the future (RFC 9110, 8.8.2.1).
        modified = document.modified if document.modified <= self._clock() else None
        is_feed = addresses.parse_feed_path(path) is not None
        answer = Answer(
            document.body, document.media_type, etag=document.etag, modified=modified, max_age=_MAX_AGE,
            encoded={"gzip": document.gzipped, "br": document.brotli}, headers=FEED if is_feed else OPEN,
        )  # fmt: skip
        return _Kept(answer, document if is_feed else None)

    async def _delta(self, whole: Answer, document: PublishedDocument, headers: dict[bytes, bytes]) -> ASGIApp:
        """What has changed since the client was here; the whole feed where that cannot be told."""
        tag = known_tag(headers, document.seq)
        if tag is None:
            return whole
        key = f"{document.path}#{tag.seq}"
        if key in self._kept:
            return self._kept[key].answer
        publications = self._publications
        if made := await self._render(lambda: self._feeds.delta(document, tag.seq)):
            return self._keep(key, _Kept(made), publications).answer
        return whole.unchanged(tag.text) if tag.print == print_of(document) else whole

    async def _render(self, make: Callable[[], Answer | None]) -> Answer | None:
        """One at a time, since feedgen sets the locale of the process."""
        self._rendering = self._rendering or Lock()
        async with self._rendering:
            return await run_sync(make)

    def _keep(self, key: str, kept: _Kept, publications: int) -> _Kept:
        # What was read before something was published may be old already.
        if publications == self._publications and key not in self._kept:
            size = kept.answer.size
            if self._bytes + size > _MOST_BYTES:
                self._kept, self._bytes = {}, 0
            self._kept[key] = kept
            self._bytes += size
        return kept


def _may_be_one(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    path: str = scope["path"]
    if "\0" in path:  # PostgreSQL takes no zero byte in a text
        return False
    return path.startswith("/feeds") or path.endswith(("/latest.json", "/latest.html"))
