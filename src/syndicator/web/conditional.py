"""HTTP answers with validators: 200 or 304, in the encoding that the client likes best (RFC 9110, 8.8, 12.5.3, 13)."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache, lru_cache
from hashlib import blake2b

from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Receive, Scope, Send

_Headers = list[tuple[bytes, bytes]]
_SUFFIXES = {"": "", "gzip": "-gz", "br": "-br"}
"""By content coding, in the order of our dislike: what an entity tag ends with, since each coding has its own."""


_LARGE = 32_768
"""Bytes that gzip takes half a millisecond for."""


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
        self._heads: dict[str, _Headers] = {}

    @property
    def size(self) -> int:
        """Bytes of the body in all its codings."""
        return sum(map(len, self._encoded.values()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = request_headers(scope)
        coding = chosen_coding(given.get(b"accept-encoding", b""), self._codings)
        if self._has_it(given, coding):
            await send({"type": "http.response.start", "status": 304, "headers": self._unchanged(self._tag(coding))})
            await send({"type": "http.response.body", "body": b""})
        else:
            if coding not in self._encoded:
                await self._compress()
            await send({"type": "http.response.start", "status": self._status, "headers": self._head(coding)})
            await send({"type": "http.response.body", "body": self._encoded[coding]})

    def unchanged(self, etag: bytes) -> ASGIApp:
        """A 304 under an entity tag that the client has of the same bytes."""

        async def not_modified(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 304, "headers": self._unchanged(etag)})
            await send({"type": "http.response.body", "body": b""})

        return not_modified

    async def _compress(self) -> None:
        """Make the gzip that was asked for; a large one in a thread, since it holds up everybody for so long."""
        body = self._encoded[""]
        large = len(body) > _LARGE
        self._encoded["gzip"] = await run_sync(gzipped, body) if large else gzipped(body)

    def _unchanged(self, etag: bytes) -> _Headers:
        return [(b"etag", etag), *self._fields]

    def _head(self, coding: str) -> _Headers:
        """The headers of the whole answer."""
        if coding not in self._heads:
            whole = {"Content-Length": str(len(self._encoded[coding]))}
            whole |= {"Content-Encoding": coding} if coding else {}
            self._heads[coding] = [*self._unchanged(self._tag(coding)), *self._type, *_encode(whole)]
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


def gzipped(body: bytes) -> bytes:
    """The same bytes for the same body."""
    return gzip.compress(body, 6, mtime=0)


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
    if best <= 0 or best < qualities.get("identity", 0.0):
        return ""
    return [coding for coding, quality in liked.items() if quality == best][-1]


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
