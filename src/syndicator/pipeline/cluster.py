"""Cluster: follow the changes, give every article its story, move the watermark."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from syndicator.core import stories
from syndicator.core.fingerprint import compared_text
from syndicator.core.identity import New, Updated
from syndicator.core.model import Article, Category
from syndicator.core.stories import Placed
from syndicator.core.work import Fingerprint, Placing, Saving, Unplaced

from .ports import Near

if TYPE_CHECKING:
    from syndicator.core.nearby import Nearby

BATCH = 500
"""Changes that waited and are placed together, in the order in which they were saved."""
_FORGETS_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clustered:
    """How many articles were placed; and for each that joined a story of others how that was known, as in `Placed`."""

    articles: int = 0
    joined: tuple[str, ...] = ()


class Store(Protocol):
    """The part of the store that clustering uses."""

    def save_polls(self, savings: Sequence[Saving], placing: Placing | None = None) -> int: ...
    def unplaced(self, limit: int, near: Near) -> Unplaced | None: ...
    def save_placed(self, placed: Placed, of: Unplaced) -> None: ...
    def fingerprints(self, since: datetime) -> Iterator[Fingerprint]: ...
    def forget_fingerprints(self, before: datetime) -> None: ...
    def texts(self, ids: Collection[str]) -> dict[str, tuple[str, str]]: ...


class Clusterer:
    """Places every change above the watermark; one per database, one caller at a time.

    What the texts of the last `window` are compared by is in memory: read by `load`, or when the first article comes,
    and from then on what comes is added. Nothing is published before it is compared. With no `window`, addresses alone
    are compared.
    """

    def __init__(self, store: Store, tree: Sequence[Category], window: timedelta) -> None:
        self._store = store
        self._whole = _whole(tree)
        self._window = window
        self._nearby: Nearby | None = None
        self._unsaved: list[Article] = []  # what was compared and added, and is not placed yet
        self._coming: dict[str, Article] = {}  # what is being compared, and may not be stored yet
        self._placing: Placed | None = None  # what is being saved
        self._placed = Clustered()  # what was placed, and not told of yet
        self._latest: datetime | None = None  # the time of the latest that was placed
        self._forgotten: datetime | None = None  # when what is too old was dropped last

    def follow(self, tree: Sequence[Category], window: timedelta) -> None:
        """Place by another configuration from now on; with another window texts are read anew."""
        self._whole = _whole(tree)
        if window != self._window:
            self._window, self._nearby = window, None

    def load(self, now: datetime) -> None:
        """Read what the texts of the last days are compared by: seconds, where there are a million."""
        if self._window and self._nearby is None:
            self._nearby = self._loaded(now)

    def save(self, savings: Sequence[Saving]) -> int:
        """Save polls, and place what they bring with them; gives the number of their last change.

        Where something older waits to be placed, they wait for it.
        """
        self._compare_again()
        last = self._store.save_polls(savings, self if self._can_compare(savings) else None)
        self._were_saved()
        return last

    def place_newcomers(self) -> Clustered:
        """Place what has changed and waits for that; gives what was placed since the last call."""
        self._compare_again()
        while unplaced := self._store.unplaced(BATCH, self.near):
            self._store.save_placed(self.place(unplaced), unplaced)
            self._were_saved()
        if self._latest:
            self._forget(self._latest)
        placed, self._placed = self._placed, Clustered()
        return placed

    def place(self, unplaced: Unplaced) -> Placed:
        """The stories of what waits, and which of them shows where."""
        self._placing = stories.place(
            unplaced.newcomers, unplaced.relatives, unplaced.filings, unplaced.at, unplaced.evidence, self._whole
        )
        return self._placing

    def near(self, newcomers: Sequence[Article]) -> dict[str, list[tuple[str, float]]]:
        """Of newcomers those that came before and whose texts are nearly the same; each is known to those after it."""
        compared = [one for one in newcomers if one.fingerprint and one.categories and not one.removed]
        if compared:
            self.load(max(one.accepted for one in compared))
        if (nearby := self._nearby) is None:
            return {}
        # What says what it said is known already.
        anew = [one for one in compared if not (one.story_id and nearby.holds(one.id, one.fingerprint))]
        self._unsaved += anew
        self._coming = {one.id: one for one in newcomers}
        near = nearby.take_in(Fingerprint(one.id, one.sort_at, one.language, one.fingerprint) for one in anew)
        self._coming.clear()
        return {one.id: others for one, others in zip(anew, near, strict=True) if others}

    def _texts(self, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """The titles and texts of articles, as fingerprints are made of them."""
        here = [self._coming[id_] for id_ in ids if id_ in self._coming]
        coming = {one.id: (one.title, compared_text(one.content, one.summary)) for one in here}
        return coming | self._store.texts([id_ for id_ in ids if id_ not in coming])

    def _can_compare(self, savings: Sequence[Saving]) -> bool:
        """Read what the texts of `savings` are compared with, before the transaction that others wait for.

        Where that fails they are saved all the same; placing them tries once more, and tells why it cannot be.
        """
        verdicts = [one for saving in savings for one in saving.verdicts]
        brought = [one.article.accepted for one in verdicts if isinstance(one, New | Updated)]
        try:
            if brought:
                self.load(max(brought))
        except Exception:
            return False
        return True

    def _compare_again(self) -> None:
        """Forget what was compared and could not be saved: what is here already counts as compared."""
        if any(one.story_id for one in self._unsaved):
            self._nearby = None  # what they said before is stored, and is not here any more
        elif self._nearby is not None:
            for one in self._unsaved:
                self._nearby.discard(one.id)
        self._unsaved.clear()
        self._coming.clear()
        self._placing = None

    def _were_saved(self) -> None:
        """Note that what was compared and placed is so from now on."""
        self._unsaved.clear()
        if placed := self._placing:
            self._placed = Clustered(
                self._placed.articles + len(placed.articles), (*self._placed.joined, *placed.joined)
            )
            self._placing, self._latest = None, max(self._latest or placed.at, placed.at)

    def _loaded(self, now: datetime) -> Nearby:
        from syndicator.core.nearby import Nearby  # numpy takes 80 ms and 16 MB, which only who clusters has to pay

        nearby = Nearby(self._window, self._texts)
        nearby.add_all(self._store.fingerprints(now - self._window))
        return nearby

    def _forget(self, now: datetime) -> None:
        """Once a day drop what nothing is compared with any more; while no texts are compared, they are kept."""
        if self._window and (self._forgotten is None or now - self._forgotten > _FORGETS_AFTER):
            self._store.forget_fingerprints(now - self._window)
            self._forgotten = now


def _whole(tree: Sequence[Category]) -> frozenset[str]:
    """The categories that show every telling of a story."""
    return frozenset(category.id for category in tree if category.duplicates == "show")
