"""What the texts of recent articles are compared by, kept for as long as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from syndicator.core.fingerprint import compared_text
from syndicator.core.model import Article
from syndicator.core.work import Fingerprint

from .many import execute_all
from .numbering import watermark
from .tables import articles, fingerprints

_BATCH = 10_000
_NEW = insert(fingerprints)


def save(connection: Connection, new: Sequence[Article], updated: Sequence[Article]) -> None:
    """Keep the fingerprints of articles that were just read, in the place of those that they had."""
    forget(connection, [article.id for article in updated])
    values = [
        {"article_id": one.id, "at": one.sort_at, "language": one.language, "body": one.fingerprint}
        for one in (*new, *updated)
        if one.fingerprint
    ]
    execute_all(connection, _NEW, values)


def forget(connection: Connection, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), 500):
        connection.execute(delete(fingerprints).where(fingerprints.c.article_id.in_(ids[start : start + 500])))


def forget_before(connection: Connection, at: datetime) -> None:
    """Drop those of articles dated before `at`."""
    connection.execute(delete(fingerprints).where(fingerprints.c.at < at))


def settled(connection: Connection, since: datetime) -> Iterator[Fingerprint]:
    """Those of articles dated since then; without those above the watermark, which are yet to be placed."""
    yet = select(articles.c.id).where(articles.c.seq > watermark(connection))
    columns = fingerprints.c["article_id", "at", "language", "body"]
    query = select(*columns).where(fingerprints.c.at >= since, fingerprints.c.article_id.not_in(yet))
    query = query.order_by(fingerprints.c.at)
    for batch in connection.execution_options(yield_per=_BATCH).execute(query).partitions():
        yield from (Fingerprint(id_, at, language, bytes(body)) for id_, at, language, body in batch)


def texts(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The titles and the texts of the articles `ids`, as far as fingerprints are made of them."""
    wanted = list(ids)
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(wanted), 500):
        query = select(articles.c.id, articles.c.title, articles.c.content, articles.c.summary)
        for row in connection.execute(query.where(articles.c.id.in_(wanted[start : start + 500]))):
            found[row.id] = row.title, compared_text(row.content, row.summary)
    return found


def of(connection: Connection, ids: Iterable[str]) -> dict[str, bytes]:
    """The fingerprints of the articles `ids`, as far as they have one."""
    wanted = list(ids)
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), 500):
        query = select(fingerprints.c.article_id, fingerprints.c.body)
        query = query.where(fingerprints.c.article_id.in_(wanted[start : start + 500]))
        found.update((row.article_id, bytes(row.body)) for row in connection.execute(query))
    return found
