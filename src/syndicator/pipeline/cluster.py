"""Cluster: follow the changes, give every article its story, move the watermark."""

from __future__ import annotations

from syndicator.core.stories import place

from .ports import Store

_BATCH = 500


def place_newcomers(store: Store) -> int:
    """Place every change above the watermark; gives how many articles were placed. One caller at a time."""
    placed_articles = 0
    while unplaced := store.unplaced(_BATCH):
        placed = place(unplaced.newcomers, unplaced.relatives, unplaced.filings, unplaced.at)
        store.save_placed(placed, unplaced.through)
        placed_articles += len(placed.articles)
    return placed_articles
