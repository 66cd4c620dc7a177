"""What the YAML may say: the whole of it, and each category and source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from syndicator.core.model import ContentPolicy, DateOrder, Duplicates

from .forms import Perhaps, Whole
from .general import Polling, Publishing, Retention, Section, Server, SiteSection, Storage, Stories, otherwise
from .values import (
    CategoryId,
    CategoryIds,
    Certainty,
    Crontab,
    Duration,
    Flag,
    HeaderName,
    HeaderValue,
    LanguageRanges,
    Patterns,
    Share,
    SourceId,
    SourceIds,
    SourceUrl,
    Text,
    Texts,
    Timezone,
)

INCLUDABLE = ("categories", "sources")
"""The sections that an included file may hold."""
_RULE = "A regular expression, whatever the case, or a list of them: single quotes keep its backslashes."
_MATCH = "`tags`, `title`, `text`, `url`, `author`, `language`"


class MatchSection(Section):
    """What tells an article for filing; one hit is enough."""

    tags: Texts = Field(
        (),
        description="Publishers' tags, whatever their case: names, or globs; see docs/filing.md.",
        examples=[["oncology", "covid*"]],
    )
    title: Patterns = Field((), description=f"In the title. {_RULE}", examples=[[r"\btumou?rs?\b"]])
    text: Patterns = Field((), description=f"In the plain text. {_RULE}", examples=[[r"\bclinical trials?\b"]])
    url: Patterns = Field((), description=f"In the address. {_RULE}", examples=[["/health/"]])
    author: Patterns = Field((), description=f"In the name of an author. {_RULE}", examples=[["^Health Desk$"]])
    language: LanguageRanges = Field((), description="Language tags, or their beginnings.", examples=[["de", "pt-BR"]])


class CategorySection(Section):
    """A node of the category tree; its key is its path, `was` are the paths that it had before."""

    title: Text = Field(description="How it is called on pages and in feeds.", examples=["Health"])
    description: str = Field("", description="One line under the title.", json_schema_extra=otherwise("none"))
    match: MatchSection = Field(
        MatchSection(), description=f"What files an article here, whatever its source: {_MATCH}."
    )
    exclude: MatchSection = Field(
        MatchSection(),
        description=f"What keeps an article out of this category, whatever else says so: {_MATCH}.",
    )
    was: CategoryIds = Field(
        (),
        description="The path under which the category stood before, or a list of them; see "
        "docs/configuration.md#renaming-and-withdrawing-categories.",
        examples=["medicine"],
    )
    classifier: Certainty = Field(
        False,
        description="Learn from what is filed here, and file what nothing else does: `true`, or how certain it has to "
        'be (`0.5` to `1`; `true` is `0.9`). Needs `pip install ".[classifier]"` in the checkout (`make setup` has '
        "it); see docs/classifier.md.",
        examples=[True],
    )
    duplicates: Duplicates = Field(
        "collapse",
        description="Whether a story that several sources tell shows once here (`collapse`) or with every telling "
        "(`show`).",
        examples=["show"],
    )


class SourceSection(Section):
    """A feed to poll; its key is its id, in the database and in every command."""

    url: SourceUrl = Field(
        description="Where the feed is: `https://…`, `http://…`, or `file:` with a path below the configuration's "
        "folder.",
        examples=["https://example.org/feed.xml"],
    )
    category: CategoryId | None = Field(
        None,
        description="Where its articles are filed.",
        examples=["health"],
        json_schema_extra=otherwise("required, or `categories`"),
    )
    categories: CategoryIds = Field(
        (),
        description="Where its articles are filed, where that is several; the first one names them. `[]` leaves it to "
        "rules and classifier: what nothing files shows in `all` only.",
        examples=[["health", "science"]],
        json_schema_extra=otherwise("required, or `category`"),
    )
    title: str | None = Field(
        None, description="How it is called on pages and in feeds.", json_schema_extra=otherwise("the feed's")
    )
    timezone: Timezone | None = Field(
        None,
        description="For its dates without a zone.",
        examples=["Europe/Athens"],
        json_schema_extra=otherwise("`site.timezone`"),
    )
    date_order: DateOrder = Field(
        "dmy",
        description="How `05/02/26` is meant: `dmy`, `mdy` or `ymd`; of `05/02/2026`, whether the month stands first.",
        examples=["mdy"],
    )
    detect_language: Flag = Field(
        False,
        description="Tell the language from the text where neither entry nor feed names one.",
        examples=[True],
    )
    content: ContentPolicy | None = Field(
        None,
        description="What of its articles is republished, as in `publishing.content`.",
        examples=["link"],
        json_schema_extra=otherwise("`publishing.content`"),
    )
    max_items: Annotated[int, Whole(1)] | None = Field(
        None,
        description="How many entries of a feed may be its own.",
        examples=[15],
        json_schema_extra=otherwise("`publishing.max_items`"),
    )
    max_share: Share | None = Field(
        None,
        description="What share of `publishing.feed_size` may be its own (above 0, up to 1).",
        examples=[0.3],
        json_schema_extra=otherwise("`publishing.max_share`"),
    )
    flood_share: Share | None = Field(
        None,
        description="How much of a poll of it may be old entries that are new here; see docs/flood-guard.md.",
        examples=[0.8],
        json_schema_extra=otherwise("`polling.flood_share`"),
    )
    interval: Duration | None = Field(
        None,
        description="A fixed pace for this source; see docs/polling.md.",
        examples=["6h"],
        json_schema_extra=otherwise("`polling.interval`, moved by its rhythm"),
    )
    cron: Crontab | None = Field(
        None,
        description="Times to poll it at, in `site.timezone`, in place of an interval: minute, hour, day, month, day "
        "of the week.",
        examples=["0 7 * * *"],
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        {},
        description="Sent to this source's origin only.",
        examples=[{"Authorization": "Bearer ${TOKEN}"}],
        repr=False,
    )
    exclude: MatchSection = Field(MatchSection(), description=f"What of this source is published nowhere: {_MATCH}.")
    was: SourceIds = Field(
        (),
        description="The id that the source had before, or a list of them, the first one first; its articles stay its "
        "own; see docs/reloading.md#sources.",
        examples=["old-id"],
    )
    remove: Literal["purge"] | None = Field(
        None,
        description="`purge` takes all down that it brought, with tombstones, and polls it no more; see "
        "docs/reloading.md#sources.",
        examples=["purge"],
    )

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


class Settings(Section):
    """A whole configuration."""

    site: SiteSection
    storage: Storage = Storage()
    server: Server = Server()
    polling: Polling = Polling()
    publishing: Publishing = Publishing()
    stories: Stories = Stories()
    retention: Retention = Retention()
    categories: Annotated[dict[CategoryId, CategorySection], Perhaps()] = Field(
        min_length=1,
        description="The category tree. Each key is a path, of `a-z 0-9 -` and `/` between levels: `health/oncology`; "
        "a parent holds its children's articles.",
    )
    sources: Annotated[dict[SourceId, SourceSection], Perhaps()] = Field(
        {},
        description="The feeds to poll. Each key is an id, in the database and in every command: keep it, even if the "
        "URL changes.",
    )
    include: Texts = Field(
        (),
        description="Further files that hold `categories:` and `sources:`; names or patterns, relative to the folder "
        "of this file.",
        examples=[["sources/*.yaml"]],
    )
