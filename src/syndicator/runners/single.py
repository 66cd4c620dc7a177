"""One machine: a tick finds what is due, threads fetch, worker processes read, one thread writes and publishes."""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler

from syndicator.core.errors import SyndicatorError
from syndicator.core.feed import NotAFeed
from syndicator.core.model import Source, SourceState
from syndicator.core.urls import host
from syndicator.pipeline.announce import Announcer
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.poll import Polled, Poller, Unread
from syndicator.pipeline.ports import Clock, Read
from syndicator.pipeline.ports import Store as PipelineStore
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.reading import Reading
from syndicator.pipeline.refile import Refiled, Refiler

from .log import Log, log_announced, log_held, log_published

TICK_SECONDS = 2
FETCH_THREADS = 16
_FOR_TROUBLED = 4
"""Of the threads, for sources whose last poll failed: publishers that hang hold up their like, and nobody else."""
_DUE_AT_ONCE = 1000
_BATCH = 100
_LOOK_SECONDS = 1.0
"""How often there is a look at what is to be published, while results keep coming and while none do."""
_RETRY_SECONDS = 5.0
_UNREAD = 256
"""How many fetched bodies may wait for a reader, each in memory; then the threads wait too."""


_Lane = tuple[str, list[SourceState]]
"""A host and sources of it, to be polled one after the other."""
_Read = tuple[Unread, "Future[Reading | NotAFeed]"]


class Store(PipelineStore, Protocol):
    """The part of the store that the engine uses, besides what the use cases need."""

    def due(self, now: datetime, limit: int, busy: Sequence[str]) -> tuple[SourceState, ...]: ...
    def hasten(self, source_id: str, at: datetime, why: str) -> SourceState | None: ...


