"""Retain: the content of articles that are older than they are to be kept goes, in many short steps."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from syndicator.core.retention import Expiry, Mark

from .ports import Clock

_BATCH = 25
_BREATH = 0.01
"""Seconds between two steps: polls that wait to be saved are, and other work gets on."""
_UNSETTLED = 0.05
"""Seconds until another try, where changes wait to be placed."""


class Store(Protocol):
    """The part of the store that retention uses."""

    def windows(self, feed_size: int) -> frozenset[str]: ...
    def expire(
        self, before: datetime, at: datetime, windows: Collection[str], after: Mark | None, limit: int
    ) -> Expiry | None: ...


@dataclass(frozen=True, slots=True)
class Retained:
    """What a run of retention did: how many articles expired, and from when on everything is kept.

    Not `whole` where it was stopped: the next one goes on.
    """

    articles: int
    before: datetime
    whole: bool


class Retainer:
    """Drops the content of what is older than `keep`, None for ever, and is in no channel of `feed_size`.

    What expired stays so, however long articles are to be kept later.
    """

    def __init__(self, store: Store, clock: Clock, keep: timedelta | None, feed_size: int, batch: int = _BATCH) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep
        self._feed_size = feed_size
        self._batch = batch

    def run(self, pause: Callable[[float], bool]) -> Retained | None:
        """Expire all that is to; `pause` waits for some seconds and says whether to stop. None where all is kept."""
        if self._keep is None:
            return None
        at = self._clock()
        before, articles, after = at - self._keep, 0, None
        # Read once: what had better stand in a window meanwhile and has expired is missing there for a known cause.
        windows = self._store.windows(self._feed_size)
        while True:
            step = self._store.expire(before, at, windows, after, self._batch)
            if step:
                articles, after = articles + step.articles, step.after
                if after is None:
                    return Retained(articles, before, whole=True)
            if pause(_BREATH if step else _UNSETTLED):
                return Retained(articles, before, whole=False)
