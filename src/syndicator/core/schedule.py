"""When a source is polled next, and why: a pure function of what is known and what just happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

from .model import Decision, Source

_MAX_DOUBLINGS = 16
_JITTER = 0.05
"""Polls of sources that answered together drift apart by up to this share; it only lengthens."""


def after_success(source: Source, now: datetime, hints: tuple[tuple[str, timedelta], ...] = ()) -> Decision:
    """The next poll after an answer. `hints` are the publisher's wishes, by name; they only lengthen the wait."""
    wait, reason = source.interval, f"interval {_words(source.interval)}"
    for name, hint in hints:
        if hint > wait:
            wait, reason = hint, f"{name} {_words(hint)}"
    return _decide(source, now, wait, reason)


def after_failure(source: Source, now: datetime, failures: int, retry_after: timedelta | None = None) -> Decision:
    """The next poll after the `failures`-th failure in a row: twice as late each time, never within Retry-After."""
    wait = source.interval * 2 ** min(failures - 1, _MAX_DOUBLINGS)
    decision = _decide(source, now, wait, f"{failures} failure{'s' if failures > 1 else ''} in a row")
    if retry_after and now + retry_after > decision.at:
        # The publisher's own word is not clamped: asking earlier is what gets a reader blocked.
        return Decision(now + retry_after, f"in {_words(retry_after)}: Retry-After {_words(retry_after)}")
    return decision


def _decide(source: Source, now: datetime, wait: timedelta, reason: str) -> Decision:
    clamped = min(max(wait, source.min_interval), source.max_interval)
    if clamped != wait:
        reason += f", held to {'at least' if clamped > wait else 'at most'} {_words(clamped)}"
    clamped += clamped * _JITTER * _fraction(source.id, now)
    return Decision(now + clamped, f"in {_words(clamped)}: {reason}")


def _fraction(source_id: str, now: datetime) -> float:
    """A number in [0, 1) that looks random and is the same for the same poll."""
    raw = blake2b(f"{source_id} {now.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(raw) / 2**32


def _words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    units = (("d", seconds // 86400), ("h", seconds // 3600 % 24), ("min", seconds // 60 % 60), ("s", seconds % 60))
    given = [f"{number} {unit}" for unit, number in units if number]
    return " ".join(given[:2]) or "0 s"
