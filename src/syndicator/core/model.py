"""The records every room speaks in: frozen, slotted, tuples inside, aware UTC datetimes.

They are named by their moment: an *entry* is what the publisher sent, an *article* is our record of it,
a *filing* its place in a category, a *channel* what goes into one outgoing feed, a *document* the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from .feed import NO_PODCAST, Enclosure, Person, Podcast, record
from .hints import NO_HINTS, Hint, Hints
from .history import PollDay
from .related import Related
from .rhythm import Rhythm
from .rules import NO_MATCH, Match
from .text import excerpt

ALL = "all"
"""The category that holds every article."""

_FORMER_URLS = 5

DateOrder = Literal["dmy", "mdy", "ymd"]
ContentPolicy = Literal["full", "summary", "link"]
Duplicates = Literal["collapse", "show"]


@dataclass(frozen=True, slots=True)
class Site:
    """Who we are. `url` is the public base of every link and id and never ends in a slash.

    `hubs` are those that are told of changes, and to which readers can subscribe (WebSub). `date_format` is how pages
    and lists write a time, in the directives of strftime that need no language. `related` is how many related articles
    an entry of a feed ends with.
    """

    title: str
    url: str
    description: str
    language: str
    timezone: str
    contact_name: str
    contact_email: str
    hubs: tuple[str, ...] = ()
    date_format: str = "%d/%m/%Y %H:%M"
    related: int = 0

    @property
    def feeds(self) -> str:
        """What the URL of each feed of ours begins with."""
        return f"{self.url}/feeds/"

    def document(self, path: str) -> str:
        """The URL of a document of ours."""
        return f"{self.url}/{path}"

    def page(self, article_id: str) -> str:
        """The URL of an article's page."""
        return f"{self.url}/articles/{article_id}"

    def category_page(self, category: str) -> str:
        """The URL of a category's page; `all` is the front page."""
        return f"{self.url}/" if category == ALL else f"{self.url}/categories/{category}"


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the operator's tree; `id` is its path (`health/oncology`).

    `match` files articles here besides their sources, `exclude` keeps them out whatever else says so. `was` are the
    paths under which it stood before. It shapes neither an article nor a document, so it is left out of the
    representation that their prints are made of: where it is added, nothing is read or rendered again for it.
    `classifier` is how certain the classifier has to be to file an article here, from 0.5 to 1; None where it does not.
    `duplicates` is whether a story shows once here, or every telling of it.
    """

    id: str
    title: str
    description: str = ""
    match: Match = NO_MATCH
    was: tuple[str, ...] = field(default=(), repr=False)
    exclude: Match = NO_MATCH
    classifier: float | None = None
    duplicates: Duplicates = "collapse"

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The paths above this one, nearest first: `a/b/c` gives `a/b`, `a`."""
        parts = self.id.split("/")
        return tuple("/".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))


@dataclass(frozen=True, slots=True)
class Source:
    """A configured feed. `origin` is its first id: it stays when the source is renamed. `was` are the ids that it had
    before, the first one first.

    `obeys_lock` is False where the operator chose `content` for this very source: that outweighs podcast:locked;
    `adaptive` where no interval was chosen for it, so that its rhythm may move it. `cron` outweighs both.
    `max_items` and `max_share` (of a feed's size, from 0 to 1) bound how much of a channel may be its. What `exclude`
    tells is published nowhere. `flood_share` is how much of a poll may be entries that are new to us though old.
    """

    id: str
    url: str
    categories: tuple[str, ...]
    origin: str
    title: str | None = None
    timezone: str = "UTC"
    date_order: DateOrder = "dmy"
    detect_language: bool = False
    content: ContentPolicy = "full"
    obeys_lock: bool = True
    max_items: int | None = None
    max_share: float | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    interval: timedelta = timedelta(hours=1)
    min_interval: timedelta = timedelta(hours=1)
    max_interval: timedelta = timedelta(hours=24)
    adaptive: bool = True
    cron: str = ""
    exclude: Match = NO_MATCH
    flood_share: float = 0.5
    was: tuple[str, ...] = ()


