"""What the use cases need of the world, as Protocols: bootstrap gives them the real things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from syndicator.core.feed import NotAFeed
from syndicator.core.model import Article, ChannelItem, FetchOutcome, FetchRequest, PublishedDocument
from syndicator.core.stories import Placed
from syndicator.core.work import Saving, Stale, Unplaced

from .reading import Reading, ReadingJob


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, in UTC."""
        ...


class Fetch(Protocol):
    def __call__(self, request: FetchRequest) -> FetchOutcome:
        """One conditional GET; whatever the web does is a value."""
        ...


class Read(Protocol):
    def __call__(self, job: ReadingJob) -> Future[Reading | NotAFeed]:
        """Read and normalise a body, later; one that costs more than a feed may is none."""
        ...


class Store(Protocol):
    """The part of the store that polling, clustering and publishing use."""

    def known_hashes(self, source_id: str) -> frozenset[str]: ...
    def articles(self, ids: Sequence[str]) -> dict[str, Article]: ...
    def guids_taken(self, guids: Sequence[str]) -> frozenset[str]: ...
    def save_polls(self, savings: Sequence[Saving]) -> int: ...
    def unplaced(self, limit: int) -> Unplaced | None: ...
    def save_placed(self, placed: Placed, through: int) -> None: ...
    def stale(self, print_: str) -> tuple[Stale, ...]: ...
    def candidates(self, category: str, feed_size: int) -> tuple[ChannelItem, ...]: ...
    def save_documents(self, rendered: Iterable[PublishedDocument], behind: Stale, print_: str) -> tuple[str, ...]: ...
