"""URLs: made absolute, kept to the web, shown without secrets."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urljoin, urlsplit, urlunsplit

_WEB = ("http", "https")
DEFAULT_PORTS = {"http": 80, "https": 443}
# Everything RFC 3986 allows stays as it is, an existing %xx too; the rest (blanks, quotes, brackets, non-ASCII) is
# encoded.
_KEEP = "%/:=&?~+!$,;'@()*-._"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

# Parameters that say how a reader came, not what is read.
TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|twclid|igshid|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|at_medium|at_campaign"
    r"|cmpid|ref_src|traffic_source|wt\.?mc(?:_id)?|ns_(?:mchannel|source|campaign)|xtor|__twitter_impression",
    re.IGNORECASE,
)

# One of these is in every text that holds such a parameter.
_TRACES = (
    "utm_", "clid=", "clkid=", "igshid=", "mc_", "mkt_tok=", "_hs", "at_", "cmpid=", "ref_src=", "traffic_source=",
    "WT.mc", "wt.mc", "ns_", "xtor=", "__twitter_impression=",
)  # fmt: skip

# What no host may hold, as it is written in the end: IDNA turns full-width characters (a backslash!) into these.
_NOT_IN_HOST = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")
_WWW = re.compile(r"^(?:www\.)+(?=.)")

_BARE_HOST = re.compile(r"https?://[^/?#]+")
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")
# An escape in small letters, of a character that needs none, or of an escape.
_NEEDLESS = re.compile(r"%(?=[0-9A-Fa-f]?[a-f])|%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E|25[0-9A-Fa-f]{2})")

_SECRET = re.compile(
    r"tok(?:en)?|key|secret|auth|sig|pass|pwd|session|credential|access|private|jwt|hash|bearer|^pin$|^code$|^user",
    re.IGNORECASE,
)
_KEY_LIKE = re.compile(r"[0-9A-Fa-f]{20,}|[0-9a-f-]{36}|(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[\w.~+/=-]{20,}", re.ASCII)


_LONGEST = 8000
"""In characters: what every server must take (RFC 9110, 4.1)."""

# What most URLs are: nothing in them needs a second look.
PLAIN = re.compile(
    r"(https?)://(?:www\.)*([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d{1,4})?(/[A-Za-z0-9\-._~!$'()*+,;:@/]*)?"
    r"(?:\?(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?(?:#(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?"
)


def split(url: str) -> SplitResult | None:
    """`url` in its parts, or None where it cannot be one (`http://[`, a port that is no number)."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def web_url(url: str, base: str = "") -> str:
    """`url` absolute against `base`, percent-encoded where RFC 3986 wants it.

    "" where it is empty, longer than any server takes, or no http or https URL with a host.
    """
    if not (url := url.strip()) or len(url) > _LONGEST:
        return ""
    if PLAIN.fullmatch(url):
        return url
    try:
        parts = split(urljoin(base, url) if base else url)
    except ValueError:
        return ""
    if parts is None or parts.scheme not in _WEB or not parts.hostname:
        return ""
    return _encoded(parts)


def published_url(url: str, base: str = "") -> str:
    """`url` as `web_url` gives it, where readers everywhere can follow it: "" for a bare IPv6 address.

    Its path is never empty, since validators and some readers refuse that.
    """
    found = web_url(url, base)
    if _BARE_HOST.fullmatch(found):
        return f"{found}/"
    return "" if "[" in found else found


def is_normalised(url: str) -> bool:
    """Whether an http(s) `url` is spelled as RFC 3986, 6.2.2 and 6.2.3 would have it, and readers compare it."""
    plain = PLAIN.fullmatch(url)
    if plain and plain[3] and plain.start(3) == plain.end(2) and "%" not in url:  # as nearly all are
        return not _DOTS.search(plain[3])
    parts = split(url)
    if parts is None or url != published_url(url) or parts.netloc != parts.netloc.lower():
        return False
    if parts.port in DEFAULT_PORTS.values() or _DOTS.search(parts.path) or _NEEDLESS.search(url):
        return False
    try:
        unquote(url, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _encoded(parts: SplitResult) -> str:
    # NFKC first, as IDNA does it: a full-width backslash or slash is one.
    netloc = unicodedata.normalize("NFKC", parts.netloc)
    if "\\" in netloc or "/" in netloc:
        return ""
    user, at, host = netloc.rpartition("@")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    if _NOT_IN_HOST.search(host):
        return ""
    tail = urlunsplit(("", "", *map(_quoted, (parts.path, parts.query, parts.fragment))))
    return f"{parts.scheme}://{_quoted(user)}{at}{host}{tail}"


def _quoted(part: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", _LONE_SURROGATE.sub("\ufffd", part)), safe=_KEEP)


def _is_tracked(text: str) -> bool:
    """Whether `text` may hold links that count their readers; quick, and at worst a false alarm."""
    if "?" in text:
        for trace in _TRACES:
            if trace in text:
                return True
    return False


def without_tracking(url: str) -> str:
    """`url` without the parameters that say how a reader came; the rest stays byte for byte."""
    if not _is_tracked(url):
        return url
    address, fragment_mark, fragment = url.partition("#")
    path, _, query = address.partition("?")
    kept = "&".join(pair for pair in query.split("&") if not TRACKING.fullmatch(pair.partition("=")[0]))
    return path + ("?" + kept if kept else "") + fragment_mark + fragment


@lru_cache(maxsize=1024)  # a poll asks for the host of its source six times
def host(url: str) -> str:
    """The host of `url` in lower case without `www.`, "" where there is none."""
    if (plain := PLAIN.fullmatch(url)) and not plain[2].startswith("www."):
        return plain[2]
    parts = split(url)
    return _WWW.sub("", parts.hostname or "") if parts else ""


def is_ip_address(host: str) -> bool:
    """Whether `host` is an address itself and no name for one."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def bases(url: str) -> tuple[str, str]:
    """What relative references in a document at `url` begin with: its folder, and its origin; "" where it has none."""
    return (urljoin(url, "."), urljoin(url, "/")) if split(url) else ("", "")


def same_origin(a: str, b: str) -> bool:
    """Whether two URLs share scheme, host and port (RFC 6454): the line that credentials never cross."""
    return _origin(a) == _origin(b)


def _origin(url: str) -> tuple[str, str, int | None] | None:
    parts = split(url)
    if parts is None:
        return None
    return parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme)


def public(url: str) -> str:
    """A source's URL as anybody may see it, and can still use it: no user, no parameter that looks like a key.

    "" where it is not of the web.
    """
    parts = split(url)
    if parts is None or parts.scheme not in _WEB:
        return ""
    query = "&".join(pair for pair in parts.query.split("&") if not _tells_secret(pair))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def holds_key(url: str) -> bool:
    """Whether a parameter of `url` looks like a key."""
    parts = split(url)
    return parts is not None and any(map(_tells_secret, parts.query.split("&")))


def _tells_secret(pair: str) -> bool:
    """Whether a parameter is named like a key, or filled like one; some servers split at `;` as well."""
    return any(_is_secret(*map(unquote_plus, part.partition("=")[::2])) for part in pair.split(";"))


def _is_secret(name: str, value: str) -> bool:
    # Ids look like keys and are none: of channels, playlists, podcasts.
    return bool(_SECRET.search(name) or (_KEY_LIKE.fullmatch(value) and not name.lower().endswith("id")))


def without_secrets(url: str) -> str:
    """`url` for a log, an error or the operator's page: as anybody may see it; a file's path as it is."""
    return url if url.startswith("file:") else public(url) or "(unreadable URL)"
