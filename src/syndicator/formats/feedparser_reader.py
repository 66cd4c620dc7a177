"""RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 through feedparser: lenient, and right about fifteen years of damage."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import feedparser

from syndicator.core import hints
from syndicator.core.feed import Enclosure, Entry, Feed, NotAFeed, Person, Podcast, Text
from syndicator.core.urls import web_url

from . import fields
from .discovery import page
from .encodings import relabelled
from .mending import mended
from .xml_outline import Outline, outline

# feedparser writes an end tag for every element of XHTML; HTML takes `</br>` for a second line break.
_END_OF_VOID = re.compile(r"></(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)>")
_HTML_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def read(body: bytes, url: str, content_type: str) -> Feed | NotAFeed:
    """Read an XML feed; never raises for what a body may hold."""
    try:
        labelled, content_type, labels = relabelled(body, content_type)
        whole, mends = mended(labelled)
        parsed = _parse(whole, url, content_type)
        # It writes a declaration above a document that has none.
        lines_before = 0 if whole.lstrip().startswith(b"<?xml") else 1
        if not parsed.version and not parsed.entries:
            return page(body, url) if _HTML_PAGE.search(body[:2048]) else _something_else(body, parsed, lines_before)
        sent = outline(whole)
        flaws = (*labels, *_mistakes(parsed, mends, lines_before), *_losses(parsed, sent))
        return _feed(parsed, url, sent, flaws)
    except MemoryError:
        raise
    except Exception as error:
        # feedparser raises whatever its parts raise (RecursionError, AssertionError, UnicodeError …) on hostile
        # bodies; to us that is one answer: not readable.
        return NotAFeed(f"feedparser gave up on it: {type(error).__name__}: {str(error)[:200]}")


def _losses(parsed: Any, sent: Outline) -> Iterator[str]:
    """What of the entries `sent` is lost; half an entry at the end is taken out of `parsed`."""
    read = len(parsed.entries)
    if read < sent.entries:
        yield f"{sent.entries - read} of {sent.entries} entries are lost in broken or unknown markup"
    elif sent.cut:
        # Half an entry would become an article, and the whole one another.
        parsed.entries.pop()
        yield "it ends inside its last entry, which is left out until it comes whole"


def _parse(body: bytes, url: str, content_type: str) -> Any:
    headers = {"content-location": url if web_url(url) else ""}
    if content_type:
        headers["content-type"] = content_type
    # A BytesIO, since bytes are first tried as a file name. Sanitising and links are ours: nh3 lets no payload
    # through and is not quadratic.
    return feedparser.parse(
        io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
    )


def _something_else(body: bytes, parsed: Any, lines_before: int) -> NotAFeed:
    if body.startswith(b"\x1f\x8b"):
        return NotAFeed("compressed data (gzip), not a feed")
    if parsed.bozo:
        return NotAFeed(f"not a feed: {_mistake(parsed, lines_before)}")
    return NotAFeed("XML, but neither RSS nor Atom")


def _mistakes(parsed: Any, mends: tuple[str, ...], lines_before: int) -> tuple[str, ...]:
    """What the body did wrong; what the server said about it (type, encoding) is no flaw of the body."""
    harmless = feedparser.NonXMLContentType | feedparser.CharacterEncodingOverride
    sound = not parsed.bozo or isinstance(parsed.get("bozo_exception"), harmless)
    repairs = mends if sound else (*mends, _mistake(parsed, lines_before))
    return (f"not well-formed, read with repairs: {', '.join(repairs)}",) if repairs else ()


def _mistake(parsed: Any, lines_before: int) -> str:
    """What made feedparser stumble; it counts `lines_before` the body's first."""
    error = parsed.get("bozo_exception")
    place = f" at line {error.getLineNumber() - lines_before}" if hasattr(error, "getLineNumber") else ""
    message = error.getMessage() if hasattr(error, "getMessage") else str(error)
    return f"{message}{place}"[:300]


def _feed(parsed: Any, url: str, sent: Outline, flaws: tuple[str, ...]) -> Feed:
    head = parsed.feed
    return Feed(
        reader="feedparser",
        title=_string(head, "title"),
        id=_string(head, "id"),
        home_url=_string(head, "link"),
        language=_string(head, "language"),
        rights=_string(head, "rights"),
        updated=fields.instant(_updated(head)),
        authors=_people(head),
        entries=tuple(_entry(raw) for raw in parsed.entries),
        base=web_url(url) or web_url(_string(head, "link")),
        hints=hints.read(
            _string(head, "ttl"),
            sent.hours,
            sent.days,
            _string(head, "sy_updateperiod"),
            _string(head, "sy_updatefrequency"),
        ),
        # feedparser keeps its attributes and loses its text, which is the publisher's word on what we may do.
        locked=sent.locked,
        flaws=flaws,
        self_url=_self_url(head),
    )


def _updated(head: Any) -> str:
    # As a plain dict: feedparser's own falls back from one date to another, with a warning.
    given = dict(head)
    return _string(given, "updated") or _string(given, "published")


