"""Keeping a newsroom for years: is everything well, a backup of it, and its move to another database."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from syndicator.core import checkup
from syndicator.core.checkup import Access, Finding
from syndicator.core.errors import AddressInUse, ConfigError, DatabaseError, DatabaseOlder
from syndicator.core.model import PollOutcome, SourceState
from syndicator.core.plural import counted
from syndicator.core.urls import without_secrets
from syndicator.pipeline.poll import Polled
from syndicator.store import checking, copying
from syndicator.store.backup import Backup, back_up
from syndicator.store.database import Database, sqlite_url
from syndicator.store.store import Store
from syndicator.web.server import listen

from .hub import Hub

Progress = Callable[[int, int], None]

_AT_ONCE = 8


def backup(hub: Hub, file: Path, replace: bool, progress: Progress) -> Backup:
    """Write all that is stored to `file`, beside a running engine, too. Raises BackupFailed."""
    with closing(Database(hub.settings.storage.url, read_only=True)) as database:
        return back_up(database, file.absolute(), replace, progress)


def copy(hub: Hub, source: str, target: str, restored: bool, progress: Progress) -> tuple[dict[str, int], bool]:
    """Copy the database `source`, "" for the configured one, into the empty one `target`: URLs, or SQLite files.

    `restored` where the source is a backup that takes the place of a later state. Gives the rows of each table, and
    whether an engine runs on the source.
    """
    with (
        closing(Database(database_url(source) if source else hub.settings.storage.url, read_only=True)) as from_,
        closing(Database(database_url(target))) as to,
    ):
        if from_.file and not from_.file.exists():
            raise DatabaseError(f"there is no file {from_.file} to copy from")
        rows = copying.copy(from_, to, progress, restored)
        return rows, from_.engine_runs()


def database_url(named: str) -> str:
    """The URL of a database that is named by it, or by a SQLite file's path."""
    scheme, url, _ = named.partition("://")
    if url and scheme not in ("sqlite", "postgresql", "postgres"):
        raise DatabaseError(f"{scheme} is no database that syndicator knows. Use sqlite:///… or postgresql://…")
    return named.replace("postgres://", "postgresql://", 1) if url else sqlite_url(Path(named))


def doctor(hub: Hub, ask: bool, progress: Progress) -> Iterator[Finding]:
    """Look at everything, and change nothing; `ask` the sources that failed, too. `progress` counts articles."""
    yield _configuration(hub)
    with closing(Database(hub.settings.storage.url, read_only=True)) as database:
        schema = _schema(database)
        yield schema
        if schema.level is checkup.Level.OK:
            for check, look in (
                ("integrity", _structure), ("references", _dangling), ("articles", _articles), ("documents", _copies),
            ):  # fmt: skip
                yield from _guarded(check, look(database, progress))
            yield from _guarded("clock", _clock(hub, database))
            yield from _guarded("sources", _sources(hub, database, ask))
        yield from _disk(database)
        yield from checkup.access(_files(hub, database))
        yield from _listeners(hub, database)


def _configuration(hub: Hub) -> Finding:
    try:
        hub.check()
    except ConfigError as error:
        found = "; ".join(map(str, error.problems))
        return checkup.failed("configuration", found, "Our own templates are used where those of the theme are broken")
    return checkup.fine(
        "configuration",
        f"{hub.path}: {counted(len(hub.sources), 'source')}, {counted(len(hub.categories), 'category')}",
    )


