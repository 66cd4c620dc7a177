"""The adaptive interval against rhythms as they are: offices, weekends, bursts, outages.

Each rhythm is a seeded stream of entries over four months. The *ideal* interval is what somebody would choose who knew how
many entries there will be: half the mean distance of entries, within the limits. Polled so, no entry waits longer.
Knowing only what it has seen, the adaptive interval must find 95 % of the entries within twice that delay, with no more
requests.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from builders import source
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import schedule
from syndicator.core.model import SourceState
from syndicator.core.rhythm import Rhythm

_START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
_WATCHED = timedelta(days=106)
_BEFORE = timedelta(days=14)
"""What the first poll sees of the past."""
_LEARNING = timedelta(days=2)
"""Not counted: of a source with one entry in its feed nobody knows anything yet."""
_HOUR = timedelta(hours=1)

Rate = Callable[[float, int], float]
"""Entries a day at an hour of the day and on a day of the week (Monday is 0)."""


def _entries(rate: Rate, peak: float, seed: int, bunch: int = 1, hours: float = 0.0) -> list[datetime]:
    """Entries by chance at `rate`; each brings a bunch, within so many hours."""
    chance = random.Random(seed)
    time, end, found = _START - _BEFORE, _START + _WATCHED, list[datetime]()
    while (time := time + timedelta(days=chance.expovariate(peak))) < end:
        hour = time.hour + time.minute / 60
        if chance.random() < rate(hour, time.weekday()) / peak:
            found += [time + _HOUR * chance.random() * hours for _ in range(bunch)]
    return sorted(one for one in found if one < end)


def _office(hour: float, day: int) -> bool:
    return 8 <= hour < 18 and day < 5


def _without(times: list[datetime], *gaps: tuple[int, int]) -> list[datetime]:
    """Outages: from one day to another nothing is published."""
    return [one for one in times if not any(first <= (one - _START).days < last for first, last in gaps)]


def _on_time(hour: float, days: range, seed: int) -> list[datetime]:
    """An entry at about `hour` every day of the week in `days`."""
    chance = random.Random(seed)
    time = [_START - _BEFORE + timedelta(days=n, hours=hour + chance.gauss(0, 0.3)) for n in range(120)]
    return sorted(one for one in time if one.weekday() in days)


RHYTHMS: dict[str, Callable[[int], list[datetime]]] = {
    "even, 6 a day": lambda seed: _entries(lambda hour, day: 6, 6, seed),
    "even, 1 a day": lambda seed: _entries(lambda hour, day: 1, 1, seed),
    "even, 1 a week": lambda seed: _entries(lambda hour, day: 1 / 7, 1 / 7, seed),
    "a newsroom in office hours": lambda seed: _entries(lambda h, d: 72 * _office(h, d), 72, seed),
    "a small newsroom": lambda seed: _entries(lambda h, d: 14 * _office(h, d), 14, seed),
    "two shifts, few at night": lambda seed: _entries(lambda h, d: 90 if 6 <= h < 10 or 16 <= h < 22 else 4, 90, seed),
    "a weekend magazine": lambda seed: _entries(lambda h, d: 20 * (d > 4 and 8 < h < 20), 20, seed),
    "a morning briefing": lambda seed: _on_time(6, range(5), seed),
    "a weekly episode": lambda seed: _on_time(9, range(1, 2), seed),
    "bursts of 12 in 4 hours, at any time": lambda seed: _entries(lambda h, d: 2 / 7, 2 / 7, seed, 12, 4.0),
    "bursts of 5 in office hours": lambda seed: _entries(lambda h, d: 1.5 if _office(h, d) else 0.1, 1.5, seed, 5, 3.0),
    "outages of 14 and 3 days": lambda seed: _without(_entries(lambda h, d: 10, 10, seed), (40, 54), (80, 83)),
    "a newsroom on holiday": lambda seed: _without(_entries(lambda h, d: 72 * _office(h, d), 72, seed), (40, 54)),
}


@dataclass(frozen=True)
class Watched:
    """How a source with this rhythm was polled."""

    requests: int
    delays: tuple[timedelta, ...]
    ideal: timedelta

    @property
    def in_time(self) -> float:
        return sum(delay <= 2 * self.ideal for delay in self.delays) / len(self.delays)

    @property
    def fixed_requests(self) -> int:
        return ceil((_WATCHED - _LEARNING) / self.ideal)

    @property
    def mean(self) -> timedelta:
        return sum(self.delays, timedelta()) / len(self.delays)


def _watched(times: list[datetime]) -> Watched:
    """Poll by the adaptive interval for as long as the rhythm goes on."""
    one = source()
    past = bisect_right(times, _START)
    rhythm = Rhythm(_START, _START).with_entries(times[max(0, past - 30) : past], _START)
    now, seen, requests, delays = _START, past, 0, list[timedelta]()
    while now < _START + _WATCHED:
        state = SourceState("src", "src", one.url, now, last_poll_at=now, rhythm=rhythm)
        now = schedule.next_poll(one, state).at
        requests += _START + _LEARNING < now < _START + _WATCHED
        found = times[seen : bisect_right(times, now)]
        if found:
            seen += len(found)
            delays += [now - time for time in found if time > _START + _LEARNING]
            rhythm = rhythm.with_entries(found, now)
    ideal = min(max((_WATCHED - _LEARNING) / len(delays) / 2, one.min_interval), one.max_interval)
    return Watched(requests, tuple(delays), ideal)


def watched(seeds: range = range(5)) -> Iterator[tuple[str, list[Watched]]]:
    """Every rhythm, with as many streams as there are seeds."""
    for name, stream in RHYTHMS.items():
        yield name, [_watched(stream(seed)) for seed in seeds]


@pytest.mark.parametrize("name", RHYTHMS)
def test_F5_entries_are_found_in_time_with_no_more_requests_than_a_fixed_interval_needs(name: str) -> None:
    found = [_watched(RHYTHMS[name](seed)) for seed in range(5)]
    late = sum(delay > 2 * one.ideal for one in found for delay in one.delays)
    assert late <= 0.05 * sum(len(one.delays) for one in found)
    assert sum(one.requests for one in found) <= sum(one.fixed_requests for one in found)


def test_F5_where_the_hours_tell_something_entries_are_found_sooner_than_by_a_fixed_interval() -> None:
    for name in ("a newsroom in office hours", "a small newsroom", "a weekend magazine"):
        found = _watched(RHYTHMS[name](1))
        assert found.mean < 0.8 * _WATCHED / found.requests / 2


# --- what must hold for any rhythm -----------------------------------------------------------------

_TIMES = st.lists(st.timedeltas(timedelta(), timedelta(days=60)).map(lambda age: _START - age), max_size=50)


@given(_TIMES, st.timedeltas(timedelta(), timedelta(days=400)), st.timedeltas(_HOUR, timedelta(days=3)))
def test_F5_a_wait_is_within_its_limits_and_the_same_every_time(
    times: list[datetime], later: timedelta, longest: timedelta
) -> None:
    rhythm = Rhythm(_START, _START).with_entries(times, _START)
    wait = rhythm.wait(_START + later, _HOUR, longest)
    assert timedelta() < wait <= longest
    assert wait == rhythm.wait(_START + later, _HOUR, longest)


@given(_TIMES, st.timedeltas(timedelta(), timedelta(days=400)))
def test_F5_silence_makes_polls_rarer_at_any_hour(times: list[datetime], later: timedelta) -> None:
    rhythm = Rhythm(_START, _START).with_entries(times, _START)
    assert rhythm.a_day(_START + later + _HOUR, _HOUR) <= rhythm.a_day(_START + later, _HOUR) * (1 + 1e-9)


def test_F5_of_a_source_that_nothing_is_known_of_the_interval_is_right() -> None:
    rhythm = Rhythm(_START, _START)
    assert rhythm.wait(_START, _HOUR, timedelta(days=1)) == _HOUR
    assert rhythm.wait(_START + timedelta(days=1), _HOUR, timedelta(days=1)) > 12 * _HOUR


def test_F5_a_clock_that_was_set_back_counts_no_entry_for_more_than_one() -> None:
    ahead = Rhythm(_START, _START).with_entries([_START + timedelta(days=900)], _START)
    assert replace(ahead, at=_START + timedelta(days=900)).a_day(_START, _HOUR) < 50
