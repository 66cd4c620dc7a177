"""How much there is and how far behind it is, read beside everything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select, text

from syndicator.core.levels import Counts, Levels
from syndicator.core.standing import Standing

from .database import Database
from .numbering import SEQ, counter, watermark
from .overview import standing
from .tables import articles, categories, filings, sources


class Measures:
    """Reads the numbers over connections of its own: a scrape takes none from pages or polls."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._database = Database(url, read_only=True)
        self._clock = clock

    def levels(self) -> Levels:
        with self._database.read() as connection:
            return _levels(connection, self._database.is_sqlite, self._clock())

    def counts(self) -> Counts:
        with self._database.read() as connection:
            return _counts(connection, self._database.is_sqlite)

    def close(self) -> None:
        self._database.close()


def _levels(connection: Connection, is_sqlite: bool, now: datetime) -> Levels:
    state = standing(now)
    of_state = select(state, func.count()).where(sources.c.configured).group_by(state)
    times = select(
        func.min(case((sources.c.gone, None), else_=sources.c.next_poll_at), type_=sources.c.next_poll_at.type),
        func.max(sources.c.last_success_at),
        func.count(sources.c.held),
    ).where(sources.c.configured)
    next_poll, last_success, held = connection.execute(times).one()
    held_back = select(func.count()).where(and_(categories.c.configured, categories.c.held != ""))
    return Levels(
        {Standing(row[0]): row[1] for row in connection.execute(of_state)},
        held,
        connection.scalar(select(func.count()).select_from(articles).where(text("held IS NOT NULL"))) or 0,
        connection.scalar(held_back) or 0,
        counter(connection, SEQ) - watermark(connection),
        _size(connection, is_sqlite),
        next_poll,
        last_success,
    )


def _size(connection: Connection, is_sqlite: bool) -> int:
    """Of the database in bytes; on SQLite without its write-ahead log, which is bounded."""
    query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return int(connection.scalar(text(query if is_sqlite else "SELECT pg_database_size(current_database())")) or 0)


def _counts(connection: Connection, is_sqlite: bool) -> Counts:
    configured = select(categories.c.id).where(categories.c.configured)
    of_category = select(filings.c.category, func.count()).group_by(filings.c.category)
    # As the partial index has it: only then do both databases count in the index.
    shows = text("ordinal IS NOT NULL AND " + ("removed = 0" if is_sqlite else "NOT removed"))
    every = dict.fromkeys(connection.scalars(configured), 0)

    def of_each(query: Select[Any]) -> dict[str, int]:
        return every | {row[0]: row[1] for row in connection.execute(query).all() if row[0] in every}

    stored = connection.scalar(select(func.count()).select_from(articles)) or 0
    return Counts(stored, of_each(of_category), of_each(of_category.where(shows)))
