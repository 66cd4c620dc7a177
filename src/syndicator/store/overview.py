"""What the operator's pages read: every query is bounded, however many sources and articles there are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select, true, update

from syndicator.core.identity import OWN_STORY, SAME_STORY
from syndicator.core.model import SourceState
from syndicator.core.overview import (
    FOUND,
    SEARCHED,
    Headline,
    Order,
    Overview,
    SourceLine,
    SourceList,
    StoryPage,
    Wanted,
)
from syndicator.core.problems import FAILS_FOR, HeldBack
from syndicator.core.standing import Standing

from . import rows
from .numbering import SEQ, WATERMARK, counter
from .tables import articles, categories, filings, sources
from .tellings import in_stories

LINES = 100
"""Sources on a page."""
TROUBLED = 500
"""Sources with problems that are read at once: more are one problem, and another one."""
_STORIES, _RECENT, _CHUNK = 25, 5000, 500

_IS_HELD = or_(
    sources.c.held.is_not(None),
    sources.c.id.in_(select(articles.c.source_id).where(articles.c.held.is_not(None), ~articles.c.removed)),
)


def overview(connection: Connection, now: datetime) -> Overview:
    how = standing(now)
    query = select(how.label("how"), func.count().label("sources"), func.sum(sources.c.articles).label("articles"))
    found = connection.execute(query.where(sources.c.configured).group_by(how)).all()
    due = select(func.count()).where(sources.c.next_poll_at <= now, sources.c.configured, ~sources.c.gone)
    behind = and_(
        categories.c.configured, categories.c.held == "", categories.c.changed_seq > categories.c.published_seq
    )
    stale = connection.scalar(select(func.count()).where(behind)) or 0
    unplaced = counter(connection, SEQ) - counter(connection, WATERMARK)
    return Overview(
        {Standing(row.how): row.sources for row in found}, sum(int(row.articles) for row in found),
        connection.scalar(due) or 0, unplaced, stale, _waits_since(connection, behind, unplaced),
    )  # fmt: skip


def _waits_since(connection: Connection, behind: ColumnElement[bool], unplaced: int) -> datetime | None:
    """When the oldest change came that waits for its story, or for a category to be published."""
    waiting = select(func.min(categories.c.published_seq)).where(behind)
    after = [] if (published := connection.scalar(waiting)) is None else [published]
    if unplaced:
        after.append(counter(connection, WATERMARK))
    if not after:
        return None
    oldest = select(articles.c.revised).where(articles.c.seq > min(after)).order_by(articles.c.seq).limit(1)
    return connection.scalar(oldest)


def standing(now: datetime, ranked: bool = False) -> ColumnElement[Any]:
    """As `standing` of core has it: the word, or its place among them."""

    def value(standing: Standing) -> Any:
        return list(Standing).index(standing) if ranked else standing.value

    return case(
        (sources.c.gone, value(Standing.GONE)),
        (sources.c.failures > 0, value(Standing.FAILING)),
        (_IS_HELD, value(Standing.HELD)),
        (sources.c.expected_by <= now, value(Standing.SILENT)),
        (sources.c.outcome.is_(None), value(Standing.NEW)),
        else_=value(Standing.FINE),
    )


def source_list(connection: Connection, wanted: Wanted, now: datetime) -> SourceList:
    """A page of the configured sources; the last one where there are fewer."""
    how = standing(now)
    these = [sources.c.configured, _holds(wanted.text), how == wanted.standing if wanted.standing else true()]
    total = connection.scalar(select(func.count()).select_from(sources).where(*these)) or 0
    pages = max(-(-total // LINES), 1)
    page = min(max(wanted.page, 1), pages)
    by = standing(now, ranked=True) if wanted.order is Order.STANDING else _ORDERS[wanted.order]
    first = _sorted(by, wanted.descending)
    query = select(sources.c.id).where(*these).order_by(*first, sources.c.id)
    # Names alone are sorted: rows are a kilobyte each.
    names = connection.scalars(query.limit(LINES).offset((page - 1) * LINES)).all()
    found = connection.execute(select(sources, how.label("how")).where(sources.c.id.in_(names)))
    lines = {row.id: SourceLine(rows.state(row), Standing(row.how), row.articles) for row in found}
    return SourceList(tuple(lines[name] for name in names), total, page, pages)


_ORDERS: dict[Order, ColumnElement[Any]] = {
    Order.SOURCE: sources.c.id,
    Order.LAST_POLL: sources.c.last_poll_at,
    Order.NEXT_POLL: sources.c.next_poll_at,
    Order.LAST_NEW: sources.c.last_new_at,
    Order.ARTICLES: sources.c.articles,
}


def _sorted(by: ColumnElement[Any], descending: bool) -> tuple[ColumnElement[Any], ...]:
    """Without a value last, whichever way: the databases differ in that."""
    return by.is_(None), by.desc() if descending else by.asc()


def _holds(text: str) -> ColumnElement[bool]:
    if not text:
        return true()
    lowered = text.lower()
    return or_(*(func.lower(one).contains(lowered, autoescape=True) for one in (sources.c.id, sources.c.url)))


def source_line(connection: Connection, source_id: str, now: datetime) -> SourceLine | None:
    """One configured source; None where there is none of that name."""
    query = select(sources, standing(now).label("how")).where(sources.c.id == source_id, sources.c.configured)
    row = connection.execute(query).one_or_none()
    return SourceLine(rows.state(row), Standing(row.how), row.articles) if row else None


def hasten(connection: Connection, source_id: str, at: datetime, why: str) -> SourceState | None:
    """Make a configured source due, also one that is gone; gives its state then."""
    this = (sources.c.id == source_id, sources.c.configured)
    connection.execute(update(sources).where(*this).values(next_poll_at=at, next_poll_reason=why, gone=False))
    row = connection.execute(select(sources).where(*this)).one_or_none()
    return rows.state(row) if row else None


# --- problems --------------------------------------------------------------------------------------


def troubled(connection: Connection, now: datetime) -> tuple[SourceState, ...]:
    """The configured sources that may have problems, by id."""
    wrong = or_(
        sources.c.gone, sources.c.failing_since <= now - FAILS_FOR, sources.c.expected_by <= now,
        sources.c.empty_since.is_not(None), sources.c.flawed_since.is_not(None),
        sources.c.odd_dates_since.is_not(None),
    )  # fmt: skip
    query = select(sources).where(sources.c.configured, wrong).order_by(sources.c.id).limit(TROUBLED)
    return tuple(rows.state(row) for row in connection.execute(query))


def held_back(connection: Connection) -> tuple[HeldBack, ...]:
    """The categories that are held back, by id, each with the time of the oldest change that waits there."""
    here = (filings.c.category == categories.c.id, filings.c.seq > categories.c.published_seq)
    since = (
        select(articles.c.revised)
        .join(filings, filings.c.article_id == articles.c.id)
        .where(*here)
        .order_by(filings.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    query = select(categories, since.label("since")).where(categories.c.configured, categories.c.held != "")
    found = connection.execute(query.order_by(categories.c.id))
    return tuple(HeldBack(row.id, row.held, row.since or row.created) for row in found)


# --- articles --------------------------------------------------------------------------------------

_HEADLINE = [
    articles.c[name]
    for name in (
        "id", "seq", "source_id", "provenance", "title", "url", "published", "accepted", "story_id", "removed", "held",
        "categories", "reasons",
    )
]  # fmt: skip


def latest(connection: Connection, source_id: str, limit: int) -> tuple[Headline, ...]:
    """The articles of a source that changed last, the latest first."""
    query = select(*_HEADLINE).where(articles.c.source_id == source_id).order_by(articles.c.seq.desc()).limit(limit)
    return tuple(map(_headline, connection.execute(query)))


def search(connection: Connection, words: Sequence[str]) -> tuple[Headline, ...]:
    """Of the newest articles those with all `words`, in small letters, in their titles; the newest first."""
    query = select(articles.c.seq, articles.c.title).order_by(articles.c.seq.desc()).limit(SEARCHED)
    found: list[int] = []
    for seq, title in connection.execute(query):
        lowered = title.casefold()
        if all(word in lowered for word in words):
            found.append(seq)
            if len(found) == FOUND:
                break
    whole = select(*_HEADLINE).where(articles.c.seq.in_(found)).order_by(articles.c.seq.desc())
    return tuple(map(_headline, connection.execute(whole)))


def several_tellings(connection: Connection, before: int | None) -> StoryPage:
    """The latest stories that several articles tell, of changes `before` a number."""
    recent = select(articles.c.seq, articles.c.story_id).where(articles.c.story_id.is_not(None), ~articles.c.removed)
    if before is not None:
        recent = recent.where(articles.c.seq < before)
    window = connection.execute(recent.order_by(articles.c.seq.desc()).limit(_RECENT)).all()
    last = {row.story_id: row.seq for row in reversed(window)}  # the latest change of each
    names = sorted(last, key=lambda name: last[name], reverse=True)
    told: list[tuple[Headline, ...]] = []
    for start in range(0, len(names), _CHUNK):
        some = names[start : start + _CHUNK]
        told += _told(connection, some, before, _STORIES - len(told))
        if len(told) == _STORIES:
            return StoryPage(tuple(told), last[told[-1][0].story_id])
    return StoryPage(tuple(told), window[-1].seq if len(window) == _RECENT else None)


def _told(connection: Connection, names: Sequence[str], before: int | None, most: int) -> list[tuple[Headline, ...]]:
    """Those of the stories `names` that have several tellings, all of them `before` a change; `most`, in that order."""
    up, newest = ~articles.c.removed, func.max(articles.c.seq)
    several = (
        select(articles.c.story_id)
        .where(in_stories(names), up)
        .group_by(articles.c.story_id)
        .having(func.count() > 1, true() if before is None else newest < before)
    )
    wanted = set(connection.scalars(several))
    chosen = [name for name in names if name in wanted][:most]
    query = select(*_HEADLINE).where(in_stories(chosen), up).order_by(articles.c.accepted, articles.c.id)
    told: dict[str, list[Headline]] = defaultdict(list)
    for row in connection.execute(query):
        told[row.story_id].append(_headline(row))
    return [tuple(told[name]) for name in chosen]


def _headline(row: Row[Any]) -> Headline:
    reasons = json.loads(row.reasons)
    return Headline(
        row.id, row.seq, row.source_id, json.loads(row.provenance)[0], row.title or row.url, row.url, row.published,
        row.accepted, row.story_id, row.removed, row.held is not None, tuple(json.loads(row.categories)),
        tuple(one for one in reasons if one.startswith((SAME_STORY, OWN_STORY))),
    )  # fmt: skip
