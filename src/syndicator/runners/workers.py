"""Worker processes that read bodies and can be killed."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from concurrent.futures import TimeoutError as TookTooLong

from pebble import ProcessExpired, ProcessPool

from syndicator.core.errors import ReadFailed
from syndicator.core.model import NotAFeed
from syndicator.pipeline.reading import Reading, ReadingJob, read_body

SECONDS = 10
"""How long one body may take, by the wall clock."""

MEMORY = 1 << 30
"""How much address space a worker may have, in bytes; about a third of it is the program itself."""


class ReadingPool:
    """Reads bodies in processes of their own; a body that takes too much costs one error and one worker."""

    def __init__(self, workers: int = 2) -> None:
        # A forked child of a threaded process may inherit locked locks: forkserver starts from a clean one.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([read_body.__module__])
        self._pool = ProcessPool(max_workers=workers, context=context, initializer=_limit)

    def __call__(self, job: ReadingJob) -> Reading | NotAFeed:
        """Read `job` in a worker and wait for it; raises ReadFailed where it cost more than a feed may."""
        future = self._pool.schedule(read_body, args=[job], timeout=SECONDS)
        try:
            result: Reading | NotAFeed = future.result()
            return result
        except TookTooLong as error:
            raise ReadFailed(f"reading it took over {SECONDS} s and was stopped; is it a feed at all?") from error
        except MemoryError as error:
            raise ReadFailed(
                f"reading it took over {MEMORY >> 20} MiB and was stopped; is it a feed at all?"
            ) from error
        except ProcessExpired as error:
            raise ReadFailed(f"the process that read it ended (exit code {error.exitcode})") from error

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the workers, also busy ones."""
        self._pool.stop()
        self._pool.join()


def _limit() -> None:
    # Ctrl-C reaches the whole process group; the engine decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