class PollOutcome(StrEnum):
    """How a poll ended, in one word for the operator."""

    NEW = "new"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceState:
    """The row of a source that changes with every poll.

    `url` is the configured one. `moved_to` is where its last `moved_polls` polls in a row were permanently redirected
    to, `adopted_url` a target that is polled in its place since; the validators are those of the URL that is polled,
    `former_urls` those that were polled before, the latest first.
    `body_hash` is None until a body was read since the operator chose `url`. `fresh` is how long the last answer wants
    to be kept, `hints` what the feed asks for.
    What `problems` tell of rests on these: `last_new_at` is when it last brought something new, `expected_by` when it
    would be silent for too long, None where its rhythm does not say; since when it has been failing, been in need of
    repairs though it was sound before, been empty, and had dates that cannot be believed; and `offered_url` is the feed
    that the page links which came in the feed's place. `today` is what its polls came to on the day of the last one.
    """

    source_id: str
    origin: str
    url: str
    next_poll_at: datetime
    next_poll_reason: str = "never polled"
    etag: str | None = None
    last_modified: str | None = None
    settings_print: str | None = None
    body_hash: str | None = None
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    outcome: PollOutcome | None = None
    error: str | None = None
    flaw: str | None = None
    failures: int = 0
    gone: bool = False
    retry_after: datetime | None = None
    fresh: Hint | None = None
    hints: Hints = NO_HINTS
    rhythm: Rhythm | None = None
    moved_to: str | None = None
    moved_polls: int = 0
    adopted_url: str | None = None
    former_urls: tuple[str, ...] = ()
    last_new_at: datetime | None = None
    expected_by: datetime | None = None
    failing_since: datetime | None = None
    flawed_since: datetime | None = None
    empty_since: datetime | None = None
    odd_dates_since: datetime | None = None
    offered_url: str | None = None
    today: PollDay | None = None

    @property
    def polled_url(self) -> str:
        """The URL that is asked for."""
        return self.adopted_url or self.url

    def readdressed(self, url: str, adopted_url: str | None) -> SourceState:
        """The state with other URLs. Validators belong to the one that gave them; articles stay."""
        former = tuple(dict.fromkeys((self.polled_url, *self.former_urls)))[:_FORMER_URLS]
        return replace(
            self, url=url, adopted_url=adopted_url, former_urls=former, moved_to=None, moved_polls=0, etag=None,
            last_modified=None,
        )  # fmt: skip


@record
class Provenance:
    """The source as it described itself when it sent the entry (what `atom:source` wants, RFC 4287 4.2.11)."""

    title: str
    feed_url: str
    home_url: str = ""
    feed_id: str = ""
    feed_updated: datetime | None = None


