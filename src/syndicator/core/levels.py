"""How much there is and how far behind it is, for monitoring."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .standing import Standing


@dataclass(frozen=True, slots=True)
class Levels:
    """What moves from minute to minute; read in milliseconds.

    `sources` are the configured ones by how they stand, `unplaced` the changes that were saved and not clustered yet;
    `size` is the database's, in bytes. None is not known.
    """

    sources: dict[Standing, int] = field(default_factory=dict)
    held_sources: int | None = None
    held_articles: int | None = None
    held_categories: int | None = None
    unplaced: int | None = None
    size: int | None = None
    next_poll: datetime | None = None
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles are stored, and how many each configured category has filed and shows; a look at every row."""

    stored: int
    filed: dict[str, int]
    shown: dict[str, int]
