"""What an operator has done to the store: by the engine that runs, or in its place where none does."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from syndicator.core.errors import EngineRunning, NothingHeld, NotPolled, UnknownSource
from syndicator.core.flood import HeldSource
from syndicator.core.learning import Lesson
from syndicator.core.model import AlsoReported, Source, SourceState
from syndicator.core.urls import host, without_secrets
from syndicator.pipeline import retell
from syndicator.pipeline.announce import SETTLES, Announcer
from syndicator.pipeline.hold import Released, hold, release
from syndicator.pipeline.retell import Retold
from syndicator.pipeline.takedown import Takedown, TakenDown, take_down
from syndicator.runners.retention import log_retained
from syndicator.store.store import Store

from .logs import log
from .parts import Parts

if TYPE_CHECKING:
    from syndicator.pipeline.publish import Published
    from syndicator.runners.learner import Learner
    from syndicator.runners.log import Log


class Acting(Parts):
    """A configuration, and what the operator can have done to what is stored."""

    def publish(self, release: tuple[str, ...] = ()) -> tuple[Published, ...]:
        """Cluster and render what changed; let the categories `release` go that are held back."""
        with self.engine_store() as store:
            held = store.held()
            if unheld := next((category for category in release if category not in held), None):
                raise NothingHeld(unheld)
            for category in release:
                store.release(category)
            # Where no engine does it daily, who publishes from time to time does.
            return self._publish(store, retain=True)

    def release(self, categories: tuple[str, ...]) -> tuple[Published, ...] | None:
        """Let categories go that are held back: here, or by the engine that runs, which gives None."""
        try:
            return self.publish(categories)
        except EngineRunning:
            for category in categories:
                self.ask("/release", category=category)
            return None

    def split(self, name: str) -> Retold:
        """Take an article out of its story."""
        return self._retell(
            lambda store: retell.split(store, self.clock, self.site, name),
            lambda: self.ask("/split", article=name),
        )

    def merge(self, name: str, other: str) -> Retold:
        """Put the stories of two articles into one."""
        return self._retell(
            lambda store: retell.merge(store, self.clock, self.site, name, other),
            lambda: self.ask("/merge", articles=f"{name} {other}"),
        )

    def _retell(self, act: Callable[[Store], Retold], ask: Callable[[], dict[str, Any]]) -> Retold:
        """Change a story: here, publishing at once, or by the engine that runs."""
        try:
            with self.engine_store() as store:
                retold = act(store)
                self._publish(store)
                return retold
        except EngineRunning:
            said = ask()
            return Retold(said["title"], _others(said))

    def hold(self, name: str) -> None:
        """Hold all that is new of a source: here, or by the engine that runs. Raises UnknownSource."""
        source = self.configured(name)
        try:
            with self.engine_store() as store:
                hold(store, self.clock, source)
        except EngineRunning:
            self.ask("/sources/hold", source=name)

    def held(self) -> tuple[HeldSource, ...]:
        """The sources that are held, and those of which articles are; beside a running engine, too."""
        with self._store(read_only=True) as store:
            store.check_schema()
            return store.held_sources()

    def release_source(self, name: str) -> Released:
        """Let go what is held of a source: here, publishing at once, or by the engine that runs.

        Raises UnknownSource and SourceNotHeld.
        """
        source = self.configured(name)
        try:
            with self.engine_store() as store:
                released = release(store, self.clock, source, self.categories, self.classifier(store))
                return Released(name, released, self._publish(store))
        except EngineRunning:
            said = self.ask("/sources/release", source=name)
            return Released(name, said["articles"], None)

    def take_down(self, name: str) -> Takedown:
        """Take an article down: here, publishing at once, or by the engine that runs."""
        try:
            with self.engine_store() as store:
                taken = take_down(store, self.clock, self.site, name)
                return Takedown(taken.article.heading, taken.now, taken.others, self._publish(store))
        except EngineRunning:
            said = self.ask("/takedown", article=name)
            others = _others(said)
            return Takedown(said["title"], said["now"], others, None)

    def learn(self) -> Lesson:
        """Train the classifier: here, or by the engine that runs, however long it takes."""
        try:
            with self.engine_store() as store:
                return self.learner(store).learn()
        except EngineRunning:
            return Lesson.of(self.ask("/learn", seconds=3600))

    def configured(self, name: str) -> Source:
        """The source called `name`; raises UnknownSource."""
        if name not in self.sources:
            raise UnknownSource(name, tuple(difflib.get_close_matches(name, self.sources)))
        return self.sources[name]

    def ask(self, path: str, **fields: Any) -> dict[str, Any]:
        """Have the engine that runs do something; raises EngineRefused."""
        # Imported where it is wanted: an HTTP client, for the few commands beside an engine that is there.
        from syndicator.fetch import running_engine

        return running_engine.ask(self.settings.server.operator, path, **fields)

    def _publish(self, store: Store, retain: bool = False) -> tuple[Published, ...]:
        """Cluster and render what changed, and tell the hubs, once every web process serves it.

        In between drop the content of what is old, if one is to `retain` only what is not.
        """
        purger = self.purger(store)
        while purger.step():
            pass
        refiler = self.refiler(store, self.classifier(store))
        while refiler.step():
            pass
        self.clusterer(store).place_newcomers()
        if retain:
            log_retained(log(), self.retainer(store).run(lambda _: False))
        published = self._publisher(store).publish()
        if announcers := self._announcers(store, self.hosts(store)):
            self._announce(announcers, any(one.changed for one in published))
        return published

    def _announce(self, announcers: Sequence[Announcer], changed: bool) -> None:
        from syndicator.runners.log import log_announced  # the log of all that an engine does

        if changed:
            time.sleep(SETTLES.total_seconds())
        for announcer in announcers:
            if announced := announcer.announce():
                log_announced(log(), announced)


class PollSoon(Protocol):
    """An engine's way of polling out of turn; gives whether it could."""

    def __call__(self, source_id: str, adopt: str = "") -> bool: ...


