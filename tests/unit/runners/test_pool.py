"""Processes that do jobs: whatever becomes of one costs the job that it was at, and nothing else."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from multiprocessing import active_children, forkserver
from pathlib import Path
from typing import Any

import pytest
from running import until

from syndicator.runners import origin
from syndicator.runners.pool import Expired, Pool

_PATIENCE = 60


def nothing() -> None:
    """How the processes of these tests begin."""


def pid(_: Any = None) -> int:
    return os.getpid()


def twice(value: bytes) -> bytes:
    return value + value


def sleep(path: str) -> None:
    """Tell who sleeps, and sleep until it is ended."""
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(1000)


def leave() -> None:
    os._exit(7)


def fail() -> None:
    raise ValueError("words")


class Unread(Exception):
    """One that cannot be made again of its pickle."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def fail_unread() -> None:
    raise Unread("some", "words")


def a_lock() -> Any:
    return threading.Lock()


def _runs(number: int) -> bool:
    """Whether there is such a process; one that has ended, and that nobody has heard of, is none."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def lost() -> list[Expired]:
    return []


@pytest.fixture
def pool(lost: list[Expired]) -> Iterator[Pool]:
    with Pool(2, origin.begun(), nothing, lost=lost.append) as made:
        yield made


def _result(done: Future[Any]) -> Any:
    return done.result(_PATIENCE)


def test_what_waits_is_done_by_all_processes_one_job_after_the_other(pool: Pool) -> None:
    done = [pool.schedule(pid, n) for n in range(200)]
    assert len({_result(one) for one in done}) == 2
    assert os.getpid() not in map(_result, done)


def test_one_job_begins_one_process(pool: Pool) -> None:
    before = {one.pid for one in active_children()}
    first = _result(pool.schedule(pid))
    assert [_result(pool.schedule(pid)) for _ in range(5)] == [first] * 5
    assert {one.pid for one in active_children()} - before == {first}


def test_a_long_message_crosses_in_pieces_while_nothing_else_happens(pool: Pool) -> None:
    assert _result(pool.schedule(twice, b"x" * 3_000_000)) == b"x" * 6_000_000


def test_long_messages_pass_each_other(pool: Pool) -> None:
    """No side writes without end to one that does so, too."""
    done = [pool.schedule(twice, bytes([n]) * 3_000_000) for n in range(40)]
    assert [_result(one)[:1] for one in done] == [bytes([n]) for n in range(40)]


@pytest.mark.parametrize(
    ("job", "says"),
    [
        ((fail,), "words"), ((fail_unread,), r"Unread\('some words'\)"), ((a_lock,), "pickle"),
        ((twice, threading.Lock()), "pickle"),
    ],
)  # fmt: skip
def test_what_a_job_raises_and_what_cannot_cross_over_fails_alone(pool: Pool, job: tuple[Any, ...], says: str) -> None:
    behind = [pool.schedule(pid) for _ in range(4)]
    failed = pool.schedule(*job)
    behind += [pool.schedule(pid) for _ in range(4)]
    with pytest.raises((ValueError, TypeError, RuntimeError), match=says) as error:
        _result(failed)
    if job[0] in (fail, fail_unread):
        assert "in fail" in error.value.__notes__[0], "the place where it was raised"
    assert all(_result(one) for one in behind)


def test_one_that_is_killed_while_it_has_nothing_to_do_is_told_of_and_replaced(pool: Pool, lost: list[Expired]) -> None:
    first = _result(pool.schedule(pid))
    os.kill(first, signal.SIGKILL)
    until(lambda: bool(lost))
    assert [one.exitcode for one in lost] == [-signal.SIGKILL]
    assert _result(pool.schedule(pid)) != first


def test_one_that_ends_costs_its_job_and_those_behind_are_done(pool: Pool, lost: list[Expired]) -> None:
    ended = [pool.schedule(leave) for _ in range(2)]
    behind = [pool.schedule(pid) for _ in range(20)]
    for one in ended:
        with pytest.raises(Expired) as error:
            _result(one)
        assert error.value.exitcode == 7
    assert all(_result(one) for one in behind)
    assert lost == []


def test_all_killed_again_and_again_cost_a_job_each_at_most(pool: Pool) -> None:
    kills = 0
    for _ in range(10):
        done = [pool.schedule(twice, b"x" * 100_000) for _ in range(60)]
        before = {one.pid for one in active_children()}
        for number in before:
            assert number
            os.kill(number, signal.SIGKILL)
        kills += len(before)
        errors = [one.exception(_PATIENCE) for one in done]
        assert {type(one) for one in errors} <= {type(None), Expired}
        assert sum(one is not None for one in errors) <= len(before)
    assert kills > 10


def test_what_takes_too_long_is_ended_and_those_behind_are_done(pool: Pool, tmp_path: Any) -> None:
    slow = [pool.schedule(sleep, f"{tmp_path}/{n}", seconds=0.5) for n in range(2)]
    behind = [pool.schedule(pid) for _ in range(6)]
    for one in slow:
        with pytest.raises(TimeoutError):
            _result(one)
    slept = {int((tmp_path / str(n)).read_text()) for n in range(2)}
    assert not slept & {_result(one) for one in behind}
    assert not slept & {one.pid for one in active_children()}


def test_a_pool_that_is_stopped_ends_its_processes_and_cancels_what_is_not_done(tmp_path: Any) -> None:
    before = {one.pid for one in active_children()}
    with Pool(2, origin.begun(), nothing) as pool:
        jobs = [pool.schedule(sleep, f"{tmp_path}/{n}") for n in range(8)]
        until(lambda: len(list(tmp_path.iterdir())) == 2)
    for one in (*jobs, pool.schedule(pid)):
        with pytest.raises(CancelledError):
            _result(one)
    assert {one.pid for one in active_children()} == before


def test_a_pool_without_work_begins_nothing_and_ends() -> None:
    before = {one.pid for one in active_children()}
    with Pool(2, origin.begun(), nothing):
        assert {one.pid for one in active_children()} == before


def test_where_no_process_can_be_begun_what_waits_fails_and_what_comes_later_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A machine that has just run out of memory has some again."""
    context = origin.begun()
    begin, failures = context.Process, iter([OSError("no memory"), EOFError("what it is forked of has ended")] * 3)

    def process(*args: Any, **named: Any) -> Any:
        if error := next(failures, None):
            raise error
        return begin(*args, **named)

    monkeypatch.setattr(context, "Process", process, raising=False)
    with Pool(2, context, nothing) as pool:
        jobs = [pool.schedule(pid, n) for n in range(10)]
        failed = [one for one in jobs if one.exception(_PATIENCE)]
        assert failed == jobs[:6], "each that waited when it was tried"
        assert all(_result(one) for one in jobs[6:])


