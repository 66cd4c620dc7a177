"""HTML made safe (nh3), and HTML made plain."""

from __future__ import annotations

import html
import re
from typing import Literal

import nh3

from .text import one_line, xml_safe
from .urls import web_url

_SCHEMES = {"http", "https", "mailto", "tel"}
_TAGS = (nh3.ALLOWED_TAGS - {"map", "area"}) | {
    "audio", "video", "source", "track", "picture", "figure", "figcaption", "main", "section",
}  # fmt: skip
# No `cite`: nh3 neither checks its scheme nor makes it absolute, and no browser shows it.
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "time": {"datetime"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
}
_GONE_WITH_CONTENT = {"script", "style", "noscript", "template", "title", "iframe", "object", "svg", "math"}

# Where a browser breaks the line, plain text needs a blank.
_BREAK = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|pre|section|article|figure|hr|dt|dd)\b)",
    re.IGNORECASE,
)


def clean_html(markup: str, base: str) -> str:
    """`markup` with nothing active left and every link absolute against `base` (dropped where there is no base)."""
    web_base = web_url(base)
    try:
        cleaned = _clean(markup, ("rewrite_with_base", web_base) if web_base else "deny")
    except ValueError:
        # nh3 refuses bases that browsers refuse (WHATWG URL) and RFC 3986 does not, such as http://1.2.3.999/.
        cleaned = _clean(markup, "deny")
    # Once more: `&#12;` has become the character by now.
    return xml_safe(cleaned).strip()


def _clean(markup: str, relative: Literal["deny"] | tuple[Literal["rewrite_with_base"], str]) -> str:
    return nh3.clean(
        xml_safe(markup),
        tags=_TAGS,
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        url_relative=relative,
        link_rel="noopener noreferrer",
    )


def plain_text(markup: str) -> str:
    """What a reader sees of `markup`, on one line."""
    spaced = _BREAK.sub(" <", xml_safe(markup))
    stripped = nh3.clean(spaced, tags=set(), clean_content_tags=_GONE_WITH_CONTENT)
    return one_line(html.unescape(stripped))
