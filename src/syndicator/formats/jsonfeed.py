"""A channel as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from typing import Any

from syndicator.core.model import Channel, ChannelItem

from . import addresses
from .article_json import dump, rfc3339, source_json
from .content import entry_content
from .feedgen_channel import link, media_type, person_name


def render(channel: Channel) -> bytes:
    """The JSON Feed document of `channel`, UTF-8, byte-stable."""
    site, category = channel.site, channel.category
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": site.category_page(category.id),
        "feed_url": _url(channel, channel.archive),
        "next_url": _url(channel, channel.older) if channel.older else "",
        "description": category.description or site.description,
        "authors": [{"name": site.contact_name or site.title}],
        "language": site.language,
        "hubs": tuple({"type": "WebSub", "url": hub} for hub in channel.hubs),
        "_syndicator": _history(channel),
        "items": [_item(channel, item) for item in channel.items],
    }
    return dump({key: value for key, value in document.items() if value not in ("", {}, ())})


def _url(channel: Channel, archive: int | None) -> str:
    return addresses.feed_url(channel.site, channel.category.id, "json", archive)


def _history(channel: Channel) -> dict[str, Any]:
    """What Atom says by tombstones, and by links between archives."""
    found: dict[str, Any] = {}
    if channel.archive:
        found = {"archive": channel.archive, "current": _url(channel, None)}
    if channel.newer:
        found["next_archive"] = _url(channel, channel.newer)
    if channel.removals:
        found["removed"] = [{"id": one.guid, "removed": rfc3339(one.at)} for one in channel.removals]
    return found


def _item(channel: Channel, item: ChannelItem) -> dict[str, Any]:
    article = item.article
    # Every item needs content_html or content_text: where we may only link, the title stands in.
    full = entry_content(channel.site, item)
    content = {"content_html": full} if full else {}
    fields: dict[str, Any] = {
        "id": article.guid,
        "url": link(channel, article),
        "title": article.heading,
        "summary": article.public_summary,
        **(content or {"content_text": article.public_summary or article.heading}),
        "image": article.public_image,
        "date_published": rfc3339(article.published),
        "date_modified": rfc3339(article.updated),
        "authors": [_author(person_name(person), person.url) for person in article.authors],
        "tags": article.tags,
        "language": article.language,
        "attachments": [_attachment(e.url, media_type(e), e.length) for e in article.public_enclosures],
        "_syndicator": _extension(channel, item),
    }
    return {key: value for key, value in fields.items() if value not in ("", [], ())}


def _author(name: str, url: str) -> dict[str, str]:
    return {"name": name, "url": url} if url else {"name": name}


def _attachment(url: str, type_: str, length: int | None) -> dict[str, Any]:
    return {"url": url, "mime_type": type_, **({"size_in_bytes": length} if length else {})}


def _extension(channel: Channel, item: ChannelItem) -> dict[str, Any]:
    article = item.article
    return {
        "id": article.id,
        "page": channel.site.page(article.id),
        "source": source_json(article),
        "categories": article.categories,
        "rights": article.rights,
        "also": [{"source": other.source, "url": other.url} for other in item.also],
    }
