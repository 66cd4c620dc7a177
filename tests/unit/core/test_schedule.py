"""When a source is polled next, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import NOW, source
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import hints, schedule
from syndicator.core.hints import Hint, Hints
from syndicator.core.model import Source, SourceState
from syndicator.core.rhythm import Rhythm
from syndicator.core.schedule import Decision
from syndicator.runners.cron import next_time

_HOUR = timedelta(hours=1)
_WAITS = st.timedeltas(timedelta(seconds=1), timedelta(days=30))


def _state(now: datetime = NOW, **fields: Any) -> SourceState:
    return replace(SourceState("src", "src", "https://src.example.org/feed", now, last_poll_at=now), **fields)


def _decide(one: Source | None = None, **fields: Any) -> Decision:
    return schedule.next_poll(one or source(), _state(**fields))


# --- properties ------------------------------------------------------------------------------------

_SOURCES = st.builds(
    lambda name, interval, least, more, adaptive: source(
        id=name, interval=interval, min_interval=least, max_interval=least + more, adaptive=adaptive
    ),
    st.text("abc", min_size=1, max_size=5),
    st.timedeltas(timedelta(seconds=1), timedelta(days=3)),
    st.timedeltas(timedelta(minutes=1), timedelta(days=1)),
    st.timedeltas(timedelta(), timedelta(days=7)),
    st.booleans(),
)
_NOWS = st.datetimes(datetime(2000, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))
_HINT = st.builds(Hint, _WAITS, st.just("hint"))
_HINTS = st.builds(
    lambda waits, hours, days: Hints(
        tuple(waits), hints.read(hours=map(str, hours)).skip_hours, tuple(sorted(days))[:6]
    ),
    st.lists(_HINT, max_size=2),
    st.sets(st.integers(0, 23)),
    st.sets(st.integers(0, 6)),
)


@st.composite
def _states(draw: st.DrawFn) -> SourceState:
    now = draw(_NOWS)
    times = [now - age for age in draw(st.lists(st.timedeltas(timedelta(), timedelta(days=60)), max_size=20))]
    return _state(
        now, failures=draw(st.integers(0, 40)), fresh=draw(st.none() | _HINT), hints=draw(_HINTS),
        rhythm=draw(st.sampled_from([None, Rhythm(now, now).with_entries(times, now)])),
    )  # fmt: skip


@given(_SOURCES, _states())
def test_F4_the_next_poll_is_within_the_limits_and_the_same_every_time(one: Source, state: SourceState) -> None:
    decision = schedule.next_poll(one, state)
    assert state.last_poll_at
    assert one.min_interval <= decision.at - state.last_poll_at <= one.max_interval
    assert decision == schedule.next_poll(one, state)
    assert decision.reason.startswith("in ")


@given(_SOURCES, _states(), _WAITS)
def test_F4_no_poll_comes_before_retry_after(one: Source, state: SourceState, wait: timedelta) -> None:
    assert state.last_poll_at
    until = state.last_poll_at + wait
    decision = schedule.next_poll(one, replace(state, retry_after=until, failures=max(state.failures, 1)))
    assert decision.at >= until


@given(_SOURCES, _states(), st.integers(1, 60))
def test_F5_every_failure_in_a_row_lengthens_the_wait_or_leaves_it(one: Source, state: SourceState, n: int) -> None:
    first = schedule.next_poll(one, replace(state, failures=n))
    assert first.at <= schedule.next_poll(one, replace(state, failures=n + 1)).at


@given(_SOURCES, _states(), _HINT)
def test_F4_a_hint_only_lengthens(one: Source, state: SourceState, hint: Hint) -> None:
    longer = schedule.next_poll(one, replace(state, hints=replace(state.hints, waits=(*state.hints.waits, hint))))
    assert longer.at >= schedule.next_poll(one, state).at
    assert state.last_poll_at
    assert longer.at - state.last_poll_at >= min(hint.wait, one.max_interval)


@given(_states())
def test_F4_skipped_hours_are_skipped_wherever_the_limits_allow_it(state: SourceState) -> None:
    one = source(max_interval=timedelta(days=8))
    decision = schedule.next_poll(one, state)
    assert state.last_poll_at
    assert not state.hints.skips(decision.at) or decision.at == state.last_poll_at + one.max_interval


@given(_NOWS, st.integers(0, 40), st.sampled_from(["0 7 * * *", "*/5 * * * *", "30 6 * * mon", "0 0 1 1 *"]))
def test_cron_outweighs_the_interval_and_failures_keep_to_it(now: datetime, failures: int, crontab: str) -> None:
    one = source(cron=crontab)
    times = next_time(crontab, "Europe/Athens")
    decision = schedule.next_poll(one, _state(now, failures=failures), times)
    assert times(decision.at) == decision.at
    assert decision.at - now >= one.min_interval * 0.95


def _even(entries: float) -> Rhythm:
    return Rhythm(NOW - 99 * 24 * _HOUR, NOW, entries, (entries / 24,) * 24, (entries / 7,) * 7)


# --- what is said ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"fresh": Hint(timedelta(minutes=52), "max-age 3600 less Age 480")}, "in 1 h: interval 1 h"),
        ({"hints": hints.read("120")}, "in 2 h: ttl 120"),
        ({"hints": hints.read("120"), "fresh": Hint(3 * _HOUR, "max-age 10800")}, "in 3 h: max-age 10800"),
        ({"failures": 1}, "in 1 h: 1 failure in a row"),
        ({"failures": 3}, "in 4 h: 3 failures in a row"),
        ({"failures": 3, "hints": hints.read("600")}, "in 10 h: ttl 600"),
        ({"failures": 99}, "in 1 d: 99 failures in a row"),
        ({"hints": hints.read("2880")}, "in 1 d: ttl 2880, held to at most 1 d"),
        ({"failures": 1, "retry_after": NOW + 7 * 24 * _HOUR}, "in 7 d: Retry-After 7 d"),
        ({"failures": 1, "retry_after": NOW + _HOUR / 2}, "in 1 h: 1 failure in a row"),
        ({"rhythm": _even(84)}, "in 1 h 59 min: publishes about 6 entries a day"),
        ({"rhythm": Rhythm(NOW - 99 * 24 * _HOUR, NOW)}, "in 1 d: nothing new since 24 Oct 2025"),
        ({"rhythm": _even(20)}, "in 8 h 12 min: publishes about 10 entries a week"),
        ({"rhythm": Rhythm(NOW, NOW, 500.0)}, "in 1 h: publishes about 12012 entries a day, held to at least 1 h"),
        ({"hints": hints.read(hours=("13", "14"))}, "in 3 h: interval 1 h, moved from Sat 13:00 UTC by its skipHours or skipDays"),
        ({"gone": True}, "never: the publisher says the feed is gone (410); its articles stay"),
    ],
)  # fmt: skip
def test_F4_the_reason_is_in_words(monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], reason: str) -> None:
    monkeypatch.setattr(schedule, "_JITTER", 0.0)
    assert _decide(**fields).reason == reason


def test_F4_a_publishers_hint_below_an_hour_counts_where_the_operator_allows_it() -> None:
    one = source(id="dddd", interval=timedelta(minutes=30), min_interval=timedelta(minutes=15))
    fresh = Hint(timedelta(minutes=52), "max-age 3600 less Age 480")
    found = schedule.next_poll(one, _state(fresh=fresh))
    assert timedelta(minutes=52) <= found.at - NOW <= timedelta(minutes=55)
    assert ": max-age 3600 less Age 480" in found.reason


def test_F3_jitter_lengthens_is_told_and_drives_sources_apart() -> None:
    found = [_decide(origin=f"s{n}") for n in range(50)]
    assert len({one.at for one in found}) > 40
    assert all(_HOUR <= one.at - NOW <= 1.05 * _HOUR for one in found)
    assert sum("of jitter" in one.reason for one in found) > 40


def test_F4_a_source_of_its_own_interval_is_not_moved_by_its_rhythm() -> None:
    rhythm = Rhythm(NOW - 99 * 24 * _HOUR, NOW)
    assert "interval 6 h" in _decide(source(interval=6 * _HOUR, adaptive=False), rhythm=rhythm).reason


def test_F4_days_that_are_longer_than_the_longest_wait_are_polled_that_seldom() -> None:
    """A weekend without a poll would be beyond max_interval, which is the operator's word."""
    decision = _decide(now=NOW.replace(hour=23, minute=30) - timedelta(days=1), hints=Hints((), (), (5, 6)))
    assert decision.at == NOW.replace(hour=23, minute=30)
    assert "UTC by its skipHours or skipDays" in decision.reason


