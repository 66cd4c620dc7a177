"""What publishers ask of those who poll their feeds: how long to stay away, and when not to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LONGEST_TTL = 14_400
"""In minutes, ten days: what asks for more is a slip."""
_PUNCTUAL = timedelta(minutes=2)
"""Polls come a little later than they were meant to: that may not bring them into an hour to skip."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A wait that somebody wishes for; `words` say who, as they put it."""

    wait: timedelta
    words: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed asks for: the longest of its `waits`, and no polls in `skip_hours` (0 to 23, UTC) and on `skip_days`.

    Monday is day 0. What would skip every hour or every day is no wish that can be granted, and left out.
    """

    waits: tuple[Hint, ...] = ()
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()

    def skips(self, at: datetime) -> bool:
        """Whether a poll meant for `at` would come when none is wanted."""
        if not self.skip_hours and not self.skip_days:
            return False
        return any(
            time.hour in self.skip_hours or time.weekday() in self.skip_days
            for time in (at.astimezone(UTC), (at + _PUNCTUAL).astimezone(UTC))
        )


NO_HINTS = Hints()


def read(
    ttl: str = "", hours: Iterable[str] = (), days: Iterable[str] = (), period: str = "", frequency: str = ""
) -> Hints:
    """The hints of a feed from their text: RSS 2.0 `ttl`, `skipHours` and `skipDays`, and RSS 1.0's `sy:` module.

    Garbage is left out: a wrong hint must not stop the polling.
    """
    waits = filter(None, (_ttl(ttl), _update_period(period, frequency)))
    return Hints(tuple(waits), _skipped([_hour(hour) for hour in hours], 24), _skipped([_day(day) for day in days], 7))


def _ttl(text: str) -> Hint | None:
    minutes = _number(text)
    return Hint(timedelta(minutes=minutes), f"ttl {minutes}") if 0 < minutes <= _LONGEST_TTL else None


def _update_period(period: str, frequency: str) -> Hint | None:
    """`sy:updatePeriod`, in which a feed is updated `sy:updateFrequency` times (web.resource.org, mod_syndication)."""
    length, times = _PERIODS.get(period.strip().lower()), _number(frequency or "1")
    if length is None or times < 1:
        return None
    return Hint(length / times, f"updatePeriod {period.strip().lower()}" + (f" / {times}" if times > 1 else ""))


def _hour(text: str) -> int:
    hour = _number(text)
    return 0 if hour == 24 else hour  # RSS 0.91 counted them from 1 to 24


def _day(text: str) -> int:
    name = text.strip().lower()
    return _DAYS.index(name) if name in _DAYS else -1


def _skipped(values: Sequence[int], count: int) -> tuple[int, ...]:
    known = sorted({value for value in values if 0 <= value < count})
    return tuple(known) if len(known) < count else ()


def _number(text: str) -> int:
    """The number that `text` is; -1 where it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
