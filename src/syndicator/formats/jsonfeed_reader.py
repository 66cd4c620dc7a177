"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), with the slips that its publishers make."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import islice
from typing import Any

from syndicator.core.feed import NO_PODCAST, Enclosure, Entry, Feed, NotAFeed, Person, Podcast, Text
from syndicator.core.urls import web_url

from . import fields
from .encodings import AS_WINDOWS

_VERSION_URL = "jsonfeed.org/version/"
_LONGEST_NUMBER = 400
"""In digits: Python itself refuses longer ones, and with them the whole document."""
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BLANK = re.compile(r"\s*")
_GAP = re.compile(r"[\s,]*")
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
_MOST_MISTAKES = 20
"""Looking for what comes after one may take the whole text."""
# Strings are matched too, so that what stands in them stays; one that never ends reaches to the end.
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\\?\Z))|,(?=\s*[\]}])', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})|\\')


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


# The standard library's, since it lets lone surrogates and bare line breaks pass: they cost one character, where orjson
# would refuse the whole feed for them.
_DECODER = json.JSONDecoder(strict=False, parse_int=_integer)


def read(body: bytes, url: str) -> Feed | NotAFeed:
    """Read a JSON Feed; never raises for what a body may hold."""
    flaws: list[str] = []
    try:
        document = _document(_text(body, flaws), flaws)
    except RecursionError:
        return NotAFeed("JSON that is nested too deeply")
    except ValueError as error:
        return NotAFeed(f"JSON with a mistake: {error}")
    if not isinstance(document, dict):
        return NotAFeed("JSON, but not a JSON Feed: the outermost value is no object")
    items = document.get("items")
    if isinstance(items, dict) and all(isinstance(item, dict) for item in items.values()):
        items = list(items.values())
        flaws.append("its items are an object instead of an array")
    if _VERSION_URL not in _string(document.get("version")) and not isinstance(items, list):
        return NotAFeed('JSON, but not a JSON Feed: it has neither "version" nor "items"')
    return _feed(document, _list(items), url, flaws)


def _document(text: str, flaws: list[str]) -> Any:
    """What `text` holds, with the commonest mistakes mended or the items around them; raises ValueError for none."""
    try:
        return _decoded(text, flaws)
    except ValueError as error:
        first = error
    mended = _STRING_OR_COMMA.sub(_mended, text)
    try:
        document = _decoded(mended, flaws)
        flaws.append(f"JSON with a mistake, mended: {first}")
    except ValueError as error:
        document = _around_mistakes(mended)
        if not document["items"]:
            raise first from None
        flaws.append(f"JSON with a mistake, only the items that are whole are read: {error}")
    return document


def _decoded(text: str, flaws: list[str]) -> Any:
    start = _BLANK.match(text)
    document, end = _DECODER.raw_decode(text, start.end() if start else 0)
    if after := text[end:].strip():
        flaws.append(f"what follows the end of the JSON is left out: {len(after)} characters")
    return document


def _mended(token: re.Match[str]) -> str:
    """A string with its stray backslashes doubled; a blank for a comma after which nothing comes."""
    if token[1] is None:
        return " "
    return _ESCAPE.sub(lambda e: "\\\\" if e[0] == "\\" else e[0], token[1]) if "\\" in token[1] else token[1]


