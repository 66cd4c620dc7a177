"""A backup: a SQLite file with all that is stored, made beside a running engine, and read again before it counts."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from syndicator.core.errors import BackupFailed

from . import checking
from .copying import Progress, copy, count_rows, unheard
from .database import Database, sqlite_url


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written: bytes, rows, and the articles in it whose checksums do not hold."""

    file: Path
    size: int
    rows: dict[str, int]
    damaged: int


def back_up(database: Database, file: Path, replace: bool = False, progress: Progress = unheard) -> Backup:
    """Write all that `database` holds to `file`, which is there whole or not at all.

    Raises BackupFailed where a file is there that it is not to `replace`, and where what was written is not whole.
    """
    database.check_schema()
    _refuse_existing(file, replace)
    with _beside(file) as written:
        counts = _vacuumed(database, written) if database.is_sqlite else _copied(database, written, progress)
        made = _checked(file, written, counts)
        _sync(written)
        _refuse_existing(file, replace)
        os.replace(written, file)
        _sync(file.parent)
    return made


def _refuse_existing(file: Path, replace: bool) -> None:
    if file.is_dir():
        raise BackupFailed(str(file), "that is a folder. Name a file in it")
    if file.exists() and not replace:
        raise BackupFailed(str(file), "it exists. Name another file, or replace it with --force")


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """An empty file for the owner alone, beside where it is to be; gone at the end, unless it was moved there."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".partial", dir=file.parent)
        os.close(descriptor)
    except OSError as error:
        raise BackupFailed(str(file), f"{error.strerror}: {file.parent}") from error
    try:
        yield Path(name)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(str(file), str(error)) from error
    finally:
        for left in ("", "-wal", "-shm", ".lock"):
            with suppress(FileNotFoundError):
                os.unlink(name + left)


def _vacuumed(database: Database, written: Path) -> dict[str, int] | None:
    """The rows that the backup has to have; None where the engine wrote meanwhile, so that they cannot be told.

    VACUUM INTO and not the page-wise copy: it leaves out free pages, in which what was taken down may stand, and makes
    the indexes anew.
    """
    with closing(database.connect_alone()) as alone:
        before = _version(alone)
        with database.read() as connection:
            counts = count_rows(connection)
        alone.execute("VACUUM INTO ?", (str(written),))
        return counts if _version(alone) == before else None


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection commits; it means something to this one alone."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _copied(database: Database, written: Path, progress: Progress) -> dict[str, int]:
    target = Database(sqlite_url(written))
    try:
        return copy(database, target, progress)
    finally:
        target.close()


def _checked(file: Path, written: Path, counts: dict[str, int] | None) -> Backup:
    _leave_wal(written)
    backup = Database(sqlite_url(written), read_only=True)
    try:
        if problems := checking.structure(backup):
            raise BackupFailed(str(file), f"what was written is damaged: {problems[0]}. Look with `syndicator doctor`")
        with backup.read() as connection:
            found = count_rows(connection)
        if counts is not None and found != counts:
            raise BackupFailed(str(file), "what was written has other rows than the database. Look at the disk")
        damaged = sum(1 for _ in checking.damaged_articles(backup))
        return Backup(file, written.stat().st_size, found, damaged)
    finally:
        backup.close()


def _leave_wal(written: Path) -> None:
    """One file that needs no others beside it, so that it can be read where nothing can be written."""
    with closing(sqlite3.connect(written)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
