"""What publishing reads and writes: categories that changed, their candidates, their documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from syndicator.core.channel import CEILING, FRESH, REMOVALS, Candidate
from syndicator.core.document import PublishedDocument
from syndicator.core.model import AlsoReported, ChannelItem, Filing, Removal, RemovedBy
from syndicator.core.work import Stale

from . import related, rows
from .numbering import WATERMARK, count_publication
from .tables import articles, categories, counters, documents, filings
from .tellings import in_stories


def stale(connection: Connection, print_: str) -> tuple[Stale, ...]:
    """The categories that changed since they were published, or that were published under another `print_`."""
    settled = select(counters.c.value).where(counters.c.name == WATERMARK).scalar_subquery()
    behind = or_(categories.c.changed_seq > categories.c.published_seq, categories.c.published_print != print_)
    query = (
        select(categories)
        .where(categories.c.configured, behind, categories.c.changed_seq <= settled)
        .order_by(categories.c.id)
    )
    return tuple(
        Stale(row.id, row.created, row.changed_seq, row.last_ordinal, tuple(row.listed.split()), row.published_seq)
        for row in connection.execute(query)
    )


def candidates(connection: Connection, category: str, depth: int) -> tuple[Candidate, ...]:
    """What may stand in the category's channel: its newest `depth` by date, and what is fresh."""
    query = (
        select(articles.c.id, articles.c.source_id, filings.c.ordinal, filings.c.sort_at, filings.c.fresh)
        .join(filings, filings.c.article_id == articles.c.id)
        .where(*shows(category))
    )
    newest = query.order_by(filings.c.sort_at.desc(), filings.c.ordinal.desc()).limit(depth)
    found = {row.id: row for row in connection.execute(newest)}
    latest = connection.scalar(select(func.max(filings.c.fresh)).where(*shows(category)))
    if latest is not None:
        fresh = query.where(filings.c.fresh > latest - FRESH).order_by(filings.c.fresh.desc(), filings.c.ordinal.desc())
        found.update((row.id, row) for row in connection.execute(fresh.limit(CEILING)))
    return tuple(Candidate(*row) for row in found.values())


def items(connection: Connection, category: str, ids: Sequence[str], left: bool = False) -> tuple[ChannelItem, ...]:
    """The articles `ids` as the category shows them, in that order; with those that have `left` it, if wanted so.

    What was taken down is never among them.
    """
    return channel_items(connection, filed_rows(connection, category, ids, left))


def filed_rows(connection: Connection, category: str, ids: Sequence[str], left: bool = False) -> list[Row[Any]]:
    """The rows of `items`, as `showing` has them."""
    found: dict[str, Any] = {}
    for start in range(0, len(ids), 500):
        # By the primary key: asked for what shows as well, SQLite reads the whole category (115 ms of 600,000).
        query = (
            select(articles, filings.c.ordinal, filings.c.fresh, filings.c.removed.label("filing_removed"))
            .join(filings, filings.c.article_id == articles.c.id)
            .where(filings.c.category == category, filings.c.article_id.in_(ids[start : start + 500]))
        )
        found.update((row.id, row) for row in connection.execute(query) if not row.removed)
    there = (found[id_] for id_ in ids if id_ in found)
    return [row for row in there if left or (row.ordinal and not row.filing_removed)]


def removals(connection: Connection, category: str) -> tuple[Removal, ...]:
    """The latest articles that the category showed and shows no longer, the last one first."""
    query = (
        select(articles.c.guid, articles.c.updated, filings.c.removed_at)
        .join(filings, filings.c.article_id == articles.c.id)
        .where(filings.c.category == category, filings.c.removed, filings.c.ordinal.is_not(None))
        .where(filings.c.removed_at.is_not(None))
        .order_by(filings.c.removed_at.desc(), filings.c.seq.desc())
        .limit(REMOVALS)
    )
    return tuple(removal(row) for row in connection.execute(query))


def removal(row: Any) -> Removal:
    """What a row says of an article that is gone: `guid`, `updated`, `removed_at`.

    Never before the entry's own date: readers would keep what is newer than its tombstone (RFC 6721, 3).
    """
    return Removal(row.guid, max(row.removed_at or row.updated, row.updated))


def filed(connection: Connection, category: str, ids: Sequence[str]) -> dict[str, Filing]:
    """The places of the articles `ids` in a category, as far as they have one."""
    found: dict[str, Filing] = {}
    for start in range(0, len(ids), 500):
        query = select(filings).where(
            filings.c.category == category, filings.c.article_id.in_(ids[start : start + 500])
        )
        found.update((row.article_id, rows.filing(row)) for row in connection.execute(query))
        # Of what has expired since it was listed no filing is left.
        gone = select(articles.c.id).where(articles.c.id.in_(ids[start : start + 500]), articles.c.expired.is_not(None))
        found.update((id_, Filing(id_, category, removed_by=RemovedBy.RETENTION)) for id_ in connection.scalars(gone))
    return found


