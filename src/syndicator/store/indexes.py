"""The indexes of the tables, for migrations: a program that runs need not know them.

To be told the condition of a partial one, SQLAlchemy loads the dialects of both databases, which no command should have
to wait for.
"""

from __future__ import annotations

from sqlalchemy import Index, text

from .tables import articles, documents, filings, fingerprints, metadata, related, sources, story_links

__all__ = ["metadata"]

Index("ix_sources_due", sources.c.next_poll_at)

# With the hashes, so that a poll which asks for a thousand of them reads no articles.
Index("ix_articles_of_source", articles.c.source_id, articles.c.seq, articles.c.entry_hash)
Index("ix_articles_canonical_url", articles.c.canonical_url)
_TOLD = text("story_id != id")
Index("ix_articles_story", articles.c.story_id, sqlite_where=_TOLD, postgresql_where=_TOLD)
_UP, _UP_SQLITE = text("NOT removed"), text("removed = 0")
Index("ix_articles_age", articles.c.revised, articles.c.seq, sqlite_where=_UP_SQLITE, postgresql_where=_UP)
_HELD, _SENT_AS = text("held IS NOT NULL"), text("sent_as IS NOT NULL")
Index("ix_articles_held", articles.c.source_id, articles.c.seq, sqlite_where=_HELD, postgresql_where=_HELD)
Index("ix_articles_sent_as", articles.c.sent_as, sqlite_where=_SENT_AS, postgresql_where=_SENT_AS)

_SHOWS = text("ordinal IS NOT NULL AND NOT removed")
# As SQLAlchemy spells it there: SQLite uses a partial index only for the very same condition.
_SHOWS_SQLITE = text("ordinal IS NOT NULL AND removed = 0")
Index("ix_filings_cursor", filings.c.category, filings.c.seq, unique=True)
Index("ix_filings_ordinal", filings.c.category, filings.c.ordinal, unique=True)
_WINDOW = filings.c.category, filings.c.sort_at, filings.c.ordinal
Index("ix_filings_window", *_WINDOW, sqlite_where=_SHOWS_SQLITE, postgresql_where=_SHOWS)
Index("ix_filings_fresh", filings.c.category, filings.c.fresh)
_REMOVED = text("removed_at IS NOT NULL")
_GONE = filings.c.category, filings.c.removed_at
Index("ix_filings_removed", *_GONE, sqlite_where=_REMOVED, postgresql_where=_REMOVED)

# So that looking through the versions reads no bodies.
Index("ix_documents_version", documents.c.path, documents.c.category, documents.c.etag, documents.c.modified)

Index("ix_fingerprints_at", fingerprints.c.at)
Index("ix_story_links_other", story_links.c.other_id)
Index("ix_related_other", related.c.other_id)
