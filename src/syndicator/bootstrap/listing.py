"""The configured sources with what is remembered of them: beside a running engine, before one, and of none."""

from __future__ import annotations

from collections.abc import Sequence

from syndicator.core.errors import DatabaseOlder
from syndicator.core.listing import ListedSource, listing

from .hub import Hub


def listed(hub: Hub, names: Sequence[str] = (), failing: bool = False) -> tuple[ListedSource, ...]:
    """The sources called `names`, or all, in the order of the configuration; only those that are `failing`, if so.

    Where there is no database yet, nothing is remembered of any. Raises UnknownSource.
    """
    wanted = {hub.configured(name).id for name in names} or hub.sources.keys()
    sources = [source for id_, source in hub.sources.items() if id_ in wanted]
    try:
        with hub.reading_store() as store:
            return listing(sources, store.states(), store.article_counts(), store.held_sources(), hub.clock(), failing)
    except DatabaseOlder as error:
        if error.revision is not None:
            raise
        return listing(sources, {}, {}, (), hub.clock(), failing)
