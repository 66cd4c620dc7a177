"""What retention costs: articles a second, its longest step, what polls wait meanwhile, and what stays of an article.

    python bench/retention.py [ARTICLES] [SECONDS] [DATABASE-URL]

Half of the articles are older than they are to be kept; it stops after so many seconds, 60 unless said. Without a URL:
SQLite in a temporary folder. One that holds articles already is measured as it is.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text, update

from syndicator.core import configured
from syndicator.core.identity import New, article_id
from syndicator.core.model import ALL, Article, Category, Provenance, Source
from syndicator.core.retention import Expiry
from syndicator.core.work import Saving
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.retain import Retained, Retainer
from syndicator.store import rows
from syndicator.store.database import Database
from syndicator.store.store import Store
from syndicator.store.tables import articles, categories, counters, filings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEEP = timedelta(days=365)
CATEGORIES = 50
SOURCES = 500
_BATCH = 5000
_SENTENCE = "The council met on Monday to speak about the bridge over the river, and put it off again. "


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
        url = sys.argv[3] if len(sys.argv) > 3 else f"sqlite:///{folder}/hub.db"
        store = Watched(url)
        store.migrate()
        tree = [Category(f"c{n}", f"C{n}") for n in range(CATEGORIES)]
        sources = {f"s{n}": Source(f"s{n}", f"https://s{n}.example/", ("c0",), f"s{n}") for n in range(SOURCES)}
        store.configure(configured.states(sources, {}, {}, NOW), tree, NOW, {})
        database = Database(url)
        if not store.article_counts():
            fill(database, count)
        before = bytes_in_use(database)
        print(f"{count} articles, {before / 2**20:.0f} MiB in use")
        retained, seconds, waits = _retain(store, Clusterer(store, tree, timedelta(0)), seconds)
        print(f"{retained.articles} expired in {seconds:.0f} s: {retained.articles / seconds:.0f} a second")
        steps, cpu = store.steps, sum(store.cpu)
        print(f"{len(steps)} steps: 99 % within {_p99(steps):.0f} ms, all within {max(steps) * 1000:.0f} ms")
        print(f"CPU: {cpu / retained.articles * 1e6:.0f} us an article, {_p99(store.cpu):.0f} ms for 99 % of steps")
        print(f"{len(waits)} polls: 99 % saved within {_p99(waits):.0f} ms, all within {max(waits) * 1000:.0f} ms")
        kept = before / count
        after = bytes_in_use(database) - 10 * len(waits) * kept
        print(f"{kept:.0f} bytes an article, {kept - (before - after) / retained.articles:.0f} of one that has expired")
        if database.is_sqlite:
            file = Path(url.removeprefix("sqlite:///"))
            size = file.stat().st_size
            fill(database, retained.articles - 10 * len(waits), first=2 * count)
            grown = (file.stat().st_size - size) / size
            print(f"the file grows by {grown:.1%} when as many come as have expired")
        store.close()
        database.close()


class Watched(Store):
    """A store that notes how long each step of retention takes."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.steps: list[float] = []
        self.cpu: list[float] = []

    def expire(self, *args: Any) -> Expiry | None:
        started, cpu = time.perf_counter(), time.thread_time()
        step = super().expire(*args)
        self.steps.append(time.perf_counter() - started)
        self.cpu.append(time.thread_time() - cpu)
        return step


def _retain(store: Watched, clusterer: Clusterer, most: float) -> tuple[Retained, float, list[float]]:
    """Retention while another thread saves a poll of ten articles ten times a second, and places them."""
    done, waits = threading.Event(), list[float]()

    def poll() -> None:
        number = 10**9 + 1000 * sum(store.article_counts().values())
        state = next(iter(store.states().values()))
        while not done.wait(0.1):
            new = tuple(New(_article(number + n, NOW)) for n in range(10))
            number += 10
            started = time.perf_counter()
            store.save_polls([Saving(state, new)])
            waits.append(time.perf_counter() - started)
            clusterer.place_newcomers()

    poller = threading.Thread(target=poll)
    poller.start()
    started = time.perf_counter()
    retained = Retainer(store, lambda: NOW, _KEEP, 50).run(
        lambda pause: done.wait(pause) or time.perf_counter() - started > most
    )
    seconds = time.perf_counter() - started
    done.set()
    poller.join()
    assert retained
    return retained, seconds, waits


def fill(database: Database, count: int, first: int = 1) -> None:
    """Articles in equal steps over two years, the oldest first, each placed in a category and in `all`."""
    ordinals = {ALL: first, **{f"c{n}": first for n in range(CATEGORIES)}}
    with database.read() as connection:
        seq = connection.execute(text("SELECT max(value) FROM counters")).scalar_one()
    values = _values(count, first, seq, ordinals)
    for _ in range(0, count, _BATCH):
        some = list(islice(values, _BATCH))
        with database.write() as connection:
            connection.execute(insert(articles), [article for article, _ in some])
            connection.execute(insert(filings), [place for _, places in some for place in places])
    with database.write() as connection:
        connection.execute(update(counters).where(counters.c.name != "publications").values(value=seq + count))
        for category, last in ordinals.items():
            connection.execute(update(categories).where(categories.c.id == category).values(last_ordinal=last))


def _values(
    count: int, first: int, seq: int, ordinals: dict[str, int]
) -> Iterator[tuple[rows.Values, list[rows.Values]]]:
    base = rows.article_values(_article(0, NOW))
    for n in range(count):
        number, at = first + n, NOW - 2 * _KEEP * (count - n) / count
        made = _article(number, at)
        fields = ("id", "guid", "source_id", "url", "canonical_url", "title", "entry_hash", "content_hash")
        times = dict.fromkeys(("published", "updated", "accepted", "sort_at", "revised"), at)
        changed = {name: getattr(made, name) for name in fields}
        places = []
        for category in (ALL, f"c{number % CATEGORIES}"):
            place = {"article_id": made.id, "category": category, "ordinal": ordinals[category], "seq": seq + n + 1}
            places.append({**place, "removed": False, "sort_at": at, "fresh": at})
            ordinals[category] += 1
        yield {**base, **changed, **times, "story_id": made.id, "seq": seq + n + 1}, places


def _article(number: int, at: datetime) -> Article:
    source, key = f"s{number % SOURCES}", str(number)
    page = f"https://{source}.example/2026/03/01/what-the-council-said-{number}"
    return Article(
        id=article_id(source, key), guid=page, source_id=source,
        provenance=Provenance(f"Source {source}", f"https://{source}.example/feed", f"https://{source}.example/"),
        url=page, canonical_url=page, title=f"What the council said of the bridge, part {number}", summary=_SENTENCE,
        content=f"<p>{_SENTENCE * 40}</p>", authors=(), published=at, updated=at, accepted=at, sort_at=at, revised=at,
        language="en", image=f"{page}.jpg", enclosures=(), tags=("council", "bridge"),
        categories=(f"c{number % CATEGORIES}",), rights="", entry_hash=f"{number:020x}", content_hash=f"{number:020x}",
        terms=b"x" * 120,
    )  # fmt: skip


def bytes_in_use(database: Database) -> int:
    """Bytes in use, without free pages."""
    with database.read() as connection:
        if database.is_sqlite:
            pages, free, size = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * size)
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) * 99 // 100] * 1000


if __name__ == "__main__":
    main()
