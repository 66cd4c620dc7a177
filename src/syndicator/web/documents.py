"""The published documents as they were rendered, from memory: the path that feed readers and aggregators hammer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Receive, Scope, Send

from syndicator.core.document import PublishedDocument
from syndicator.formats import addresses
from syndicator.formats.addresses import FeedAddress

from .answers import Versions
from .conditional import Answer, request_headers
from .feeds import Feeds, known_tag, print_of
from .making import Busy, Maker
from .publications import Publications
from .security import EMBEDDED, OPEN, PAGE

_MOST_BYTES = 64 << 20
_MAX_AGE = 300
_LISTS = ("/latest.json", "/latest.html")
"""A query asks for something else than the document."""
_BUSY = b"Too many ask for archives just now; ask again in a second.\n"
_BUSY_HEADERS = {**PAGE, **OPEN, "Retry-After": "1", "Cache-Control": "no-store"}
_TOO_BUSY = Answer(_BUSY, "text/plain; charset=utf-8", status=503, headers=_BUSY_HEADERS)


class Reader(Protocol):
    """The part of the store that documents come from."""

    def document(self, path: str) -> PublishedDocument | None: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stored document's answer in memory; a feed's also has what a delta to it is made by."""

    answer: Answer
    feed: PublishedDocument | None = None


class Documents:
    """An ASGI application: GET and HEAD of a document's path; `app` answers everything else."""

    def __init__(
        self, reader: Reader, publications: Publications, feeds: Feeds, app: ASGIApp, clock: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self._reader = reader
        self._publications = publications
        self._feeds = feeds
        self._app = app
        self._clock = clock
        self._maker = Maker()
        self._kept: dict[str, _Kept] = {}
        self._bytes = 0
        publications.follow(self._settle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope) if _may_be_one(scope) else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> ASGIApp | None:
        path: str = scope["path"]
        await self._publications.look()
        kept = self._kept.get(path)
        if kept is None:
            address = addresses.parse_feed_path(path[1:])
            if address and address.archive:
                return await self._archive(path, address)
            kept = await self._load(path, is_feed=address is not None)
        if kept is not None and kept.feed and any(name == b"a-im" for name, _ in scope["headers"]):
            return await self._delta(kept.answer, kept.feed, request_headers(scope))
        return kept.answer if kept else None

    def _settle(self, versions: Versions) -> None:
        self._kept, self._bytes = {}, 0
        self._maker.settle(versions)

    async def _load(self, path: str, is_feed: bool) -> _Kept | None:
        publications = self._publications.number
        document = await run_sync(self._reader.document, path[1:])
        if document is None:
            return None
        # A clock that was set back must not make documents of the future (RFC 9110, 8.8.2.1).
        modified = document.modified if document.modified <= self._clock() else None
        headers = self._feeds.headers(document.path) if is_feed else _headers(document.path)
        answer = Answer(
            document.body, document.media_type, etag=document.etag, modified=modified, max_age=_MAX_AGE,
            encoded={"gzip": document.gzipped, "br": document.brotli}, headers=headers,
        )  # fmt: skip
        kept = _Kept(answer, document if is_feed else None)
        # What was read before something was published may be old already.
        if publications == self._publications.number and path not in self._kept:
            self._keep(path, kept)
        return kept

    def _keep(self, path: str, kept: _Kept) -> None:
        if self._bytes + kept.answer.size > _MOST_BYTES:
            self._kept, self._bytes = {}, 0
        self._kept[path] = kept
        self._bytes += kept.answer.size

    async def _archive(self, path: str, address: FeedAddress) -> ASGIApp | None:
        try:
            return await self._maker.get(path, address.category, lambda: self._feeds.archive(address))
        except Busy:
            return _TOO_BUSY

    async def _delta(self, whole: Answer, feed: PublishedDocument, headers: dict[bytes, bytes]) -> ASGIApp:
        """What has changed since the client was here; the whole feed where that cannot be told."""
        tag = known_tag(headers, feed.seq)
        if tag is None:
            return whole
        try:
            key = f"{feed.path}#{tag.seq}"
            made = await self._maker.get(key, feed.category, lambda: self._feeds.delta(feed, tag.seq))
        except Busy:
            return whole
        if made is not None:
            return made
        return whole.unchanged(tag.text) if tag.print == print_of(feed) else whole


def _headers(path: str) -> dict[str, str]:
    """Of a document that is no feed."""
    return EMBEDDED if path.endswith(".html") else OPEN


def _may_be_one(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    path: str = scope["path"]
    if "\0" in path:  # PostgreSQL takes no zero byte in a text
        return False
    return path.startswith("/feeds") or (path.endswith(_LISTS) and not scope["query_string"])
