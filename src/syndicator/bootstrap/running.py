"""A running hub: engine, operator's pages and web process, by one configuration after the other."""

from __future__ import annotations

import signal
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from syndicator import __version__
from syndicator.config.files import folders
from syndicator.config.settings import Settings
from syndicator.core.errors import ConfigError
from syndicator.core.reloading import InEffect
from syndicator.core.renaming import renames
from syndicator.runners.child import Child
from syndicator.runners.configured import Configured
from syndicator.runners.log import Log
from syndicator.runners.retention import retaining
from syndicator.runners.signals import hear
from syndicator.runners.single import Engine
from syndicator.runners.watching import changes
from syndicator.runners.workers import ReadingPool
from syndicator.store.store import Store
from syndicator.web.operator import operator_app
from syndicator.web.operator_forms import Forms, Notices
from syndicator.web.server import Exchangeable, listen, served

from .acting import Actions
from .hub import Hub, load
from .logs import log
from .monitoring import Monitoring
from .serving import serve_child

_RETRY_SECONDS = 5.0
_NAMED = 20
"""Sources that an event names at most."""
_SECOND_THOUGHTS = timedelta(hours=1)
"""So long after an edit nothing expires: what a slip in `retention` would drop cannot be brought back."""


def run(hub: Hub) -> None:
    """Poll, publish and serve until SIGINT or SIGTERM; follow the configuration when its file changes."""
    logger, stop, asked = log(), threading.Event(), threading.Event()
    hear({signal.SIGHUP: asked, signal.SIGINT: stop, signal.SIGTERM: stop})
    monitoring = Monitoring(hub.settings.storage.url, hub.clock, logger)
    with hub.locked_store() as store, ReadingPool(report=monitoring.observe) as read, monitoring:
        public, operator = _listeners(hub)
        # Following 100,000 sources takes seconds: what is published is served meanwhile, unless feeds get other names.
        same_feeds = {*store.category_paths()[0]} == {category.id for category in hub.categories}
        if not same_feeds:
            hub.follow(store)
        web = Child("web", serve_child, _web_arguments(hub, public, monitoring), monitoring.observe, stop)
        try:
            if same_feeds:
                hub.follow(store)
            _Running(hub, store, read, logger, monitoring, stop, asked, web, public).run(operator)
        finally:
            web.stop()
        logger.info("stopped")


