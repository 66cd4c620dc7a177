"""What benches are made of: feeds, the same every time, of 30 entries each, and the records that they become."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from syndicator.core.identity import New
from syndicator.core.model import Article, Category, Site, Source, SourceState
from syndicator.core.normalise import Setting
from syndicator.core.work import Saving
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.reading import Reading, ReadingJob

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
