"""Very many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

from .rows import Values


def insert_all(connection: Connection, table: Table, many: Sequence[Values]) -> None:
    """Insert rows that all have values for the same columns, of which there are several.

    Column by column, past SQLAlchemy's look at every value of every row, which takes a quarter of saving.
    """
    statement, names, converting = _inserting(connection.dialect, table, tuple(many[0]))
    columns = zip(*map(itemgetter(*names), many), strict=True)
    given = (map(convert, some) if convert else some for convert, some in zip(converting, columns, strict=True))
    made = zip(*given, strict=True)
    positional = connection.dialect.positional
    connection.exec_driver_sql(
        statement, list(made) if positional else [dict(zip(names, one, strict=True)) for one in made]
    )


@lru_cache(maxsize=16)
def _inserting(
    dialect: Dialect, table: Table, names: tuple[str, ...]
) -> tuple[str, Sequence[str], list[Callable[[Any], Any] | None]]:
    """The statement, the order of its columns, and what makes values of each what the driver takes, where it must."""
    compiled = insert(table).compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup or names
    return str(compiled), order, [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