def _guarded(check: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """A check that the damage itself has ended is a finding as well; the others go on."""
    try:
        yield from findings
    except DatabaseError as error:
        yield checkup.failed(check, str(error), checkup.RESTORE)
    except (ValueError, TypeError, OverflowError) as error:  # a date that is a text, JSON that is none
        yield checkup.failed(check, f"what is stored there makes no sense: {error}", checkup.RESTORE)


# --- the database -----------------------------------------------------------------------------------


def _schema(database: Database) -> Finding:
    try:
        database.check_schema()
    except DatabaseOlder as error:
        return checkup.warning("schema", str(error), "Then call doctor again: nothing else of it was looked at")
    except DatabaseError as error:
        advice = (
            "Nothing else of it was looked at. Where neither storage.url nor permissions are wrong, restore the last "
            "backup (docs/keeping.md)"
        )
        return checkup.failed("schema", str(error), advice)
    return checkup.fine("schema", f"{database.name} is at this program's schema, {database.revision()}")


def _structure(database: Database, progress: Progress) -> Iterator[Finding]:
    kind, version = checking.version(database)
    yield checkup.sqlite_version(version) if database.is_sqlite else checkup.server_version(kind, version)
    yield checkup.structure(checking.structure(database), kind)


def _dangling(database: Database, progress: Progress) -> Iterator[Finding]:
    yield checkup.dangling(checking.dangling(database))


def _articles(database: Database, progress: Progress) -> Iterator[Finding]:
    checked, damaged = checking.Checked(), 0
    for one in checking.damaged_articles(database, progress, checked):
        damaged += 1
        yield checkup.damage(one)
    yield checkup.articles(checked.articles, checked.partly, damaged)


def _copies(database: Database, progress: Progress) -> Iterator[Finding]:
    found = [checkup.damage(one) for one in checking.damaged_copies(database)]
    yield from found or [checkup.fine("documents", "documents and former versions can be unpacked")]


def _clock(hub: Hub, database: Database) -> Iterator[Finding]:
    """A file that is made now has its disk's time: a share's server may have another one."""
    theirs, whose = checking.time(database), "the database server's clock"
    if database.file is not None:
        whose = "the disk's clock"
        with suppress(OSError), tempfile.TemporaryFile(dir=database.file.parent) as made:
            theirs = datetime.fromtimestamp(os.fstat(made.fileno()).st_mtime, UTC)
    yield checkup.clock(hub.clock(), theirs, whose, checking.latest(database))


# --- the machine ------------------------------------------------------------------------------------


def _disk(database: Database) -> Iterator[Finding]:
    """Of a PostgreSQL server only the size is known here."""
    try:
        size = checking.size(database)
    except DatabaseError:
        return
    if database.file is None:
        yield checkup.fine("disk", checkup.takes(size))
    elif folder := next((one for one in database.file.absolute().parents if one.is_dir()), None):
        yield checkup.space(shutil.disk_usage(folder).free, size)


def _files(hub: Hub, database: Database) -> Iterator[Access]:
    secrets = _secrets(hub)
    if database.file is not None:
        beside = [database.file.with_name(database.file.name + end) for end in ("", "-wal", "-shm")]
        for path in (database.file.parent, *beside):
            if os.path.exists(path):
                # What is in a folder has its own permissions.
                yield _access(path, keeps_secrets=bool(secrets) and path.is_file())
    included = (file for pattern in hub.settings.include for file in sorted(hub.path.parent.glob(pattern)))
    for path in dict.fromkeys((hub.path, *included)):
        with suppress(OSError):
            text = path.read_text("utf-8", "replace")
            yield Access(str(path), True, _for_all(path), any(secret in text for secret in secrets))


def _access(path: Path, keeps_secrets: bool) -> Access:
    return Access(str(path), os.access(path, os.W_OK), _for_all(path), keeps_secrets)


def _for_all(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IROTH)


def _secrets(hub: Hub) -> set[str]:
    """What of the configuration nobody but the operator is to see."""
    urls = {
        source.url for source in hub.sources.values() if without_secrets(source.url) != source.url.partition("#")[0]
    }
    return urls | {value for source in hub.sources.values() for _, value in source.headers}


def _listeners(hub: Hub, database: Database) -> Iterator[Finding]:
    try:
        running = database.engine_runs()
    except DatabaseError as error:
        yield checkup.failed("engine", str(error), "")
        return
    addresses = hub.settings.server
    for key, address in (("server.public", addresses.public), ("server.operator", addresses.operator)):
        yield checkup.listener(key, address, *_taken(address, key), running)


def _taken(address: str, key: str) -> tuple[bool, str]:
    """Whether somebody listens at an address already; and why else nobody can."""
    try:
        listen(address, key).close()
    except AddressInUse as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE:
            return True, ""
        return False, str(error)
    return False, ""


# --- sources ----------------------------------------------------------------------------------------


def _sources(hub: Hub, database: Database, ask: bool) -> Iterator[Finding]:
    with closing(Store(hub.settings.storage.url, read_only=True)) as store, database.explained("read"):
        states = [state for id_, state in store.states().items() if id_ in hub.sources]
        yield from checkup.sources(states, hub.clock())
        if ask:
            yield from _answers(
                hub, store, [one for one in states if one.outcome is PollOutcome.FAILED and not one.gone]
            )


def _answers(hub: Hub, store: Store, states: list[SourceState]) -> Iterator[Finding]:
    """What the sources say now, asked as a poll asks them: never within a Retry-After, one at a time of a host."""
    poller = hub.poller(store, hub.hosts(store))

    def answer(state: SourceState) -> Finding:
        polled = poller.fetch(hub.sources[state.source_id], state, by_command=True)
        if isinstance(polled, Polled) and polled.postponed:
            return checkup.answer(state.source_id, f"not asked; next {polled.state.next_poll_reason}")
        return checkup.answer(state.source_id, polled.state.error if isinstance(polled, Polled) else None)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(answer, states)
