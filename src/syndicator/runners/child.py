"""A child process that serves beside the engine, is started again when it dies, and never outlives its parent."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from syndicator.core.errors import SyndicatorError
from syndicator.pipeline.events import Ended, Observe

from . import origin, processes

_GRACE_SECONDS = 3
_PAUSE = 5.0
_PATIENCE = 30
"""Seconds until a child that does not answer is taken for stuck."""


class Child:
    """Keeps `target(*args, engine)` running in a process of its own, until `stopping` is set.

    `engine` is a connection over which it is told what to go on by; of each it says what is wrong with it, or "".
    """

    def __init__(
        self, name: str, target: Callable[..., None], args: tuple[Any, ...], report: Observe, stopping: threading.Event
    ) -> None:
        self._name, self._target, self._args, self._report = name, target, args, report
        self._context = origin.begun()
        self._stopping = stopping
        self._guard = threading.Lock()  # it is not told of a change while it is started by what was before
        self._process, self._connection = self._start()
        self._keeper = threading.Thread(target=self._keep, name=f"{name} keeper", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """End the child: politely, then for good."""
        self._stopping.set()
        self._process.terminate()
        self._process.join(_GRACE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def exchange(self, change: Any, *args: Any) -> None:
        """Have it go on by a `change`; should it be started again, with other `args`. Raises SyndicatorError."""
        with self._guard:
            before, self._args = self._args, args
            try:
                said = self._told(change)
            except (EOFError, OSError):
                return  # it has just ended, and is started again with these
            if said:
                self._args = before
                raise SyndicatorError(f"the {self._name} process goes on as before: {said}")

    def _told(self, change: Any) -> str:
        """What it says is wrong with a change. Raises EOFError or OSError where it says no more; one that is stuck is
        ended.
        """
        stuck = threading.Timer(_PATIENCE, self._process.kill)  # one that is may not even take a long change
        stuck.start()
        try:
            self._connection.send(change)
            if not self._connection.poll(_PATIENCE):
                self._process.kill()
                # Nothing is read to its end: where what it was forked of is gone, it cannot be killed by its number.
                raise EOFError
            return str(self._connection.recv())
        finally:
            stuck.cancel()

    def _start(self) -> tuple[Any, Connection]:
        here, there = self._context.Pipe()
        process = self._context.Process(target=self._target, args=(*self._args, there), name=self._name, daemon=True)
        with there:  # its own end is open
            try:
                with processes.alone:
                    process.start()
            except BaseException:
                here.close()
                raise
        return process, here

    def _keep(self) -> None:
        while True:
            wait([self._process.sentinel])
            # A pause before each new start, so that a child that cannot start does not spin.
            if self._stopping.wait(1):
                return
            with processes.alone:
                code = self._process.exitcode
            self._report(Ended(self._name, f"exit code {code}"))
            while not self._start_again():
                if self._stopping.wait(_PAUSE):
                    return

    def _start_again(self) -> bool:
        """Whether it could be started: a machine that has just run out of memory may not be able to."""
        try:
            with self._guard:
                self._process, self._connection = self._start()
        except (OSError, EOFError) as error:  # EOFError where what it is forked of ends meanwhile
            self._report(Ended(self._name, f"cannot be started: {error}"))
            return False
        return True


def end_with_parent(stop: Callable[[], None]) -> None:
    """Call `stop` when the parent process is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        stop()

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
