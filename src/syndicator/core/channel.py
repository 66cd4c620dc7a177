"""What goes into outgoing feeds and their archives: pure functions of the filed articles, with no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .model import Category, Channel, ChannelItem, Removal, Site, Source
from .work import Archive

FRESH = timedelta(hours=24)
"""What was filed or edited so long before the category's latest change stays in the feed, whatever its date:
an hourly subscriber may not have seen it yet."""

CEILING = 500
"""No feed carries more entries."""

REMOVALS = 100
"""No feed carries more tombstones: the latest ones."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may stand in a channel. `fresh` as in ChannelItem."""

    article_id: str
    source_id: str
    ordinal: int
    sort_at: datetime
    fresh: datetime | None = None


def caps(sources: Iterable[Source], feed_size: int) -> dict[str, int]:
    """How many entries of a channel may be of one source, by source; those without a cap are not in it."""
    found: dict[str, int] = {}
    for source in sources:
        by_share = None if source.max_share is None else max(1, int(source.max_share * feed_size))
        if limits := [limit for limit in (source.max_items, by_share) if limit is not None]:
            found[source.id] = min(limits)
    return found


def window(candidates: Iterable[Candidate], feed_size: int, caps: Mapping[str, int]) -> tuple[str, ...]:
    """The ids of the articles that the channel shows: the newest `feed_size` by date, and what is fresh.

    Freshness counts back from the category's latest change, not from the time of day: the feed of a quiet category
    stays the same. Where there is more than the ceiling, what came last goes before what is dated last, since nobody
    can have seen it yet.
    """
    candidates = tuple(candidates)
    latest = max((one.fresh for one in candidates if one.fresh), default=None)
    fresh = [one for one in candidates if latest and one.fresh and one.fresh > latest - FRESH]
    chosen = _Chosen(caps)
    for one in sorted(fresh, key=lambda one: (one.fresh, one.ordinal), reverse=True):
        chosen.take(one)
    newest = 0
    for one in sorted(candidates, key=_date, reverse=True):
        if newest == feed_size:
            break
        newest += chosen.take(one)
    return tuple(one.article_id for one in sorted(chosen.candidates.values(), key=_date, reverse=True))


class _Chosen:
    """Candidates as long as there is room for them, and for their source."""

    def __init__(self, caps: Mapping[str, int]) -> None:
        self._caps = caps
        self._of_source: Counter[str] = Counter()
        self.candidates: dict[str, Candidate] = {}

    def take(self, one: Candidate) -> bool:
        """Whether `one` is in now."""
        if one.article_id in self.candidates:
            return True
        if self._of_source[one.source_id] >= self._caps.get(one.source_id, CEILING) or len(self.candidates) >= CEILING:
            return False
        self.candidates[one.article_id] = one
        self._of_source[one.source_id] += 1
        return True


def _date(one: Candidate) -> tuple[datetime, int]:
    return one.sort_at, one.ordinal


def subscription(
    site: Site, category: Category, items: tuple[ChannelItem, ...], removals: tuple[Removal, ...], since: datetime,
    seq: int, newest_archive: int | None,
) -> Channel:  # fmt: skip
    """The channel to subscribe to, with the latest `removals`; `since` is when the category was made."""
    updated = _updated(items, removals, since)
    return Channel(site, category, items, updated, seq, removals, older=newest_archive)


def archive(site: Site, category: Category, found: Archive) -> Channel:
    """The channel of an archive (RFC 5005, 4): nothing in it changes unless one of its articles does, or expires."""
    items = found.items
    seq = max((item.article.seq for item in items), default=0)
    updated = _updated(items, (), found.since)
    return Channel(site, category, items, updated, seq, archive=found.number, older=found.older, newer=found.newer)


def _updated(items: Iterable[ChannelItem], removals: Iterable[Removal], since: datetime) -> datetime:
    """When the channel last changed; an empty one is as old as its category."""
    changes = (*(item.article.updated for item in items), *(removal.at for removal in removals), since)
    return max(changes)


def newest_archive(last_ordinal: int, size: int) -> int | None:
    """The number of the archive that holds the last article; None before there is any."""
    return (last_ordinal - 1) // size + 1 if last_ordinal else None


def is_full(archive: int, last_ordinal: int, size: int) -> bool:
    """Whether an archive has all the articles that it will ever have."""
    return archive * size <= last_ordinal


def archives(last_ordinal: int, size: int, first_kept: int = 1) -> range:
    """The numbers of a category's archives; behind a full one stands one that is empty yet, which it links.

    Those that only held what was counted before the ordinal `first_kept` are gone, but for the newest: feeds link it.
    """
    newest = newest_archive(last_ordinal, size)
    if newest is None:
        return range(0)
    first = min((first_kept - 1) // size + 1, newest)
    return range(first, newest + 1 + is_full(newest, last_ordinal, size))


def ordinals(archive: int, size: int) -> tuple[int, int]:
    """The first and the last ordinal of an archive of `size` articles."""
    return (archive - 1) * size + 1, archive * size
