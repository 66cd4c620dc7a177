"""How many articles a second `doctor` checks, and how many rows a second `copy` moves, to PostgreSQL and back.

    python bench/keeping.py [--articles 20000]

Articles are those of bench/plan.py: texts of 3,300 characters, filed and clustered. Reading is included. By the clock,
and by the time that this process had a core, for machines that are busy otherwise; PostgreSQL's work is not in that.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

from plan import fill
from postgres import postgres_server

from syndicator.store.backup import back_up
from syndicator.store.checking import damaged_articles
from syndicator.store.copying import copy
from syndicator.store.database import Database
from syndicator.store.store import Store


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--articles", type=int, default=20_000)
    count = asked.parse_args().articles
    with _postgres() as moved, tempfile.TemporaryDirectory() as folder:
        first, back = f"sqlite:///{folder}/hub.db", f"sqlite:///{folder}/back.db"
        store = Store(first)
        fill(store, random.Random(1), count)
        store.close()
        print(f"{count} articles, {Path(folder, 'hub.db').stat().st_size / 1e6:.0f} MB")
        for source, target in ((first, moved), (moved, back)):
            with _timed(f"copy {_kind(source)} -> {_kind(target)}", "rows") as done:
                done += _copy(source, target).values()
        for url in (first, moved):
            database = Database(url, read_only=True)
            with _timed(f"doctor {_kind(url)}", "articles") as done:
                assert not list(damaged_articles(database))
                done.append(count)
            with _timed(f"backup {_kind(url)}, checked", "MB") as done:
                done.append(back_up(database, Path(folder, f"{_kind(url)}.backup")).size / 1e6)
            database.close()


@contextmanager
def _timed(what: str, unit: str) -> Iterator[list[float]]:
    """Prints how much was done in a second, by the clock and by the time that this process had a core."""
    done: list[float] = []
    clock, core = perf_counter(), process_time()
    yield done
    clock, core = perf_counter() - clock, process_time() - core
    print(f"{what}: {sum(done) / clock:,.0f} {unit}/s by the clock, {sum(done) / core:,.0f} a second of its own core")


def _copy(source: str, target: str) -> dict[str, int]:
    databases = Database(source, read_only=True), Database(target)
    try:
        return copy(*databases)
    finally:
        for database in databases:
            database.close()


def _kind(url: str) -> str:
    return url.partition(":")[0]


@contextmanager
def _postgres() -> Iterator[str]:
    with postgres_server() as server:
        yield str(server.get_uri())


if __name__ == "__main__":
    main()
