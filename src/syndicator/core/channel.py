"""What goes into an outgoing feed: a pure function of the filed articles, with no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from .model import Category, Channel, ChannelItem, Site

FRESH = timedelta(hours=24)
"""What was filed or edited so long before the category's latest change stays in the feed, whatever its date:
an hourly subscriber may not have seen it yet."""

CEILING = 500
"""No feed carries more entries."""


def assemble(
    site: Site, category: Category, candidates: tuple[ChannelItem, ...], feed_size: int, since: datetime, seq: int
) -> Channel:
    """The channel of `category`: the newest `feed_size` by date, and what is fresh, newest first.

    `since` is when the category was made, which dates an empty feed. Freshness counts back from the category's
    latest change, not from the time of day: the feed of a quiet category stays the same.
    """
    ordered = sorted(candidates, key=lambda item: (item.article.sort_at, item.ordinal), reverse=True)
    latest = max((item.fresh for item in ordered if item.fresh), default=since)
    late = tuple(item for item in ordered[feed_size:] if item.fresh and item.fresh > latest - FRESH)
    items = (*ordered[:feed_size], *late)[:CEILING]
    updated = max((item.article.updated for item in items), default=since)
    return Channel(site, category, items, max(updated, since), seq)