class Engine:
    """Polls what is due, saves, clusters and publishes. One per database."""

    def __init__(
        self, store: Store, poller: Poller, read: Read, clusterer: Clusterer, publisher: Publisher | None,
        sources: dict[str, Source], clock: Clock, log: Log, report: Callable[[Polled], None], per_host: int = 1,
        announcers: Sequence[Announcer] = (), refiler: Refiler | None = None,
        daily: Sequence[tuple[Callable[[], None], datetime]] = (),
    ) -> None:  # fmt: skip
        self._store = store
        self._poller = poller
        self._read = read
        self._clusterer = clusterer
        self._publisher = publisher
        self._sources = sources
        self._clock = clock
        self._log = log
        self._report = report
        self._per_host = per_host
        self._announcers = announcers
        self._refiler = refiler
        self._daily = daily  # jobs, each with when it is done first
        self._waiting: queue.SimpleQueue[_Lane | None] = queue.SimpleQueue()
        self._troubled: queue.SimpleQueue[_Lane | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[Polled | _Read] = queue.SimpleQueue()
        self._unread = threading.Semaphore(_UNREAD)
        self._guard = threading.Lock()
        self._in_flight: set[str] = set()  # sources from the start of their poll to its saving
        self._settled: set[str] = set()  # those saved since the last tick looked: what it saw of them is old
        self._lanes: dict[str, int] = defaultdict(int)  # hosts, with how many threads poll each now
        self._stopping = threading.Event()
        self._texts_loaded = threading.Event()
        self._broken = False
        self._held: dict[str, str] = {}  # by category, what the log has said already: it is found anew every minute
        self._by_command = False
        self._asked: dict[str, str] = {}  # sources that the operator wants polled, with the URL to adopt, "" for none

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then save what has been read and return.

        Raises SyndicatorError where saving broke for good.
        """
        scheduler = BackgroundScheduler(timezone=UTC)
        # A late tick is still wanted, and two missed ones are one: the schedule itself is in the database.
        scheduler.add_job(
            self._tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None,
            next_run_time=self._clock(),
        )  # fmt: skip
        for job, first in self._daily:
            scheduler.add_job(
                job, "interval", days=1, coalesce=True, max_instances=1, misfire_grace_time=None, next_run_time=first
            )
        threading.Thread(target=self._load_texts, name="stories", daemon=True).start()
        writer = threading.Thread(target=self._write, args=[stop], name="writer", daemon=True)
        writer.start()
        self._start_threads()
        for announcer in self._announcers:
            # Each hub its own: one that hangs holds up no other, nor the end of the process.
            threading.Thread(target=self._announce, args=[announcer], name="announcer", daemon=True).start()
        scheduler.start()
        stop.wait()
        scheduler.shutdown(wait=False)
        self._stopping.set()
        self._end_threads()
        writer.join(timeout=3)
        if self._broken:
            raise SyndicatorError("the engine stopped: nothing could be saved any more. The log says why.")

    def poll(self, states: Iterable[SourceState]) -> None:
        """Poll `states` now, because the operator says so, save and cluster them, and return."""
        self._by_command = True
        self._texts_loaded.set()  # they are when the first article is compared
        self._start_threads()
        waiting = self._start(states)
        while waiting:
            batch = self._next_batch(timeout=None)
            self._save(batch)
            waiting -= len(batch)
        self._publish()
        self._stopping.set()
        self._end_threads()

    def poll_soon(self, source_id: str, adopt: str = "") -> bool:
        """Have a source polled as soon as its host is free, since the operator says so: also in hours that it skips,
        and at the URL `adopt` from now on, if one is given. False where a poll of it is under way.
        """
        with self._guard:
            if source_id in self._in_flight:
                return False
            self._asked[source_id] = adopt
        state = self._store.hasten(source_id, self._clock(), "now: the operator asked for it")
        self._start([state] if state else [])  # where its host is busy it is due, and the next tick finds it
        return True

    # --- fetching ---------------------------------------------------------------------------------

    def _start_threads(self) -> None:
        for number in range(FETCH_THREADS):
            lanes = self._troubled if number < _FOR_TROUBLED else self._waiting
            # Daemons: a hanging publisher cannot hold up the end of the process.
            threading.Thread(target=self._poll_lanes, args=[lanes], name=f"fetch {number}", daemon=True).start()

    def _end_threads(self) -> None:
        for _ in range(FETCH_THREADS):
            self._troubled.put(None)
            self._waiting.put(None)

    def _tick(self) -> None:
        with self._guard:
            self._settled.clear()
            busy = [name for name, lanes in self._lanes.items() if name and lanes >= self._per_host]
        self._start(self._store.due(self._clock(), _DUE_AT_ONCE + len(self._in_flight), busy))

    def _start(self, states: Iterable[SourceState]) -> int:
        """Begin polling `states`, each host in its own lanes; gives how many were begun."""
        by_host: dict[str, list[SourceState]] = defaultdict(list)
        for state in states:
            if state.source_id in self._sources:
                by_host[host(state.polled_url)].append(state)
        return sum(self._start_host(host, of_host) for host, of_host in by_host.items())

    def _start_host(self, host: str, states: list[SourceState]) -> int:
        with self._guard:
            begun_or_old = (self._in_flight, self._settled)
            wanted = [state for state in states if not any(state.source_id in known for known in begun_or_old)]
            wanted.sort(key=lambda state: state.failures > 0)
            free = FETCH_THREADS if not host else self._per_host - self._lanes[host]
            lanes = [lane for n in range(free) if (lane := wanted[n::free])]
            begun = [state for lane in lanes for state in lane]
            self._in_flight.update(state.source_id for state in begun)
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
                if self._stopping.is_set():
                    return  # what is left stays due
                self._poll(state)
        finally:
            with self._guard:
                self._lanes[host] -= 1
                if not self._lanes[host]:
                    del self._lanes[host]

    def _poll(self, state: SourceState) -> None:
        """Fetch a source; its result comes now, or when its body was read. The thread goes on with the next."""
        source = self._sources[state.source_id]
        adopt = self._asked.pop(source.id, None)
        if adopt:
            state = state.readdressed(state.url, adopt)
        try:
            fetched = self._poller.fetch(source, state, self._by_command or adopt is not None)
            if isinstance(fetched, Unread):
                self._unread.acquire()
                self._read(fetched.job).add_done_callback(lambda reading: self._was_read(fetched, reading))
            else:
                self._results.put(fetched)
        except Exception as error:
            self._results.put(self._crashed(source, state, error))

    def _was_read(self, unread: Unread, reading: Future[Reading | NotAFeed]) -> None:
        self._unread.release()
        if not reading.cancelled():  # cut short at the end; the source stays due
            self._results.put((unread, reading))

    def _finished(self, result: Polled | _Read) -> Polled:
        if isinstance(result, Polled):
            return result
        unread, reading = result
        try:
            # First, so that what the configuration moves is not taken for its publisher's doing.
            self._log_refiled(self._refiler.finish(unread.source.id) if self._refiler else None)
            return self._poller.finish(unread, reading.result())
        except Exception as error:
            return self._crashed(unread.source, unread.before, error)

    def _crashed(self, source: Source, state: SourceState, error: Exception) -> Polled:
        """A mistake of ours, not the publisher's: it is logged whole, and costs this source one poll."""
        self._log.error("poll crashed", source=source.id, exc_info=error)
        return self._poller.crashed(source, state, error)

    # --- writing ----------------------------------------------------------------------------------

    def _write(self, stop: threading.Event) -> None:
        """Save and publish; should that ever end by itself, the engine ends with it instead of polling for nothing."""
        try:
            self._write_until_stopped()
        finally:
            self._broken = not self._stopping.is_set()
            stop.set()

    def _write_until_stopped(self) -> None:
        self._publish()
        looked_at = time.monotonic()
        while not (self._stopping.is_set() and self._results.empty()):
            batch = self._next_batch(timeout=0.0 if self._refiler and self._refiler.is_behind else 0.2)
            if batch:
                self._save(batch)
            else:
                self._refile()
            if (batch and self._results.empty()) or time.monotonic() - looked_at > _LOOK_SECONDS:
                self._publish()
                looked_at = time.monotonic()

    def _refile(self) -> None:
        """File some of what is stored as the configuration wants it now, while no poll waits to be saved."""
        try:
            self._log_refiled(self._refiler.step() if self._refiler else None)
        except Exception as error:
            self._log.error("filing anew failed; trying again", seconds=_RETRY_SECONDS, exc_info=error)
            self._stopping.wait(_RETRY_SECONDS)

    def _log_refiled(self, refiled: Refiled | None) -> None:
        if refiled and refiled.moved:
            self._log.info("filed anew", source=refiled.source_id, articles=refiled.articles, moved=refiled.moved)

    def _next_batch(self, timeout: float | None) -> list[Polled]:
        """Up to a batch of results; waits for the first one, for ever with no `timeout`."""
        batch: list[Polled] = []
        with suppress(queue.Empty):
            batch.append(self._finished(self._results.get(timeout=timeout)))
            while len(batch) < _BATCH:
                batch.append(self._finished(self._results.get_nowait()))
        return batch

    def _save(self, batch: list[Polled]) -> None:
        """Save a batch; where that fails, each poll alone, so that one bad result costs only itself."""
        try:
            self._poller.save(batch)
            saved = batch
        except Exception as error:
            self._log.error("saving a batch failed; saving each poll alone", polls=len(batch), exc_info=error)
            saved = [self._save_alone(polled) for polled in batch]
        for polled in saved:
            self._report(polled)
        with self._guard:
            ended = {polled.source.id for polled in batch}
            self._in_flight -= ended
            self._settled |= ended

    def _save_alone(self, polled: Polled) -> Polled:
        """Save one poll, or the fact that it could not be saved; wait while the database takes nothing at all.

        Gives what was saved. The state before the poll is kept then: its validators would hide the lost articles.
        """
        try:
            self._poller.save([polled])
            return polled
        except Exception as error:
            crashed = self._poller.crashed(polled.source, polled.before, error)
        while not self._stopping.is_set():
            try:
                self._poller.save([crashed])
                break
            except Exception as error:
                self._log.error("the database takes nothing; trying again", seconds=_RETRY_SECONDS, exc_info=error)
                self._stopping.wait(_RETRY_SECONDS)
        return crashed

    def _publish(self) -> None:
        """Cluster and publish what does not rest; what fails is tried again."""
        try:
            if self._texts_loaded.is_set():
                self._clusterer.place_newcomers()
            for published in self._publisher.publish() if self._publisher else ():
                if published.held != self._held.get(published.category, ""):
                    self._held[published.category] = published.held
                    log_held(self._log, published)
                log_published(self._log, published)
        except Exception as error:
            self._log.error("publishing failed; the last good documents stay", exc_info=error)

    def _load_texts(self) -> None:
        """Read what texts are compared by, while polls are saved; what they bring is placed and published after it."""
        try:
            self._clusterer.load(self._clock())
        except Exception as error:
            self._log.error("reading what texts are compared by failed; trying again with the first", exc_info=error)
        finally:
            self._texts_loaded.set()

    # --- announcing -------------------------------------------------------------------------------

    def _announce(self, announcer: Announcer) -> None:
        """Tell a hub what has changed, until the end."""
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                if announced := announcer.announce(self._stopping.is_set):
                    log_announced(self._log, announced)
            except Exception as error:
                if not self._stopping.is_set():  # else the database is closed already
                    self._log.error("announcing failed; trying again", exc_info=error)
