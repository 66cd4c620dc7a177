"""HTML made safe (nh3), and HTML made plain."""

from __future__ import annotations

import html
import re

import nh3

from .text import one_line, xml_safe
from .urls import web_url

_SCHEMES = {"http", "https", "mailto", "tel"}
_TAGS = (nh3.ALLOWED_TAGS - {"map", "area"}) | {
    "audio", "video", "source", "track", "picture", "figure", "figcaption", "main", "section",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
    "blockquote": {"cite"},
    "q": {"cite"},
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
    return nh3.clean(
        xml_safe(markup),
        tags=_TAGS,
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        url_relative=("rewrite_with_base", web_base) if web_base else "deny",
        link_rel="noopener noreferrer",
    ).strip()


def plain_text(markup: str) -> str:
    """What a reader sees of `markup`, on one line."""
    spaced = _BREAK.sub(" <", xml_safe(markup))
    stripped = nh3.clean(spaced, tags=set(), clean_content_tags=_GONE_WITH_CONTENT)
    return one_line(html.unescape(stripped))
