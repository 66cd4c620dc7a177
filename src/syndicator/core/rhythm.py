"""How often a source publishes, and at which hours: what the time of its next poll is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log

_HOUR = timedelta(hours=1)
_MEMORY = timedelta(days=14)
"""Older entries count for less, by 1/e in this time: two weeks show what weekends are, and forget a holiday."""
_BY_HOUR = 2 / 3
"""How much of an expectation follows the hours. The rest is even, so that a wrong guess costs a third of the pace."""
_CERTAIN = 10
"""From about so many entries on their hours tell something."""
_GAPS, _WEEKEND = 3, timedelta(days=3)
_KNOWN = 2.0
"""Entries that have to be remembered before silence tells something."""
_PER_POLL = 0.5
"""Entries to expect of a poll: two polls an entry halve the delay, and cost what a fixed interval costs."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a source published, newer entries counting for more: in all, by hour (UTC) and by day (Monday is 0).

    The counts are as of `at`; `since` is when the record of them begins.
    """

    since: datetime
    at: datetime
    entries: float = 0.0
    hours: tuple[float, ...] = (0.0,) * 24
    days: tuple[float, ...] = (0.0,) * 7

    def with_entries(self, times: Sequence[datetime], now: datetime) -> Rhythm:
        """The rhythm with entries published at `times`, none after `now`."""
        kept = _faded(now - self.at)
        hours, days = [count * kept for count in self.hours], [count * kept for count in self.days]
        total = self.entries * kept
        for time in times:
            utc, weight = time.astimezone(UTC), _faded(now - time)
            hours[utc.hour] += weight
            days[utc.weekday()] += weight
            total += weight
        # Rounded, as it is stored: the same decision before and after a restart.
        rounded = [tuple(round(count, 4) for count in counts) for counts in (hours, days)]
        return Rhythm(min((self.since, *times)), now, round(total, 4), *rounded)

    def a_day(self, now: datetime, interval: timedelta) -> float:
        """How many entries a day may be expected at `now`.

        Of a source that nothing is known of, as many as make `interval` right; from there on what is seen counts, and
        silence counts as well.
        """
        watched = _MEMORY * (1 - _faded(now - self.since))
        return (self.entries * _faded(now - self.at) + _PER_POLL) / ((watched + interval) / timedelta(days=1))

    def expected_by(self, now: datetime) -> datetime | None:
        """When a source that has just published would have been silent for too long: for thrice its mean gap, and
        three days at least, which is what a weekend takes.

        None while too little of the last two weeks is known: a source that publishes less than every ten days is never
        silent.
        """
        remembered = self.entries * _faded(now - self.at)
        if remembered < _KNOWN:
            return None
        # Entries at even gaps, the last one now, are remembered as a geometric series: this is its gap.
        gap = _MEMORY * -log(1 - 1 / remembered)
        return now + max(_GAPS * gap, _WEEKEND)

    def wait(self, now: datetime, interval: timedelta, longest: timedelta) -> timedelta:
        """How long from `now` until half an entry is to be expected; `longest` at most."""
        an_hour = self.a_day(now, interval) / 24
        start = now.astimezone(UTC)
        hour, most = start.hour, longest / _HOUR
        missing, gone = _PER_POLL, 0.0  # entries; hours
        left = 1 - (start.minute * 60 + start.second) / 3600  # of this hour
        while gone < most:
            pace = an_hour * self._busy(hour % 24, (start.weekday() + hour // 24) % 7)
            if pace * left >= missing:
                return min(_HOUR * (gone + missing / pace), longest)
            missing -= pace * left
            gone, hour, left = gone + left, hour + 1, 1.0
        return longest

    def _busy(self, hour: int, day: int) -> float:
        """How much more than on average is published in an hour (UTC) of a day; 1 is as much."""
        if not self.entries:
            return 1.0
        around = self.hours[hour - 1] + 2 * self.hours[hour] + self.hours[(hour + 1) % 24]
        trust = _BY_HOUR * self.entries / (self.entries + _CERTAIN)
        return 1 - trust + trust * (around * 6 / self.entries) * (self.days[day] * 7 / self.entries)


def _faded(age: timedelta) -> float:
    """What is left of the weight of an entry of this age; an age below 0 (a clock that was set back) is none."""
    return exp(-max(age, timedelta()) / _MEMORY)
