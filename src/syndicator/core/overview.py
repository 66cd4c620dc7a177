"""What an operator sees at a glance: how sources stand, how far publishing is behind, articles by their headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .model import SourceState
from .standing import Standing

SEARCHED = 20_000
"""The articles, newest first, whose titles a search looks through: no index is kept for it, since polls would pay."""
FOUND = 100
"""So many of them are shown."""


class Order(StrEnum):
    """What a list of sources is sorted by."""

    STANDING = "standing"
    SOURCE = "source"
    LAST_POLL = "polled"
    NEXT_POLL = "next"
    LAST_NEW = "new"
    ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sources are listed: those with `text` in their id or URL, and of one `standing`; page by page from 1."""

    text: str = ""
    standing: Standing | None = None
    order: Order = Order.STANDING
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source in a list: how many `articles` it has brought."""

    state: SourceState
    standing: Standing
    articles: int


@dataclass(frozen=True, slots=True)
class SourceList:
    """A page of sources, the first being 1; `total` is how many are wanted in all."""

    lines: tuple[SourceLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All sources and the way from poll to page in numbers.

    `due` sources wait for their poll, `unplaced` changes for their story, `stale` categories for being published;
    `waits_since` is when the oldest change came that no feed shows yet, but for categories that are held back.
    """

    standings: Mapping[Standing, int]
    articles: int
    due: int
    unplaced: int
    stale: int
    waits_since: datetime | None

    @property
    def sources(self) -> int:
        return sum(self.standings.values())


@dataclass(frozen=True, slots=True)
class Headline:
    """An article in a list; `told` is what was decided of its story, `name` what its source calls itself."""

    id: str
    seq: int
    source_id: str
    name: str
    title: str
    url: str
    published: datetime
    accepted: datetime
    story_id: str | None
    removed: bool
    held: bool
    categories: tuple[str, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Stories with several tellings, the latest first, each with its tellings in the order in which they came.

    `older` is the number of the change before which there may be others; None at the end.
    """

    stories: tuple[tuple[Headline, ...], ...]
    older: int | None
