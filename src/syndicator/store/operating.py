"""The verbs of the Store that the operator's pages are made with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from syndicator.core.flood import HeldSource
from syndicator.core.history import Failure, PollDay
from syndicator.core.model import Article, SourceState
from syndicator.core.overview import Headline, Overview, SourceLine, SourceList, StoryPage, Wanted
from syndicator.core.problems import HeldBack
from syndicator.core.revisions import Revision

from . import history, holding, overview, revisions, splitting
from .public import PublicStore


class Operating(PublicStore):
    """What an operator sees of a store, and what the outside does; each verb one transaction."""

    def overview(self, now: datetime) -> Overview:
        """All sources, and the way from poll to page, in numbers."""
        with self._database.read() as connection:
            return overview.overview(connection, now)

    def source_list(self, wanted: Wanted, now: datetime) -> SourceList:
        """A page of the configured sources."""
        with self._database.read() as connection:
            return overview.source_list(connection, wanted, now)

    def source_line(self, source_id: str, now: datetime) -> SourceLine | None:
        """One configured source."""
        with self._database.read() as connection:
            return overview.source_line(connection, source_id, now)

    def poll_days(self, state: SourceState, now: datetime) -> tuple[PollDay, ...]:
        """What the polls of a source came to on each of the last days, the earliest first."""
        with self._database.read() as connection:
            return history.days(connection, state, now)

    def poll_failures(self, source_id: str) -> tuple[Failure, ...]:
        """The last failures of a source, the latest first."""
        with self._database.read() as connection:
            return history.failures(connection, source_id)

    def latest(self, source_id: str, limit: int) -> tuple[Headline, ...]:
        """The articles of a source that changed last, the latest first."""
        with self._database.read() as connection:
            return overview.latest(connection, source_id, limit)

    def search(self, words: Sequence[str]) -> tuple[Headline, ...]:
        """Of the newest articles those with all `words`, in small letters, in their titles."""
        with self._database.read() as connection:
            return overview.search(connection, words)

    def several_tellings(self, before: int | None = None) -> StoryPage:
        """The latest stories that several articles tell, of changes `before` a number."""
        with self._database.read() as connection:
            return overview.several_tellings(connection, before)

    def troubled(self, now: datetime) -> tuple[SourceState, ...]:
        """The configured sources that may have problems, by id."""
        with self._database.read() as connection:
            return overview.troubled(connection, now)

    def held_back(self) -> tuple[HeldBack, ...]:
        """The categories that are held back, by id, and since when something waits there."""
        with self._database.read() as connection:
            return overview.held_back(connection)

    def hasten(self, source_id: str, at: datetime, why: str) -> SourceState | None:
        """Make a configured source due, also one that is gone; gives its state then."""
        with self._database.write() as connection:
            return overview.hasten(connection, source_id, at, why)

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        """What is kept of an article's former versions, the newest first: for the operator alone."""
        with self._database.read() as connection:
            return revisions.of_article(connection, article_id)

    def held_sources(self) -> tuple[HeldSource, ...]:
        """The sources that are held, and those of which articles are, by id."""
        with self._database.read() as connection:
            return holding.held_sources(connection)

    def held_articles(self, source_id: str, limit: int) -> tuple[Article, ...]:
        """The first articles of a source that are held."""
        with self._database.read() as connection:
            return holding.held_articles(connection, source_id, limit)

    def story(self, article_id: str) -> tuple[Article, ...]:
        """The articles that tell the story of this one, itself among them; none where it is in no story."""
        with self._database.read() as connection:
            return splitting.members(connection, article_id)
