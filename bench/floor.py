"""What a first poll takes at the least: what its libraries alone take, and what has to be made of every entry.

    PYTHONPATH=tests/unit:bench python bench/floor.py [--feeds 500]

The feeds are those of `make bench`; the texts, rows and documents are those that syndicator makes of them, and making
them is not counted. Seconds of CPU, each step by itself. What has to be made of entries (words, hashes, dates, links,
records) is spelled as shortly as Python can: nothing is decided, filed, looked up or compared by it.

By the clock two cores take at the least what the start takes, and half of the rest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b, sha256
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import nh3
import requests
from compared import feeds
from compared.server import publishers
from lxml import etree
from made import CATEGORIES, SITE, cpu, saving
from rensa import RMinHash
from requests.adapters import HTTPAdapter

from syndicator.core import configured
from syndicator.core.model import Article, Source
from syndicator.core.normalise import Setting
from syndicator.core.sanitise import text_of_clean
from syndicator.core.text import runs_of_letters
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.pipeline.reading import Reading, ReadingJob, read_body
from syndicator.store.store import Store

_NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251
_IMPORTED = "click, pydantic, requests, sqlalchemy.dialects.sqlite, structlog, yaml"
_WRITTEN = ("articles", "filings", "fingerprints")
_AT_ONCE = 500
"""Articles in one transaction."""
_START, _FINGERPRINT = "start, imports", "fingerprint (rensa), without facts"
_TAG = re.compile(r"<[^>]*>")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500)
    count = parser.parse_args().feeds
    with tempfile.TemporaryDirectory(prefix="floor") as name:
        folder = Path(name)
        folder.chmod(0o755)
        feeds.write(folder, count, _NOW)
        start, polled, again, bodies = _started(), *_fetched(folder, count)
        read = [_read(number, body) for number, body in enumerate(bodies)]
        libraries = {_START: start, "fetch (requests)": polled, **_reading(bodies, read), **_storing(folder, read)}
        made = _made([article for some in read for article in some])
    total = sum(map(len, read))
    for steps, name in ((libraries, "libraries together"), (made, "what has to be made, together")):
        for step, milliseconds in (*steps.items(), (name, sum(steps.values()))):
            print(f"{step:<54}{milliseconds / 1000:>7.2f} s{milliseconds / total:>9.4f} ms an article")
    print(f"{'a warm poll: start, and requests of what is unchanged':<54}{(start + again) / 1000:>7.2f} s")
    for what, steps in (("libraries", libraries), ("libraries, and what has to be made", libraries | made)):
        for left_out in ((), (_FINGERPRINT,)):
            rest = sum(steps.values()) - start - sum(steps[step] for step in left_out)
            least = (start + rest / 2) / 1000
            print(f"least by the clock, {what}{', no stories' if left_out else ''}: {least:.2f} s")


def _started() -> float:
    """Milliseconds that Python and the imports of a command take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", f"import {_IMPORTED}"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def _fetched(folder: Path, count: int) -> tuple[float, float, list[bytes]]:
    """What it takes to ask for all feeds, and to ask for them again; and their bodies."""
    answers: list[requests.Response] = []
    adapter = HTTPAdapter()

    def ask(url: str, **headers: str) -> requests.Response:
        answer = adapter.send(requests.Request("GET", url, headers=headers).prepare(), timeout=30)
        _ = answer.content
        return answer

    with publishers(folder, count) as served:
        first = cpu(lambda: answers.extend(map(ask, served.urls)))
        dates = [answer.headers["Last-Modified"] for answer in answers]
        pairs = list(zip(served.urls, dates, strict=True))
        again = cpu(lambda: [ask(url, **{"If-Modified-Since": date}).status_code for url, date in pairs])
    return first, again, [answer.content for answer in answers]


def _read(number: int, body: bytes) -> tuple[Article, ...]:
    source = _source(number)
    setting = Setting(source, SITE, CATEGORIES, "print", backfill=True, story_window=timedelta(days=3))
    read = read_body(ReadingJob(body, source.url, "", setting, frozenset(), _NOW))
    if not isinstance(read, Reading):
        raise SystemExit(read.reason)
    return read.articles


