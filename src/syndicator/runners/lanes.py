"""Threads that poll: each host in lanes of its own, those in trouble apart from the others."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable

from syndicator.core.model import SourceState
from syndicator.core.urls import host

FETCH_THREADS = 16
FOR_TROUBLED = 4
"""Of the threads, for sources whose last poll failed: publishers that hang hold up their like, and nobody else."""

_Lane = tuple[str, list[SourceState]]
"""A host and sources of it, to be polled one after the other."""


class Lanes:
    """Calls `poll` for each source that is put in, of each host for at most `per_host()` at once.

    A source is under way from then until it is `settle`d, and not begun again meanwhile. It is known by its origin,
    which stays when it is renamed.
    """

    def __init__(self, poll: Callable[[SourceState], None], per_host: Callable[[], int]) -> None:
        self._poll = poll
        self._per_host = per_host
        self._waiting: queue.SimpleQueue[_Lane | None] = queue.SimpleQueue()
        self._troubled: queue.SimpleQueue[_Lane | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._in_flight: set[str] = set()  # origins of sources that are under way
        self._settled: set[str] = set()  # those that were until the last look: what was seen of them then is old
        self._lanes: dict[str, int] = defaultdict(int)  # hosts, with how many threads poll each now
        self._stopping = False

    def start(self) -> None:
        for number in range(FETCH_THREADS):
            lanes = self._troubled if number < FOR_TROUBLED else self._waiting
            # Daemons: a hanging publisher cannot hold up the end of the process.
            threading.Thread(target=self._poll_lanes, args=[lanes], name=f"fetch {number}", daemon=True).start()

    def stop(self) -> None:
        """Begin no further source; what is left stays due."""
        self._stopping = True
        for _ in range(FETCH_THREADS):
            self._troubled.put(None)
            self._waiting.put(None)

    @property
    def waiting(self) -> int:
        """How many hosts, or parts of one, wait for a thread."""
        return self._waiting.qsize() + self._troubled.qsize()

    @property
    def under_way(self) -> int:
        """How many sources are."""
        return len(self._in_flight)

    def is_under_way(self, origin: str) -> bool:
        with self._guard:
            return origin in self._in_flight

    def look(self) -> tuple[int, list[str]]:
        """Before states are read anew: how many sources are under way, and the hosts that have no turn left."""
        with self._guard:
            self._settled.clear()
            per_host = self._per_host()
            return self.under_way, [name for name, lanes in self._lanes.items() if name and lanes >= per_host]

    def put(self, states: Iterable[SourceState]) -> int:
        """Begin with `states`, but those under way; gives how many were begun."""
        by_host: dict[str, list[SourceState]] = defaultdict(list)
        for state in states:
            by_host[host(state.polled_url)].append(state)
        return sum(self._put(host, of_host) for host, of_host in by_host.items())

    def settle(self, origins: Iterable[str]) -> None:
        """These sources are under way no more."""
        with self._guard:
            ended = set(origins)
            self._in_flight -= ended
            self._settled |= ended

    def _put(self, host: str, states: list[SourceState]) -> int:
        with self._guard:
            begun_or_old = (self._in_flight, self._settled)
            wanted = [state for state in states if not any(state.origin in known for known in begun_or_old)]
            wanted.sort(key=lambda state: state.failures > 0)
            free = FETCH_THREADS if not host else self._per_host() - self._lanes.get(host, 0)
            lanes = [lane for n in range(free) if (lane := wanted[n::free])]
            begun = [state for lane in lanes for state in lane]
            self._in_flight.update(state.origin for state in begun)
            if lanes:
                self._lanes[host] += len(lanes)
        for lane in lanes:
            (self._troubled if lane[0].failures else self._waiting).put((host, lane))
        return len(begun)

    def _poll_lanes(self, lanes: queue.SimpleQueue[_Lane | None]) -> None:
        """What a thread does: one lane after the other, until there is to be no more."""
        while lane := lanes.get():
            self._poll_lane(*lane)

    def _poll_lane(self, host: str, lane: list[SourceState]) -> None:
        """Poll sources of one host one after the other."""
        try:
            for state in lane:
                if self._stopping:
                    return
                self._poll(state)
        finally:
            with self._guard:
                self._lanes[host] -= 1
                if not self._lanes[host]:
                    del self._lanes[host]
