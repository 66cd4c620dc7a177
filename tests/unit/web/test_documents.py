"""Documents from memory: as they were published, in every coding, and new ones soon."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest
from builders import site

from syndicator.core.document import PublishedDocument
from syndicator.core.work import Change
from syndicator.web import documents, publications
from syndicator.web.documents import Documents
from syndicator.web.feeds import Feeds
from syndicator.web.publications import Publications

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATH = "feeds/health.rss"


def _document(body: bytes) -> PublishedDocument:
    return PublishedDocument(
        PATH, "health", "application/rss+xml", body, b"gz", brotli.compress(body), f'"{body.decode()}"', NOW
    )


class _Store:
    """What was published, and how often it was asked for."""

    def __init__(self) -> None:
        self.published = {PATH: _document(b"one")}
        self.count = 1
        self.asked: list[str] = []
        self.away = False
        self.now = NOW
        self.meanwhile: list[bytes] = []

    def publish(self, body: bytes) -> None:
        self.published[PATH] = _document(body)
        self.count += 1

    def publications(self) -> int:
        if self.away:
            raise OSError("away")
        return self.count

    def shelf(self, category: str) -> None:
        """Nothing here is made on demand."""

    def archived(self, category: str, number: int, size: int) -> None:
        """Nor is anything archived."""

    def versions(self) -> dict[str, tuple[int, ...]]:
        return {"health": (self.count,)}

    def changes(self, category: str, after: int, limit: int, through: int | None = None) -> tuple[Change, ...]:
        return ()

    def document(self, path: str) -> PublishedDocument | None:
        self.asked.append(path)
        found = self.published.get(path)
        if self.meanwhile:
            self.publish(self.meanwhile.pop())
        return found


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"other"})


def _get(
    app: Documents, path: str = f"/{PATH}", method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []

    async def ask() -> None:
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "headers": given}

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any: ...

        await app(scope, receive, send)

    asyncio.run(ask())
    start, body = sent
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"]


@pytest.fixture
def store() -> _Store:
    return _Store()


@pytest.fixture
def app(store: _Store, monkeypatch: pytest.MonkeyPatch) -> Documents:
    """One that looks at every request whether something was published."""
    monkeypatch.setattr(publications, "_LOOK_SECONDS", -1.0)
    return Documents(store, Publications(store), Feeds(store, site(), {}, 100), _nothing, lambda: store.now)


def test_what_did_not_change_is_read_once(app: Documents, store: _Store) -> None:
    assert [_get(app)[2] for _ in range(5)] == [b"one"] * 5
    assert store.asked == [PATH]


def test_what_was_published_is_served_at_the_next_look(app: Documents, store: _Store) -> None:
    assert _get(app)[2] == b"one"
    store.publish(b"two")
    status, headers, body = _get(app, if_none_match='"one"')
    assert (status, headers["etag"], body) == (200, '"two"', b"two")
    del store.published[PATH]
    store.count += 1
    assert _get(app)[0] == 404


def test_what_was_replaced_while_it_was_read_is_not_kept(app: Documents, store: _Store) -> None:
    _get(app, "/feeds/other.rss")  # the first look
    store.meanwhile = [b"two"]
    assert _get(app)[2] == b"one"
    assert _get(app)[2] == b"two"


def test_while_the_database_is_away_the_last_documents_are_served(app: Documents, store: _Store) -> None:
    _get(app)
    store.away = True
    assert _get(app)[2] == b"one"


def test_each_coding_has_its_bytes_and_its_tag(app: Documents) -> None:
    seen = {coding: _get(app, accept_encoding=coding) for coding in ("identity", "gzip", "gzip, br")}
    assert [body for _, _, body in seen.values()] == [b"one", b"gz", brotli.compress(b"one")]
    assert [headers["etag"] for _, headers, _ in seen.values()] == ['"one"', '"one-gz"', '"one-br"']
    assert [headers.get("content-encoding") for _, headers, _ in seen.values()] == [None, "gzip", "br"]
    for coding, (_, headers, body) in seen.items():
        assert (headers["content-length"], headers["vary"]) == (str(len(body)), "Accept-Encoding, A-IM")
        status, again, nothing = _get(app, accept_encoding=coding, if_none_match=headers["etag"])
        assert (status, nothing, again["etag"]) == (304, b"", headers["etag"])
        assert {"etag", "cache-control", "vary"} <= again.keys()
        assert not {"content-length", "content-encoding", "content-type"} & again.keys()


def test_everything_else_is_for_the_application_behind(app: Documents, store: _Store) -> None:
    for path in ("/", "/categories/health", "/articles/latest", "/feed"):
        assert _get(app, path)[2] == b"other"
    assert _get(app, method="POST")[2] == b"other"
    assert _get(app, "/feeds/\0.rss")[2] == b"other"
    assert store.asked == []


def test_memory_is_bounded(app: Documents, store: _Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_MOST_BYTES", 250)
    for number in range(9):
        store.published[f"feeds/{number}.rss"] = replace(_document(b"x" * 100), path=f"feeds/{number}.rss")
        assert _get(app, f"/feeds/{number}.rss")[0] == 200
    assert sum(kept.answer.size for kept in app._kept.values()) == app._bytes <= 250
