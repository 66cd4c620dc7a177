"""Settings as the records that the other rooms speak in."""

from __future__ import annotations

from datetime import timedelta

from syndicator.core.model import Category, Site, Source
from syndicator.core.rules import Match

from .settings import MatchSection, Settings, SourceSection


def site(settings: Settings) -> Site:
    section = settings.site
    return Site(
        title=section.title,
        url=section.url,
        description=section.description or section.title,
        language=section.language,
        timezone=section.timezone,
        contact_name=section.contact.name or section.title,
        contact_email=section.contact.email,
        date_format=section.date_format,
        hubs=tuple(dict.fromkeys(settings.publishing.websub.hubs)),
        related=settings.publishing.related,
    )


def categories(settings: Settings) -> tuple[Category, ...]:
    """The category tree in the order of the file."""
    return tuple(
        Category(
            id_,
            section.title,
            section.description,
            _match(section.match),
            section.was,
            _match(section.exclude),
            section.classifier,
            section.duplicates,
        )
        for id_, section in settings.categories.items()
    )


def story_window(settings: Settings) -> timedelta:
    """How far apart texts are that are compared; none where no texts are."""
    return settings.stories.window if settings.stories.compare_texts else timedelta(0)


def sources(settings: Settings) -> dict[str, Source]:
    """The sources by id, with what they inherit from `site`, `polling` and `publishing`."""
    return {id_: _source(id_, one, settings) for id_, one in settings.sources.items() if one.remove is None}


def purged(settings: Settings) -> tuple[str, ...]:
    """The sources of which nothing is to stay, under all ids that they had."""
    return tuple(name for id_, one in settings.sources.items() if one.remove for name in (id_, *one.was))


def _source(id_: str, section: SourceSection, settings: Settings) -> Source:
    polling = settings.polling
    interval = section.interval or polling.interval
    return Source(
        id=id_,
        origin=section.was[0] if section.was else id_,
        url=section.url,
        categories=section.filed_in,
        title=section.title,
        timezone=section.timezone or settings.site.timezone,
        date_order=section.date_order,
        detect_language=section.detect_language,
        content=section.content or settings.publishing.content,
        obeys_lock=section.content is None,
        max_items=section.max_items or settings.publishing.max_items,
        max_share=section.max_share or settings.publishing.max_share,
        headers=tuple(section.headers.items()),
        interval=interval,
        min_interval=polling.min_interval,
        max_interval=max(polling.max_interval, interval),
        adaptive=section.interval is None
        and not section.url.startswith("file:"),  # reading a file costs nobody anything
        cron=section.cron or "",
        exclude=_match(section.exclude),
        flood_share=section.flood_share or polling.flood_share,
        was=section.was,
    )


def _match(section: MatchSection) -> Match:
    return Match(**section.model_dump())
