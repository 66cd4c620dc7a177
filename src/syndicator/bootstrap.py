"""The composition root: the only place that knows every room, and the only one that reads the clock."""

from __future__ import annotations

import difflib
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog

from . import __version__
from .config import records
from .config.extending import Extension, extension
from .config.loading import load_settings
from .config.settings import Settings
from .config.theme_folder import read_theme
from .core import configured, importing
from .core.addresses import Guard, opening
from .core.channel import caps
from .core.errors import ConfigError, EngineRunning, NothingHeld, NotImported, Problem, UnknownSource
from .core.learning import Lesson
from .core.model import AlsoReported, Category, Site, Source, SourceState
from .core.normalise import Setting
from .core.schedule import NextTime
from .core.subscriptions import NotAList, SubscriptionList
from .core.theme import NO_THEME, Theme
from .fetch import running_engine
from .fetch.failures import Limits
from .fetch.fetcher import Fetcher
from .fetch.hosts import Hosts
from .fetch.http import HttpFetch
from .fetch.posting import HttpPost
from .fetch.robots import Robots
from .fetch.transport import Transport
from .formats import opml_reader
from .formats.html import environment
from .learning.installed import installed
from .pipeline.announce import SETTLES, Announcer
from .pipeline.cluster import place_newcomers
from .pipeline.explain import Explained, explain
from .pipeline.poll import Polled, Poller
from .pipeline.ports import Classify, Clock
from .pipeline.preview import Preview, Previewer
from .pipeline.publish import ChannelLimits, Published, Publisher
from .pipeline.refile import Move, Refiler, plan
from .pipeline.takedown import Takedown, TakenDown, take_down
from .push.publisher import HubPublisher
from .runners.child import Child, end_with_parent
from .runners.cron import next_time
from .runners.learner import Learner
from .runners.log import Log, log_announced, log_poll
from .runners.single import Engine
from .runners.workers import ReadingPool
from .store.store import Store
from .web.export import Progress, Reader, export
from .web.export_folder import Written
from .web.operator import operator_app
from .web.public import public_app
from .web.server import listen, served, server
from .web.static_files import MEDIA_TYPES
from .web.theme_check import mistakes

_END = (signal.SIGINT, signal.SIGTERM)


