"""Several processes on one PostgreSQL: a reader that has seen a number never misses a smaller one."""

from __future__ import annotations

import time
from multiprocessing import get_context
from typing import Any

from builders import configure

from syndicator.store.store import Store

from .making import CATEGORIES, NOW, SOURCES
from .processes import PER_BATCH, cluster_until, follow_changes, follow_numbers, write_batches

_BATCHES = 300
_DEADLINE = 45.0

spawn = get_context("spawn")


def test_readers_see_every_change_once_in_order_while_two_processes_write(postgres_url: str) -> None:
    """Two writers, a clusterer, a follower of the cursor and one of the raw numbers; nothing skipped, nothing twice."""
    store = Store(postgres_url)
    store.migrate()
    configure(store, SOURCES, CATEGORIES, NOW)
    store.close()
    start = spawn.Barrier(5)
    written, finished = spawn.Event(), spawn.Event()
    results = [spawn.Pipe(duplex=False) for _ in range(2)]
    writers = [
        spawn.Process(target=write_batches, args=(postgres_url, source, _BATCHES, start))
        for source in ("alpha", "beta")
    ]
    clusterer = spawn.Process(target=cluster_until, args=(postgres_url, written, start))
    readers = [
        spawn.Process(target=follow, args=(postgres_url, finished, start, results[n][1]))
        for n, follow in enumerate((follow_changes, follow_numbers))
    ]
    everyone: list[Any] = [*writers, clusterer, *readers]
    deadline = time.monotonic() + _DEADLINE
    try:
        for process in everyone:
            process.start()
        _join(writers, deadline)
        written.set()
        _join([clusterer], deadline)
        finished.set()
        seen = [receive.recv() if receive.poll(deadline - time.monotonic()) else [] for receive, _ in results]
        _join(readers, deadline)
    finally:
        for process in everyone:
            process.kill()
    everything = list(range(1, 2 * _BATCHES * PER_BATCH + 1))
    assert seen[0] == everything
    assert seen[1] == everything


def _join(processes: list[Any], deadline: float) -> None:
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
    assert [process.exitcode for process in processes] == [0] * len(processes)
