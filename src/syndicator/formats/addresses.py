"""Where documents live: paths of the public surface, and the media type of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syndicator.core.model import Category, Site

RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
OPML = "text/x-opml; charset=utf-8"
JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"

OPML_PATH = "feeds.opml"

FEEDS = (("rss", RSS, "RSS"), ("atom", ATOM, "Atom"), ("json", JSON_FEED, "JSON Feed"))
"""Extension, media type and name of each published feed format."""

MEDIA_TYPES = {extension: media_type for extension, media_type, _ in FEEDS}


def feed_path(category: str, extension: str, archive: int | None = None) -> str:
    """The path of a category's feed or archive: `feeds/health/oncology.rss`, `feeds/health/archive/3.atom`."""
    return f"feeds/{category}.{extension}" if archive is None else f"feeds/{category}/archive/{archive}.{extension}"


def list_path(category: str, extension: str) -> str:
    """The path of a category's list to embed: `categories/health/latest.json`."""
    return f"categories/{category}/latest.{extension}"


def feed_url(site: Site, category: str, extension: str, archive: int | None = None) -> str:
    return site.document(feed_path(category, extension, archive))


_FEED = re.compile(
    r"feeds/(?P<category>[^.]+?)(?:/archive/(?P<archive>[1-9][0-9]{0,8}))?\.(?P<extension>rss|atom|json)"
)


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """What a feed's path says; `archive` is None for the feed to subscribe to."""

    category: str
    extension: str
    archive: int | None = None


def parse_feed_path(path: str) -> FeedAddress | None:
    """What `feed_path` was made of; None where no feed can be."""
    found = _FEED.fullmatch(path)
    if found is None:
        return None
    number = found["archive"]
    return FeedAddress(found["category"], found["extension"], int(number) if number else None)


def feed_links(site: Site, category: Category) -> tuple[tuple[str, str, str], ...]:
    """Media type, title and URL of each feed of `category`, for `<link rel=alternate>`."""
    return tuple(
        (media_type.partition(";")[0], f"{category.title} ({name})", feed_url(site, category.id, extension))
        for extension, media_type, name in FEEDS
    )
