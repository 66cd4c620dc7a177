"""What the pages and the API read; nothing above the story watermark."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from syndicator.core.model import AlsoReported, ChannelItem, PublishedDocument
from syndicator.core.work import Change

from . import rows
from .numbering import PUBLICATIONS, counter, watermark
from .publishing import also_reported, others
from .tables import articles, categories, documents, filings


def document(connection: Connection, path: str) -> PublishedDocument | None:
    row = connection.execute(select(documents).where(documents.c.path == path)).one_or_none()
    if row is None:
        return None
    return PublishedDocument(
        row.path, row.media_type, bytes(row.body), bytes(row.gzipped), bytes(row.brotli), row.etag, row.modified
    )


def publications(connection: Connection) -> int:
    return counter(connection, PUBLICATIONS)


def withdrawn(connection: Connection, category: str) -> bool:
    query = select(categories.c.id).where(categories.c.id == category, ~categories.c.configured)
    return connection.execute(query).one_or_none() is not None


def article(connection: Connection, article_id: str) -> Change | None:
    # What has its story is complete; an update in between does not take the page away.
    query = select(articles).where(articles.c.id == article_id, articles.c.story_id.is_not(None))
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    told = also_reported(connection, [row.story_id])
    found = rows.article(row)
    return Change(found, found.removed, found.seq, others(told, row.story_id, row.id))


def newest(connection: Connection, category: str, limit: int, offset: int = 0) -> tuple[ChannelItem, ...]:
    """The articles that a category shows, newest first."""
    query = (
        select(articles, filings.c.ordinal, filings.c.fresh)
        .join(filings, filings.c.article_id == articles.c.id)
        .where(filings.c.category == category, filings.c.ordinal.is_not(None), ~filings.c.removed)
        .order_by(filings.c.sort_at.desc(), filings.c.ordinal.desc())
        .limit(limit)
        .offset(offset)
    )
    found = connection.execute(query).all()
    told = also_reported(connection, {row.story_id for row in found})
    return tuple(
        ChannelItem(rows.article(row), row.ordinal, row.fresh, others(told, row.story_id, row.id)) for row in found
    )


def changes(connection: Connection, category: str, after: int, limit: int) -> tuple[Change, ...]:
    """The changes of a category numbered above `after`, in order."""
    query = (
        select(articles, filings.c.seq.label("filing_seq"), filings.c.removed.label("filing_removed"))
        .join(filings, filings.c.article_id == articles.c.id)
        .where(filings.c.category == category, filings.c.seq > after, filings.c.seq <= watermark(connection))
        .order_by(filings.c.seq)
        .limit(limit)
    )
    found = connection.execute(query).all()
    told = also_reported(connection, {row.story_id for row in found})
    return tuple(_change(row, others(told, row.story_id, row.id)) for row in found)


def _change(row: Row[Any], also: tuple[AlsoReported, ...]) -> Change:
    found = rows.article(row)
    return Change(found, found.removed or row.filing_removed, row.filing_seq, also)
