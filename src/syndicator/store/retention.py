"""Retention: the content of what is old is dropped, step by step; what is needed to know it again stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, bindparam, delete, func, or_, select, tuple_, update

from syndicator.core.retention import Expiry, Mark, Telling, expiring, remains

from . import fingerprints, related, rows
from .numbering import count_publication, lock_seq, watermark
from .publishing import shows
from .tables import articles, categories, filings, revisions, story_links
from .tellings import in_stories


def windows(connection: Connection, feed_size: int) -> frozenset[str]:
    """The articles that stand in the channel of any category, or are among its newest `feed_size`."""
    found: set[str] = set()
    for row in connection.execute(select(categories.c.id, categories.c.listed).where(categories.c.configured)).all():
        newest = select(filings.c.article_id).where(*shows(row.id))
        newest = newest.order_by(filings.c.sort_at.desc(), filings.c.ordinal.desc()).limit(feed_size)
        # What is listed may reach further back: some sources may only fill a part of a channel.
        found.update(row.listed.split(), connection.scalars(newest))
    return frozenset(found)


def count_older(connection: Connection, before: datetime) -> int:
    """How many articles last changed before then; without those that are held, taken down, or have expired."""
    query = select(func.count()).select_from(articles)
    query = query.where(~articles.c.removed, articles.c.held.is_(None), articles.c.revised < before)
    return connection.scalar(query) or 0


def expire(
    connection: Connection, before: datetime, at: datetime, windows: Collection[str], after: Mark | None, limit: int
) -> Expiry | None:
    """Drop the content of some of what last changed `before` then and stands in none of the `windows`.

    Looks at the next `limit` articles `after` a mark. None where changes wait to be placed: ask again later.
    """
    # Clustering may have read what it goes on to compare with: nothing of that may go meanwhile.
    lock_seq(connection)
    if connection.scalar(select(articles.c.id).where(articles.c.seq > watermark(connection)).limit(1)):
        return None
    query = select(articles.c.id, articles.c.story_id, articles.c.revised, articles.c.seq)
    query = query.where(~articles.c.removed, articles.c.held.is_(None), articles.c.revised < before)
    if after:
        query = query.where(tuple_(articles.c.revised, articles.c.seq) > after)
    oldest = connection.execute(query.order_by(articles.c.revised, articles.c.seq).limit(limit)).all()
    alone = [Telling(row.id, None, row.revised) for row in oldest if row.story_id is None]
    told = _whole(connection, sorted({row.story_id for row in oldest if row.story_id}))
    ids = expiring((*alone, *told), before, windows)
    if ids:
        _drop(connection, ids, at)
    return Expiry(len(ids), Mark(oldest[-1].revised, oldest[-1].seq) if len(oldest) == limit else None)


def _whole(connection: Connection, stories: Sequence[str]) -> list[Telling]:
    """Every telling of `stories` that is up."""
    query = select(articles.c.id, articles.c.story_id, articles.c.revised)
    query = query.where(in_stories(stories), ~articles.c.removed)
    return [Telling(row.id, row.story_id, row.revised) for row in connection.execute(query)]


def _drop(connection: Connection, ids: Sequence[str], at: datetime) -> None:
    """Empty articles, and take them out of all that shows them."""
    found = connection.execute(select(articles).where(articles.c.id.in_(ids))).all()
    values = [{**rows.article_values(remains(rows.article(row), at)), "key": row.id} for row in found]
    connection.execute(update(articles).where(articles.c.id == bindparam("key")), values)
    fingerprints.forget(connection, ids)
    connection.execute(delete(revisions).where(revisions.c.article_id.in_(ids)))
    connection.execute(delete(story_links).where(or_(story_links.c.one_id.in_(ids), story_links.c.other_id.in_(ids))))
    named = related.unlink(connection, ids)
    shown = _leave(connection, ids)
    # Rendered again at the number that they have: to followers nothing has changed.
    connection.execute(update(categories).where(categories.c.id.in_(named)).values(published_print=""))
    changed = categories.c.id.in_([*named, *shown])
    connection.execute(update(categories).where(changed).values(expiries=categories.c.expiries + 1))
    count_publication(connection)  # what was made of them on demand goes at once


def _leave(connection: Connection, ids: Sequence[str]) -> Sequence[str]:
    """Delete the places of articles, but for those that they have left before: followers may be yet to learn of these.

    Gives the categories, whose archives begin later now.
    """
    theirs = (filings.c.article_id.in_(ids), or_(~filings.c.removed, filings.c.ordinal.is_(None)))
    shown = connection.scalars(select(filings.c.category).where(*theirs).distinct()).all()
    connection.execute(delete(filings).where(*theirs))
    first = func.coalesce(_first_kept(), categories.c.last_ordinal + 1)
    connection.execute(update(categories).where(categories.c.id.in_(shown)).values(first_kept=first))
    return shown


def _first_kept() -> ScalarSelect[int]:
    """The first ordinal of a category whose article may show there, now or again; NULL where there is none."""
    query = (
        select(filings.c.ordinal)
        .join(articles, articles.c.id == filings.c.article_id)
        .where(filings.c.category == categories.c.id, filings.c.ordinal >= categories.c.first_kept)
        .where(~articles.c.removed)
    )
    return query.order_by(filings.c.ordinal).limit(1).correlate(categories).scalar_subquery()
