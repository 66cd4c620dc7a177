"""Processes that do jobs and can be ended: whatever becomes of one costs the job that it was at, and nothing else."""

from __future__ import annotations

import pickle
import selectors
import socket
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.context import BaseContext
from typing import Any

_AHEAD = 2
"""How many jobs a process is given at once: when it is done with one the next is there, whoever has the GIL here."""
_HEAD = 8
"""Bytes of a message's length, before it."""
_PIECE = 1 << 18
_GRACE = 5.0
"""Seconds that a process has to end once it has closed its socket."""


class Expired(Exception):
    """The process that was at a job ended: by `exitcode`, as multiprocessing gives it."""

    def __init__(self, exitcode: int) -> None:
        super().__init__(f"exit code {exitcode}")
        self.exitcode = exitcode


class _Job:
    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> None:
        self.call = function, args
        self.seconds = seconds
        self.done: Future[Any] = Future()


class _Process:
    """A process, what it was given and has not answered, oldest first, and what is on the way to it and from it."""

    def __init__(self, context: Any, begin: Callable[..., None], args: tuple[Any, ...]) -> None:
        self.socket, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = context.Process(target=_work, args=(theirs, begin, args), daemon=True)
                self._process.start()
            except BaseException:
                self.socket.close()
                raise
        self.socket.setblocking(False)
        self.jobs: deque[_Job] = deque()
        self.since = 0.0
        self._going, self._coming = bytearray(), bytearray()

    @property
    def until(self) -> float:
        """When it has been at its job for too long, by the monotonic clock."""
        return self.since + self.jobs[0].seconds if self.jobs else float("inf")

    @property
    def wants(self) -> int:
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._going else 0)

    def give(self, job: _Job) -> None:
        self._going += _message(job.call)
        if not self.jobs:
            self.since = time.monotonic()
        self.jobs.append(job)
        self.send()

    def send(self) -> None:
        with suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):  # that it has ended is heard, not told
            del self._going[: self.socket.send(self._going)]

    def answers(self) -> list[tuple[_Job, bytearray]] | None:
        """The jobs it is done with and what it says of them; None where it has ended."""
        try:
            piece = self.socket.recv(_PIECE)
        except BlockingIOError:
            return []
        except ConnectionResetError:
            return None
        if not piece:
            return None
        self._coming += piece
        found = []
        while len(self._coming) >= _HEAD:
            end = _HEAD + int.from_bytes(self._coming[:_HEAD], "big")
            if len(self._coming) < end:
                break
            found.append((self.jobs.popleft(), self._coming[_HEAD:end]))
            del self._coming[:end]
            self.since = time.monotonic()
        return found

    def end(self, grace: float = 0.0) -> Expired:
        """End it, if it has not ended after `grace` seconds, and tell how it did."""
        self.socket.close()
        self._process.join(grace)
        self._process.kill()  # nothing happens where it has been heard that it ended
        self._process.join()
        return Expired(self._process.exitcode or 0)


