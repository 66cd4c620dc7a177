"""A feed as its publisher sent it: what the readers of all formats give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar, dataclass_transform

from .hints import NO_HINTS, Hints

_Record = TypeVar("_Record")


@dataclass_transform(frozen_default=True)
def record(cls: type[_Record]) -> type[_Record]:
    """A frozen, slotted dataclass of which a feed has thousands: mypy forbids assigning to it, not the machine.

    Guarding every field at run time makes such a record four to six times as slow to make.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


@record
class Person:
    name: str = ""
    email: str = ""
    url: str = ""


@record
class Enclosure:
    """A file that belongs to an article; `length` in bytes, None where the publisher gave none."""

    url: str
    type: str = ""
    length: int | None = None


@record
class Podcast:
    """What makes an entry an episode (itunes and podcast namespaces); `duration` in whole seconds.

    `season` and `episode` as sent, `kind` is full, trailer or bonus, `explicit` None where nothing was said,
    `transcripts` and `chapters` name files.
    """

    duration: int | None = None
    season: str = ""
    episode: str = ""
    kind: str = ""
    explicit: bool | None = None
    chapters: str = ""
    transcripts: tuple[Enclosure, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return self != NO_PODCAST


NO_PODCAST = Podcast()


@record
class Text:
    """Text as sent: `html` is True where the markup means markup, False where it is literal."""

    value: str = ""
    html: bool = False
    base: str = ""


@record
class Entry:
    """An item as its publisher sent it; dates are raw text. `original` is the page that a proxy's `url` leads to, as
    FeedBurner and Pheedo tell it. `flaws` are what could not be read of it.

    `taken_from` are the addresses of the feed that it says it was taken from: Atom names its id and its own link, the
    others only where it stands.
    """

    id: str = ""
    url: str = ""
    original: str = ""
    title: Text = Text()
    summary: Text = Text()
    content: Text = Text()
    authors: tuple[Person, ...] = ()
    published: str = ""
    updated: str = ""
    language: str = ""
    image: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    tags: tuple[str, ...] = ()
    rights: str = ""
    podcast: Podcast = NO_PODCAST
    taken_from: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to publish: an id or a date alone is left where a title was lost."""
        texts = (self.title.value, self.content.value, self.summary.value, self.url)
        return bool(self.enclosures) or any(text and not text.isspace() for text in texts)


ReaderName = Literal["fast", "feedparser", "jsonfeed"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A body that was read. `base` is the URL that relative links in it are relative to.

    `self_url` is where the feed says that it stands itself.
    `doubt` says why the quick reader left it to feedparser; "" where that was not the case.
    `locked` is podcast:locked = yes: the publisher does not want the feed taken over elsewhere.
    """

    reader: ReaderName
    title: str = ""
    id: str = ""
    home_url: str = ""
    language: str = ""
    rights: str = ""
    updated: datetime | None = None
    authors: tuple[Person, ...] = ()
    entries: tuple[Entry, ...] = ()
    base: str = ""
    hints: Hints = NO_HINTS
    locked: bool = False
    flaws: tuple[str, ...] = ()
    doubt: str = ""
    self_url: str = ""


@record
class FeedLink:
    """A feed that a page links."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class NotAFeed:
    """A body that no reader takes; `reason` says what it is instead. An HTML page has `feeds`: those it links."""

    reason: str
    feeds: tuple[FeedLink, ...] | None = None


@dataclass(frozen=True, slots=True)
class NotCertain:
    """A body that the quick readers leave to feedparser, and why."""

    reason: str
