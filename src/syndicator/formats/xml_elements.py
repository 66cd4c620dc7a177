"""What elements mean in every feed over lxml: the modules of RSS, texts, links, people, and the draft they fill."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from syndicator.core.model import NO_PODCAST, Enclosure, Entry, Feed, Person, Podcast, Text
from syndicator.core.urls import web_url

from . import fields

ATOM = "{http://www.w3.org/2005/Atom}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RSS_1 = "{http://purl.org/rss/1.0/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
MEDIA = "{http://search.yahoo.com/mrss/}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"

_BY_PREFIX = {"dc": DC, "dcterms": DCTERMS, "content": CONTENT, "itunes": ITUNES, "media": MEDIA, "podcast": PODCAST,
              "atom": ATOM}  # fmt: skip
# Other spellings of their names, in lower case as they are compared.
_BY_NAMESPACE = {namespace.lower(): namespace for namespace in (*_BY_PREFIX.values(), RSS_1, XHTML)} | {
    "{http://search.yahoo.com/mrss}": MEDIA,
    "{http://example.com/dtds/podcast-1.0.dtd}": ITUNES,
    "{https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}": PODCAST,
}

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HTML_TYPES = ("html", "text/html", "xhtml", "application/xhtml+xml")
_PLAIN_TYPES = ("text", "plain", "text/plain")

NO_TEXT = Text()


class Unsure(Exception):
    """A construct that may mean something else to a more patient reader; the text says which."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What holds for a whole document: its address, and whether xml:base or xml:lang need looking for."""

    url: str
    based: bool
    spoken: bool
    atom: bool = False

    def base(self, element: etree._Element) -> str:
        """The base of relative links in `element` (XML Base 4.3); a base that is no web address is none."""
        if not self.based:
            return self.url
        above = [one.get(XML_BASE) for one in (element, *element.iterancestors())]
        base = self.url
        for step in filter(None, reversed(above)):
            base = web_url(step, base) or base
        return base

    def absolute(self, url: str, element: etree._Element) -> str:
        """`url` against the base of `element`; what cannot be joined stays as it is."""
        if not url or url.startswith(("http://", "https://")):
            return url
        with suppress(ValueError):
            return urljoin(self.base(element), url)
        return url


class Draft:
    """An entry while its elements are read, in their order."""

    __slots__ = (
        "contents", "created", "enclosures", "id", "image", "keywords", "language", "link", "media", "people",
        "permalink", "podcast", "published", "rights", "scope", "summary", "table", "thumbnail", "title", "title_rank",
        "updated",
    )  # fmt: skip

    def __init__(self, scope: Scope, table: dict[str, Handler]) -> None:
        self.scope = scope
        self.table = table
        self.id = self.link = self.permalink = ""
        self.title = NO_TEXT
        self.title_rank = 0
        self.summary: Text | None = None
        self.contents: list[Text] = []
        self.published = self.updated = self.created = ""
        self.people: list[Person] = []
        self.language = self.rights = self.image = self.thumbnail = ""
        self.enclosures: list[tuple[str, str, str]] = []
        self.media: list[Any] = []
        self.keywords: list[str] = []
        self.podcast: Podcast = NO_PODCAST

    def entry(self) -> Entry:
        """The entry that was drafted."""
        enclosures = [*self.enclosures, *((m.get("url", ""), m.get("type", ""), m.get("fileSize", "")) for m in self.media)]
        return Entry(
            id=self.id,
            url=self.link or self.permalink,
            title=self.title,
            summary=self.summary or NO_TEXT,
            content=fields.fullest(self.contents) if self.contents else NO_TEXT,
            authors=tuple(self.people),
            published=self.published or self.created,
            updated=self.updated,
            language=self.language,
            image=self._image() if enclosures else self.thumbnail or self.image,
            enclosures=tuple(Enclosure(url, kind.lower(), fields.length(size)) for url, kind, size in enclosures if url),
            tags=tuple(dict.fromkeys(self.keywords)),
            rights=self.rights,
            podcast=self.podcast,
        )

    def _image(self) -> str:
        pictures = (m.get("url", "") for m in self.media if m.get("medium") == "image" or _is_image(m.get("type", "")))
        enclosed = (url for url, kind, _ in self.enclosures if _is_image(kind))
        return next(pictures, "") or self.thumbnail or next(enclosed, "") or self.image


def _is_image(media_type: str) -> bool:
    return media_type.lower().startswith("image/")


