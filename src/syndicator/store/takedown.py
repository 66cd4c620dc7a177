"""Taking one article down, for good: its text is dropped; its title and addresses are kept, so that it stays away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from syndicator.core.feed import NO_PODCAST
from syndicator.core.model import Article, RemovedBy

from . import fingerprints, related, revisions, rows
from .filing import filed_in
from .numbering import SEQ, count_publication, lock_seq, set_counter
from .publishing import may_show
from .tables import articles, categories, filings


def named(connection: Connection, name: str, url: str) -> tuple[Article, ...]:
    """The articles with the id or guid `name`, or the canonical `url`, "" for none."""
    same_url = [articles.c.canonical_url == url] if url else []
    this = or_(articles.c.id == name, articles.c.guid == name, *same_url)
    return tuple(rows.article(row) for row in connection.execute(select(articles).where(this).order_by(articles.c.seq)))


def take_down(connection: Connection, article_id: str, at: datetime) -> bool:
    """Remove an article wherever it is filed; whether it was still up, or had but expired."""
    seq = lock_seq(connection) + 1
    row = connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
    if row is None or (row.removed and row.expired is None):
        return False
    if row.expired is not None:
        _file_again(connection, rows.article(row), seq)
    values = rows.article_values(_emptied(rows.article(row), seq, at))
    connection.execute(update(articles).where(articles.c.id == article_id).values(**values))
    filed = filings.c.article_id == article_id
    # Numbered too where it is collapsed into its story: who has read the filing so must not show it again.
    gone = {"seq": seq, "removed": True, "removed_at": at, "removed_by": RemovedBy.TAKEDOWN}
    connection.execute(update(filings).where(filed, may_show()).values(**gone))
    connection.execute(update(filings).where(filed).values(removed_by=RemovedBy.TAKEDOWN))
    mine = select(filings.c.category).where(filed)
    connection.execute(update(categories).where(categories.c.id.in_(mine)).values(changed_seq=seq))
    related.forget(connection, article_id, seq)
    fingerprints.forget(connection, [article_id])
    revisions.forget(connection, article_id)
    set_counter(connection, SEQ, seq)
    count_publication(connection)  # what was made of it on demand goes at once
    return True


def purge(connection: Connection, source_id: str, limit: int, at: datetime) -> int:
    """Take down the next articles of a source, also those that are held; gives how many."""
    query = select(articles.c.id).where(articles.c.source_id == source_id, ~articles.c.removed)
    # What is taken down gets a later number: it is behind those that are still up.
    ids = connection.scalars(query.order_by(articles.c.seq).limit(limit)).all()
    return sum(take_down(connection, id_, at) for id_ in ids)


def _file_again(connection: Connection, expired: Article, seq: int) -> None:
    """Give what has expired a place wherever it stood: whoever has a copy of it is to learn that it is taken down."""
    connection.execute(delete(filings).where(filings.c.article_id == expired.id))
    for category in filed_in(expired):
        this = categories.c.id == category
        last = connection.scalar(select(categories.c.last_ordinal).where(this))
        if last is not None:
            place = {"ordinal": last + 1, "seq": seq, "removed": False, "sort_at": expired.sort_at}
            connection.execute(insert(filings).values(article_id=expired.id, category=category, **place))
            connection.execute(update(categories).where(this).values(last_ordinal=last + 1))


def _emptied(article: Article, seq: int, at: datetime) -> Article:
    reasons = (*article.reasons, f"taken down by the operator at {at:%Y-%m-%d %H:%M} UTC")
    return replace(
        article, seq=seq, removed=True, expired=None, revised=at, summary="", content="", authors=(), image="",
        enclosures=(), tags=(), rights="", podcast=NO_PODCAST, terms=b"", reasons=reasons,
    )  # fmt: skip
