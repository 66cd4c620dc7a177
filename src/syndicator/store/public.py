"""What the outside may see of what is remembered: short reads for pages, feeds and the API."""

from __future__ import annotations

from collections.abc import Sequence

from syndicator.core.document import PublishedDocument
from syndicator.core.model import Article, ChannelItem
from syndicator.core.related import Neighbour
from syndicator.core.work import Archive, Change, Shelf

from . import reading, related
from .database import Database


class PublicStore:
    """What lies below the story watermark, each verb at one moment."""

    def __init__(self, url: str, read_only: bool = True) -> None:
        self._database = Database(url, read_only)
        self.name = self._database.name
        self.file = self._database.file

    def check_schema(self) -> None:
        """Raise DatabaseOlder or DatabaseNewer unless the schema is this program's."""
        self._database.check_schema()

    def close(self) -> None:
        self._database.close()

    def document(self, path: str) -> PublishedDocument | None:
        with self._database.read() as connection:
            return reading.document(connection, path)

    def publications(self) -> int:
        """A number that grows whenever documents change."""
        with self._database.read() as connection:
            return reading.publications(connection)

    def article(self, article_id: str) -> Change | None:
        """One article as the outside may see it."""
        with self._database.read() as connection:
            return reading.article(connection, article_id)

    def newest(self, category: str, limit: int) -> tuple[ChannelItem, ...]:
        """The articles that a category shows, newest first."""
        with self._database.read() as connection:
            return reading.newest(connection, category, limit)

    def recent(self, category: str) -> tuple[Neighbour, ...]:
        """The newest articles that a category shows, the latest first, as far as they are compared."""
        with self._database.read() as connection:
            return related.recent(connection, category)

    def shown(self, category: str, ids: Sequence[str]) -> tuple[Article, ...]:
        """Those of the articles `ids` that a category shows, in that order."""
        with self._database.read() as connection:
            return reading.shown(connection, category, ids)

    def shelf(self, category: str) -> Shelf | None:
        """What is remembered of a category; None where it never was one."""
        with self._database.read() as connection:
            return reading.shelf(connection, category)

    def archived(self, category: str, number: int, size: int) -> Archive | None:
        """The archive `number` of a category, at `size` articles each; None where there is none."""
        with self._database.read() as connection:
            return reading.archived(connection, category, number, size)

    def versions(self) -> dict[str, tuple[int, ...]]:
        """Of every category numbers that change whenever its documents, or its archives, may."""
        with self._database.read() as connection:
            return reading.versions(connection)

    def changes(self, category: str, after: int, limit: int, through: int | None = None) -> tuple[Change, ...]:
        """The changes numbered above `after`, and up to `through`, of what a category shows or showed, in order."""
        with self._database.read() as connection:
            return reading.changes(connection, category, after, limit, through)

    def document_paths(self) -> tuple[str, ...]:
        """The paths of all published documents."""
        with self._database.read() as connection:
            return reading.document_paths(connection)
