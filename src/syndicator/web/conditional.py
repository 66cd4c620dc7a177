"""HTTP answers with validators: 200 or 304, plain or gzip (RFC 9110, sections 8.8, 12.5.3 and 13)."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response


def answer(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    etag: str = "",
    gzipped: bytes | None = None,
    modified: datetime | None = None,
    max_age: int = 60,
    headers: dict[str, str] | None = None,
) -> Response:
    """`body` as the client can take it, or 304 where the client has it already.

    `etag` is quoted; without one it is made of the bytes. Each content encoding has its own (8.8.1: strong).
    """
    etag = etag or f'"{blake2b(body, digest_size=9).hexdigest()}"'
    compressed = accepts_gzip(request.headers.get("accept-encoding", ""))
    if compressed:
        etag = f'{etag[:-1]}-gz"'
    fields = {"ETag": etag, "Cache-Control": f"public, max-age={max_age}", "Vary": "Accept-Encoding", **(headers or {})}
    if modified is not None:
        fields["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if _has_it(request, etag, modified):
        return Response(status_code=304, headers=fields)
    if compressed:
        fields["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 6, mtime=0) if gzipped is None else gzipped
    return Response(body, media_type=media_type, headers=fields)


def accepts_gzip(field: str) -> bool:
    """Whether an Accept-Encoding `field` takes gzip (12.5.3)."""
    qualities: dict[str, float] = {}
    for part in field.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            qualities[coding.strip()] = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            qualities[coding.strip()] = 0.0
    return qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0))) > 0


def _has_it(request: Request, etag: str, modified: datetime | None) -> bool:
    """If-None-Match, compared weakly, wins over If-Modified-Since (13.2.2)."""
    if (wanted := request.headers.get("if-none-match")) is not None:
        given = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "*" in given or etag in given
    since = request.headers.get("if-modified-since")
    if not since or modified is None:
        return False
    try:
        date = parsedate_to_datetime(since)
    except (ValueError, OverflowError):
        return False
    return modified <= (date if date.tzinfo else date.replace(tzinfo=UTC))
