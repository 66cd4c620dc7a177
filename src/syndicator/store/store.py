"""The Store: a few verbs, each one transaction, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from syndicator.core.model import Article, Category, ChannelItem, PublishedDocument, SourceState
from syndicator.core.stories import Placed
from syndicator.core.work import Change, Saving, Stale, Unplaced

from . import polls, publishing, reading, sources, stories
from .database import Database


class Store:
    """Everything that is remembered. Verbs that change something are for the engine alone."""

    def __init__(self, url: str, read_only: bool = False) -> None:
        self._database = Database(url, read_only)
        self.name = self._database.name

    def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to this program's version; gives the revisions before and after."""
        return self._database.migrate()

    def check_schema(self) -> None:
        """Raise DatabaseOlder or DatabaseNewer unless the schema is this program's."""
        self._database.check_schema()

    @contextmanager
    def engine_lock(self) -> Iterator[None]:
        """Hold the place of the one engine; raises EngineRunning while another holds it."""
        with self._database.engine_lock():
            yield

    def close(self) -> None:
        self._database.close()

    # --- polling ----------------------------------------------------------------------------------

    def configure(self, wanted: Iterable[SourceState], tree: Iterable[Category], now: datetime) -> None:
        """Make sources and categories follow the configuration; `wanted` are the states of its sources."""
        with self._database.write() as connection:
            sources.configure(connection, wanted, tree, now)

    def due(self, now: datetime, limit: int, busy: Sequence[str] = ()) -> tuple[SourceState, ...]:
        """The sources whose time has come, the longest overdue first; none on the `busy` hosts."""
        with self._database.read() as connection:
            return sources.due(connection, now, limit, busy)

    def states(self, configured: bool = True) -> dict[str, SourceState]:
        """What is remembered of every configured source, by id; of every source that ever was, unless `configured`."""
        with self._database.read() as connection:
            return sources.states(connection, configured)

    def quiet_hosts(self) -> dict[str, datetime]:
        """The hosts that asked for quiet, and until when."""
        with self._database.read() as connection:
            return sources.quiet_hosts(connection)

    def article_counts(self) -> dict[str, int]:
        """How many articles each source has brought."""
        with self._database.read() as connection:
            return sources.article_counts(connection)

    def known_hashes(self, source_id: str) -> frozenset[str]:
        """The hashes of the source's latest entries."""
        with self._database.read() as connection:
            return polls.known_hashes(connection, source_id)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """The stored articles among `ids`, seen by the engine: also above the watermark."""
        with self._database.read() as connection:
            return polls.by_ids(connection, ids)

    def guids_taken(self, guids: Sequence[str]) -> frozenset[str]:
        """Which of `guids` an article has already."""
        with self._database.read() as connection:
            return polls.guids_taken(connection, guids)

    def save_polls(self, savings: Sequence[Saving]) -> int:
        """Save a batch of polls; gives the number of the last change."""
        with self._database.write() as connection:
            return polls.save(connection, savings)

    # --- stories ----------------------------------------------------------------------------------

    def unplaced(self, limit: int) -> Unplaced | None:
        """The next changes above the watermark with what they may belong to, None where there are none."""
        with self._database.read() as connection:
            return stories.unplaced(connection, limit)

    def save_placed(self, placed: Placed, through: int) -> None:
        """Give stories and ordinals, and move the watermark."""
        with self._database.write() as connection:
            stories.save(connection, placed, through)

    # --- publishing -------------------------------------------------------------------------------

    def stale(self, print_: str) -> tuple[Stale, ...]:
        """The categories whose documents are behind."""
        with self._database.read() as connection:
            return publishing.stale(connection, print_)

    def candidates(self, category: str, feed_size: int) -> tuple[ChannelItem, ...]:
        """What may stand in the category's channel."""
        with self._database.read() as connection:
            return publishing.candidates(connection, category, feed_size)

    def save_documents(self, rendered: Iterable[PublishedDocument], behind: Stale, print_: str) -> tuple[str, ...]:
        """Save the documents whose bytes changed; gives their paths."""
        with self._database.write() as connection:
            return publishing.save(connection, rendered, behind, print_)

    # --- reading, for pages and API ---------------------------------------------------------------

    def document(self, path: str) -> PublishedDocument | None:
        with self._database.read() as connection:
            return reading.document(connection, path)

    def publications(self) -> int:
        """A number that grows whenever documents change."""
        with self._database.read() as connection:
            return reading.publications(connection)

    def withdrawn(self, category: str) -> bool:
        """Whether the category was configured once and is no longer; one that was renamed never was."""
        with self._database.read() as connection:
            return reading.withdrawn(connection, category)

    def article(self, article_id: str) -> Change | None:
        """One article as the outside may see it."""
        with self._database.read() as connection:
            return reading.article(connection, article_id)

    def newest(self, category: str, limit: int, offset: int = 0) -> tuple[ChannelItem, ...]:
        """The articles that a category shows, newest first."""
        with self._database.read() as connection:
            return reading.newest(connection, category, limit, offset)

    def changes(self, category: str, after: int, limit: int) -> tuple[Change, ...]:
        """The changes of a category numbered above `after`, in order."""
        with self._database.read() as connection:
            return reading.changes(connection, category, after, limit)
