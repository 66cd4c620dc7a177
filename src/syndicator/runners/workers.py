"""Worker processes that read bodies and can be killed, in lanes: what costs much waits behind its like only."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from syndicator.core.feed import NotAFeed, NotCertain
from syndicator.pipeline.events import Ended, Observe, unobserved
from syndicator.pipeline.reading import Reading, ReadingJob

from . import origin
from .languages import with_languages
from .pool import Expired, Pool
from .silence import silence_libraries

MEMORY = 512 << 20
"""How much memory one body may take, in bytes, besides the program itself."""

_LANGUAGES_SECONDS = 30
"""For all articles of a feed, at 60 µs each."""

_Read = Callable[[ReadingJob], Reading | NotAFeed | NotCertain]


@dataclass(frozen=True, slots=True)
class Lane:
    """Workers of one kind: what they are called, how they read, the seconds of CPU that a body may take of one, and how
    nice they are."""

    name: str
    read: _Read
    workers: int
    seconds: float
    nice: int = 0

    @property
    def process(self) -> str:
        return f"{self.name} reader"

    @property
    def patience(self) -> float:
        """Seconds by the wall clock after which a worker is stuck, however busy the machine is."""
        return self.seconds * 6 + 5


FAST, SLOW, LAST = 0, 1, 2


def lanes(workers: int) -> tuple[Lane, ...]:
    """The lanes by number: nearly every feed stays in the fast one; only what is a burden comes to the last.

    The largest of real feeds takes an eighth of a second. Fifty bombs that come for the first time so hold up those who
    need feedparser for some seconds, and the fast lane not at all.
    """
    return (
        Lane("fast", _certain, workers, 0.5, nice=5),
        Lane("slow", _any, workers, 0.25, nice=5),
        Lane("last", _any, 1, 10, nice=10),
    )


class ReadingPool:
    """Reads bodies in processes of their own; a body that takes too much costs one error and its worker."""

    def __init__(self, workers: int = 2, report: Observe = unobserved) -> None:
        self._report = report
        context = origin.begun()
        self._lanes = lanes(workers)

        def pool(process: str, number: int, nice: int = 0) -> Pool:
            return Pool(number, context, _limit, nice, lost=lambda error: report(Ended(process, _how(error))))

        self._pools = [pool(lane.process, lane.workers, lane.nice) for lane in self._lanes]
        # One process for all languages; it begins when the first is asked for.
        self._languages = pool("languages", 1)
        self._burdens: set[str] = set()  # sources whose last body had to be stopped: their next one waits for its like

    def __call__(self, job: ReadingJob) -> Future[Reading | NotAFeed]:
        """Begin to read `job`; what costs more than a feed may is none, with a reason that says so."""
        reading: Future[Reading | NotAFeed] = Future()
        self._begin(job, LAST if job.setting.source.id in self._burdens else FAST, reading)
        return reading

    def _begin(self, job: ReadingJob, number: int, reading: Future[Reading | NotAFeed]) -> None:
        lane = self._lanes[number]
        if number == LAST:
            self._burdens.add(job.setting.source.id)
        try:
            begun = self._pools[number].schedule(_within, lane.read, job, lane.seconds, seconds=lane.patience)
        except Exception as error:
            reading.set_exception(error)
        else:
            begun.add_done_callback(lambda done: self._ended(job, number, reading, done))

    def _ended(self, job: ReadingJob, number: int, reading: Future[Reading | NotAFeed], done: Any) -> None:
        """Pass on what the worker gave, or the job to the next lane for it."""
        try:
            result = done.result()
        except CancelledError:
            reading.cancel()  # the pool was stopped
        except (TookTooLong, Expired, MemoryError) as error:
            if number != LAST and _ran_out_of_time(error):
                self._begin(job, LAST, reading)
            else:
                reading.set_result(NotAFeed(_reason(error, self._lanes[number])))
            self._report_end(self._lanes[number].process, job, error)
        except Exception as error:
            reading.set_exception(error)
        else:
            self._burdens.discard(job.setting.source.id)
            if isinstance(result, NotCertain):
                self._begin(job, SLOW, reading)
            elif isinstance(result, Reading) and _asks_for_languages(job, result):
                self._tell_languages(job, result, reading)
            else:
                reading.set_result(result)

    def _tell_languages(self, job: ReadingJob, read: Reading, reading: Future[Reading | NotAFeed]) -> None:
        def told(done: Any) -> None:
            try:
                reading.set_result(done.result())
            except CancelledError:
                reading.cancel()
            except Exception as error:
                # Articles without a language are worth more than none.
                reading.set_result(replace(read, flaws=(*read.flaws, f"no languages told: {error!r}"[:300])))
                self._report_end("languages", job, error)

        begun = self._languages.schedule(with_languages, read, job.setting, seconds=_LANGUAGES_SECONDS)
        begun.add_done_callback(told)

    def _report_end(self, process: str, job: ReadingJob, error: Exception) -> None:
        """A worker that ran out of memory goes on; every other one that could not finish is gone."""
        if isinstance(error, TookTooLong | Expired):
            self._report(Ended(process, _how(error), job.setting.source.id))

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the workers, also busy ones."""
        for pool in (*self._pools, self._languages):
            pool.stop()
        for pool in (*self._pools, self._languages):
            pool.join()


def _asks_for_languages(job: ReadingJob, read: Reading) -> bool:
    return job.setting.source.detect_language and not all(article.language for article in read.articles)


def _ran_out_of_time(error: Exception) -> bool:
    return isinstance(error, TookTooLong) or getattr(error, "exitcode", None) == -signal.SIGPROF


def _reason(error: Exception, lane: Lane) -> str:
    if isinstance(error, MemoryError):
        return f"reading it took over {MEMORY >> 20} MiB of memory and was stopped; is it a feed, or far too large?"
    if _ran_out_of_time(error):
        return f"reading it took over {lane.seconds:g} s and was stopped; is it a feed, or far too large?"
    return f"reading it ended its process ({_how(error)}); is it a feed at all?"


def _how(error: Exception) -> str:
    """How a worker ended, in a few words."""
    if _ran_out_of_time(error):
        return "took too long"
    code: int = getattr(error, "exitcode", 0)
    try:
        return signal.Signals(-code).name
    except ValueError:  # it ended by itself, or by a signal that has no name
        return f"exit code {code}"


# --- in the worker -------------------------------------------------------------------------------


def _certain(job: ReadingJob) -> Reading | NotAFeed | NotCertain:
    from syndicator.pipeline.bodies import read_certain_body  # the process that fetches needs no reader

    return read_certain_body(job)


def _any(job: ReadingJob) -> Reading | NotAFeed:
    from syndicator.pipeline.bodies import read_body

    return read_body(job)


def _limit(nice: int = 0) -> None:
    os.nice(nice)
    silence_libraries()
    # Ctrl-C reaches the whole process group; the engine decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The limit is on addresses: what the program itself has mapped comes on top.
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _within(read: _Read, job: ReadingJob, seconds: float) -> Reading | NotAFeed | NotCertain:
    """Read `job`; the kernel ends the process, by SIGPROF, when that has taken `seconds` of CPU."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    began = time.perf_counter()
    try:
        result = read(job)
        return replace(result, seconds=time.perf_counter() - began) if isinstance(result, Reading) else result
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
