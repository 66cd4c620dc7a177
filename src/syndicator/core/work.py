"""What passes between the use cases and the store, besides the records themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .identity import Verdict
from .model import AlsoReported, Article, Filing, SourceState


@dataclass(frozen=True, slots=True)
class Saving:
    """What is to be saved of one poll: the source's state after it, and its verdicts, oldest entry first.

    `quiet` is a host that wants to be left alone, and until when.
    """

    state: SourceState
    verdicts: tuple[Verdict, ...] = ()
    quiet: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """The next articles without a place, what they may belong to, and the number up to which they reach."""

    newcomers: tuple[Article, ...]
    relatives: tuple[Article, ...]
    filings: tuple[Filing, ...]
    through: int


@dataclass(frozen=True, slots=True)
class Stale:
    """A category whose documents are behind: when it was made, and the change to render up to."""

    category: str
    created: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Change:
    """One record of the cursor: the article as it is now, removed or not, and the number of the change."""

    article: Article
    removed: bool
    seq: int
    also: tuple[AlsoReported, ...]
