"""Categories that changed their path: what was filed under the old one belongs to the new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from syndicator.core.model import Category, RemovedBy
from syndicator.core.renaming import Rename, renames

from . import rows
from .numbering import SEQ, count_publication, lock_seq, set_counter
from .tables import articles, categories, documents, filings

_BATCH = 500


def rename(connection: Connection, tree: Iterable[Category], now: datetime) -> None:
    """Give what stands under former paths to the categories of `tree` that took their place.

    It happens once: afterwards a former path is no category, not even a withdrawn one.
    """
    known = _known(connection)
    moves = renames(known, tree)
    if not moves:
        return
    lock_seq(connection)
    for former, path in moves:
        _rename_in_articles(connection, former, path)
        if path in known:
            _join(connection, former, path, now)
        else:
            connection.execute(update(categories).where(categories.c.id == former).values(id=path))
        # What a join has not moved already.
        connection.execute(update(filings).where(filings.c.category == former).values(category=path))
        _move_documents(connection, former, path)
        known.add(path)
    # Articles name their categories in the documents of others too.
    connection.execute(update(categories).values(published_print=""))
    count_publication(connection)


def planned(connection: Connection, tree: Iterable[Category]) -> tuple[Rename, ...]:
    """What `rename` would do."""
    return renames(_known(connection), tree)


def _known(connection: Connection) -> set[str]:
    return set(connection.scalars(select(categories.c.id)))


def _rename_in_articles(connection: Connection, former: str, path: str) -> None:
    """Their checksums hold: categories are not in them."""
    query = (
        select(articles.c.id, articles.c.categories, filings.c.seq)
        .join(filings, filings.c.article_id == articles.c.id)
        .where(filings.c.category == former, filings.c.seq > bindparam("after"))
        .order_by(filings.c.seq)
        .limit(_BATCH)
    )
    after = -1
    while found := connection.execute(query, {"after": after}).all():
        connection.execute(
            update(articles).where(articles.c.id == bindparam("key")).values(categories=bindparam("renamed")),
            [{"key": row.id, "renamed": rows.renamed(row.categories, former, path)} for row in found],
        )
        after = found[-1].seq
    _rename_in_expired(connection, former, path)


def _rename_in_expired(connection: Connection, former: str, path: str) -> None:
    """Those are filed nowhere any more; where they stood is told when they are taken down after all."""
    named = articles.c.categories.contains(f'"{former}"', autoescape=True)
    found = connection.execute(
        select(articles.c.id, articles.c.categories).where(articles.c.expired.is_not(None), named)
    ).all()
    for row in found:
        renamed = rows.renamed(row.categories, former, path)
        connection.execute(update(articles).where(articles.c.id == row.id).values(categories=renamed))


def _join(connection: Connection, former: str, path: str, now: datetime) -> None:
    """Make one category of two: `path` has filings of its own, and may have been published."""
    _leave_doubles(connection, former, path)
    _collapse(connection, former, path, now)
    last, first = _count_on(connection, former, path)
    changed = connection.scalar(select(func.max(categories.c.changed_seq)).where(categories.c.id.in_((former, path))))
    query = update(categories).where(categories.c.id == path)
    connection.execute(query.values(last_ordinal=last, first_kept=first, changed_seq=changed, shows_all=False))
    connection.execute(delete(categories).where(categories.c.id == former))


def _leave_doubles(connection: Connection, former: str, path: str) -> None:
    """What is filed in both stays where it is in the new one, unless it has left that one only."""
    other = filings.alias()
    filed = select(other.c.article_id).where(other.c.category == former, ~other.c.removed)
    connection.execute(
        delete(filings).where(filings.c.category == path, filings.c.removed, filings.c.article_id.in_(filed))
    )
    filed = select(other.c.article_id).where(other.c.category == path)
    connection.execute(delete(filings).where(filings.c.category == former, filings.c.article_id.in_(filed)))


def _collapse(connection: Connection, former: str, path: str, now: datetime) -> None:
    """A story that shows in the new one already shows there once: its other member is removed."""
    there = filings.alias()
    told = (
        select(articles.c.story_id)
        .join(there, there.c.article_id == articles.c.id)
        .where(there.c.category == path, there.c.ordinal.is_not(None), ~there.c.removed)
        .where(articles.c.story_id.is_not(None))
    )
    other = filings.alias()
    members = (
        select(other.c.article_id)
        .join(articles, articles.c.id == other.c.article_id)
        .where(other.c.category == former, ~other.c.removed, articles.c.story_id.in_(told))
    )
    connection.execute(
        update(filings)
        .where(filings.c.category == former, ~filings.c.removed, filings.c.article_id.in_(members))
        .values(removed=True, removed_by=RemovedBy.STORY, removed_at=now)
    )


def _count_on(connection: Connection, former: str, path: str) -> tuple[int, int]:
    """Move the counted filings behind those of the new one, in their order; gives its last ordinal then, and the first
    that is kept.
    """
    query = select(categories.c.id, categories.c.last_ordinal, categories.c.first_kept)
    known = {row.id: row for row in connection.execute(query.where(categories.c.id.in_((former, path))))}
    last = {id_: int(row.last_ordinal) for id_, row in known.items()}
    if not last[path]:
        # Nothing was counted there yet: the ordinals stay as they are.
        return last[former], known[former].first_kept
    counted = select(filings.c.article_id).where(filings.c.category == former, filings.c.ordinal.is_not(None))
    ids = connection.scalars(counted.order_by(filings.c.ordinal)).all()
    values = [{"key": id_, "nth": nth} for nth, id_ in enumerate(ids, last[path] + 1)]
    move = (
        update(filings)
        .where(filings.c.article_id == bindparam("key"), filings.c.category == former)
        .values(category=path, ordinal=bindparam("nth"))
    )
    for start in range(0, len(values), _BATCH):
        connection.execute(move, values[start : start + _BATCH])
    _number_anew(connection, path)
    return last[path] + len(values), known[path].first_kept


def _number_anew(connection: Connection, path: str) -> None:
    """Number all that `path` shows or has shown: followers of either one have passed what the other had."""
    seq = lock_seq(connection)
    counted = select(filings.c.article_id).where(filings.c.category == path, filings.c.ordinal.is_not(None))
    ids = connection.scalars(counted.order_by(filings.c.seq)).all()
    values = [{"key": id_, "number": number} for number, id_ in enumerate(ids, seq + 1)]
    here = (filings.c.article_id == bindparam("key"), filings.c.category == path)
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        connection.execute(update(filings).where(*here).values(seq=bindparam("number")), batch)
        number = update(articles).where(articles.c.id == bindparam("key")).values(seq=bindparam("number"))
        connection.execute(number, batch)
    set_counter(connection, SEQ, seq + len(values))


def _move_documents(connection: Connection, former: str, path: str) -> None:
    """The new addresses answer at once, and their dates never go back; what both have is the new one's."""
    taken = set(connection.scalars(select(documents.c.path).where(documents.c.category == path)))
    for place in connection.scalars(select(documents.c.path).where(documents.c.category == former)).all():
        kind, _, rest = place.partition("/")
        now = f"{kind}/{path}{rest.removeprefix(former)}"
        if now in taken:
            connection.execute(delete(documents).where(documents.c.path == place))
        else:
            query = update(documents).where(documents.c.path == place)
            connection.execute(query.values(path=now, category=path))
