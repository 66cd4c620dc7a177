"""An entry becomes an article: plain text, safe HTML, absolute URLs, believed dates, categories."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import dates, identity
from .canonical import canonical
from .categorise import Filing
from .feed import Enclosure, Entry, Feed, Person, Podcast, Text
from .fingerprint import fingerprint
from .identity import Ids
from .model import Article, Category, ContentPolicy, Provenance, Site, Source
from .sanitise import clean_html, lead_image, plain_text, text_of_clean
from .terms import terms_of
from .text import excerpt, one_line, xml_safe
from .urls import public, published_url, web_url, without_tracking

VERSION = "5"
"""Part of every entry's hash: raise it when normalising changes, so that stored articles are made anew."""

MOST_TAGS = 100
_LONGEST_NAME = 200
_LONGEST_TITLE = 1000
_ENOUGH_MARKUP = 4000
"""Characters of markup in which an excerpt's text nearly always is."""
_ENOUGH_TEXT = 1000
"""Characters that tell a language, and what an article is about."""

_EMAIL = re.compile(r"[\w.!#$%&'*+/=^`{|}~-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
# RFC 5646, 2.1: language, extended language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[A-WYZa-wyz0-9](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What normalising an entry of one source depends on besides the entry.

    Texts of articles that are no older than `story_window` when they come are compared with others.
    """

    source: Source
    site: Site
    categories: tuple[Category, ...]
    print: str
    backfill: bool = False
    story_window: timedelta = timedelta(0)


class Normaliser:
    """Makes articles of the entries of one feed, all accepted at one time."""

    def __init__(self, feed: Feed, setting: Setting, accepted: datetime) -> None:
        self._feed = feed
        self._setting = setting
        self._accepted = accepted
        self._zone = dates.zone(setting.source.timezone)
        self._filing = Filing(setting.source, setting.categories)
        self._provenance = _provenance(feed, setting.source)
        self.policy, self._policy_reasons = _policy(feed, setting.source)

    def article(self, entry: Entry, ids: Ids, entry_hash: str) -> Article:
        """The article that `entry` would be if it were new; its reasons say what was changed or left out."""
        feed, setting = self._feed, self._setting
        reasons: list[str] = [*map(one_line, entry.flaws)] if entry.flaws else []
        content = _content(entry, feed, reasons)
        text = text_of_clean(content)
        title, tags = _title(entry, reasons), _tags(entry, reasons)
        published, updated = self._dates(entry, reasons)
        url = _link(entry, feed, reasons)
        summary = _summary(entry, text, reasons)
        language = _language(entry.language or feed.language, reasons)
        people = tuple(dict.fromkeys(filter(_named, map(_person, entry.authors or feed.authors))))
        image = _image(entry, feed, content, reasons)
        enclosures = _enclosures(entry, feed, reasons)
        rights = excerpt(plain_text(entry.rights or feed.rights), _LONGEST_TITLE)
        podcast, date_text = _podcast(entry.podcast, feed), one_line(entry.published or entry.updated)
        facts = (url, title, summary, content, language, image, rights, date_text, self.policy, *tags,
                 *identity.spelled(people, enclosures, podcast))  # fmt: skip
        article = Article(
            id=ids.new,
            guid=identity.published_guid(setting.site, "" if ids.shared else entry.id, ids.new),
            source_id=setting.source.id,
            provenance=self._provenance,
            url=url,
            canonical_url=canonical(_original(entry, feed) or url),
            title=title,
            summary=summary,
            content=content,
            authors=people,
            published=published,
            updated=updated,
            accepted=self._accepted,
            sort_at=min(published, self._accepted),
            revised=self._accepted,
            language=language,
            image=image,
            enclosures=enclosures,
            tags=tags,
            categories=(),
            rights=rights,
            entry_hash=entry_hash,
            content_hash=identity.digest(*facts),
            content_policy=self.policy,
            date_text=date_text,
            podcast=podcast,
            terms=terms_of(title, excerpt(text or summary, _ENOUGH_TEXT)),
            fingerprint=self._fingerprint(published, title, text or summary),
            backfill=setting.backfill,
            reasons=(*reasons, *self._policy_reasons),
        )
        return self._filing.filed(article)

    def _fingerprint(self, published: datetime, title: str, text: str) -> bytes:
        return b"" if self._accepted - published >= self._setting.story_window else fingerprint(title, text)

    def _dates(self, entry: Entry, reasons: list[str]) -> tuple[datetime, datetime]:
        """When it was published and updated."""
        accepted = self._accepted
        published = self._date(entry.published, reasons)
        updated = self._date(entry.updated, reasons)
        first = published or updated or accepted
        if not (entry.published or entry.updated):
            reasons.append("no date given: the time of acceptance is used")
        return first, min(max(updated or first, first), max(accepted, first))

    def _date(self, text: str, reasons: list[str]) -> datetime | None:
        if not text.strip():
            return None
        assumed: list[str] = []
        date = dates.parse(text, self._zone, self._setting.source.date_order, assumed)
        if dates.believable(date, self._accepted):
            reasons += (f"date {one_line(text)[:60]!r}: {what}" for what in assumed)
            return date
        reasons.append(f"date {one_line(text)[:60]!r} is {'not believed' if date else 'unreadable'}")
        return None


def text_to_read(article: Article) -> str:
    """What tells the language of `article`: its title and the beginning of what it says, on one line."""
    beginning = article.content[: article.content.find(">", _ENOUGH_MARKUP) + 1 or None]
    return excerpt(f"{article.title}. {text_of_clean(beginning) or article.summary}", _ENOUGH_TEXT)


def in_language(article: Article, tag: str, certainty: float) -> Article:
    """`article` in the language that its text was found to be in, from 0 to 1 certain; "" where that is in doubt."""
    if not tag:
        why = (
            f"language not told from the text: {certainty:.0%} certain"
            if certainty
            else "too little text to tell a language"
        )
        return replace(article, reasons=(*article.reasons, why))
    why = f"language {tag} told from the text, {certainty:.0%} certain"
    content_hash = identity.digest(article.content_hash, tag)
    return replace(article, language=tag, content_hash=content_hash, reasons=(*article.reasons, why))


# --- the feed --------------------------------------------------------------------------------------


def _policy(feed: Feed, source: Source) -> tuple[ContentPolicy, tuple[str, ...]]:
    """How much may be published. A locked podcast is only linked to, unless the operator decided otherwise."""
    if feed.locked and source.obeys_lock:
        return "link", ("podcast:locked: only the link is published",)
    return source.content, ()


def _provenance(feed: Feed, source: Source) -> Provenance:
    home_url = published_url(feed.home_url, feed.base)
    return Provenance(
        title=one_line(source.title or plain_text(feed.title)) or source.id,
        feed_url=public(source.url) or public(published_url(feed.self_url)),
        home_url=home_url,
        # An id that is an address may hold a key, as the address we poll does.
        feed_id=feed.id if identity.is_global(feed.id) and public(feed.id) in ("", feed.id) else "",
        feed_updated=feed.updated,
    )


# --- texts -----------------------------------------------------------------------------------------


def _plain(text: Text) -> str:
    return plain_text(text.value) if text.html else one_line(text.value)


def _title(entry: Entry, reasons: list[str]) -> str:
    title = _plain(entry.title)
    if not title:
        reasons.append("no title given: the heading is made of what is published of the article")
    if len(title) > _LONGEST_TITLE:
        reasons.append(f"title of {len(title)} characters cut")
    return excerpt(title, _LONGEST_TITLE)


def _content(entry: Entry, feed: Feed, reasons: list[str]) -> str:
    """The content, or the summary where that tells more, as safe HTML."""
    text = _fuller(entry.content, entry.summary)
    if not text.html:
        return _paragraphs(text.value)
    return clean_html(text.value, text.base or web_url(entry.url, feed.base) or feed.base, reasons)


def _fuller(content: Text, summary: Text) -> Text:
    """`content` as a rule; podcasts send a description in HTML, and the same without its markup."""
    if not content.value.strip():
        return summary
    stripped = summary.html and not content.html and len(summary.value) >= len(content.value)
    return summary if stripped else content


def _paragraphs(text: str) -> str:
    """Plain text as HTML: a blank line begins a paragraph."""
    blocks = (one_line(block) for block in xml_safe(text).replace("\r\n", "\n").split("\n\n"))
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def _summary(entry: Entry, text: str, reasons: list[str]) -> str:
    """The summary as one line of plain text, made of the content's `text` where there is none."""
    given = entry.summary
    if given.value and entry.content.value:
        beginning = replace(given, value=given.value[:_ENOUGH_MARKUP])
        if text := _plain(beginning if len(given.value) > _ENOUGH_MARKUP else given):
            return excerpt(text)
    if made := excerpt(text):
        reasons.append("summary made of the content")
    return made or excerpt(_plain(given))


def _tags(entry: Entry, reasons: list[str]) -> tuple[str, ...]:
    if not entry.tags:
        return ()
    given = filter(None, map(plain_text, entry.tags[: 2 * MOST_TAGS]))
    tags = tuple(dict.fromkeys(excerpt(tag, _LONGEST_NAME) for tag in given))
    if len(entry.tags) > MOST_TAGS:
        reasons.append(f"only {MOST_TAGS} of {len(entry.tags)} tags are kept")
    return tags[:MOST_TAGS]


def _language(given: str, reasons: list[str]) -> str:
    """A language tag (RFC 5646) as far as its shape goes; "" where none was given."""
    given = one_line(given)[:35].replace("_", "-")
    if not given or _LANGUAGE.fullmatch(given):
        return given
    reasons.append(f"language {given!r} is no language tag")
    return ""


def _person(person: Person) -> Person:
    email = one_line(person.email) if person.email else ""
    name = excerpt(plain_text(person.name), _LONGEST_NAME)
    return Person(name, email if email and _EMAIL.fullmatch(email) else "", published_url(person.url))


def _named(person: Person) -> bool:
    return bool(person.name or person.email)


# --- addresses -------------------------------------------------------------------------------------


def _link(entry: Entry, feed: Feed, reasons: list[str]) -> str:
    found = published_url(entry.url, feed.base)
    if entry.url and not found and entry.url != entry.id:
        reasons.append(f"link {one_line(entry.url)[:80]!r} is no web address")
    url = without_tracking(found)
    if url != found:
        reasons.append("tracking parameters are taken off the link")
    return url


def _original(entry: Entry, feed: Feed) -> str:
    """The page itself where the link is a proxy's."""
    return published_url(entry.original, feed.base)


def _image(entry: Entry, feed: Feed, content: str, reasons: list[str]) -> str:
    if given := published_url(entry.image, feed.base):
        return given
    if found := published_url(lead_image(content)):
        reasons.append("image taken from the content")
    return found


def _enclosures(entry: Entry, feed: Feed, reasons: list[str]) -> tuple[Enclosure, ...]:
    if not entry.enclosures:
        return ()
    absolute = [Enclosure(published_url(e.url, feed.base), one_line(e.type), e.length) for e in entry.enclosures]
    if dropped := sum(not e.url for e in absolute):
        reasons.append(f"{dropped} of {len(absolute)} enclosures have no web address")
    return tuple({e.url: e for e in absolute if e.url}.values())


def _podcast(podcast: Podcast, feed: Feed) -> Podcast:
    if not podcast:
        return podcast
    transcripts = (Enclosure(published_url(t.url, feed.base), one_line(t.type)) for t in podcast.transcripts)
    return replace(
        podcast,
        season=one_line(podcast.season)[:40],
        episode=one_line(podcast.episode)[:40],
        kind=one_line(podcast.kind)[:20].lower(),
        chapters=published_url(podcast.chapters, feed.base),
        transcripts=tuple(t for t in transcripts if t.url),
    )
