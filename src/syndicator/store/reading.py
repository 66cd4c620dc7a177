"""What the pages, the API and documents made on demand read; nothing above the story watermark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from syndicator.core.channel import archives, is_full, ordinals
from syndicator.core.document import PublishedDocument
from syndicator.core.model import AlsoReported, Article, ChannelItem, Removal
from syndicator.core.related import Related
from syndicator.core.work import Archive, Change, Shelf

from . import related, rows
from .numbering import PUBLICATIONS, counter, watermark
from .publishing import also_reported, channel_items, filed_rows, others, removal, showing
from .tables import articles, categories, documents, filings


def document(connection: Connection, path: str) -> PublishedDocument | None:
    query = (
        select(documents, categories.c.published_seq)
        .join(categories, categories.c.id == documents.c.category)
        .where(documents.c.path == path)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return PublishedDocument(
        row.path, row.category, row.media_type, bytes(row.body), bytes(row.gzipped), bytes(row.brotli), row.etag,
        row.modified, row.published_seq,
    )  # fmt: skip


def document_paths(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.scalars(select(documents.c.path).order_by(documents.c.path)))


def publications(connection: Connection) -> int:
    return counter(connection, PUBLICATIONS)


def versions(connection: Connection) -> dict[str, tuple[int, ...]]:
    """Of every category numbers that change whenever its documents, or its archives, may."""
    query = select(
        categories.c.id, categories.c.published_seq, categories.c.changed_seq, categories.c.expiries,
        categories.c.published_print,
    )  # fmt: skip
    return {row.id: (*row[1:4], hash(row.published_print)) for row in connection.execute(query)}


def shelf(connection: Connection, category: str) -> Shelf | None:
    row = connection.execute(select(categories).where(categories.c.id == category)).one_or_none()
    if row is None:
        return None
    listed = tuple(row.listed.split())
    return Shelf(row.id, row.created, row.last_ordinal, row.published_seq, row.configured, listed, row.first_kept)


def article(connection: Connection, article_id: str) -> Change | None:
    # What has its story is complete; an update in between does not take the page away. What is filed nowhere has none,
    # nor had it before it expired.
    nowhere = articles.c.expired.is_not(None) & (articles.c.categories == "[]")
    had_page = articles.c.story_id.is_not(None) | (articles.c.removed & ~nowhere)
    query = select(articles).where(articles.c.id == article_id, had_page)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    told = also_reported(connection, [row.story_id])
    found = rows.article(row)
    gone = Removal(found.guid, found.revised) if found.removed else None
    return Change(found, gone, found.seq, others(told, row.story_id, row.id))


def newest(connection: Connection, category: str, limit: int) -> tuple[ChannelItem, ...]:
    """The articles that a category shows, newest first."""
    query = showing(category).order_by(filings.c.sort_at.desc(), filings.c.ordinal.desc()).limit(limit)
    return channel_items(connection, connection.execute(query).all())


def shown(connection: Connection, category: str, ids: Sequence[str]) -> tuple[Article, ...]:
    """Those of the articles `ids` that a category shows, in that order."""
    return tuple(map(rows.article, filed_rows(connection, category, ids)))


def archived(connection: Connection, category: str, number: int, size: int) -> Archive | None:
    """The articles that a category shows in its archive `number`, without other tellings; None where there is none.

    Those would change what an archive holds though none of its articles did.
    """
    place = shelf(connection, category)
    there = archives(place.last_ordinal, size, place.first_kept) if place else range(0)
    if place is None or number not in there:
        return None
    query = showing(category).where(filings.c.ordinal.between(*ordinals(number, size)))
    found = connection.execute(query.order_by(filings.c.ordinal.desc())).all()
    near = related.lists(connection, [row.id for row in found])
    items = tuple(ChannelItem(rows.article(row), row.ordinal, row.fresh, related=near.get(row.id, ())) for row in found)
    return Archive(number, items, is_full(number, place.last_ordinal, size), place.created, there[0])


def changes(
    connection: Connection, category: str, after: int, limit: int, through: int | None = None
) -> tuple[Change, ...]:
    """The changes numbered above `after`, and up to `through`, of what a category shows or has shown, in order."""
    settled = watermark(connection)
    query = (
        select(
            articles, filings.c.seq.label("filing_seq"), filings.c.removed.label("filing_removed"), filings.c.removed_at
        )
        .join(filings, filings.c.article_id == articles.c.id)
        .where(filings.c.category == category, filings.c.seq > after, filings.c.ordinal.is_not(None))
        .where(filings.c.seq <= (settled if through is None else min(settled, through)))
        .order_by(filings.c.seq)
        .limit(limit)
    )
    found = connection.execute(query).all()
    told = also_reported(connection, {row.story_id for row in found})
    near = related.lists(connection, [row.id for row in found])
    return tuple(_change(row, others(told, row.story_id, row.id), near.get(row.id, ())) for row in found)


def _change(row: Row[Any], also: tuple[AlsoReported, ...], near: tuple[Related, ...]) -> Change:
    gone = removal(row) if row.filing_removed else None
    return Change(rows.article(row), gone, row.filing_seq, also, near)
