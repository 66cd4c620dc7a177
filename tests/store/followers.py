"""Readers of what is published: each follows in one way only, and checks whatever it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import Any, NamedTuple

import brotli
import orjson
from builders import site
from lxml import etree
from starlette.types import ASGIApp

from syndicator.formats.content import RELATED_HEADING

_ATOM = "{http://www.w3.org/2005/Atom}"
_AT = "{http://purl.org/atompub/tombstones/1.0}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_HISTORY = "{http://purl.org/syndication/history/1.0}"
_BASE = site().url
_MOST_ANSWERS = 300
"""More than any follower needs to catch up: one that needs more is led in circles."""


Expired = Callable[[], Mapping[str, str]]
"""Tells what has expired by now, by guid."""


class Entry(NamedTuple):
    """What a reader keeps of an entry."""

    title: str
    content: str


class Response(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def etag(self) -> str:
        return self.headers["etag"]


class Web:
    """A client of an ASGI application; `app` may be replaced, as by a restart."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._loop = asyncio.Runner()

    def close(self) -> None:
        self._loop.close()

    def get(self, url: str, **headers: str) -> Response:
        """The answer to a GET of one of our own URLs, or of a path."""
        path, _, query = url.removeprefix(_BASE).partition("?")
        sent: list[Any] = []
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "https", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "server": ("hub", 443),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        self._loop.run(self.app(scope, receive, send))  # type: ignore[arg-type] # an awaitable is a coroutine here
        start, *bodies = sent
        given = {name.decode(): value.decode() for name, value in start["headers"]}
        body = b"".join(message.get("body", b"") for message in bodies)
        return Response(start["status"], given, brotli.decompress(body) if given.get("content-encoding") else body)


@dataclass(frozen=True)
class Parsed:
    """A feed as its reader understands it: entries by guid, tombstones, links by relation."""

    entries: dict[str, Entry]
    updated: dict[str, datetime] = field(default_factory=dict)
    removed: dict[str, datetime] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    archive: bool = False


def parse(extension: str, body: bytes) -> Parsed:
    """A whole valid feed; no guid twice, and none both there and gone."""
    if extension == "json":
        guids, parsed = _parse_json(orjson.loads(body))
    elif extension == "atom":
        guids, parsed = _parse_atom(etree.fromstring(body))
    else:
        guids, parsed = _parse_rss(etree.fromstring(body)[0])
    assert len(guids) == len(parsed.entries), "a guid twice in one feed"
    assert not parsed.entries.keys() & parsed.removed.keys()
    return parsed


def _own(content: str) -> str:
    """An entry's content without the news in the same category below it, which followers need not have the latest of."""
    return content.partition(f"<p>{RELATED_HEADING}</p>")[0]


def _parse_json(feed: dict[str, Any]) -> tuple[list[str], Parsed]:
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    own = feed.get("_syndicator", {})
    links = {"self": feed["feed_url"], "prev-archive": feed.get("next_url"), "current": own.get("current"),
             "next-archive": own.get("next_archive")}  # fmt: skip
    items, removed = feed["items"], own.get("removed", [])
    assert len({one["id"] for one in removed}) == len(removed)
    return [item["id"] for item in items], Parsed(
        {item["id"]: Entry(item["title"], _own(item["content_html"])) for item in items},
        {item["id"]: datetime.fromisoformat(item["date_modified"]) for item in items},
        {one["id"]: datetime.fromisoformat(one["removed"]) for one in removed},
        {rel: href for rel, href in links.items() if href},
        "archive" in own,
    )


def _parse_atom(feed: Any) -> tuple[list[str], Parsed]:
    assert feed.tag == f"{_ATOM}feed"
    assert feed.findtext(f"{_ATOM}id")
    assert feed.findtext(f"{_ATOM}title")
    assert feed.findtext(f"{_ATOM}updated")
    entries, tombs = feed.findall(f"{_ATOM}entry"), feed.findall(f"{_AT}deleted-entry")
    guids = [entry.findtext(f"{_ATOM}id") for entry in entries]
    assert len({tomb.get("ref") for tomb in tombs}) == len(tombs)
    return guids, Parsed(
        {guid: Entry(entry.findtext(f"{_ATOM}title"), _own(entry.findtext(f"{_ATOM}content")))
         for guid, entry in zip(guids, entries, strict=True)},
        {guid: datetime.fromisoformat(entry.findtext(f"{_ATOM}updated"))
         for guid, entry in zip(guids, entries, strict=True)},
        {tomb.get("ref"): datetime.fromisoformat(tomb.get("when")) for tomb in tombs},
        {link.get("rel"): link.get("href") for link in feed.findall(f"{_ATOM}link")},
        feed.find(f"{_HISTORY}archive") is not None,
    )  # fmt: skip


