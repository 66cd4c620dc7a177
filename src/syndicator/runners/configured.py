"""What an engine works by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from syndicator.core.model import Source
from syndicator.pipeline.announce import Announcer
from syndicator.pipeline.poll import Poller
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.purge import Purger
from syndicator.pipeline.refile import Refiler


@dataclass(frozen=True)
class Configured:
    """The parts that one configuration makes.

    `refiler` and `purger` do what it changes of what is stored; `daily` are jobs, each with when it is done first.
    """

    sources: Mapping[str, Source]
    poller: Poller
    publisher: Publisher | None = None
    refiler: Refiler | None = None
    purger: Purger | None = None
    announcers: tuple[Announcer, ...] = ()
    per_host: int = 1
    daily: tuple[tuple[Callable[[], None], datetime], ...] = ()

    @cached_property
    def by_origin(self) -> dict[str, Source]:
        """The sources by what stays when one is renamed."""
        return {source.origin: source for source in self.sources.values()}