def test_F4_a_poll_that_comes_late_waits_for_the_end_of_skipped_hours() -> None:
    state = _state(hints=hints.read(hours=("15", "16")))
    at = NOW.replace(hour=17)
    assert schedule.rest(source(), state, NOW.replace(hour=15, minute=30)) == Decision(
        at, "in 1 h 30 min: it was due in its skipHours or skipDays"
    )
    assert schedule.rest(source(), state, at) is None
    assert schedule.rest(source(), state, at + timedelta(days=1, hours=-2)) is None, "beyond max_interval"


# --- cron ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("crontab", "now", "at", "reason"),
    [
        ("0 7 * * *", "07:00:05", "+1 07:00", "cron 0 7 * * *"),
        ("0 * * * *", "07:00:05", "08:00", "cron 0 * * * *"),
        ("*/10 * * * *", "07:00:05", "08:00", "cron */10 * * * *"),
    ],
)
def test_cron_names_the_time(crontab: str, now: str, at: str, reason: str) -> None:
    polled = datetime.combine(NOW.date(), datetime.strptime(now, "%H:%M:%S").time(), UTC)
    decision = schedule.next_poll(source(cron=crontab), _state(polled), next_time(crontab, "UTC"))
    hour = datetime.strptime(at.split()[-1], "%H:%M").time()
    assert decision.at == datetime.combine(NOW.date(), hour, UTC) + timedelta(days=at.startswith("+1"))
    assert decision.reason.endswith(reason)


