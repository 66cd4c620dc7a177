"""Damage is found: by the checksum of every article, and by the database's own check."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select, update

from syndicator.core.checkup import Damage
from syndicator.core.model import Article
from syndicator.store import checking
from syndicator.store.checksums import COVERED, IN_PLACE, LATEST
from syndicator.store.copying import plain
from syndicator.store.database import Database
from syndicator.store.store import Store
from syndicator.store.tables import articles, metadata

from .keeping import cut_off, lived
from .making import NOW, article, save_new, table

Found = TypeVar("Found")


def _look(url: str, look: Callable[[Database], Found]) -> Found:
    database = Database(url, read_only=True)
    try:
        return look(database)
    finally:
        database.close()


def damaged(url: str) -> list[Damage]:
    return _look(url, lambda database: list(checking.damaged_articles(database)))


def _set(url: str, one: Article, /, **values: Any) -> None:
    """Past the Store, as a disk would."""
    stored, database = plain("articles"), Database(url)
    with database.write() as connection:
        connection.execute(update(stored).where(stored.columns["id"] == one.id).values(**values))
    database.close()


def test_whatever_has_happened_to_articles_their_checksums_hold(store: Store, database_url: str) -> None:
    """Also after clustering, edits, filing elsewhere, splits, merges and takedowns."""
    lived(database_url).close()
    checked = checking.Checked()
    found = _look(database_url, lambda database: list(checking.damaged_articles(database, checked=checked)))
    assert found == []
    assert (checked.articles, checked.partly) == (table(database_url, "SELECT count(*) FROM articles")[0][0], 0)
    assert _look(database_url, checking.structure) == ()
    assert not any(_look(database_url, checking.dangling).values())
    assert _look(database_url, lambda database: list(checking.damaged_copies(database))) == []


def test_every_column_is_covered_or_written_in_place() -> None:
    """A new column takes a new kind of checksum, or a reason to be left out of all."""
    assert {*COVERED[LATEST], *IN_PLACE, "sha256"} == set(articles.columns.keys())
    assert not IN_PLACE.intersection(COVERED[LATEST])


def test_a_change_of_any_covered_column_is_found(hub: Store, database_url: str) -> None:
    changed = {
        column: article(key=column, terms=b"terms", expired=NOW) for column in sorted({*COVERED[LATEST]} - {"id"})
    }
    save_new(hub, article(), *changed.values())
    assert damaged(database_url) == []
    for column, one in changed.items():
        stored = table(database_url, f"SELECT {column} FROM articles WHERE id = '{one.id}'")[0][0]
        _set(database_url, one, **{column: _other(stored)})
    assert {found.id for found in damaged(database_url)} == {one.id for one in changed.values()}


def _other(stored: Any) -> Any:
    """Another value of the same type, as little different as can be."""
    match stored:
        case None:
            return ""
        case bool():
            return not stored
        case int():
            return 1 - stored if stored in (0, 1) else stored + 1
        case bytes() | memoryview():
            return bytes(stored)[:-1] + b"!"
        case _:
            return f"{stored[:-1]}!"


def test_a_text_whose_parts_have_moved_to_its_neighbour_is_found(hub: Store, database_url: str) -> None:
    one = article(title="ab", summary="c")
    save_new(hub, one)
    _set(database_url, one, title="a", summary="bc")
    assert len(damaged(database_url)) == 1


def test_a_checksum_of_an_earlier_version_covers_what_it_did(hub: Store, database_url: str) -> None:
    one, other = article(), article(key="2")
    save_new(hub, one, other)
    for made in (one, other):
        seen = (made.id, made.guid, made.url, made.title, made.summary, made.content)
        _set(database_url, made, sha256=sha256("\0".join(seen).encode()).hexdigest())
    checked = checking.Checked()
    assert _look(database_url, lambda database: list(checking.damaged_articles(database, checked=checked))) == []
    assert (checked.articles, checked.partly) == (2, 2)
    _set(database_url, other, content="<p>Contents.</p>")
    assert [found.id for found in damaged(database_url)] == [other.id]


@pytest.mark.parametrize("stored", ["", "9:abc", "nonsense"])
def test_a_checksum_that_is_none_is_damage(hub: Store, database_url: str, stored: str) -> None:
    one = article()
    save_new(hub, one)
    _set(database_url, one, sha256=stored)
    assert [found.id for found in damaged(database_url)] == [one.id]


def test_rows_that_belong_to_no_article_are_counted(hub: Store, database_url: str) -> None:
    one = article()
    save_new(hub, one, article(key="2"))
    table(database_url, f"DELETE FROM articles WHERE id = '{one.id}'")
    table(database_url, "UPDATE counters SET value = 1 WHERE name = 'seq'")
    found = {what: count for what, count in _look(database_url, checking.dangling).items() if count}
    assert found == {"filings": 2, "the counter of changes": 1}


def test_documents_and_former_versions_are_unpacked(store: Store, database_url: str) -> None:
    lived(database_url).close()
    assert table(database_url, "SELECT count(*) FROM revisions")[0][0] > 2
    table(database_url, "UPDATE documents SET body = gzipped WHERE path = 'feeds/all.rss'")
    database = Database(database_url)
    with database.write() as connection:
        revisions, documents = metadata.tables["revisions"], metadata.tables["documents"]
        seq = connection.scalar(select(revisions.c.seq).limit(1))
        connection.execute(update(revisions).where(revisions.c.seq == seq).values(body=b"no zlib"))
        connection.execute(update(documents).where(documents.c.path == "feeds.opml").values(brotli=b"no brotli"))
    database.close()
    found = _look(database_url, lambda database: list(checking.damaged_copies(database)))
    assert sorted((one.kind, one.reason) for one in found) == [
        ("document", "gzip has other bytes than the document"),
        ("document", "its compressed bytes are damaged"),
        ("revision", f"the version that change {seq} replaced is damaged"),
    ]


def test_the_latest_moment_is_that_of_the_last_poll(hub: Store, database_url: str) -> None:
    save_new(hub, article())
    assert _look(database_url, checking.latest) == NOW


def test_a_server_tells_its_time_version_and_size(hub: Store, database_url: str) -> None:
    sqlite = database_url.startswith("sqlite")
    kind, version = _look(database_url, checking.version)
    assert (kind, version > (3, 7)) == ("SQLite" if sqlite else "PostgreSQL", True)
    assert (_look(database_url, checking.time) is None) == sqlite
    assert _look(database_url, checking.size) > 50_000


# --- pages of a SQLite file -------------------------------------------------------------------------


def _pages(path: Path, change: Callable[[bytearray], None]) -> None:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of three articles that has been closed, so that all of it is in its one file."""
    path = tmp_path / "pages.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    save_new(store, *(article(key=str(n), content=f"<p>{f'word{n} ' * 4_000}</p>") for n in range(3)))
    store.close()
    return path


