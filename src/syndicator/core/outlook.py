"""What an edited configuration changes of the sources and feeds that there are, besides what its rules move."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .model import Category, Source, SourceState
from .renaming import Rename, renames


@dataclass(frozen=True, slots=True)
class Outlook:
    """Ids of sources and paths of categories, in the order of the file.

    `moved` are sources with another URL. `removed` ones keep their articles; of `purged` ones all are taken down, of
    each so many. Feeds `appear`, or are `withdrawn` for good (410). So many articles are `older` than is to be kept:
    they expire, but for those that stand in a feed.
    """

    renamed: tuple[Rename, ...] = ()
    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    purged: tuple[tuple[str, int], ...] = ()
    renamed_feeds: tuple[Rename, ...] = ()
    appear: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    older: int = 0


def outlook(
    states: Mapping[str, SourceState], counts: Mapping[str, int], sources: Mapping[str, Source],
    purged: Collection[str], feeds: Sequence[str], former_feeds: Collection[str], tree: Sequence[Category],
    older: int = 0,
) -> Outlook:  # fmt: skip
    """What `sources`, those to be `purged`, and the categories of `tree` change.

    `states` are those of the sources that are configured, `counts` how many articles every source has brought, `feeds`
    the categories that are published now, `former_feeds` all that ever were.
    """
    renamed = renames(states, sources.values())
    renamed_feeds = renames(former_feeds, tree)
    gone = {former for former, _ in renamed}
    known = {**states, **{id_: states[former] for former, id_ in renamed if id_ not in states}}
    paths = {category.id for category in tree}
    there = {dict(renamed_feeds).get(path, path) for path in feeds}
    return Outlook(
        renamed=renamed,
        added=tuple(id_ for id_ in sources if id_ not in known),
        moved=tuple(id_ for id_, one in sources.items() if id_ in known and one.url not in _urls(known[id_])),
        removed=tuple(id_ for id_ in states if id_ not in sources and id_ not in gone and id_ not in purged),
        purged=tuple((id_, counts[id_]) for id_ in purged if counts.get(id_)),
        renamed_feeds=renamed_feeds,
        appear=tuple(category.id for category in tree if category.id not in there),
        older=older,
        withdrawn=tuple(path for path in feeds if path not in paths and path not in dict(renamed_feeds)),
    )


def _urls(state: SourceState) -> tuple[str, str]:
    """The configured one, and the one that is polled: taking that over moves nothing."""
    return state.url, state.polled_url
