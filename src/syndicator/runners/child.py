"""A child process that serves beside the engine, is started again when it dies, and never outlives its parent."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from syndicator.core.errors import SyndicatorError
from syndicator.pipeline.events import Ended, Observe

_GRACE_SECONDS = 3
_START_SECONDS = 30


class Child:
    """Keeps `target(*args, ready)` running in a process of its own, until `stopping` is set.

    `ready` is a connection, to which it sends something once it serves.
    """

    def __init__(
        self, name: str, target: Callable[..., None], args: tuple[Any, ...], report: Observe, stopping: threading.Event
    ) -> None:
        self._name, self._target, self._args, self._report = name, target, args, report
        self._context = multiprocessing.get_context("spawn")
        self._stopping = stopping
        self._process, self._ready = self._start(args)
        self._keeper = threading.Thread(target=self._keep, name=f"{name} keeper", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """End the child: politely, then for good."""
        self._stopping.set()
        _end(self._process)

    def exchange(self, *args: Any) -> None:
        """Have a process with other `args` take the place of this one, which serves until that one does.

        Raises SyndicatorError where that one does not come to it.
        """
        process, ready = self._start(args)
        wait([process.sentinel, ready], timeout=_START_SECONDS)
        if not process.is_alive() or not ready.poll():
            _end(process)
            raise SyndicatorError(f"a new {self._name} process did not come to serve; the former one goes on")
        before, self._process, self._ready, self._args = self._process, process, ready, args
        _end(before)

    def _start(self, args: tuple[Any, ...]) -> tuple[Any, Connection]:
        ready, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=self._target, args=(*args, sender), name=self._name, daemon=True)
        process.start()
        sender.close()  # its own end is open
        return process, ready

    def _keep(self) -> None:
        while True:
            process = self._process
            wait([process.sentinel])
            # A pause before each new start, so that a child that cannot start does not spin.
            if self._stopping.wait(1):
                return
            if process is self._process:
                self._report(Ended(self._name, f"exit code {process.exitcode}"))
                self._process, self._ready = self._start(self._args)


def _end(process: Any) -> None:
    """End a process: politely, then for good."""
    process.terminate()
    process.join(_GRACE_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def end_with_parent(stop: Callable[[], None]) -> None:
    """Call `stop` when the parent process is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        stop()

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