@dataclass(frozen=True)
class Actions:
    """What an operator can have done to a running engine's store, on the operator's page or by a command."""

    hub: Acting
    store: Store
    log: Log
    learner: Learner
    poll_soon: PollSoon

    def poll_now(self, name: str) -> None:
        """Poll a source out of turn. Raises UnknownSource, and NotPolled: nobody is asked who wants quiet."""
        self._poll(self.hub.configured(name))
        self.log.info("poll asked for by the operator", source=name)

    def adopt(self, name: str, url: str) -> None:
        """Poll a source at `url` from now on, where its publisher redirects to, or its page links. Raises NotPolled."""
        source = self.hub.configured(name)
        state = self._state(source)
        if url not in (state.moved_to, state.offered_url):
            raise NotPolled(name, f"{without_secrets(url)} is no address that its publisher names at present.")
        self._poll(source, url)
        self.log.info("address adopted by the operator", source=name, url=without_secrets(url))

    def _poll(self, source: Source, adopt: str = "") -> None:
        state = self._state(source)
        at = adopt or state.polled_url
        quiet = self.store.quiet_hosts().get(host(at))
        until = max(filter(None, (state.retry_after, quiet)), default=None)
        if until and until > self.hub.clock():
            raise NotPolled(source.id, f"its publisher asked for quiet (Retry-After) until {until:%Y-%m-%d %H:%M} UTC.")
        if not self.poll_soon(source.id, adopt):
            raise NotPolled(source.id, "a poll of it is under way; its outcome shows in a moment.")

    def _state(self, source: Source) -> SourceState:
        line = self.store.source_line(source.id, self.hub.clock())
        if line is None:
            raise UnknownSource(source.id, ())
        return line.state

    def take_down(self, name: str) -> TakenDown:
        taken = take_down(self.store, self.hub.clock, self.hub.site, name)
        self.log.info("taken down by the operator", article=taken.article.id, guid=taken.article.guid, now=taken.now)
        return taken

    def split(self, name: str) -> Retold:
        retold = retell.split(self.store, self.hub.clock, self.hub.site, name)
        self.log.info("taken out of its story by the operator", article=name)
        return retold

    def merge(self, name: str, other: str) -> Retold:
        retold = retell.merge(self.store, self.hub.clock, self.hub.site, name, other)
        self.log.info("put into one story by the operator", article=name, other=other)
        return retold

    def release(self, category: str) -> None:
        if not self.store.release(category):
            raise NothingHeld(category)
        self.log.info("let go by the operator", category=category)

    def hold(self, name: str) -> None:
        hold(self.store, self.hub.clock, self.hub.configured(name))
        self.log.info("held by the operator", source=name)

    def release_source(self, name: str) -> int:
        source, classify = self.hub.configured(name), self.learner.classifier
        released = release(self.store, self.hub.clock, source, self.hub.categories, classify)
        self.log.info("released by the operator", source=name, articles=released)
        return released

    def learn(self) -> Lesson:
        return self.learner.learn()


def _others(said: dict[str, Any]) -> tuple[AlsoReported, ...]:
    """The other tellings in what the running engine answered."""
    return tuple(AlsoReported(other["source"], other["url"]) for other in said["others"])
