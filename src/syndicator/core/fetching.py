"""A request for a feed, and whatever the web answers: values, not errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .hints import Hint


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One conditional GET; validators are echoed byte for byte (RFC 9110, 13.1)."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A 200 (or a file): `url` is where the body really came from, after redirects.

    `moved_to` is where permanent redirects lead; `flaw` what was wrong with the answer itself.
    """

    url: str
    body: bytes
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    fresh: Hint | None = None
    moved_to: str | None = None
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304."""

    fresh: Hint | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A 410: the publisher asks us to stop."""


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """Anything that brought no body; `error` tells the operator what happened, without secrets.

    `retry_after` is when `host` wants to be asked again, for whatever it has.
    """

    error: str
    status: int | None = None
    host: str = ""
    retry_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostQuiet:
    """Nothing was asked: `host` wants quiet `until` then."""

    host: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a fetch took: seconds by the wall clock, and bytes of body as they were read, decoded.

    `status` is that of the last answer; None where there was none, or a file was read.
    """

    status: int | None
    seconds: float
    size: int = 0


FetchOutcome = Fetched | NotModified | Gone | FetchFailed | HostQuiet


def status_of(outcome: FetchOutcome) -> int | None:
    """The status of the answer that `outcome` stands for; None where there was none."""
    match outcome:
        case Fetched(url=url):
            return None if url.startswith("file:") else 200
        case NotModified():
            return 304
        case Gone():
            return 410
        case FetchFailed(status=status):
            return status
        case HostQuiet():
            return None
