"""When a source is polled next, and why: pure functions of what is known of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from .hints import Hint, Hints
from .model import Source, SourceState
from .plural import counted
from .urls import host

NextTime = Callable[[datetime], datetime]
"""The first time at or after another that a source's `cron` names."""

_MAX_DOUBLINGS = 16
_JITTER = 0.05
"""Polls of sources that answered together drift apart by up to this share; it only lengthens."""
_APART = timedelta(seconds=10)
"""Between the first polls of new sources on different hosts; less where they would not fit into the interval."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a pure rule decided, and why, in words for the operator."""

    at: datetime
    reason: str


def next_poll(source: Source, state: SourceState, next_time: NextTime | None = None) -> Decision:
    """When to poll after the poll that `state` tells of; `next_time` belongs to a source with `cron`.

    Within [min_interval, max_interval], but for two words that outweigh both: the operator's `cron`, and a publisher's
    Retry-After. Hints, failures and jitter only lengthen.
    """
    if state.last_poll_at is None:
        return Decision(state.next_poll_at, state.next_poll_reason)
    if state.gone:
        return Decision(state.last_poll_at, "never: the publisher says the feed is gone (410); its articles stay")
    if next_time is None:
        decision = _in_a_while(source, state, state.last_poll_at)
    else:
        decision = _at_a_time(source, state, state.last_poll_at, next_time)
    return _after_quiet(decision, state, state.last_poll_at, next_time)


def rest(source: Source, state: SourceState, now: datetime) -> Decision | None:
    """A later time for a poll that is due, but came (the program was down) to be in an hour that the feed skips."""
    hints = state.hints
    if source.cron or state.last_poll_at is None or not hints.skips(now):
        return None
    at = _after_skips(now, max(now, state.last_poll_at + source.max_interval), hints)
    return Decision(at, f"in {in_words(at - now)}: it was due in its skipHours or skipDays") if at > now else None


def postponed(state: SourceState, host: str, until: datetime, now: datetime) -> Decision:
    """The next poll of a source whose host asked everybody for quiet; then the sources of the host come one by one."""
    at = until + _JITTER * _HOUR * _fraction(state.source_id, until)
    return Decision(at, f"in {in_words(at - now)}: {host} asked for quiet (Retry-After)")


def in_words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    units = (("d", seconds // 86400), ("h", seconds // 3600 % 24), ("min", seconds // 60 % 60), ("s", seconds % 60))
    given = [f"{number} {unit}" for unit, number in units if number]
    return " ".join(given[:2]) or "0 s"


def first_polls(sources: Iterable[Source], now: datetime) -> dict[str, Decision]:
    """The first poll of new sources, by id: hosts one after the other, the feeds of one host over their interval.

    Files cost nobody anything, and are due at once.
    """
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[host(source.url)].append(source)
    first = {source.id: Decision(now, "never polled") for source in by_host.pop("", ())}
    for place, feeds in enumerate(by_host.values()):
        for turn, source in enumerate(feeds):
            apart = min(_APART, source.interval / len(by_host))
            wait = (apart * place + source.interval / len(feeds) * turn) % source.interval
            first[source.id] = Decision(now + wait, f"in {in_words(wait)}: never polled; new sources begin one by one")
    return first


# --- how long to wait ------------------------------------------------------------------------------


def _in_a_while(source: Source, state: SourceState, now: datetime) -> Decision:
    wish = max((_pace(source, state, now), *_asked(state)), key=lambda hint: hint.wait)
    reason = wish.words
    wait = min(max(wish.wait, source.min_interval), source.max_interval)
    if wait != wish.wait:
        reason += f", held to at {'least' if wait > wish.wait else 'most'} {in_words(wait)}"
    drift = min(wait * _JITTER * _fraction(state.origin, now), source.max_interval - wait)
    wished = now + wait + drift
    at = _after_skips(wished, now + source.max_interval, state.hints)
    if at != wished:
        reason += f", moved from {wished:%a %H:%M} UTC by its skipHours or skipDays"
    elif int(drift.total_seconds()):
        reason += f", and {in_words(drift)} of jitter"
    return Decision(at, f"in {in_words(at - now)}: {reason}")


def _pace(source: Source, state: SourceState, now: datetime) -> Hint:
    """How long we should wait by ourselves."""
    if state.failures:
        doublings = 2 ** min(state.failures - 1, _MAX_DOUBLINGS)
        wait = timedelta(seconds=min(source.interval.total_seconds() * doublings, source.max_interval.total_seconds()))
        return Hint(wait, f"{counted(state.failures, 'failure')} in a row")
    if not source.adaptive or state.rhythm is None:
        return Hint(source.interval, f"interval {in_words(source.interval)}")
    wait = state.rhythm.wait(now, source.interval, source.max_interval)
    if not state.rhythm.entries:
        return Hint(wait, f"nothing new since {state.rhythm.since:%d %b %Y}")
    a_day = state.rhythm.a_day(now, source.interval)
    number, period = (f"{a_day:.0f}", "day") if a_day >= 1.5 else (f"{a_day * 7:.2g}", "week")
    return Hint(wait, f"publishes about {counted(number, 'entry')} a {period}")


def _asked(state: SourceState) -> Iterator[Hint]:
    """How long the publisher wants us to wait."""
    if state.fresh:
        yield state.fresh
    yield from state.hints.waits


# --- what outweighs it -----------------------------------------------------------------------------


def _at_a_time(source: Source, state: SourceState, now: datetime, next_time: NextTime) -> Decision:
    """The next time that `cron` names. A poll is seldom on the dot, so one a little early by `min_interval` is not."""
    least = Hint(source.min_interval * (1 - _JITTER), "")
    backoff = (_pace(source, state, now),) if state.failures else ()
    wish = max((least, *backoff, *_asked(state)), key=lambda hint: hint.wait)
    at = next_time(now + min(wish.wait, max(source.max_interval, least.wait)))
    reason = f"cron {source.cron}"
    if wish.words and next_time(now + least.wait) < at:
        reason += f", not before {wish.words}"
    return Decision(at, f"in {in_words(at - now)}: {reason}")


def _after_quiet(decision: Decision, state: SourceState, now: datetime, next_time: NextTime | None) -> Decision:
    """The publisher's own word is not held to max_interval: asking earlier is what gets a reader blocked."""
    quiet = state.retry_after
    if quiet is None or quiet <= decision.at:
        return decision
    at = next_time(quiet) if next_time else quiet
    return Decision(at, f"in {in_words(at - now)}: Retry-After {in_words(quiet - now)}")


def _after_skips(wished: datetime, latest: datetime, hints: Hints) -> datetime:
    """`wished`, or the end of what the feed skips then, but no later than `latest`; `wished` where that never ends."""
    if not hints.skips(wished):
        return wished
    this_hour = wished.replace(minute=0, second=0, microsecond=0)
    starts = (this_hour + _HOUR * n for n in range(1, 169))  # a week has no later ones
    end = next((start for start in starts if not hints.skips(start)), wished)
    return min(end, latest)


def _fraction(source_id: str, now: datetime) -> float:
    """A number in [0, 1) that looks random and is the same for the same poll."""
    raw = blake2b(f"{source_id} {now.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(raw) / 2**32
