"""What polls came to, day by day, and how they failed: bounded, in the transaction that saves the polls."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from syndicator.core.history import DAYS, FAILURES, Failure, PollDay
from syndicator.core.identity import New
from syndicator.core.model import PollOutcome
from syndicator.core.work import Saving
from syndicator.store.store import Store

from .making import NOW, article, state, table


def _saving(
    store: Store, at: datetime, outcome: PollOutcome, milliseconds: int, *keys: str, source: str = "alpha"
) -> Saving:
    failed = outcome is PollOutcome.FAILED
    after = replace(
        store.states()[source], last_poll_at=at, outcome=outcome, error=f"at {at:%H:%M}" if failed else None,
        failures=int(failed),
    )  # fmt: skip
    new = tuple(New(article(source, key)) for key in keys)
    return Saving(after, new, took=timedelta(milliseconds=milliseconds))


def _poll(
    store: Store, at: datetime, outcome: PollOutcome, milliseconds: int, *keys: str, source: str = "alpha"
) -> None:
    store.save_polls([_saving(store, at, outcome, milliseconds, *keys, source=source)])


def _days(store: Store, source: str, now: datetime) -> tuple[PollDay, ...]:
    return store.poll_days(store.states()[source], now)


def test_the_polls_of_a_day_are_summed_up(hub: Store) -> None:
    later = NOW + timedelta(hours=1)
    _poll(hub, NOW, PollOutcome.NEW, 120, "1", "2")
    _poll(hub, NOW, PollOutcome.NEW, 5, "1", source="beta")
    _poll(hub, later, PollOutcome.UNCHANGED, 40)
    _poll(hub, later, PollOutcome.FAILED, 200)
    _poll(hub, later, PollOutcome.UNCHANGED, 40)
    (day,) = _days(hub, "alpha", later)
    assert day == PollDay(NOW.toordinal(), 4, 2, 1, 2, 400, 200)
    assert (day.date, day.mean) == (NOW.date(), 100)
    assert [day.articles for day in _days(hub, "beta", later)] == [1]


def test_a_day_takes_the_place_of_the_one_a_month_before(hub: Store, database_url: str) -> None:
    for number in range(100):
        _poll(hub, NOW + timedelta(days=number), PollOutcome.UNCHANGED, number)
        _poll(hub, NOW + timedelta(days=number, hours=1), PollOutcome.UNCHANGED, number)
    last = NOW + timedelta(days=99)
    days = _days(hub, "alpha", last)
    assert [day.date for day in days] == [(last - timedelta(days=n)).date() for n in reversed(range(DAYS))]
    assert [(day.polls, day.slowest) for day in days] == [(2, number) for number in range(70, 100)]
    assert table(database_url, "SELECT count(*) FROM poll_days")[0][0] <= DAYS + 1


def test_days_without_a_poll_are_none_and_old_ones_are_not_shown(hub: Store) -> None:
    for number in (0, 10, 11):
        _poll(hub, NOW + timedelta(days=number), PollOutcome.UNCHANGED, 1)
    assert [day.day - NOW.toordinal() for day in _days(hub, "alpha", NOW + timedelta(days=11))] == [0, 10, 11]
    assert [day.day - NOW.toordinal() for day in _days(hub, "alpha", NOW + timedelta(days=40))] == [11]
    assert _days(hub, "alpha", NOW + timedelta(days=41)) == ()


def test_what_was_not_asked_is_no_poll(hub: Store) -> None:
    hub.save_polls([Saving(state())])
    assert _days(hub, "alpha", NOW) == ()


def test_the_last_failures_are_kept_and_no_more(hub: Store, database_url: str) -> None:
    times = [NOW + timedelta(hours=n) for n in range(FAILURES + 15)]
    for at in times:
        _poll(hub, at, PollOutcome.FAILED, 1)
        _poll(hub, at, PollOutcome.UNCHANGED, 1, source="beta")
    assert hub.poll_failures("alpha") == tuple(Failure(at, f"at {at:%H:%M}") for at in reversed(times[-FAILURES:]))
    assert hub.poll_failures("beta") == ()
    assert table(database_url, "SELECT count(*) FROM poll_failures") == [(FAILURES,)]


def test_a_poll_that_could_not_be_saved_leaves_no_history(hub: Store) -> None:
    """Its article has a guid that is taken: the whole transaction goes."""
    _poll(hub, NOW, PollOutcome.NEW, 1, "1")
    twice = replace(article("beta", "9"), guid=article("alpha", "1").guid)
    broken = replace(_saving(hub, NOW, PollOutcome.NEW, 1, source="beta"), verdicts=(New(twice),))
    with pytest.raises(IntegrityError, match="guid"):
        hub.save_polls([broken])
    assert _days(hub, "beta", NOW) == ()
    assert hub.states()["beta"].last_poll_at is None


def test_a_source_knows_how_many_articles_it_has_brought(hub: Store, database_url: str) -> None:
    _poll(hub, NOW, PollOutcome.NEW, 1, "1", "2")
    _poll(hub, NOW, PollOutcome.NEW, 1, "3")
    _poll(hub, NOW, PollOutcome.UNCHANGED, 1, source="beta")
    counts = dict(table(database_url, "SELECT id, articles FROM sources ORDER BY id"))
    assert counts == {"alpha": 3, "beta": 0, "gamma": 0, "delta": 0}
