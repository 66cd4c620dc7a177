"""What clustering reads and writes: it follows `seq` and moves the watermark."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, or_, select, update

from syndicator.core.model import Article, Filing
from syndicator.core.stories import Placed
from syndicator.core.work import Unplaced

from . import rows
from .numbering import WATERMARK, lock_seq, set_counter, watermark
from .tables import articles, categories, filings

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
    return Unplaced(newcomers, relatives, _filings(connection, ids), newcomers[-1].seq)


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
        found += (Filing(r.article_id, r.category, r.ordinal, r.seq, r.removed) for r in connection.execute(query))
    return tuple(found)


def save(connection: Connection, placed: Placed, through: int) -> None:
    """Give the stories and ordinals, and move the watermark to `through`."""
    lock_seq(connection)
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
    _count(connection, placed.shown)
    for category in sorted(placed.categories):
        query = update(categories).where(categories.c.id == category, categories.c.changed_seq < through)
        connection.execute(query.values(changed_seq=through))
    set_counter(connection, WATERMARK, through)


def _count(connection: Connection, shown: tuple[Filing, ...]) -> None:
    """Give each filing the next ordinal of its category, for good."""
    wanted = sorted({filing.category for filing in shown})
    query = select(categories.c.id, categories.c.last_ordinal).where(categories.c.id.in_(wanted))
    last = {row.id: row.last_ordinal for row in connection.execute(query)}
    counted = []
    for filing in shown:
        last[filing.category] = last.get(filing.category, 0) + 1
        counted.append({"article": filing.article_id, "in": filing.category, "nth": last[filing.category]})
    if counted:
        connection.execute(
            update(filings)
            .where(filings.c.article_id == bindparam("article"), filings.c.category == bindparam("in"))
            .values(ordinal=bindparam("nth")),
            counted,
        )
        connection.execute(
            update(categories).where(categories.c.id == bindparam("key")).values(last_ordinal=bindparam("nth")),
            [{"key": category, "nth": last[category]} for category in wanted],
        )
