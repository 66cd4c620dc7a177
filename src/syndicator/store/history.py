"""What the polls of each source came to: by day for a month, and the last failures.

The present day stands in the source's own row, which every poll writes anyway: so a 304 costs no statement more, and a
source a row a day. A day takes the place of the one a month before, so nothing has to be cleared away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select
from sqlalchemy.dialects import sqlite

from syndicator.core.history import DAYS, FAILURES, Failure, PollDay
from syndicator.core.identity import New
from syndicator.core.model import PollOutcome, SourceState
from syndicator.core.work import Saving

from . import rows
from .tables import poll_days, poll_failures

_FAILED = (PollOutcome.FAILED, PollOutcome.GONE)
_COUNTS = tuple(field.name for field in fields(PollDay))
_SLOTS = DAYS + 1
"""One more than days: today may not have come to a source yet."""
_NO_TIME = timedelta(0)


def save(connection: Connection, savings: Sequence[Saving]) -> None:
    """Keep the days that end with these polls, and the failures among them; none as a rule."""
    ended = [saving.state for saving in savings if _ends_a_day(saving)]
    if ended:
        insert = _insert(connection, poll_days)
        replaced = {name: insert.excluded[name] for name in _COUNTS}
        day_before = insert.on_conflict_do_update(index_elements=["source_id", "slot"], set_=replaced)
        connection.execute(day_before, [_day_values(state) for state in ended])
    failed = [saving for saving in savings if saving.took is not None and saving.state.outcome in _FAILED]
    if failed:
        _note_failures(connection, failed)


def today(saving: Saving) -> PollDay | None:
    """The day of a poll, with that poll."""
    state = saving.state
    if saving.took is None or state.last_poll_at is None:
        return state.today
    number = state.last_poll_at.toordinal()
    day = state.today if state.today and state.today.day == number else PollDay(number)
    articles = sum(isinstance(verdict, New) for verdict in saving.verdicts)
    unchanged = state.outcome is PollOutcome.UNCHANGED
    return day.with_poll(unchanged, state.outcome in _FAILED, articles, saving.took)


def days(connection: Connection, state: SourceState, now: datetime) -> tuple[PollDay, ...]:
    """The last days of a source on which it was polled, the earliest first."""
    first = now.astimezone(UTC).toordinal() - DAYS + 1
    query = select(poll_days).where(poll_days.c.source_id == state.source_id, poll_days.c.day >= first)
    found = {row.day: PollDay(*(getattr(row, name) for name in _COUNTS)) for row in connection.execute(query)}
    if state.today and state.today.day >= first:
        found[state.today.day] = state.today
    return tuple(found[day] for day in sorted(found))


def failures(connection: Connection, source_id: str) -> tuple[Failure, ...]:
    """The last failures of a source, the latest first."""
    query = select(poll_failures).where(poll_failures.c.source_id == source_id).order_by(poll_failures.c.at.desc())
    return tuple(Failure(row.at, row.error) for row in connection.execute(query.limit(FAILURES)))


def _ends_a_day(saving: Saving) -> bool:
    """Whether the day in the source's row is over with this poll."""
    last, at = saving.state.today, saving.state.last_poll_at
    return saving.took is not None and last is not None and at is not None and last.day != at.toordinal()


def _day_values(state: SourceState) -> rows.Values:
    day = state.today or PollDay(0)
    return {"source_id": state.source_id, "slot": day.day % _SLOTS, **dict(zip(_COUNTS, astuple(day), strict=True))}


def _note_failures(connection: Connection, failed: Sequence[Saving]) -> None:
    """Note failures, and forget those of the same sources that are too many."""
    notes = [
        {"source_id": saving.state.source_id, "at": saving.state.last_poll_at, "error": saving.state.error or ""}
        for saving in failed
    ]
    connection.execute(_insert(connection, poll_failures).on_conflict_do_nothing(), notes)
    connection.execute(_TOO_MANY, [{"source": note["source_id"]} for note in notes])


def _insert(connection: Connection, table: Table) -> Any:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    # Loaded by now, and only there: it takes 20 ms of every command's start.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


_others = poll_failures.alias()
_oldest = (
    select(_others.c.at)
    .where(_others.c.source_id == bindparam("source"))
    .order_by(_others.c.at.desc())
    .offset(FAILURES - 1)
    .limit(1)
    .scalar_subquery()
)
_TOO_MANY = delete(poll_failures).where(poll_failures.c.source_id == bindparam("source"), poll_failures.c.at < _oldest)
