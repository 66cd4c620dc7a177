"""Hold: what is new of a source waits for the operator; release: it is filed by the rules, as an archive is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from syndicator.core import flood
from syndicator.core.categorise import Filing
from syndicator.core.errors import SourceNotHeld
from syndicator.core.model import Article, Category, Source

from .classify import classified
from .ports import Classify, Clock
from .publish import Published

_BATCH = 500


class Store(Protocol):
    """The part of the store that holding uses."""

    def hold_source(self, source_id: str, why: str | None) -> None: ...
    def why_held(self, source_ids: Sequence[str]) -> dict[str, str]: ...
    def held_articles(self, source_id: str, limit: int) -> tuple[Article, ...]: ...
    def save_refiled(self, articles: Sequence[Article], at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Released:
    """What was released of a source by command: so many articles. `published` is what was published then; None where
    the running engine does it in a moment.
    """

    source_id: str
    articles: int
    published: tuple[Published, ...] | None


def hold(store: Store, clock: Clock, source: Source) -> None:
    """Hold all that is new of a source from now on; what is published of it stays, and is updated."""
    store.hold_source(source.id, flood.held_by_operator(source.id, clock()))


def release(store: Store, clock: Clock, source: Source, tree: Sequence[Category], classify: Classify | None) -> int:
    """Hold nothing new of a source any more, and file what is held of it, as news to nobody; gives how many articles.

    Raises SourceNotHeld where neither is held. What is cut short is gone on with by another release.
    """
    if not store.why_held([source.id]) and not store.held_articles(source.id, 1):
        raise SourceNotHeld(source.id)
    store.hold_source(source.id, None)
    filing, released = Filing(source, tuple(tree)), 0
    while batch := store.held_articles(source.id, _BATCH):
        # However long it waited: only now it begins to be kept for as long as others are.
        free = [filing.filed(replace(one, held=None, backfill=True, revised=clock())) for one in batch]
        store.save_refiled(classified(classify, filing, free, batch, ask_again=True), clock())
        released += len(batch)
    return released
