"""What can be done with a configuration: the commands' work."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from syndicator.config import records
from syndicator.config.loading import load_settings
from syndicator.core.errors import ConfigError, UnknownSource
from syndicator.core.model import Source, SourceState
from syndicator.core.outlook import Outlook, outlook
from syndicator.learning.installed import installed
from syndicator.pipeline.explain import Explained, explain
from syndicator.pipeline.ports import Clock
from syndicator.pipeline.refile import Move, plan
from syndicator.store.store import Store

from .acting import Acting
from .parts import crontab, now

if TYPE_CHECKING:
    from syndicator.pipeline.poll import Polled
    from syndicator.pipeline.preview import Preview
    from syndicator.pipeline.publish import Published
    from syndicator.web.export import Progress
    from syndicator.web.export_folder import Written

    from .importing import Import


class Hub(Acting):
    """A configuration, and what can be done with it.

    What takes rooms that other commands do not need is done by a module of its own, which is imported for it.
    """

    def check(self) -> None:
        """Try the theme out; raises ConfigError. `run` only tells of its mistakes, and shows our templates instead."""
        from syndicator.web.theme_check import mistakes

        theme, left_out = self.theme
        if problems := (*left_out, *mistakes(self.site, self.categories, theme)):
            raise ConfigError(problems)

    def migrate(self) -> tuple[str | None, str]:
        """Bring the database to this program's schema; gives the revisions before and after."""
        with self._store() as store, store.engine_lock():
            return store.migrate()

    def poll(
        self, names: tuple[str, ...], everything: bool, progress: Callable[[int, Polled | None], None],
        publish: bool = False,
    ) -> tuple[Published, ...]:  # fmt: skip
        """Poll what is due (or `names`, or `everything`) once, save and cluster it; and `publish` what changed.

        `progress` is told how many sources are polled, then of each. Nothing is asked within its Retry-After. Gives
        what was published.
        """
        with self.engine_store() as store:
            wanted = self._wanted(store, names, everything)
            progress(len(wanted), None)
            if wanted:
                from syndicator.runners import origin

                origin.begun()  # it takes as long as the rest of what polling imports
                from .polling import poll

                poll(self, store, wanted, progress)
            elif not publish:
                # What an earlier poll was interrupted before.
                self.clusterer(store).place_newcomers()
            return self._publish(store, retain=True) if publish else ()

    def preview(self, source: Source) -> Preview:
        """What a source's articles would be, read now; nothing is stored."""
        from .polling import preview

        return preview(self, source)

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
            for articles, moves in plan(store, self.sources, self.categories, self.classifier(store)):
                done += articles
                progress(total, done)
                yield from moves

    def _older(self, store: Store) -> int:
        """How many articles are older than this configuration keeps them."""
        keep = self.settings.retention.keep
        return store.count_older(self.clock() - keep) if keep else 0

    def serve(self) -> None:
        """Serve what is published until SIGINT or SIGTERM, without an engine."""
        from .serving import serve

        serve(self)

    def export(self, out: Path, progress: Progress) -> Written:
        """Write what is served as files below the folder `out`; needs no engine, and disturbs none."""
        from .serving import export

        return export(self, out, progress)

    def import_opml(self, file: Path, unfiled: str = "") -> Import:
        """What the subscriptions in `file` would add to this configuration; its extension is yet to be written.

        Those in no folder go to the category `unfiled`. Raises NotImported and NotExtended.
        """
        from .importing import import_opml

        return import_opml(self, file, unfiled)

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


def load(path: Path, clock: Clock = now, runs: bool = False) -> Hub:
    """The hub of the configuration at `path`; raises ConfigError with every mistake.

    For one that `runs`, what its processes import is begun meanwhile.
    """
    if runs:
        from syndicator.runners import origin

        origin.begun(f"{__package__}.serving")
    return Hub(path, load_settings(path, crontab=crontab, classifier=installed), clock)
