"""A whole database copied into another one, SQLite or PostgreSQL: every row of every table as it is stored.

One read of the source, at one moment, also while an engine writes to it; one transaction in the target, so that a copy
that is interrupted leaves it empty. Rows are compared before that is committed.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Connection, TableClause, TypeDecorator, column, delete, func, select, table
from sqlalchemy.exc import DBAPIError

from syndicator.core.errors import CopyFailed, DatabaseError, TargetNotEmpty

from .database import Database
from .numbering import SEQ, counter, set_counter
from .tables import counters, metadata

Progress = Callable[[int, int], None]
"""Told how many rows there are, and how many are copied."""

Row = tuple[Any, ...]

_BATCH = 2_000
_AHEAD = 1_000_000
"""More changes than there are between a backup and the day on which it is needed."""
_MODULUS = 1 << 256


def plain(name: str) -> TableClause:
    """A table as it is stored: instants are the numbers that both databases hold."""
    columns = metadata.tables[name].columns
    # A TypeDecorator of ours would make a record of each number, and a number of each record.
    types = [BigInteger() if isinstance(one.type, TypeDecorator) else one.type for one in columns]
    return table(name, *(column(one.name, type_) for one, type_ in zip(columns, types, strict=True)))


def unheard(total: int, done: int) -> None:
    """Progress that nobody wants to know of."""


def copy(source: Database, target: Database, progress: Progress = unheard, restored: bool = False) -> dict[str, int]:
    """Copy `source` into the empty `target`, whose schema is made; gives the rows of each table.

    Where a backup is `restored`, followers may know later changes than it does: so numbers go on from far ahead.

    Raises TargetNotEmpty, CopyFailed, and EngineRunning where an engine holds the target.
    """
    source.check_schema()
    with target.engine_lock():
        _refuse_full(target)
        target.migrate()
        with source.read() as reading, _explained(source, target), target.write() as writing:
            counts = _copied(reading, writing, target.name, progress)
            if restored:
                set_counter(writing, SEQ, counter(writing, SEQ) + _AHEAD)
            if not target.is_sqlite:
                # Else it plans as for an empty database until autovacuum comes by: placing takes half as long again.
                writing.exec_driver_sql(f"ANALYZE {', '.join(metadata.tables)}")
            return counts


def _copied(reading: Connection, writing: Connection, target: str, progress: Progress) -> dict[str, int]:
    counts = count_rows(reading)
    total, done = sum(counts.values()), 0
    writing.execute(delete(counters))  # the migrations have made them
    for name in metadata.tables:
        sums = _Sum()
        for batch in _batches(reading, name):
            _write(writing, name, batch)
            sums.add(batch)
            done += len(batch)
            progress(total, done)
        _compare(writing, name, sums, target)
    return counts


def _write(connection: Connection, name: str, batch: Sequence[Row]) -> None:
    """By the quickest way that each database has: twice as fast as inserts of SQLAlchemy's."""
    keys = metadata.tables[name].columns.keys()
    into = f"{name} ({', '.join(keys)})"
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(keys))
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", batch)  # noqa: S608 (names of ours)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as writing:
        for row in batch:
            writing.write_row(row)


def _batches(connection: Connection, name: str) -> Iterator[Sequence[Row]]:
    """The rows of a table as they lie there: so the copy has them in the same order."""
    query = select(plain(name)).execution_options(yield_per=_BATCH)
    with connection.execute(query) as result:
        for batch in result.partitions():
            yield [tuple(row) for row in batch]


class _Sum:
    """How many rows there are, and a number that tells whether they are the same ones, in whatever order."""

    def __init__(self) -> None:
        self.rows, self.hashes = 0, 0

    def add(self, batch: Sequence[Row]) -> None:
        self.rows += len(batch)
        for row in batch:
            # Version 0: later ones write an object that comes twice as a reference, so equal rows may differ. A fourth
            # of the time of `repr`.
            hashed = sha256(marshal.dumps(row, 0)).digest()
            self.hashes = (self.hashes + int.from_bytes(hashed)) % _MODULUS


def _compare(writing: Connection, name: str, sent: _Sum, target: str) -> None:
    """Read what was written, before it is committed; raises CopyFailed unless it is what was sent."""
    found = _Sum()
    for batch in _batches(writing, name):
        found.add(batch)
    if (found.rows, found.hashes) != (sent.rows, sent.hashes):
        raise CopyFailed(target, f"{name}: {sent.rows} rows were written, and {found.rows} others read back")


def _refuse_full(target: Database) -> None:
    if target.revision() is None:
        return
    target.check_schema()
    with target.read() as connection:
        for name in metadata.tables.keys() - {counters.name}:
            if rows := _count(connection, name):
                raise TargetNotEmpty(target.name, f"{rows} {name}")


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {name: _count(connection, name) for name in metadata.tables}


def _count(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())


@contextmanager
def _explained(source: Database, target: Database) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, target.driver_error) as error:  # the latter from COPY, past SQLAlchemy
        raise CopyFailed(target.name, f"of {source.name}: {said(error)}") from error


def said(error: Exception) -> str:
    """The database's own words."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    return str(getattr(cause, "orig", None) or cause or error).strip().rstrip(".")
