"""The one number sequence over all changes, given out under the counter row's lock."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from .tables import counters

SEQ = "seq"
WATERMARK = "stories"
PUBLICATIONS = "publications"


def lock_seq(connection: Connection) -> int:
    """The number of the last change, locked until this transaction ends.

    Taken before anything is written: writers commit in the order of their numbers, so a reader that has seen n never
    misses a later commit with a smaller one. (SQLite's transaction has the whole database already.)
    """
    return int(
        connection.execute(select(counters.c.value).where(counters.c.name == SEQ).with_for_update()).scalar_one()
    )


def set_counter(connection: Connection, name: str, value: int) -> None:
    connection.execute(update(counters).where(counters.c.name == name).values(value=value))


def count_publication(connection: Connection) -> None:
    """Tell those who keep documents in memory that some have changed."""
    connection.execute(update(counters).where(counters.c.name == PUBLICATIONS).values(value=counters.c.value + 1))


def watermark(connection: Connection) -> int:
    """The number up to which every change has its story: nothing above it is visible outside."""
    return counter(connection, WATERMARK)


def counter(connection: Connection, name: str) -> int:
    return int(connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one())
