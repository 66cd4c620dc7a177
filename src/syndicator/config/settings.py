"""What the YAML may say: every key, its type, its default."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from syndicator.core.model import ContentPolicy, DateOrder, Duplicates
from syndicator.core.naming import RESERVED

from .values import (
    Certainty,
    Crontab,
    DatabaseUrl,
    DateFormat,
    Duration,
    Email,
    HeaderName,
    HeaderValue,
    HubUrl,
    Keep,
    Language,
    LanguageRange,
    Listener,
    OpeningText,
    Pattern,
    Revisions,
    Share,
    SiteUrl,
    Size,
    SourceUrl,
    StoryWindow,
    Timezone,
)


def _category_id(value: str) -> str:
    segments = value.split("/")
    if not all(re.fullmatch(r"[a-z0-9-]+", segment) for segment in segments):
        raise ValueError("a-z, 0-9 and -, with / between levels: health/oncology")
    if reserved := RESERVED.intersection(segments):
        raise ValueError(f"which holds the reserved name {min(reserved)!r}")
    return value


def _several(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        return value
    raise ValueError("text, or a list of texts: [one, another]")


def _source_id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", value):
        raise ValueError("letters, digits, '.', '_' and '-', at most 100, and no sign first")
    return value


Text = Annotated[str, Field(min_length=1)]
CategoryId = Annotated[str, AfterValidator(_category_id)]
CategoryIds = Annotated[tuple[CategoryId, ...], BeforeValidator(_several)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_several)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_several)]
LanguageRanges = Annotated[tuple[LanguageRange, ...], BeforeValidator(_several)]
SourceId = Annotated[str, AfterValidator(_source_id)]
SourceIds = Annotated[tuple[SourceId, ...], BeforeValidator(_several)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Section):
    """Whom readers and publishers may write to; it stands in every feed."""

    name: str = ""
    email: Email = ""


class SiteSection(_Section):
    """Who publishes."""

    title: Text
    url: SiteUrl
    description: str = ""
    language: Language = "en"
    timezone: Timezone = "UTC"
    date_format: DateFormat = "%d/%m/%Y %H:%M"
    theme: Text | None = None
    contact: Contact = Contact()


class Storage(_Section):
    """Where everything is kept."""

    url: DatabaseUrl = "sqlite:///var/syndicator.db"


class Server(_Section):
    """The listeners."""

    public: Listener = "127.0.0.1:8080"
    operator: Listener = "127.0.0.1:8081"
    operator_hosts: tuple[Text, ...] = ()


class Polling(_Section):
    """How sources are fetched."""

    interval: Duration = timedelta(hours=1)
    min_interval: Duration = timedelta(hours=1)
    max_interval: Duration = timedelta(hours=24)
    timeout: Duration = timedelta(seconds=30)
    max_body: Size = 10 * 2**20
    per_host: int = Field(1, ge=1, le=16)
    allow_private: tuple[OpeningText, ...] = ()
    flood_share: Share = 0.5

    @model_validator(mode="after")
    def _ordered(self) -> Polling:
        if self.min_interval > self.max_interval:
            raise ValueError("min_interval is longer than max_interval")
        return self


class Websub(_Section):
    """Hubs that are told of changes, and that readers can subscribe to."""

    hubs: tuple[HubUrl, ...] = ()


class Publishing(_Section):
    """What goes into feeds."""

    feed_size: int = Field(50, ge=1, le=500)
    archive_size: int = Field(100, ge=10, le=500)
    content: ContentPolicy = "full"
    max_items: int | None = Field(None, ge=1)
    max_share: Share | None = None
    max_loss: Share = 0.3
    related: int = Field(0, ge=0, le=20)
    websub: Websub = Websub()


class Stories(_Section):
    """What tells that several sources report the same: addresses always, and nearly equal texts of the last days."""

    compare_texts: bool = True
    window: StoryWindow = timedelta(days=7)


class Retention(_Section):
    """How long content is kept, and how many of its former versions."""

    keep: Keep = timedelta(days=365)
    revisions: Revisions = 5


class MatchSection(_Section):
    """What tells an article for filing; one hit is enough."""

    tags: Texts = ()
    title: Patterns = ()
    text: Patterns = ()
    url: Patterns = ()
    author: Patterns = ()
    language: LanguageRanges = ()


class CategorySection(_Section):
    """A node of the category tree; its key is its path, `was` are the paths that it had before."""

    title: Text
    description: str = ""
    match: MatchSection = MatchSection()
    exclude: MatchSection = MatchSection()
    was: CategoryIds = ()
    classifier: Certainty = None
    duplicates: Duplicates = "collapse"


class SourceSection(_Section):
    """A feed to poll; its key is its id, `was` are the ids that it had before, the first one first.

    With `remove: purge` it is polled no more, and what it brought is taken down.
    """

    url: SourceUrl
    category: CategoryId | None = None
    categories: CategoryIds = ()
    title: str | None = None
    timezone: Timezone | None = None
    date_order: DateOrder = "dmy"
    detect_language: bool = False
    content: ContentPolicy | None = None
    max_items: int | None = Field(None, ge=1)
    max_share: Share | None = None
    flood_share: Share | None = None
    interval: Duration | None = None
    cron: Crontab | None = None
    headers: dict[HeaderName, HeaderValue] = Field({}, repr=False)
    exclude: MatchSection = MatchSection()
    was: SourceIds = ()
    remove: Literal["purge"] | None = None

    @model_validator(mode="after")
    def _filed_somewhere(self) -> SourceSection:
        filed = self.category or self.categories or "categories" in self.model_fields_set
        if not filed and self.remove is None:
            raise ValueError("give `category: NAME` or `categories: [NAME, …]`; `[]` leaves it to rules and classifier")
        return self

    @model_validator(mode="after")
    def _timed_once(self) -> SourceSection:
        if self.interval and self.cron:
            raise ValueError("give `interval` or `cron`, not both")
        return self

    @property
    def filed_in(self) -> tuple[str, ...]:
        """The categories of the source, the primary one first; () where only rules and the classifier file it."""
        first = (self.category,) if self.category else ()
        return tuple(dict.fromkeys((*first, *self.categories)))


class Settings(_Section):
    """A whole configuration."""

    site: SiteSection
    storage: Storage = Storage()
    server: Server = Server()
    polling: Polling = Polling()
    publishing: Publishing = Publishing()
    stories: Stories = Stories()
    retention: Retention = Retention()
    categories: dict[CategoryId, CategorySection] = Field(min_length=1)
    sources: dict[SourceId, SourceSection] = Field(default_factory=dict)
    include: tuple[str, ...] = ()
