"""Looking for damage in a database, beside an engine that runs, in short reads: nothing is changed."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

import brotli
from sqlalchemy import Row, Select, Table, exists, func, select, text, union_all

from syndicator.core.checkup import Damage
from syndicator.core.errors import DatabaseError

from .checksums import COVERED, checksum, kind_of
from .copying import Progress, plain, said, unheard
from .database import Database
from .numbering import SEQ, WATERMARK
from .tables import articles, counters, documents, filings, fingerprints, related, revisions, sources

_BATCH = 1_000
_FAILURES = (DatabaseError, sqlite3.Error)
_stored = plain(articles.name).columns
_NAMES = (*dict.fromkeys(name for covered in COVERED.values() for name in covered), "seq", "sha256")
_COLUMNS = [_stored[name] for name in _NAMES]
_covered = {kind: itemgetter(*map(_NAMES.index, names)) for kind, names in COVERED.items()}


@dataclass(slots=True)
class Checked:
    """How many articles were looked at; `partly` those whose checksum an earlier version made."""

    articles: int = 0
    partly: int = 0


def structure(database: Database) -> tuple[str, ...]:
    """What the database's own check of itself finds wrong. PostgreSQL has none that needs no rights: it is asked to
    read."""
    try:
        with database.read() as connection:
            if not database.is_sqlite:
                connection.execute(select(counters)).all()
                return ()
            found = connection.scalars(text("PRAGMA integrity_check(50)")).all()
            keys = connection.execute(text("PRAGMA foreign_key_check")).all()
    except _FAILURES as error:
        return (said(error),)
    return (*(line for line in found if line != "ok"), *(f"a row of {key[0]} refers to none" for key in keys))


def version(database: Database) -> tuple[str, tuple[int, ...]]:
    """The database program's name and version."""
    if database.is_sqlite:
        return "SQLite", tuple(map(int, sqlite3.sqlite_version.split(".")))
    with database.read() as connection:
        return "PostgreSQL", tuple(map(int, connection.dialect.server_version_info or ()))


def size(database: Database) -> int:
    """Bytes that the database takes."""
    if database.file is not None:
        beside = (database.file.with_name(database.file.name + end) for end in ("", "-wal"))
        return sum(os.path.getsize(file) for file in beside if os.path.exists(file))
    with database.read() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def time(database: Database) -> datetime | None:
    """The clock of a PostgreSQL server; SQLite has none of its own."""
    if database.is_sqlite:
        return None
    with database.read() as connection:
        found: datetime | None = connection.scalar(text("SELECT clock_timestamp()"))
        return found


def latest(database: Database) -> datetime | None:
    """The latest moment that our own clock ever gave to what is stored."""
    with database.read() as connection:
        found = [
            connection.scalar(select(func.max(column)))
            for column in (articles.c.accepted, sources.c.last_poll_at, documents.c.modified)
        ]
    return max(filter(None, found), default=None)


def dangling(database: Database) -> dict[str, int]:
    """Rows of other tables that belong to no article, and numbers ahead of their counters."""
    with database.read() as connection:
        counts = {
            one.name: int(connection.scalar(_without_article(one)) or 0)
            for one in (filings, fingerprints, related, revisions)
        }
        counted = {row.name: row.value for row in connection.execute(select(counters))}
        highest = union_all(select(func.max(articles.c.seq).label("seq")), select(func.max(filings.c.seq))).subquery()
        last = connection.scalar(select(func.max(highest.c.seq))) or 0
    counts["the counter of changes"] = max(0, last - counted.get(SEQ, 0))
    counts["the stories' watermark"] = max(0, counted.get(WATERMARK, 0) - counted.get(SEQ, 0))
    return counts


def _without_article(rows: Table) -> Select[Any]:
    # Not NOT IN, for which PostgreSQL looks through all ids for each row, once they do not fit into its memory.
    return select(func.count()).select_from(rows).where(~exists().where(articles.c.id == rows.c.article_id))


# --- articles ---------------------------------------------------------------------------------------


def damaged_articles(
    database: Database, progress: Progress = unheard, checked: Checked | None = None
) -> Iterator[Damage]:
    """The articles whose stored checksum is not that of their row, and those that cannot be read."""
    checked, after = checked or Checked(), -1
    with database.read() as connection:
        total = int(connection.scalar(select(func.count(articles.c.seq))) or 0)
    while batch := _next(database, after):
        after = batch[-1].seq
        for row in batch:
            checked.articles += 1
            if isinstance(row, _Unreadable):
                yield Damage("row", row.id, row.title, row.reason)
                continue
            checked.partly += ":" not in row.sha256
            if not _holds(row):
                yield Damage("article", row.id, row.title, "its text is not what was written: the checksum differs")
        progress(max(total, checked.articles), checked.articles)


def _holds(row: Row[Any]) -> bool:
    stored: str = row.sha256
    try:
        kind = kind_of(stored)
        return checksum(_covered[kind](row), kind) == stored
    except (ValueError, TypeError):  # numbers that are texts, a checksum that is none: as pages are when damaged
        return False


@dataclass(frozen=True, slots=True)
class _Unreadable:
    seq: int
    id: str
    title: str
    reason: str


def _next(database: Database, after: int) -> list[Row[Any] | _Unreadable]:
    """The next rows after the change numbered `after`; one by one where they cannot be read together."""
    query = select(*_COLUMNS).where(_stored["seq"] > after).order_by(_stored["seq"]).limit(_BATCH)
    try:
        with database.read() as connection:
            return list(connection.execute(query).all())
    except _FAILURES:
        numbers = select(articles.c.seq).where(articles.c.seq > after).order_by(articles.c.seq).limit(_BATCH)
        with database.read() as connection:  # of the index alone
            found = connection.scalars(numbers).all()
        return [_one(database, seq) for seq in found]


def _one(database: Database, seq: int) -> Row[Any] | _Unreadable:
    try:
        with database.read() as connection:
            return connection.execute(select(*_COLUMNS).where(_stored["seq"] == seq)).one()
    except _FAILURES as error:
        id_, title = (_value(database, seq, name) for name in ("id", "title"))
        return _Unreadable(seq, id_ or f"number {seq}", title, f"cannot be read: {said(error)}")


def _value(database: Database, seq: int, name: str) -> str:
    try:
        with database.read() as connection:
            return str(connection.scalar(select(articles.c[name]).where(articles.c.seq == seq)))
    except _FAILURES:
        return ""


# --- what is made of articles -----------------------------------------------------------------------


def damaged_copies(database: Database) -> Iterator[Damage]:
    """Documents whose compressed bytes are not those of their body, and former versions that cannot be unpacked."""
    with database.read() as connection:
        for row in connection.execute(select(documents).execution_options(yield_per=20)):
            if reason := _document_damage(row):
                yield Damage("document", row.path, "", reason)
        for row in connection.execute(select(revisions).execution_options(yield_per=_BATCH)):
            try:
                json.loads(zlib.decompress(row.body))
            except (zlib.error, ValueError):
                yield Damage("revision", row.article_id, "", f"the version that change {row.seq} replaced is damaged")


def _document_damage(row: Row[Any]) -> str:
    try:
        if gzip.decompress(row.gzipped) != row.body:
            return "gzip has other bytes than the document"
        if brotli.decompress(row.brotli) != row.body:
            return "brotli has other bytes than the document"
    except (OSError, EOFError, zlib.error, brotli.error):
        return "its compressed bytes are damaged"
    return ""
