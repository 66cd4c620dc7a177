"""The web process's keeper: whatever ends, it is started again."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any

import pytest
from running import until

from syndicator.pipeline.events import Ended, Event
from syndicator.runners import child as module
from syndicator.runners.child import Child


def answer(name: str, engine: Connection) -> None:
    """What the child runs: it tells who it is."""
    while engine.recv():
        engine.send(f"{name} {os.getpid()}")


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def child(events: list[Event], monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setattr(module, "_PAUSE", 0.01)
    made = Child("web", answer, ("one",), events.append, threading.Event())
    yield made
    made.stop()


def _pid(child: Child) -> int:
    """The process that answers; 0 where none does just now."""
    try:
        return int(child._told("who?").split()[1])
    except (EOFError, OSError):
        return 0


def test_a_child_that_is_killed_is_started_again(child: Child, events: list[Event]) -> None:
    first = _pid(child)
    os.kill(first, signal.SIGKILL)
    until(lambda: _pid(child) not in (0, first))
    assert events == [Ended("web", "exit code -9")]


def test_a_child_that_cannot_be_forked_is_tried_again(
    child: Child, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it is forked of ends where a machine has no memory left: then its pipe does."""
    start, failures = Child._start, iter([EOFError("unexpected EOF"), OSError("no memory")])

    def failing(self: Child) -> tuple[Any, Connection]:
        if error := next(failures, None):
            raise error
        return start(self)

    monkeypatch.setattr(Child, "_start", failing)
    first = _pid(child)
    os.kill(first, signal.SIGKILL)
    until(lambda: _pid(child) not in (0, first))
    whys = [event.how for event in events if isinstance(event, Ended)]
    assert whys == ["exit code -9", "cannot be started: unexpected EOF", "cannot be started: no memory"]


def test_a_child_outlives_what_it_was_forked_of(child: Child) -> None:
    """Where that is killed, it is begun anew, and so is the child."""
    first = _pid(child)
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]
    until(lambda: _pid(child) not in (0, first))