def test_what_breaks_its_thread_fails_what_was_asked_and_no_more(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_out, failures = Pool._hand_out, iter([MemoryError()])

    def broken(self: Pool) -> None:
        if self._waiting and (error := next(failures, None)):
            raise error
        hand_out(self)

    monkeypatch.setattr(Pool, "_hand_out", broken)
    with pytest.raises(MemoryError):
        _result(pool.schedule(pid))
    assert _result(pool.schedule(pid))


def test_who_cannot_be_told_of_a_lost_one_does_not_break_it() -> None:
    """As where the log is on a full disk."""

    def full(expired: Expired) -> None:
        told.append(expired)
        raise OSError("no space left")

    told: list[Expired] = []
    with Pool(1, origin.begun(), nothing, lost=full) as pool:
        os.kill(_result(pool.schedule(pid)), signal.SIGKILL)
        until(lambda: bool(told))
        assert _result(pool.schedule(pid))


def test_who_waits_no_more_breaks_nothing(pool: Pool, tmp_path: Any) -> None:
    busy = [pool.schedule(sleep, f"{tmp_path}/{n}", seconds=0.5) for n in range(2)]
    jobs = [pool.schedule(pid) for _ in range(10)]
    assert all(one.cancel() for one in (*busy, *jobs[::2]))
    assert all(_result(one) for one in jobs[1::2])


def test_how_it_ended_is_known_whoever_starts_others_meanwhile() -> None:
    with Pool(2, origin.begun(), nothing) as one, Pool(2, origin.begun(), nothing) as other:
        ended = [pool.schedule(leave) for _ in range(40) for pool in (one, other)]
        errors = [done.exception(_PATIENCE) for done in ended]
    assert {error.exitcode for error in errors if isinstance(error, Expired)} == {7}


def test_one_whose_origin_was_killed_can_be_ended(pool: Pool, tmp_path: Any) -> None:
    slow = pool.schedule(sleep, f"{tmp_path}/one", seconds=1)
    until(lambda: bool((tmp_path / "one").exists() and (tmp_path / "one").read_text()))
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]
    with pytest.raises(TimeoutError):
        _result(slow)
    number = int((tmp_path / "one").read_text())
    until(lambda: not _runs(number))
    assert _result(pool.schedule(pid)) != number
