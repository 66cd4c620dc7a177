"""What publishing reads and writes: categories that changed, their candidates, their documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, or_, select, update

from syndicator.core.channel import CEILING, FRESH
from syndicator.core.model import AlsoReported, ChannelItem, PublishedDocument
from syndicator.core.work import Stale

from . import rows
from .numbering import WATERMARK, count_publication
from .tables import articles, categories, counters, documents, filings


def stale(connection: Connection, print_: str) -> tuple[Stale, ...]:
    """The categories that changed since they were published, or that were published under another `print_`."""
    settled = select(counters.c.value).where(counters.c.name == WATERMARK).scalar_subquery()
    behind = or_(categories.c.changed_seq > categories.c.published_seq, categories.c.published_print != print_)
    query = (
        select(categories)
        .where(categories.c.configured, behind, categories.c.changed_seq <= settled)
        .order_by(categories.c.id)
    )
    return tuple(Stale(row.id, row.created, row.changed_seq) for row in connection.execute(query))


def candidates(connection: Connection, category: str, feed_size: int) -> tuple[ChannelItem, ...]:
    """What may stand in the category's channel: its newest by date, and what is fresh."""
    shows = (filings.c.category == category, filings.c.ordinal.is_not(None), ~filings.c.removed)
    query = (
        select(articles, filings.c.ordinal, filings.c.fresh, filings.c.seq.label("filing_seq"))
        .join(filings, filings.c.article_id == articles.c.id)
        .where(*shows)
        .order_by(filings.c.sort_at.desc(), filings.c.ordinal.desc())
    )
    found = list(connection.execute(query.limit(feed_size)))
    latest = connection.scalar(select(func.max(filings.c.fresh)).where(*shows))
    if latest is not None:
        seen = {row.id for row in found}
        fresh = query.where(filings.c.fresh > latest - FRESH).limit(CEILING)
        found += [row for row in connection.execute(fresh) if row.id not in seen]
    told = also_reported(connection, {row.story_id for row in found})
    return tuple(
        ChannelItem(rows.article(row), row.ordinal, row.fresh, others(told, row.story_id, row.id)) for row in found
    )


Tellings = dict[str, list[tuple[str, AlsoReported]]]


def also_reported(connection: Connection, stories: Iterable[str | None]) -> Tellings:
    """Every telling of `stories`, by story, in order of acceptance: article id and what is shown of it."""
    wanted = sorted(story for story in set(stories) if story)
    told: Tellings = defaultdict(list)
    for start in range(0, len(wanted), 500):
        query = (
            select(articles.c.story_id, articles.c.id, articles.c.provenance, articles.c.url)
            .where(articles.c.story_id.in_(wanted[start : start + 500]), ~articles.c.removed)
            .order_by(articles.c.story_id, articles.c.accepted, articles.c.id)
        )
        for row in connection.execute(query):
            told[row.story_id].append((row.id, AlsoReported(rows.source_title(row.provenance), row.url)))
    return told


def others(told: Tellings, story_id: str | None, article_id: str) -> tuple[AlsoReported, ...]:
    """The tellings of a story besides the article's own."""
    return tuple(also for id_, also in told.get(story_id or "", ()) if id_ != article_id)


def save(connection: Connection, rendered: Iterable[PublishedDocument], behind: Stale, print_: str) -> tuple[str, ...]:
    """Save the documents whose bytes changed; gives their paths."""
    changed = []
    for document in rendered:
        query = select(documents.c.etag, documents.c.modified, documents.c.body).where(
            documents.c.path == document.path
        )
        known = connection.execute(query).one_or_none()
        if known is not None and bytes(known.body) == document.body:
            continue
        values = {
            "path": document.path, "category": behind.category, "media_type": document.media_type,
            "body": document.body, "gzipped": document.gzipped, "brotli": document.brotli, "etag": document.etag,
            "modified": max(document.modified, known.modified) if known else document.modified,
        }  # fmt: skip
        statement = update(documents).where(documents.c.path == document.path) if known else insert(documents)
        connection.execute(statement.values(**values))
        changed.append(document.path)
    if changed:
        count_publication(connection)
    connection.execute(
        update(categories)
        .where(categories.c.id == behind.category)
        .values(published_seq=behind.seq, published_print=print_)
    )
    return tuple(changed)