def test_cron_waits_for_hints_and_for_retry_after() -> None:
    one, times = source(cron="0 * * * *"), next_time("0 * * * *", "UTC")
    hinted = schedule.next_poll(one, _state(hints=hints.read("200")), times)
    assert (hinted.at, hinted.reason) == (NOW + 4 * _HOUR, "in 4 h: cron 0 * * * *, not before ttl 200")
    quiet = schedule.next_poll(one, _state(failures=1, retry_after=NOW + 90 * _HOUR / 60), times)
    assert quiet.at == NOW + 2 * _HOUR


# --- first polls -----------------------------------------------------------------------------------


def test_F3_new_sources_are_spread_hosts_first() -> None:
    sources = [source(id=f"{host}{feed}", url=f"https://{host}.example/{feed}") for host in "abc" for feed in range(4)]
    first = schedule.first_polls(sources, NOW)
    waits = {id_: (decision.at - NOW).total_seconds() for id_, decision in first.items()}
    assert [waits[f"{host}0"] for host in "abc"] == [0, 10, 20]
    assert [waits[f"a{feed}"] for feed in range(4)] == [0, 900, 1800, 2700]


@given(st.integers(1, 2000), st.integers(1, 20))
def test_F3_first_polls_stay_within_the_interval_and_never_come_in_a_burst(hosts: int, feeds: int) -> None:
    sources = [source(id=f"{n}", url=f"https://{n % hosts}.example/{n}") for n in range(min(hosts * feeds, 2000))]
    waits = sorted(decision.at - NOW for decision in schedule.first_polls(sources, NOW).values())
    assert timedelta() <= waits[0] <= waits[-1] < _HOUR
    busiest = max(sum(start <= wait < start + _HOUR / 60 for wait in waits) for start in waits[:: len(waits) // 50 + 1])
    assert busiest <= max(7 * feeds, 3 * len(waits) / 60 + 1)


def test_F3_files_are_due_at_once() -> None:
    first = schedule.first_polls([source(id=f"{n}", url=f"file:{n}.xml") for n in range(9)], NOW)
    assert {decision.at for decision in first.values()} == {NOW}
