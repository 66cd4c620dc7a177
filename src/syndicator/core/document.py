"""What goes out: rendered bytes, and as they are served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Document:
    """Rendered bytes at a path (no leading slash)."""

    path: str
    category: str
    media_type: str
    body: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document as it is served. `etag` is quoted; `modified` is when its bytes last changed, in whole seconds.

    `seq` is the change up to which its category is published: its bytes may be those of an earlier one.
    """

    path: str
    category: str
    media_type: str
    body: bytes
    gzipped: bytes
    brotli: bytes
    etag: str
    modified: datetime
    seq: int = 0
