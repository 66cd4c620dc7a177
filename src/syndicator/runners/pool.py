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
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from typing import Any

from . import processes

_AHEAD = 2
"""How many jobs a process is given at once: when it is done with one, the next is there, whoever has the GIL here.
Behind a long one it waits, though others may have nothing to do."""
_HEAD = 8
"""Bytes of a message's length, before it."""
_PIECE = 1 << 18
_LONGEST = 3600.0
"""Seconds until it looks again at what takes its time."""
_PAUSE = 0.1
"""Seconds after what broke it."""
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
                self._descriptor = processes.start(self._process)
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

    def give(self, job: _Job, message: bytes) -> None:
        self._going += message
        if not self.jobs:
            self.since = time.monotonic()
        self.jobs.append(job)
        self.send()

    def send(self) -> None:
        with suppress(OSError):  # it takes no more just now; or it has ended, which is heard
            del self._going[: self.socket.send(self._going)]

    def answers(self) -> list[tuple[_Job, bytearray]] | None:
        """The jobs it is done with and what it says of them; None where it has ended."""
        try:
            piece = self.socket.recv(_PIECE)
        except BlockingIOError:
            return []
        except OSError:
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
        wait([self._process.sentinel], grace)
        return Expired(processes.end(self._process, self._descriptor))


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
                if self._thread is None:
                    thread = threading.Thread(target=self._run, name="pool", daemon=True)
                    thread.start()
                    self._thread = thread
                self._waiting.append(job)
                if len(self._waiting) == 1:  # else it knows that there is something, and looks once it has room for it
                    self._rouse()
                return job.done
        _cancel(job)
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
        with suppress(OSError):  # full of it already, or closed
            self._wake.send(b"\0")

    # --- in the pool's thread ---------------------------------------------------------------------

    def _run(self) -> None:
        """Until it is stopped. What breaks it, as a machine without memory, fails what was asked of it until then."""
        while not self._stopped:
            try:
                self._look()
            except Exception as error:
                self._let_go(lambda job, error=error: _fail(job, error))  # type: ignore[misc]
                time.sleep(_PAUSE)
        self._let_go(_cancel)

    def _look(self) -> None:
        """Hand out what waits, and hear what comes next."""
        self._hand_out()
        for one in self._processes:
            self._selector.modify(one.socket, one.wants, one)
        until = min((one.until for one in self._processes), default=float("inf"))
        heard = set()
        for key, events in self._selector.select(min(_LONGEST, max(0.0, until - time.monotonic()))):
            if key.data is None:
                with suppress(BlockingIOError):
                    self._woken.recv(_PIECE)
                continue
            if events & selectors.EVENT_WRITE:
                key.data.send()
            if events & selectors.EVENT_READ:
                heard.add(key.data)
                self._hear(key.data)
        for one in [one for one in self._processes if time.monotonic() >= one.until and one not in heard]:
            self._end(one, TimeoutError(f"took over {one.jobs[0].seconds:g} s"))

    def _let_go(self, how: Callable[[_Job], None]) -> None:
        """End all processes, and all that they were given and what waits, in this way."""
        for one in tuple(self._processes):
            self._waiting.extendleft(reversed(one.jobs))
            self._forget(one)
            one.end()
        while self._waiting:
            how(self._waiting.popleft())

    def _hand_out(self) -> None:
        """Give what waits to those who have least to do; where all have something, to another one."""
        while self._waiting:
            free = min(self._processes, key=lambda one: len(one.jobs), default=None)
            if (free is None or free.jobs) and len(self._processes) < self._number:
                free = self._started() or free
            if free is None:
                continue  # the first that waited has failed of it
            if len(free.jobs) >= _AHEAD:
                return
            job = self._waiting.popleft()
            if job.done.cancelled():
                continue
            try:
                message = _message(job.call)
            except Exception as error:
                _fail(job, error)
            else:
                free.give(job, message)

    def _started(self) -> _Process | None:
        """Another process; where none can be begun and there is none, the first job that waits fails of it."""
        try:
            one = _Process(self._context, self._begin, self._args)
        except Exception as error:  # as on a machine that is out of memory, or of files
            if not self._processes:
                _fail(self._waiting.popleft(), error)
            return None
        self._selector.register(one.socket, selectors.EVENT_READ, one)
        self._processes.append(one)
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
                with suppress(InvalidStateError):
                    job.done.set_result(answer)
            else:
                _fail(job, answer)

    def _end(self, one: _Process, error: Exception | None = None) -> None:
        """Let go of a process that has ended, or has to, by an `error`: the job that it was at fails; those behind are
        begun anew.
        """
        self._forget(one)
        expired = one.end(0.0 if error else _GRACE)
        first = one.jobs.popleft() if one.jobs else None
        self._waiting.extendleft(reversed(one.jobs))
        if first:
            _fail(first, error or expired)
        else:
            with suppress(Exception):  # it may not be told, as where the disk of the log is full
                self._lost(expired)

    def _forget(self, one: _Process) -> None:
        self._processes.remove(one)
        self._selector.unregister(one.socket)


def _fail(job: _Job, error: BaseException) -> None:
    with suppress(InvalidStateError):  # nobody waits for it any more
        job.done.set_exception(error)


def _cancel(job: _Job) -> None:
    if job.done.cancel():
        job.done.set_running_or_notify_cancel()  # for those who wait for several


def _message(value: Any) -> bytes:
    pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(pickled).to_bytes(_HEAD, "big") + pickled


# --- in the process ------------------------------------------------------------------------------


def _work(given: socket.socket, begin: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Answer one call after the other, until nobody asks any more."""
    begin(*args)
    with suppress(BrokenPipeError, ConnectionResetError), given, given.makefile("rwb") as stream:
        while head := stream.read(_HEAD):
            stream.write(_answer(stream.read(int.from_bytes(head, "big"))))
            stream.flush()


def _answer(asked: bytes) -> bytes:
    try:
        function, args = pickle.loads(asked)  # noqa: S301 - of the process that began this one
        return _message((True, function(*args)))
    except Exception as error:
        return _message((False, _crossing(error)))


def _crossing(error: Exception) -> Exception:
    """An error with the place where it was raised, which would not cross over by itself; its words where it cannot."""
    note = traceback.format_exc()
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        error = RuntimeError(repr(error))
    error.add_note(note)
    return error
