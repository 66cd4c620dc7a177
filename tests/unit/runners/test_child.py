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
    """What the child runs: it tells who it is, and nothing more once it is told to get stuck."""
    while engine.recv() != "get stuck":
        engine.send(f"{name} {os.getpid()}")
    threading.Event().wait()


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
    return _answer(child)[1]


def _answer(child: Child) -> tuple[str, int]:
    try:
        with child._guard:  # or another one might be started between question and answer
            name, pid = child._told("who?").split()
            return name, int(pid)
    except (EOFError, OSError):
        return "", 0


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


@pytest.mark.parametrize(("change", "orphaned"), [("who?", False), ("who?", True), ("who?" * 1_000_000, False)])
def test_a_child_that_is_stuck_is_ended_and_another_one_goes_on_by_the_change(
    child: Child, monkeypatch: pytest.MonkeyPatch, change: str, orphaned: bool
) -> None:
    """Also one that cannot be ended, since what it was forked of is gone, and one that does not even take the change."""
    monkeypatch.setattr(module, "_PATIENCE", 1.5)
    first = _pid(child)
    with child._guard:
        child._connection.send("get stuck")
        if orphaned:
            os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]
            until(lambda: child._process.exitcode is not None)
    child.exchange(change, "two")
    until(lambda: _answer(child)[0] == "two")
    assert _pid(child) != first
    if orphaned:
        os.kill(first, signal.SIGKILL)
