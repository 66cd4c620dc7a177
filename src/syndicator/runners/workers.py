"""Worker processes that read bodies and can be killed, in lanes: what costs much waits behind its like only."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from syndicator.core.feed import NotAFeed
from syndicator.formats.xml_reader import NotCertain
from syndicator.pipeline.reading import Reading, ReadingJob, read_body, read_certain_body

MEMORY = 512 << 20
"""How much memory one body may take, in bytes, besides the program itself."""

_Read = Callable[[ReadingJob], Reading | NotAFeed | NotCertain]


@dataclass(frozen=True, slots=True)
class Lane:
    """Workers of one kind: how they read, and the seconds of CPU that a body may take of one."""

    read: _Read
    workers: int
    seconds: int

    @property
    def patience(self) -> int:
        """Seconds by the wall clock after which a worker is stuck, however busy the machine is."""
        return self.seconds * 6


FAST, SLOW, LAST = 0, 1, 2


def lanes(workers: int) -> tuple[Lane, ...]:
    """The lanes by number: nearly every feed stays in the fast one; only what is a burden comes to the last.

    feedparser needs 20 ms for a feed, so two seconds are plenty, and fifty bombs hold up its other feeds for less
    than a minute, and the fast lane not at all.
    """
    return Lane(read_certain_body, workers, 2), Lane(read_body, workers, 2), Lane(read_body, 1, 10)


class ReadingPool:
    """Reads bodies in processes of their own; a body that takes too much costs one error and its worker."""

    def __init__(self, workers: int = 2) -> None:
        # A forked child of a threaded process may inherit locked locks: forkserver starts from a clean one.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([read_body.__module__])
        self._lanes = lanes(workers)
        self._pools = [ProcessPool(lane.workers, context=context, initializer=_limit) for lane in self._lanes]

    def __call__(self, job: ReadingJob) -> Future[Reading | NotAFeed]:
        """Begin to read `job`; what costs more than a feed may is none, with a reason that says so."""
        reading: Future[Reading | NotAFeed] = Future()
        self._begin(job, FAST, reading)
        return reading

    def _begin(self, job: ReadingJob, number: int, reading: Future[Reading | NotAFeed]) -> None:
        lane = self._lanes[number]
        begun = self._pools[number].schedule(_within, args=[lane.read, job, lane.seconds], timeout=lane.patience)
        begun.add_done_callback(lambda done: self._ended(job, number, reading, done))

    def _ended(self, job: ReadingJob, number: int, reading: Future[Reading | NotAFeed], done: Any) -> None:
        """Pass on what the worker gave, or the job to the next lane for it."""
        try:
            result = done.result()
        except CancelledError:
            reading.cancel()  # the pool was stopped
        except (TookTooLong, ProcessExpired, MemoryError) as error:
            if number != LAST and _ran_out_of_time(error):
                self._begin(job, LAST, reading)
            else:
                reading.set_result(NotAFeed(_reason(error, self._lanes[number])))
        except Exception as error:
            reading.set_exception(error)
        else:
            if isinstance(result, NotCertain):
                self._begin(job, SLOW, reading)
            else:
                reading.set_result(result)

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the workers, also busy ones."""
        for pool in self._pools:
            pool.stop()
        for pool in self._pools:
            pool.join()


def _ran_out_of_time(error: Exception) -> bool:
    return isinstance(error, TookTooLong) or getattr(error, "exitcode", None) == -signal.SIGXCPU


def _reason(error: Exception, lane: Lane) -> str:
    if isinstance(error, MemoryError):
        return f"reading it took over {MEMORY >> 20} MiB of memory and was stopped; is it a feed at all?"
    if _ran_out_of_time(error):
        return f"reading it took over {lane.seconds} s and was stopped; is it a feed at all?"
    return f"the process that read it ended (exit code {getattr(error, 'exitcode', 'unknown')})"


# --- in the worker -------------------------------------------------------------------------------


def _limit() -> None:
    # Ctrl-C reaches the whole process group; the engine decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The limit is on addresses: what the program itself has mapped comes on top.
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _within(read: _Read, job: ReadingJob, seconds: int) -> Reading | NotAFeed | NotCertain:
    """Read `job`; the kernel ends the process when it has taken `seconds` of CPU."""
    # The limit counts from the start of the process, so it moves on with every body.
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))
    return read(job)
