"""Everything that is published of a channel; a poisoned article never costs a feed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson
from lxml import etree

from syndicator.core.document import Document
from syndicator.core.model import Channel

from . import addresses, atom, jsonfeed, rss
from .article_json import dump, list_json
from .html import Templates, render_latest

LIST_SIZE = 10

_RENDERERS: dict[str, Callable[[Channel], bytes]] = {"rss": rss.render, "atom": atom.render, "json": jsonfeed.render}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


@dataclass(frozen=True, slots=True)
class Rendered:
    """Documents, and what could not be in them: articles by id, each with the reason."""

    documents: tuple[Document, ...]
    left_out: tuple[tuple[str, str], ...] = ()


def documents(channel: Channel, env: Templates) -> Rendered:
    """The documents of one category: RSS, Atom, JSON Feed, and its list to embed as JSON and HTML."""
    return _without_poison(channel, lambda sound: (*_feeds(sound), *_lists(sound, env)))


def feed(channel: Channel, extension: str) -> Rendered:
    """One feed of a channel: an archive, or what has changed."""
    return _without_poison(channel, lambda sound: (_feed(sound, extension),))


def _without_poison(channel: Channel, render: Callable[[Channel], tuple[Document, ...]]) -> Rendered:
    """What `render` makes of a channel; where it fails, of those of its articles that can be rendered alone."""
    try:
        return Rendered(render(channel))
    except Exception:
        poison = {item: why for item in channel.items if (why := _failure(replace(channel, items=(item,)), render))}
        if not poison:
            raise
    sound = replace(channel, items=tuple(item for item in channel.items if item not in poison))
    return Rendered(render(sound), tuple((item.article.id, why) for item, why in poison.items()))


def _failure(channel: Channel, render: Callable[[Channel], object]) -> str:
    """Why a channel cannot be rendered; "" where it can."""
    try:
        render(channel)
    except Exception as error:
        return repr(error)[:300]
    return ""


def _feeds(channel: Channel) -> tuple[Document, ...]:
    return tuple(_feed(channel, extension) for extension in _RENDERERS)


def _feed(channel: Channel, extension: str) -> Document:
    body = _RENDERERS[extension](channel)
    check_well_formed(extension, body)
    path = addresses.feed_path(channel.category.id, extension, channel.archive)
    return Document(path, channel.category.id, addresses.MEDIA_TYPES[extension], body, channel.seq)


def check_well_formed(extension: str, body: bytes) -> None:
    """Raise where `body` is not what a strict reader takes: XML, or JSON."""
    if extension == "json":
        orjson.loads(body)
    else:
        etree.fromstring(body, _PARSER)


def _lists(channel: Channel, env: Templates) -> tuple[Document, ...]:
    site, category = channel.site, channel.category
    latest = [item.article for item in channel.items[:LIST_SIZE]]
    fragment = render_latest(env, site, category, latest)
    rendered = (
        (addresses.list_path(category.id, "json"), addresses.JSON, dump(list_json(site, category, latest))),
        (addresses.list_path(category.id, "html"), addresses.HTML, fragment.encode()),
    )
    return tuple(Document(path, category.id, kind, body, channel.seq) for path, kind, body in rendered)
