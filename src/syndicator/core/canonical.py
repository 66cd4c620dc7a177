"""One address for one page: the ways that lead to it folded into each other, for comparing and not for fetching."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlunsplit

from .urls import DEFAULT_PORTS, PLAIN, TRACKING, split, web_url

# The same page for telephones or for AMP, under a name of its own: `m.paper.example`, `en.m.wikipedia.org`. What is
# left has a dot, so that `m.example` stays.
_FOLDED_HOST = re.compile(r"^www\d?\.(?=.)|^(?:m|mobi|mobile|amp|touch)\.(?=[^.]+\.)|(?<=\.)m\.(?=wik[a-z]+\.org$)")
_FOLDED_PATH = re.compile(r"^/amp(?=/.)|(?<=.)/amp$|\.amp(?=\.html?$|$)|/$")
_FOLDED_PAIR = re.compile(r"amp=.*|(?:outputtype|view)=amp|(?:m|mobile)=1", re.IGNORECASE | re.DOTALL)
# Of a plain address: whether it may be one of those.
_MAY_FOLD = re.compile(r"://(?:www\.)*(?:www\d|m|mobi|mobile|touch)\.|\.m\.wik|[/.]amp(?![a-z0-9-])|ampproject")

_AMP_CACHE = re.compile(r"(?:/[civr]|/amp)/(?:s/)?([^/]+\.[^/]+/.*)", re.DOTALL)
"""How the caches of AMP name the page they keep: `/c/s/paper.example/page`."""
_LEADS_TO = {
    "google.com/url": ("url", "q"), "youtube.com/redirect": ("q",), "bing.com/news/apiclick.aspx": ("url",),
    "facebook.com/l.php": ("u",), "l.facebook.com/l.php": ("u",), "lm.facebook.com/l.php": ("u",),
    "l.instagram.com": ("u",), "t.umblr.com/redirect": ("z",), "vk.com/away.php": ("to",),
    "away.vk.com/away.php": ("to",),
    "linkedin.com/redir/redirect": ("url",), "steamcommunity.com/linkfilter": ("url", "u"), "exit.sc": ("url",),
    "slack-redir.net/link": ("url",), "go.redirectingat.com": ("url",), "go.skimresources.com": ("url",),
    "click.linksynergy.com/deeplink": ("murl",), "click.linksynergy.com/fs-bin/click": ("murl",),
}  # fmt: skip
"""Pages that only send readers on, and the parameters that say where to."""
_GOOGLE = re.compile(r"google\.(?:com?\.)?[a-z]{2}")


def canonical(url: str) -> str:
    """`url` folded so that the addresses of one page are equal; "" where it is none.

    Scheme, `www.`, default port, tracking parameters, fragment and trailing slash do not count; AMP and mobile pages
    are the page itself, and a redirector is what it leads to, as far as its address tells.
    """
    while True:
        plain = PLAIN.fullmatch(url)
        if plain and plain.end(3) == len(url) and ":" not in url[8:] and not _MAY_FOLD.search(url):
            return f"https://{plain[2]}{plain[3].rstrip('/') or '/'}"
        parts = split(url)
        if parts is None or not parts.hostname:
            return ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else _folded(_FOLDED_HOST, _in_ascii(parts.hostname))
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        target = _target(host, parts.path, parts.query, pairs)
        if not target:
            break
        url = target  # which is shorter, so that there is an end
    # The scheme is folded, so the default port of either is none.
    port = "" if parts.port in (None, *DEFAULT_PORTS.values()) else f":{parts.port}"
    query = urlencode([(k, v) for k, v in pairs if not _says_how(k, v)], errors="replace")
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit(("https", host + port, _folded(_FOLDED_PATH, parts.path) or "/", query, fragment))


def _in_ascii(host: str) -> str:
    """A host name as it is asked for: without the dot of the root, other letters as RFC 3490 writes them."""
    host = host.rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _folded(what: re.Pattern[str], text: str) -> str:
    """`text` without `what`, however often it stands there."""
    while (found := what.sub("", text)) != text:
        text = found
    return text


def _says_how(name: str, value: str) -> bool:
    """Whether a parameter says how a reader came or in which form, not what is read."""
    return bool(TRACKING.fullmatch(name) or _FOLDED_PAIR.fullmatch(f"{name}={value}"))


def _target(host: str, path: str, query: str, pairs: list[tuple[str, str]]) -> str:
    """Where a page that only sends on leads to, "" where it is none or does not say."""
    if (host.endswith(".cdn.ampproject.org") or host == "google.com") and (kept := _AMP_CACHE.fullmatch(path)):
        return web_url(f"https://{kept[1]}" + (f"?{query}" if query else ""))
    name = "google.com" if _GOOGLE.fullmatch(host) else host
    wanted = _LEADS_TO.get(name + path.rstrip("/"), ())
    return next((found for name, value in pairs if name in wanted and (found := web_url(value))), "")


def lies_under(url: str, folder: str) -> bool:
    """Whether `url` is an address inside `folder`, however both are spelled, as far as `canonical` folds that."""
    inside, above = canonical(web_url(url)), canonical(web_url(folder))
    return bool(above) and inside.startswith(above.rstrip("/") + "/")
