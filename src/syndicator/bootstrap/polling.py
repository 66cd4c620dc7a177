"""Polling once, by a command; and reading a feed without storing anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from syndicator.core.model import Source, SourceState
from syndicator.core.normalise import Setting
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.robots import Robots
from syndicator.pipeline.events import Event
from syndicator.pipeline.poll import Polled
from syndicator.pipeline.preview import Preview, Previewer
from syndicator.runners.log import EventLog
from syndicator.runners.single import Engine
from syndicator.runners.workers import ReadingPool
from syndicator.store.store import Store

from .hub import Hub
from .logs import log


def poll(hub: Hub, store: Store, wanted: Sequence[SourceState], progress: Callable[[int, Polled | None], None]) -> None:
    """Poll `wanted`, save and cluster them; `progress` is told of each."""
    with ReadingPool() as read:
        hosts, learner = hub.hosts(store), hub.learner(store)
        logger = log()
        events = EventLog(logger)

        def report(event: Event) -> None:
            progress(len(wanted), event) if isinstance(event, Polled) else events(event)

        engine = Engine(
            store, replace(hub.engine_parts(store, hosts, learner), publisher=None), read, hub.clusterer(store),
            hub.clock, logger, report,
        )  # fmt: skip
        engine.poll(wanted)


def preview(hub: Hub, source: Source) -> Preview:
    """What a source's articles would be, read now."""
    fetch = hub.fetcher(Hosts())
    with ReadingPool(workers=1) as read:
        made = Previewer(fetch, Robots(fetch).allows, read, hub.clock)
        return made(Setting(source, hub.site, hub.categories, ""))