class Head(Draft):
    """A feed while its elements are read: what it says of itself, and its entries."""

    __slots__ = ("entries", "entry_table", "locked", "ttl")

    def __init__(self, scope: Scope, table: Table, entry_table: Table) -> None:
        # Both tables learn, so they are this document's own.
        super().__init__(scope, dict(table))
        self.entry_table = dict(entry_table)
        self.entries: list[Entry] = []
        self.ttl = self.locked = ""

    def add_entry(self, element: etree._Element, id_: str = "") -> None:
        """Read `element` as the next entry."""
        draft = Draft(self.scope, self.entry_table)
        draft.id = id_
        fill(draft, element)
        self.entries.append(draft.entry())

    def feed(self) -> Feed:
        """The feed that was read."""
        return Feed(
            reader="fast",
            title=self.title.value,
            id=self.id,
            home_url=self.link,
            language=self.language,
            rights=self.rights,
            updated=fields.instant(self.updated or self.published),
            authors=tuple(self.people),
            entries=tuple(self.entries),
            base=web_url(self.scope.url) or web_url(self.link),
            ttl=fields.ttl(self.ttl),
            locked=self.locked.lower() == "yes",
        )


Handler = Callable[[Any, etree._Element], None]
Table = dict[str, Handler]


def fill(draft: Draft, parent: etree._Element) -> None:
    """Read every child of `parent` into `draft`; its table, one for each document, learns what is new to it."""
    table = draft.table
    for child in parent:
        handler = table.get(child.tag)
        if handler is None:
            handler = table[child.tag] = _learned(child, table)
        handler(draft, child)


# --- texts ---------------------------------------------------------------------------------------


def text_of(element: etree._Element) -> str:
    """The text of an element that may hold nothing else."""
    if len(element):
        raise Unsure(f"markup inside <{local_name(element)}>")
    text = (element.text or "").strip()
    return text if text.isascii() else fields.repaired(text)


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def markup(element: etree._Element, scope: Scope, kind: str) -> Text:
    """The text of an element as `kind` (a media type, or text, html of Atom), unless its own `type` says otherwise."""
    kind = element.get("type", kind).lower()
    if kind in _HTML_TYPES:
        html = True
    elif kind in _PLAIN_TYPES:
        html = False
    else:
        raise Unsure(f"<{local_name(element)}> of type {kind!r}")
    text = text_of(element)
    return Text(text, html or (not scope.atom and fields.looks_like_html(text)), scope.base(element))


def sets(name: str) -> Handler:
    """A handler that keeps the text of its element under `name`; of several the last counts."""

    def handle(draft: Draft, element: etree._Element) -> None:
        setattr(draft, name, text_of(element))

    return handle


def titles(rank: int) -> Handler:
    """A handler of a title; the first one that is not empty counts, but for one of a higher rank."""

    def handle(draft: Draft, element: etree._Element) -> None:
        title = markup(element, draft.scope, "text/plain")
        if title.value and rank > draft.title_rank:
            draft.title, draft.title_rank = title, rank

    return handle


def describes(kind: str) -> Handler:
    """A handler of a description, nominally of type `kind`. After the first, others are content until there is some."""

    def handle(draft: Draft, element: etree._Element) -> None:
        if draft.summary is not None and not draft.contents:
            draft.contents.append(markup(element, draft.scope, "text/plain"))
        else:
            draft.summary = markup(element, draft.scope, kind)

    return handle


def _encoded(draft: Draft, element: etree._Element) -> None:
    draft.contents.append(markup(element, draft.scope, "text/html"))
    keep_language(draft, element)


def keep_language(draft: Draft, element: etree._Element) -> None:
    """Keep xml:lang where it stands nearest, but not that of the root, which is the feed's."""
    if draft.scope.spoken and not draft.language:
        above = (one.get(XML_LANG, "") for one in (element, *element.iterancestors()) if one.getparent() is not None)
        draft.language = next(filter(None, above), "")


# --- people, labels, files -------------------------------------------------------------------------


def author(draft: Draft, element: etree._Element) -> None:
    """A person: as text, or as Atom's person construct, which some put into RSS."""
    person = _person_construct(element) if len(element) else fields.person(text_of(element))
    if person.name or person.email:
        draft.people.append(person)


def _person_construct(element: etree._Element) -> Person:
    given = {local_name(part): text_of(part) for part in element}
    return Person(given.get("name", ""), given.get("email", ""), given.get("uri", "") or given.get("url", ""))


def enclosure(draft: Draft, element: etree._Element) -> None:
    """RSS's enclosure: url, type, length."""
    url, kind = element.get("url", "") or element.get("href", ""), element.get("type", "")
    draft.enclosures.append((url.strip(), kind, element.get("length", "")))


def keyword(draft: Draft, element: etree._Element) -> None:
    """A tag as text."""
    if text := text_of(element):
        draft.keywords.append(text)


def _keywords(draft: Draft, element: etree._Element) -> None:
    draft.keywords += filter(None, map(str.strip, text_of(element).split(",")))


def _itunes_category(draft: Draft, element: etree._Element) -> None:
    draft.keywords += filter(None, (one.get("text", "") for one in element.iter(element.tag)))


def link(draft: Draft, element: etree._Element) -> None:
    """Atom's link element (RFC 4287 4.2.7): the entry's page, or a file that belongs to it."""
    attributes = element.attrib
    rel, kind = attributes.get("rel", "alternate").lower(), attributes.get("type", "").lower()
    url = draft.scope.absolute(attributes.get("href", "").strip(), element)
    if rel == "alternate" and url and kind in ("", *_HTML_TYPES):
        draft.link = url
    elif rel == "enclosure":
        draft.enclosures.append((url, kind, attributes.get("length", "")))


