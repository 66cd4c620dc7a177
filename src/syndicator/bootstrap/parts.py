"""The parts of a running program, put together from a configuration; and the clock.

Parts that hardly a command needs are imported where they are made: all of them together take longer to import than most
commands take to run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from syndicator import __version__
from syndicator.config import records
from syndicator.config.settings import Settings
from syndicator.config.theme_folder import read_theme
from syndicator.core import configured
from syndicator.core.channel import caps
from syndicator.core.errors import Problem
from syndicator.core.model import Category, Site, Source
from syndicator.core.renaming import renames
from syndicator.core.schedule import NextTime
from syndicator.core.theme import MEDIA_TYPES, NO_THEME, Theme
from syndicator.fetch.hosts import Hosts
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.ports import Classify, Clock
from syndicator.pipeline.purge import Purger
from syndicator.pipeline.refile import Refiler
from syndicator.pipeline.retain import Retainer
from syndicator.store.store import Store

from .logs import log

if TYPE_CHECKING:
    from syndicator.fetch.failures import Limits
    from syndicator.fetch.fetcher import Fetcher
    from syndicator.fetch.transport import Transport
    from syndicator.pipeline.announce import Announcer
    from syndicator.pipeline.poll import Poller
    from syndicator.pipeline.publish import Publisher
    from syndicator.runners.configured import Configured
    from syndicator.runners.learner import Learner


def now() -> datetime:
    """The clock: now, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 (the one place)


