"""Who an entry is, and whether what came is new, updated or known."""

from __future__ import annotations

import re
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from .feed import Enclosure, Entry, Person, Podcast, Text
from .model import Article, Category, Site, Source
from .sanitise import text_of_clean
from .text import words, xml_safe
from .urls import host

_ID_BITS = 80
_TAG_YEAR = "2026"
"""RFC 4151 wants a date on which the site's name was held; it is part of ids, so it never moves."""

# Ids that name one thing in the whole world: other hubs and readers can recognise the entry by them.
_GLOBAL_ID = re.compile(
    r"(?:https?://[^\s/]+\.[^\s/]+\S*|tag:[^\s,]+,[0-9-]+:\S*|urn:[a-z0-9][a-z0-9-]+:\S+"
    r"|(?:doi|info|hdl|ark|yt|at|oai|isbn|issn|mid|cid|ni):\S+)",
    re.IGNORECASE,
)
_NOT_IN_IRI = re.compile(r"[\s<>\"{}|\\^`\x00-\x1f\x7f-\x9f\ud800-\udfff]|%(?![0-9A-Fa-f]{2})")


def digest(*parts: str) -> str:
    """A short name for `parts`, in hexadecimal: 80 bits."""
    return _hash(parts).hexdigest()


def _hash(parts: Sequence[str]) -> blake2b:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=_ID_BITS // 8)


def entry_key(entry: Entry) -> str:
    """What makes two sendings of an entry the same: its id, else its link, else its text."""
    if entry.id:
        return f"id:{entry.id}"
    if entry.url:
        return f"url:{entry.url}"
    return f"text:{digest(entry.title.value, entry.summary.value, entry.content.value)}"


def told_apart(entries: Sequence[Entry]) -> tuple[tuple[Entry, bool], ...]:
    """The entries of one body, each identity once, and whether its id is shared by another.

    Where entries share an id but not a title, the id names something else (the page, the file they all belong to):
    `titled` makes the title part of it, so that none is lost. Of true repetitions the first counts.
    """
    titles: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        titles[entry_key(entry)].add(entry.title.value)
    by_key: dict[str, tuple[Entry, bool]] = {}
    for entry in entries:
        key = entry_key(entry)
        shared = len(titles[key]) > 1
        by_key.setdefault(f"{key} {entry.title.value}" if shared else key, (entry, shared))
    return tuple(by_key.values())


def titled(entry: Entry) -> Entry:
    """`entry` with its title as a part of its id."""
    # With a blank in it, it passes for no global id: what is published is one of ours.
    return replace(entry, id=f"{entry.id or entry.url} {digest('title', entry.title.value)}")


def article_id(origin: str, key: str) -> str:
    """Our id of an entry, 16 characters of base 32.

    The same after a re-ingest, whatever the order; another source can never produce it.
    """
    return b32encode(_hash(("article", origin, key)).digest()).decode().lower()


def is_global(guid: str) -> bool:
    """Whether `guid` is an IRI that names one thing in the whole world."""
    fits = guid == xml_safe(guid) and not _NOT_IN_IRI.search(guid) and len(guid) <= 2048
    return fits and bool(_GLOBAL_ID.fullmatch(guid))


def published_guid(site: Site, guid: str, article: str) -> str:
    """The publisher's own `guid` where it names one thing in the world, else one of ours.

    Ours are for us to give: a source that sends one (our own output come back, or a forgery) gets another.
    """
    return guid if is_global(guid) and not guid.startswith(minted_guid(site, "")) else minted_guid(site, article)


def minted_guid(site: Site, article: str) -> str:
    """A tag URI (RFC 4151) under the site's name."""
    return f"{_authority(site.url)}:{article}"


@lru_cache(maxsize=16)
def _authority(site_url: str) -> str:
    return f"tag:{host(site_url)},{_TAG_YEAR}"


def entry_hash(entry: Entry, settings_print: str) -> str:
    """Changes when the entry changes, or when we would read it differently."""
    return digest(
        settings_print, entry.id, entry.url, *_spelled(entry.title), *_spelled(entry.summary), *_spelled(entry.content),
        entry.published, entry.updated, entry.language, entry.image, entry.rights, *entry.tags,
        *spelled(entry.authors, entry.enclosures, entry.podcast),
    )  # fmt: skip


def spelled(people: Iterable[Person], enclosures: Iterable[Enclosure], podcast: Podcast) -> Iterator[str]:
    """Records as text to be hashed; the same only for the same."""
    for person in people:
        yield f"by {person.name}\x1e{person.email}\x1e{person.url}"
    for file in enclosures:
        yield f"with {file.url}\x1e{file.type}\x1e{file.length}"
    if podcast:
        yield repr(podcast)


def _spelled(text: Text) -> tuple[str, str, str]:
    return text.value, "html" if text.html else "text", text.base


def settings_print(source: Source, categories: tuple[Category, ...], site: Site, version: str) -> str:
    """Changes when the reader's `version` or a setting that shapes this source's articles changes."""
    shaping = (
        source.categories, source.timezone, source.date_order, source.detect_language, source.content,
        source.obeys_lock, source.title,
    )  # fmt: skip
    return digest("settings", version, site.url, site.language, repr(shaping), repr(categories))


SAME_STORY = "same story as"
"""How the reason begins that clustering adds; it outlives updates."""


@dataclass(frozen=True, slots=True)
class New:
    article: Article


@dataclass(frozen=True, slots=True)
class Updated:
    """The entry changed; `significant` where a reader would notice."""

    article: Article
    significant: bool


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The raw entry changed, what we made of it did not: only its hash is kept."""

    article_id: str
    entry_hash: str


Verdict = New | Updated | Unchanged


def verdict(found: Article, known: Article | None) -> Verdict:
    """What the article just `found` is to the one `known` under the same id."""
    if known is None:
        return New(found)
    if known.removed or _same(found, known):
        return Unchanged(known.id, found.entry_hash)
    significant = _words(found) != _words(known)
    return Updated(_merged(found, known, significant), significant)


def _words(article: Article) -> tuple[str, ...]:
    """What a reader reads: neither markup nor white space counts."""
    return words(f"{article.title} {text_of_clean(article.content)}")


def _same(found: Article, known: Article) -> bool:
    return (found.content_hash, found.categories) == (known.content_hash, known.categories)


def _merged(found: Article, known: Article, significant: bool) -> Article:
    """The new text in the old frame: what was promised at first sight (guid, order, acceptance) stays."""
    # Without a date that could be believed, `published` is the time of acceptance: the first one counts.
    dated = found.date_text and found.published != found.accepted
    return replace(
        found,
        guid=known.guid,
        published=found.published if dated else known.published,
        updated=max(found.updated, known.updated) if significant else known.updated,
        accepted=known.accepted,
        sort_at=known.sort_at,
        revised=found.accepted if significant else known.revised,
        backfill=known.backfill,
        story_id=known.story_id,
        reasons=(*found.reasons, *(reason for reason in known.reasons if reason.startswith(SAME_STORY))),
    )
