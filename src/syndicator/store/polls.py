"""Saving what polls brought: articles, filings, validators and next poll times, together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, or_, select, update

from syndicator.core.identity import New, Unchanged, Updated
from syndicator.core.model import Article
from syndicator.core.records import changed
from syndicator.core.work import Saving

from . import fingerprints, history, revisions, rows
from .filing import Occasion, save_updated
from .many import execute_all
from .numbering import SEQ, lock_seq, set_counter
from .tables import articles, hosts, sources

_KNOWN_HASHES = 2000
"""How many of a source's latest entry hashes a poll compares with: more than feeds hold, but for a few."""


# What every poll asks for is put together once: that takes longer than asking.
_OF_SOURCE = articles.c.source_id == bindparam("source")
_LATEST = (
    select(articles.c.entry_hash).where(_OF_SOURCE).order_by(articles.c.seq.desc()).limit(_KNOWN_HASHES).subquery()
)
# As one row: with each the driver lets go of the interpreter, and other threads take it.
_HASHES = select(func.aggregate_strings(_LATEST.c.entry_hash, " "))
_BY_ID = select(articles).where(
    or_(articles.c.id.in_(bindparam("ids", expanding=True)), articles.c.sent_as.in_(bindparam("ids", expanding=True)))
)
# Not by the index of the source: it may have a hundred thousand others.
_ON_PAGES = (
    select(articles)
    .where(articles.c.canonical_url.in_(bindparam("pages", expanding=True)))
    .where((articles.c.source_id + "") == bindparam("source"))
    .order_by(articles.c.seq.desc())
    .limit(bindparam("limit"))
)
_PAGES = select(articles.c.canonical_url).where(articles.c.canonical_url.in_(bindparam("pages", expanding=True)))
_PAGES = _PAGES.distinct()
_DATED = select(articles.c.published != articles.c.accepted).where(_OF_SOURCE).order_by(articles.c.seq.desc()).limit(1)
_TAKEN = select(articles.c.guid).where(articles.c.guid.in_(bindparam("guids", expanding=True)))


def known_hashes(connection: Connection, source_id: str) -> frozenset[str]:
    found = connection.scalar(_HASHES, {"source": source_id})
    return frozenset(found.split() if found else ())


def by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Article]:
    """The articles `ids`, and under their own id those that are sent as one of them."""
    found: dict[str, Article] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        wanted = set(some)
        for row in connection.execute(_BY_ID, {"ids": some}):
            names = [row.id] if row.id in wanted else []
            names += [row.sent_as] if row.sent_as in wanted and row.sent_as not in found else []
            found.update(dict.fromkeys(names, rows.article(row)))
    return found


def on_pages(connection: Connection, source_id: str, pages: Sequence[str], limit: int) -> tuple[Article, ...]:
    """The newest articles of a source that have one of the `pages`, canonical URLs."""
    found = connection.execute(_ON_PAGES, {"pages": pages, "source": source_id, "limit": limit})
    return tuple(map(rows.article, found))


def pages_taken(connection: Connection, pages: Sequence[str]) -> frozenset[str]:
    """Which of `pages` an article has."""
    taken: set[str] = set()
    for start in range(0, len(pages), 500):
        taken.update(connection.scalars(_PAGES, {"pages": pages[start : start + 500]}))
    return frozenset(taken)


def dates_entries(connection: Connection, source_id: str) -> bool:
    """Whether the newest article of a source has a date of its publisher's: else it has the time of acceptance."""
    return bool(connection.scalar(_DATED, {"source": source_id}))


def guids_taken(connection: Connection, guids: Sequence[str]) -> frozenset[str]:
    """Which of `guids` an article has already."""
    taken: set[str] = set()
    for start in range(0, len(guids), 500):
        taken.update(connection.scalars(_TAKEN, {"guids": guids[start : start + 500]}))
    return frozenset(taken)


def save(connection: Connection, savings: Sequence[Saving], keep: int) -> tuple[int, list[Article]]:
    """Save a batch of polls, and of what they change the newest `keep` revisions; but not yet the new articles.

    Gives the last change's number, and the new articles with theirs: `filing.save_new` saves them.
    """
    last = seq = lock_seq(connection)
    now = _stored_now(connection, savings)
    new: list[Article] = []
    updated: list[tuple[Updated, Occasion]] = []
    unchanged: list[Unchanged] = []
    for saving in savings:
        occasion = Occasion(saving.reconfigured, saving.state.last_poll_at)
        for verdict in saving.verdicts:
            if isinstance(verdict, Unchanged):
                unchanged.append(verdict)
            elif verdict.article.id in now and now[verdict.article.id].removed:
                unchanged.append(Unchanged(verdict.article.id, verdict.article.entry_hash, verdict.article.sent_as))
            else:
                seq += 1
                article = _as_filed(changed(verdict.article, seq=seq), now.get(verdict.article.id))
                if isinstance(verdict, New):
                    new.append(article)
                else:
                    updated.append((replace(verdict, article=article), occasion))
    save_updated(connection, updated)
    fingerprints.save(connection, new, [change.article for change, _ in updated])
    revisions.save(connection, [change for change, _ in updated], keep)
    _touch(connection, unchanged)
    _save_states(connection, savings)
    history.save(connection, savings)
    _save_quiet(connection, dict(saving.quiet for saving in savings if saving.quiet))
    if seq > last:
        set_counter(connection, SEQ, seq)
    return seq, new


def _stored_now(connection: Connection, savings: Sequence[Saving]) -> dict[str, Row[Any]]:
    """What the operator may have done to the updated articles since their polls read them, by id."""
    updated = [v.article.id for saving in savings for v in saving.verdicts if isinstance(v, Updated)]
    columns: list[ColumnElement[Any]] = [
        articles.c[name] for name in ("id", "removed", "held", "categories", "filed_by")
    ]
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(updated), 500):
        query = select(*columns).where(articles.c.id.in_(updated[start : start + 500]))
        found.update((row.id, row) for row in connection.execute(query))
    return found


def _as_filed(article: Article, now: Row[Any] | None) -> Article:
    """`article` where it is filed `now`, if it was released since its poll read it."""
    if now is None or now.held == article.held:
        return article
    return replace(article, held=now.held, **rows.filed(now))


def _touch(connection: Connection, unchanged: list[Unchanged]) -> None:
    if unchanged:
        values: rows.Values = {
            "entry_hash": bindparam("hash"),
            "sent_as": func.coalesce(bindparam("sent"), articles.c.sent_as),
        }
        connection.execute(
            update(articles).where(articles.c.id == bindparam("key")).values(values),
            [{"key": one.article_id, "hash": one.entry_hash, "sent": one.sent_as} for one in unchanged],
        )


def _save_states(connection: Connection, savings: Sequence[Saving]) -> None:
    execute_all(connection, _SAVED, [_state_values(saving) for saving in savings])


def _state_values(saving: Saving) -> rows.Values:
    values = rows.state_values(saving.state)
    new = sum(isinstance(verdict, New) for verdict in saving.verdicts)
    return {**values, "today": rows.day_text(history.today(saving)), "key": values["id"], "new": new}


_SAVED = update(sources).where(sources.c.id == bindparam("key")).values(articles=sources.c.articles + bindparam("new"))


def _save_quiet(connection: Connection, quiet: dict[str, datetime]) -> None:
    """Hosts that ask for quiet; of several wishes of one the latest counts."""
    if not quiet:
        return
    connection.execute(delete(hosts).where(hosts.c.host.in_(quiet)))
    connection.execute(insert(hosts), [{"host": host, "quiet_until": until} for host, until in quiet.items()])
