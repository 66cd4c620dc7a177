"""Everything that is published of a channel."""

from __future__ import annotations

from jinja2 import Environment

from syndicator.core.model import Channel, Document

from . import addresses, atom, jsonfeed, rss
from .article_json import dump, list_json
from .html import render_list

VERSION = "3"
"""Raise it when rendering changes: every category is rendered again at the next start."""

LIST_SIZE = 10


def documents(channel: Channel, env: Environment) -> tuple[Document, ...]:
    """The documents of one category: RSS, Atom, JSON Feed, and its list to embed as JSON and HTML."""
    site, category = channel.site, channel.category
    latest = [item.article for item in channel.items[:LIST_SIZE]]
    fragment = render_list(env, site, category, latest, f"Latest in {category.title}")
    rendered = (
        (addresses.feed_path(category.id, "rss"), addresses.RSS, rss.render(channel)),
        (addresses.feed_path(category.id, "atom"), addresses.ATOM, atom.render(channel)),
        (addresses.feed_path(category.id, "json"), addresses.JSON_FEED, jsonfeed.render(channel)),
        (addresses.list_path(category.id, "json"), addresses.JSON, dump(list_json(site, category, latest))),
        (addresses.list_path(category.id, "html"), addresses.HTML, fragment.encode()),
    )
    return tuple(Document(path, category.id, kind, body, channel.seq) for path, kind, body in rendered)
