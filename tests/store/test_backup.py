"""A backup is whole or not there, is checked before it takes its name, and needs no other file beside it."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from syndicator.core.errors import BackupFailed, DatabaseOlder
from syndicator.store.backup import Backup, back_up
from syndicator.store.copying import Progress, unheard
from syndicator.store.database import Database, sqlite_url
from syndicator.store.store import Store

from .keeping import add_odd_rows, cut_off, lived, moved, rows, served
from .making import article, save_new, table
from .newsroom import migrate
from .processes import write_at_random

spawn = get_context("spawn")


def _back_up(url: str, file: Path, replace: bool = False, progress: Progress = unheard) -> Backup:
    database = Database(url, read_only=True)
    try:
        return back_up(database, file, replace, progress)
    finally:
        database.close()


def test_a_backup_holds_every_row_and_needs_no_other_file(store: Store, database_url: str, tmp_path: Path) -> None:
    lived(database_url).close()
    add_odd_rows(database_url)
    file = tmp_path / "backups" / "news?100%#1.db"
    file.parent.mkdir()
    done = _back_up(database_url, file)
    before = rows(database_url)
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert (done.size, done.damaged) == (file.stat().st_size, 1), "the odd row has no checksum"
    assert done.rows == {name: len(found) for name, found in before.items()}
    assert rows(sqlite_url(file)) == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_served_from_a_backup_has_the_same_bytes(store: Store, database_url: str, tmp_path: Path) -> None:
    room = lived(database_url)
    before = served(room)
    _back_up(database_url, tmp_path / "backup.db")
    restored = moved(room, f"sqlite:///{tmp_path}/backup.db")
    try:
        assert served(restored) == before
    finally:
        restored.close()
        room.close()


def test_a_backup_beside_a_process_that_writes_is_one_moment_of_it(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    lived(database_url).close()
    writer = spawn.Process(target=write_at_random, args=(database_url, 1, 10_000, True))
    writer.start()
    try:
        for number in range(3):
            file = tmp_path / f"{number}.db"
            done = _back_up(database_url, file)
            assert done.damaged == 0
            (seq, last) = table(
                f"sqlite:///{file}", "SELECT value, (SELECT max(seq) FROM articles) FROM counters WHERE name = 'seq'"
            )[0]
            assert seq >= last
        assert writer.is_alive()
    finally:
        writer.kill()
        writer.join()


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(hub: Store, database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("precious")
    with pytest.raises(BackupFailed, match=r"it exists\. Name another file, or replace it with --force"):
        _back_up(database_url, file)
    assert file.read_text() == "precious"
    save_new(hub, article())
    assert _back_up(database_url, file, replace=True).rows["articles"] == 1
    assert rows(f"sqlite:///{file}")["articles"]


def test_a_folder_that_is_not_there_or_in_the_way_is_named(hub: Store, database_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="No such file or directory"):
        _back_up(database_url, tmp_path / "none" / "backup.db")
    with pytest.raises(BackupFailed, match="that is a folder"):
        _back_up(database_url, tmp_path, replace=True)


def test_a_backup_that_is_interrupted_leaves_nothing(tmp_path: Path, postgres_url: str) -> None:
    migrate(postgres_url)

    def interrupt(total: int, done: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "backup.db").write_text("the last one")
    with pytest.raises(KeyboardInterrupt):
        _back_up(postgres_url, tmp_path / "backup.db", replace=True, progress=interrupt)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("backup.db", "the last one")]


def test_a_database_without_tables_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(DatabaseOlder, match="has no tables yet"):
        _back_up(f"sqlite:///{tmp_path}/none.db", tmp_path / "backup.db")
    assert not list(tmp_path.iterdir())


def test_damaged_articles_are_counted_and_a_damaged_file_is_no_backup(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.db"
    store = Store(url)
    store.migrate()
    save_new(store, *(article(key=str(n), content=f"<p>{f'word{n} ' * 4_000}</p>") for n in range(3)))
    store.close()
    table(url, "UPDATE articles SET title = 'Nws' WHERE title LIKE '%1%'")
    assert _back_up(url, tmp_path / "silent.db").damaged == 1
    cut_off(tmp_path / "hub.db", b"word2 word2")
    with pytest.raises(BackupFailed, match=r"no backup was written to .*malformed"):
        _back_up(url, tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()
    assert not [one for one in tmp_path.iterdir() if one.name.endswith(".partial")]


def test_what_is_left_in_free_pages_is_in_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "free.db"
    migrate(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("INSERT INTO models (name, made, body) VALUES ('m', 1, ?)", (b"dropped words " * 5_000,))
        connection.commit()
        connection.execute("DELETE FROM models")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"dropped words" in file.read_bytes()
    _back_up(f"sqlite:///{file}", tmp_path / "backup.db")
    assert b"dropped words" not in (tmp_path / "backup.db").read_bytes()