class Pool:
    """Up to so many `processes` of a `context`, begun when there is work for them; each begins with `begin(*args)`.

    Each has a socket of its own: where processes share a pipe and its lock, one that is killed may keep it locked, or
    have taken a job that nobody knows of. `lost` is told of what ended without a job.
    """

    def __init__(
        self, processes: int, context: BaseContext, begin: Callable[..., None], *args: Any,
        lost: Callable[[Expired], None] = lambda expired: None,
    ) -> None:  # fmt: skip
        self._number, self._context, self._begin, self._args, self._lost = processes, context, begin, args, lost
        self._waiting: deque[_Job] = deque()
        self._processes: list[_Process] = []
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        for one in (self._woken, self._wake):
            one.setblocking(False)

    def schedule(self, function: Callable[..., Any], *args: Any, seconds: float = float("inf")) -> Future[Any]:
        """What `function` gives or raises in a process: Expired where that ended, TimeoutError where it was ended since
        it took so many `seconds` by the wall clock. Cancelled where the pool is stopped before.
        """
        job = _Job(function, args, seconds)
        with self._guard:
            if not self._stopped:
                self._waiting.append(job)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="pool", daemon=True)
                    self._thread.start()
                if len(self._waiting) == 1:  # else it knows that there is something, and looks once it has room for it
                    self._rouse()
                return job.done
        job.done.cancel()
        return job.done

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.join()

    def stop(self) -> None:
        """End the processes, also busy ones, and cancel what is not done; `join` waits for that."""
        with self._guard:
            self._stopped = True
            self._rouse()

    def join(self) -> None:
        """Wait until everything has ended, after it was stopped."""
        if self._thread:
            self._thread.join()
        with self._guard:
            for one in (self._selector, self._woken, self._wake):
                one.close()

    def _rouse(self) -> None:
        with suppress(BlockingIOError, OSError):  # full of it already, or closed
            self._wake.send(b"\0")

    # --- in the pool's thread ---------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopped:
            self._hand_out()
            for one in self._processes:
                self._selector.modify(one.socket, one.wants, one)
            until = min((one.until for one in self._processes), default=float("inf"))
            patience = None if until == float("inf") else max(0.0, until - time.monotonic())
            for key, events in self._selector.select(patience):
                if key.data is None:
                    with suppress(BlockingIOError):
                        self._woken.recv(_PIECE)
                    continue
                if events & selectors.EVENT_WRITE:
                    key.data.send()
                if events & selectors.EVENT_READ:
                    self._hear(key.data)
            for one in [one for one in self._processes if time.monotonic() >= one.until]:
                self._end(one, TimeoutError(f"took over {one.jobs[0].seconds:g} s"))
        for one in tuple(self._processes):
            self._waiting.extendleft(reversed(one.jobs))
            self._forget(one)
            one.end()
        while self._waiting:
            self._waiting.popleft().done.cancel()

    def _hand_out(self) -> None:
        """Give what waits to those who have least to do; where nobody has nothing, to another one."""
        while self._waiting:
            free = min(self._processes, key=lambda one: len(one.jobs), default=None)
            if (free is None or free.jobs) and len(self._processes) < self._number:
                free = self._started() or free
            if free is None or len(free.jobs) >= _AHEAD:
                return
            job = self._waiting.popleft()
            try:
                free.give(job)
            except Exception as error:  # it cannot be pickled
                job.done.set_exception(error)

    def _started(self) -> _Process | None:
        """Another process; where none can be begun and there is none, the first job that waits fails of it."""
        try:
            one = _Process(self._context, self._begin, self._args)
        except (OSError, EOFError) as error:  # EOFError where what it is forked of ends meanwhile
            if not self._processes:
                self._waiting.popleft().done.set_exception(error)
            return None
        self._processes.append(one)
        self._selector.register(one.socket, selectors.EVENT_READ, one)
        return one

    def _hear(self, one: _Process) -> None:
        answers = one.answers()
        if answers is None:
            self._end(one)
            return
        self._hand_out()  # before what was said is looked at, which takes a while
        for job, said in answers:
            try:
                well, answer = pickle.loads(said)  # noqa: S301 - of a process of ours
            except Exception as error:
                well, answer = False, error
            if well:
                job.done.set_result(answer)
            else:
                job.done.set_exception(answer)

    def _end(self, one: _Process, error: Exception | None = None) -> None:
        """Let go of a process that has ended, or has to, by an `error`: the job that it was at fails; those behind are
        begun anew.
        """
        self._forget(one)
        expired = one.end(0.0 if error else _GRACE)
        if one.jobs:
            one.jobs.popleft().done.set_exception(error or expired)
        else:
            self._lost(expired)
        self._waiting.extendleft(reversed(one.jobs))

    def _forget(self, one: _Process) -> None:
        self._processes.remove(one)
        self._selector.unregister(one.socket)


def _message(value: Any) -> bytes:
    pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(pickled).to_bytes(_HEAD, "big") + pickled


# --- in the process ------------------------------------------------------------------------------


def _work(given: socket.socket, begin: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Answer one call after the other, until nobody asks any more."""
    begin(*args)
    with given, given.makefile("rwb") as stream, suppress(BrokenPipeError, ConnectionResetError):
        while head := stream.read(_HEAD):
            stream.write(_answer(stream.read(int.from_bytes(head, "big"))))
            stream.flush()


def _answer(asked: bytes) -> bytes:
    try:
        function, args = pickle.loads(asked)  # noqa: S301 - of the process that began this one
        return _message((True, function(*args)))
    except Exception as error:
        error.add_note(traceback.format_exc())  # which would not cross over by itself
        return _message((False, error))
