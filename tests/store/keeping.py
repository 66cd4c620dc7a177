"""A newsroom that has lived, with odd things in every table, and all that is in a database."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, insert, select

from syndicator.core.channel import archives
from syndicator.store.copying import plain
from syndicator.store.database import Database
from syndicator.store.tables import Instant, metadata

from .followers import Web
from .newsroom import EVERYWHERE, LIMITS, Newsroom, happening

_PAGE = 4096
ODD = "ünï\u2028\\N \\. \t\n\"q' 🗞 %s {x} :name ?"
_ODD_VALUES: dict[type, Any] = {
    str: ODD, int: 2**31 - 1, bool: True, float: 0.1 + 0.2, bytes: bytes(range(256)),
}  # fmt: skip
_MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


def lived(url: str, steps: int = 60) -> Newsroom:
    """A newsroom to which much has happened, all of it published."""
    room, chance = Newsroom(url), random.Random(7)
    for step in range(steps):
        happening(room, chance, step % 3)
        if step % 10 == 9:
            room.settle()
    room.settle()
    return room


def add_odd_rows(url: str) -> None:
    """In every table a row of values that are easily lost on the way, whatever table it is."""
    database = Database(url)
    with database.write() as connection:
        for found in metadata.tables.values():
            connection.execute(insert(found), {column.name: _odd(column) for column in found.columns})
    database.close()


def _odd(column: Column[Any]) -> Any:
    if column.nullable and column.name.endswith(("_by", "_as")):
        return None
    return _MOMENT if isinstance(column.type, Instant) else _ODD_VALUES[column.type.python_type]


def rows(url: str) -> dict[str, list[str]]:
    """Every row of every table as it is stored, in order."""
    database = Database(url, read_only=True)
    with database.read() as connection:
        found = {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(plain(name))))
            for name in metadata.tables
        }
    database.close()
    return found


def served(room: Newsroom) -> dict[str, tuple[int, str, bytes]]:
    """What readers get: every document, and every archive of every category in every format."""
    web = Web(room.app)
    try:
        found = {path: web.get(path) for path in _addresses(room)}
        return {path: (one.status, one.etag, one.body) for path, one in found.items()}
    finally:
        web.close()


def _addresses(room: Newsroom) -> Sequence[str]:
    found = [f"/{path}" for path in room.reader.document_paths()]
    for category in EVERYWHERE:
        shelf = room.reader.shelf(category)
        for number in archives(shelf.last_ordinal if shelf else 0, LIMITS.archive_size):
            found += [f"/feeds/{category}/archive/{number}.{extension}" for extension in ("atom", "rss", "json")]
    return found


def moved(room: Newsroom, url: str) -> Newsroom:
    """The same newsroom on a copy of its database."""
    other = Newsroom(url, part=0)
    other.now, other.known, other.down = room.now, dict(room.known), list(room.down)
    other.words = {id_: list(words) for id_, words in room.words.items()}
    other._versions = room._versions
    return other


def cut_off(file: Path, words: bytes) -> None:
    """Lead the chain of pages that hold a long text of `words` beyond the end of a SQLite file."""
    content = bytearray(file.read_bytes())
    second_page = content.index(words) // _PAGE * _PAGE + _PAGE
    page = content.index(words, second_page) // _PAGE * _PAGE
    content[page : page + 4] = (10**6).to_bytes(4)
    file.write_bytes(content)
