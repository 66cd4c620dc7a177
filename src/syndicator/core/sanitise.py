"""HTML made safe (nh3), and HTML made plain."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import nh3

from .text import encoded_once, one_line, xml_safe
from .urls import host, web_url, without_tracking

_SCHEMES = {"http", "https", "mailto", "tel"}
_TAGS = (nh3.ALLOWED_TAGS - {"map", "area"}) | {
    "audio", "video", "source", "track", "picture", "figure", "figcaption", "main", "section",
}  # fmt: skip
_NO_LOSS = {"html", "head", "body", "noscript", "iframe"}
# No `cite`: nh3 neither checks its scheme nor makes it absolute, and no browser shows it.
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "source": {"src", "srcset", "sizes", "media", "type"},
    "track": {"src", "kind", "srclang", "label"},
    "code": {"class"},
    "pre": {"class"},
    "details": {"open"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "time": {"datetime"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "col": {"span"},
    "colgroup": {"span"},
}
_GONE_WITH_CONTENT = {"script", "style", "noscript", "template", "title", "iframe", "object", "svg", "math"}

# What nh3 gives has every attribute in double quotes, so a start tag ends at the first `>` outside of them.
_TAG = re.compile(r'<(img|source|code|pre)((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
# Searched for by the `="`, which is rarer than a blank.
_LINK = re.compile(r'="(?:(?<= href=")|(?<= src="))([^"]*\?[^"]*)"')
_FURTHEST = 5000
"""In characters, how far before an attribute its tag may begin."""
# Which nh3 takes for raw text. Lazy images often stand for readers without scripts alone.
_NOSCRIPT = re.compile(r"</?noscript\b[^<>]*>", re.IGNORECASE)
_FRAME = re.compile(r"<iframe\b([^<>]*)>", re.IGNORECASE)
_GIVEN = re.compile(r"""\s(src|title|width|height)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NAME = re.compile(r"<([A-Za-z][A-Za-z0-9-]{0,30})(?=[\s/>])")
_MOST_NAMES = 10
_ANY_TAG = re.compile(r'<(?:"[^"]*"|[^">])*>')
# Every tag but those of elements without an end and of those that the next of their kind ends.
_NESTING = re.compile(
    r"<(/?)(?!(?:a|area|base|br|button|col|colgroup|dd|dt|embed|hr|img|input|li|link|meta|nobr|option|p|param|plaintext"
    r"|source|tbody|td|tfoot|th|thead|tr|track|wbr)[\s/>])([a-z][a-z0-9]*)",
    re.IGNORECASE,
)
_ROUGHLY_A_TAG = re.compile(r"<[^<>]*>")
_DEEPEST = 500
_PROGRAM = re.compile(r"lang(?:uage)?-[\w+#-]{1,30}")
_PIXEL = re.compile(r"0*[01](?:\.0*)?(?:px)?")
_LARGE = 100
"""In pixels: smaller ones are icons, faces and buttons."""
# Images that only count readers, whatever size they claim.
_COUNTER = re.compile(
    r"https?://(?:feeds\.feedburner\.com/~|feeds\.wordpress\.com/|pixel\.wp\.com/|stats\.wordpress\.com/"
    r"|feedads\.g\.doubleclick\.net/|ad\.doubleclick\.net/|rss\.feedsportal\.com/|pixel\.quantserve\.com/"
    r"|(?:www\.)?google-analytics\.com/|a\.rfihub\.com/|da\.feedsportal\.com/)"
)
# Where a browser breaks the line, plain text needs a blank.
_BREAKING = r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|pre|section|article|figure|hr|dt|dd)\b)"
_BREAK = re.compile(_BREAKING, re.IGNORECASE)
_BREAK_IN_CLEAN = re.compile(_BREAKING)


def clean_html(markup: str, base: str, without: list[str] | None = None) -> str:
    """`markup` with nothing active left, every link absolute against `base` (dropped where there is no base).

    Images that only count readers go, and so do the parameters by which links count them. What an article may miss
    is added to `without`, in words.
    """
    web_base = web_url(base)
    markup = encoded_once(markup)  # before a blank of two bytes becomes a reference
    foreign = _foreign_names(markup)
    if foreign & {"iframe", "noscript"}:
        markup = _FRAME.sub(lambda frame: _link_to_frame(frame, web_base), _NOSCRIPT.sub("", markup))
    deep = _too_deep(markup)
    cleaned = xml_safe(_clean(_cleaner(web_base), _flat(markup) if deep else markup))
    if without is not None and (foreign or deep):
        without += _left_out(foreign, deep)
    if "<img" in cleaned or "<source" in cleaned or ' class="' in cleaned:
        cleaned = _TAG.sub(lambda tag: _decided(tag, web_base), cleaned)
    if "?" in cleaned:
        cleaned = _LINK.sub(_untracked, cleaned)
    return cleaned.strip()


def _too_deep(markup: str) -> bool:
    """Whether elements are nested deeper than browsers show them: parsing takes the square of that, and we do not."""
    if len(markup) <= _DEEPEST * len("<ul>") or markup.count("<") - markup.count("</") <= _DEEPEST:
        return False
    tags = _NESTING.findall(markup)
    open_tags: Counter[str] = Counter()
    depth = 0
    for end, given in tags if len(tags) > _DEEPEST else ():
        name = given.lower()
        if not end:
            open_tags[name] += 1
            depth += 1
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
        if depth > _DEEPEST:
            return True
    return False


