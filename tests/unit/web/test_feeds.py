"""Archives (RFC 5005) and deltas (RFC 3229) over the application, on a real store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, article, configure, place_newcomers, publisher, site, source
from lxml import etree

from syndicator.core.identity import New, Updated
from syndicator.core.model import Category, SourceState
from syndicator.core.work import Saving
from syndicator.formats.addresses import FeedAddress
from syndicator.pipeline.publish import ChannelLimits
from syndicator.store.store import Store
from syndicator.web import feeds, publications
from syndicator.web.feeds import Feeds
from syndicator.web.public import public_app

TREE = (Category("health", "Health"), Category("sport", "Sport"))
SIZE = 4
_NAMES = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0",
          "at": "http://purl.org/atompub/tombstones/1.0"}  # fmt: skip


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def ids(self) -> list[str]:
        return [str(found.text) for found in etree.fromstring(self.body).iterfind("a:entry/a:id", _NAMES)]

    def links(self) -> dict[str, str]:
        links = etree.fromstring(self.body).iterfind("a:link", _NAMES)
        return {link.get("rel", ""): link.get("href", "").removeprefix("https://news.example.org") for link in links}


class Hub:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.publisher = publisher(store, TREE, ChannelLimits(3, SIZE), now=lambda: self.now)
        self.app = public_app(store, site(), TREE, SIZE, lambda: self.now)
        self.count = 0

    def add(self, number: int = 1) -> None:
        made = []
        for _ in range(number):
            self.count += 1
            url = f"https://src.example.org/{self.count}"
            date = NOW + timedelta(minutes=self.count)
            made.append(article(id=f"a{self.count}", guid=url, url=url, canonical_url=url, title=url, accepted=date,
                                sort_at=date, content=f"<p>{url}</p>", backfill=True, enclosures=()))  # fmt: skip
        self.save(*map(New, made))

    def save(self, *verdicts: New | Updated) -> None:
        self.store.save_polls([Saving(SourceState("src", "src", "https://src.example.org/feed", NOW), verdicts)])
        self.publish()

    def publish(self) -> None:
        place_newcomers(self.store)
        self.now += timedelta(minutes=5)
        assert not [one for one in self.publisher.publish() if one.error or one.held]

    def save_in(self, category: str) -> None:
        """A new article of another category, published."""
        url = f"https://src.example.org/{category}"
        self.save(New(article(id=category, guid=url, url=url, canonical_url=url, title=url, categories=(category,))))

    def get(self, path: str, **headers: str) -> Answer:
        return asyncio.run(self._ask(path, headers))

    def get_at_once(self, path: str, times: int) -> list[Answer]:
        async def ask() -> list[Answer]:
            return list(await asyncio.gather(*(self._ask(path, {}) for _ in range(times))))

        return asyncio.run(ask())

    async def _ask(self, path: str, headers: dict[str, str]) -> Answer:
        sent: list[Any] = []

        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
                 "headers": given, "root_path": "", "http_version": "1.1", "scheme": "http"}  # fmt: skip

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request"}

        await self.app(scope, receive, send)

        head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], head, b"".join(one.get("body", b"") for one in sent[1:]))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(publications, "_LOOK_SECONDS", -1.0)
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    configure(store, [source()], TREE, NOW)
    yield Hub(store)
    store.close()


# --- archives ---------------------------------------------------------------------------------------


def test_walking_back_reaches_every_article_once(hub: Hub) -> None:
    hub.add(10)
    path: str | None = hub.get("/feeds/health.atom").links()["prev-archive"]
    walked, seen = [], []
    while path:
        found = hub.get(path)
        assert found.status == 200
        assert etree.fromstring(found.body).find("fh:archive", _NAMES) is not None
        assert found.links()["current"] == "/feeds/health.atom"
        walked.append(path)
        seen += found.ids()
        path = found.links().get("prev-archive")
    assert walked == [f"/feeds/health/archive/{n}.atom" for n in (3, 2, 1)]
    assert seen == [f"https://src.example.org/{n}" for n in range(10, 0, -1)]


@pytest.mark.parametrize("extension", ["rss", "atom", "json"])
def test_a_full_archive_keeps_its_bytes_until_one_of_its_articles_changes(hub: Hub, extension: str) -> None:
    hub.add(SIZE)
    path = f"/feeds/health/archive/1.{extension}"
    before = hub.get(path)
    assert before.headers["cache-control"] == "public, max-age=86400"
    hub.add(SIZE + 1)
    after = hub.get(path)
    assert (after.body, after.headers["etag"]) == (before.body, before.headers["etag"])
    assert hub.get(path, if_none_match=before.headers["etag"]).status == 304
    known = hub.store.articles(["a2"])["a2"]
    hub.save(Updated(replace(known, content="<p>Edited</p>", content_hash="2"), significant=False))
    assert b"Edited" in hub.get(path).body
    assert hub.store.take_down("a2", NOW)
    hub.publish()
    assert b"src.example.org/2<" not in hub.get(path).body


def test_the_newest_archive_grows_and_one_that_is_full_leads_to_the_next(hub: Hub) -> None:
    hub.add(SIZE - 1)
    growing = hub.get("/feeds/health/archive/1.atom")
    assert (growing.headers["cache-control"], len(growing.ids())) == ("public, max-age=300", SIZE - 1)
    assert "next-archive" not in growing.links()
    assert hub.get("/feeds/health/archive/2.atom").status == 404
    hub.add()
    following = hub.get("/feeds/health/archive/1.atom").links()["next-archive"]
    assert hub.get(following).ids() == []
    assert hub.get("/feeds/health.atom").links()["prev-archive"] == "/feeds/health/archive/1.atom"


def test_json_and_rss_lead_through_archives_too(hub: Hub) -> None:
    hub.add(SIZE + 1)
    subscribed = json.loads(hub.get("/feeds/health.json").body)
    assert subscribed["next_url"] == "https://news.example.org/feeds/health/archive/2.json"
    older = json.loads(hub.get("/feeds/health/archive/2.json").body)
    assert older["next_url"] == "https://news.example.org/feeds/health/archive/1.json"
    assert older["_syndicator"] == {"archive": 2, "current": "https://news.example.org/feeds/health.json"}
    rss = etree.fromstring(hub.get("/feeds/health/archive/1.rss").body)
    rels = {link.get("rel") for link in rss.iterfind("channel/a:link", _NAMES)}
    assert rels == {"self", "current", "next-archive"}


@pytest.mark.parametrize("path", ["sport/archive/1.atom", "health/archive/0.atom", "health/archive/9.atom", "none/archive/1.atom",
                                  "health/archive/01.atom", "health/archive/1.xml", "health/archive/99999999999.atom"])  # fmt: skip
def test_there_is_no_other_archive(hub: Hub, path: str) -> None:
    hub.add()
    assert hub.get(f"/feeds/{path}").status == 404


# --- deltas -----------------------------------------------------------------------------------------


def _delta(hub: Hub, etag: str, path: str = "/feeds/health.atom", **headers: str) -> Answer:
    return hub.get(path, **{"a_im": "feed", "if_none_match": etag, **headers})


def test_a_delta_holds_what_is_new_or_changed_or_gone(hub: Hub) -> None:
    hub.add(5)
    first = hub.get("/feeds/health.atom")
    assert first.headers["vary"] == "Accept-Encoding, A-IM"
    hub.add()
    known = hub.store.articles(["a1"])["a1"]
    hub.save(Updated(replace(known, content="<p>Edited</p>", content_hash="2"), significant=False))
    hub.store.take_down("a3", NOW)
    hub.publish()
    delta = _delta(hub, first.headers["etag"])
    assert (delta.status, delta.headers["im"], delta.headers["cache-control"]) == (226, "feed", "no-store")
    assert delta.ids() == ["https://src.example.org/6", "https://src.example.org/1"]
    gone = etree.fromstring(delta.body).findall("at:deleted-entry", _NAMES)
    assert [one.get("ref") for one in gone] == ["https://src.example.org/3"]
    assert delta.headers["etag"] == hub.get("/feeds/health.atom").headers["etag"]
    assert _delta(hub, delta.headers["etag"]).status == 304
    in_json = json.loads(_delta(hub, first.headers["etag"], "/feeds/health.json").body)
    assert [one["id"] for one in in_json["_syndicator"]["removed"]] == ["https://src.example.org/3"]


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_the_tag_of_any_coding_asks_for_a_delta(hub: Hub, coding: str) -> None:
    hub.add(2)
    etag = hub.get("/feeds/health.rss", accept_encoding=coding).headers["etag"]
    hub.add()
    answer = _delta(hub, f'W/{etag}, "other"', "/feeds/health.rss", accept_encoding=coding)
    assert answer.status == 226
    assert _delta(hub, answer.headers["etag"], "/feeds/health.rss", accept_encoding=coding).status == 304


@pytest.mark.parametrize("etag", ['"abc"', '"999-0123456789abcdef00"', "junk", '"-1-ab"', '"99999999999999999999-ab"'])
def test_an_unknown_tag_gets_the_whole_feed(hub: Hub, etag: str) -> None:
    hub.add(2)
    assert _delta(hub, etag).status == 200


def test_without_the_words_for_it_there_is_no_delta(hub: Hub) -> None:
    hub.add(2)
    etag = hub.get("/feeds/health.atom").headers["etag"]
    hub.add()
    assert hub.get("/feeds/health.atom", if_none_match=etag).status == 200
    assert _delta(hub, etag, a_im="vcdiff, gzip").status == 200
    assert hub.get("/feeds/health.atom", a_im="feed").status == 200
    assert _delta(hub, etag, "/categories/health/latest.json").status == 200
    assert _delta(hub, etag, a_im="vcdiff, Feed;q=0.5").status == 226


def test_what_the_feed_has_no_room_for_is_in_the_delta_all_the_same(hub: Hub) -> None:
    """Its bytes stay, and so does its tag; who follows deltas goes on from a number of its own."""
    hub.add(4)
    before = hub.get("/feeds/health.atom")
    known = hub.store.articles(["a1"])["a1"]
    hub.save(Updated(replace(known, content="<p>Edited</p>", content_hash="2"), significant=False))
    after = hub.get("/feeds/health.atom", if_none_match=before.headers["etag"])
    assert after.status == 304, "only three of four are in it"
    delta = _delta(hub, before.headers["etag"])
    assert (delta.status, delta.ids()) == (226, ["https://src.example.org/1"])
    again = _delta(hub, delta.headers["etag"])
    assert (again.status, again.headers["etag"]) == (304, delta.headers["etag"])


def test_a_long_absence_is_made_up_in_several_answers(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "CEILING", 2)
    hub.add()
    etag = hub.get("/feeds/health.atom").headers["etag"]
    hub.add(5)
    seen = []
    while (delta := _delta(hub, etag)).status == 226:
        seen += delta.ids()
        etag = delta.headers["etag"]
    assert delta.status == 304
    assert seen == [f"https://src.example.org/{n}" for n in (3, 2, 5, 4, 6)]


def test_a_document_is_never_dated_in_the_future(hub: Hub) -> None:
    hub.add()
    assert hub.get("/feeds/health.atom").headers["last-modified"]
    hub.add()
    hub.now -= timedelta(hours=1)
    assert "last-modified" not in hub.get("/feeds/health.atom").headers


def test_whoever_asks_for_what_is_being_made_gets_the_same(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add(SIZE)
    made: list[str] = []
    make = Feeds.archive

    def noted(self: Feeds, address: FeedAddress) -> Any:
        made.append(address.extension)
        return make(self, address)

    monkeypatch.setattr(Feeds, "archive", noted)
    answers = hub.get_at_once("/feeds/health/archive/1.atom", 5)
    assert ([one.status for one in answers], made) == ([200] * 5, ["atom"])
    hub.add()
    hub.get("/feeds/health/archive/1.atom")
    assert len(made) == 2, "its category has changed"
    hub.save_in("sport")
    hub.get("/feeds/health/archive/1.atom")
    assert len(made) == 2, "and now only another one"


def test_a_delta_is_bounded_by_what_it_holds(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_MOST_CONTENT", 90)
    hub.add()
    etag = hub.get("/feeds/health.atom").headers["etag"]
    hub.add(7)
    sizes = []
    while (delta := _delta(hub, etag)).status == 226:
        sizes.append(len(delta.ids()))
        etag = delta.headers["etag"]
    assert (sum(sizes), len(sizes) > 1) == (7, True)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ("feed", 226),
        ("gzip, feed;q=0", 200),
        ("feed;q=0.0, x", 200),
        ("feed;q=0.5", 226),
        ("feeds", 200),
        ("xfeed", 200),
    ],
)
def test_a_delta_is_sent_to_whom_it_is_welcome(hub: Hub, wish: str, status: int) -> None:
    hub.add()
    etag = hub.get("/feeds/health.atom").headers["etag"]
    hub.add()
    assert _delta(hub, etag, a_im=wish).status == status
