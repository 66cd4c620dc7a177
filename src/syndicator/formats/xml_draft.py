"""A feed and its entries while their elements are read from an lxml tree, and the tables that say who reads what."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from syndicator.core import hints
from syndicator.core.feed import NO_PODCAST, Enclosure, Entry, Feed, Person, Podcast, Text
from syndicator.core.urls import web_url

from . import fields
from .xml_lifting import Lifted

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
FEEDBURNER = "{http://rssnamespace.org/feedburner/ext/1.0}"
PHEEDO = "{http://www.pheedo.com/namespace/pheedo}"
SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"

_BY_PREFIX = {"dc": DC, "dcterms": DCTERMS, "content": CONTENT, "itunes": ITUNES, "media": MEDIA, "podcast": PODCAST,
              "atom": ATOM, "sy": SYNDICATION}  # fmt: skip
# Other spellings of their names, in lower case as they are compared.
_BY_NAMESPACE = {namespace.lower(): namespace for namespace in (*_BY_PREFIX.values(), RSS_1, XHTML)} | {
    "{http://search.yahoo.com/mrss}": MEDIA,
    "{http://example.com/dtds/podcast-1.0.dtd}": ITUNES,
    "{https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}": PODCAST,
}

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NO_TEXT = Text()


class Unsure(Exception):
    """A construct that may mean something else to a more patient reader; the text says which."""


class Scope:
    """What holds for a whole document: its address, whether xml:base or xml:lang are in it, what was lifted from it."""

    def __init__(self, url: str, inherits: bool, lifted: Lifted, atom: bool) -> None:
        self.url = url
        self.inherits = inherits
        self.atom = atom
        self.lifted = lifted
        self._bases: dict[tuple[str, ...], str] = {(): url}

    def text(self, element: etree._Element) -> str:
        """The text of an element that may hold nothing else."""
        if len(element):
            raise Unsure(f"markup inside <{local_name(element)}>")
        if (text := element.text) is None:
            return ""
        text = text.strip()
        return text if text.isascii() else fields.repaired(self.lifted.put_back(text))

    def base(self, element: etree._Element) -> str:
        """The base of relative links in `element` (XML Base 4.3); a base that is no web address is none."""
        if not self.inherits:
            return self.url
        above = tuple(step for one in (element, *element.iterancestors()) if (step := one.get(XML_BASE)))
        if above not in self._bases:
            base = self.url
            for step in reversed(above):
                base = web_url(step, base) or base
            self._bases[above] = base
        return self._bases[above]

    def absolute(self, url: str, element: etree._Element) -> str:
        """`url` against the base of `element`; what cannot be joined stays as it is."""
        if not url or url.startswith(("http://", "https://")):
            return url
        with suppress(ValueError):
            return urljoin(self.base(element), url)
        return url


class Draft:
    """An entry while its elements are read, in their order."""

    id = link = elsewhere = permalink = published = updated = created = language = rights = image = thumbnail = ""
    original = self_url = ""
    taken_from: tuple[str, ...] = ()
    title = NO_TEXT
    title_rank = 0
    summary: Text | None = None

    def __init__(self, scope: Scope, table: Table, handlers: dict[str, Handler]) -> None:
        self.scope = scope
        self.table = table
        self.handlers = handlers  # the table's, and what is learned from this document
        self.podcast: dict[str, Any] = {}
        self.contents: list[Text] = []
        self.people: list[Person] = []
        self.enclosures: list[tuple[str, str, str]] = []
        self.media: list[tuple[str, str, str, str]] = []
        self.keywords: list[str] = []
        self.flaws: list[str] = []

    def entry(self) -> Entry:
        """The entry that was drafted."""
        return Entry(
            id=self.id,
            url=self.link or self.elsewhere or self.permalink,
            original=self.original,
            title=self.title,
            summary=self.summary or NO_TEXT,
            content=fields.fullest(self.contents) if self.contents else NO_TEXT,
            authors=tuple(self.people) if self.people else (),
            published=self.published or self.created,
            updated=self.updated,
            language=self.language,
            image=self._image() if self.media or self.enclosures else self.thumbnail or self.image,
            enclosures=self._enclosures() if self.media or self.enclosures else (),
            tags=tuple(dict.fromkeys(self.keywords)) if self.keywords else (),
            rights=self.rights,
            podcast=self._podcast() if self.podcast else NO_PODCAST,
            taken_from=self.taken_from,
            flaws=tuple(self.flaws) if self.flaws else (),
        )

    def _podcast(self) -> Podcast:
        transcripts = self.podcast.get("transcripts", ())
        return Podcast(**{**self.podcast, "transcripts": tuple(transcripts)})

    def _enclosures(self) -> tuple[Enclosure, ...]:
        files = [*self.enclosures, *(file[:3] for file in self.media)]
        return tuple([Enclosure(url.strip(), kind.lower(), self._length(size)) for url, kind, size in files if url])

    def _length(self, size: str) -> int | None:
        return fields.noted(fields.length(size), "length", size, self.flaws)

    def _image(self) -> str:
        pictures = (url for url, kind, _, medium in self.media if medium == "image" or _is_image(kind))
        enclosed = (url for url, kind, _ in self.enclosures if _is_image(kind))
        return next(pictures, "") or self.thumbnail or next(enclosed, "") or self.image


def _is_image(media_type: str) -> bool:
    return media_type.lower().startswith("image/")


class Head(Draft):
    """A feed while its elements are read: what it says of itself, and its entries."""

    ttl = period = frequency = locked = ""

    def __init__(self, scope: Scope, table: Table, entry_table: Table) -> None:
        super().__init__(scope, table, dict(table))
        self.hours: list[str] = []
        self.days: list[str] = []
        self._entry_table = entry_table
        self._entry_handlers: dict[str, Handler] = dict(entry_table)
        self.entries: list[Entry] = []

    def add_entry(self, element: etree._Element, id_: str = "") -> None:
        """Read `element` as the next entry."""
        draft = Draft(self.scope, self._entry_table, self._entry_handlers)
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
            base=self.scope.url or web_url(self.link),
            hints=hints.read(self.ttl, self.hours, self.days, self.period, self.frequency),
            locked=fields.locked(self.locked),
            self_url=self.self_url,
        )


Handler = Callable[[Any, etree._Element], None]


class Table(dict[str, Handler]):
    """The handler of each element by its full name (`{namespace}local`)."""

    @cached_property
    def _folded(self) -> dict[str, Handler]:
        return {tag.lower(): handler for tag, handler in self.items()}

    def learned(self, tag: str, prefix: str | None) -> Handler:
        """The handler of an element that is not in the table by its full name."""
        namespace, _, name = tag.rpartition("}")
        known = _BY_NAMESPACE.get(f"{namespace}}}".lower()) or _BY_PREFIX.get(prefix or "", "")
        if prefix and not known:
            # In a namespace that nobody knows: its owner's business.
            return ignore
        elsewhere = doubtful if name.lower() in _ELSEWHERE else only_text
        unread = elsewhere if known in ("", ATOM, RSS_1, XHTML) else ignore
        return self._folded.get(f"{known}{name}".lower(), unread)


def fill(draft: Draft, parent: etree._Element) -> None:
    """Read every child of `parent` into `draft`."""
    handlers = draft.handlers
    for child in parent:
        handler = handlers.get(child.tag)
        if handler is None:
            handler = handlers[child.tag] = draft.table.learned(child.tag, child.prefix)
        handler(draft, child)


def ignore(draft: Draft, element: etree._Element) -> None:
    """An element that says nothing about the entry."""


def only_text(draft: Draft, element: etree._Element) -> None:
    """An element unknown to RSS: harmless, as long as nothing stands in it that is known."""
    if len(element):
        raise Unsure(f"<{local_name(element)}> with elements inside")


def doubtful(draft: Draft, element: etree._Element) -> None:
    """An element that has a meaning elsewhere."""
    raise Unsure(f"<{local_name(element)}> where it does not belong")


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


# What feedparser would read without a prefix, in whatever feed it stands; the table of the format comes first.
_ELSEWHERE = frozenset(
    """abstract author body category channel content contributor copyright created description email entry
    expirationdate feed feedburner_browserfriendly fullitem guid homepage id image info issued item keywords
    language lastbuilddate link managingeditor modified name published pubdate rights rss source subtitle
    summary tagline tags textinput title updated uri url""".split()  # noqa: SIM905 (a list of words reads better)
)
