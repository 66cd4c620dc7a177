"""What the use cases need of the world, as Protocols: bootstrap gives them the real things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from syndicator.core.channel import Candidate
from syndicator.core.feed import NotAFeed
from syndicator.core.fetching import FetchFailed, FetchOutcome, FetchRequest, HostQuiet
from syndicator.core.model import Article, ChannelItem, Filing, PublishedDocument, Removal
from syndicator.core.related import Neighbour, Related
from syndicator.core.work import Change, Saving, Stale

from .reading import Reading, ReadingJob


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, in UTC."""
        ...


class Fetch(Protocol):
    def __call__(self, request: FetchRequest) -> FetchOutcome:
        """One conditional GET; whatever the web does is a value."""
        ...


class Announce(Protocol):
    def __call__(self, hub: str, topic: str) -> FetchFailed | HostQuiet | None:
        """Tell a hub that a topic has changed; None where it took note, else what kept it from that."""
        ...


class Classify(Protocol):
    @property
    def offered(self) -> Mapping[str, float]:
        """The categories that it files in, each with the certainty that it asks for."""
        ...

    @property
    def made(self) -> datetime | None:
        """When its model was made; without one, None, it files nothing."""
        ...

    def __call__(self, articles: Sequence[Article]) -> Sequence[Mapping[str, str]]:
        """For each article the categories that its text leaves little doubt of, the most certain first, and by what."""
        ...


Near = Callable[[Sequence[Article]], Mapping[str, Sequence[tuple[str, float]]]]
"""Tells of newcomers which articles before them are nearly the same, as in `Evidence`."""


class Read(Protocol):
    def __call__(self, job: ReadingJob) -> Future[Reading | NotAFeed]:
        """Read and normalise a body, later; one that costs more than a feed may is none."""
        ...


class Store(Protocol):
    """The part of the store that polling and publishing use."""

    def known_hashes(self, source_id: str) -> frozenset[str]: ...
    def articles(self, ids: Sequence[str]) -> dict[str, Article]: ...
    def guids_taken(self, guids: Sequence[str]) -> frozenset[str]: ...
    def save_polls(self, savings: Sequence[Saving]) -> int: ...
    def stale(self, print_: str) -> tuple[Stale, ...]: ...
    def candidates(self, category: str, depth: int) -> tuple[Candidate, ...]: ...
    def contents(
        self, category: str, ids: Sequence[str], left: bool = False
    ) -> tuple[tuple[ChannelItem, ...], tuple[Removal, ...]]: ...
    def filed(self, category: str, ids: Sequence[str]) -> dict[str, Filing]: ...
    def recent(self, category: str) -> tuple[Neighbour, ...]: ...
    def unlisted(self, category: str, after: int, through: int) -> tuple[tuple[str, Neighbour], ...]: ...
    def save_related(self, lists: Mapping[str, Sequence[Related]]) -> None: ...
    def save_documents(
        self, rendered: Iterable[PublishedDocument], behind: Stale, print_: str, listed: Iterable[str], held: str = ""
    ) -> tuple[str, ...]: ...
    def hold(self, category: str, why: str) -> None: ...
    def unannounced(self, hub: str, settled: datetime) -> dict[str, str]: ...
    def save_announced(self, hub: str, versions: Mapping[str, str]) -> None: ...
    def article(self, article_id: str) -> Change | None: ...
    def named(self, name: str, url: str) -> tuple[Article, ...]: ...
    def take_down(self, article_id: str, at: datetime) -> bool: ...
