"""Saving what polls brought: articles, filings, validators and next poll times, together or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from syndicator.core.identity import New, Unchanged, Updated
from syndicator.core.model import ALL, Article, Filing, RemovedBy, SourceState
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
    down = _taken_down(connection, savings)
    new: list[Article] = []
    updated: list[tuple[Updated, Saving]] = []
    unchanged: list[Unchanged] = []
    for saving in savings:
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
                    updated.append((replace(verdict, article=article), saving))
    _insert(connection, new)
    _update(connection, updated)
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
    if placed := [_filing(article, category) for article in new for category in _filed_in(article)]:
        connection.execute(insert(filings), placed)
    _mark_changed(connection, new)


def _filed_in(article: Article) -> tuple[str, ...]:
    """Its categories and `all`; nothing where it is kept out of all of them."""
    return tuple(dict.fromkeys((*article.categories, ALL))) if article.categories else ()


def _filing(article: Article, category: str, fresh: datetime | None = None) -> rows.Values:
    if fresh is None and not article.backfill:
        fresh = article.accepted
    return {
        "article_id": article.id, "category": category, "ordinal": None, "seq": article.seq, "removed": False,
        "sort_at": article.sort_at, "fresh": fresh,
    }  # fmt: skip


def _update(connection: Connection, updated: list[tuple[Updated, Saving]]) -> None:
    if not updated:
        return
    values = [{**rows.article_values(change.article), "key": change.article.id} for change, _ in updated]
    for row in values:
        # Clustering gives the story, perhaps since this poll read the article.
        del row["story_id"]
    connection.execute(update(articles).where(articles.c.id == bindparam("key")), values)
    for change, saving in updated:
        _refile(connection, change, saving)


def _refile(connection: Connection, change: Updated, saving: Saving) -> None:
    """The filings of a changed article take part in the change: they are kept, new, removed, or come back."""
    article = change.article
    query = select(filings).where(filings.c.article_id == article.id)
    known = {row.category: row for row in connection.execute(query)}
    wanted = set(_filed_in(article))
    for category, row in sorted(known.items()):
        if values := _refiled(rows.filing(row), category in wanted, change, saving):
            this = (filings.c.article_id == article.id, filings.c.category == category)
            connection.execute(update(filings).where(*this).values(**values))
    # Filed here by its publisher today it is news here, whenever it was accepted.
    fresh = article.revised if change.significant else None if saving.reconfigured else saving.state.last_poll_at
    for category in sorted(wanted - known.keys()):
        connection.execute(insert(filings), _filing(article, category, fresh))
    _mark(connection, dict.fromkeys(wanted | known.keys(), article.seq))


def _refiled(filing: Filing, wanted: bool, change: Updated, saving: Saving) -> rows.Values:
    """What changes in a filing, now that its article is `wanted` there or not; nothing where it left before."""
    article = change.article
    if not wanted:
        if not filing.may_show:
            return {}
        by = RemovedBy.CONFIGURATION if saving.reconfigured else RemovedBy.PUBLISHER
        at = saving.state.last_poll_at or article.revised
        return {"seq": article.seq, "removed": True, "removed_by": by, "removed_at": at}
    fresh = {"fresh": article.revised} if change.significant else {}
    if filing.may_show:
        return {"seq": article.seq, **fresh}
    # It comes back. Whether it shows again or another telling does by now, its story decides.
    back = {"removed_by": RemovedBy.STORY} if filing.ordinal else {"removed": False, "removed_by": None}
    return {"seq": article.seq, **back, **fresh}


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
