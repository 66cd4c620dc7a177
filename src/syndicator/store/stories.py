"""What clustering reads and writes: it follows `seq` and moves the watermark."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, update

from syndicator.core.model import Article, Filing, RemovedBy
from syndicator.core.stories import Placed
from syndicator.core.work import Unplaced

from . import rows
from .numbering import SEQ, WATERMARK, lock_seq, set_counter, watermark
from .tables import articles, categories, filings, sources

_RELATIVES = 2000
"""Enough neighbours of one batch: a podcast may link a thousand episodes to one page."""


def unplaced(connection: Connection, limit: int) -> Unplaced | None:
    """The next `limit` changes above the watermark, None where there are none."""
    query = select(articles).where(articles.c.seq > watermark(connection)).order_by(articles.c.seq).limit(limit)
    newcomers = tuple(rows.article(row) for row in connection.execute(query))
    if not newcomers:
        return None
    relatives = _relatives(connection, newcomers)
    ids = [article.id for article in (*newcomers, *relatives)]
    at = _changed_at(connection, newcomers)
    return Unplaced(newcomers, relatives, _filings(connection, ids), newcomers[-1].seq, at)


def _changed_at(connection: Connection, newcomers: tuple[Article, ...]) -> datetime:
    """When the last of the newcomers changed: by a poll of its source, or by the operator."""
    brought_by = sources.c.id.in_(sorted({article.source_id for article in newcomers}))
    polled = connection.scalar(select(func.max(sources.c.last_poll_at)).where(brought_by))
    revised = max(article.revised for article in newcomers)
    return max(polled, revised) if polled else revised


def _relatives(connection: Connection, newcomers: tuple[Article, ...]) -> tuple[Article, ...]:
    """The members of every story that a newcomer is in, or may join for its address.

    A story is read whole: which of its members shows, and whose sources tell it, may depend on one whose address has
    changed since.
    """
    ids = {article.id for article in newcomers}
    addresses = sorted({a.canonical_url for a in newcomers if a.canonical_url and not a.story_id})
    stories = sorted({a.story_id for a in newcomers if a.story_id})
    neighbours = (
        select(articles.c.story_id)
        .where(articles.c.canonical_url.in_(addresses), articles.c.story_id.is_not(None), ~articles.c.removed)
        .order_by(articles.c.seq.desc())
        .limit(_RELATIVES)
    )
    query = select(articles).where(
        or_(articles.c.story_id.in_(neighbours), articles.c.story_id.in_(stories)), ~articles.c.removed
    )
    found = [rows.article(row) for row in connection.execute(query) if row.id not in ids]
    return tuple(sorted(found, key=lambda article: article.seq))


def _filings(connection: Connection, ids: list[str]) -> tuple[Filing, ...]:
    found: list[Filing] = []
    for start in range(0, len(ids), 500):
        query = select(filings).where(filings.c.article_id.in_(ids[start : start + 500]))
        found += map(rows.filing, connection.execute(query))
    return tuple(found)


def save(connection: Connection, placed: Placed, through: int) -> None:
    """Give the stories and ordinals, and move the watermark to `through`."""
    last = lock_seq(connection)
    values = [rows.article_values(article) for article in placed.articles]
    connection.execute(
        update(articles).where(articles.c.id == bindparam("key")).values(story_id=bindparam("story")),
        [{"key": v["id"], "story": v["story_id"]} for v in values],
    )
    # A change saved since clustering read has reasons of its own.
    connection.execute(
        update(articles)
        .where(articles.c.id == bindparam("key"), articles.c.seq == bindparam("read"))
        .values(reasons=bindparam("why")),
        [{"key": v["id"], "read": v["seq"], "why": v["reasons"]} for v in values],
    )
    _set_scene(connection, placed, last)
    for category in sorted(placed.categories):
        query = update(categories).where(categories.c.id == category, categories.c.changed_seq < through)
        connection.execute(query.values(changed_seq=through))
    set_counter(connection, WATERMARK, through)


def _set_scene(connection: Connection, placed: Placed, last: int) -> None:
    """Show and hide filings; one that was read before a change of its own is left to the next look at its story."""
    now = set(_filings(connection, sorted({f.article_id for f in (*placed.shown, *placed.hidden)})))
    shown, hidden = ([f for f in some if f in now] for some in (placed.shown, placed.hidden))
    numbers = _number_anew(connection, [*shown, *hidden], last)
    ordinals = _count(connection, shown)
    this = (filings.c.article_id == bindparam("article"), filings.c.category == bindparam("in"))
    changes = [
        *(_change(f, numbers, f.ordinal or ordinals[f.article_id, f.category]) for f in shown),
        *(_change(f, numbers, f.ordinal, RemovedBy.STORY, placed.at) for f in hidden),
    ]
    if changes:
        connection.execute(update(filings).where(*this), changes)
    # Its subscribers have not seen it, however long ago it was accepted.
    late = [f for f in shown if f.ordinal is None and f.article_id in numbers]
    if late:
        news = [{"article": f.article_id, "in": f.category} for f in late]
        connection.execute(update(filings).where(*this).values(fresh=placed.at), news)


def _change(
    filing: Filing,
    numbers: dict[str, int],
    ordinal: int | None,
    by: RemovedBy | None = None,
    at: datetime | None = None,
) -> rows.Values:
    return {
        "article": filing.article_id, "in": filing.category, "ordinal": ordinal, "removed": by is not None,
        "removed_by": by, "removed_at": at if by else None, "seq": numbers.get(filing.article_id, filing.seq),
    }  # fmt: skip


def _number_anew(connection: Connection, changed: list[Filing], last: int) -> dict[str, int]:
    """New numbers for articles of which a filing below the watermark changes, by article.

    Followers have passed the old ones. The next look at their stories takes the watermark past the new ones.
    """
    settled = watermark(connection)
    known = sorted({filing.article_id for filing in changed if filing.seq <= settled})
    numbers = {article: last + n for n, article in enumerate(known, 1)}
    if numbers:
        connection.execute(
            update(articles).where(articles.c.id == bindparam("key")).values(seq=bindparam("number")),
            [{"key": article, "number": number} for article, number in numbers.items()],
        )
        set_counter(connection, SEQ, last + len(numbers))
    return numbers


def _count(connection: Connection, shown: list[Filing]) -> dict[tuple[str, str], int]:
    """Count those that have no ordinal yet: each gets the next one of its category, for good."""
    uncounted = [filing for filing in shown if filing.ordinal is None]
    wanted = sorted({filing.category for filing in uncounted})
    query = select(categories.c.id, categories.c.last_ordinal).where(categories.c.id.in_(wanted))
    last = {row.id: row.last_ordinal for row in connection.execute(query)}
    ordinals: dict[tuple[str, str], int] = {}
    for filing in uncounted:
        last[filing.category] = ordinals[filing.article_id, filing.category] = last.get(filing.category, 0) + 1
    if ordinals:
        connection.execute(
            update(categories).where(categories.c.id == bindparam("key")).values(last_ordinal=bindparam("nth")),
            [{"key": category, "nth": last[category]} for category in wanted],
        )
    return ordinals
