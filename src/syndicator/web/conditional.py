"""HTTP answers with validators: 200 or 304, in the encoding that the client likes best (RFC 9110, 8.8, 12.5.3, 13)."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache, lru_cache
from hashlib import blake2b

from starlette.types import ASGIApp, Receive, Scope, Send

_Headers = list[tuple[bytes, bytes]]
_SUFFIXES = {"": "", "gzip": "-gz", "br": "-br"}
"""By content coding, in the order of our dislike: what an entity tag ends with, since each coding has its own."""


class Answer:
    """`body` and its validators as an ASGI application; the same one may answer many requests.

    `etag` is quoted; without one it is made of the bytes. `encoded` holds the body by content coding; gzip is
    made where it is missing and asked for. `max_age` is in seconds.
    """

    def __init__(
        self, body: bytes, media_type: str, *, status: int = 200, etag: str = "",
        encoded: Mapping[str, bytes] | None = None, modified: datetime | None = None, max_age: int = 60,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._status = status
        self._encoded = {"": body, **(encoded or {})}
        self._codings = tuple(coding for coding in _SUFFIXES if coding in self._encoded or coding == "gzip")
        self._etag = etag or f'"{blake2b(body, digest_size=9).hexdigest()}"'
        self._modified = modified
        fields = {"Cache-Control": f"public, max-age={max_age}", "Vary": "Accept-Encoding", **(headers or {})}
        if modified is not None:
            fields["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
        self._fields, self._type = _encode(fields), _encode({"Content-Type": media_type})
        self._heads: dict[str, tuple[_Headers, _Headers]] = {}

    @property
    def size(self) -> int:
        """Bytes of the body in all its codings."""
        return sum(map(len, self._encoded.values()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = request_headers(scope)
        coding = chosen_coding(given.get(b"accept-encoding", b""), self._codings)
        if self._has_it(given, coding):
            await send({"type": "http.response.start", "status": 304, "headers": self._head(coding)[1]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "http.response.start", "status": self._status, "headers": self._head(coding)[0]})
            await send({"type": "http.response.body", "body": self._body(coding)})

    def unchanged(self, etag: bytes) -> ASGIApp:
        """A 304 under an entity tag that the client has of the same bytes."""

        async def not_modified(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", etag), *self._fields]})
            await send({"type": "http.response.body", "body": b""})

        return not_modified

    def _body(self, coding: str) -> bytes:
        if coding not in self._encoded:
            self._encoded[coding] = gzip.compress(self._encoded[""], 6, mtime=0)
        return self._encoded[coding]

    def _head(self, coding: str) -> tuple[_Headers, _Headers]:
        """The headers of the whole answer and of a 304."""
        if coding not in self._heads:
            unchanged = [(b"etag", self._tag(coding)), *self._fields]
            whole = {"Content-Length": str(len(self._body(coding))), **({"Content-Encoding": coding} if coding else {})}
            self._heads[coding] = [*unchanged, *self._type, *_encode(whole)], unchanged
        return self._heads[coding]

    def _tag(self, coding: str) -> bytes:
        return f'{self._etag[:-1]}{_SUFFIXES[coding]}"'.encode("latin-1")

    def _has_it(self, given: Mapping[bytes, bytes], coding: str) -> bool:
        """If-None-Match, compared weakly, wins over If-Modified-Since (13.2.2)."""
        if (wanted := given.get(b"if-none-match")) is not None:
            tags = entity_tags(wanted)
            return b"*" in tags or self._tag(coding) in tags
        since = _date(given.get(b"if-modified-since", b""))
        return since is not None and self._modified is not None and self._modified <= since


def request_headers(scope: Scope) -> dict[bytes, bytes]:
    """A request's headers by their names in small letters; lines of one name are one list."""
    given: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        given[name] = given[name] + b", " + value if name in given else value
    return given


def entity_tags(field: bytes) -> set[bytes]:
    """The tags of an If-None-Match, to be compared weakly."""
    return {tag.strip().removeprefix(b"W/") for tag in field.split(b",")}


@lru_cache(maxsize=1024)  # clients send few different ones
def chosen_coding(field: bytes, codings: tuple[str, ...]) -> str:
    """Which of `codings` an Accept-Encoding `field` likes best (12.5.3); of equals the last. "" is none."""
    qualities: dict[str, float] = {}
    for part in field.decode("latin-1").lower().split(","):
        name, _, parameter = part.partition(";")
        key, _, value = parameter.strip().partition("=")
        try:
            quality = float(value) if key.strip() == "q" else 1.0
        except ValueError:
            quality = 0.0
        qualities[name.strip().removeprefix("x-")] = quality
    liked = {coding: qualities.get(coding, qualities.get("*", 0.0)) for coding in codings if coding}
    best = max(liked.values(), default=0.0)
    return [coding for coding, quality in liked.items() if quality == best][-1] if best > 0 else ""


@cache
def _name(header: str) -> bytes:
    return header.lower().encode()


def _encode(headers: Mapping[str, str]) -> _Headers:
    return [(_name(name), value.encode("latin-1")) for name, value in headers.items()]


def _date(field: bytes) -> datetime | None:
    try:
        date = parsedate_to_datetime(field.decode("latin-1"))
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