@record
class Article:
    """Our record of one entry of one source.

    `title` and `summary` are plain text, `content` is sanitised HTML. `sort_at` is `published`, never later
    than `accepted`, fixed at acceptance. `revised` is when we last saw a significant change. `categories`
    starts with the primary one; `all` alone is that of an article that nothing files; one with none is kept, and
    published nowhere. `filed_by` says why it is filed so, `reasons` what else was decided. `terms` tell what it is
    about (`terms_of`); an earlier version made none. `fingerprint` is what its text is compared by: only what was just
    read, or is about to be placed, has one. `seq` is 0 until the store has numbered the change. `held` is why it
    waits for the operator, filed nowhere. `sent_as` is the id that its entry would get now, where that comes under
    another key than it did. Of one that is `removed` the content is gone: it was taken down or, where it says when,
    has `expired`.
    """

    id: str
    guid: str
    source_id: str
    provenance: Provenance
    url: str
    canonical_url: str
    title: str
    summary: str
    content: str
    authors: tuple[Person, ...]
    published: datetime
    updated: datetime
    accepted: datetime
    sort_at: datetime
    revised: datetime
    language: str
    image: str
    enclosures: tuple[Enclosure, ...]
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    rights: str
    entry_hash: str
    content_hash: str
    content_policy: ContentPolicy = "full"
    date_text: str = ""
    podcast: Podcast = NO_PODCAST
    terms: bytes = b""
    fingerprint: bytes = b""
    backfill: bool = False
    story_id: str | None = None
    removed: bool = False
    seq: int = 0
    reasons: tuple[str, ...] = ()
    filed_by: tuple[str, ...] = ()
    held: str | None = None
    sent_as: str | None = None
    expired: datetime | None = None

    @property
    def unfiled(self) -> bool:
        """Whether it is in no category of the operator's since nothing files it, not since something keeps it out."""
        return self.categories == (ALL,)

    @property
    def primary(self) -> str:
        """The category that names the article."""
        return self.categories[0] if self.categories else ALL

    @property
    def heading(self) -> str:
        """The title, or what stands in for one: feeds and pages need some text there."""
        return self.title or excerpt(self.public_summary, 80) or self.url or self.provenance.title

    @property
    def public_summary(self) -> str:
        """The summary as far as the source's content policy lets us publish it."""
        return "" if self.content_policy == "link" else self.summary

    @property
    def public_content(self) -> str:
        """The content as far as the source's content policy lets us publish it."""
        return self.content if self.content_policy == "full" else ""

    @property
    def public_image(self) -> str:
        """The lead image, unless only the link may be published."""
        return "" if self.content_policy == "link" else self.image

    @property
    def public_enclosures(self) -> tuple[Enclosure, ...]:
        """The files, unless only the link may be published."""
        return () if self.content_policy == "link" else self.enclosures


class RemovedBy(StrEnum):
    """Why an article shows no longer where it was filed."""

    TAKEDOWN = "takedown"
    CONFIGURATION = "configuration"
    PUBLISHER = "publisher"
    STORY = "story"
    """Another telling of its story shows in its place; it takes that place again when the other leaves."""
    RETENTION = "retention"
    """It has expired, and nothing is left of the filing."""


@dataclass(frozen=True, slots=True)
class Filing:
    """An article's place in a category; `ordinal` is None until it shows there, and then its own for good.

    `seq` moves with every change that a follower of the category has to learn of.
    """

    article_id: str
    category: str
    ordinal: int | None = None
    seq: int = 0
    removed_by: RemovedBy | None = None

    @property
    def shows(self) -> bool:
        """Whether readers of the category see it."""
        return self.ordinal is not None and self.removed_by is None

    @property
    def may_show(self) -> bool:
        """Whether its story may choose it to be seen."""
        return self.removed_by in (None, RemovedBy.STORY)


@dataclass(frozen=True, slots=True)
class AlsoReported:
    """Another telling of the same story: shown as "also reported by"."""

    source: str
    url: str


@dataclass(frozen=True, slots=True)
class ChannelItem:
    """An article in a channel, with its ordinal there, the other tellings of its story, and what is related to it.

    `fresh` is when it last became news to the channel's subscribers (filed, or significantly edited); None for
    what a source's first poll brought along.
    """

    article: Article
    ordinal: int
    fresh: datetime | None = None
    also: tuple[AlsoReported, ...] = ()
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """An article that a channel showed and shows no longer: what a tombstone says (RFC 6721)."""

    guid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """What goes into one outgoing feed: a pure function of the articles, no clock. Newest item first.

    A category has one channel to subscribe to and, numbered from 1, its archives (RFC 5005); `archive` is the number
    of this one, None where it is subscribed to. `newer` and `older` are the archives next to it, in time.
    """

    site: Site
    category: Category
    items: tuple[ChannelItem, ...]
    updated: datetime
    seq: int
    removals: tuple[Removal, ...] = ()
    archive: int | None = None
    older: int | None = None
    newer: int | None = None
    ttl: timedelta = timedelta(hours=1)

    @property
    def title(self) -> str:
        """What readers call the feed by."""
        site = self.site.title
        return site if self.category.id == ALL else f"{self.category.title} – {site}"

    @property
    def hubs(self) -> tuple[str, ...]:
        """The hubs that tell of its changes; nobody is told of an archive."""
        return () if self.archive else self.site.hubs
