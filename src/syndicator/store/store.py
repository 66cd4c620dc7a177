"""The Store: a few verbs, each one transaction, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from syndicator.core.channel import Candidate
from syndicator.core.document import PublishedDocument
from syndicator.core.learning import Sample, StoredModel
from syndicator.core.model import Article, Category, ChannelItem, Filing, Provenance, Removal, SourceState
from syndicator.core.related import Neighbour, Related
from syndicator.core.renaming import Rename
from syndicator.core.retention import Expiry, Mark
from syndicator.core.revisions import Revision
from syndicator.core.stories import Placed
from syndicator.core.work import Fingerprint, Placing, Saving, Stale, Unplaced

from . import (
    announcing,
    filing,
    fingerprints,
    holding,
    learning,
    polls,
    publishing,
    related,
    renaming,
    retention,
    revisions,
    sources,
    splitting,
    stories,
    takedown,
)
from .numbering import SEQ, counter, lock_seq, watermark
from .operating import Operating

_SAMPLES = 1000
"""Read at a time."""


class Store(Operating):
    """Everything that is remembered. Verbs that change something are for the engine alone.

    Of every article so many former versions are kept as `revisions` says.
    """

    def __init__(self, url: str, read_only: bool = False, revisions: int = 5) -> None:
        super().__init__(url, read_only)
        self.revisions_kept = revisions
        self._took_down = False

    def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to this program's version; gives the revisions before and after."""
        return self._database.migrate()

    @contextmanager
    def engine_lock(self) -> Iterator[None]:
        """Hold the place of the one engine; raises EngineRunning while another holds it."""
        with self._database.engine_lock():
            yield

    # --- polling ----------------------------------------------------------------------------------

    def configure(
        self, wanted: Iterable[SourceState], tree: Iterable[Category], now: datetime, known: Mapping[str, SourceState],
        renamed: Iterable[Rename] = (),
    ) -> None:  # fmt: skip
        """Make sources and categories follow the configuration.

        `wanted` are the states of its sources, `known` those that are stored: what is the same is not written.
        """
        with self._database.write() as connection:
            sources.configure(connection, wanted, tree, now, known, renamed)
            revisions.prune(connection, self.revisions_kept)

    def due(self, now: datetime, limit: int, busy: Sequence[str] = ()) -> tuple[SourceState, ...]:
        """The sources whose time has come, the longest overdue first; none on the `busy` hosts."""
        with self._database.read() as connection:
            return sources.due(connection, now, limit, busy)

    def states(self, configured: bool = True) -> dict[str, SourceState]:
        """What is remembered of every configured source, by id; of every source that ever was, unless `configured`."""
        with self._database.read() as connection:
            return sources.states(connection, configured)

    def category_paths(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """The categories that are configured, and all that ever were; without `all`."""
        with self._database.read() as connection:
            return sources.category_paths(connection)

    def renamed_origins(self) -> dict[str, str]:
        """The first ids of the sources that have another one now."""
        with self._database.read() as connection:
            return sources.renamed_origins(connection)

    def quiet_hosts(self) -> dict[str, datetime]:
        """The hosts that asked for quiet, and until when."""
        with self._database.read() as connection:
            return sources.quiet_hosts(connection)

    def article_counts(self) -> dict[str, int]:
        """How many articles each source has brought."""
        with self._database.read() as connection:
            return sources.article_counts(connection)

    def provenances(self) -> dict[str, Provenance]:
        """How each source described itself when it sent the article of it that changed last."""
        with self._database.read() as connection:
            return sources.provenances(connection)

    def known_hashes(self, source_id: str) -> frozenset[str]:
        """The hashes of the source's latest entries."""
        with self._database.read() as connection:
            return polls.known_hashes(connection, source_id)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """The stored articles among `ids`, seen by the engine: also above the watermark. And what is sent as one of
        them, under that id.
        """
        with self._database.read() as connection:
            return polls.by_ids(connection, ids)

    def on_pages(self, source_id: str, pages: Sequence[str], limit: int) -> tuple[Article, ...]:
        """The newest articles of a source that have one of the `pages`, canonical URLs."""
        with self._database.read() as connection:
            return polls.on_pages(connection, source_id, pages, limit)

    def pages_taken(self, pages: Sequence[str]) -> frozenset[str]:
        """Which of `pages`, canonical URLs, an article has."""
        with self._database.read() as connection:
            return polls.pages_taken(connection, pages)

    def dates_entries(self, source_id: str) -> bool:
        """Whether the newest article of a source has a date of its publisher's."""
        with self._database.read() as connection:
            return polls.dates_entries(connection, source_id)

    def guids_taken(self, guids: Sequence[str]) -> frozenset[str]:
        """Which of `guids` an article has already."""
        with self._database.read() as connection:
            return polls.guids_taken(connection, guids)

    def save_polls(self, savings: Sequence[Saving], placing: Placing | None = None) -> int:
        """Save a batch of polls; gives the number of its last change.

        What it brings is placed by `placing` with it, unless something older waits for that: so its rows are written
        once.
        """
        with self._database.write() as connection:
            all_are_placed = lock_seq(connection) == watermark(connection)
            last, new = polls.save(connection, savings, self.revisions_kept)
            unplaced = None
            if placing and all_are_placed:
                unplaced = stories.unplaced(connection, None, placing.near, new)
            if placing and unplaced:
                stories.save(connection, placing.place(unplaced), unplaced, new)
            else:
                filing.save_new(connection, new, filing.new_places(new))
        return last

    def last_significant(self, ids: Sequence[str]) -> dict[str, Revision]:
        """Of the articles `ids` whose latest edits were insignificant, the version before those, if it is kept."""
        with self._database.read() as connection:
            return revisions.last_significant(connection, ids)

    # --- filing -----------------------------------------------------------------------------------

    def filed_otherwise(self, prints: Mapping[str, str]) -> tuple[str, ...]:
        """Of the sources in `prints` those with articles that were filed under another print than theirs."""
        with self._database.write() as connection:
            return filing.filed_otherwise(connection, prints)

    def of_source(self, source_id: str, after: int, limit: int) -> tuple[Article, ...]:
        """The next articles of a source after the change numbered `after`, without those that were taken down."""
        with self._database.read() as connection:
            return filing.of_source(connection, source_id, after, limit)

    def renames(self, tree: Iterable[Category]) -> tuple[Rename, ...]:
        """The categories that `configure` would rename to what `tree` calls them."""
        with self._database.read() as connection:
            return renaming.planned(connection, tree)

    def save_refiled(self, refiled: Sequence[Article], at: datetime) -> None:
        """File articles as the configuration wants it now; what has changed since they were read stays as it is."""
        with self._database.write() as connection:
            filing.save_refiled(connection, refiled, at)

    def save_filed(self, source_id: str, print_: str) -> None:
        """Note that the articles of a source are all filed under a print."""
        with self._database.write() as connection:
            filing.save_prints(connection, {source_id: print_})

    # --- holding ----------------------------------------------------------------------------------

    def hold_source(self, source_id: str, why: str | None) -> None:
        """Hold all that is new of a source from now on; with None no more, and what is held of it stays so."""
        with self._database.write() as connection:
            holding.hold(connection, source_id, why)

    def why_held(self, source_ids: Sequence[str]) -> dict[str, str]:
        """Of the sources those of which all that is new is held, and why."""
        with self._database.read() as connection:
            return holding.why_held(connection, source_ids)

    # --- stories ----------------------------------------------------------------------------------

    def unplaced(self, limit: int, near: Callable[[Sequence[Article]], stories.Near]) -> Unplaced | None:
        """The next changes above the watermark with what they may belong to, None where there are none.

        `near` tells of them whose texts are alike.
        """
        with self._database.read() as connection:
            return stories.unplaced(connection, limit, near)

    def fingerprints(self, since: datetime) -> Iterator[Fingerprint]:
        """What the texts of the articles that are placed and dated since then are compared by."""
        with self._database.read() as connection:
            yield from fingerprints.settled(connection, since)

    def texts(self, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """The titles and the texts of the articles `ids`, as fingerprints are made of them."""
        with self._database.read() as connection:
            return fingerprints.texts(connection, ids)

    def forget_fingerprints(self, before: datetime) -> None:
        """Drop what the texts of articles dated before then were compared by."""
        with self._database.write() as connection:
            fingerprints.forget_before(connection, before)

    def split(self, article_id: str, at: datetime) -> tuple[Article, ...]:
        """Take an article out of its story for good; gives those that it was told with, none where it was alone."""
        with self._database.write() as connection:
            return splitting.split(connection, article_id, at)

    def merge(self, one_id: str, other_id: str, at: datetime) -> bool:
        """Have two articles in one story for good; whether they were in two until now."""
        with self._database.write() as connection:
            return splitting.merge(connection, one_id, other_id, at)

    def save_placed(self, placed: Placed, of: Unplaced) -> None:
        """Give stories and ordinals to what was read as `of`, and move the watermark."""
        with self._database.write() as connection:
            stories.save(connection, placed, of)

    # --- publishing -------------------------------------------------------------------------------

    def stale(self, print_: str) -> tuple[Stale, ...]:
        """The categories whose documents are behind."""
        # Taken back before the look: another thread may take something down at any moment.
        took_down, self._took_down = self._took_down, False
        with self._database.read() as connection:
            found = publishing.stale(connection, print_)
            all_is_published = not found and counter(connection, SEQ) == watermark(connection)
        if took_down:
            # What is gone leaves the disk, too: the article's words, and once more those in documents.
            self._database.settle()
            if not all_is_published:
                self._took_down = True
        return found

    def candidates(self, category: str, depth: int) -> tuple[Candidate, ...]:
        """What may stand in the category's channel: its newest `depth` by date, and what is fresh."""
        with self._database.read() as connection:
            return publishing.candidates(connection, category, depth)

    def contents(
        self, category: str, ids: Sequence[str], left: bool = False
    ) -> tuple[tuple[ChannelItem, ...], tuple[Removal, ...]]:
        """The articles `ids` as the category shows them, in that order; and the latest that it shows no longer.

        With those that have `left` it, if wanted so, but never with what was taken down.

        Read at one moment: what is taken down meanwhile is not among both.
        """
        with self._database.read() as connection:
            return publishing.items(connection, category, ids, left), publishing.removals(connection, category)

    def filed(self, category: str, ids: Sequence[str]) -> dict[str, Filing]:
        """The places of the articles `ids` in a category, as far as they have one."""
        with self._database.read() as connection:
            return publishing.filed(connection, category, ids)

    def unlisted(self, category: str, after: int, through: int) -> tuple[tuple[str, Neighbour], ...]:
        """What a category shows of the changes above `after` up to `through` and whose entries name nothing related
        yet, each with the category that names it."""
        with self._database.read() as connection:
            return related.unlisted(connection, category, after, through)

    def save_related(self, lists: Mapping[str, Sequence[Related]]) -> None:
        """Note for good what the entries of articles name as related, by article."""
        with self._database.write() as connection:
            related.save(connection, lists)

    def save_documents(
        self, rendered: Iterable[PublishedDocument], behind: Stale, print_: str, listed: Iterable[str] = (),
        held: str = "",
    ) -> tuple[str, ...]:  # fmt: skip
        """Save the documents whose bytes changed, and what the channel lists now; gives the documents' paths.

        A category that is `held` back for a reason stays behind.
        """
        with self._database.write() as connection:
            return publishing.save(connection, rendered, behind, print_, listed, held)

    def filings(self, article_id: str) -> tuple[Filing, ...]:
        """The places that an article has or had."""
        with self._database.read() as connection:
            return publishing.filings_of(connection, article_id)

    def hold(self, category: str, why: str) -> None:
        """Note that a category's documents are held back."""
        with self._database.write() as connection:
            publishing.hold(connection, category, why)

    def held(self) -> dict[str, str]:
        """The categories whose documents are held back, and why."""
        with self._database.read() as connection:
            return publishing.held(connection)

    def release(self, category: str) -> bool:
        """Let the documents of a category go that are held back; whether they were."""
        with self._database.write() as connection:
            return publishing.release(connection, category)

    def unannounced(self, hub: str, settled: datetime) -> dict[str, str]:
        """The paths of the feeds whose present version `hub` was not told of, with its entity tag.

        Without those that have changed after `settled`.
        """
        with self._database.read() as connection:
            return announcing.unannounced(connection, hub, settled)

    def save_announced(self, hub: str, versions: Mapping[str, str]) -> None:
        """Note that `hub` was told of feeds, by path, in these `versions`."""
        with self._database.write() as connection:
            announcing.save(connection, hub, versions)

    def named(self, name: str, url: str) -> tuple[Article, ...]:
        """The articles with the id or guid `name`, or the canonical `url`."""
        with self._database.read() as connection:
            return takedown.named(connection, name, url)

    def take_down(self, article_id: str, at: datetime) -> bool:
        """Remove an article wherever it is filed, for good; whether it was still up."""
        with self._database.write() as connection:
            taken = takedown.take_down(connection, article_id, at)
        self._took_down = True
        return taken

    def purge(self, source_id: str, limit: int, at: datetime) -> int:
        """Take down the next `limit` articles of a source; gives how many there were."""
        with self._database.write() as connection:
            purged = takedown.purge(connection, source_id, limit, at)
        self._took_down = True
        return purged

    # --- retention ---------------------------------------------------------------------------------

    def windows(self, feed_size: int) -> frozenset[str]:
        """The articles that stand in the channel of any category, or are among its newest `feed_size`."""
        with self._database.read() as connection:
            return retention.windows(connection, feed_size)

    def count_older(self, before: datetime) -> int:
        """How many articles last changed before then, and have not expired."""
        with self._database.read() as connection:
            return retention.count_older(connection, before)

    def expire(
        self, before: datetime, at: datetime, windows: Collection[str], after: Mark | None, limit: int
    ) -> Expiry | None:
        """Drop the content of some of what last changed `before` then; None where changes wait to be placed."""
        with self._database.write() as connection:
            return retention.expire(connection, before, at, windows, after, limit)

    # --- learning ---------------------------------------------------------------------------------

    def samples(self, limit: int) -> Iterator[Sample]:
        """The newest articles that something but the classifier has filed, of at most `limit`, in short reads."""
        before: int | None = None
        for start in range(0, limit, _SAMPLES):
            with self._database.read() as connection:
                found, before = learning.samples(connection, before, min(_SAMPLES, limit - start))
            yield from found
            if before is None:
                return

    def model(self) -> StoredModel | None:
        """The model that files articles, as it was saved last."""
        with self._database.read() as connection:
            return learning.model(connection)

    def save_model(self, model: StoredModel) -> None:
        """Keep a model, in the place of the one before."""
        with self._database.write() as connection:
            learning.save_model(connection, model)
