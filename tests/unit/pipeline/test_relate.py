"""What entries of feeds name as related: chosen once, the same in every feed, and gone with what is taken down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from builders import NOW, article, configure, place_newcomers, site, source
from over_http import served

from syndicator.core.identity import New, verdict
from syndicator.core.model import Article, Category, ContentPolicy, SourceState
from syndicator.core.terms import terms_of
from syndicator.core.work import Saving
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.store.store import Store
from syndicator.web.public import public_app

TREE = (Category("health", "Health"), Category("sport", "Sport"))
TOPICS = ("Malaria vaccine trial", "Hospital budget cut", "Cup final won")
NAMED = re.compile(rb"https://news\.example\.org/articles/(\w+)")


class _Hub:
    def __init__(self, store: Store, related: int = 2) -> None:
        self.store = store
        self.now: datetime = NOW
        self.set(related)

    def set(self, related: int, **limits: Any) -> None:
        self.site = site(related=related)
        sizes = ChannelLimits(**limits)
        self.publisher = Publisher(self.store, lambda: self.now, self.site, TREE, sizes)

    def add(self, *numbers: int, category: str = "health", policy: ContentPolicy = "full") -> None:
        self.save(*(New(_article(number, category, policy)) for number in numbers))

    def save(self, *verdicts: Any) -> None:
        state = SourceState("src", "src", "https://src.example.org/feed", NOW, last_poll_at=self.now)
        self.store.save_polls([Saving(state, verdicts)])
        self.publish()

    def publish(self) -> list[str]:
        """The categories that are held back."""
        place_newcomers(self.store)
        self.now += timedelta(minutes=2)
        published = self.publisher.publish()
        assert not any(one.error for one in published), published
        return [one.category for one in published if one.held]

    def feed(self, path: str = "feeds/health.rss") -> bytes:
        found = self.store.document(path)
        assert found
        return found.body

    def named(self, number: int, path: str = "feeds/health.rss") -> list[str]:
        """The articles that the entry of article `number` names in a feed."""
        return _named(self.feed(path), number)


def _article(number: int, category: str = "health", policy: ContentPolicy = "full") -> Article:
    url = f"https://src.example.org/{number}"
    title = f"{TOPICS[number % 3]} {'ABCDEFGHIJ'[number % 10] * 4}"
    return replace(
        article(), id=f"a{number}", guid=url, url=url, canonical_url=url, title=title, source_id=f"s{number}",
        content=f"<p>Text {number}.</p>", sort_at=NOW - timedelta(hours=number), categories=(category,),
        terms=terms_of(title, ""), content_policy=policy,
    )  # fmt: skip


def _named(feed: bytes, number: int) -> list[str]:
    [entry] = [
        one for one in re.split(rb"<item>|<entry[^>]*>", feed)[1:] if b">https://src.example.org/%d<" % number in one
    ]
    return [id_.decode() for id_ in NAMED.findall(entry)]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    configure(store, [source()], TREE, NOW)
    made = _Hub(store)
    made.add(*range(1, 10))
    yield made
    store.close()


def test_entries_name_what_is_related_in_their_own_category_the_same_in_every_feed(hub: _Hub) -> None:
    assert hub.named(3) == ["a6", "a9"]
    assert hub.named(4) == ["a1", "a7"]
    for path in ("feeds/all.rss", "feeds/health.atom", "feeds/all.atom"):
        assert (hub.named(3, path), hub.named(4, path)) == (["a6", "a9"], ["a1", "a7"])


def test_what_an_entry_names_stays_when_more_is_published_and_when_what_it_names_changes(hub: _Hub) -> None:
    [known] = hub.store.articles(["a6"]).values()
    hub.save(verdict(replace(known, title="Quite another title", content_hash="x"), known))
    hub.add(12, 15)
    assert hub.named(3) == ["a6", "a9"]
    assert b"Malaria vaccine trial GGGG" in hub.feed()
    assert hub.named(12) == ["a3", "a6"]


def test_after_a_restart_the_bytes_are_the_same(hub: _Hub) -> None:
    before = hub.feed()
    hub.set(2, archive_size=10)
    hub.publish()
    assert hub.feed() == before


def test_archives_and_deltas_name_the_same(hub: _Hub) -> None:
    hub.add(12)
    app = public_app(hub.store, hub.site, TREE, 100, lambda: hub.now)
    with served(app) as port:
        address = f"http://127.0.0.1:{port}/feeds/health"
        archive = requests.get(f"{address}/archive/1.rss", timeout=10).content
        since = {"A-IM": "feed", "If-None-Match": '"9-0"'}
        delta = requests.get(f"{address}.rss", headers=since, timeout=10)
    assert _named(archive, 3) == hub.named(3)
    assert delta.status_code == 226
    assert _named(delta.content, 12) == hub.named(12) == ["a3", "a6"]


def test_what_was_taken_down_is_named_no_more_and_no_entry_counts_as_updated(hub: _Hub) -> None:
    dates = re.findall(rb"<atom:updated>.*?</atom:updated>|<pubDate>.*?</pubDate>", hub.feed())
    hub.store.take_down("a6", hub.now)
    hub.publish()
    assert (hub.named(3), hub.named(3, "feeds/all.rss")) == (["a9"], ["a9"])
    assert b"GGGG" not in hub.feed()
    assert len(dates) == 9
    assert re.findall(rb"<atom:updated>.*?</atom:updated>|<pubDate>.*?</pubDate>", hub.feed()) == dates[:8]


def test_what_was_taken_down_is_named_no_more_where_a_category_is_held_back(hub: _Hub) -> None:
    hub.add(20, category="sport")
    known = hub.store.articles([f"a{n}" for n in (3, 4, 5, 6)]).values()
    hub.save(*(verdict(replace(one, categories=("sport",)), one) for one in known))
    assert "health" in hub.store.held()
    assert hub.named(3) == ["a6", "a9"]
    hub.store.take_down("a9", hub.now)
    hub.publish()
    assert "health" in hub.store.held()
    assert hub.named(3) == ["a6"]


def test_where_it_is_off_nothing_is_named_and_what_was_published_then_stays_so_when_it_is_on(hub: _Hub) -> None:
    hub.set(0)
    hub.publish()
    assert NAMED.findall(hub.feed()) == []
    hub.add(12)
    hub.set(1)
    hub.publish()
    assert (hub.named(12), hub.named(3)) == ([], ["a6"])
    hub.add(15)
    assert hub.named(15) == ["a3"]


def test_only_what_is_published_in_full_names_others_and_the_api_never_does(hub: _Hub) -> None:
    hub.add(12, policy="summary")
    hub.add(15, policy="link")
    assert (hub.named(12), hub.named(15)) == ([], [])
    with served(public_app(hub.store, hub.site, TREE, 100, lambda: hub.now)) as port:
        told = requests.get(f"http://127.0.0.1:{port}/api/v1/articles/a3", timeout=10).json()
    assert told["content_html"] == "<p>Text 3.</p>"
