"""The least that a poll can be, with what syndicator is made of: `least_poll.py DATABASE URLS STORIES READER`.

It uses the same libraries, writes articles, filings and texts to compare into the same tables, and renders the same
channels, each step spelled as shortly as we could. Nothing is decided, normalised, placed, guarded, limited, logged or
checked; whatever is odd ends it. Two processes ask, read and render, so that no body goes from one to another; they
begin while a third, which writes, imports what a command cannot do without.

STORIES is `stories`, or `no-stories` to sign no texts. READER is `least`, or `syndicator` to have bodies read as its
workers do: articles as readers and publishers need them, and the rows of these.
"""

from __future__ import annotations

import gc
import gzip
import multiprocessing
import re
import sqlite3
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b, sha256
from html import unescape
from importlib import import_module
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from operator import itemgetter
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

GATHERED = 500
"""Articles that are written in one transaction."""
_AT_ONCE = 8
"""Requests of each process."""
LISTED, TERMS, MINIMA = 50, 24, 126
"""Entries of a channel, terms of an article, numbers of a signature."""

_NEEDED = "click", "pydantic", "sqlalchemy.dialects.sqlite", "structlog", "yaml"
"""What a command cannot do without."""
_RENDERING = "feedgen.feed", "brotli"
"""What renders, and is imported where anything is new."""
_PRAGMAS = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096
"""
_ENTRIES = "item", "{http://www.w3.org/2005/Atom}entry"
_TAG = re.compile(r"<[^>]*>")

_ARTICLES = (
    "id, guid, source_id, provenance, url, canonical_url, title, summary, content, authors, published, updated,"
    " accepted, sort_at, revised, language, image, enclosures, tags, categories, rights, entry_hash, content_hash,"
    " content_policy, date_text, podcast, terms, backfill, story_id, removed, reasons, filed_by, sha256, seq"
)
_FILINGS = "article_id, category, ordinal, seq, removed, sort_at"
_FINGERPRINTS = "article_id, at, language, body"
_DOCUMENTS = "path, category, media_type, body, gzipped, brotli, etag, modified"

Row = Sequence[Any]
State = tuple[str, str]
"""Of a feed: its URL and its validator."""
Read = Callable[[str, str, bytes, frozenset[str]], list[tuple[Row, bytes]]]
"""Gives the rows of a body's articles that are not known, by its URL and its category."""