def _media_content(draft: Draft, element: etree._Element) -> None:
    draft.media.append(element.attrib)
    if len(element):
        fill(draft, element)


def _media_group(draft: Draft, element: etree._Element) -> None:
    fill(draft, element)


def _thumbnail(draft: Draft, element: etree._Element) -> None:
    draft.thumbnail = draft.thumbnail or element.get("url", "") or text_of(element)


def _itunes_image(draft: Draft, element: etree._Element) -> None:
    draft.image = element.get("href", "") or element.get("url", "") or draft.image


# --- podcasts ------------------------------------------------------------------------------------


def _episode(name: str, read: Callable[[str], Any] = str) -> Handler:
    def handle(draft: Draft, element: etree._Element) -> None:
        draft.podcast = replace(draft.podcast, **{name: read(text_of(element))})

    return handle


def _chapters(draft: Draft, element: etree._Element) -> None:
    draft.podcast = replace(draft.podcast, chapters=element.get("url", ""))


def _transcript(draft: Draft, element: etree._Element) -> None:
    transcript = Enclosure(element.get("url", ""), element.get("type", ""))
    draft.podcast = replace(draft.podcast, transcripts=(*draft.podcast.transcripts, transcript))


# --- which element is what -------------------------------------------------------------------------


def ignore(draft: Draft, element: etree._Element) -> None:
    """An element that says nothing about the entry."""


def only_text(draft: Draft, element: etree._Element) -> None:
    """An element unknown to RSS: harmless, as long as nothing stands in it that is known."""
    if len(element):
        raise Unsure(f"<{local_name(element)}> with elements inside")


def doubtful(draft: Draft, element: etree._Element) -> None:
    """An element that has a meaning elsewhere."""
    raise Unsure(f"<{local_name(element)}> where it does not belong")


MODULES: Table = {
    f"{ATOM}link": link,
    f"{ATOM}published": sets("published"),
    f"{ATOM}updated": sets("updated"),
    f"{DC}title": titles(2),
    f"{DC}creator": author,
    f"{DC}author": author,
    f"{DC}date": sets("updated"),
    f"{DC}description": describes("text/html"),
    f"{DC}language": sets("language"),
    f"{DC}rights": sets("rights"),
    f"{DC}subject": keyword,
    f"{DCTERMS}issued": sets("published"),
    f"{DCTERMS}modified": sets("updated"),
    f"{DCTERMS}created": sets("created"),
    f"{CONTENT}encoded": _encoded,
    f"{ITUNES}author": author,
    f"{ITUNES}summary": describes("text/plain"),
    f"{ITUNES}keywords": _keywords,
    f"{ITUNES}category": _itunes_category,
    f"{ITUNES}image": _itunes_image,
    f"{ITUNES}duration": _episode("duration", fields.duration),
    f"{ITUNES}season": _episode("season"),
    f"{ITUNES}episode": _episode("episode"),
    f"{ITUNES}episodeType": _episode("kind"),
    f"{ITUNES}explicit": _episode("explicit", fields.explicit),
    f"{PODCAST}season": _episode("season"),
    f"{PODCAST}episode": _episode("episode"),
    f"{PODCAST}chapters": _chapters,
    f"{PODCAST}transcript": _transcript,
    f"{MEDIA}title": titles(1),
    f"{MEDIA}description": describes("text/html"),
    f"{MEDIA}content": _media_content,
    f"{MEDIA}group": _media_group,
    f"{MEDIA}thumbnail": _thumbnail,
    f"{MEDIA}category": keyword,
    f"{MEDIA}keywords": _keywords,
}
"""The elements that any feed may borrow."""

# What feedparser would read without a prefix, in whatever feed it stands; the table of the format comes first.
_ELSEWHERE = frozenset(
    """abstract author body category channel content contributor copyright created description email entry
    expirationdate feed feedburner_browserfriendly fullitem guid homepage id image info issued item keywords language
    lastbuilddate link managingeditor modified name published pubdate rights rss source subtitle summary tagline tags
    textinput title updated uri url""".split()
)


def _learned(element: etree._Element, table: Table) -> Handler:
    """The handler of an element that `table` does not know by its full name."""
    namespace, _, name = element.tag.rpartition("}")
    known = _BY_NAMESPACE.get(f"{namespace}}}".lower()) or _BY_PREFIX.get(element.prefix or "", "")
    if element.prefix and not known:
        # In a namespace that nobody knows: its owner's business.
        return ignore
    lower = {tag.lower(): handler for tag, handler in table.items()}
    if known in ("", ATOM, RSS_1, XHTML):
        return lower.get(f"{known}{name}".lower()) or (doubtful if name.lower() in _ELSEWHERE else only_text)
    return lower.get(f"{known}{name}".lower(), ignore)
