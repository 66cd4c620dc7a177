"""One database, SQLite or PostgreSQL: connections, transactions, the engine's lock, the schema's version."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from syndicator.core.errors import DatabaseError, DatabaseNewer, DatabaseOlder, EngineRunning
from syndicator.core.text import excerpt, one_line

NEWEST = "0018"
"""The newest revision of the schema, that of the last migration."""

_READERS = 8
_PATIENCE = 30
"""Seconds that SQLite waits for another connection."""
_CACHE = 16 << 20
"""Bytes of SQLite's pages that the writer keeps in memory."""
_BESIDE = 16 << 20
"""Bytes in the file beside (-wal) after which they are brought into the one file."""
_PAGE = 4096

_BUGS = (IntegrityError, DataError)
"""What only a mistake of ours can bring about, and no operator can mend."""
_LONGEST_REASON = 300
_ADVICE = {
    "is full": "Make room on its disk, then try again.",
    "No space left": "Make room on its disk, then try again.",
    "disk I/O error": "Look whether it is a folder, and whether its disk is full or broken.",
    "locked": "Another program keeps it busy; try again when that has ended.",
    "readonly": "Give this user the right to write to it and to its folder.",
    "malformed": "It is damaged: restore a backup.",
    "Could not decode": "It is damaged: restore a backup.",
}
"""What to do, by what SQLite and PostgreSQL say."""