def test_silent_damage_of_a_page_is_found_by_the_checksum_alone(file: Path) -> None:
    def flip(content: bytearray) -> None:
        at = content.rindex(b"word1 word1")
        content[at : at + 5] = b"wurd1"

    _pages(file, flip)
    url = f"sqlite:///{file}"
    assert _look(url, checking.structure) == (), "SQLite sees nothing"
    assert [(one.title, one.reason) for one in damaged(url)] == [
        ("News 1 of alpha", "its text is not what was written: the checksum differs")
    ]


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_checked(file: Path) -> None:
    cut_off(file, b"word1 word1")
    url = f"sqlite:///{file}"
    assert _look(url, checking.structure) != ()
    (found,) = damaged(url)
    assert (found.kind, found.id, found.title) == ("row", article(key="1").id, "News 1 of alpha")
    assert found.reason.startswith("cannot be read: ")


def test_a_text_that_is_no_utf_8_any_more_is_named(file: Path) -> None:
    def spoil(content: bytearray) -> None:
        at = content.rindex(b"word1 word1")
        content[at : at + 2] = b"\xff\xfe"

    _pages(file, spoil)
    (found,) = damaged(f"sqlite:///{file}")
    assert (found.title, found.reason.startswith("cannot be read")) == ("News 1 of alpha", True)
