"""Saving what polls brought: articles, filings, validators and next poll times, together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from syndicator.core.identity import New, Unchanged, Updated
from syndicator.core.model import Article, SourceState
from syndicator.core.work import Saving

from . import revisions, rows
from .filing import Occasion, file_new, save_updated
from .numbering import SEQ, lock_seq, set_counter
from .tables import articles, hosts, sources

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


def save(connection: Connection, savings: Sequence[Saving], keep: int) -> int:
    """Save a batch of polls, and of what they change the newest `keep` revisions; gives the last change's number."""
    last = seq = lock_seq(connection)
    down = _taken_down(connection, savings)
    new: list[Article] = []
    updated: list[tuple[Updated, Occasion]] = []
    unchanged: list[Unchanged] = []
    for saving in savings:
        occasion = Occasion(saving.reconfigured, saving.state.last_poll_at)
        for verdict in saving.verdicts:
            if isinstance(verdict, Unchanged):
                unchanged.append(verdict)
            elif verdict.article.id in down:
                unchanged.append(Unchanged(verdict.article.id, verdict.article.entry_hash))
            else:
                seq += 1
                article = replace(verdict.article, seq=seq)
                if isinstance(verdict, New):
                    new.append(article)
                else:
                    updated.append((replace(verdict, article=article), occasion))
    _insert(connection, new)
    save_updated(connection, updated)
    revisions.save(connection, [change for change, _ in updated], keep)
    _touch(connection, unchanged)
    _save_states(connection, [saving.state for saving in savings])
    _save_quiet(connection, dict(saving.quiet for saving in savings if saving.quiet))
    if seq > last:
        set_counter(connection, SEQ, seq)
    return seq


def _taken_down(connection: Connection, savings: Sequence[Saving]) -> frozenset[str]:
    """Which of the updated articles were taken down since their polls read them: they stay so."""
    updated = [v.article.id for saving in savings for v in saving.verdicts if isinstance(v, Updated)]
    found: set[str] = set()
    for start in range(0, len(updated), 500):
        query = select(articles.c.id).where(articles.c.id.in_(updated[start : start + 500]), articles.c.removed)
        found.update(connection.scalars(query))
    return frozenset(found)


def _insert(connection: Connection, new: list[Article]) -> None:
    if not new:
        return
    connection.execute(insert(articles), [rows.article_values(article) for article in new])
    file_new(connection, new)


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
