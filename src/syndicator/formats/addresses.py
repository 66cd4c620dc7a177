"""Where documents live: paths of the public surface, and the media type of each."""

from __future__ import annotations

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


def feed_path(category: str, extension: str) -> str:
    """The path of a category's feed: `feeds/health/oncology.rss`."""
    return f"feeds/{category}.{extension}"


def list_path(category: str, extension: str) -> str:
    """The path of a category's list to embed: `categories/health/latest.json`."""
    return f"categories/{category}/latest.{extension}"


def feed_url(site: Site, category: str, extension: str) -> str:
    return f"{site.url}/{feed_path(category, extension)}"


def feed_links(site: Site, category: Category) -> tuple[tuple[str, str, str], ...]:
    """Media type, title and URL of each feed of `category`, for `<link rel=alternate>`."""
    return tuple(
        (media_type.partition(";")[0], f"{category.title} ({name})", feed_url(site, category.id, extension))
        for extension, media_type, name in FEEDS
    )