def _parse_rss(channel: Any) -> tuple[list[str], Parsed]:
    assert channel.findtext("title")
    assert channel.findtext("description")
    items = channel.findall("item")
    links = {link.get("rel"): link.get("href") for link in channel.findall(f"{_ATOM}link")}
    return [item.findtext("guid") for item in items], Parsed(
        {item.findtext("guid"): Entry(item.findtext("title"), _own(item.findtext(_CONTENT))) for item in items},
        links=links,
        archive=channel.find(f"{_HISTORY}archive") is not None,
    )


class DeltaReader:
    """Starts from a category's empty feed, and asks for what has changed since (RFC 3229)."""

    def __init__(self, category: str, extension: str, coding: str, expired: Expired) -> None:
        self.category = category
        self._expired = expired
        self.path = f"/feeds/{category}.{extension}"
        self._extension = extension
        self._coding = coding
        self._etag = ""
        self._updated: dict[str, datetime] = {}
        self.live: dict[str, Entry] = {}

    def follow(self, web: Web) -> bool:
        """Ask once; whether there was anything new."""
        known = {"if_none_match": self._etag} if self._etag else {}
        answer = web.get(self.path, a_im="feed", accept_encoding=self._coding, **known)
        assert answer.status in (200, 226, 304), answer
        assert (answer.headers.get("im") == "feed") == (answer.status == 226)
        if answer.status == 304:
            assert (answer.body, answer.etag) == (b"", self._etag)
            return False
        assert answer.etag != self._etag
        feed = parse(self._extension, answer.body)
        if answer.status == 226:
            assert feed.entries or feed.removed, "a delta of nothing"
        self._apply(feed)
        self._etag = answer.etag
        return True

    def _apply(self, feed: Parsed) -> None:
        assert not feed.entries.keys() & self._expired(), "what has expired comes back"
        self.live |= feed.entries
        self._updated |= feed.updated
        for guid, when in feed.removed.items():
            # What is newer than its tombstone stays (RFC 6721, 3).
            if guid in self.live and when >= self._updated[guid]:
                del self.live[guid], self._updated[guid]

    def catch_up(self, web: Web) -> None:
        assert any(not self.follow(web) for _ in range(_MOST_ANSWERS)), "led in circles"


class CursorReader:
    """Follows `/api/v1/articles`."""

    def __init__(self, category: str, expired: Expired) -> None:
        self._category = category
        self._expired = expired
        self._seen = 0
        self._ids: dict[str, str] = {}
        self.live: dict[str, Entry] = {}

    def follow(self, web: Web, limit: int, pages: int) -> bool:
        """Read up to `pages` pages; whether it came to the end."""
        url = f"/api/v1/articles?category={self._category}&after={self._seen}&limit={limit}"
        for _ in range(pages):
            answer = web.get(url)
            assert answer.status == 200
            page = orjson.loads(answer.body)
            assert len(page["articles"]) <= limit
            expired = self._expired()
            for record in page["articles"]:
                assert record["kind"] == "removed" or record["guid"] not in expired, "what has expired comes back"
                self._take(record)
            if not page["next"]:
                return True
            assert page["articles"]
            url = page["next"]
        return False

    def _take(self, record: dict[str, Any]) -> None:
        assert record["seq"] > self._seen, "the cursor goes back"
        self._seen = record["seq"]
        guid = record["guid"]
        assert self._ids.setdefault(guid, record["id"]) == record["id"]
        if record["kind"] == "removed":
            self.live.pop(guid, None)
        else:
            self.live[guid] = Entry(record["title"], record["content_html"])

    def catch_up(self, web: Web) -> None:
        assert self.follow(web, 3, _MOST_ANSWERS), "led in circles"


