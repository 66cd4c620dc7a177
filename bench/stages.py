"""What an article and a poll cost: each stage on feeds that this file writes, in milliseconds of CPU.

    make stages           table
    python bench/stages.py --json

The feeds are deterministic (30 entries, about 73 KB, text from a word list of our own). The stages run in this process,
one after the other; `tests` assert nothing about time.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from syndicator.core import configured
from syndicator.core.identity import New
from syndicator.core.model import Article, Category, Site, Source, SourceState
from syndicator.core.normalise import Setting
from syndicator.core.work import Saving
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.pipeline.reading import Reading, ReadingJob, read_body
from syndicator.store.store import Store

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SITE = Site("Bench", "https://bench.example.org", "Bench", "en", "UTC", "Bench", "")
WORDS = [
    "river", "council", "station", "bridge", "winter", "garden", "number", "paper", "minister", "window", "harbour",
    "letter", "season", "market", "engine", "forest", "island", "teacher", "science", "report", "village", "evening",
    "company", "museum", "battery", "weather", "signal", "product", "history",
]  # fmt: skip
CATEGORIES = tuple(Category(f"c{n}", f"Category {n}") for n in range(10))


def feed(number: int, entries: int = 30) -> bytes:
    """One RSS feed, the same for the same `number`."""
    chance = random.Random(number)

    def text(words: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(words))

    items = "".join(
        f"<item><title>{text(8)} {number} {n}</title><link>https://s{number}.example.org/{n}</link>"
        f"<guid>https://s{number}.example.org/{n}</guid>"
        f"<pubDate>{NOW - timedelta(hours=n):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>&lt;p&gt;{text(170)}&lt;/p&gt;"
        f"&lt;p&gt;&lt;a href='/x'&gt;{text(140)}&lt;/a&gt;&lt;/p&gt;</description></item>"
        for n in range(entries)
    )
    head = f"<title>Source {number}</title><link>https://s{number}.example.org/</link><description>d</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of CPU that `work` takes in this process."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def read(number: int) -> tuple[Article, ...]:
    source = Source(f"s{number}", f"https://s{number}.example.org/feed", (f"c{number % 10}",), f"s{number}")
    job = ReadingJob(
        feed(number), source.url, "", Setting(source, SITE, CATEGORIES, "p", backfill=True), frozenset(), NOW
    )
    reading = read_body(job)
    if not isinstance(reading, Reading):
        raise SystemExit(reading.reason)
    return reading.articles


def saving(number: int, articles: tuple[Article, ...]) -> Saving:
    state = SourceState(f"s{number}", f"s{number}", f"https://s{number}.example.org/feed", NOW)
    return Saving(state, tuple(New(article) for article in reversed(articles)))


def measure(folder: Path, feeds: int) -> dict[str, float]:
    """Milliseconds per article, per category, per poll; as first polls bring them (a feed of 50 per category)."""
    store = Store(f"sqlite:///{folder}/bench.db")
    store.migrate()
    sources = {
        f"s{n}": Source(f"s{n}", f"https://s{n}.example.org/feed", (f"c{n % 10}",), f"s{n}") for n in range(feeds)
    }
    store.configure(configured.states(sources, {}, {}, NOW), CATEGORIES, NOW)
    publisher = Publisher(store, lambda: NOW, SITE, CATEGORIES, ChannelLimits())
    read_articles: list[tuple[Article, ...]] = []
    reading = cpu(lambda: read_articles.extend(read(n) for n in range(feeds)))
    savings = [saving(n, articles) for n, articles in enumerate(read_articles)]
    count = sum(map(len, read_articles))
    saved = cpu(lambda: [store.save_polls(savings[n : n + 50]) for n in range(0, feeds, 50)])
    placed = cpu(lambda: Clusterer(store, (), timedelta(0)).place_newcomers())
    published = cpu(publisher.publish) / (len(CATEGORIES) + 1)
    again = Publisher(store, lambda: NOW, SITE, CATEGORIES[:1], ChannelLimits(archive_size=99))
    one_category = median(cpu(partial(again._publish, behind)) for behind in 9 * store.stale("")[1:2])
    states = cpu(lambda: store.save_polls([Saving(one.state) for one in savings]))
    store.close()
    return {
        "articles": count,
        "read and normalise, per article": reading / count,
        "save, per article": saved / count,
        "cluster, per article": placed / count,
        "publish, per category": published,
        "publish one category of 50": one_category,
        "save an unchanged poll": states / feeds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--feeds", type=int, nargs="*", default=[1, 10, 300], help="how many feeds of 30 entries")
    options = parser.parse_args()
    results = []
    for feeds in options.feeds:
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(Path(folder), feeds))
    if options.json:
        print(json.dumps(results))
        return
    for name in results[0]:
        cells = "".join(f"{one[name]:>12,.0f}" if name == "articles" else f"{one[name]:>9.3f} ms" for one in results)
        print(f"{name:<34}{cells}")


if __name__ == "__main__":
    main()
