"""A database copied into another one: from SQLite to PostgreSQL and back, with every number and every byte."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from syndicator.core.errors import CopyFailed, DatabaseOlder, EngineRunning, TargetNotEmpty
from syndicator.core.model import ALL
from syndicator.store.copying import Progress, copy, unheard
from syndicator.store.database import Database
from syndicator.store.store import Store

from .keeping import add_odd_rows, lived, moved, rows, served
from .making import article, counter, save_new, table
from .newsroom import Arrival, happening, migrate


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """The URL of an empty database of the other kind."""
    if database_url.startswith("sqlite"):
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/other.db"


def _copy(source: str, target: str, progress: Progress = unheard, restored: bool = False) -> dict[str, int]:
    databases = Database(source, read_only=True), Database(target)
    try:
        return copy(*databases, progress, restored)
    finally:
        for database in databases:
            database.close()


def test_every_row_of_every_table_is_the_same_there_and_back(
    store: Store, database_url: str, other_url: str, tmp_path: Path
) -> None:
    lived(database_url).close()
    add_odd_rows(database_url)
    before = rows(database_url)
    assert all(before.values()), "a table that is empty here would be forgotten by a copy unnoticed"
    counts = _copy(database_url, other_url)
    assert counts == {name: len(found) for name, found in before.items()}
    assert rows(other_url) == before
    back = f"sqlite:///{tmp_path}/back.db"
    _copy(other_url, back)
    assert rows(back) == before


def test_postgresql_knows_at_once_how_much_it_holds(tmp_path: Path, postgres_url: str) -> None:
    """It plans by that, and looks by itself only after a while."""
    small = f"sqlite:///{tmp_path}/small.db"
    migrate(small)
    lived(small).close()
    counts = _copy(small, postgres_url)
    target = Database(postgres_url)
    with target.read() as connection:
        query = "SELECT reltuples FROM pg_class WHERE relname = 'articles' AND relkind = 'r'"
        assert connection.exec_driver_sql(query).scalar() == counts["articles"]
    target.close()


def test_readers_of_the_copy_get_the_same_bytes_also_where_all_is_rendered_anew(
    store: Store, database_url: str, other_url: str
) -> None:
    room = lived(database_url)
    before = served(room)
    assert len(before) > 50
    assert {status for status, _, _ in before.values()} == {200}
    _copy(database_url, other_url)
    copied = moved(room, other_url)
    try:
        assert served(copied) == before
        for hub in (room, copied):
            table(hub.url, "UPDATE categories SET published_print = ''")
            hub.publish()
            assert served(hub) == before
    finally:
        room.close()
        copied.close()


def test_life_goes_on_in_the_copy_with_the_same_ids_and_numbers(
    store: Store, database_url: str, other_url: str
) -> None:
    room = lived(database_url)
    _copy(database_url, other_url)
    copied = moved(room, other_url)
    last = counter(other_url)
    try:
        for hub in (room, copied):
            chance = random.Random(11)
            for step in range(30):
                happening(hub, chance, step % 3)
            hub.settle()
        assert counter(other_url) > last
        assert rows(other_url) == rows(database_url)
        assert served(copied) == served(room)
    finally:
        room.close()
        copied.close()


def test_who_followed_beyond_a_backup_that_is_restored_misses_nothing(
    store: Store, database_url: str, other_url: str
) -> None:
    """Its numbers go on above all that were given out since the backup."""
    room = lived(database_url)
    before, last = served(room), counter(database_url)
    _copy(database_url, other_url, restored=True)
    restored = moved(room, other_url)
    try:
        chance = random.Random(5)
        for _ in range(20):
            happening(room, chance, 0)
        seen = counter(database_url)
        assert seen > last
        assert served(restored) == before
        restored.ingest([Arrival(0, 1, 1, ("health",), timedelta(0), backfill=False)], 0)
        restored.settle()
        numbers = [change.article.seq for change in restored.reader.changes(ALL, seen, 10)]
        assert numbers
        assert min(numbers) > last + 1_000_000
        assert max(numbers) == counter(other_url)
    finally:
        restored.close()
        room.close()


def test_what_is_stored_meanwhile_is_not_in_the_copy(hub: Store, database_url: str, other_url: str) -> None:
    save_new(hub, *(article(key=str(n)) for n in range(5)))
    before, late = rows(database_url), iter(range(1_000))

    def engine_saves(total: int, done: int) -> None:
        save_new(hub, article(key=f"late {next(late)}"))

    _copy(database_url, other_url, engine_saves)
    assert next(late) > 2
    assert rows(other_url) == before != rows(database_url)


def test_a_copy_that_is_interrupted_leaves_an_empty_database_and_can_be_made_again(
    hub: Store, database_url: str, other_url: str
) -> None:
    save_new(hub, article())

    def interrupt(total: int, done: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _copy(database_url, other_url, interrupt)
    left = rows(other_url)
    assert {name for name, found in left.items() if found} == {"counters"}
    assert counter(other_url) == 0
    _copy(database_url, other_url)
    assert rows(other_url) == rows(database_url)


def test_progress_is_told_up_to_the_last_row(hub: Store, database_url: str, other_url: str) -> None:
    save_new(hub, article(), article(key="2"))
    told: list[tuple[int, int]] = []
    counts = _copy(database_url, other_url, lambda total, done: told.append((total, done)))
    total = sum(counts.values())
    assert told[-1] == (total, total)
    assert [done for _, done in told] == sorted(done for _, done in told)


def test_a_database_with_articles_is_not_copied_into(hub: Store, database_url: str, other_url: str) -> None:
    save_new(hub, article())
    _copy(database_url, other_url)
    before = rows(other_url)
    with pytest.raises(TargetNotEmpty, match="is not empty"):
        _copy(database_url, other_url)
    assert rows(other_url) == before


def test_a_database_is_not_copied_onto_itself(hub: Store, database_url: str) -> None:
    save_new(hub, article())
    with pytest.raises(TargetNotEmpty):
        _copy(database_url, database_url)


def test_the_place_of_an_engine_on_the_target_is_respected(hub: Store, database_url: str, other_url: str) -> None:
    migrate(other_url)
    engine = Store(other_url)
    with engine.engine_lock(), pytest.raises(EngineRunning):
        _copy(database_url, other_url)
    engine.close()


def test_a_database_of_an_earlier_schema_is_to_be_migrated_first(database_url: str, other_url: str) -> None:
    with pytest.raises(DatabaseOlder, match="syndicator migrate"):
        _copy(database_url, other_url)


def test_what_the_target_changes_on_the_way_is_found_before_it_counts(
    hub: Store, database_url: str, tmp_path: Path
) -> None:
    save_new(hub, article())
    target = f"sqlite:///{tmp_path}/spoiling.db"
    migrate(target)
    table(target, "CREATE TRIGGER spoil AFTER INSERT ON filings BEGIN UPDATE filings SET seq = seq + 1; END")
    with pytest.raises(CopyFailed, match="filings: 2 rows were written, and 2 others read back"):
        _copy(database_url, target)
    assert not any(found for name, found in rows(target).items() if name != "counters")


def test_a_text_that_postgresql_cannot_hold_is_an_error_that_says_so(tmp_path: Path, postgres_url: str) -> None:
    source = f"sqlite:///{tmp_path}/nul.db"
    migrate(source)
    table(source, "INSERT INTO models (name, made, body) VALUES ('a' || char(0) || 'b', 1, x'00')")
    with pytest.raises(CopyFailed, match="nothing was copied into postgresql"):
        _copy(source, postgres_url)
    assert not rows(postgres_url)["models"]


def test_no_number_is_given_by_the_database_so_that_none_has_to_be_set(store: Store, postgres_url: str) -> None:
    """A sequence would go on from 1 in a copy."""
    migrate(postgres_url)
    assert table(postgres_url, "SELECT sequence_name FROM information_schema.sequences") == []
