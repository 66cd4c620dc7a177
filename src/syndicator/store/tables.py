"""The tables, the same on SQLite and PostgreSQL, without their indexes. Changing one takes a migration beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    false,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """An instant as it is stored."""
    return (at - _EPOCH) // _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970: exact, sortable, and the same number in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"})

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`seq`, the number of the last change, whose row is the lock of every writer; `stories`, the watermark;
`publications`, how often documents changed."""

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("configured", Boolean, nullable=False),
    Column("next_poll_at", Instant, nullable=False),
    Column("next_poll_reason", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("settings_print", Text),
    Column("filed_print", Text, nullable=False, server_default=""),
    Column("body_hash", Text),
    Column("last_poll_at", Instant),
    Column("last_success_at", Instant),
    Column("outcome", Text),
    Column("error", Text),
    Column("flaw", Text),
    Column("failures", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("retry_after", Instant),
    Column("fresh", Text),
    Column("hints", Text, nullable=False, server_default=""),
    Column("rhythm", Text),
    Column("moved_to", Text),
    Column("moved_polls", Integer, nullable=False, server_default="0"),
    Column("adopted_url", Text),
    Column("former_urls", Text, nullable=False, server_default=""),
    Column("held", Text),
    Column("host", Text, nullable=False, server_default=""),
    Column("last_new_at", Instant),
    Column("expected_by", Instant),
    Column("failing_since", Instant),
    Column("flawed_since", Instant),
    Column("empty_since", Instant),
    Column("odd_dates_since", Instant),
    Column("offered_url", Text),
    Column("today", Text),
    Column("articles", Integer, nullable=False, server_default="0"),
)
"""`filed_print` is the configuration that its articles are filed by, `held` why all that is new of it is held; polls
write neither. `articles` is how many it has brought in all: counting a million takes a tenth of a second."""

poll_days = Table(
    "poll_days",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("polls", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("slowest", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""What the polls of a source came to, day by day (UTC, counted from 0001-01-01). A ring: a day's row takes the place
of the one a month before. The day of a source's last poll stands in its own row."""

poll_failures = Table(
    "poll_failures",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("error", Text, nullable=False),
)
"""The last failed polls of each source."""

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("quiet_until", Instant, nullable=False),
)
"""Hosts that asked for quiet (Retry-After): none of their feeds is asked for before."""

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guid", Text, nullable=False, unique=True),
    Column("source_id", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("published", Instant, nullable=False),
    Column("updated", Instant, nullable=False),
    Column("accepted", Instant, nullable=False),
    Column("sort_at", Instant, nullable=False),
    Column("revised", Instant, nullable=False),
    Column("language", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("enclosures", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("categories", Text, nullable=False),
    Column("rights", Text, nullable=False),
    Column("entry_hash", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("content_policy", Text, nullable=False),
    Column("date_text", Text, nullable=False),
    Column("podcast", Text, nullable=False, server_default=""),
    Column("terms", LargeBinary),
    Column("backfill", Boolean, nullable=False),
    Column("story_id", Text),
    Column("removed", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("reasons", Text, nullable=False),
    Column("filed_by", Text, nullable=False, server_default="[]"),
    Column("held", Text),
    Column("sent_as", Text),
    Column("sha256", Text, nullable=False),
    Column("expired", Instant),
)
"""`removed` is what was taken down, and what has `expired`: its content is gone."""

filings = Table(
    "filings",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("ordinal", BigInteger),
    Column("seq", BigInteger, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("removed_by", Text),
    Column("removed_at", Instant),
    Column("sort_at", Instant, nullable=False),
    Column("fresh", Instant),
)

categories = Table(
    "categories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("configured", Boolean, nullable=False),
    Column("created", Instant, nullable=False),
    Column("last_ordinal", BigInteger, nullable=False),
    Column("changed_seq", BigInteger, nullable=False),
    Column("published_seq", BigInteger, nullable=False),
    Column("published_print", Text, nullable=False),
    Column("listed", Text, nullable=False, server_default=""),
    Column("held", Text, nullable=False, server_default=""),
    Column("shows_all", Boolean, nullable=False, server_default=false()),
    Column("first_kept", BigInteger, nullable=False, server_default="1"),
    Column("expiries", BigInteger, nullable=False, server_default="0"),
)
"""`listed` are the articles of the channel published last, `held` why a later one was not published. `shows_all` where
its stories were settled as those of a category that shows every telling. All ordinals before `first_kept` have expired;
`expiries` counts how often retention has changed what its archives and documents hold."""

documents = Table(
    "documents",
    metadata,
    Column("path", Text, primary_key=True),
    Column("category", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("gzipped", LargeBinary, nullable=False),
    Column("brotli", LargeBinary, nullable=False, server_default=""),
    Column("etag", Text, nullable=False),
    Column("modified", Instant, nullable=False),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("language", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What the texts of recent articles are compared by; apart from them, so that a start need not read the texts."""

story_links = Table(
    "story_links",
    metadata,
    Column("one_id", Text, primary_key=True),
    Column("other_id", Text, primary_key=True),
    Column("together", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Pairs of articles, the lesser id first, that the operator has put into one story, or into two."""

related = Table(
    "related",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("other_id", Text, nullable=False),
    Column("heading", Text, nullable=False),
)
"""What an article's entry in feeds names as related, from 1 on: fixed when it is first published."""

announced = Table(
    "announced",
    metadata,
    Column("hub", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("etag", Text, nullable=False),
)
"""Of which version of a feed a hub was told last."""

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("replaced", Instant, nullable=False),
    Column("significant", Boolean, nullable=False),
    Column("distance", Float, nullable=False),
    Column("why", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""The former versions of articles; `seq` is the change that replaced one."""

models = Table(
    "models",
    metadata,
    Column("name", Text, primary_key=True),
    Column("made", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What was trained on the articles: it can be trained again."""