def _flat(markup: str) -> str:
    """The text of `markup`, as markup."""
    return html.escape(html.unescape(_ROUGHLY_A_TAG.sub(" ", markup)), quote=False)


def _link_to_frame(frame: re.Match[str], base: str) -> str:
    """A frame shows another page, most often a film: nothing foreign runs in ours, a link leads there."""
    given = {name.lower(): html.unescape(a or b or c).strip() for name, a, b, c in _GIVEN.findall(frame[1])}
    url = web_url(given.get("src", ""), base)
    if not url or _is_pixel(given):
        return frame[0]
    return f'<p><a href="{html.escape(url)}">{html.escape(given.get("title") or host(url))}</a></p>{frame[0]}'


def _foreign_names(markup: str) -> set[str]:
    """The names of all tags in `markup` that are not kept."""
    names = {*_NAME.findall(markup)} - _TAGS
    if names and "<!--" in markup:
        names = {*_NAME.findall(_COMMENT.sub("", markup))} - _TAGS
    return {name.lower() for name in names} - _TAGS if names else names


def _left_out(foreign: set[str], deep: bool) -> Iterator[str]:
    if deep:
        yield "content is nested deeper than browsers show it: kept as text"
    if "iframe" in foreign:
        yield "frames are not published: links take their place"
    if gone := foreign - _NO_LOSS:
        yield f"tags left out of the content: {', '.join(sorted(gone)[:_MOST_NAMES])}"


def _clean(cleaner: nh3.Cleaner, markup: str) -> str:
    try:
        return cleaner.clean(markup)
    except UnicodeEncodeError:
        return cleaner.clean(xml_safe(markup))  # a lone surrogate


# Making a cleaner takes ten times as long as cleaning a short text with it.
@lru_cache(maxsize=64)
def _cleaner(base: str) -> nh3.Cleaner:
    try:
        return _cleaner_for(("rewrite_with_base", base) if base else "deny")
    except ValueError:
        # nh3 refuses bases that browsers refuse (WHATWG URL) and RFC 3986 does not, such as http://1.2.3.999/.
        return _cleaner_for("deny")


def _cleaner_for(relative: nh3.UrlRelative) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        url_relative=relative,
        link_rel="noopener noreferrer",
    )


def _decided(tag: re.Match[str], base: str) -> str:
    """A start tag with what nh3 does not judge: sizes, sets of sources, classes."""
    name, attributes = tag[1], {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(tag[2])}
    if "class" in attributes and not _PROGRAM.fullmatch(attributes["class"]):
        del attributes["class"]
    if "srcset" in attributes:
        attributes["srcset"] = _srcset(attributes["srcset"], base)
        if not attributes["srcset"]:
            del attributes["srcset"]
    if name in ("img", "source") and not ("src" in attributes or "srcset" in attributes):
        return ""
    if name == "img" and _counts_readers(attributes):
        return ""
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def _srcset(given: str, base: str) -> str:
    """The candidates of a srcset (HTML 4.8.4.2.1) that lead to the web, absolute."""
    candidates = (part.split(None, 1) for part in re.split(r",\s+|,(?=https?:)", given) if part.strip())
    absolute = ((web_url(url, base), *size) for url, *size in candidates)
    return ", ".join(" ".join(parts) for parts in absolute if parts[0])


def _counts_readers(attributes: dict[str, str]) -> bool:
    return _is_pixel(attributes) or bool(_COUNTER.match(attributes.get("src", "")))


def _is_pixel(attributes: dict[str, str]) -> bool:
    return any(_PIXEL.fullmatch(attributes.get(size, "")) for size in ("width", "height"))


def _untracked(link: re.Match[str]) -> str:
    markup, at = link.string, link.start()
    if markup.rfind("<", max(at - _FURTHEST, 0), at) <= markup.rfind(">", max(at - _FURTHEST, 0), at):
        return link[0]  # code that an article shows
    return f'="{html.escape(without_tracking(html.unescape(link[1])))}"'


def lead_image(cleaned: str) -> str:
    """The first image of what `clean_html` made that is not small, "" where there is none."""
    if "<img" not in cleaned:
        return ""
    for tag in _TAG.finditer(cleaned):
        attributes = dict(_ATTRIBUTE.findall(tag[2]))
        sizes = [int(size) for name in ("width", "height") if (size := attributes.get(name, "")[:6]).isdecimal()]
        if tag[1] == "img" and "src" in attributes and min(sizes, default=_LARGE) >= _LARGE:
            return html.unescape(attributes["src"])
    return ""


_STRIPPER = nh3.Cleaner(tags=set(), clean_content_tags=_GONE_WITH_CONTENT)


def plain_text(markup: str) -> str:
    """What a reader sees of `markup`, on one line."""
    if "<" in markup:
        markup = _flat(markup) if _too_deep(markup) else markup
        markup = _clean(_STRIPPER, _BREAK.sub(" <", markup))
    return one_line(html.unescape(markup) if "&" in markup else markup)


def text_of_clean(markup: str) -> str:
    """The same of what `clean_html` made, or of its beginning, which needs no parser."""
    text = _ANY_TAG.sub("", _BREAK_IN_CLEAN.sub(" <", markup))
    # A `<` that is left begins a tag that was cut.
    return one_line(html.unescape(text.partition("<")[0]))


def lines_of_clean(markup: str) -> list[str]:
    """The lines of text that a reader sees of what `clean_html` made, without empty ones."""
    text = _ANY_TAG.sub("", _BREAK_IN_CLEAN.sub("\n<", " ".join(markup.split())))
    return [line for line in map(one_line, html.unescape(text).split("\n")) if line]
