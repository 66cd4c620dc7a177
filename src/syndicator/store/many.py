"""The same statement for very many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update

from .rows import Values


def execute_all(connection: Connection, statement: Insert | Update, many: Sequence[Values]) -> None:
    """Execute one statement for each of several rows, which all have values for the same columns or parameters.

    Column by column, past SQLAlchemy's look at every value of every row, which takes a quarter of saving. The
    `statement` is one that was made once: what is compiled of it is kept.
    """
    if not many:
        return
    text, names, converting = _compiled(connection.dialect, statement, tuple(many[0]))
    columns = zip(*map(itemgetter(*names), many), strict=True)
    given = (map(convert, some) if convert else some for convert, some in zip(converting, columns, strict=True))
    made = zip(*given, strict=True)
    positional = connection.dialect.positional
    connection.exec_driver_sql(text, list(made) if positional else [dict(zip(names, one, strict=True)) for one in made])


@lru_cache(maxsize=64)
def _compiled(
    dialect: Dialect, statement: Insert | Update, names: tuple[str, ...]
) -> tuple[str, Sequence[str], list[Callable[[Any], Any] | None]]:
    """The statement, the order of its parameters, and what makes of values what the driver takes, where it must."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup or tuple(compiled.binds)
    types = (compiled.binds[name].type for name in order)
    return str(compiled), order, [type_.dialect_impl(dialect).bind_processor(dialect) for type_ in types]