def now() -> datetime:
    """The clock: now, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 (the one place)


def log() -> Log:
    """Events to standard error: for eyes on a terminal, as JSON lines otherwise."""
    terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logger: Log = structlog.get_logger()
    return logger


@dataclass(frozen=True)
class Hub:
    """A configuration, and what can be done with it."""

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

    # --- the commands' work -----------------------------------------------------------------------

    def check(self) -> None:
        """Try the theme out; raises ConfigError. `run` only tells of its mistakes, and shows our templates instead."""
        theme, left_out = self._theme
        if problems := (*left_out, *mistakes(self.site, self.categories, theme)):
            raise ConfigError(problems)

    def migrate(self) -> tuple[str | None, str]:
        """Bring the database to this program's schema; gives the revisions before and after."""
        with self._store() as store, store.engine_lock():
            return store.migrate()

    def poll(self, names: tuple[str, ...], everything: bool, progress: Callable[[int, Polled | None], None]) -> None:
        """Poll what is due (or `names`, or `everything`) once, save and cluster it.

        `progress` is told how many sources are polled, then of each. Nothing is asked within its Retry-After.
        """
        with self.engine_store() as store, ReadingPool() as read:
            hosts, learner = self.hosts(store), self.learner(store)
            wanted = self._wanted(store, names, everything)
            progress(len(wanted), None)
            engine = Engine(
                store, self.poller(store, hosts, learner.classifier), read, None, self.sources, self.clock, log(),
                report=lambda polled: progress(len(wanted), polled), per_host=self.settings.polling.per_host,
                refiler=self.refiler(store, learner),
            )  # fmt: skip
            engine.poll(wanted)

    def publish(self, release: tuple[str, ...] = ()) -> tuple[Published, ...]:
        """Cluster and render what changed; let the categories `release` go that are held back."""
        with self.engine_store() as store:
            held = store.held()
            if unheld := next((category for category in release if category not in held), None):
                raise NothingHeld(unheld)
            for category in release:
                store.release(category)
            return self._publish(store)

    def release(self, categories: tuple[str, ...]) -> tuple[Published, ...] | None:
        """Let categories go that are held back: here, or by the engine that runs, which gives None."""
        try:
            return self.publish(categories)
        except EngineRunning:
            for category in categories:
                running_engine.ask(self.settings.server.operator, "/release", category=category)
            return None

    def take_down(self, name: str) -> Takedown:
        """Take an article down: here, publishing at once, or by the engine that runs."""
        try:
            with self.engine_store() as store:
                taken = take_down(store, self.clock, self.site, name)
                return Takedown(taken.article.heading, taken.now, taken.others, self._publish(store))
        except EngineRunning:
            said = running_engine.ask(self.settings.server.operator, "/takedown", article=name)
            others = tuple(AlsoReported(other["source"], other["url"]) for other in said["others"])
            return Takedown(said["title"], said["now"], others, None)

    def learn(self) -> Lesson:
        """Train the classifier: here, or by the engine that runs, however long it takes."""
        try:
            with self.engine_store() as store:
                return self.learner(store).learn()
        except EngineRunning:
            return Lesson.of(running_engine.ask(self.settings.server.operator, "/learn", seconds=3600))

    def preview(self, source: Source) -> Preview:
        """What a source's articles would be, read now; nothing is stored."""
        fetch = self._fetcher(Hosts())
        with ReadingPool(workers=1) as read:
            preview = Previewer(fetch, Robots(fetch).allows, read, self.clock)
            return preview(Setting(source, self.site, self.categories, ""))

    def explain(self, name: str) -> tuple[Explained, ...]:
        """What is known of the articles called `name`; beside a running engine, too. Raises UnknownArticle."""
        with self._store(read_only=True) as store:
            store.check_schema()
            return explain(store, self.site, name)

    def plan(self, progress: Callable[[int, int], None]) -> Iterator[Move]:
        """What this configuration would move of what is stored, once it ran; nothing is changed.

        `progress` is told how many articles there are, and how many were looked at.
        """
        with self._store(read_only=True) as store:
            store.check_schema()
            counts = store.article_counts()
            total, done = sum(counts.get(id_, 0) for id_ in self.sources), 0
            for articles, moves in plan(store, self.sources, self.categories, self.learner(store).classifier):
                done += articles
                progress(total, done)
                yield from moves

    def run(self) -> None:
        """Poll, publish and serve until SIGINT or SIGTERM."""
        logger, stop = log(), threading.Event()
        _on_signal(stop.set)
        with self.engine_store() as store, ReadingPool() as read:
            public, operator = self._listeners()
            self._warn(logger)
            hosts, learner = self.hosts(store), self.learner(store, stop.is_set)
            engine = Engine(
                store, self.poller(store, hosts, learner.classifier), read, self._publisher(store), self.sources,
                self.clock, logger, report=lambda polled: log_poll(logger, polled),
                per_host=self.settings.polling.per_host, announcers=self._announcers(store, hosts),
                refiler=self.refiler(store, learner), daily=learner.jobs,
            )  # fmt: skip
            web = Child("web", _serve_child, (self.path, public), logger, stop)
            actions = Actions(self, store, logger, learner)
            app = operator_app(store, actions, self.site, self.sources, self.clock, self._operator_hosts)
            with served(app, operator):
                logger.info(
                    "running", version=__version__, public=f"http://{self.settings.server.public}/",
                    operator=f"http://{self.settings.server.operator}/", sources=len(self.sources), database=store.name,
                )  # fmt: skip
                engine.run(stop)
            web.stop()
            logger.info("stopped")

    def serve(self) -> None:
        """Serve what is published until SIGINT or SIGTERM, without an engine."""
        listener = listen(self.settings.server.public, "server.public")
        log().info("serving", public=f"http://{self.settings.server.public}/")
        self.serve_on(listener)

    def serve_on(self, listener: socket.socket) -> None:
        with self._store(read_only=True) as store:
            store.check_schema()
            serving = server(self._public_app(store))
            # uvicorn ends on these signals, and then raises them once more: that is not to end anything.
            for number in _END:
                signal.signal(number, signal.SIG_IGN)
            end_with_parent(lambda: setattr(serving, "should_exit", True))
            serving.run(sockets=[listener])

    def export(self, out: Path, progress: Progress) -> Written:
        """Write what is served as files below the folder `out`; needs no engine, and disturbs none."""
        with self._store(read_only=True) as store:
            store.check_schema()
            categories = [category.id for category in self.categories]
            app, size = self._public_app(store), self.settings.publishing.archive_size
            return export(app, store, categories, size, out, progress, self._theme[0])

    def import_opml(self, file: Path, unfiled: str = "") -> Import:
        """What the subscriptions in `file` would add to this configuration; its extension is yet to be written.

        Those in no folder go to the category `unfiled`. Raises NotImported and NotExtended.
        """
        try:
            with file.open("rb") as opened:
                listed = opml_reader.read(opened.read(opml_reader.LARGEST + 1))
        except OSError as error:
            raise NotImported(str(file), error.strerror or str(error)) from error
        if isinstance(listed, NotAList):
            raise NotImported(str(file), listed.reason)
        added = importing.additions(listed.subscriptions, self.categories, self.sources, unfiled)
        extended = extension(self.path, self.settings, added.categories, added.sources, _crontab)
        return Import(listed, added, extended)

    def source(self, name: str) -> Source:
        """The source called `name`, or one made up for the URL `name`; raises UnknownSource."""
        if name in self.sources:
            return self.sources[name]
        if name.startswith(("http://", "https://", "file:")):
            return Source(id="preview", url=name, categories=(), origin=name, timezone=self.settings.site.timezone)
        raise UnknownSource(name, tuple(difflib.get_close_matches(name, self.sources)))

    # --- parts ------------------------------------------------------------------------------------

    @contextmanager
    def _store(self, read_only: bool = False) -> Iterator[Store]:
        store = Store(self.settings.storage.url, read_only)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def engine_store(self) -> Iterator[Store]:
        """The store in the place of the one engine, at this program's schema, following this configuration."""
        with self._store() as store, store.engine_lock():
            store.migrate()
            states = configured.states(self.sources, store.states(configured=False), self._next_times, self.clock())
            store.configure(states, self.categories, self.clock())
            yield store

    def _public_app(self, reader: Reader) -> Any:
        theme, left_out = self._theme
        for problem in left_out:
            log().warning("left out of the theme", problem=str(problem))
        archive_size = self.settings.publishing.archive_size
        return public_app(reader, self.site, self.categories, archive_size, self.clock, theme, _report)

    @cached_property
    def _theme(self) -> tuple[Theme, tuple[Problem, ...]]:
        """The theme, and what in its folder is left out."""
        name = self.settings.site.theme
        return read_theme(self.path.parent / name, frozenset(MEDIA_TYPES)) if name else (NO_THEME, ())

    @cached_property
    def _next_times(self) -> dict[str, NextTime]:
        timezone = self.settings.site.timezone
        return {id_: next_time(source.cron, timezone) for id_, source in self.sources.items() if source.cron}

    def hosts(self, store: Store) -> Hosts:
        return Hosts(self.settings.polling.per_host, store.quiet_hosts())

    def _fetcher(self, hosts: Hosts) -> Fetcher:
        http = HttpFetch(self._user_agent, self._limits, self._transport, hosts, self.clock)
        return Fetcher(http, self.path.parent, self._limits.max_body)

    @property
    def _user_agent(self) -> str:
        return f"syndicator/{__version__} (+{self.site.url})"

    @property
    def _limits(self) -> Limits:
        return Limits(self.settings.polling.timeout.total_seconds(), self.settings.polling.max_body)

    @cached_property
    def _transport(self) -> Transport:
        return Transport(Guard(tuple(opening(text) for text in self.settings.polling.allow_private)))

    def poller(self, store: Store, hosts: Hosts, classify: Classify | None = None) -> Poller:
        fetch = self._fetcher(hosts)
        return Poller(store, fetch, self.clock, self.site, self.categories, self._next_times, classify)

    def learner(self, store: Store, stopping: Callable[[], bool] = lambda: False) -> Learner:
        return Learner(store, self.settings.storage.url, self.categories, self.clock, log(), stopping)

    def refiler(self, store: Store, learner: Learner) -> Refiler:
        return Refiler(store, self.clock, self.sources, self.categories, learner.classifier)

    def _announcers(self, store: Store, hosts: Hosts) -> tuple[Announcer, ...]:
        post = HttpPost(self._user_agent, self._limits, self._transport, hosts, self.clock)
        announce = HubPublisher(post)
        return tuple(Announcer(store, self.clock, self.site, announce, hub) for hub in self.site.hubs)

    def _publisher(self, store: Store) -> Publisher:
        publishing = self.settings.publishing
        limits = ChannelLimits(
            publishing.feed_size, publishing.archive_size, publishing.max_loss,
            caps(self.sources.values(), publishing.feed_size),
        )  # fmt: skip
        env = environment(self.site, theme=self._theme[0], report=_report)
        return Publisher(store, self.clock, self.site, self.categories, limits, env)

    def _publish(self, store: Store) -> tuple[Published, ...]:
        """Cluster and render what changed, and tell the hubs, once every web process serves it."""
        refiler = self.refiler(store, self.learner(store))
        while refiler.step():
            pass
        place_newcomers(store)
        published = self._publisher(store).publish()
        announcers = self._announcers(store, self.hosts(store))
        if announcers and any(one.changed for one in published):
            time.sleep(SETTLES.total_seconds())
        for announcer in announcers:
            if announced := announcer.announce():
                log_announced(log(), announced)
        return published

    def _wanted(self, store: Store, names: tuple[str, ...], everything: bool) -> tuple[SourceState, ...]:
        states = store.states()
        if names:
            chosen = [states[self._configured(name).id] for name in dict.fromkeys(names)]
        elif everything:
            chosen = list(states.values())
        else:
            # New sources are spread for the engine's sake; who calls for a poll wants to see them.
            due = {state.source_id: state for state in store.due(self.clock(), len(states))}
            chosen = [state for id_, state in states.items() if id_ in due or state.outcome is None]
        return tuple(chosen)

    def _configured(self, name: str) -> Source:
        if name not in self.sources:
            raise UnknownSource(name, tuple(difflib.get_close_matches(name, self.sources)))
        return self.sources[name]

    def _listeners(self) -> tuple[socket.socket, socket.socket]:
        addresses = self.settings.server
        return listen(addresses.public, "server.public"), listen(addresses.operator, "server.operator")

    @property
    def _operator_hosts(self) -> tuple[str, ...]:
        """The names under which the operator's page answers, besides IP addresses."""
        listener = self.settings.server.operator.rpartition(":")[0]
        return listener, *self.settings.server.operator_hosts

    def _warn(self, logger: Log) -> None:
        for key in self.settings.waiting:
            logger.warning("a setting has no effect in this version", key=key)


