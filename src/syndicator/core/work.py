"""What passes between the use cases and the store, besides the records themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from .identity import Verdict
from .model import AlsoReported, Article, ChannelItem, Filing, Removal, SourceState
from .related import Related
from .stories import NO_EVIDENCE, Evidence, Placed


@dataclass(frozen=True, slots=True)
class Saving:
    """What is to be saved of one poll: the source's state after it, and its verdicts, oldest entry first.

    `quiet` is a host that wants to be left alone, and until when. `reconfigured` where the operator's settings have
    changed since the last one: what is filed elsewhere now is so by configuration. `took` is how long the answer took;
    None where nobody was asked.
    """

    state: SourceState
    verdicts: tuple[Verdict, ...] = ()
    quiet: tuple[str, datetime] | None = None
    reconfigured: bool = False
    took: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """The next articles without a place, what they may belong to and why, the number up to which they reach, that of
    the last change of all when they were read, and the time of the last of these changes."""

    newcomers: tuple[Article, ...]
    relatives: tuple[Article, ...]
    filings: tuple[Filing, ...]
    through: int
    read: int
    at: datetime
    evidence: Evidence = NO_EVIDENCE


class Placing(Protocol):
    """What gives stories and ordinals to what polls bring."""

    def near(self, newcomers: Sequence[Article]) -> Mapping[str, Sequence[tuple[str, float]]]:
        """Which articles before them are nearly the same, as in `Evidence`."""
        ...

    def place(self, unplaced: Unplaced) -> Placed: ...


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an article's text is compared by (`fingerprint`), and with which others: its date and its language."""

    article_id: str
    at: datetime
    language: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is remembered of a category: when it was made, its last ordinal, and the change published last.

    `configured` is False where the operator has withdrawn it; `listed` are the articles of the channel published last.
    Everything before the ordinal `first_kept` has expired.
    """

    category: str
    created: datetime
    last_ordinal: int
    published_seq: int
    configured: bool = True
    listed: tuple[str, ...] = ()
    first_kept: int = 1


@dataclass(frozen=True, slots=True)
class Archive:
    """What stands in a category's archive `number`, the last one first; a `full` one gets nothing new.

    `since` is when the category was made, `first` the number of the first archive that is left.
    """

    number: int
    items: tuple[ChannelItem, ...]
    full: bool
    since: datetime
    first: int = 1

    @property
    def older(self) -> int | None:
        """The number of the archive before it, if it is left."""
        return self.number - 1 if self.number > self.first else None

    @property
    def newer(self) -> int | None:
        """The number of the archive after it: a full one always has one, though that may be empty yet."""
        return self.number + 1 if self.full else None


@dataclass(frozen=True, slots=True)
class Stale:
    """A category whose documents are behind: when it was made, its last ordinal, and the change to render up to.

    `listed` are the articles of the channel that was published last, up to the change `published_seq`.
    """

    category: str
    created: datetime
    seq: int
    last_ordinal: int = 0
    listed: tuple[str, ...] = ()
    published_seq: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One record of the cursor: the article as it is now, or its removal, and the number of the change.

    `also` and `related` as in ChannelItem.
    """

    article: Article
    removal: Removal | None
    seq: int
    also: tuple[AlsoReported, ...] = ()
    related: tuple[Related, ...] = ()
