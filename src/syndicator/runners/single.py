"""One machine: a tick finds what is due, threads fetch, worker processes read, one thread writes and publishes."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from syndicator.core.errors import SyndicatorError
from syndicator.core.feed import NotAFeed
from syndicator.core.model import Source, SourceState
from syndicator.core.work import Saving
from syndicator.pipeline.announce import Announcer
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.events import Observe, Queued
from syndicator.pipeline.poll import Known, Polled, Unread
from syndicator.pipeline.ports import Clock, Read
from syndicator.pipeline.ports import Store as PipelineStore
from syndicator.pipeline.reading import Reading
from syndicator.pipeline.refile import Refiled

from .configured import Configured
from .lanes import Lanes
from .log import Log
from .room import Room

TICK_SECONDS = 2
_DUE_AT_ONCE = 1000
_BATCH, _MOST_ARTICLES = 100, 2000
"""Polls that are saved together, and the articles in them after which there are no more."""
_GATHERED_ARTICLES, _GATHERED_SECONDS = 500, 0.5
"""What a command gathers before it saves, and for how long."""
_LOOK_SECONDS = 1.0
"""How often there is a look at what is to be published, while results keep coming and while none do."""
_RETRY_SECONDS = 5.0

_Read = tuple[Unread, "Future[Reading | NotAFeed]"]


class Store(PipelineStore, Protocol):
    """The part of the store that the engine uses, besides what the use cases need."""

    def due(self, now: datetime, limit: int, busy: Sequence[str]) -> tuple[SourceState, ...]: ...
    def save_polls(self, savings: Sequence[Saving]) -> int: ...
    def hasten(self, source_id: str, at: datetime, why: str) -> SourceState | None: ...


class Engine:
    """Polls what is due, saves, clusters and publishes. One per database.

    `report` is told of what it does.
    """

    def __init__(
        self, store: Store, configured: Configured, read: Read, clusterer: Clusterer, clock: Clock, log: Log,
        report: Observe,
    ) -> None:  # fmt: skip
        self._store = store
        self._configured = configured
        self._read = read
        self._clusterer = clusterer
        self._clock = clock
        self._log = log
        self._report = report
        self._lanes = Lanes(self._poll, lambda: self._configured.per_host)
        self._results: queue.SimpleQueue[Polled | _Read] = queue.SimpleQueue()
        self._room = Room()
        self._changes: queue.SimpleQueue[tuple[Callable[[], Configured], Future[None]]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._texts_loaded = threading.Event()
        self._broken = False
        self._by_command = False
        self._daily: list[Any] = []
        # Origins of the sources that the operator wants polled, with the URL to adopt, "" for none.
        self._asked: dict[str, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then save what has been read and return.

        Raises SyndicatorError where saving broke for good.
        """
        from apscheduler.schedulers.background import BackgroundScheduler  # a command that polls once needs none

        self._scheduler = BackgroundScheduler(timezone=UTC)
        # A late tick is still wanted, and two missed ones are one: the schedule itself is in the database.
        self._scheduler.add_job(
            self._tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None,
            next_run_time=self._clock(),
        )  # fmt: skip
        self._scheduler.start()
        self._begin(self._configured)  # before the writer, which takes up other configurations
        threading.Thread(target=self._load_texts, name="stories", daemon=True).start()
        writer = threading.Thread(target=self._write, args=[stop], name="writer", daemon=True)
        writer.start()
        self._lanes.start()
        stop.wait()
        self._scheduler.shutdown(wait=False)
        self._stopping.set()
        self._lanes.stop()
        writer.join(timeout=3)
        if self._broken:
            raise SyndicatorError("the engine stopped: nothing could be saved any more. The log says why.")

    def _begin(self, configured: Configured) -> None:
        """Begin what a configuration wants done beside polling and publishing."""
        for job in self._daily:
            job.remove()
        self._daily = [
            self._scheduler.add_job(
                job, "interval", days=1, coalesce=True, max_instances=1, misfire_grace_time=None, next_run_time=first
            )
            for job, first in configured.daily
        ]
        for announcer in configured.announcers:
            # Each hub its own: one that hangs holds up no other, nor the end of the process.
            threading.Thread(target=self._announce, args=[announcer], name="announcer", daemon=True).start()

    def reconfigure(self, make: Callable[[], Configured]) -> Future[None]:
        """Work by what `make` gives, called between two batches of polls; those under way go on by it, too.

        The future is done when it is so; where `make` raises, nothing has changed.
        """
        done: Future[None] = Future()
        self._changes.put((make, done))
        return done

    def poll(self, states: Iterable[SourceState]) -> None:
        """Poll `states` now, because the operator says so, save and cluster them, and return."""
        self._by_command = True
        self._texts_loaded.set()  # they are when the first article is compared
        self._lanes.start()
        waiting = self._start(states)
        self._publish()  # what comes is placed as it is saved only where nothing waits for that
        while waiting:
            waiting -= self._save(self._next_batch(None, waiting))
            self._publish()
        self._stopping.set()
        self._lanes.stop()

    def queued(self) -> Queued:
        """How much work waits where, just now."""
        return Queued(self._lanes.waiting, self._lanes.under_way, self._results.qsize())

    def poll_soon(self, source_id: str, adopt: str = "") -> bool:
        """Have a source polled as soon as its host is free, since the operator says so: also in hours that it skips,
        and at the URL `adopt` from now on, if one is given. False where a poll of it is under way.
        """
        source = self._configured.sources.get(source_id)
        if source is None or self._lanes.is_under_way(source.origin):
            return False
        self._asked[source.origin] = adopt
        state = self._store.hasten(source_id, self._clock(), "now: the operator asked for it")
        self._start([state] if state else [])  # where its host is busy it is due, and the next tick finds it
        return True

    # --- fetching ---------------------------------------------------------------------------------

    def _tick(self) -> None:
        under_way, busy = self._lanes.look()
        self._start(self._store.due(self._clock(), _DUE_AT_ONCE + under_way, busy))

    def _start(self, states: Iterable[SourceState]) -> int:
        return self._lanes.put(state for state in states if state.source_id in self._configured.sources)

    def _poll(self, state: SourceState) -> None:
        """Fetch a source; its result comes now, or when its body was read. The thread goes on with the next."""
        configured = self._configured
        source = configured.by_origin.get(state.origin)
        if source is None or (source.id, source.url) != (state.source_id, state.url):
            self._lanes.settle([state.origin])  # configured otherwise since it was due
            return
        try:
            adopt = self._asked.pop(state.origin, None)
            if adopt:
                state = state.readdressed(state.url, adopt)
            fetched = configured.poller.fetch(source, state, self._by_command or adopt is not None)
            if isinstance(fetched, Unread):
                self._begin_reading(fetched)
                self._room.enter()  # not before: what cannot be begun never leaves
            else:
                self._results.put(fetched)
        except Exception as error:
            self._results.put(self._crashed(source, state, error))

    def _begin_reading(self, unread: Unread) -> None:
        self._read(unread.job).add_done_callback(lambda done: self._was_read(unread, done))

    def _was_read(self, unread: Unread, reading: Future[Reading | NotAFeed]) -> None:
        if reading.cancelled():  # cut short at the end; the source stays due
            self._room.leave()
        else:
            self._results.put((unread, reading))

    def _finished(self, result: Polled | _Read, known: Known | None) -> Polled | None:
        """The whole poll; None where there is none yet, or nobody wants it any more."""
        polled = result if isinstance(result, Polled) else result[0]
        source = self._configured.by_origin.get(polled.source.origin)
        if source is None or source.url != polled.source.url:
            self._lanes.settle([polled.source.origin])  # removed since it began, or another feed by now
            return None
        try:
            if source is not polled.source:
                return self._resumed(polled, source)
            if isinstance(result, Polled):
                return result
            return self._configured.poller.finish(result[0], result[1].result(), known or self._looked_up([result]))
        except Exception as error:
            return self._crashed(source, replace(polled.before, source_id=source.id), error)

    def _resumed(self, polled: Polled | Unread, source: Source) -> Polled | None:
        """What another configuration began, by this one."""
        if isinstance(polled, Polled):
            return self._configured.poller.rescheduled(polled, source)
        again = self._configured.poller.resumed(polled, source)
        if isinstance(again, Polled):
            return again
        self._begin_reading(again)
        self._room.enter_again()
        return None

    def _known(self, batch: Sequence[Polled | _Read]) -> Known | None:
        """What is known of all that was read; None where something is wrong, so that each asks and fails by itself."""
        current = self._configured.by_origin.get
        read = [one for one in batch if isinstance(one, tuple) and current(one[0].source.origin) is one[0].source]
        with suppress(Exception):
            return self._looked_up(read)
        return None

    def _looked_up(self, read: Sequence[_Read]) -> Known:
        # First, so that what the configuration moves is not taken for its publisher's doing.
        refiler = self._configured.refiler
        for unread, _ in read:
            self._report_refiled(refiler.finish(unread.source.id) if refiler else None)
        return self._configured.poller.look_up([(unread, reading.result()) for unread, reading in read])

    def _crashed(self, source: Source, state: SourceState, error: Exception) -> Polled:
        """A mistake of ours, not the publisher's: it is logged whole, and costs this source one poll."""
        self._log.error("poll crashed", source=source.id, exc_info=error)
        return self._configured.poller.crashed(source, state, error)

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
            self._take_up_changes()
            batch = self._next_batch(timeout=0.0 if self._is_behind else 0.2)
            if batch:
                self._save(batch)
            else:
                self._catch_up()
            if (batch and self._results.empty()) or time.monotonic() - looked_at > _LOOK_SECONDS:
                self._publish()
                looked_at = time.monotonic()

    def _take_up_changes(self) -> None:
        """Work by what was configured meanwhile."""
        with suppress(queue.Empty):
            while True:
                make, done = self._changes.get_nowait()
                try:
                    self._configured = make()
                    self._begin(self._configured)
                except Exception as error:
                    done.set_exception(error)
                else:
                    done.set_result(None)

    @property
    def _is_behind(self) -> bool:
        """Whether anything stored is not yet as the configuration wants it."""
        chores = (self._configured.purger, self._configured.refiler)
        return any(chore.is_behind for chore in chores if chore)

    def _catch_up(self) -> None:
        """Take down or file some of what is stored as the configuration wants it, while no poll waits to be saved."""
        configured = self._configured
        try:
            if purged := configured.purger.step() if configured.purger else None:
                self._report(purged)
            self._report_refiled(configured.refiler.step() if configured.refiler else None)
        except Exception as error:
            self._log.error("filing anew or purging failed; trying again", seconds=_RETRY_SECONDS, exc_info=error)
            self._stopping.wait(_RETRY_SECONDS)

    def _report_refiled(self, refiled: Refiled | None) -> None:
        if refiled:
            self._report(refiled)

    def _next_batch(self, timeout: float | None, wanted: int = 0) -> list[Polled]:
        """Up to a batch of results; waits for the first one, for ever with no `timeout`.

        Where so many are `wanted` it waits a moment for more: each batch takes as long as ten articles besides its own.
        """
        batch: list[Polled | _Read] = []
        articles = 0
        with suppress(queue.Empty):
            batch.append(self._results.get(timeout=timeout))
            until = time.monotonic() + _GATHERED_SECONDS
            while len(batch) < _BATCH and (articles := articles + _articles(batch[-1])) < _MOST_ARTICLES:
                waits = len(batch) < wanted and articles < _GATHERED_ARTICLES
                batch.append(self._results.get(timeout=max(0.0, until - time.monotonic()) if waits else 0.0))
        self._room.leave(sum(isinstance(one, tuple) for one in batch))
        known = self._known(batch)
        return [polled for one in batch if (polled := self._finished(one, known))]

    def _save(self, batch: list[Polled]) -> int:
        """Save a batch; where that fails, each poll alone, so that one bad result costs only itself. Gives how many."""
        try:
            self._save_polls(batch)
            saved = batch
        except Exception as error:
            self._log.error("saving a batch failed; saving each poll alone", polls=len(batch), exc_info=error)
            saved = [self._save_alone(polled) for polled in batch]
        for polled in saved:
            self._report(polled)
        self._lanes.settle(polled.source.origin for polled in batch)
        return len(batch)

    def _save_alone(self, polled: Polled) -> Polled:
        """Save one poll, or the fact that it could not be saved, and give which. Where the database takes nothing at
        all, wait for it; a command ends. The state before is kept: validators would hide what was lost.
        """
        try:
            self._save_polls([polled])
            return polled
        except Exception as error:
            crashed = self._configured.poller.crashed(polled.source, polled.before, error)
        while not self._stopping.is_set():
            try:
                self._save_polls([crashed])
                break
            except Exception as error:
                if self._by_command:
                    raise
                self._log.error("the database takes nothing; trying again", seconds=_RETRY_SECONDS, exc_info=error)
                self._stopping.wait(_RETRY_SECONDS)
        return crashed

    def _save_polls(self, batch: Sequence[Polled]) -> None:
        savings = self._configured.poller.savings(batch)
        if self._texts_loaded.is_set():
            self._clusterer.save(savings)
        else:
            self._store.save_polls(savings)

    def _publish(self) -> None:
        """Cluster and publish what does not rest; what fails is tried again."""
        try:
            if self._texts_loaded.is_set():
                self._report(self._clusterer.place_newcomers())
            publisher = self._configured.publisher
            for published in publisher.publish() if publisher else ():
                self._report(published)
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
        while not self._stopping.wait(_LOOK_SECONDS) and announcer in self._configured.announcers:
            try:
                if announced := announcer.announce(self._stopping.is_set):
                    self._report(announced)
            except Exception as error:
                if not self._stopping.is_set():  # else the database is closed already
                    self._log.error("announcing failed; trying again", exc_info=error)


def _articles(result: Polled | _Read) -> int:
    """How many were read."""
    if isinstance(result, Polled) or result[1].exception():
        return 0
    read = result[1].result()
    return len(read.articles) if isinstance(read, Reading) else 0
