"""Fields that mean the same in every XML feed, as text: which to choose, and what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html.entities import entitydefs
from typing import TypeVar

from syndicator.core import dates
from syndicator.core.feed import Person, Text

_Value = TypeVar("_Value")
_NOT_IN_LOCAL_PART = re.compile(r"[^A-Za-z0-9_.+-]")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_READABLE = ("text/", "application/xhtml", "application/xml")
_MONTH = 31 * 86_400
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+)(?:\.\d+)?")


def fullest(texts: Sequence[Text]) -> Text:
    """The one of `texts` that tells most: HTML before plain text, then the longest."""
    best, *others = texts or (Text(),)
    for text in others:
        if (text.html, len(text.value)) > (best.html, len(best.value)):
            best = text
    return best


def given(*texts: str) -> tuple[str, ...]:
    """Those of `texts` that say something, each once."""
    return tuple(dict.fromkeys(filter(None, texts)))


def readable(kind: str) -> bool:
    """Whether what is of `kind`, a media type or a word of Atom such as html, is text, and no picture or film."""
    return "/" not in kind or kind.lower().startswith(_READABLE)


def instant(text: str) -> datetime | None:
    """The date of a whole feed; one without a zone is taken for UTC."""
    return dates.parse(text, UTC)


def length(text: str) -> int | None:
    """The size of an enclosure in bytes; None where it is no number or an impossible one."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 16 else None


def noted(value: _Value | None, what: str, text: str, flaws: list[str]) -> _Value | None:
    """`value`, which `what` was read as; where `text` was given and says nothing, `flaws` tells it."""
    if value is None and text.strip():
        flaws.append(f"{what} {text.strip()[:40]!r} is unreadable")
    return value


def duration(text: str) -> int | None:
    """Whole seconds of `3:25:45`, `25:45` or `1545`; None where it is none of these, or more than a month."""
    if len(text) > 20 or not (clock := _CLOCK.fullmatch(text.strip())):
        return None
    hours, minutes, seconds = (int(part or 0) for part in clock.groups())
    whole = hours * 3600 + minutes * 60 + seconds
    return whole if whole <= _MONTH else None


def person(text: str) -> Person:
    """Name and e-mail address of `jane@example.org (Jane Doe)`, the author of RSS, in either order."""
    at = text.find("@")
    if at < 0:
        return Person(text)
    # Only the surroundings of the first @ are looked at: authors of 30 KB have been seen.
    local = _NOT_IN_LOCAL_PART.split(text[max(0, at - 64) : at])[-1]
    domain = _DOMAIN.match(text, at + 1, at + 256)
    if not local or not domain:
        return Person(text)
    email = f"{local}@{domain.group()}"
    name = text.replace(email, "").replace("()", "").replace("<>", "").strip()
    return Person(name.removeprefix("(").removesuffix(")").strip(), email)


def person_of(name: str, email: str, url: str) -> Person:
    """A person whose parts were given apart, but for a name that holds the address too."""
    named = person(name)
    return Person(named.name, email or named.email, url)


# The elements of HTML that stand in articles. Scripts, frames and plug-ins are left out: who writes `<script>` into a
# title writes about it.
_ELEMENTS = frozenset(
    """a abbr acronym address area article aside audio b bdi bdo big blink blockquote br button canvas caption
    center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset figcaption
    figure font footer form h1 h2 h3 h4 h5 h6 header hr i img input ins kbd label legend li main map mark menu
    meter nav noscript ol optgroup option output p picture pre progress q rp rt ruby s samp section select small
    source span strike strong sub summary sup table tbody td textarea tfoot th thead time tr track tt u ul var
    video wbr""".split()  # noqa: SIM905 (a list of words reads better)
)
_CLOSING_OR_REFERENCE = re.compile(r"</\w+>|&#?\w+;")
_TAG = re.compile(r"</?(\w+)")
_REFERENCE = re.compile(r"&(\w+);")


def looks_like_html(text: str) -> bool:
    """Whether nominally plain text of RSS is markup after all: it has an end tag or a reference, and only HTML's."""
    if "<" not in text and "&" not in text:
        return False
    return (
        _CLOSING_OR_REFERENCE.search(text) is not None
        and all(tag.lower() in _ELEMENTS for tag in _TAG.findall(text))
        and all(name in entitydefs for name in _REFERENCE.findall(text))
    )


def repaired(text: str) -> str:
    """`text` with UTF-8 that was encoded twice decoded twice."""
    if text.isascii():
        return text
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def locked(text: str) -> bool:
    """Whether podcast:locked says that the feed may not be taken over elsewhere."""
    return text.strip().lower() in ("yes", "true")


def explicit(text: str) -> bool | None:
    """What itunes:explicit says: yes, no, or nothing that is known."""
    return {"yes": True, "true": True, "explicit": True, "no": False, "false": False, "clean": False}.get(text.lower())