class _Running:
    """What runs by a configuration, and takes up another one."""

    def __init__(
        self, hub: Hub, store: Store, read: ReadingPool, logger: Log, monitoring: Monitoring, stop: threading.Event,
        asked: threading.Event, web: Child, public: socket.socket,
    ) -> None:  # fmt: skip
        self._hub = hub
        self._file = hub.settings  # what the file said when it was taken up
        self._store = store
        self._log = logger
        self._monitoring = monitoring
        self._stop = stop
        self._asked = asked
        self._web, self._public = web, public
        self._forms, self._notices = Forms(), Notices()
        self._in_effect = InEffect(hub.clock())
        self._hosts = hub.hosts(store)
        self._learner = hub.learner(store, stop.is_set)
        self._clusterer = hub.clusterer(store)
        self._engine = Engine(
            store, self._engine_parts(hub), read, self._clusterer, hub.clock, logger, monitoring.observe
        )
        monitoring.watch(self._engine.queued)
        self._pages = Exchangeable(self._operator_app(hub))

    def run(self, operator: socket.socket) -> None:
        """Run until it is to stop, with the operator's pages on a listener."""
        addresses = self._hub.settings.server
        threading.Thread(target=self._follow, name="configuration", daemon=True).start()
        with served(self._pages, operator):
            self._log.info(
                "running", version=__version__, public=f"http://{addresses.public}/",
                operator=f"http://{addresses.operator}/", sources=len(self._hub.sources), database=self._store.name,
            )  # fmt: skip
            self._engine.run(self._stop)

    def _operator_app(self, hub: Hub) -> Any:
        actions = Actions(hub, self._store, self._log, self._learner, self._engine.poll_soon)
        return operator_app(
            self._store, actions, hub.site, hub.sources, hub.clock, hub.operator_hosts, lambda: self._in_effect,
            self._monitoring.routes, self._forms, self._notices,
        )  # fmt: skip

    def _engine_parts(self, hub: Hub) -> Configured:
        self._retaining = hub
        job = retaining(hub.retainer(self._store), self._log, lambda seconds: self._pause(hub, seconds))
        parts = hub.engine_parts(self._store, self._hosts, self._learner)
        first = hub.clock() + (timedelta(0) if hub is self._hub else _SECOND_THOUGHTS)
        return replace(parts, daily=(*parts.daily, (job, first)))

    def _pause(self, hub: Hub, seconds: float) -> bool:
        """Wait; gives whether what retains by `hub` is to stop: another configuration may keep for longer."""
        return self._stop.wait(seconds) or self._retaining is not hub

    # --- following the file -----------------------------------------------------------------------

    def _follow(self) -> None:
        """Look at the file whenever it may have changed, or SIGHUP asks for it, until the end."""
        for changed in changes(self._folders, self._concerns, self._stop):
            if changed or self._asked.is_set():
                self._try_to_look()

    def _try_to_look(self) -> None:
        asked = self._asked.is_set()
        self._asked.clear()
        before = self._in_effect
        try:
            self._look()
        except Exception as error:
            self._in_effect = replace(self._in_effect, trouble=str(error) or repr(error))
            self._log.error("the configuration could not be taken up; trying again", exc_info=error)
            self._stop.wait(_RETRY_SECONDS)
            self._asked.set()
        else:
            if asked and self._in_effect is before:
                self._log.info("looked at the configuration: nothing new")

    def _folders(self) -> frozenset[Path]:
        return folders(self._hub.path, self._file.include, self._file.site.theme)

    def _concerns(self, path: Path) -> bool:
        """Whether a file may be one of the configuration's: the database may lie beside it, and is written to often."""
        file = self._store.file.resolve() if self._store.file else None
        return file is None or path.parent.resolve() != file.parent or not path.name.startswith(file.name)

    def _look(self) -> None:
        """Take up what the file says, if that is new and has no mistake."""
        try:
            wanted = load(self._hub.path, self._hub.clock)
            wanted.check()
        except ConfigError as error:
            self._refuse(error)
            return
        if wanted.settings != self._file or wanted.theme != self._hub.theme:
            self._take_up(wanted)
        elif self._in_effect.refused or self._in_effect.trouble:
            self._in_effect = replace(self._in_effect, refused=(), refused_at=None, trouble="")
            self._log.info("the configuration is as what is in effect again")

    def _refuse(self, error: ConfigError) -> None:
        """Keep what is in effect, and say so once."""
        if error.problems != self._in_effect.refused:
            self._in_effect = replace(self._in_effect, refused=error.problems, refused_at=self._hub.clock())
            self._log.error(
                "the configuration is refused; the last good one stays in effect",
                problems=[str(problem) for problem in error.problems],
            )

    def _take_up(self, wanted: Hub) -> None:
        file, before = wanted.settings, self._hub
        wanted = replace(wanted, settings=_startable(file, before.settings))
        self._engine.reconfigure(lambda: self._reconfigured(wanted)).result()
        if wanted.public_parts != before.public_parts:
            fresh = _web_arguments(wanted, self._public, self._monitoring)
            self._web.exchange((wanted.path, wanted.public_settings), *fresh)
        self._pages.app = self._operator_app(wanted)
        self._hub, self._file = wanted, file
        renamed = renames(before.sources, wanted.sources.values())
        self._in_effect = InEffect(wanted.clock(), self._in_effect.nth + 1, restart=_restarts(file, wanted.settings))
        self._log.info(
            "configuration taken up", sources=len(wanted.sources), categories=len(wanted.categories),
            added=sorted(wanted.sources.keys() - before.sources.keys() - {id_ for _, id_ in renamed})[:_NAMED],
            removed=sorted(before.sources.keys() - wanted.sources.keys() - {id_ for id_, _ in renamed})[:_NAMED],
            renamed=[f"{former} to {id_}" for former, id_ in renamed][:_NAMED],
        )  # fmt: skip
        for key in self._in_effect.restart:
            self._log.warning("a setting takes effect with the next start", key=key)

    def _reconfigured(self, wanted: Hub) -> Configured:
        """The engine's parts by another configuration, which the store follows then; called where the engine writes."""
        wanted.follow(self._store)
        self._hosts.per_host = wanted.settings.polling.per_host
        self._clusterer.follow(wanted.categories, wanted.story_window)
        if wanted.learning != self._hub.learning:
            self._learner = wanted.learner(self._store, self._stop.is_set)
        return self._engine_parts(wanted)


def _listeners(hub: Hub) -> tuple[socket.socket, socket.socket]:
    addresses = hub.settings.server
    return listen(addresses.public, "server.public"), listen(addresses.operator, "server.operator")


def _web_arguments(hub: Hub, public: socket.socket, monitoring: Monitoring) -> tuple[Any, ...]:
    return hub.path, hub.public_settings, public, monitoring.served


def _startable(file: Settings, running: Settings) -> Settings:
    """What the file says, with the listeners and the database that are open."""
    server = file.server.model_copy(update={"public": running.server.public, "operator": running.server.operator})
    return file.model_copy(update={"storage": running.storage, "server": server})


def _restarts(file: Settings, running: Settings) -> tuple[str, ...]:
    """The keys of the file that differ from what is open."""
    pairs = (
        ("storage.url", file.storage.url, running.storage.url),
        ("server.public", file.server.public, running.server.public),
        ("server.operator", file.server.operator, running.server.operator),
    )
    return tuple(key for key, wanted, now in pairs if wanted != now)
