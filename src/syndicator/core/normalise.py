"""An entry becomes an article: plain text, safe HTML, absolute URLs, believed dates, categories."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from datetime import datetime

from . import dates, identity
from .categorise import categorise
from .feed import Enclosure, Entry, Feed, Person, Text
from .model import Article, Category, Provenance, Site, Source
from .sanitise import clean_html, plain_text
from .text import excerpt, one_line, xml_safe
from .urls import canonical, public, web_url

VERSION = "1"
"""Part of every entry's hash: raise it when normalising changes, so that stored articles are made anew."""

_EMAIL = re.compile(r"[\w.!#$%&'*+/=^`{|}~-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setting:
    """What normalising an entry of one source depends on besides the entry."""

    source: Source
    site: Site
    categories: tuple[Category, ...]
    print: str
    backfill: bool = False


def normalise(entry: Entry, feed: Feed, setting: Setting, accepted: datetime) -> Article:
    """The article that `entry` would be if it were new, accepted at `accepted`."""
    source, site = setting.source, setting.site
    article_id = identity.article_id(source.origin, identity.entry_key(entry))
    title = _plain(entry.title) or excerpt(_plain(entry.content) or _plain(entry.summary), 80)
    tags = tuple(dict.fromkeys(filter(None, map(plain_text, entry.tags))))
    categories, reasons = categorise(title, tags, source, setting.categories)
    published, updated, date_reasons = _dates(entry, setting, accepted)
    content = _content(entry, feed)
    url = web_url(entry.url, feed.base)
    article = Article(
        id=article_id,
        guid=identity.published_guid(site, entry.id, article_id),
        source_id=source.id,
        provenance=_provenance(feed, source),
        url=url,
        canonical_url=canonical(url),
        title=title,
        summary=_summary(entry, content),
        content=content,
        authors=tuple(filter(_named, map(_person, entry.authors or feed.authors))),
        published=published,
        updated=updated,
        accepted=accepted,
        sort_at=min(published, accepted),
        revised=accepted,
        language=one_line(entry.language or feed.language)[:35],
        image=web_url(entry.image, feed.base),
        enclosures=_enclosures(entry, feed),
        tags=tags,
        categories=categories,
        rights=plain_text(entry.rights or feed.rights),
        entry_hash=identity.entry_hash(entry, setting.print),
        content_hash="",
        content_policy=source.content,
        date_text=one_line(entry.published or entry.updated),
        backfill=setting.backfill,
        reasons=(*reasons, *date_reasons),
    )
    return _with_content_hash(article)


def _plain(text: Text) -> str:
    return plain_text(text.value) if text.html else one_line(text.value)


def _content(entry: Entry, feed: Feed) -> str:
    """The fuller of content and summary, as safe HTML."""
    text = entry.content if entry.content.value.strip() else entry.summary
    if not text.html:
        return _paragraphs(text.value)
    return clean_html(text.value, text.base or web_url(entry.url, feed.base) or feed.base)


def _paragraphs(text: str) -> str:
    """Plain text as HTML: a blank line begins a paragraph."""
    blocks = (one_line(block) for block in xml_safe(text).replace("\r\n", "\n").split("\n\n"))
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def _summary(entry: Entry, content: str) -> str:
    return excerpt(_plain(entry.summary) or plain_text(content))


def _provenance(feed: Feed, source: Source) -> Provenance:
    home_url = web_url(feed.home_url, feed.base)
    return Provenance(
        title=one_line(source.title or plain_text(feed.title)) or source.id,
        feed_url=public(source.url) or home_url,
        home_url=home_url,
        # An id that is an address may hold a key, as the address we poll does.
        feed_id=feed.id if identity.is_global(feed.id) and public(feed.id) in ("", feed.id) else "",
        feed_updated=feed.updated,
    )


def _person(person: Person) -> Person:
    email = one_line(person.email)
    return Person(one_line(person.name), email if _EMAIL.fullmatch(email) else "", web_url(person.url))


def _named(person: Person) -> bool:
    return bool(person.name or person.email)


def _enclosures(entry: Entry, feed: Feed) -> tuple[Enclosure, ...]:
    absolute = (Enclosure(web_url(e.url, feed.base), one_line(e.type), e.length) for e in entry.enclosures)
    return tuple({e.url: e for e in absolute if e.url}.values())


def _dates(entry: Entry, setting: Setting, accepted: datetime) -> tuple[datetime, datetime, tuple[str, ...]]:
    """When it was published and updated, and what was not believed on the way."""
    reasons: list[str] = []
    published = _date(entry.published, setting, accepted, reasons)
    updated = _date(entry.updated, setting, accepted, reasons)
    first = published or updated or accepted
    if not (entry.published or entry.updated):
        reasons.append("no date given: the time of acceptance is used")
    return first, min(max(updated or first, first), max(accepted, first)), tuple(reasons)


def _date(text: str, setting: Setting, accepted: datetime, reasons: list[str]) -> datetime | None:
    if not text.strip():
        return None
    date = dates.parse(text, dates.zone(setting.source.timezone), setting.source.date_order)
    if dates.believable(date, accepted):
        return date
    reasons.append(f"date {one_line(text)[:60]!r} is {'not believed' if date else 'unreadable'}")
    return None


def _with_content_hash(article: Article) -> Article:
    facts = (
        article.url, article.title, article.summary, article.content, article.authors, article.language,
        article.image, article.enclosures, article.tags, article.rights, article.date_text, article.content_policy,
    )  # fmt: skip
    return replace(article, content_hash=identity.digest("content", repr(facts)))