class ArchiveReader:
    """Walks from the feed to subscribe to through its archives, back to the first (RFC 5005, 4)."""

    def __init__(self, category: str, extension: str, expired: Expired) -> None:
        self.path = f"/feeds/{category}.{extension}"
        self._extension = extension
        self._expired = expired
        self._kept: dict[str, Response] = {}

    def walk(self, web: Web) -> dict[str, Entry]:
        """Every entry of the archives."""
        current = web.get(self.path)
        assert current.status == 200
        head = parse(self._extension, current.body)
        assert not head.archive
        found: dict[str, Entry] = {}
        newer, url = "", head.links.get("prev-archive", "")
        for _ in range(_MOST_ANSWERS):
            if not url:
                assert not found.keys() & self._expired(), "what has expired comes back"
                self._check_gone(web, newer)
                return found
            archive = parse(self._extension, self._get(web, url).body)
            self._check_links(web, archive, url, newer)
            assert not found.keys() & archive.entries.keys(), "in two archives"
            found |= archive.entries
            newer, url = url, archive.links.get("prev-archive", "")
        raise AssertionError("led in circles")

    def _check_gone(self, web: Web, first: str) -> None:
        """Before the first archive there was never one, or it is gone."""
        stem, _, name = first.rpartition("/")
        if first and (number := int(name.partition(".")[0])) > 1:
            assert web.get(f"{stem}/{number - 1}.{self._extension}").status == 410

    def _check_links(self, web: Web, archive: Parsed, url: str, newer: str) -> None:
        assert archive.archive
        assert not archive.removed
        assert (archive.links["self"], archive.links["current"]) == (url, f"{_BASE}{self.path}")
        following = archive.links.get("next-archive")
        if newer:
            assert following == newer
        elif following:
            # What is linked is there, though nothing may be in it yet; and it leads back.
            assert parse(self._extension, self._get(web, following).body).links["prev-archive"] == url

    def _get(self, web: Web, url: str) -> Response:
        """An archive, asked for with what is kept of it: 304 where it has the same bytes."""
        kept = self._kept.get(url)
        if kept and web.get(url, if_none_match=kept.etag).status == 304:
            again = web.get(url)
            assert again.etag != kept.etag or again.body == kept.body
            return kept
        whole = web.get(url)
        assert whole.status == 200, (url, whole)
        assert not kept or (whole.etag == kept.etag) == (whole.body == kept.body)
        self._kept[url] = whole
        return whole


class Subscriber:
    """Reads whole documents, as an hourly reader does, and remembers all that it was ever sent."""

    def __init__(self) -> None:
        self._last: dict[str, Response] = {}
        self._ever: dict[tuple[str, str], bytes] = {}

    def read(self, web: Web, path: str, now: datetime) -> None:
        answer = web.get(f"/{path}")
        assert answer.status == 200, (path, answer)
        modified = parsedate_to_datetime(answer.headers["last-modified"])
        assert modified <= now
        assert self._ever.setdefault((path, answer.etag), answer.body) == answer.body, "one ETag for two documents"
        if last := self._last.get(path):
            # What was merged and split again is what it was: then the number in the tag is another one.
            assert (_of_bytes(answer.etag) == _of_bytes(last.etag)) == (answer.body == last.body)
            assert modified >= parsedate_to_datetime(last.headers["last-modified"])
            assert web.get(f"/{path}", if_none_match=last.etag).status == (304 if answer.etag == last.etag else 200)
        self._last[path] = answer
        self._check(path, answer.body)

    def _check(self, path: str, body: bytes) -> None:
        extension = path.rpartition(".")[2]
        if path.startswith("feeds/"):
            parse(extension, body)
        elif extension == "json":
            listed = [article["id"] for article in orjson.loads(body)["articles"]]
            assert len(listed) == len(set(listed))
        elif extension == "opml":
            etree.fromstring(body)


class Audience:
    """Followers of every category, each in its own way; `archives` is the format of those who walk archives."""

    def __init__(self, categories: Sequence[str], archives: str, expired: Expired = dict) -> None:
        self._expired = expired
        self.deltas = [
            DeltaReader(category, *how, expired) for category in categories for how in (("atom", ""), ("json", "br"))
        ]
        self.cursors = {category: CursorReader(category, expired) for category in categories}
        self.archives = {category: ArchiveReader(category, archives, expired) for category in categories}
        self.subscriber = Subscriber()

    def begin(self, web: Web) -> None:
        """Readers of deltas subscribe while there is nothing yet."""
        for reader in self.deltas:
            assert reader.follow(web)
            assert not reader.live

    def follow(self, web: Web, chance: Random) -> None:
        """One of them looks."""
        category = chance.choice(sorted(self.cursors))
        match chance.randrange(3):
            case 0:
                chance.choice(self.deltas).follow(web)
            case 1:
                self.cursors[category].follow(web, chance.randint(1, 5), chance.randint(1, 3))
            case _:
                self.archives[category].walk(web)

    def check(self, web: Web, published: Mapping[str, Mapping[str, Entry]]) -> None:
        """All catch up, and each then has what its category published; nothing may happen meanwhile.

        What they have of what has expired since is theirs to keep.
        """
        expired = self._expired()
        for category, shown in published.items():
            self.cursors[category].catch_up(web)
            assert _without(self.cursors[category].live, expired) == shown
            assert self.archives[category].walk(web) == shown
        for reader in self.deltas:
            reader.catch_up(web)
            assert _without(reader.live, expired) == published[reader.category]


def _without(live: Mapping[str, Entry], expired: Mapping[str, str]) -> dict[str, Entry]:
    return {guid: entry for guid, entry in live.items() if guid not in expired}


def _of_bytes(etag: str) -> str:
    """The part of a document's entity tag that its bytes make."""
    return etag.partition("-")[2]