def _source(number: int) -> Source:
    return Source(f"s{number}", f"https://s{number}.example.org/feed", (f"c{number % 10}",), f"s{number}")


def _reading(bodies: Sequence[bytes], read: Sequence[Sequence[Article]]) -> dict[str, float]:
    """Each body parsed, each text made safe and compared by its pairs of words, each article handed over."""
    contents = [article.content for some in read for article in some]
    tokens = [runs_of_letters(text_of_clean(content)) for content in contents]
    cleaner = nh3.Cleaner()

    def sketch(words: Sequence[str]) -> Sequence[int]:
        made = RMinHash(126, 1)
        made.update(list(map(" ".join, pairwise(words))))
        made_of: Sequence[int] = made.digest()
        return made_of

    return {
        "parse (lxml), and look at each element": cpu(
            lambda: [element.text for body in bodies for element in etree.fromstring(body).iter()]
        ),
        "sanitise (nh3)": cpu(lambda: [cleaner.clean(content) for content in contents]),
        _FINGERPRINT: cpu(lambda: [sketch(words) for words in tokens]),
        "from worker to writer (pickle)": cpu(lambda: [pickle.loads(pickle.dumps(some)) for some in read]),
    }


def _made(articles: Sequence[Article]) -> dict[str, float]:
    """What has to be made of every entry by Python itself."""
    values = [tuple(getattr(article, one.name) for one in fields(article)) for article in articles]
    date = format_datetime(_NOW)

    def hashes(article: Article) -> tuple[bytes, bytes]:
        said = f"{article.title}{article.summary}{article.content}"
        return blake2b(article.guid.encode()).digest(), blake2b(said.encode()).digest()

    def row(article: Article) -> bytes:
        lists = (article.tags, article.categories, article.reasons, article.filed_by)
        told = [article.title, article.summary, article.content, *map(json.dumps, lists)]
        return sha256("\0".join(told).encode()).digest()

    return {
        "words of a text without tags": cpu(
            lambda: [unescape(_TAG.sub(" ", one.content)).lower().split() for one in articles]
        ),
        "hashes, of what an entry is and of what it says": cpu(lambda: [hashes(one) for one in articles]),
        "a date, two links": cpu(
            lambda: [(parsedate_to_datetime(date), urlsplit(one.url), urlsplit(one.guid)) for one in articles]
        ),
        "a record, and its row with a checksum": cpu(lambda: [row(Article(*one)) for one in values]),
    }


def _storing(folder: Path, read: Sequence[Sequence[Article]]) -> dict[str, float]:
    """The rows of all articles written by SQLite, and the documents of all categories compressed."""
    made = folder / "hub.db"
    store = Store(f"sqlite:///{made}")
    store.migrate()
    sources = {f"s{number}": _source(number) for number in range(len(read))}
    store.configure(configured.states(sources, {}, {}, _NOW), CATEGORIES, _NOW, {})
    with closing(sqlite3.connect(made)) as database:
        database.executescript("VACUUM")
        empty = folder / "empty.db"
        with closing(sqlite3.connect(empty)) as copy:
            database.backup(copy)
    store.save_polls([saving(number, tuple(some)) for number, some in enumerate(read)])
    Clusterer(store, CATEGORIES, timedelta(days=3)).place_newcomers()
    Publisher(store, lambda: _NOW, SITE, CATEGORIES, ChannelLimits()).publish()
    store.close()
    with closing(sqlite3.connect(made)) as full:
        rows = {table: full.execute(f"SELECT * FROM {table}").fetchall() for table in _WRITTEN}
        bodies = [body for (body,) in full.execute("SELECT body FROM documents")]
    return {
        "write the rows (SQLite), each once": cpu(lambda: _written(empty, rows)),
        "compress the documents (brotli, zlib)": cpu(
            lambda: [(brotli.compress(body, brotli.MODE_TEXT, 5), gzip.compress(body, 5)) for body in bodies]
        ),
    }


def _written(file: Path, rows: dict[str, list[tuple[object, ...]]]) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384")
        batches = -(-len(rows["articles"]) // _AT_ONCE)
        for nth in range(batches):
            with database:
                for table, many in rows.items():
                    some = many[nth::batches]
                    database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})", some)


if __name__ == "__main__":
    main()