@dataclass(frozen=True)
class Import:
    """A list of subscriptions, what of it is new, and the configuration file with that."""

    listed: SubscriptionList
    added: importing.Additions
    extension: Extension


@dataclass(frozen=True)
class Actions:
    """What an operator can have done to a running hub's store, on the operator's page or by a command that asks it."""

    hub: Hub
    store: Store
    log: Log
    learner: Learner

    def take_down(self, name: str) -> TakenDown:
        taken = take_down(self.store, self.hub.clock, self.hub.site, name)
        self.log.info("taken down by the operator", article=taken.article.id, guid=taken.article.guid, now=taken.now)
        return taken

    def release(self, category: str) -> None:
        if not self.store.release(category):
            raise NothingHeld(category)
        self.log.info("let go by the operator", category=category)

    def learn(self) -> Lesson:
        return self.learner.learn()


def load(path: Path) -> Hub:
    """The hub of the configuration at `path`; raises ConfigError with every mistake."""
    return Hub(path, load_settings(path, crontab=_crontab, classifier=installed))


def _crontab(text: str) -> object:
    """Raises ValueError for a text that is no crontab."""
    return next_time(text, "UTC")


def _report(problem: Problem) -> None:
    log().error("a template of the theme failed; the built-in one was used", problem=str(problem))


def _serve_child(path: Path, listener: socket.socket) -> None:
    """What the web process runs: it reads the configuration itself, so that only plain values cross over."""
    log()
    load(path).serve_on(listener)


def _on_signal(act: Callable[[], None]) -> None:
    for number in _END:
        signal.signal(number, lambda *_: act())
