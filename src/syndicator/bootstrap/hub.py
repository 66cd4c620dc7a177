"""What can be done with a configuration: the commands' work."""

from __future__ import annotations

import difflib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from syndicator.config import records
from syndicator.config.extending import Extension, extension
from syndicator.config.loading import load_settings
from syndicator.config.settings import Settings
from syndicator.core import importing
from syndicator.core.errors import ConfigError, NotImported, UnknownSource
from syndicator.core.model import Source, SourceState
from syndicator.core.normalise import Setting
from syndicator.core.outlook import Outlook, outlook
from syndicator.core.subscriptions import NotAList, SubscriptionList
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.robots import Robots
from syndicator.formats import opml_reader
from syndicator.learning.installed import installed
from syndicator.pipeline.events import Event
from syndicator.pipeline.explain import Explained, explain
from syndicator.pipeline.poll import Polled
from syndicator.pipeline.ports import Clock
from syndicator.pipeline.preview import Preview, Previewer
from syndicator.pipeline.refile import Move, plan
from syndicator.runners.child import end_with_parent
from syndicator.runners.cron import next_time
from syndicator.runners.log import EventLog
from syndicator.runners.single import Engine
from syndicator.runners.workers import ReadingPool
from syndicator.store.store import Store
from syndicator.web.export import Progress, export
from syndicator.web.export_folder import Written
from syndicator.web.served import Served
from syndicator.web.server import Exchangeable, listen, server
from syndicator.web.theme_check import mistakes

from .acting import Acting
from .logs import log, told
from .parts import now

_END = (signal.SIGINT, signal.SIGTERM)


class Hub(Acting):
    """A configuration, and what can be done with it."""

    def check(self) -> None:
        """Try the theme out; raises ConfigError. `run` only tells of its mistakes, and shows our templates instead."""
        theme, left_out = self.theme
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
            logger = log()
            events = EventLog(logger)

            def report(event: Event) -> None:
                progress(len(wanted), event) if isinstance(event, Polled) else events(event)

            engine = Engine(
                store, replace(self.engine_parts(store, hosts, learner), publisher=None), read, self.clusterer(store),
                self.clock, logger, report,
            )  # fmt: skip
            engine.poll(wanted)

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

    def plan(self, progress: Callable[[int, int], None], tell: Callable[[Outlook], None]) -> Iterator[Move]:
        """What this configuration would move of what is stored, once it ran; nothing is changed.

        `progress` is told how many articles there are, and how many were looked at; `tell` first what becomes of
        sources and feeds.
        """
        with self._store(read_only=True) as store:
            store.check_schema()
            counts, purged = store.article_counts(), records.purged(self.settings)
            feeds, former = store.category_paths()
            tell(
                outlook(
                    store.states(), counts, self.sources, purged, feeds, former, self.categories, self._older(store)
                )
            )
            names = {name for id_, source in self.sources.items() for name in (id_, *source.was)}
            total, done = sum(counts.get(name, 0) for name in names), 0
            for articles, moves in plan(store, self.sources, self.categories, self.learner(store).classifier):
                done += articles
                progress(total, done)
                yield from moves

    def _older(self, store: Store) -> int:
        """How many articles are older than this configuration keeps them."""
        keep = self.settings.retention.keep
        return store.count_older(self.clock() - keep) if keep else 0

    def serve(self) -> None:
        """Serve what is published until SIGINT or SIGTERM, without an engine."""
        listener = listen(self.settings.server.public, "server.public")
        log().info("serving", public=f"http://{self.settings.server.public}/")
        self.serve_on(listener)

    def serve_on(
        self, listener: socket.socket, engine: Connection | None = None, answers: Served | None = None
    ) -> None:
        """Serve on `listener` until a signal, or until the parent process is gone.

        An `engine` tells of other settings to go on by; `answers` are counted.
        """
        with self._store(read_only=True) as store:
            store.check_schema()
            app = Exchangeable(self._public_app(store))
            if engine:
                threading.Thread(target=_follow, args=[engine, app, store], name="configuration", daemon=True).start()
            serving = server(answers.counting(app) if answers else app)
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
            return export(app, store, categories, size, out, progress, self.theme[0])

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
        added = importing.additions(listed.subscriptions, self.categories, self.sources, unfiled, listed.folder_ids)
        extended = extension(self.path, self.settings, added.categories, added.sources, _crontab)
        return Import(listed, added, extended)

    def source(self, name: str) -> Source:
        """The source called `name`, or one made up for the URL `name`; raises UnknownSource."""
        if name in self.sources:
            return self.sources[name]
        if name.startswith(("http://", "https://", "file:")):
            return Source(id="preview", url=name, categories=(), origin=name, timezone=self.settings.site.timezone)
        raise UnknownSource(name, tuple(difflib.get_close_matches(name, self.sources)))

    def _wanted(self, store: Store, names: tuple[str, ...], everything: bool) -> tuple[SourceState, ...]:
        states = store.states()
        if names:
            chosen = [states[self.configured(name).id] for name in dict.fromkeys(names)]
        elif everything:
            chosen = list(states.values())
        else:
            # New sources are spread for the engine's sake; who calls for a poll wants to see them.
            due = {state.source_id: state for state in store.due(self.clock(), len(states))}
            chosen = [state for id_, state in states.items() if id_ in due or state.outcome is None]
        return tuple(chosen)


@dataclass(frozen=True)
class Import:
    """A list of subscriptions, what of it is new, and the configuration file with that."""

    listed: SubscriptionList
    added: importing.Additions
    extension: Extension


def load(path: Path, clock: Clock = now) -> Hub:
    """The hub of the configuration at `path`; raises ConfigError with every mistake."""
    return Hub(path, load_settings(path, crontab=_crontab, classifier=installed), clock)


def _crontab(text: str) -> object:
    """Raises ValueError for a text that is no crontab."""
    return next_time(text, "UTC")


def serve_child(path: Path, settings: Settings, listener: socket.socket, answers: Served, engine: Connection) -> None:
    """What the web process runs. It reads no file, whose words may be others by now; only plain values cross over."""
    with told(log(), "web"):
        Hub(path, settings).serve_on(listener, engine, answers)


def _follow(engine: Connection, app: Exchangeable, store: Store) -> None:
    """Go on by the settings that the engine sends; a request under way ends by those that it began with."""
    with suppress(EOFError, OSError):  # the engine is gone
        while True:
            path, settings = engine.recv()
            try:
                app.app = Hub(path, settings)._public_app(store)
            except Exception as error:
                engine.send(repr(error))
            else:
                engine.send("")
