"""What a list of subscriptions adds to a configuration: new sources, and the categories that their folders become."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .canonical import canonical
from .model import Category, Source
from .naming import RESERVED, Names, slug
from .subscriptions import Folder, Subscription
from .urls import holds_key, host

UNFILED = Category("imported", "Imported")
"""Where feeds go that stood in no folder, if nothing else is said."""
_NO_IDS: Mapping[Folder, str] = {}
_SOURCE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CATEGORY_ID = re.compile(r"[a-z0-9-]{1,100}(?:/[a-z0-9-]{1,100}){0,7}")
# A title that is spelled like an id, and not `C++`, which is no `c`.
_LIKE_AN_ID = re.compile(r"[\w\s-]+")


@dataclass(frozen=True, slots=True)
class Additions:
    """The `categories` and `sources` to add; `present` are the subscriptions that are configured already."""

    categories: tuple[Category, ...]
    sources: tuple[Source, ...]
    present: tuple[Subscription, ...]

    @property
    def with_keys(self) -> tuple[Source, ...]:
        """The sources whose address looks as if it held a key."""
        return tuple(source for source in self.sources if holds_key(source.url))


def additions(
    subscriptions: Iterable[Subscription],
    categories: tuple[Category, ...],
    sources: Mapping[str, Source],
    unfiled: str = "",
    folder_ids: Mapping[Folder, str] = _NO_IDS,
) -> Additions:
    """What `subscriptions` add to `categories` and `sources`.

    Those without a folder go to the category `unfiled`; if that is "", to the only category, or to one of their own.
    Ids that a list of ours gives, of sources and in `folder_ids`, are kept where they can be.
    """
    known = {canonical(source.url) for source in sources.values()}
    tree, names = _Tree(categories, folder_ids), Names(sources)
    unfiled = unfiled or (categories[0].id if len(categories) == 1 else "")
    added, present = [], []
    for one in subscriptions:
        if canonical(one.url) in known:
            present.append(one)
            continue
        filed = tuple(dict.fromkeys(tree.path(folder) or unfiled or tree.unfiled() for folder in one.folders))
        id_ = names.free(_own(one.id, _SOURCE_ID) or slug(one.title) or slug(host(one.home_url or one.url)) or "source")
        added.append(Source(id=id_, url=one.url, categories=filed, origin=id_, title=_chosen_title(one)))
    return Additions(tuple(tree.new), tuple(added), tuple(present))


def _chosen_title(one: Subscription) -> str | None:
    """The title that somebody gave the feed: the publisher's own is read with every poll, and may change."""
    return one.title if one.own_title and one.title != one.own_title else None


class _Tree:
    """The categories, and those that folders add."""

    def __init__(self, categories: tuple[Category, ...], folder_ids: Mapping[Folder, str]) -> None:
        self.new: list[Category] = []
        self._folder_ids = folder_ids
        former = {was: category.id for category in categories for was in category.was}
        self._ids = former | {category.id: category.id for category in categories}
        self._names = Names((*self._ids, *RESERVED))
        self._titles = {(_parent(one.id), one.title.casefold()): one.id for one in reversed(categories)}
        """By the category above, and the title; the first of equals."""
        titles = Counter(one.title.casefold() for one in categories)
        self._only = {title: one.id for one in categories if titles[title := one.title.casefold()] == 1}

    def path(self, folder: Folder) -> str:
        """The id of the category that a folder is, made where there is none; "" for no folder."""
        above = ""
        for depth, name in enumerate(folder, 1):
            above = self._below(above, name, _own(self._folder_ids.get(folder[:depth], ""), _CATEGORY_ID))
        return above

    def unfiled(self) -> str:
        return self._below("", UNFILED.title)

    def _below(self, above: str, name: str, own: str = "") -> str:
        """The category that a folder is; `own` is the id that a list of ours gives it."""
        at = above, own or name.casefold()
        if at not in self._titles:
            known = self._ids.get(own, "") if own else self._known(above, name)
            self._titles[at] = known or self._added(above, name, own)
        return self._titles[at]

    def _known(self, above: str, name: str) -> str:
        """A configured category of this id, or the only one of this title; "" if there is none."""
        by_path = self._ids.get(_joined(above, slug(name)), "") if _LIKE_AN_ID.fullmatch(name) else ""
        return by_path or ("" if above else self._ids.get(name, "") or self._only.get(name.casefold(), ""))

    def _added(self, above: str, name: str, own: str) -> str:
        wanted = slug(name)
        # Below another, reserved words are so too: a number keeps them apart.
        start = 0 if own else 2 if wanted in RESERVED else 0 if wanted else 1
        id_ = self._names.free(own or _joined(above, wanted or "category"), start)
        self.new.append(Category(id_, name))
        return id_


def _own(id_: str, spelling: re.Pattern[str]) -> str:
    """An id that a list gives, "" where no configuration could have it."""
    return id_ if spelling.fullmatch(id_) and RESERVED.isdisjoint(id_.split("/")) else ""


def _parent(id_: str) -> str:
    return id_.rpartition("/")[0]


def _joined(above: str, segment: str) -> str:
    return f"{above}/{segment}" if above else segment
