"""What is remembered of sources and categories besides their articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from syndicator.core.model import ALL, Category, Provenance, SourceState
from syndicator.core.renaming import Rename

from . import renaming, rows, stories
from .numbering import count_publication
from .tables import articles, categories, documents, hosts, metadata, sources


def configure(
    connection: Connection, wanted: Iterable[SourceState], tree: Iterable[Category], now: datetime,
    known: Mapping[str, SourceState], renamed: Iterable[Rename],
) -> None:  # fmt: skip
    """Make the rows follow the configuration: sources that are not `wanted` keep their articles."""
    tree = tuple(tree)
    renaming.rename(connection, tree, now)
    _rename_sources(connection, renamed)
    _configure_sources(connection, wanted, known)
    _configure_categories(connection, {ALL, *(category.id for category in tree)}, now)
    _configure_stories(connection, {category.id for category in tree if category.duplicates == "show"})


def _rename_sources(connection: Connection, renamed: Iterable[Rename]) -> None:
    """Give what is known under former ids to those that took their place; what has such an id already keeps its state.

    Articles keep their own ids, which are made of the source's first one.
    """
    known = set(connection.scalars(select(sources.c.id)))
    moves = [(former, id_) for former, id_ in renamed if former in known]
    for former, id_ in moves:
        for table in metadata.sorted_tables:
            if "source_id" not in table.c:
                continue
            if id_ in known and table.c.source_id.primary_key:  # the history of polls: each has its own
                connection.execute(delete(table).where(table.c.source_id == former))
            else:
                connection.execute(update(table).where(table.c.source_id == former).values(source_id=id_))
        if id_ in known:
            connection.execute(delete(sources).where(sources.c.id == former))
        else:
            connection.execute(update(sources).where(sources.c.id == former).values(id=id_))
        known.add(id_)
    if moves:
        # Documents name the sources of their articles.
        connection.execute(update(categories).values(published_print=""))
        count_publication(connection)


def _configure_sources(connection: Connection, wanted: Iterable[SourceState], known: Mapping[str, SourceState]) -> None:
    """Write what differs from what was `known`: at most starts that is little, and all of 100,000 takes 20 s."""
    there = {row.id: row.configured for row in connection.execute(select(sources.c.id, sources.c.configured))}
    fresh: list[rows.Values] = []
    changed: list[rows.Values] = []
    for state in wanted:
        configured = there.pop(state.source_id, None)
        if configured and known.get(state.source_id) == state:
            continue
        values = {**rows.state_values(state), "configured": True}
        if configured is None:
            fresh.append(values)
        else:
            changed.append({**values, "key": state.source_id})
    this = sources.c.id == bindparam("key")
    if fresh:
        connection.execute(insert(sources), fresh)
    if changed:
        connection.execute(update(sources).where(this), changed)
    if left := [{"key": id_} for id_, configured in there.items() if configured]:
        connection.execute(update(sources).where(this).values(configured=False), left)


def _configure_categories(connection: Connection, wanted: set[str], now: datetime) -> None:
    known = set(connection.scalars(select(categories.c.id)))
    fresh = [
        {"id": id_, "configured": True, "created": now, "last_ordinal": 0, "changed_seq": 0, "published_seq": 0,
         "published_print": ""}
        for id_ in sorted(wanted - known)
    ]  # fmt: skip
    if fresh:
        connection.execute(insert(categories), fresh)
    connection.execute(update(categories).values(configured=categories.c.id.in_(sorted(wanted))))
    withdrawn = sorted(known - wanted)
    if withdrawn:
        connection.execute(delete(documents).where(documents.c.category.in_(withdrawn)))
        count_publication(connection)
        connection.execute(
            update(categories).where(categories.c.id.in_(withdrawn)).values(published_print="", listed="", held="")
        )


def _configure_stories(connection: Connection, whole: set[str]) -> None:
    """Have the stories of categories that show them in another way now settled once more."""
    differs = categories.c.shows_all != categories.c.id.in_(sorted(whole))
    for category in connection.scalars(select(categories.c.id).where(differs).order_by(categories.c.id)).all():
        stories.settle_anew(connection, category)
    connection.execute(update(categories).where(differs).values(shows_all=~categories.c.shows_all))


def due(connection: Connection, now: datetime, limit: int, busy: Sequence[str]) -> tuple[SourceState, ...]:
    """The sources whose time has come, the longest overdue first; none on the `busy` hosts.

    A slow host with many feeds would else be all that is seen of a long queue.
    """
    query = (
        select(sources)
        .where(sources.c.next_poll_at <= now, sources.c.configured, ~sources.c.gone, sources.c.host.not_in(busy))
        .order_by(sources.c.next_poll_at, sources.c.id)
        .limit(limit)
    )
    return tuple(rows.state(row) for row in connection.execute(query))


def states(connection: Connection, configured: bool = True) -> dict[str, SourceState]:
    """What is remembered of every configured source, by id; of every source that ever was, unless `configured`."""
    query = select(sources).order_by(sources.c.id)
    if configured:
        query = query.where(sources.c.configured)
    return {row.id: rows.state(row) for row in connection.execute(query)}


def category_paths(connection: Connection) -> tuple[tuple[str, ...], frozenset[str]]:
    """The categories that are configured, and all that ever were; without `all`."""
    query = select(categories.c.id, categories.c.configured).where(categories.c.id != ALL).order_by(categories.c.id)
    found = connection.execute(query).all()
    return tuple(row.id for row in found if row.configured), frozenset(row.id for row in found)


def renamed_origins(connection: Connection) -> dict[str, str]:
    """The first ids of the sources that have another one now."""
    query = select(sources.c.id, sources.c.origin).where(sources.c.id != sources.c.origin)
    return {row.id: row.origin for row in connection.execute(query)}


def quiet_hosts(connection: Connection) -> dict[str, datetime]:
    """The hosts that asked for quiet, and until when."""
    return {row.host: row.quiet_until for row in connection.execute(select(hosts))}


def article_counts(connection: Connection) -> dict[str, int]:
    """How many articles each source has brought."""
    query = select(articles.c.source_id, func.count().label("articles")).group_by(articles.c.source_id)
    return {row.source_id: row.articles for row in connection.execute(query)}


def provenances(connection: Connection) -> dict[str, Provenance]:
    """How each source described itself when it sent the article of it that changed last."""
    latest = select(func.max(articles.c.seq)).group_by(articles.c.source_id)
    query = select(articles.c.source_id, articles.c.provenance).where(articles.c.seq.in_(latest))
    return {row.source_id: rows.provenance(row.provenance) for row in connection.execute(query)}
