"""How fast real feeds are read, against other readers, in one run: ratios, since machines differ.

    make readers FEEDS=folder
    python bench/readers.py FOLDER [--rounds 7] [--json]

Of every feed the quickest of some rounds counts, in CPU time of this process; the readers take turns on each feed, so
that a slow moment of the machine is nobody's. "mainstream" are the feeds that the quick reader takes.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import fastfeedparser
import feedparser
from lxml import etree

from syndicator.core.feed import Feed, NotCertain
from syndicator.core.model import Category, Site, Source
from syndicator.core.normalise import Setting
from syndicator.formats import reading, xml_reader
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.reading import Reading, ReadingJob
from syndicator.runners.workers import ReadingPool

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
URL = "https://feeds.example.org/feed"
SITE = Site("Bench", "https://bench.example.org", "Bench", "en", "UTC", "Bench", "")
SETTING = Setting(Source("s", URL, ("c",), "s"), SITE, (Category("c", "C"),), "print", backfill=True)

Read = Callable[[bytes], object]


@dataclass(frozen=True)
class Contestant:
    """A way of reading; `rounds` is how often, of the number asked for."""

    name: str
    read: Read
    rounds: Callable[[int], int] = lambda rounds: rounds


def job(body: bytes) -> ReadingJob:
    return ReadingJob(body, URL, "", SETTING, frozenset(), NOW)


PARSERS = (
    Contestant("syndicator", lambda body: reading.read(body, URL)),
    Contestant("fastfeedparser", fastfeedparser.parse),
    Contestant(
        "feedparser, no sanitiser",
        lambda body: feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False),
        lambda rounds: max(2, rounds // 3),
    ),
    Contestant("lxml, the tree only", lambda body: etree.fromstring(body.lstrip())),
)
MAKERS = (
    Contestant("syndicator, articles", lambda body: read_body(job(body))),
    Contestant(
        "feedparser, sanitised", lambda body: feedparser.parse(io.BytesIO(body)), lambda rounds: max(2, rounds // 3)
    ),
)


def fastest(contestants: tuple[Contestant, ...], bodies: list[bytes], rounds: int) -> dict[str, float]:
    """Milliseconds of CPU that each contestant needs for all `bodies`."""
    total = dict.fromkeys((one.name for one in contestants), 0.0)
    for number, body in enumerate(bodies, 1):
        progress(f"{number} of {len(bodies)} feeds")
        best = dict.fromkeys(total, float("inf"))
        for turn in range(rounds):
            for one in contestants:
                if turn < one.rounds(rounds):
                    best[one.name] = min(best[one.name], cpu(one.read, body))
        for name, seconds in best.items():
            total[name] += seconds * 1000
    return total


def cpu(read: Read, body: bytes) -> float:
    began = time.process_time()
    try:
        read(body)
    except Exception as error:
        # fastfeedparser refuses some feeds; what it needs for that counts.
        del error
    return time.process_time() - began


def feeds_a_second(bodies: list[bytes], rounds: int) -> tuple[float, float]:
    """Bodies that one and two worker processes read a second, by the wall clock; of some rounds in turn, the best."""
    best = [0.0, 0.0]
    with ReadingPool(1) as one, ReadingPool(2) as two:
        for turn in range(rounds + 1):
            progress(f"{turn} of {rounds} rounds of workers")
            for number, pool in enumerate((one, two)):
                began = time.perf_counter()
                for waiting in [pool(job(body)) for body in bodies]:
                    waiting.result()
                # In the first round the workers begin.
                best[number] = max(best[number], turn and len(bodies) / (time.perf_counter() - began))
    return best[0], best[1]


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}   ", end="", file=sys.stderr, flush=True)


def measure(bodies: list[bytes], rounds: int) -> dict[str, float]:
    certain = [body for body in bodies if isinstance(reading.read_certain(body, URL), Feed)]
    mainstream = [body for body in certain if not isinstance(xml_reader.read(body, URL), NotCertain)]
    entries = sum(made.entries for body in mainstream if isinstance(made := read_body(job(body)), Reading))
    parse, make = fastest(PARSERS, mainstream, rounds), fastest(MAKERS, mainstream, rounds)
    every = fastest(MAKERS, bodies, max(2, rounds // 3))
    one, two = feeds_a_second(mainstream, rounds)
    progress("")
    ours = parse["syndicator"]
    return {
        "feeds": len(bodies),
        "mainstream feeds": len(mainstream),
        "mainstream entries": entries,
        **{f"parse, ms: {name}": spent for name, spent in parse.items()},
        **{f"make, ms: {name}": spent for name, spent in make.items()},
        "parse, µs an entry": ours * 1000 / entries,
        "make, µs an entry": make["syndicator, articles"] * 1000 / entries,
        "parse: times feedparser without sanitiser": parse["feedparser, no sanitiser"] / ours,
        "parse: times fastfeedparser": parse["fastfeedparser"] / ours,
        "make: times feedparser with sanitiser": make["feedparser, sanitised"] / make["syndicator, articles"],
        "make, every feed: times feedparser with sanitiser": every["feedparser, sanitised"]
        / every["syndicator, articles"],
        "feeds a second, one worker": one,
        "feeds a second, two workers": two,
        "two workers: times one": two / one,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of feeds")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.folder.is_dir():
        raise SystemExit(f"{options.folder} is no folder: name one that holds feeds (make readers FEEDS=folder)")
    bodies = [path.read_bytes() for path in sorted(options.folder.iterdir()) if path.is_file()]
    measured = measure(bodies, options.rounds)
    if options.json:
        print(json.dumps(measured))
        return
    for name, value in measured.items():
        print(f"{name:<52}{value:>12,.0f}" if value > 100 else f"{name:<52}{value:>12,.2f}")


if __name__ == "__main__":
    main()