def main(database: str, urls: str, stories: str, reader: str) -> None:
    gc.disable()
    listed = list(enumerate(Path(urls).read_text().splitlines()))
    with _opened(database) as store:
        store.execute("CREATE TABLE IF NOT EXISTS polled (url PRIMARY KEY, modified)")
        states = dict(store.execute("SELECT url, modified FROM polled"))
        known = frozenset(hash_ for (hash_,) in store.execute("SELECT entry_hash FROM articles"))
    halves = listed[: len(listed) // 2], listed[len(listed) // 2 :]
    polls = _begun(_poll, [(half, states, known, stories == "stories", reader) for half in halves])
    _import(_NEEDED)
    with _opened(database) as store:
        new = _write_all(store, _given(polls))
    if new:
        channels = [f"c{number}" for number in range(10)] + ["all"]
        rendering = _begun(_render, [(database, channels[::2]), (database, channels[1::2])])
        with _opened(database) as store:
            store.execute("BEGIN")
            _insert(store, "documents", _DOCUMENTS, _given(rendering), "REPLACE")
            store.execute("COMMIT")


def _import(names: Iterable[str]) -> None:
    for name in names:
        import_module(name)


@contextmanager
def _opened(database: str) -> Iterator[sqlite3.Connection]:
    # No other process has inherited it: none is forked while it is open.
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as store:
        store.executescript(_PRAGMAS)
        yield store


def _begun(work: Any, each: Sequence[tuple[Any, ...]]) -> dict[Connection, Any]:
    """Have `work` done for each in a process of its own; by the connections over which they send what it yields."""
    context = multiprocessing.get_context("fork")
    begun: dict[Connection, Any] = {}
    for args in each:
        here, there = context.Pipe(duplex=False)
        begun[here] = context.Process(target=_send, args=(there, work, args), daemon=True)
        begun[here].start()
        there.close()
    return begun


def _given(begun: dict[Connection, Any]) -> Iterator[Any]:
    while begun:
        for end in wait(list(begun)):
            assert isinstance(end, Connection)
            try:
                yield end.recv()
            except EOFError:
                process = begun.pop(end)
                process.join()
                if process.exitcode:
                    raise SystemExit(f"a process ended with exit code {process.exitcode}") from None


def _send(there: Connection, work: Any, args: tuple[Any, ...]) -> None:
    for one in work(*args):
        there.send(one)


# --- asking and reading --------------------------------------------------------------------------


def _poll(
    urls: Iterable[tuple[int, str]], states: Mapping[str, str], known: frozenset[str], compares: bool, reader: str
) -> Iterator[tuple[State, list[tuple[Row, bytes]]]]:
    """Of each feed its state, and the rows of its new articles with what their texts are compared by."""
    import requests
    from requests.adapters import HTTPAdapter

    adapter = HTTPAdapter()

    def ask(numbered: tuple[int, str]) -> tuple[int, str, requests.Response]:
        number, url = numbered
        headers = {"If-Modified-Since": states[url]} if url in states else {}
        return number, url, adapter.send(requests.Request("GET", url, headers=headers).prepare(), timeout=30)

    begin = _read_by_syndicator if reader == "syndicator" else _read_least
    read: Read | None = None  # imported with the first body: often there is none
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for number, url, answer in threads.map(ask, urls):
            if answer.status_code == 304:
                yield (url, states[url]), []
                continue
            read = read or begin(compares)
            yield (url, answer.headers["Last-Modified"]), read(url, f"c{number % 10}", answer.content, known)


def _read_least(compares: bool) -> Read:
    import nh3
    from lxml import etree

    parser, clean = etree.XMLParser(resolve_entities=False, no_network=True), nh3.Cleaner().clean

    def read(url: str, category: str, body: bytes, known: frozenset[str]) -> list[tuple[Row, bytes]]:
        entries = [_entry(element) for element in etree.fromstring(body, parser).iter(*_ENTRIES)]
        fresh = [(one, hash_) for one in entries if (hash_ := _hash(*one.values())) not in known]
        return [_article(url, category, one, hash_, clean, compares) for one, hash_ in fresh]

    return read


def _read_by_syndicator(compares: bool) -> Read:
    from syndicator.core.model import Category, Site, Source
    from syndicator.core.normalise import Setting
    from syndicator.pipeline.bodies import read_certain_body
    from syndicator.pipeline.reading import Reading, ReadingJob
    from syndicator.store.rows import article_values
    from syndicator.store.tables import microseconds

    site = Site("Bench", "https://bench.example.org", "News", "en", "UTC", "Desk", "desk@example.org")
    window = timedelta(days=365 if compares else 0)
    names = _ARTICLES.removesuffix(", seq").split(", ")

    def row(article: Any) -> Row:
        values = article_values(article) | {"story_id": article.id, "removed": False}
        return [microseconds(value) if isinstance(value, datetime) else value for value in map(values.get, names)]

    def read(url: str, category: str, body: bytes, known: frozenset[str]) -> list[tuple[Row, bytes]]:
        source, tree = Source(url, url, (category,), url), (Category(category, category.upper()),)
        setting = Setting(source, site, tree, "", True, window)
        told = read_certain_body(ReadingJob(body, url, "", setting, known, datetime.now(UTC)))  # noqa: TID251
        assert isinstance(told, Reading)
        return [(row(one), one.fingerprint) for one in told.articles]

    return read


def _entry(element: Any) -> dict[str, str]:
    return {
        child.tag.rpartition("}")[2]: child.text or child.get("href") or child.get("term") or child[0].text
        for child in element
    }


def _hash(*texts: str) -> str:
    return blake2b("\0".join(texts).encode(), digest_size=16).hexdigest()


def _article(
    source: str, category: str, entry: Mapping[str, str], entry_hash: str, clean: Callable[[str], str], compares: bool
) -> tuple[Row, bytes]:
    content = clean(entry.get("encoded") or entry.get("content") or "")
    summary = unescape(_TAG.sub("", entry.get("description") or entry.get("summary") or ""))
    words = (unescape(_TAG.sub(" ", content)) or summary).lower().split()
    url = entry["link"]
    at = int(_date(entry).timestamp() * 1_000_000)
    tags = _listed(entry["category"])
    authors = f"[{_listed(entry.get('creator') or entry['author'], '', '')}]"
    guid = entry.get("guid") or entry["id"]
    told = [guid, source, url, entry["title"], summary, content, authors, tags, category]
    checksum = sha256("\0".join(told).encode()).hexdigest()
    id_, now = _hash(source, guid), int(datetime.now(UTC).timestamp() * 1_000_000)  # noqa: TID251
    row = (
        id_, guid, source, source, url, url, entry["title"], summary, content, authors, at, at, now, at, now, "en", "",
        "[]", tags, _listed(category), "", entry_hash, _hash(content), "", "", "", _terms(words), True, id_, False,
        "[]", "[]", checksum,
    )  # fmt: skip
    return row, _signature(words) if compares else b""


def _listed(*texts: str) -> str:
    return orjson.dumps(texts).decode()


def _date(entry: Mapping[str, str]) -> datetime:
    if "pubDate" in entry:
        return parsedate_to_datetime(entry["pubDate"])
    return datetime.fromisoformat(entry["published"])


def _terms(words: Iterable[str]) -> bytes:
    best = sorted(Counter(words).items(), key=itemgetter(1))[-TERMS:]
    return struct.pack(f">{len(best)}I", *(crc32(word.encode()) for word, _ in best))


def _signature(words: Sequence[str]) -> bytes:
    from rensa import RMinHash

    sketch = RMinHash(MINIMA, 1)
    sketch.update(list(map(" ".join, pairwise(words))))
    whole, halves = struct.pack(f"<{MINIMA}I", *sketch.digest()), bytearray(2 * MINIMA)
    halves[::2], halves[1::2] = whole[::4], whole[1::4]
    return bytes(halves)


# --- writing -------------------------------------------------------------------------------------


def _write_all(store: sqlite3.Connection, brought: Iterable[tuple[State, list[tuple[Row, bytes]]]]) -> int:
    """Write what comes, many at once, while more comes; gives how many articles that were."""
    before = seq = int(store.execute("SELECT count(*) FROM articles").fetchone()[0])
    states: list[State] = []
    articles: list[tuple[Row, bytes]] = []
    with ThreadPoolExecutor(1) as writer:
        written: list[Future[None]] = []
        for state, some in brought:
            states.append(state)
            articles += some
            if len(articles) >= GATHERED:
                if not written:
                    written.append(writer.submit(_import, _RENDERING))
                written.append(writer.submit(_write, store, states, articles, seq))
                seq += len(articles)
                states, articles = [], []
        written.append(writer.submit(_write, store, states, articles, seq))
    for one in written:
        one.result()
    return seq + len(articles) - before


def _write(store: sqlite3.Connection, states: Sequence[State], articles: Sequence[tuple[Row, bytes]], seq: int) -> None:
    numbered = [(*row, seq + nth) for nth, (row, _) in enumerate(articles, 1)]
    filings = [
        (row[0], category, row[-1], row[-1], False, row[13])
        for row in numbered
        for category in (*orjson.loads(row[19]), "all")
    ]
    store.execute("BEGIN")
    _insert(store, "polled", "url, modified", states, "REPLACE")
    _insert(store, "articles", _ARTICLES, numbered)
    _insert(store, "filings", _FILINGS, filings)
    _insert(store, "fingerprints", _FINGERPRINTS, [(row[0], row[13], "en", body) for row, body in articles if body])
    store.execute("COMMIT")


def _insert(store: sqlite3.Connection, table: str, columns: str, rows: Iterable[Row], how: str = "INSERT") -> None:
    store.executemany(f"{how} INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split()))})", rows)


# --- rendering -----------------------------------------------------------------------------------


def _render(database: str, channels: Sequence[str]) -> Iterator[Row]:
    """The rows of the documents of some channels."""
    import brotli

    query = (
        "SELECT guid, title, url, updated, content FROM filings AS f JOIN articles AS a ON a.id = f.article_id WHERE"
        " f.category = ? AND f.ordinal IS NOT NULL AND f.removed = 0 ORDER BY f.sort_at DESC LIMIT ?"
    )
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        for channel in channels:
            for name, body in _documents(store.execute(query, (channel, LISTED)).fetchall()):
                small = gzip.compress(body, 5), brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)
                yield f"feeds/{channel}.{name}", channel, name, body, *small, blake2b(body).hexdigest(), 0


def _documents(articles: Sequence[Row]) -> Iterator[tuple[str, bytes]]:
    from feedgen.feed import FeedGenerator

    made = FeedGenerator()
    made.id("urn:channel")
    made.title("Channel")
    made.description("Channel")
    made.link(href="https://bench.example.org")
    for guid, title, url, updated, content in articles:
        entry = made.add_entry(order="append")
        entry.id(guid)
        entry.title(title)
        entry.link(href=url)
        entry.updated(datetime.fromtimestamp(updated / 1_000_000, UTC))
        entry.content(content, type="html")
    said = [{"id": one[0], "title": one[1], "url": one[2], "content_html": one[4]} for one in articles]
    yield from (("rss", made.rss_str()), ("atom", made.atom_str()), ("json", orjson.dumps(said)))


if __name__ == "__main__":
    main(*sys.argv[1:])
