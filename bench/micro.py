"""What each stage of an article's life costs, one by one: for comparing before and after a change.

    make micro                                          a table
    make micro MICRO=--benchmark-autosave               keep it
    make micro MICRO="--benchmark-compare --benchmark-compare-fail=min:25%"
                                     fail where the fastest run of a stage has become a quarter slower

Nothing here says how fast is fast enough: machines differ. `make test` runs each stage once, without a clock.
"""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from loopback import Asked, Origin, Step, origins, reply
from made import CATEGORIES, NOW, SITE, WORDS, feed, saving
from postgres import postgres_server

from syndicator.core import configured
from syndicator.core.addresses import Guard, opening
from syndicator.core.categorise import Filing
from syndicator.core.channel import subscription
from syndicator.core.facts import facts
from syndicator.core.fetching import Fetched, FetchRequest, NotModified
from syndicator.core.fingerprint import fingerprint
from syndicator.core.model import Article, Category, Channel, ChannelItem, Source
from syndicator.core.nearby import Nearby
from syndicator.core.normalise import Setting
from syndicator.core.rules import Match
from syndicator.core.sanitise import clean_html, text_of_clean
from syndicator.core.terms import terms_of
from syndicator.core.work import Fingerprint, Saving
from syndicator.fetch.failures import Limits
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.http import HttpFetch
from syndicator.fetch.transport import Transport
from syndicator.formats import reading
from syndicator.formats.html import environment
from syndicator.formats.publishing import documents
from syndicator.pipeline.bodies import read_certain_body
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.pipeline.reading import Reading, ReadingJob
from syndicator.runners.workers import ReadingPool
from syndicator.store.store import Store
from syndicator.web.public import public_app

_WINDOW = timedelta(days=3)
_FEEDS = 20
_KNOWN_TEXTS = 10_000
_SOURCES = 10_000


def _source(number: int) -> Source:
    return Source(f"s{number}", f"https://s{number}.example.org/feed", (f"c{number % 10}",), f"s{number}")


def _job(number: int, known: frozenset[str] = frozenset()) -> ReadingJob:
    source = _source(number)
    setting = Setting(source, SITE, CATEGORIES, "p", backfill=True, story_window=_WINDOW)
    return ReadingJob(feed(number), source.url, "", setting, known, NOW)


def _articles(number: int) -> tuple[Article, ...]:
    read = read_certain_body(_job(number))
    assert isinstance(read, Reading)
    return read.articles


_SOME = _articles(1)
_LONG = _SOME[0]
_TEXT = text_of_clean(_LONG.content)


# --- fetching --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def publisher() -> Iterator[Origin]:
    def answer(asked: Asked) -> Iterator[Step]:
        given = reply(304) if "If-None-Match" in asked.headers else reply(body=feed(1), ETag='"1"')
        return given(asked)

    with origins("127.0.0.1") as (one,):
        one.answers["/feed"] = answer
        yield one


def _fetch() -> HttpFetch:
    transport = Transport(Guard((opening("127.0.0.0/8"),)))
    return HttpFetch("syndicator/bench", Limits(5, 1_000_000), transport, Hosts(), lambda: NOW)


def test_fetch_a_feed(benchmark: Any, publisher: Origin) -> None:
    assert isinstance(benchmark(_fetch(), FetchRequest(f"{publisher.url}/feed")), Fetched)


def test_ask_for_a_feed_that_has_not_changed(benchmark: Any, publisher: Origin) -> None:
    assert isinstance(benchmark(_fetch(), FetchRequest(f"{publisher.url}/feed", '"1"')), NotModified)


# --- reading ---------------------------------------------------------------------------------------


def test_parse_a_feed(benchmark: Any) -> None:
    body = feed(1)
    assert len(benchmark(reading.read_certain, body, "https://s1.example.org/feed", "").entries) == 30


def test_sanitise_a_text(benchmark: Any) -> None:
    assert benchmark(clean_html, _LONG.content, "https://s1.example.org/")


def test_facts_of_a_text(benchmark: Any) -> None:
    assert benchmark(facts, _LONG.title, _TEXT)


def test_fingerprint_a_text(benchmark: Any) -> None:
    assert benchmark(fingerprint, _LONG.title, _TEXT)


def test_terms_of_a_text(benchmark: Any) -> None:
    assert benchmark(terms_of, _LONG.title, _TEXT[:1000])


def test_read_a_feed_of_30_new_entries(benchmark: Any) -> None:
    assert len(benchmark(read_certain_body, _job(1)).articles) == 30


def test_read_a_feed_of_30_known_entries(benchmark: Any) -> None:
    job = _job(1, frozenset(one.entry_hash for one in _SOME))
    assert not benchmark(read_certain_body, job).articles


def test_have_a_worker_read_a_feed_of_30_new_entries(benchmark: Any) -> None:
    """Beside reading it: to the worker with the body, and back with the articles."""
    with ReadingPool(workers=1) as pool:
        assert len(benchmark(lambda: pool(_job(1)).result(30)).articles) == 30


def test_file_an_article_against_200_patterns(benchmark: Any) -> None:
    wanted = tuple(
        Category(f"r{n}", f"R{n}", match=Match(title=(rf"\b{WORDS[n % len(WORDS)]}{n}\b",))) for n in range(200)
    )
    filing = Filing(_source(1), wanted)
    assert benchmark(filing.filed, _LONG).categories


