"""Only one engine works on a database, and its place is free as soon as it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest
from sqlalchemy.engine import make_url

from syndicator.core.errors import EngineRunning
from syndicator.store.store import Store

from .making import table
from .processes import hold_engine

_ANSWER = 20.0

spawn = get_context("spawn")


@contextmanager
def _engine(url: str) -> Iterator[tuple[BaseProcess, Connection, str]]:
    """Another process that wants the engine's place, and its answer."""
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=hold_engine, args=(url, theirs))
    process.start()
    try:
        assert ours.poll(_ANSWER)
        yield process, ours, ours.recv()
    finally:
        process.kill()
        process.join()


def test_a_second_engine_in_another_process_is_refused(store: Store, database_url: str) -> None:
    with store.engine_lock(), _engine(database_url) as (_, _, answer):
        assert "another engine" in answer
        assert "is already running" in answer


def test_the_holder_in_another_process_refuses_this_one(store: Store, database_url: str) -> None:
    with _engine(database_url) as (process, other, answer):
        assert answer == "held"
        with pytest.raises(EngineRunning) as raised, store.engine_lock():
            pass
        if make_url(database_url).get_backend_name() == "sqlite":
            assert raised.value.holder == f" (process {process.pid})"
        other.send("stop")
        process.join(_ANSWER)
        with store.engine_lock():
            pass


def test_a_second_engine_in_the_same_process_is_refused(store: Store, database_url: str) -> None:
    other = Store(database_url)
    for second in (store, other):
        with store.engine_lock(), pytest.raises(EngineRunning), second.engine_lock():
            pass
        with second.engine_lock():
            pass
    other.close()


def test_the_place_is_free_after_an_error_in_its_holder(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.engine_lock():
        raise ZeroDivisionError
    with store.engine_lock():
        pass


def test_the_place_is_free_after_its_holder_was_killed(store: Store, database_url: str) -> None:
    with _engine(database_url) as (process, _, answer):
        assert answer == "held"
        process.kill()
        process.join()
        _wait_for_the_session_to_end(database_url)
        with store.engine_lock():
            pass


def _wait_for_the_session_to_end(url: str) -> None:
    """PostgreSQL notices the death of its client by itself; a blocking lock waits for just that."""
    if make_url(url).get_backend_name() == "postgresql":
        held = "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory'"
        patience = "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', '20s', true))"
        for (key,) in table(url, held):
            table(url, f"{patience} SELECT pg_advisory_xact_lock({key}) FROM patience")
