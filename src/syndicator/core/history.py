"""What is remembered of the polls of a source: by day for a month, and the last failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAYS = 30
"""So many days are kept, the present one among them."""
FAILURES = 20
"""So many failures are kept of each source, the last ones."""


@dataclass(frozen=True, slots=True)
class PollDay:
    """What the polls of a day came to. `day` is the day's number (UTC, 1 is 0001-01-01).

    `milliseconds` is how long their answers took in all, `slowest` the longest.
    """

    day: int
    polls: int = 0
    unchanged: int = 0
    failures: int = 0
    articles: int = 0
    milliseconds: int = 0
    slowest: int = 0

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)

    @property
    def mean(self) -> int:
        """How many milliseconds an answer took on average."""
        return self.milliseconds // self.polls if self.polls else 0

    def with_poll(self, unchanged: bool, failed: bool, articles: int, took: timedelta) -> PollDay:
        """The day with one poll more."""
        milliseconds = round(took.total_seconds() * 1000)
        return PollDay(
            self.day, self.polls + 1, self.unchanged + unchanged, self.failures + failed, self.articles + articles,
            self.milliseconds + milliseconds, max(self.slowest, milliseconds),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that failed: when, and why."""

    at: datetime
    error: str