# --- stories ---------------------------------------------------------------------------------------


def test_look_for_100_texts_among_many(benchmark: Any) -> None:
    chance = random.Random(1)

    def text() -> str:
        return " ".join(f"{chance.choice(WORDS)}{chance.randrange(400)}" for _ in range(120))

    known = [Fingerprint(str(n), NOW, "en", fingerprint("A title", text())) for n in range(_KNOWN_TEXTS // 10)]
    asked = [Fingerprint(f"new {n}", NOW, "en", fingerprint("A title", text())) for n in range(100)]

    def index() -> tuple[tuple[Nearby], dict[str, Any]]:
        nearby = Nearby(_WINDOW, lambda ids: {})
        nearby.add_all(replace(one, article_id=f"{one.article_id} {copy}") for copy in range(10) for one in known)
        return (nearby,), {}

    assert len(benchmark.pedantic(lambda nearby: nearby.take_in(asked), setup=index, rounds=5)) == 100


# --- the store -------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Store]]:
    """Makes stores, each of them empty."""
    made: list[Store] = []

    def fresh(url: str) -> Store:
        store = Store(url)
        store.migrate()
        store.configure(
            configured.states({f"s{n}": _source(n) for n in range(_FEEDS)}, {}, {}, NOW), CATEGORIES, NOW, {}
        )
        made.append(store)
        return store

    if request.param == "sqlite":
        yield lambda: fresh(f"sqlite:///{tmp_path_factory.mktemp('micro')}/hub.db")
        for store in made:
            store.close()
        return
    with postgres_server() as server:

        def on_server() -> Store:
            server.psql(f"CREATE DATABASE hub{len(made)}")
            return fresh(server.get_uri(f"hub{len(made)}"))

        yield on_server
        for store in made:
            store.close()


def _savings() -> list[Saving]:
    return [saving(n, _articles(n)) for n in range(_FEEDS)]


def test_save_600_articles(benchmark: Any, database: Callable[[], Store]) -> None:
    savings = _savings()
    assert benchmark.pedantic(
        lambda store: store.save_polls(savings), setup=lambda: ((database(),), {}), rounds=3
    ) == 30 * _FEEDS  # fmt: skip


def test_save_20_polls_that_brought_nothing(benchmark: Any, database: Callable[[], Store]) -> None:
    store, states = database(), [Saving(one.state) for one in _savings()]
    benchmark(store.save_polls, states)


def test_save_and_place_600_articles(benchmark: Any, database: Callable[[], Store]) -> None:
    savings = _savings()
    assert benchmark.pedantic(
        Clusterer.save, setup=lambda: ((Clusterer(database(), CATEGORIES, _WINDOW), savings), {}), rounds=3
    ) == 30 * _FEEDS  # fmt: skip


def test_place_600_articles(benchmark: Any, database: Callable[[], Store]) -> None:
    savings = _savings()

    def saved() -> tuple[tuple[Clusterer], dict[str, Any]]:
        store = database()
        store.save_polls(savings)
        return (Clusterer(store, CATEGORIES, _WINDOW),), {}

    assert benchmark.pedantic(Clusterer.place_newcomers, setup=saved, rounds=3).articles == 30 * _FEEDS


def test_find_100_due_sources_of_many(benchmark: Any, database: Callable[[], Store]) -> None:
    store = database()
    store.configure(configured.states({f"s{n}": _source(n) for n in range(_SOURCES)}, {}, {}, NOW), CATEGORIES, NOW, {})
    assert len(benchmark(store.due, NOW + timedelta(days=1), 100)) == 100


# --- publishing ------------------------------------------------------------------------------------


def _channel() -> Channel:
    items = tuple(ChannelItem(one, nth) for nth, one in enumerate(_SOME, 1))
    return subscription(SITE, CATEGORIES[1], items, (), NOW, 30, 0)


def test_render_a_channel_of_30_in_all_formats(benchmark: Any) -> None:
    assert len(benchmark(documents, _channel(), environment(SITE)).documents) == 5


def test_compress_a_document(benchmark: Any) -> None:
    body = documents(_channel(), environment(SITE)).documents[0].body
    assert benchmark(lambda: gzip.compress(body, 5, mtime=0) + brotli.compress(body, quality=5))


def test_serve_a_document(benchmark: Any, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    store.configure(configured.states({"s1": _source(1)}, {}, {}, NOW), CATEGORIES, NOW, {})
    store.save_polls([saving(1, _SOME)])
    Clusterer(store, CATEGORIES, _WINDOW).place_newcomers()
    Publisher(store, lambda: NOW, SITE, CATEGORIES, ChannelLimits()).publish()
    app = public_app(store, SITE, CATEGORIES, 100, lambda: NOW)
    sent: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": "/feeds/c1.rss", "raw_path": b"/feeds/c1.rss", "root_path": "",
             "query_string": b"", "headers": [], "http_version": "1.1", "scheme": "http"}  # fmt: skip

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    async def ask() -> None:
        await app(scope, receive, send)

    with asyncio.Runner() as runner:
        benchmark(lambda: runner.run(ask()))
    assert sent[0]["status"] == 200
    store.close()
