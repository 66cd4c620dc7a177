"""A month of polls as small pictures: bars a day, drawn by the template as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from syndicator.core.history import DAYS, PollDay
from syndicator.core.plural import counted

HEIGHT = 60
_STEP, _BAR = 10, 7
WIDTH = DAYS * _STEP


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's bar: where it stands, and what is said of it to whoever points at it."""

    x: int
    y: float
    height: float
    says: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars of the last days, `most` being the highest; `says` tells the whole to whoever does not see it."""

    bars: tuple[Bar, ...]
    most: int
    says: str
    width: int = WIDTH
    height: int = HEIGHT
    bar: int = _BAR


@dataclass(frozen=True, slots=True)
class _Value:
    number: int
    says: str
    bad: bool = False


def articles_plot(days: Sequence[PollDay], now: datetime) -> Plot:
    """How many articles came a day."""
    values = {day.date: _Value(day.articles, counted(day.articles, "article")) for day in days}
    total = sum(day.articles for day in days)
    busiest = max(days, key=lambda day: day.articles, default=None)
    most = f", at most {busiest.articles} on {busiest.date:%d %b}" if busiest and busiest.articles else ""
    return _plot(values, now, f"{counted(total, 'article')} in {DAYS} days{most}")


def answers_plot(days: Sequence[PollDay], now: datetime) -> Plot:
    """How many milliseconds an answer took, on average a day."""
    values = {day.date: _Value(day.mean, _answers(day), day.failures > 0) for day in days}
    polls, failed = sum(day.polls for day in days), sum(day.failures for day in days)
    mean = sum(day.milliseconds for day in days) // polls if polls else 0
    return _plot(values, now, f"{mean} ms on average; {counted(polls, 'poll')} in {DAYS} days, {failed} failed")


def _answers(day: PollDay) -> str:
    polls = f"{counted(day.polls, 'poll')}, {day.failures} failed"
    return f"{day.mean} ms on average, {day.slowest} ms at most; {polls}"


def _plot(values: dict[date, _Value], now: datetime, says: str) -> Plot:
    most = max((value.number for value in values.values()), default=0)
    today = now.toordinal()
    bars = []
    for place in range(DAYS):
        day = date.fromordinal(today - DAYS + 1 + place)
        if value := values.get(day):
            height = max(round(value.number * HEIGHT / most, 1), 1.0) if most else 1.0
            bars.append(Bar(place * _STEP, HEIGHT - height, height, f"{day:%d %b}: {value.says}", value.bad))
    return Plot(tuple(bars), most, says)