def _entry(raw: Any) -> Entry:
    content = fields.fullest([_text(detail) for detail in _records(raw, "content")])
    given = dict(raw)
    flaws: list[str] = []
    return Entry(
        id=_string(raw, "id").strip(),
        url=_link(raw),
        original=_string(raw, "feedburner_origlink") or _string(raw, "pheedo_origlink"),
        title=_text(_record(raw, "title_detail")),
        summary=_text(_record(raw, "summary_detail")),
        content=content,
        authors=_people(raw),
        published=_string(given, "published") or _string(given, "created"),
        updated=_string(given, "updated"),
        language=_language(raw),
        image=_image(raw),
        enclosures=_enclosures(raw, flaws),
        tags=_tags(raw),
        rights=_string(raw, "rights"),
        podcast=_podcast(raw, flaws),
        taken_from=_taken_from(_record(raw, "source")),
        flaws=tuple(flaws),
    )


def _link(raw: Any) -> str:
    """The link; in place of an id that stands in for one, rather where Atom's content stands."""
    link = _string(raw, "link")
    if any(_string(one, "rel") == "alternate" for one in _records(raw, "links")):
        return link
    elsewhere = (_src(d) for d in _records(raw, "content") if fields.readable(_string(d, "type")))
    return next(filter(None, elsewhere), link)


def _self_url(head: Any) -> str:
    """Where a feed says that it stands itself; of several places the last."""
    links = [_string(one, "href") for one in _records(head, "links") if _string(one, "rel").lower() == "self"]
    return links[-1].strip() if links else ""


def _taken_from(source: Any) -> tuple[str, ...]:
    """The addresses of the feed that is an entry's `source`: RSS gives one, Atom the feed's id and its own link."""
    return fields.given(_string(source, "href").strip(), _string(source, "id").strip(), _self_url(source))


def _src(content: Any) -> str:
    """Where Atom's content stands (RFC 4287, 4.1.3.2), absolute against its `xml:base`."""
    src = _string(content, "src").strip()
    return web_url(src, _string(content, "base")) or src


def _files(raw: Any) -> list[tuple[str, str]]:
    """The address and type of each content that stands elsewhere and is no text."""
    found = ((_src(detail), _string(detail, "type")) for detail in _records(raw, "content"))
    return [(url, kind) for url, kind in found if url and not fields.readable(kind)]


def _text(detail: Any) -> Text:
    value, kind = _string(detail, "value"), _string(detail, "type")
    if not fields.readable(kind):
        return Text()  # a picture, a film: what stands there is Base64
    if kind == "application/xhtml+xml":
        value = _END_OF_VOID.sub("/>", value)
    return Text(value, kind != "text/plain", _string(detail, "base"))


def _language(raw: Any) -> str:
    spoken = (_string(detail, "language") for detail in (*_records(raw, "content"), raw))
    return next(filter(None, spoken), "")


def _people(raw: Any) -> tuple[Person, ...]:
    details = _records(raw, "authors")
    people = [fields.person_of(_string(d, "name"), _string(d, "email"), _string(d, "href")) for d in details]
    whole = _string(raw, "author")
    if people and (email := people[-1].email) and whole.partition(email)[2][:1].isalpha():
        # feedparser takes the end of a domain for at most four letters; what it cut apart stands in `author` whole.
        people[-1] = fields.person(whole)
    return tuple(person for person in people if person.name or person.email)


def _tags(raw: Any) -> tuple[str, ...]:
    named = (_string(tag, "label").strip() or _string(tag, "term").strip() for tag in _records(raw, "tags"))
    return tuple(dict.fromkeys(filter(None, named)))


def _image(raw: Any) -> str:
    for media in _records(raw, "media_content"):
        if media.get("medium") == "image" or _string(media, "type").startswith("image/"):
            return _string(media, "url")
    for thumbnail in _records(raw, "media_thumbnail"):
        return _string(thumbnail, "url")
    for link in _records(raw, "enclosures"):
        if _string(link, "type").startswith("image/"):
            return _string(link, "href")
    for url, kind in _files(raw):
        if kind.startswith("image/"):
            return url
    return _string(_record(raw, "image"), "href") or _string(raw, "image")


def _enclosures(raw: Any, flaws: list[str]) -> tuple[Enclosure, ...]:
    links = [tuple(_string(e, key) for key in ("href", "type", "length")) for e in _records(raw, "enclosures")]
    content = [(url, kind, "") for url, kind in _files(raw)]
    media = [tuple(_string(m, key) for key in ("url", "type", "filesize")) for m in _records(raw, "media_content")]
    files = (*links, *content, *media)
    return tuple(
        Enclosure(url.strip(), kind, fields.noted(fields.length(size), "length", size, flaws))
        for url, kind, size in files
        if url
    )


def _podcast(raw: Any, flaws: list[str]) -> Podcast:
    duration = _string(raw, "itunes_duration")
    explicit = raw.get("itunes_explicit")
    transcript = _record(raw, "podcast_transcript")
    return Podcast(
        duration=fields.noted(fields.duration(duration), "duration", duration, flaws),
        season=_string(raw, "itunes_season") or _string(raw, "podcast_season"),
        episode=_string(raw, "itunes_episode") or _string(raw, "podcast_episode"),
        kind=_string(raw, "itunes_episodetype"),
        explicit=explicit if isinstance(explicit, bool) else None,
        chapters=_string(_record(raw, "podcast_chapters"), "url"),
        # Of several, feedparser keeps the last.
        transcripts=(Enclosure(transcript["url"], _string(transcript, "type")),) if "url" in transcript else (),
    )


# feedparser keeps an element it does not know under the element's own name, as text, None or the attributes: a feed
# may so put anything where feedparser's own keys (`tags`, `title_detail`, `ttl` …) hold something else.


def _string(holder: Any, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _record(holder: Any, key: str) -> Any:
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _records(holder: Any, key: str) -> list[Any]:
    value = holder.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
