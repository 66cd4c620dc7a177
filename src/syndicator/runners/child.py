"""A child process that serves beside the engine, is started again when it dies, and never outlives its parent."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any

from syndicator.pipeline.events import Ended, Observe

_GRACE_SECONDS = 3


class Child:
    """Keeps `target(*args)` running in a process of its own, until `stopping` is set."""

    def __init__(
        self, name: str, target: Callable[..., None], args: tuple[Any, ...], report: Observe, stopping: threading.Event
    ) -> None:
        self._name, self._target, self._args, self._report = name, target, args, report
        self._context = multiprocessing.get_context("spawn")
        self._stopping = stopping
        self._process = self._start()
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

    def _start(self) -> Any:
        process = self._context.Process(target=self._target, args=self._args, name=self._name, daemon=True)
        process.start()
        return process

    def _keep(self) -> None:
        while True:
            wait([self._process.sentinel])
            # A pause before each new start, so that a child that cannot start does not spin.
            if self._stopping.wait(1):
                return
            self._report(Ended(self._name, f"exit code {self._process.exitcode}"))
            self._process = self._start()


def end_with_parent(stop: Callable[[], None]) -> None:
    """Call `stop` when the parent process is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        stop()

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
