"""Related articles: what is compared of those that a category shows, and what entries of feeds name for good."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, insert, select, update

from syndicator.core.model import ALL
from syndicator.core.related import NEWEST, Neighbour, Related, neighbour

from .tables import articles, categories, filings, related

_COMPARED = (
    articles.c.id, articles.c.source_id, articles.c.story_id, articles.c.language, filings.c.sort_at, articles.c.terms,
    articles.c.title,
)  # fmt: skip


def recent(connection: Connection, category: str) -> tuple[Neighbour, ...]:
    """The newest articles that a category shows, the latest first, as far as they are compared."""
    query = _shown(category).order_by(filings.c.sort_at.desc(), filings.c.ordinal.desc()).limit(NEWEST)
    return tuple(neighbour(*row) for row in connection.execute(query))


def unlisted(connection: Connection, category: str, after: int, through: int) -> tuple[tuple[str, Neighbour], ...]:
    """What a category shows of the changes above `after` up to `through` and names nothing yet, with its own category.

    The latest of them, where there are very many.
    """
    listed = exists().where(related.c.article_id == articles.c.id)
    query = _shown(category, filings.c.seq > after, filings.c.seq <= through, ~listed)
    query = query.add_columns(articles.c.categories).order_by(filings.c.seq.desc()).limit(NEWEST)
    return tuple((_primary(row[-1]), neighbour(*row[:-1])) for row in connection.execute(query))


def _shown(category: str, *also: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*_COMPARED)
        .join(filings, filings.c.article_id == articles.c.id)
        .where(filings.c.category == category, filings.c.ordinal.is_not(None), ~filings.c.removed, *also)
    )


def _primary(listed: str) -> str:
    """The category that names the article of a row (`Article.primary`)."""
    return next(iter(json.loads(listed)), ALL)


def save(connection: Connection, lists: Mapping[str, Sequence[Related]]) -> None:
    """Note what entries name, by article; none of them has a list yet. What has lost its page meanwhile is left out."""
    gone = _removed(connection, sorted({*lists, *(other.id for others in lists.values() for other in others)}))
    values = [
        {"article_id": id_, "nth": nth, "other_id": other.id, "heading": other.heading}
        for id_, others in lists.items()
        for nth, other in enumerate(others, 1)
        if not gone.intersection((id_, other.id))
    ]
    if values:
        connection.execute(insert(related), values)


def _removed(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Which of the articles `ids` were taken down, or have expired."""
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        some = articles.c.id.in_(ids[start : start + 500])
        found.update(connection.scalars(select(articles.c.id).where(some, articles.c.removed)))
    return found


def lists(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Related, ...]]:
    """What the entries of the articles `ids` name, of those that name any."""
    found: dict[str, tuple[Related, ...]] = {}
    for start in range(0, len(ids), 500):
        query = select(related).where(related.c.article_id.in_(ids[start : start + 500]))
        for row in connection.execute(query.order_by(related.c.article_id, related.c.nth)):
            found[row.article_id] = (*found.get(row.article_id, ()), Related(row.other_id, row.heading))
    return found


def unname(connection: Connection, ids: Sequence[str], seq: int) -> None:
    """Take the articles `ids` out of the lists that name them; those are rendered again for the change `seq`."""
    for start in range(0, len(ids), 500):
        theirs = related.c.other_id.in_(ids[start : start + 500])
        there = select(filings.c.category).where(filings.c.article_id.in_(select(related.c.article_id).where(theirs)))
        behind = (categories.c.id.in_(there), categories.c.changed_seq < seq)
        connection.execute(update(categories).where(*behind).values(changed_seq=seq))
        connection.execute(delete(related).where(theirs))


def unlink(connection: Connection, ids: Sequence[str]) -> Sequence[str]:
    """Take the articles `ids` out of the lists that name them, and drop their own; gives the categories where those
    that named them are filed.
    """
    theirs = related.c.other_id.in_(ids)
    there = select(filings.c.category).where(filings.c.article_id.in_(select(related.c.article_id).where(theirs)))
    named = connection.scalars(there.distinct()).all()
    connection.execute(delete(related).where(theirs | related.c.article_id.in_(ids)))
    return named


def forget(connection: Connection, article_id: str, seq: int) -> None:
    """Take an article out of all lists, as `unname` does, and drop its own."""
    unname(connection, [article_id], seq)
    connection.execute(delete(related).where(related.c.article_id == article_id))
