"""Saving what polls brought: articles, filings, validators and next poll times, together or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from syndicator.core.identity import New, Unchanged, Updated
from syndicator.core.model import ALL, Article, SourceState
from syndicator.core.work import Saving

from . import rows
from .numbering import SEQ, lock_seq, set_counter
from .tables import articles, categories, filings, hosts, sources

_KNOWN_HASHES = 2000
"""How many of a source's latest entry hashes a poll compares with: more than feeds hold, but for a few."""


def known_hashes(connection: Connection, source_id: str) -> frozenset[str]:
    query = (
        select(articles.c.entry_hash)
        .where(articles.c.source_id == source_id)
        .order_by(articles.c.seq.desc())
        .limit(_KNOWN_HASHES)
    )
    return frozenset(connection.scalars(query))


def by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for start in range(0, len(ids), 500):
        query = select(articles).where(articles.c.id.in_(ids[start : start + 500]))
        found.update((row.id, rows.article(row)) for row in connection.execute(query))
    return found


def guids_taken(connection: Connection, guids: Sequence[str]) -> frozenset[str]:
    """Which of `guids` an article has already."""
    taken: set[str] = set()
    for start in range(0, len(guids), 500):
        taken.update(connection.scalars(select(articles.c.guid).where(articles.c.guid.in_(guids[start : start + 500]))))
    return frozenset(taken)


def save(connection: Connection, savings: Sequence[Saving]) -> int:
    """Save a batch of polls; gives the number of the last change."""
    last = seq = lock_seq(connection)
    new: list[Article] = []
    updated: list[Updated] = []
    states: list[SourceState] = []
    for saving in savings:
        states.append(saving.state)
        for verdict in saving.verdicts:
            if isinstance(verdict, New | Updated):
                seq += 1
                article = replace(verdict.article, seq=seq)
                if isinstance(verdict, New):
                    new.append(article)
                else:
                    updated.append(replace(verdict, article=article))
    _insert(connection, new)
    _update(connection, updated)
    _touch(connection, [v for saving in savings for v in saving.verdicts if isinstance(v, Unchanged)])
    _save_states(connection, states)
    _save_quiet(connection, dict(saving.quiet for saving in savings if saving.quiet))
    if seq > last:
        set_counter(connection, SEQ, seq)
    return seq


def _insert(connection: Connection, new: list[Article]) -> None:
    if not new:
        return
    connection.execute(insert(articles), [rows.article_values(article) for article in new])
    connection.execute(
        insert(filings), [_filing(article, category) for article in new for category in _filed_in(article)]
    )
    _mark_changed(connection, new)


def _filed_in(article: Article) -> tuple[str, ...]:
    return (*article.categories, ALL)


def _filing(article: Article, category: str) -> rows.Values:
    return {
        "article_id": article.id, "category": category, "ordinal": None, "seq": article.seq, "removed": False,
        "sort_at": article.sort_at, "fresh": None if article.backfill else article.accepted,
    }  # fmt: skip


def _update(connection: Connection, updated: list[Updated]) -> None:
    if not updated:
        return
    values = [{**rows.article_values(u.article), "key": u.article.id} for u in updated]
    for row in values:
        # Clustering gives the story, perhaps since this poll read the article.
        del row["story_id"]
    connection.execute(update(articles).where(articles.c.id == bindparam("key")), values)
    for change in updated:
        _refile(connection, change)


def _refile(connection: Connection, change: Updated) -> None:
    """Every filing of a changed article takes part in the change: kept, new, or removed."""
    article = change.article
    filed = select(filings.c.category, filings.c.fresh).where(filings.c.article_id == article.id)
    known = {row.category: row.fresh for row in connection.execute(filed)}
    wanted = set(_filed_in(article))
    told = _shown_by_others(connection, article.id)
    for category, fresh in sorted(known.items()):
        now_fresh: datetime | None = article.revised if change.significant else fresh
        values = {"seq": article.seq, "removed": category not in wanted, "fresh": now_fresh}
        values |= {"ordinal": None} if category in told else {}
        query = update(filings).where(filings.c.article_id == article.id, filings.c.category == category)
        connection.execute(query.values(**values))
    for category in sorted(wanted - known.keys()):
        filing = _filing(article, category)
        if change.significant:
            filing["fresh"] = article.revised
        connection.execute(insert(filings), filing)
    _mark(connection, dict.fromkeys(wanted | known.keys(), article.seq))


def _shown_by_others(connection: Connection, article_id: str) -> frozenset[str]:
    """Where the article once showed and another of its story took its place: coming back, it does not show."""
    mine, other = filings.alias(), filings.alias()
    told = articles.alias()
    query = (
        select(mine.c.category)
        .join(articles, articles.c.id == mine.c.article_id)
        .join(told, told.c.story_id == articles.c.story_id)
        .join(other, and_(other.c.article_id == told.c.id, other.c.category == mine.c.category))
        .where(mine.c.article_id == article_id, mine.c.removed, mine.c.ordinal.is_not(None))
        .where(told.c.id != article_id, other.c.ordinal.is_not(None), ~other.c.removed)
    )
    return frozenset(connection.scalars(query))


def _touch(connection: Connection, unchanged: list[Unchanged]) -> None:
    if unchanged:
        connection.execute(
            update(articles).where(articles.c.id == bindparam("key")).values(entry_hash=bindparam("hash")),
            [{"key": verdict.article_id, "hash": verdict.entry_hash} for verdict in unchanged],
        )


def _save_states(connection: Connection, states: list[SourceState]) -> None:
    values = [{**rows.state_values(state), "key": state.source_id} for state in states]
    if values:
        connection.execute(update(sources).where(sources.c.id == bindparam("key")), values)


def _save_quiet(connection: Connection, quiet: dict[str, datetime]) -> None:
    """Hosts that ask for quiet; of several wishes of one the latest counts."""
    if not quiet:
        return
    connection.execute(delete(hosts).where(hosts.c.host.in_(quiet)))
    connection.execute(insert(hosts), [{"host": host, "quiet_until": until} for host, until in quiet.items()])


def _mark_changed(connection: Connection, changed: list[Article]) -> None:
    latest: dict[str, int] = defaultdict(int)
    for article in changed:
        for category in _filed_in(article):
            latest[category] = max(latest[category], article.seq)
    _mark(connection, latest)


def _mark(connection: Connection, latest: dict[str, int]) -> None:
    """Note in each category the number of its last change: it is to be rendered again."""
    connection.execute(
        update(categories).where(categories.c.id == bindparam("key")).values(changed_seq=bindparam("changed")),
        [{"key": category, "changed": seq} for category, seq in sorted(latest.items())],
    )