def filings_of(connection: Connection, article_id: str) -> tuple[Filing, ...]:
    """The places that an article has or had."""
    query = select(filings).where(filings.c.article_id == article_id).order_by(filings.c.category)
    return tuple(map(rows.filing, connection.execute(query)))


def shows(category: str) -> tuple[ColumnElement[bool], ...]:
    """What is true of the filings that readers of `category` see."""
    return filings.c.category == category, filings.c.ordinal.is_not(None), ~filings.c.removed


def may_show() -> ColumnElement[bool]:
    """What is true of a filing that its story may choose to be seen (`Filing.may_show`)."""
    return or_(~filings.c.removed, filings.c.removed_by == RemovedBy.STORY)


def showing(category: str) -> Select[Any]:
    """The articles that readers of `category` see, with their places."""
    return (
        select(articles, filings.c.ordinal, filings.c.fresh)
        .join(filings, filings.c.article_id == articles.c.id)
        .where(*shows(category))
    )


def channel_items(connection: Connection, found: Sequence[Row[Any]]) -> tuple[ChannelItem, ...]:
    """Rows of `showing` as items, with the other tellings of their stories and what their entries name."""
    told = also_reported(connection, {row.story_id for row in found})
    near = related.lists(connection, [row.id for row in found])
    return tuple(
        ChannelItem(rows.article(row), row.ordinal, row.fresh, others(told, row.story_id, row.id), near.get(row.id, ()))
        for row in found
    )


Tellings = dict[str, list[tuple[str, AlsoReported]]]


def also_reported(connection: Connection, stories: Iterable[str | None]) -> Tellings:
    """Every telling of `stories`, by story, in order of acceptance: article id and what is shown of it."""
    wanted = sorted(story for story in set(stories) if story)
    told: Tellings = defaultdict(list)
    for start in range(0, len(wanted), 500):
        query = (
            select(articles.c.story_id, articles.c.id, articles.c.provenance, articles.c.url)
            .where(in_stories(wanted[start : start + 500]), ~articles.c.removed)
            .order_by(articles.c.story_id, articles.c.accepted, articles.c.id)
        )
        for row in connection.execute(query):
            told[row.story_id].append((row.id, AlsoReported(rows.source_title(row.provenance), row.url)))
    return told


def others(told: Tellings, story_id: str | None, article_id: str) -> tuple[AlsoReported, ...]:
    """The tellings of a story besides the article's own."""
    return tuple(also for id_, also in told.get(story_id or "", ()) if id_ != article_id)


def save(
    connection: Connection, rendered: Iterable[PublishedDocument], behind: Stale, print_: str, listed: Iterable[str],
    held: str = "",
) -> tuple[str, ...]:  # fmt: skip
    """Save the documents whose bytes changed, and what the channel lists now; gives the documents' paths.

    Of a category that is `held` back for a reason they are its last good ones without what was taken down: it stays
    behind.
    """
    changed = tuple(document.path for document in rendered if _save_document(connection, document))
    caught_up = {} if held else {"published_seq": behind.seq, "published_print": print_}
    query = update(categories).where(categories.c.id == behind.category)
    connection.execute(query.values(listed=" ".join(listed), held=held, **caught_up))
    count_publication(connection)
    return changed


def _save_document(connection: Connection, document: PublishedDocument) -> bool:
    """Whether the document's bytes have changed."""
    this = documents.c.path == document.path
    query = select(documents.c.etag, documents.c.modified, documents.c.body).where(this)
    known = connection.execute(query).one_or_none()
    if known is not None and bytes(known.body) == document.body:
        return False
    values = {
        "path": document.path, "category": document.category, "media_type": document.media_type,
        "body": document.body, "gzipped": document.gzipped, "brotli": document.brotli, "etag": document.etag,
        "modified": max(document.modified, known.modified) if known else document.modified,
    }  # fmt: skip
    statement = update(documents).where(this) if known else insert(documents)
    connection.execute(statement.values(**values))
    return True


def hold(connection: Connection, category: str, why: str) -> None:
    connection.execute(update(categories).where(categories.c.id == category).values(held=why))


def held(connection: Connection) -> dict[str, str]:
    """The categories that are held back, and why."""
    query = select(categories.c.id, categories.c.held).where(categories.c.configured, categories.c.held != "")
    return {row.id: row.held for row in connection.execute(query.order_by(categories.c.id))}


def release(connection: Connection, category: str) -> bool:
    """Let a category that is held back go; whether it was."""
    this = (categories.c.id == category, categories.c.held != "")
    return connection.execute(update(categories).where(*this).values(listed="", held="")).rowcount > 0
