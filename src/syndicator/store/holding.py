"""Sources that the operator holds, and what is held of them and others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select, update

from syndicator.core.flood import HeldSource
from syndicator.core.model import Article

from . import rows
from .tables import articles, sources

_HELD = (articles.c.held.is_not(None), ~articles.c.removed)
_WHY = select(sources.c.id, sources.c.held).where(sources.c.held.is_not(None))
_WHY = _WHY.where(sources.c.id.in_(bindparam("ids", expanding=True)))


def hold(connection: Connection, source_id: str, why: str | None) -> None:
    """Hold all that is new of a source from now on; with None no more, and what is held of it stays so."""
    connection.execute(update(sources).where(sources.c.id == source_id).values(held=why))


def why_held(connection: Connection, source_ids: Sequence[str]) -> dict[str, str]:
    """Of the sources those of which all that is new is held, and why."""
    return {row.id: row.held for row in connection.execute(_WHY, {"ids": source_ids})}


def held_articles(connection: Connection, source_id: str, limit: int) -> tuple[Article, ...]:
    """The first articles of a source that are held."""
    query = select(articles).where(articles.c.source_id == source_id, *_HELD).order_by(articles.c.seq).limit(limit)
    return tuple(map(rows.article, connection.execute(query)))


def held_sources(connection: Connection) -> tuple[HeldSource, ...]:
    """The sources that are held, and those of which articles are, by id."""
    held = {row.id: row.held for row in connection.execute(select(sources).where(sources.c.held.is_not(None)))}
    counted = (
        select(articles.c.source_id, func.count().label("articles"), func.max(articles.c.seq).label("last"),
               func.min(articles.c.accepted).label("since"))
        .where(*_HELD)
        .group_by(articles.c.source_id)
        .subquery()
    )  # fmt: skip
    query = select(counted, articles.c.held).join(articles, articles.c.seq == counted.c.last)
    found = {row.source_id: row for row in connection.execute(query)}
    return tuple(
        HeldSource(id_, found[id_].articles, found[id_].since, found[id_].held, held.get(id_))
        if id_ in found
        else HeldSource(id_, 0, None, held[id_], held[id_])
        for id_ in sorted({*held, *found})
    )
