"""Refile: what is stored is filed anew where the configuration files otherwise; plan: what that would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from syndicator.core.categorise import KEPT_OUT_OF_ALL, VERSION, Filing
from syndicator.core.identity import digest
from syndicator.core.model import ALL, Article, Category, Source
from syndicator.core.renaming import Rename, renamed

from .classify import classified
from .ports import Classify, Clock

_BATCH = 500


class Reader(Protocol):
    """The part of the store that stored articles come from."""

    def of_source(self, source_id: str, after: int, limit: int) -> tuple[Article, ...]: ...


class Planned(Reader, Protocol):
    """The part of the store that a plan uses."""

    def renames(self, tree: Sequence[Category]) -> tuple[Rename, ...]: ...


class Store(Reader, Protocol):
    """The part of the store that filing anew uses."""

    def filed_otherwise(self, prints: Mapping[str, str]) -> tuple[str, ...]: ...
    def save_refiled(self, articles: Sequence[Article], at: datetime) -> None: ...
    def save_filed(self, source_id: str, print_: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Refiled:
    """What has been done of filing a source anew: how many articles were looked at, and how many have moved."""

    source_id: str
    articles: int
    moved: int


class Refiler:
    """Files the stored articles of each source by this configuration, where another one has filed them.

    One caller at a time. The store remembers of each source by which configuration its articles are filed: what is cut
    short begins anew, and what did not change costs nothing.
    """

    def __init__(
        self, store: Store, clock: Clock, sources: Mapping[str, Source], tree: Sequence[Category],
        classify: Classify | None = None,
    ) -> None:  # fmt: skip
        self._classify = classify
        self._store = store
        self._clock = clock
        self._tree = tuple(tree)
        self._sources = sources
        self._prints = prints(sources, tree)
        self._after = dict.fromkeys(store.filed_otherwise(self._prints), 0)  # by source, up to which change it is done

    @property
    def is_behind(self) -> bool:
        """Whether there is anything left to do."""
        return bool(self._after)

    def step(self) -> Refiled | None:
        """File the next few hundred articles anew; None where all are filed by this configuration."""
        return self._step(next(iter(self._after))) if self._after else None

    def finish(self, source_id: str) -> Refiled | None:
        """File all articles of a source anew that are not yet; None where there is nothing to do."""
        articles = moved = 0
        while source_id in self._after:
            done = self._step(source_id)
            articles, moved = articles + done.articles, moved + done.moved
        return Refiled(source_id, articles, moved) if articles else None

    def _step(self, source_id: str) -> Refiled:
        batch = self._store.of_source(source_id, self._after[source_id], _BATCH)
        if not batch:
            self._store.save_filed(source_id, self._prints[source_id])
            del self._after[source_id]
            return Refiled(source_id, 0, 0)
        filing = Filing(self._sources[source_id], self._tree)
        after = _filed(batch, filing, self._classify)
        changed = [article for article, before in zip(after, batch, strict=True) if article != before]
        if changed:
            self._store.save_refiled(changed, self._clock())
        # What moves gets a later number, and is looked at once more: it stays where it is then.
        self._after[source_id] = batch[-1].seq
        return Refiled(source_id, len(batch), len(changed))


@dataclass(frozen=True, slots=True)
class Move:
    """An article that another configuration would file otherwise; `before` has the new paths of what it renames."""

    before: Article
    after: Article

    @property
    def joins(self) -> tuple[str, ...]:
        """The categories that it would be filed in and is not."""
        return tuple(one for one in self.after.categories if one not in self.before.categories)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The categories that it is filed in and would not be."""
        return tuple(one for one in self.before.categories if one not in self.after.categories)

    def why(self, category: str) -> str:
        """In words why it joins or leaves `category`, by the configuration that is planned."""
        joins, reasons = category in self.after.categories, self.after.filed_by
        told = f"filed in {category} by " if joins else f"kept out of {category} by "
        if said := next((reason for reason in reasons if reason.startswith((told, KEPT_OUT_OF_ALL))), ""):
            return said
        if joins:
            child = next((one for one in self.after.categories if one.startswith(f"{category}/")), "")
            return f"since it is filed in {child}" if child else "nothing files it in a category any more"
        if category == ALL:
            return reasons[0]  # something files it now
        return f"no longer filed there: nothing files it in {category} any more"


def plan(
    store: Planned, sources: Mapping[str, Source], tree: Sequence[Category], classify: Classify | None = None
) -> Iterator[tuple[int, list[Move]]]:
    """What filing anew by `sources` and `tree` would move: of each batch how many articles it has, and the moves.

    A category that is only renamed moves nothing.
    """
    done = store.renames(tree)
    for source_id, source in sources.items():
        filing = Filing(source, tuple(tree))
        for batch in _stored(store, (source_id, *source.was)):
            batch = tuple(replace(one, categories=renamed(one.categories, done)) for one in batch) if done else batch
            moves = map(Move, batch, _filed(batch, filing, classify))
            yield len(batch), [move for move in moves if move.before.categories != move.after.categories]


def _stored(store: Reader, names: Sequence[str]) -> Iterator[tuple[Article, ...]]:
    """The articles of a source under all ids that it had."""
    for name in names:
        after = 0
        while batch := store.of_source(name, after, _BATCH):
            after = batch[-1].seq
            yield batch


def _filed(batch: Sequence[Article], filing: Filing, classify: Classify | None) -> list[Article]:
    return classified(classify, filing, [filing.filed(article) for article in batch], batch, ask_again=True)


def prints(sources: Mapping[str, Source], tree: Sequence[Category]) -> dict[str, str]:
    """Of each source what its articles' places depend on besides themselves."""
    rules = repr([replace(category, title="", description="", was=(), duplicates="collapse") for category in tree])
    return {
        id_: digest("filing", VERSION, rules, repr((source.id, source.categories, source.exclude)))
        for id_, source in sources.items()
    }
