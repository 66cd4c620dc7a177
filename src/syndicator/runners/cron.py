"""The times that a source's `cron` names, by APScheduler."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from syndicator.core.schedule import NextTime

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_time(crontab: str, timezone: str) -> NextTime:
    """The first time at or after another that `crontab` names: minute, hour, day, month, day of the week (0 is Sunday).

    Raises ValueError where it is none, or names no time at all (30 February).
    """
    fields = crontab.split()
    if len(fields) != 5:
        raise ValueError(f"it has {len(fields)} fields in place of 5")
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        # cron would take either; APScheduler takes what is both. Nobody should have to know.
        raise ValueError("it names days of the month and of the week; name one of them, and * for the other")
    trigger = CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=_named(weekday), timezone=ZoneInfo(timezone)
    )

    def following(moment: datetime) -> datetime:
        time: datetime | None = trigger.get_next_fire_time(None, moment)
        if time is None:
            raise ValueError("it names a time that never comes")
        return time.astimezone(UTC)

    following(datetime(2026, 1, 1, tzinfo=UTC))
    return following


def _named(weekdays: str) -> str:
    """The days by name: crontab counts from Sunday, APScheduler from Monday."""
    return ",".join(_part(part) for part in weekdays.split(","))


def _part(part: str) -> str:
    numbers = re.fullmatch(r"(?:(\d)(?:-(\d))?|\*)(?:/(\d))?", part)
    if part == "*" or not numbers:
        return part  # names; what is neither, APScheduler refuses
    first, last, step = numbers.groups()
    days = range(int(first or 0), int(last or first or 6) + 1, int(step or 1) or 1)
    if not days or days[-1] >= len(_DAYS):
        raise ValueError(f"{part!r} is no day of the week; 0 is Sunday, 6 Saturday")
    return ",".join(dict.fromkeys(_DAYS[day] for day in days))
