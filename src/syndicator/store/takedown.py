"""Taking one article down, for good: what it said is dropped, what it was is kept, so that it stays away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from syndicator.core.feed import NO_PODCAST
from syndicator.core.model import Article, RemovedBy

from . import rows
from .numbering import SEQ, lock_seq, set_counter
from .tables import articles, categories, filings


def named(connection: Connection, name: str, url: str) -> tuple[Article, ...]:
    """The articles with the id or guid `name`, or the canonical `url`."""
    this = or_(articles.c.id == name, articles.c.guid == name, articles.c.canonical_url == (url or None))
    return tuple(rows.article(row) for row in connection.execute(select(articles).where(this).order_by(articles.c.seq)))


def take_down(connection: Connection, article_id: str, at: datetime) -> bool:
    """Remove an article wherever it is filed; whether it was still up."""
    seq = lock_seq(connection) + 1
    row = connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
    if row is None or row.removed:
        return False
    values = rows.article_values(_emptied(rows.article(row), seq, at))
    connection.execute(update(articles).where(articles.c.id == article_id).values(**values))
    filed = filings.c.article_id == article_id
    shown = {"seq": seq, "removed": True, "removed_at": at}
    connection.execute(update(filings).where(filed, ~filings.c.removed).values(**shown))
    connection.execute(update(filings).where(filed).values(removed_by=RemovedBy.TAKEDOWN))
    mine = select(filings.c.category).where(filed)
    connection.execute(update(categories).where(categories.c.id.in_(mine)).values(changed_seq=seq))
    set_counter(connection, SEQ, seq)
    return True


def _emptied(article: Article, seq: int, at: datetime) -> Article:
    reasons = (*article.reasons, f"taken down by the operator at {at:%Y-%m-%d %H:%M} UTC")
    return replace(
        article, seq=seq, removed=True, revised=at, summary="", content="", authors=(), image="", enclosures=(),
        tags=(), podcast=NO_PODCAST, reasons=reasons,
    )  # fmt: skip
