"""The schema: made by migrations, equal to the tables, refused where it is another program's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import alembic.command
import brotli
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, MetaData, create_engine, inspect, select

from syndicator.core.errors import DatabaseError, DatabaseNewer, DatabaseOlder
from syndicator.core.model import ALL
from syndicator.store import migrating
from syndicator.store.database import NEWEST, Database
from syndicator.store.indexes import metadata
from syndicator.store.store import Store
from syndicator.store.tables import articles, filings
from syndicator.store.tellings import in_stories

from .making import article, save_new, table
from .test_publishing import publish


def test_an_empty_database_migrates_to_the_head(database_url: str) -> None:
    store = Store(database_url)
    before, after = store.migrate()
    assert before is None
    assert after == table(database_url, "SELECT version_num FROM alembic_version")[0][0] == NEWEST
    store.check_schema()
    assert set(table(database_url, "SELECT name, value FROM counters")) == {
        ("seq", 0),
        ("stories", 0),
        ("publications", 0),
    }
    store.close()


def test_the_newest_revision_is_that_of_the_last_migration() -> None:
    assert ScriptDirectory.from_config(migrating.config()).get_heads() == [NEWEST]


def test_the_migrated_schema_is_that_of_the_tables(store: Store, database_url: str) -> None:
    database = Database(database_url)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_indexes_keys_and_unique_constraints_are_those_of_the_tables(store: Store, database_url: str) -> None:
    """Alembic does not compare primary keys, nor what an index is limited to."""
    migrated = _constraints(database_url)
    for name in metadata.tables:
        table(database_url, f"DROP TABLE {name}")
    database = Database(database_url)
    with database.write() as connection:
        metadata.create_all(connection)
    database.close()
    assert migrated == _constraints(database_url)


def _constraints(url: str) -> dict[str, Any]:
    database = Database(url)
    with database.read() as connection:
        found = {name: _constraints_of(connection, name) for name in metadata.tables}
    database.close()
    return found


def _constraints_of(connection: Connection, name: str) -> dict[str, Any]:
    seen = inspect(connection)
    indexes = {
        index["name"]: (
            index["column_names"],
            bool(index["unique"]),
            str(next((v for k, v in index.get("dialect_options", {}).items() if k.endswith("_where")), "")),
        )
        for index in seen.get_indexes(name)
    }
    return {
        "primary key": (seen.get_pk_constraint(name)["name"], seen.get_pk_constraint(name)["constrained_columns"]),
        "unique": {one["name"]: one["column_names"] for one in seen.get_unique_constraints(name)},
        "indexes": indexes,
        "columns": {(c["name"], str(c["type"]), c["nullable"], c.get("default")) for c in seen.get_columns(name)},
    }


def test_who_uses_sqlite_waits_for_no_dialect_of_postgresql(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.db"
    store = Store(url)
    store.migrate()
    store.close()
    used = (
        f"import sys; from syndicator.store.store import Store; s = Store({url!r}); s.migrate(); s.close();"
        " print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", used], capture_output=True, text=True, check=True).stdout.split()
    assert "sqlalchemy.dialects.sqlite" in loaded
    assert not {"sqlalchemy.dialects.postgresql", "psycopg", "alembic", "syndicator.store.indexes"} & set(loaded)


def test_the_window_index_holds_only_what_shows(store: Store, database_url: str) -> None:
    where = _constraints(database_url)["filings"]["indexes"]["ix_filings_window"][2]
    assert "ordinal IS NOT NULL" in where
    assert ("removed = 0" if database_url.startswith("sqlite") else "NOT removed") in where


def test_sqlite_finds_the_newest_of_a_category_in_the_index(tmp_path: Path) -> None:
    """A partial index serves only queries that spell its condition alike; without it every page sorts a category."""
    url = f"sqlite:///{tmp_path}/plan.db"
    store = Store(url)
    store.migrate()
    query = (
        select(filings.c.article_id)
        .where(filings.c.category == "all", filings.c.ordinal.is_not(None), ~filings.c.removed)
        .order_by(filings.c.sort_at.desc(), filings.c.ordinal.desc())
        .limit(30)
    )
    engine = create_engine(url)
    spelled = query.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {spelled}"))
    engine.dispose()
    store.close()
    assert "ix_filings_window" in plan
    assert "TEMP B-TREE" not in plan


def test_stories_are_found_in_their_index(store: Store, database_url: str) -> None:
    """It is partial as well, and is asked together with the ids."""
    query = select(articles.c.id).where(in_stories(["one", "other"]))
    database = Database(database_url)
    with database.read() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")  # which is quicker while the table is empty
        spelled = query.compile(connection.engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = " ".join(map(str, connection.exec_driver_sql(f"{explain} {spelled}")))
    database.close()
    assert "ix_articles_story" in plan
    assert "SCAN articles" not in plan


def _downgrade(url: str, revision: str) -> None:
    database = Database(url)
    with database.write() as connection:
        config = migrating.config()
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, revision)
    database.close()


def test_documents_that_were_published_before_are_compressed_by_brotli_too(hub: Store, database_url: str) -> None:
    publish(hub, ALL, "all.xml", b"all of it")
    _, head = hub.migrate()
    _downgrade(database_url, "0003")
    assert hub.migrate() == ("0003", head)
    found = hub.document("all.xml")
    assert found is not None
    assert brotli.decompress(found.brotli) == found.body == b"all of it"


def test_why_articles_are_filed_is_set_apart_from_their_other_reasons(hub: Store, database_url: str) -> None:
    made = [
        article(key=str(n), filed_by=("filed in health by source alpha",), reasons=("filed in no time", f"odd é {n}"))
        for n in range(3)
    ]
    save_new(hub, *made, article(key="plain"))
    _downgrade(database_url, "0006")
    assert table(database_url, "SELECT reasons FROM articles ORDER BY seq")[0] == (
        '["filed in health by source alpha","filed in no time","odd é 0"]',
    )
    hub.migrate()
    found = hub.articles([one.id for one in made])
    assert [(found[one.id].filed_by, found[one.id].reasons) for one in made] == [
        (("filed in health by source alpha", "filed in no time"), (f"odd é {n}",)) for n in range(3)
    ]


def test_migrating_twice_does_nothing(store: Store, database_url: str) -> None:
    before = _constraints(database_url)
    first, last = store.migrate()
    assert first == last
    assert _constraints(database_url) == before


def test_a_database_of_a_newer_program_is_refused(store: Store, database_url: str) -> None:
    table(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewer, match="schema 9999") as raised:
        store.check_schema()
    assert raised.value.revision == "9999"
    with pytest.raises(DatabaseNewer):
        store.migrate()


def test_a_database_without_tables_is_older(database_url: str) -> None:
    store = Store(database_url)
    with pytest.raises(DatabaseOlder, match="has no tables yet"):
        store.check_schema()
    store.close()


def test_reading_a_missing_sqlite_file_does_not_make_it(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/none/hub.db", read_only=True)
    with pytest.raises(DatabaseOlder):
        store.check_schema()
    store.close()
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("verb", ["migrate", "check_schema"])
def test_a_file_that_is_no_database_is_named_in_a_database_error(tmp_path: Path, verb: str) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, this is a letter and no database. " * 50)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(DatabaseError, match=r"cannot open sqlite:///.*letter\.txt: file is not a database\. Check"):
        getattr(store, verb)()
    store.close()
    assert path.read_text().startswith("Dear reader")


def test_a_folder_that_cannot_be_made_is_a_database_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match=r"cannot make the folder of sqlite.*Check storage\.url"):
        Store(f"sqlite:///{tmp_path}/file/hub.db")


def test_a_folder_that_cannot_be_written_is_a_database_error() -> None:
    """Not even root can make a file in /proc."""
    store = Store("sqlite:////proc/hub.db")
    with pytest.raises(DatabaseError, match=r"sqlite:////proc/hub\.db: .*Check storage\.url"):
        store.migrate()
    store.close()


def test_a_lock_that_cannot_be_made_is_a_database_error() -> None:
    store = Store("sqlite:////proc/hub.db")
    with pytest.raises(DatabaseError, match=r"sqlite:////proc/hub\.db: .*Check storage\.url"), store.engine_lock():
        pass
    store.close()


def test_a_server_that_does_not_answer_is_a_database_error(tmp_path: Path) -> None:
    store = Store(f"postgresql://someone:secret@/hub?host={tmp_path}")
    for attempt in (store.migrate, store.check_schema):
        with pytest.raises(DatabaseError, match="cannot open postgresql") as raised:
            attempt()
        assert "secret" not in str(raised.value)
    with pytest.raises(DatabaseError, match="cannot open postgresql"), store.engine_lock():
        pass
    store.close()


@pytest.mark.parametrize("name", ["two words", "news#1", "100%41", "größe", "a&b=c"])
def test_a_sqlite_path_may_hold_any_character(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / f"{name}.db"
    store = Store(URL.create("sqlite", database=str(path)).render_as_string())
    store.migrate()
    store.check_schema()
    store.close()
    assert path.exists()
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_store_for_reading_refuses_to_write(store: Store, database_url: str) -> None:
    reader = Store(database_url, read_only=True)
    reader.check_schema()
    with pytest.raises(DatabaseError, match="open for reading only"):
        reader.save_polls([])
    reader.close()


def test_a_failed_migration_leaves_the_database_as_it_was(database_url: str) -> None:
    """Another program's table stands in the way: nothing of ours is made, and the operator is told."""
    table(database_url, "CREATE TABLE documents (mine INTEGER)")
    store = Store(database_url)
    with pytest.raises(DatabaseError, match="cannot migrate"):
        store.migrate()
    store.close()
    found = MetaData()
    database = Database(database_url)
    with database.read() as connection:
        found.reflect(connection)
    database.close()
    assert set(found.tables) <= {"documents"}


def test_a_folder_that_may_not_be_looked_into_is_a_database_error(tmp_path: Path) -> None:
    """A name that is longer than any may be is refused like one in a forbidden folder, to root as well."""
    store = Store(f"sqlite:///{tmp_path}/{'long' * 100}.db", read_only=True)
    with pytest.raises(DatabaseError, match=r"cannot open sqlite.*Check storage\.url"):
        store.check_schema()
    store.close()


def test_a_new_file_is_ours_alone(tmp_path: Path) -> None:
    """The addresses of sources may hold keys."""
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    store.close()
    assert (tmp_path / "hub.db").stat().st_mode & 0o777 == 0o600