@dataclass(frozen=True)
class Parts:
    """A configuration, and the parts that do what it says."""

    path: Path
    settings: Settings
    clock: Clock = now

    @cached_property
    def site(self) -> Site:
        return records.site(self.settings)

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        return records.categories(self.settings)

    @cached_property
    def sources(self) -> dict[str, Source]:
        return records.sources(self.settings)

    @contextmanager
    def _store(self, read_only: bool = False) -> Iterator[Store]:
        store = Store(self.settings.storage.url, read_only, self.settings.retention.revisions)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def reading_store(self) -> Iterator[Store]:
        """The store for reading only, beside a running engine, too; raises DatabaseOlder and DatabaseNewer."""
        with self._store(read_only=True) as store:
            store.check_schema()
            yield store

    @contextmanager
    def engine_store(self) -> Iterator[Store]:
        """The store in the place of the one engine, at this program's schema, following this configuration."""
        with self.locked_store() as store:
            self.follow(store)
            yield store

    @contextmanager
    def locked_store(self) -> Iterator[Store]:
        """The store in the place of the one engine, at this program's schema; it follows no configuration yet."""
        with self._store() as store, store.engine_lock():
            store.migrate()
            yield store

    def follow(self, store: Store) -> None:
        """Have the store follow this configuration: its sources and categories, renamed ones under their new ids."""
        store.revisions_kept = self.settings.retention.revisions
        known, now = store.states(configured=False), self.clock()
        states = configured.states(self.sources, known, self._next_times, now)
        store.configure(states, self.categories, now, known, renames(known, self.sources.values()))

    def polled(self, store: Store) -> dict[str, Source]:
        """The sources by id, those that were renamed with the origin that the ids of their articles are made of."""
        origins = store.renamed_origins()
        return {
            id_: one if (origin := origins.get(id_, id_)) == one.origin else replace(one, origin=origin)
            for id_, one in self.sources.items()
        }

    @cached_property
    def theme(self) -> tuple[Theme, tuple[Problem, ...]]:
        """The theme, and what in its folder is left out."""
        name = self.settings.site.theme
        return read_theme(self.path.parent / name, frozenset(MEDIA_TYPES)) if name else (NO_THEME, ())

    @property
    def public_settings(self) -> Settings:
        """What the web process gets: without the sources, of which there may be 100,000."""
        return self.settings.model_copy(update={"sources": {}})

    @property
    def public_parts(self) -> tuple[object, ...]:
        """What the web process shows pages by."""
        return self.site, self.categories, [one.was for one in self.categories], self.archive_size, self.theme

    @property
    def learning(self) -> dict[str, float]:
        """The categories that learn, each with how certain its articles have to be."""
        return {one.id: one.classifier for one in self.categories if one.classifier is not None}

    @property
    def story_window(self) -> timedelta:
        """How far apart texts are that are compared; none where no texts are."""
        return records.story_window(self.settings)

    @property
    def archive_size(self) -> int:
        return self.settings.publishing.archive_size

    @cached_property
    def _next_times(self) -> dict[str, NextTime]:
        timezone = self.settings.site.timezone
        return {id_: crontab(source.cron, timezone) for id_, source in self.sources.items() if source.cron}

    def hosts(self, store: Store) -> Hosts:
        return Hosts(self.settings.polling.per_host, store.quiet_hosts())

    def fetcher(self, hosts: Hosts) -> Fetcher:
        from syndicator.fetch.fetcher import Fetcher
        from syndicator.fetch.http import HttpFetch

        http = HttpFetch(self._user_agent, self._limits, self._transport, hosts, self.clock)
        return Fetcher(http, self.path.parent, self._limits.max_body)

    @property
    def _user_agent(self) -> str:
        return f"syndicator/{__version__} (+{self.site.url})"

    @property
    def _limits(self) -> Limits:
        from syndicator.fetch.failures import Limits

        return Limits(self.settings.polling.timeout.total_seconds(), self.settings.polling.max_body)

    @cached_property
    def _transport(self) -> Transport:
        from syndicator.core.addresses import Guard, opening
        from syndicator.fetch.transport import Transport

        return Transport(Guard(tuple(opening(text) for text in self.settings.polling.allow_private)))

    def poller(self, store: Store, hosts: Hosts, classify: Classify | None = None) -> Poller:
        from syndicator.pipeline.poll import Poller

        fetch = self.fetcher(hosts)
        window = self.story_window
        return Poller(store, fetch, self.clock, self.site, self.categories, self._next_times, classify, window)

    def learner(self, store: Store, stopping: Callable[[], bool] = lambda: False) -> Learner:
        from syndicator.runners.learner import Learner

        return Learner(store, self.settings.storage.url, self.categories, self.clock, log(), stopping)

    def classifier(self, store: Store) -> Classify | None:
        """What files by the model that is kept, where a category wants it."""
        return self.learner(store).classifier if self.learning else None

    def refiler(self, store: Store, classify: Classify | None) -> Refiler:
        return Refiler(store, self.clock, self.sources, self.categories, classify)

    def retainer(self, store: Store) -> Retainer:
        return Retainer(store, self.clock, self.settings.retention.keep, self.settings.publishing.feed_size)

    def clusterer(self, store: Store) -> Clusterer:
        return Clusterer(store, self.categories, self.story_window)

    def purger(self, store: Store) -> Purger:
        return Purger(store, self.clock, records.purged(self.settings))

    def engine_parts(self, store: Store, hosts: Hosts, learner: Learner) -> Configured:
        """What an engine works by; `store` follows this configuration already."""
        from syndicator.runners.configured import Configured

        return Configured(
            self.polled(store), self.poller(store, hosts, learner.classifier), self._publisher(store),
            self.refiler(store, learner.classifier), self.purger(store), self._announcers(store, hosts),
            self.settings.polling.per_host, learner.jobs,
        )  # fmt: skip

    def _announcers(self, store: Store, hosts: Hosts) -> tuple[Announcer, ...]:
        if not self.site.hubs:
            return ()
        from syndicator.fetch.posting import HttpPost
        from syndicator.pipeline.announce import Announcer
        from syndicator.push.publisher import HubPublisher

        post = HttpPost(self._user_agent, self._limits, self._transport, hosts, self.clock)
        announce = HubPublisher(post)
        return tuple(Announcer(store, self.clock, self.site, announce, hub) for hub in self.site.hubs)

    def _publisher(self, store: Store) -> Publisher:
        from syndicator.pipeline.publish import ChannelLimits, Publisher

        publishing = self.settings.publishing
        limits = ChannelLimits(
            publishing.feed_size, publishing.archive_size, publishing.max_loss,
            caps(self.sources.values(), publishing.feed_size),
        )  # fmt: skip
        return Publisher(store, self.clock, self.site, self.categories, limits, self.theme[0], report)

    @property
    def operator_hosts(self) -> tuple[str, ...]:
        """The names under which the operator's page answers, besides IP addresses."""
        listener = self.settings.server.operator.rpartition(":")[0]
        return listener, *self.settings.server.operator_hosts


def crontab(text: str, timezone: str = "UTC") -> NextTime:
    """The times that a crontab names; raises ValueError for a text that is none."""
    from syndicator.runners.cron import next_time

    return next_time(text, timezone)


def report(problem: Problem) -> None:
    """Tell of a template that failed."""
    log().error("a template of the theme failed; the built-in one was used", problem=str(problem))
