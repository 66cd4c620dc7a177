"""What is remembered of sources and categories besides their articles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from syndicator.core.model import ALL, Category, Source, SourceState

from . import rows
from .tables import articles, categories, documents, sources


def configure(connection: Connection, wanted: Iterable[Source], tree: Iterable[Category], now: datetime) -> None:
    """Make the rows follow the configuration: new sources are due at once, those left out keep their articles."""
    _configure_sources(connection, {source.id: source for source in wanted}, now)
    _configure_categories(connection, {ALL, *(category.id for category in tree)}, now)


def _configure_sources(connection: Connection, wanted: dict[str, Source], now: datetime) -> None:
    known = {row.id: row for row in connection.execute(select(sources.c.id, sources.c.url))}
    connection.execute(update(sources).values(configured=False))
    fresh = [_new_source(source, now) for id_, source in wanted.items() if id_ not in known]
    if fresh:
        connection.execute(insert(sources), fresh)
    kept = [{"key": id_} for id_ in wanted if id_ in known]
    if kept:
        connection.execute(update(sources).where(sources.c.id == bindparam("key")).values(configured=True), kept)
    for id_, source in wanted.items():
        if id_ in known and known[id_].url != source.url:
            # Validators belong to the URL; the articles stay.
            changed = {"url": source.url, "etag": None, "last_modified": None, "gone": False, "failures": 0}
            due = {"next_poll_at": now, "next_poll_reason": "its URL was changed in the configuration"}
            connection.execute(update(sources).where(sources.c.id == id_).values(**changed, **due))


def _new_source(source: Source, now: datetime) -> rows.Values:
    state = SourceState(source_id=source.id, origin=source.origin, url=source.url, next_poll_at=now)
    return {**rows.state_values(state), "configured": True}


def _configure_categories(connection: Connection, wanted: set[str], now: datetime) -> None:
    known = set(connection.scalars(select(categories.c.id)))
    fresh = [
        {"id": id_, "configured": True, "created": now, "last_ordinal": 0, "changed_seq": 0, "published_seq": 0,
         "published_print": ""}
        for id_ in sorted(wanted - known)
    ]  # fmt: skip
    if fresh:
        connection.execute(insert(categories), fresh)
    connection.execute(update(categories).values(configured=categories.c.id.in_(sorted(wanted))))
    withdrawn = sorted(known - wanted)
    if withdrawn:
        connection.execute(delete(documents).where(documents.c.category.in_(withdrawn)))
        connection.execute(update(categories).where(categories.c.id.in_(withdrawn)).values(published_print=""))


def due(connection: Connection, now: datetime, limit: int) -> tuple[SourceState, ...]:
    """The sources whose time has come, the longest overdue first."""
    query = (
        select(sources)
        .where(sources.c.next_poll_at <= now, sources.c.configured, ~sources.c.gone)
        .order_by(sources.c.next_poll_at, sources.c.id)
        .limit(limit)
    )
    return tuple(rows.state(row) for row in connection.execute(query))


def states(connection: Connection) -> dict[str, SourceState]:
    """What is remembered of every configured source, by id."""
    query = select(sources).where(sources.c.configured).order_by(sources.c.id)
    return {row.id: rows.state(row) for row in connection.execute(query)}


def article_counts(connection: Connection) -> dict[str, int]:
    """How many articles each source has brought."""
    query = select(articles.c.source_id, func.count().label("articles")).group_by(articles.c.source_id)
    return {row.source_id: row.articles for row in connection.execute(query)}
