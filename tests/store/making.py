"""Records to put into a store, and a look into its tables past the Store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from syndicator.core.channel import window
from syndicator.core.feed import Enclosure, Person
from syndicator.core.identity import New, Unchanged, Updated, Verdict, article_id, digest
from syndicator.core.model import Article, Category, ChannelItem, PollOutcome, Provenance, Source, SourceState
from syndicator.core.work import Saving
from syndicator.store.store import Store
from syndicator.store.tables import metadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def source(name: str, url: str | None = None) -> Source:
    return Source(name, url or f"https://{name}.example/feed", ("health",), origin=name)


SOURCES = tuple(map(source, ("alpha", "beta", "gamma", "delta")))
CATEGORIES = tuple(Category(name, name.title()) for name in ("health", "sport", "art"))


def article(source_id: str = "alpha", key: str = "1", **changes: Any) -> Article:
    """An article of `source_id` filed under `health`, accepted at NOW; `changes` replaces fields."""
    url = f"https://{source_id}.example/{key}"
    made = Article(
        id=article_id(source_id, key), guid=url, source_id=source_id,
        provenance=Provenance(source_id.title(), f"https://{source_id}.example/feed", f"https://{source_id}.example/"),
        url=url, canonical_url=url, title=f"News {key} of {source_id}", summary="A summary.", content="<p>Content.</p>",
        authors=(Person("Ann", "ann@example.org"),), published=NOW, updated=NOW, accepted=NOW, sort_at=NOW, revised=NOW,
        language="en", image="", enclosures=(Enclosure(f"{url}.mp3", "audio/mpeg", 5),), tags=("a tag",),
        categories=("health",), rights="", entry_hash="", content_hash="",
    )  # fmt: skip
    made = replace(made, **changes)
    hashed = digest(made.title, made.content, made.url)
    return replace(made, entry_hash=made.entry_hash or hashed, content_hash=made.content_hash or hashed)


def nothing_near(newcomers: Sequence[Article]) -> dict[str, list[tuple[str, float]]]:
    """For clustering that compares no texts."""
    return {}


def telling(source_id: str, key: str = "1", **changes: Any) -> Article:
    """An article that tells the same story as every other telling of the same `key`."""
    page = f"https://paper.example/{key}"
    return article(source_id, key, **{"url": page, "canonical_url": page, "title": f"Story {key}", **changes})


def state(source_id: str = "alpha", at: datetime = NOW, **changes: Any) -> SourceState:
    """The state of a source that was polled at `at`."""
    made = SourceState(
        source_id, source_id, f"https://{source_id}.example/feed", at + HOUR, "in an hour", etag=f'"{at:%j%H%M%S}"',
        last_modified="yesterday", settings_print="print", body_hash="body", last_poll_at=at, last_success_at=at,
        outcome=PollOutcome.NEW,
    )  # fmt: skip
    return replace(made, **changes)


def polled(source_id: str, *verdicts: Verdict, at: datetime = NOW) -> Saving:
    return Saving(state(source_id, at), verdicts)


def save_new(store: Store, *articles: Article) -> int:
    """Save new articles in one batch, numbered in the order given."""
    return store.save_polls([polled(one.source_id, New(one), at=one.accepted) for one in articles])


def save_changed(store: Store, changed: Article, significant: bool = False) -> int:
    return store.save_polls([polled(changed.source_id, Updated(changed, significant))])


def save_unchanged(store: Store, article: Article, entry_hash: str) -> int:
    return store.save_polls([polled(article.source_id, Unchanged(article.id, entry_hash))])


def table(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, read on a connection of its own."""
    with _transaction(url) as connection:
        result = connection.execute(text(query))
        return [tuple(row) for row in result] if result.returns_rows else []


def empty(url: str) -> None:
    """Empty a migrated database."""
    with _transaction(url) as connection:
        for name in metadata.tables.keys() - {"counters"}:
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text("UPDATE counters SET value = 0"))


def _transaction(url: str) -> AbstractContextManager[Connection]:
    found = make_url(url)
    if found.get_backend_name() == "postgresql":
        found = found.set(drivername="postgresql+psycopg")
    return create_engine(found, poolclass=NullPool).begin()


def filings(url: str, article: Article) -> dict[str, tuple[int | None, int, bool]]:
    """An article's filings by category: ordinal, seq, removed."""
    query = "SELECT article_id, category, ordinal, seq, removed FROM filings"
    return {row[1]: (row[2], row[3], bool(row[4])) for row in table(url, query) if row[0] == article.id}


def counter(url: str, name: str = "seq") -> int:
    return {row[0]: int(row[1]) for row in table(url, "SELECT name, value FROM counters")}[name]


def in_channel(store: Store, category: str, size: int) -> tuple[ChannelItem, ...]:
    """What the category's channel of `size` shows."""
    return store.contents(category, window(store.candidates(category, size), size, {}))[0]


def ids(found: Sequence[Any]) -> list[str]:
    """The article ids of changes or channel items, in their order."""
    return [one.article.id for one in found]
