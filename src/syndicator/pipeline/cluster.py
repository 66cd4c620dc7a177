"""Cluster: follow the changes, give every article its story, move the watermark."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Protocol

from syndicator.core.model import Article, Category
from syndicator.core.stories import Placed, place
from syndicator.core.work import Fingerprint, Unplaced

from .ports import Near

if TYPE_CHECKING:
    from syndicator.core.nearby import Nearby

BATCH = 500
"""Changes that are placed together, in the order in which they were saved."""
_FORGETS_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clustered:
    """How many articles were placed; and for each that joined a story of others how that was known, as in `Placed`."""

    articles: int = 0
    joined: tuple[str, ...] = ()


class Store(Protocol):
    """The part of the store that clustering uses."""

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
        self._unsaved: list[str] = []  # what was compared and added, and is not placed yet
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

    def place_newcomers(self, batches: int | None = None) -> Clustered:
        """Place what has changed, or the first so many `BATCH`es of it."""
        clustered = Clustered()
        self._compare_again()
        for _ in count() if batches is None else range(batches):
            if not (unplaced := self._store.unplaced(BATCH, self._near)):
                break
            placed = place(
                unplaced.newcomers, unplaced.relatives, unplaced.filings, unplaced.at, unplaced.evidence, self._whole
            )
            self._store.save_placed(placed, unplaced)
            self._unsaved.clear()
            self._forget(unplaced.at)
            clustered = Clustered(clustered.articles + len(placed.articles), (*clustered.joined, *placed.joined))
        return clustered

    def _near(self, newcomers: Sequence[Article]) -> dict[str, list[tuple[str, float]]]:
        """Of newcomers those that came before and whose texts are nearly the same; each is known to those after it."""
        compared = [one for one in newcomers if one.fingerprint and one.categories and not one.removed]
        if compared:
            self.load(max(one.accepted for one in compared))
        if (nearby := self._nearby) is None:
            return {}
        # What says what it said is known already.
        anew = [one for one in compared if not (one.story_id and nearby.holds(one.id, one.fingerprint))]
        self._unsaved += [one.id for one in anew]
        near = nearby.take_in(Fingerprint(one.id, one.sort_at, one.language, one.fingerprint) for one in anew)
        return {one.id: others for one, others in zip(anew, near, strict=True) if others}

    def _compare_again(self) -> None:
        """Forget what was compared and could not be saved: what is here already counts as compared."""
        for id_ in self._unsaved:
            if self._nearby is not None:
                self._nearby.discard(id_)
        self._unsaved.clear()

    def _loaded(self, now: datetime) -> Nearby:
        from syndicator.core.nearby import Nearby  # numpy takes 80 ms and 16 MB, which only who clusters has to pay

        nearby = Nearby(self._window, self._store.texts)
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
