"""The sections of a configuration that stand there once: every key, its type, its default, and what it means.

Descriptions are Markdown of one line: editors show them, and the table in docs/configuration.md is made of them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from syndicator.core.model import ContentPolicy

from .forms import Whole
from .values import (
    DatabaseUrl,
    DateFormat,
    Duration,
    Email,
    Flag,
    HubUrls,
    Keep,
    Language,
    Listener,
    Openings,
    Revisions,
    Share,
    SiteUrl,
    Size,
    StoryWindow,
    Text,
    Texts,
    Timezone,
)


def otherwise(words: str) -> dict[str, Any]:
    """What a key is without a value, in `words`, where no value can say it: for what people read."""
    return {"otherwise": words}


def as_written(text: str) -> Any:
    """A default as operators would write it; it is read as what they write."""
    return text


class Section(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, value: Any) -> Any:
        """A section with nothing in it, as when all its lines are commented out, leaves every key out."""
        return {} if value is None else value


class Contact(Section):
    """Whom readers and publishers may write to; it stands in every feed."""

    name: str = Field("", description="Author of the feeds.", json_schema_extra=otherwise("the title"))
    email: Email = Field(
        "", description="Address of the author.", examples=["desk@example.org"], json_schema_extra=otherwise("none")
    )


class SiteSection(Section):
    """Who publishes."""

    title: Text = Field(description="Title of the site and of every feed.", examples=["Example Newsroom"])
    url: SiteUrl = Field(
        description="Public base of every link and id; never taken from a request. Choose it once: ids rest on it.",
        examples=["https://news.example.org"],
    )
    description: str = Field(
        "", description="Shown on the front page and in feeds.", json_schema_extra=otherwise("the title")
    )
    language: Language = Field(
        "en",
        description="Language of the pages, and of feeds, as they declare it; it sets the direction of writing too. It "
        'translates nothing: our own words on pages ("Read the original at") stay English and are marked as such; a '
        "theme replaces them (docs/theming.md#our-words).",
        examples=["pt-BR"],
    )
    timezone: Timezone = Field(
        "UTC", description="For dates without a zone, and for dates on pages.", examples=["Europe/Athens"]
    )
    date_format: DateFormat = Field(
        "%d/%m/%Y %H:%M",
        description="How pages and lists write a time, in `site.timezone`: `%d` day, `%m` month, `%Y` `%y` year, `%H` "
        "`%M` hour and minute, `%Z` zone, `%%`.",
        examples=["%Y-%m-%d %H:%M %Z"],
    )
    theme: Text | None = Field(
        None,
        description="A folder below the configuration's, with templates and static files in the place of ours; see "
        "docs/theming.md.",
        examples=["theme"],
    )
    contact: Contact = Contact()


class Storage(Section):
    """Where everything is kept."""

    url: DatabaseUrl = Field(
        "sqlite:///var/syndicator.db",
        description="A file for SQLite, or a PostgreSQL database; a relative path is relative to the working folder.",
        examples=["postgresql://syndicator:${DB_PASSWORD}@db.example.org/syndicator"],
    )


class Server(Section):
    """Where the program listens: addresses and ports."""

    public: Listener = Field("127.0.0.1:8080", description="Feeds, pages, API.", examples=["0.0.0.0:8080"])
    operator: Listener = Field(
        "127.0.0.1:8081",
        description="Status page, `/readyz` and `/metrics` (docs/monitoring.md). It has no password: keep it off the "
        "public network.",
        examples=["[::1]:8081"],
    )
    operator_hosts: Texts = Field(
        (),
        description="Names under which a proxy of yours passes the operator's page on; it answers under IP addresses "
        "and `localhost` anyway.",
        examples=[["syndicator.intranet.example.org"]],
    )


class Polling(Section):
    """How sources are fetched."""

    interval: Duration = Field(as_written("1h"), description="Time between two polls of a source.", examples=["2h"])
    min_interval: Duration = Field(
        as_written("1h"),
        description="No hint of a publisher and no rhythm brings two polls closer than this.",
        examples=["30m"],
    )
    max_interval: Duration = Field(
        as_written("24h"),
        description="No hint and no failure moves two polls further apart than this; a source's own longer `interval` "
        "does.",
        examples=["7d"],
    )
    timeout: Duration = Field(as_written("30s"), description="For one whole request.", examples=["1m"])
    max_body: Size = Field(as_written("10MiB"), description="Largest body, decoded.", examples=["512KiB"])
    per_host: Annotated[int, Whole(1, 16)] = Field(
        1, description="Connections to one host at a time (1 to 16).", examples=[2]
    )
    allow_private: Openings = Field(
        (),
        description="What sources may reach although it is private: networks, addresses and names, with a port or "
        "without.",
        examples=[["10.1.0.0/16", "intranet.example.org", "127.0.0.1:8000"]],
    )
    flood_share: Share = Field(
        0.5,
        description="How much of a poll may be old entries that are new here (above 0, up to 1, which holds nothing): "
        "what is more is held; see docs/flood-guard.md.",
        examples=[0.8],
    )

    @model_validator(mode="after")
    def _ordered(self) -> Polling:
        if self.min_interval > self.max_interval:
            raise ValueError("min_interval is longer than max_interval")
        return self


class Websub(Section):
    """Hubs that are told of changes, and that readers can subscribe to."""

    hubs: HubUrls = Field(
        (),
        description="Hubs (W3C WebSub) that are named in every feed and told of its changes.",
        examples=[["https://hub.example.org/"]],
    )


class Publishing(Section):
    """What goes into feeds."""

    feed_size: Annotated[int, Whole(1, 500)] = Field(
        50,
        description="Newest entries in a feed (1 to 500); what was filed in the last 24 hours is in it besides.",
        examples=[100],
    )
    archive_size: Annotated[int, Whole(10, 500)] = Field(
        100,
        description="Articles of an archive (10 to 500); another size moves them between archives.",
        examples=[200],
    )
    content: ContentPolicy = Field(
        "full",
        description="What of an article is republished: `full`; `summary`, without its content; `link`, without any "
        "text, image or file. A change reaches new articles and those their source still lists.",
        examples=["summary"],
    )
    max_items: Annotated[int, Whole(1)] | None = Field(
        None, description="How many entries of a feed may be one source's.", examples=[15]
    )
    max_share: Share | None = Field(
        None,
        description="What share of `feed_size` may be one source's (above 0, up to 1).",
        examples=[0.3],
    )
    max_loss: Share = Field(
        0.3,
        description="Share of a feed that may leave it at once without a known cause; see "
        "docs/publishing.md#what-is-held-back.",
        examples=[0.5],
    )
    related: Annotated[int, Whole(0, 20)] = Field(
        0,
        description="How many related articles each entry in feeds ends with (0 to 20); see "
        "docs/publishing.md#at-the-end-of-feed-entries.",
        examples=[5],
    )
    websub: Websub = Websub()


class Stories(Section):
    """What tells that several sources report the same: addresses always, and nearly equal texts of the last days."""

    compare_texts: Flag = Field(
        True,
        description="Tell the same news by nearly equal texts too, not by addresses alone; see docs/stories.md.",
        examples=[False],
    )
    window: StoryWindow = Field(
        as_written("7d"),
        description="How far apart in time texts may be that tell the same news (up to `365d`).",
        examples=["3d"],
    )


class Retention(Section):
    """How long content is kept, and how many of its former versions."""

    keep: Keep = Field(
        as_written("365d"),
        description="How long articles are kept, from their acceptance or last update (at least `1d`); `forever` keeps "
        "all. Feeds keep what they hold; see docs/retention.md.",
        examples=["forever"],
    )
    revisions: Revisions = Field(
        5,
        description="How many former versions of each article are kept for the operator's page (0 to 20; 0 keeps "
        "none); see docs/updates.md.",
        examples=[0],
    )
