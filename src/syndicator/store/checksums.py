"""The checksum of an article's row: by it `doctor` finds what a disk has changed in silence.

A database tells of damage to its own structure alone: of a text in which some letters are others it knows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from .tables import microseconds

_TEXTS: dict[str, tuple[str, ...]] = {
    "": ("id", "guid", "url", "title", "summary", "content"),
    "2:": (
        "id", "guid", "provenance", "url", "canonical_url", "title", "summary", "content", "authors",
        "language", "image", "enclosures", "tags", "rights", "content_hash", "content_policy", "date_text", "podcast",
    ),
}  # fmt: skip
_OTHERS: dict[str, tuple[str, ...]] = {
    "": (),
    "2:": ("published", "updated", "accepted", "sort_at", "revised", "terms", "backfill", "removed", "held", "expired"),
}
COVERED = {kind: (*_TEXTS[kind], *_OTHERS[kind]) for kind in _TEXTS}
"""The columns that a checksum is made of, in order, by what it begins with; the first kind is no longer made.

Every other kind of what is covered takes another beginning, since stored checksums stay.
"""
LATEST = "2:"

IN_PLACE = frozenset({"source_id", "story_id", "seq", "reasons", "categories", "filed_by", "entry_hash", "sent_as"})
"""What is written without the rest of the row, and so is covered by none."""

_NOTHING = "\1"  # no text holds it: XML 1.0 knows no such character


def checksum(values: Sequence[Any], kind: str = LATEST) -> str:
    """The checksum of the values of a row's COVERED columns, as they are given to the database or come from it.

    Raises TypeError and ValueError for values that no such column holds.
    """
    count = len(_TEXTS[kind])
    texts = "\0".join([*values[:count], *map(_text, values[count:])])
    return kind + sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()


def kind_of(stored: str) -> str:
    """What a stored checksum begins with; raises ValueError where that is no kind of ours."""
    kind, colon, _ = stored.rpartition(":")
    if kind + colon not in COVERED:
        raise ValueError(stored)
    return kind + colon


def _text(value: Any) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, datetime):
        return str(microseconds(value))
    if isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else str(int(value))