class Database:
    """A database by its URL; relative SQLite paths are relative to the working folder.

    `read_only` opens it for serving: no writer connection, and SQLite itself refuses any write.
    """

    def __init__(self, url: str, read_only: bool = False) -> None:
        self._url = make_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        if not self.is_sqlite:
            self._url = self._url.set(drivername="postgresql+psycopg")
        self.name = self._url.render_as_string(hide_password=True)
        self._path = Path(self._url.database or "")
        self.file = self._path if self.is_sqlite else None
        # SQLite allows one writer: one connection, on which the transactions of this process queue up.
        self._writer = None if read_only else self._connectable(writing=True)
        self._reader = self._connectable(writing=False)

    @contextmanager
    def write(self, attempt: str = "write to") -> Iterator[Connection]:
        """One writing transaction: committed at the end, rolled back on any error.

        Where the database refuses the `attempt`, it is a DatabaseError.
        """
        if self._writer is None:
            raise DatabaseError(f"{self.name} is open for reading only")
        with self.explained(attempt), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One short read: everything in it sees the same state."""
        with self.explained("read"), self._reader.connect() as connection:
            yield connection

    @property
    def driver_error(self) -> type[Exception]:
        """What the driver raises where it is used past SQLAlchemy."""
        error: type[Exception] = self._reader.dialect.loaded_dbapi.Error
        return error

    def connect_alone(self) -> sqlite3.Connection:
        """A connection to a SQLite file, outside transactions and apart from all others, that only reads."""
        return sqlite3.connect(f"file:{quote(str(self._path))}?mode=ro", uri=True, isolation_level=None, timeout=30)

    def close(self) -> None:
        self.settle(_PATIENCE)
        for engine in (self._writer, self._reader):
            if engine is not None:
                engine.dispose()

    def settle(self, patience: float = 0) -> None:
        """Bring what was written into the one file, as far as readers let us, and leave nothing beside it.

        What was overwritten is on no disk then, and a copy of the file is whole. It waits for readers for `patience`
        seconds, and for its turn to write.
        """
        if self._writer is None or not self.is_sqlite:
            return
        with suppress(SQLAlchemyError, sqlite3.Error):
            raw = self._writer.raw_connection()
            try:
                raw.cursor().execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.cursor().execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
                raw.close()

    # --- schema -----------------------------------------------------------------------------------

    def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to this program's version; gives the revisions before and after."""
        before = self.revision()
        if before == NEWEST:
            return before, before
        self._refuse_newer(before)
        # Imported where it is wanted, here and below: Alembic takes a tenth of a second, and hardly a command needs it.
        from . import migrating

        with self.explained("open"):
            self._make_file()
        with self.write("migrate") as connection:
            migrating.upgrade(connection)
        return before, self.revision() or ""

    def check_schema(self) -> None:
        """Raise DatabaseOlder or DatabaseNewer unless the schema is this program's."""
        revision = self.revision()
        if revision != NEWEST:
            self._refuse_newer(revision)
            raise DatabaseOlder(self.name, revision)

    def revision(self) -> str | None:
        """The schema's revision; None for a database without tables."""
        with self.explained("open"):
            if self.is_sqlite and not self._path.exists():
                return None
            with self._reader.connect() as connection:
                # As Alembic keeps it.
                if not inspect(connection).has_table("alembic_version"):
                    return None
                revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
                return revision

    @contextmanager
    def explained(self, attempt: str) -> Iterator[None]:
        """What the database refuses becomes a DatabaseError: a file that is none, a wrong password, a full disk."""
        try:
            yield
        except _BUGS:
            raise
        except (DBAPIError, OSError) as error:
            reason = excerpt(one_line(str(getattr(error, "orig", error))), _LONGEST_REASON).rstrip(".")
            advice = next((advice for trace, advice in _ADVICE.items() if trace in reason), "Check storage.url.")
            raise DatabaseError(
                f"cannot {attempt} {self.name}: {reason}{'' if reason.endswith('?') else '.'} {advice}"
            ) from error

    def _refuse_newer(self, revision: str | None) -> None:
        if revision is None:
            return
        from . import migrating

        if not migrating.is_known(revision):
            raise DatabaseNewer(self.name, revision)

    # --- the engine's lock ------------------------------------------------------------------------

    @contextmanager
    def engine_lock(self) -> Iterator[None]:
        """Hold the place of the one engine; raises EngineRunning while another holds it.

        The lock ends with the process, however that ends.
        """
        with self._file_lock() if self.is_sqlite else self._advisory_lock():
            yield

    def engine_runs(self) -> bool:
        """Whether an engine holds its place: it is tried, and given back at once."""
        if self.is_sqlite and not os.path.exists(self._lock_file):
            return False
        try:
            with self.engine_lock():
                return False
        except EngineRunning:
            return True

    @property
    def _lock_file(self) -> Path:
        return self._path.with_name(self._path.name + ".lock")

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        self._make_folder()
        try:
            descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise DatabaseError(f"cannot lock {self.name}: {error}. Check storage.url.") from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
                raise EngineRunning(self.name, f" (process {holder})" if holder else "") from None
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _advisory_lock(self) -> Iterator[None]:
        key = int.from_bytes(blake2b(b"syndicator engine", digest_size=8).digest(), signed=True)
        with self.explained("open"):
            connection = self._reader.connect()
        with connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
                raise EngineRunning(self.name, "")
            connection.rollback()  # the lock belongs to the session; an open transaction would hold back vacuum
            try:
                yield
            finally:
                connection.scalar(text("SELECT pg_advisory_unlock(:key)"), {"key": key})

    # --- dialects ---------------------------------------------------------------------------------

    def _connectable(self, writing: bool) -> Engine:
        size = 1 if self.is_sqlite and writing else _READERS
        if not self.is_sqlite:
            # In one read everything is seen at one moment, as on SQLite; writers wait for the counter's lock instead,
            # and must then see what its last holder committed.
            isolation = "READ COMMITTED" if writing else "REPEATABLE READ"
            return create_engine(
                self._url, pool_size=size, max_overflow=0, pool_pre_ping=True, isolation_level=isolation
            )
        if writing:
            self._make_folder()
        mode = "rwc" if writing else "ro"
        # Quoted, since "#", "?" and "%" in a path mean something in a URI.
        url = URL.create("sqlite", database=f"file:{quote(str(self._path))}", query={"mode": mode, "uri": "true"})
        engine = create_engine(url, pool_size=size, max_overflow=0, connect_args={"timeout": _PATIENCE})
        event.listen(engine, "connect", _prepare_writer if writing else _prepare)
        event.listen(engine, "begin", _begin_writing if writing else _begin)
        return engine

    def _make_folder(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"cannot make the folder of {self.name}: {error}. Check storage.url.") from error

    def _make_file(self) -> None:
        """Make the file, if there is none, for us alone: it may hold keys, in the addresses of sources."""
        if self.is_sqlite and not self._path.exists():
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever its name holds."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def _prepare(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare_writer(connection: sqlite3.Connection, record: Any) -> None:
    _prepare(connection, record)
    connection.execute("PRAGMA journal_mode = WAL")
    # A power cut may cost the last transactions, articles and validators together: they are fetched again.
    connection.execute("PRAGMA synchronous = NORMAL")
    # What was taken down is not to stay in free pages.
    connection.execute("PRAGMA secure_delete = FAST")
    # A new article goes into the indexes of ids, filings and guids of our making at random places. With SQLite's 2 MB
    # of pages those of a store of a million articles are written and read again within one transaction; bringing them
    # into the file after every 4 MB takes as long as saving.
    connection.execute(f"PRAGMA cache_size = -{_CACHE >> 10}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_BESIDE // _PAGE}")
    connection.execute(f"PRAGMA journal_size_limit = {_BESIDE}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    # Taking the lock at once avoids the deadlock of two readers that both want to write.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
