"""Sources as an operator wants them listed: each with what is remembered of it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .flood import HeldSource
from .model import Source, SourceState
from .standing import Standing, standing

_UNITS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A configured source; `state` is None where no engine has started with it yet."""

    source: Source
    state: SourceState | None
    standing: Standing = Standing.NEW
    articles: int = 0
    held: HeldSource | None = None

    @property
    def failing(self) -> bool:
        """Whether its last poll brought nothing because something is wrong."""
        return self.standing in (Standing.FAILING, Standing.GONE)

    @property
    def why(self) -> str:
        """What is wrong with it, "" where nothing is."""
        if self.state is None or not self.state.error:
            return ""
        times = f" ({self.state.failures} times in a row)" if self.state.failures > 1 else ""
        return f"{self.state.error}{times}"

    @property
    def next_poll(self) -> datetime | None:
        """When it is polled next; None where it never is, or no engine knows it yet."""
        return None if self.state is None or self.state.gone else self.state.next_poll_at

    @property
    def next_why(self) -> str:
        return "with the next start" if self.state is None else self.state.next_poll_reason

    def a_day(self, now: datetime) -> float | None:
        """How many entries a day it is expected to publish; None before its first good poll."""
        rhythm = self.state.rhythm if self.state else None
        return rhythm.a_day(now, self.source.interval) if rhythm else None


def listing(
    sources: Iterable[Source], states: Mapping[str, SourceState], counts: Mapping[str, int],
    held: Iterable[HeldSource], now: datetime, failing: bool = False,
) -> tuple[ListedSource, ...]:  # fmt: skip
    """The `sources` with what is remembered of each, in their order; only those that are `failing`, if wanted so."""
    by_id = {one.source_id: one for one in held}
    rows = (_listed(one, states.get(one.id), counts.get(one.id, 0), by_id.get(one.id), now) for one in sources)
    return tuple(row for row in rows if row.failing or not failing)


def _listed(
    source: Source, state: SourceState | None, articles: int, held: HeldSource | None, now: datetime
) -> ListedSource:
    return ListedSource(source, state, standing(state, held is not None, now), articles, held)


def ago(time: datetime | None, now: datetime) -> str:
    """How long before `now` a `time` was, in its largest unit: `3 h ago`; `never` for none."""
    return "never" if time is None else "now" if now - time < _UNITS[-1][0] else f"{_span(now - time)} ago"


def until(time: datetime | None, now: datetime) -> str:
    """How long after `now` a `time` is, in its largest unit: `in 25 min`; `due` once it has come, `never` for none."""
    return "never" if time is None else "due" if time <= now else f"in {_span(time - now)}"


def _span(span: timedelta) -> str:
    for unit, name in _UNITS:
        if span >= unit:
            return f"{span // unit} {name}"
    return f"{span.seconds} s"
