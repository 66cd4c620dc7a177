"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SHOWS = sa.text("ordinal IS NOT NULL AND NOT removed")
# As SQLAlchemy spells it there: SQLite uses a partial index only for the very same condition.
_SHOWS_SQLITE = sa.text("ordinal IS NOT NULL AND removed = 0")


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _maybe_text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text) for name in names]


def _number(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _flag(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def upgrade() -> None:
    _create_counters()
    _create_sources()
    _create_articles()
    _create_filings()
    _create_categories_and_documents()


def _create_counters() -> None:
    counters = op.create_table(
        "counters", *_text("name"), *_number("value"), sa.PrimaryKeyConstraint("name", name="pk_counters")
    )
    op.bulk_insert(counters, [{"name": "seq", "value": 0}, {"name": "stories", "value": 0}])


def _create_sources() -> None:
    op.create_table(
        "sources",
        *_text("id", "origin", "url"),
        *_flag("configured"),
        *_number("next_poll_at"),
        *_text("next_poll_reason"),
        *_maybe_text("etag", "last_modified", "settings_print", "body_hash"),
        sa.Column("last_poll_at", sa.BigInteger),
        sa.Column("last_success_at", sa.BigInteger),
        *_maybe_text("outcome", "error", "flaw"),
        sa.Column("failures", sa.Integer, nullable=False),
        *_flag("gone"),
        sa.Column("retry_after", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_index("ix_sources_due", "sources", ["next_poll_at"])


def _create_articles() -> None:
    op.create_table(
        "articles",
        *_text("id", "guid", "source_id", "provenance", "url", "canonical_url"),
        *_text("title", "summary", "content", "authors"),
        *_number("published", "updated", "accepted", "sort_at", "revised"),
        *_text("language", "image", "enclosures", "tags", "categories", "rights"),
        *_text("entry_hash", "content_hash", "content_policy", "date_text"),
        *_flag("backfill"),
        *_maybe_text("story_id"),
        *_flag("removed"),
        *_number("seq"),
        *_text("reasons", "sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("guid", name="uq_articles_guid"),
        sa.UniqueConstraint("seq", name="uq_articles_seq"),
    )
    op.create_index("ix_articles_of_source", "articles", ["source_id", "seq"])
    op.create_index("ix_articles_canonical_url", "articles", ["canonical_url"])
    op.create_index("ix_articles_story", "articles", ["story_id"])


def _create_filings() -> None:
    op.create_table(
        "filings",
        *_text("article_id", "category"),
        sa.Column("ordinal", sa.BigInteger),
        *_number("seq"),
        *_flag("removed"),
        *_number("sort_at"),
        sa.Column("fresh", sa.BigInteger),
        sa.PrimaryKeyConstraint("article_id", "category", name="pk_filings"),
    )
    op.create_index("ix_filings_cursor", "filings", ["category", "seq"], unique=True)
    op.create_index("ix_filings_ordinal", "filings", ["category", "ordinal"], unique=True)
    window = ["category", "sort_at", "ordinal"]
    op.create_index("ix_filings_window", "filings", window, sqlite_where=_SHOWS_SQLITE, postgresql_where=_SHOWS)
    op.create_index("ix_filings_fresh", "filings", ["category", "fresh"])


def _create_categories_and_documents() -> None:
    op.create_table(
        "categories",
        *_text("id"),
        *_flag("configured"),
        *_number("created", "last_ordinal", "changed_seq", "published_seq"),
        *_text("published_print"),
        sa.PrimaryKeyConstraint("id", name="pk_categories"),
    )
    op.create_table(
        "documents",
        *_text("path", "category", "media_type"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("gzipped", sa.LargeBinary, nullable=False),
        *_text("etag"),
        *_number("modified"),
        sa.PrimaryKeyConstraint("path", name="pk_documents"),
    )
