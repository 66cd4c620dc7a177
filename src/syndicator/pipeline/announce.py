"""Announce: tell the hubs which feeds have changed since they were told last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from syndicator.core.fetching import FetchFailed, HostQuiet
from syndicator.core.model import Site

from .ports import Announce, Clock, Store

SETTLES = timedelta(seconds=2)
"""A hub fetches what it is told of at once; after so long every web process serves the new document."""
_FIRST_REST = timedelta(minutes=1)
_LONGEST_REST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Announced:
    """What one hub was told: of how many topics, and what it did not take, by topic, each with the reason.

    Where there is an `error`, it took nothing more. What it did not take it is told `again` then.
    """

    hub: str
    told: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    error: str = ""
    again: datetime | None = None


class Announcer:
    """Tells one hub of the changed feeds. One caller at a time.

    The database remembers the version of each feed that the hub was told of: neither a crash nor an outage of the hub
    loses an announcement, and of several changes meanwhile it hears once.
    """

    def __init__(self, store: Store, clock: Clock, site: Site, announce: Announce, hub: str) -> None:
        self._store = store
        self._clock = clock
        self._site = site
        self._announce = announce
        self._hub = hub
        self._rests: dict[str, _Rest] = {}  # by topic; "" is the hub itself

    def announce(self, stopping: Callable[[], bool] = lambda: False) -> Announced | None:
        """Tell the hub what it does not know yet, unless it rests after a failure; None where there is nothing to do.

        Between two topics there is a look whether all is `stopping`.
        """
        if self._rests_now(""):
            return None
        changed = self._store.unannounced(self._hub, self._clock() - SETTLES)
        topics = {self._site.document(path): (path, etag) for path, etag in changed.items()}
        told: list[str] = []
        failures: dict[str, FetchFailed | HostQuiet] = {}
        for topic in topics:
            if stopping() or "" in failures:
                break
            if self._rests_now(topic):
                continue
            answer = self._announce(self._hub, topic)
            if answer is None:
                told.append(topic)
            else:
                failures[topic if _is_of_topic(answer) else ""] = answer
        return self._done(told, failures, topics) if told or failures else None

    def _done(
        self, told: list[str], failures: dict[str, FetchFailed | HostQuiet], topics: dict[str, tuple[str, str]]
    ) -> Announced:
        self._store.save_announced(self._hub, dict(topics[topic] for topic in told))
        for topic in ("", *told) if told else ():
            self._rests.pop(topic, None)
        again = [self._rest(topic, answer) for topic, answer in failures.items()]
        words = {topic: _words(answer) for topic, answer in failures.items()}
        error = words.pop("", "")
        return Announced(self._hub, len(told), tuple(words.items()), error, min(again, default=None))

    def _rests_now(self, topic: str) -> bool:
        now, rest = self._clock(), self._rests.get(topic)
        # A clock that was set back prolongs nothing.
        return rest is not None and now < rest.until <= now + max(rest.length, _LONGEST_REST)

    def _rest(self, topic: str, answer: FetchFailed | HostQuiet) -> datetime:
        """Twice as long as the last time, or for as long as the hub wants."""
        before = self._rests.get(topic)
        length = min(before.length * 2, _LONGEST_REST) if before else _FIRST_REST
        wanted = answer.until if isinstance(answer, HostQuiet) else answer.retry_after
        now = self._clock()
        length = max(length, wanted - now) if wanted else length
        self._rests[topic] = _Rest(now + length, length)
        return now + length


@dataclass(frozen=True, slots=True)
class _Rest:
    until: datetime
    length: timedelta


def _is_of_topic(answer: FetchFailed | HostQuiet) -> bool:
    """Whether a hub refuses a single topic; it may take others."""
    if isinstance(answer, HostQuiet) or answer.retry_after or answer.status is None:
        return False
    return 400 <= answer.status < 500 and answer.status != 429


def _words(answer: FetchFailed | HostQuiet) -> str:
    return f"{answer.host} asked for quiet" if isinstance(answer, HostQuiet) else answer.error
