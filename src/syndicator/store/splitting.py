"""Stories as the operator wants them: articles put into one, or taken out of one; kept over every clustering."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import product

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_, update

from syndicator.core.model import Article
from syndicator.core.stories import taken_out

from . import rows
from .numbering import lock_seq
from .stories import renumber
from .tables import articles, story_links
from .tellings import in_stories


def members(connection: Connection, article_id: str) -> tuple[Article, ...]:
    """The articles that tell the story of this one, itself among them, in the order in which they were accepted.

    None where it was taken down or is published nowhere; the others without those that were taken down.
    """
    mine = connection.scalar(select(articles.c.story_id).where(articles.c.id == article_id, ~articles.c.removed))
    query = select(articles).where(in_stories([mine] if mine else []), ~articles.c.removed)
    return tuple(map(rows.article, connection.execute(query.order_by(articles.c.accepted, articles.c.id))))


def split(connection: Connection, article_id: str, at: datetime) -> tuple[Article, ...]:
    """Give an article a story of its own, apart from all that are in its story now; gives these."""
    lock_seq(connection)
    story = members(connection, article_id)
    others = tuple(one for one in story if one.id != article_id)
    if not others:
        return ()
    _link(connection, [(article_id, one.id) for one in others], False, at)
    for told in taken_out(article_id, story, at):
        this = update(articles).where(articles.c.id == told.id)
        connection.execute(this.values(story_id=told.story_id, reasons=rows.listed(told.reasons)))
    renumber(connection, [one.id for one in story])
    return others


def merge(connection: Connection, one_id: str, other_id: str, at: datetime) -> bool:
    """Have two articles in one story, with all that tell the same as either; whether they were in two.

    Clustering does it: it finds the pair, and the other one changed.
    """
    lock_seq(connection)
    here, there = members(connection, one_id), members(connection, other_id)
    _unlink(connection, product([a.id for a in here], [b.id for b in there]), story_links.c.together.is_(False))
    _link(connection, [(one_id, other_id)], True, at)
    if other_id in {a.id for a in here}:
        return False
    renumber(connection, [other_id])
    return True


def _link(connection: Connection, pairs: Iterable[tuple[str, str]], together: bool, at: datetime) -> None:
    """Remember pairs, in the place of what was said of them before."""
    wanted = list(pairs)
    _unlink(connection, wanted)
    values = [{"one_id": min(pair), "other_id": max(pair), "together": together, "at": at} for pair in wanted]
    connection.execute(insert(story_links), values)


def _unlink(connection: Connection, pairs: Iterable[tuple[str, str]], *where: ColumnElement[bool]) -> None:
    wanted = [(min(pair), max(pair)) for pair in pairs]
    for start in range(0, len(wanted), 500):
        known = tuple_(story_links.c.one_id, story_links.c.other_id).in_(wanted[start : start + 500])
        connection.execute(delete(story_links).where(known, *where))