def _around_mistakes(text: str) -> dict[str, Any]:
    """A feed without its mistakes (nearly always its end, where it was cut): every item that is whole."""
    document: dict[str, Any] = {}
    at = len(text)
    for start in islice(_ITEMS.finditer(text), _MOST_MISTAKES):
        with suppress(ValueError):  # not the feed's own
            document = _DECODER.decode(text[: start.end()] + "]}")
            at = start.end()
            break
    items = document["items"] = []
    end = len(text)
    for mistakes in range(_MOST_MISTAKES):
        with suppress(ValueError):
            while (at := _end_of(_GAP, text, at)) < len(text) and text[at] != "]":
                item, at = _DECODER.raw_decode(text, at)
                # What comes after a mistake may be part of an item; items have ids.
                if isinstance(item, dict) and (not mistakes or "id" in item):
                    items.append(item)
                    end = len(text)
            end = min(at, end)
            if not mistakes:
                break
        at = _end_of(_NEXT, text, at)
    with suppress(ValueError):
        document = {**_DECODER.decode("{" + text[_end_of(_GAP, text, end + 1) :]), **document}
    return document


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where the first match from `at` on ends; the end of `text` where there is none."""
    found = pattern.search(text, at)
    return found.end() if found else len(text)


def _text(body: bytes, flaws: list[str]) -> str:
    """`body` in the encoding of Unicode that its first bytes show (RFC 4627 3); what is not, in windows-1252."""
    encoding = json.detect_encoding(body)
    try:
        text = body.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        flaws.append("not all of it is UTF-8 (RFC 8259, 8.1), the rest read as windows-1252")
        text = body.decode(encoding, AS_WINDOWS if encoding.startswith("utf-8") else "replace")
    return text.lstrip("\ufeff")


def _feed(document: dict[str, Any], items: list[Any], url: str, flaws: list[str]) -> Feed:
    home = _string(document.get("home_page_url"))
    entries = tuple(_entry(item) for item in items if isinstance(item, dict))
    if dropped := len(items) - len(entries):
        flaws.append(f"items that are no objects: {dropped}")
    if document.get("expired") is True:
        flaws.append("the publisher says that it is expired: nothing new will come")
    return Feed(
        reader="jsonfeed",
        title=_string(document.get("title")),
        id=_string(document.get("feed_url")),
        home_url=home,
        language=_string(document.get("language")),
        authors=_people(document),
        entries=entries,
        # The document's own address, as for every format (RFC 3986, 5.1.3); a file has none.
        base=web_url(url) or web_url(_string(document.get("feed_url"))) or web_url(home),
        flaws=tuple(flaws),
        self_url=_string(document.get("feed_url")).strip(),
    )


def _entry(item: dict[str, Any]) -> Entry:
    markup, plain = _string(item.get("content_html")), _string(item.get("content_text"))
    flaws: list[str] = []
    attachments = [one for one in _list(item.get("attachments")) if isinstance(one, dict) and one.get("url")]
    return Entry(
        id=_string(item.get("id")).strip(),
        url=_address(item.get("url")) or _address(item.get("external_url")),
        title=Text(_string(item.get("title"))),
        summary=Text(_string(item.get("summary"))),
        content=Text(markup, html=True) if markup.strip() else Text(plain),
        authors=_people(item),
        published=_string(item.get("date_published")),
        updated=_string(item.get("date_modified")),
        language=_string(item.get("language")),
        image=_address(item.get("image")) or _address(item.get("banner_image")),
        enclosures=tuple(_enclosure(one, flaws) for one in attachments),
        tags=tuple(_tags(item.get("tags"))),
        podcast=_podcast(attachments, flaws),
        taken_from=_taken_from(item.get("_syndicator")),
        flaws=tuple(flaws),
    )


def _taken_from(extension: Any) -> tuple[str, ...]:
    """The feed that a hub of our kind says it has an item from; JSON Feed itself has no field for that."""
    source = extension.get("source") if isinstance(extension, dict) else None
    return fields.given(_address(source.get("feed_url"))) if isinstance(source, dict) else ()


def _people(holder: dict[str, Any]) -> tuple[Person, ...]:
    """`authors` of 1.1, or the single `author` of 1.0; either may be what the other should be, or a mere name."""
    given = _list(holder.get("authors")) or _list(holder.get("author"))
    people = map(_person, given)
    return tuple(person for person in people if person.name or person.email or person.url)


def _person(given: Any) -> Person:
    if not isinstance(given, dict):
        return fields.person(_string(given).strip())
    return fields.person_of(_string(given.get("name")).strip(), _string(given.get("email")), _address(given.get("url")))


def _tags(given: Any) -> list[str]:
    tags = given.split(",") if isinstance(given, str) else _list(given)
    named = (_string(tag.get("name") or tag.get("term") if isinstance(tag, dict) else tag).strip() for tag in tags)
    return list(dict.fromkeys(filter(None, named)))


def _enclosure(attachment: dict[str, Any], flaws: list[str]) -> Enclosure:
    size = _whole(attachment.get("size_in_bytes"))
    kind = _string(attachment.get("mime_type")) or _string(attachment.get("type"))
    return Enclosure(_address(attachment.get("url")), kind, fields.noted(fields.length(size), "length", size, flaws))


def _podcast(attachments: list[dict[str, Any]], flaws: list[str]) -> Podcast:
    given = [_string(one.get("duration_in_seconds")) for one in attachments]
    seconds = [fields.noted(fields.duration(text), "duration", text, flaws) for text in given]
    duration = next(filter(None, seconds), None)
    return Podcast(duration=duration) if duration else NO_PODCAST


def _address(value: Any) -> str:
    """An address, or an object that has one."""
    return _string(value.get("url") if isinstance(value, dict) else value).strip()


def _whole(value: Any) -> str:
    """A number without its fraction."""
    return _string(value).partition(".")[0]


def _string(value: Any) -> str:
    """Strings, and the numbers that some publishers send where ids and dates belong."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _list(value: Any) -> list[Any]:
    """A list, or a single value in place of one."""
    return value if isinstance(value, list) else [] if value is None else [value]
