"""What metrics cost: a poll's events, an answer's count, a scrape beside 10,000 sources and a million articles."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from builders import article
from sqlalchemy import insert
from starlette.types import Message, Receive, Scope, Send

from syndicator.core import configured
from syndicator.core.fetching import Transfer
from syndicator.core.identity import New
from syndicator.core.model import ALL, Category, PollOutcome, Source
from syndicator.pipeline.events import Queued
from syndicator.pipeline.poll import Polled
from syndicator.store.measuring import Measures
from syndicator.store.store import Store
from syndicator.store.tables import articles, filings
from syndicator.web.metrics import Metrics
from syndicator.web.served import Served

SOURCES, ARTICLES, BATCH = 10_000, 1_000_000, 50_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TREE = tuple(Category(f"top{n // 5}" if n % 5 == 0 else f"top{n // 5}/sub{n % 5}", f"Category {n}") for n in range(40))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hub.db"
        store = Store(url)
        store.migrate()
        _filled(store)
        measures = Measures(url, lambda: NOW)
        _cost_of_polls(measures)
        _cost_of_answers()
        _say("levels, read", _milliseconds(measures.levels, 20), "ms")
        _say("counts, read", _milliseconds(measures.counts, 3), "ms")
        metrics = Metrics(measures, Served(), Queued)
        first = time.perf_counter()
        metrics.text()
        _say("first scrape", (time.perf_counter() - first) * 1000, "ms")
        took: list[float] = []
        for _ in range(40):
            began = time.perf_counter()
            text = metrics.text()
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(0.5)  # so that numbers grow old and are read anew meanwhile
        took.sort()
        _say("scrape, median", took[len(took) // 2], "ms")
        _say("scrape, slowest of 40", took[-1], "ms")
        _say("scrape", len(text) / 1024, "KiB")
        measures.close()
        store.close()


def _filled(store: Store) -> None:
    sources = {
        f"s{n}": Source(f"s{n}", f"https://s{n}.example/feed", (TREE[n % 40].id,), f"s{n}") for n in range(SOURCES)
    }
    store.configure(configured.states(sources, {}, {}, NOW), TREE, NOW, {})
    for start in range(0, ARTICLES, BATCH):
        with store._database.write() as connection:
            connection.execute(insert(articles), [_article(n) for n in range(start, start + BATCH)])
            connection.execute(insert(filings), [row for n in range(start, start + BATCH) for row in _filings(n)])


def _article(n: int) -> dict[str, object]:
    texts = dict.fromkeys(
        ("provenance", "summary", "content", "authors", "language", "image", "enclosures", "tags", "categories",
         "rights", "entry_hash", "content_hash", "content_policy", "date_text", "reasons", "sha256"), "",
    )  # fmt: skip
    moments = dict.fromkeys(("published", "updated", "accepted", "sort_at", "revised"), NOW + timedelta(seconds=n))
    page = f"https://s{n % SOURCES}.example/{n}"
    return texts | moments | {
        "id": f"{n:016x}", "guid": page, "source_id": f"s{n % SOURCES}", "url": page, "canonical_url": page,
        "title": f"News {n}", "backfill": False, "removed": False, "seq": n + 1, "content": "Some words. " * 20,
    }  # fmt: skip


def _filings(n: int) -> list[dict[str, object]]:
    category = TREE[n % SOURCES % 40].id
    return [
        {"article_id": f"{n:016x}", "category": one, "ordinal": n + 1, "seq": n + 1, "removed": n % 1000 == 0,
         "sort_at": NOW + timedelta(seconds=n)}
        for one in dict.fromkeys((category, category.partition("/")[0], ALL))
    ]  # fmt: skip


def _cost_of_polls(measures: Measures) -> None:
    metrics = Metrics(measures, Served(), Queued)
    source = Source("s1", "https://s1.example/feed", ("top0/sub1",), "s1")
    (state,) = configured.states({"s1": source}, {}, {}, NOW)
    state = replace(state, outcome=PollOutcome.UNCHANGED)
    quiet = Polled(source, state, state, transfer=Transfer(304, 0.12))
    new = tuple(New(article(id=f"a{n}", categories=("top0", "top0/sub1"))) for n in range(2))
    read = replace(
        quiet, verdicts=new, entries=30, reader="fast", transfer=Transfer(200, 0.2, 70_000), read_seconds=0.003
    )
    _say("a poll that brings nothing", _microseconds(lambda: metrics(quiet)), "µs")
    _say("a poll that brings two articles", _microseconds(lambda: metrics(read)), "µs")


def _cost_of_answers() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 1000})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None: ...

    scope: Scope = {"type": "http", "path": "/feeds/health/oncology.rss", "method": "GET"}
    counting = Served().counting(app)

    async def often() -> tuple[float, float]:
        took = []
        for one in (app, counting):
            began = time.process_time()
            for _ in range(100_000):
                await one(scope, receive, send)
            took.append((time.process_time() - began) * 10)
        return took[0], took[1]

    plain, counted = asyncio.run(often())
    _say("counting an answer", counted - plain, "µs")


def _microseconds(act: Callable[[], object], times: int = 50_000) -> float:
    began = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - began) / times * 1e6


def _milliseconds(act: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - began) / times * 1e3


def _say(what: str, value: float, unit: str) -> None:
    sys.stdout.write(f"{what:34} {value:9.1f} {unit}\n")


if __name__ == "__main__":
    main()
