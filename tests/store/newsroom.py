"""A whole hub over a real store, to which anything may happen: polls, edits, takedowns, clustering, publishing, restarts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any, Literal

from builders import configure, place_newcomers, site
from starlette.types import ASGIApp

from syndicator.core.channel import Candidate, archives
from syndicator.core.document import PublishedDocument
from syndicator.core.errors import NotRetold
from syndicator.core.fingerprint import fingerprint
from syndicator.core.identity import New, Unchanged, Verdict, digest, verdict
from syndicator.core.model import ALL, Article, Category, ChannelItem, Removal
from syndicator.core.stories import place
from syndicator.core.work import Saving, Stale
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.pipeline.retain import Retainer
from syndicator.pipeline.retell import Retold, merge, split
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store
from syndicator.web.public import public_app

from .followers import Entry
from .making import NOW, article, empty, nothing_near, polled, source, table

SOURCES = tuple(map(source, ("alpha", "beta", "gamma")))
CATEGORIES = tuple(Category(path, path.title()) for path in ("health", "health/oncology", "sport"))
EVERYWHERE = (ALL, *(category.id for category in CATEGORIES))
SITE = site(related=2)
LIMITS = ChannelLimits(feed_size=3, archive_size=4, max_loss=1.0)
KEEP = timedelta(days=30)

_WORDS = [
    "river",
    "bridge",
    "council",
    "winter",
    "market",
    "school",
    "garden",
    "letter",
    "engine",
    "window",
    "harbour",
    "doctor",
    "flower",
    "teacher",
]
_PRINTS = {f"Title {n}": fingerprint("A title", " ".join(Random(n).choices(_WORDS, k=80))) for n in (1, 2)}
"""Texts of two kinds, by their titles."""
_TICK = timedelta(seconds=70)
"""Longer than any category rests between two publications."""

Edit = Literal["words", "markup", "back", "title", "page", "files"]


@dataclass(frozen=True)
class Arrival:
    """An entry that a source sends for the first time."""

    source: int
    page: int
    title: int
    categories: tuple[str, ...]
    age: timedelta
    backfill: bool


@dataclass(frozen=True)
class Revision:
    """An entry that comes again, changed; None leaves it where it is filed."""

    which: int
    edit: Edit | None
    categories: tuple[str, ...] | None = None


class Died(BaseException):
    """The process was killed."""


class WatchedStore(Store):
    """A store to which something may happen between the steps of publishing: before as many as `steps`."""

    meanwhile: Callable[[], None] | None = None
    steps = 0

    def candidates(self, category: str, depth: int) -> tuple[Candidate, ...]:
        self._step()
        return super().candidates(category, depth)

    def contents(
        self, category: str, ids: Sequence[str], left: bool = False
    ) -> tuple[tuple[ChannelItem, ...], tuple[Removal, ...]]:
        self._step()
        return super().contents(category, ids, left)

    def save_documents(
        self, rendered: Iterable[PublishedDocument], behind: Stale, print_: str, listed: Iterable[str] = (),
        held: str = "",
    ) -> tuple[str, ...]:  # fmt: skip
        self._step()
        return super().save_documents(rendered, behind, print_, listed, held)

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0 and self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            happens()


class Newsroom:
    """A hub; with `two_writers` polls are saved through either of two stores.

    It is `settled` where everything is clustered and published. A `part` of its polls may be done by a process of its
    own, whose articles and words are not those of others.
    """

    settled = False

    def __init__(self, url: str, two_writers: bool = False, part: int | None = None) -> None:
        self.url, self._two_writers, self._part = url, two_writers, part
        self.now = NOW
        self.known: dict[str, Article] = {}
        self.words: dict[str, list[str]] = {}
        """The words of every version of an article, by its id; each stands in no other text."""
        self.down: list[str] = []
        self._versions = 0
        self._in_flight: dict[str, Saving] = {}
        self._open()
        if part is None:
            empty(url)
            configure(self.store, SOURCES, CATEGORIES, self.now)
            self.publish()

    # --- processes --------------------------------------------------------------------------------

    def _open(self) -> None:
        self.store = WatchedStore(self.url)
        self.writers: tuple[Store, ...] = (self.store, *([Store(self.url)] if self._two_writers else ()))
        self.reader = Store(self.url, read_only=True)
        self.publisher = Publisher(self.store, lambda: self.now, SITE, CATEGORIES, LIMITS)
        self.app: ASGIApp = public_app(self.reader, SITE, CATEGORIES, LIMITS.archive_size, lambda: self.now)

    def close(self) -> None:
        for store in (*self.writers, self.reader):
            store.close()

    def restart(self) -> None:
        """All processes end, and with them the polls that were not saved yet."""
        self.close()
        self._in_flight.clear()
        self._open()
        configure(self.store, SOURCES, CATEGORIES, self.now)

    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # --- polls ------------------------------------------------------------------------------------

    def ingest(self, arrivals: Sequence[Arrival], writer: int) -> None:
        self.now += _TICK
        verdicts: dict[str, list[Verdict]] = {}
        for arrival in arrivals:
            made = self._arrived(arrival)
            verdicts.setdefault(made.source_id, []).append(New(made))
            self.known[made.id] = made
        self._save([polled(source_id, *found, at=self.now) for source_id, found in verdicts.items()], writer)

    def revise(
        self, revisions: Sequence[Revision], writer: int, reconfigured: bool = False, held: bool = False
    ) -> None:
        """Save what comes again; `held` keeps the poll, read and decided on, for `land`."""
        self.now += _TICK
        savings = self._savings(revisions, reconfigured)
        if held:
            self._in_flight |= {saving.state.source_id: saving for saving in savings}
        else:
            self._save(savings, writer)

    def resend(self, which: int, writer: int) -> None:
        """The raw entry changed, what we make of it did not."""
        known = self._stored(which)
        decided = verdict(replace(known, entry_hash=self._new_words()), known)
        assert isinstance(decided, Unchanged)
        self._save([polled(known.source_id, decided, at=self.now)], writer)

    def land(self, writer: int) -> None:
        """Save the polls that were read a while ago."""
        self._save((), writer, tuple(self._in_flight))

    def _save(self, savings: Iterable[Saving], writer: int, landing: Sequence[str] = ()) -> None:
        """Of one source nothing overtakes a poll that is under way."""
        savings = tuple(savings)
        waiting = dict.fromkeys((*landing, *(saving.state.source_id for saving in savings)))
        landed = [self._in_flight.pop(source_id) for source_id in waiting if source_id in self._in_flight]
        store = self.writers[writer % len(self.writers)]
        for batch in (landed, savings):
            if batch:
                if writer // len(self.writers) % 2:
                    Clusterer(store, CATEGORIES, timedelta(days=7)).save(batch)
                else:
                    store.save_polls(batch)
                self.settled = False

    def _savings(self, revisions: Sequence[Revision], reconfigured: bool) -> list[Saving]:
        found: dict[str, dict[str, Verdict]] = {}
        for revision in revisions:
            known = self._stored(revision.which)
            if known.source_id not in self._in_flight:
                found.setdefault(known.source_id, {})[known.id] = self._revised(revision, known)
        return [
            replace(polled(source_id, *decided.values(), at=self.now), reconfigured=reconfigured)
            for source_id, decided in found.items()
        ]

    def _stored(self, which: int) -> Article:
        id_ = self._named(which)
        return self.store.articles([id_])[id_]

    def _arrived(self, arrival: Arrival) -> Article:
        from_ = SOURCES[arrival.source].id
        dated = self.now - arrival.age
        made = article(
            from_, str(len(self.known)), published=dated, updated=dated, sort_at=dated, accepted=self.now,
            revised=self.now, backfill=arrival.backfill, categories=arrival.categories, title=_title(arrival.title),
            canonical_url=_page(arrival.page), date_text=str(dated),
        )  # fmt: skip
        return self._with_words(made, self._new_words())

    def _revised(self, revision: Revision, known: Article) -> Verdict:
        found = self._edited(self.known[known.id], revision.edit)
        if revision.categories is not None:
            found = replace(found, categories=revision.categories)
        self.known[known.id] = found
        return verdict(replace(found, accepted=self.now, updated=self.now), known)

    def _edited(self, made: Article, edit: Edit | None) -> Article:
        match edit:
            case None:
                return made
            case "words":
                return self._with_words(made, self._new_words())
            case "back":
                return self._with_words(made, self.words[made.id][0])
            case "markup":
                content = (
                    made.content.replace("p>", "div>") if "p>" in made.content else made.content.replace("div>", "p>")
                )
                return _hashed(replace(made, content=content))
            case "title":
                return _hashed(replace(made, title=_title(2 if made.title == _title(1) else 1)))
            case "page":
                return _hashed(replace(made, canonical_url=_page(2 if made.canonical_url == _page(1) else 1)))
            case "files":
                return _hashed(
                    replace(made, enclosures=made.enclosures * 2 if len(made.enclosures) == 1 else made.enclosures[:1])
                )

    def _new_words(self) -> str:
        self._versions += 1
        return f"word{self._versions + 100_000 * (self._part or 0)}x"

    def _with_words(self, made: Article, words: str) -> Article:
        self.words.setdefault(made.id, []).append(words)
        person, enclosure = made.authors[0], made.enclosures[0]
        return _hashed(replace(
            made, summary=f"About {words}.", content=f"<p>All about {words}.</p>", tags=(words,),
            authors=(replace(person, name=words),), enclosures=(replace(enclosure, url=f"{made.url}/{words}.mp3"),),
        ))  # fmt: skip

    # --- stories and publishing -------------------------------------------------------------------

    def split(self, which: int) -> None:
        """The operator takes an article out of its story, where it is in one with others."""
        self._retell(lambda: split(self.store, lambda: self.now, SITE, self._named(which)))

    def merge(self, which: int, other: int) -> None:
        """The operator has two articles in one story."""
        self._retell(lambda: merge(self.store, lambda: self.now, SITE, self._named(which), self._named(other)))

    def _named(self, which: int) -> str:
        return list(self.known)[which % len(self.known)]

    def _retell(self, act: Callable[[], Retold]) -> None:
        self.now += _TICK
        with suppress(NotRetold):
            act()
        self.settled = False

    def take_down(self, which: int) -> None:
        id_ = self._named(which)
        self.now += _TICK
        assert take_down(self.store, lambda: self.now, SITE, id_).now == (id_ not in self.down)
        if id_ not in self.down:
            self.down.append(id_)
            self.settled = False

    def cluster(self, batch: int | None = None, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Cluster everything, or one batch, during which something else may be saved."""
        if batch is None:
            place_newcomers(self.store)
        elif found := self.store.unplaced(batch, nothing_near):
            placed = place(found.newcomers, found.relatives, found.filings, found.at)
            meanwhile()
            self.store.save_placed(placed, found)

    def publish(self, meanwhile: Callable[[], None] | None = None, steps: int = 0) -> None:
        """Publish what is behind; `meanwhile`, after some `steps`, something may happen."""
        self.now += _TICK
        self.store.meanwhile, self.store.steps = meanwhile, steps
        try:
            for published in self.publisher.publish():
                assert not published.error, published
                assert (published.held, published.left_out) == ("", ()), published
        finally:
            self.store.meanwhile = None

    def publish_in_part(self, steps: int) -> None:
        """The process dies after some `steps` of publishing."""

        def die() -> None:
            raise Died

        with suppress(Died):
            self.publish(die, steps)
        self.restart()

    def settle(self) -> None:
        """Cluster and publish everything."""
        self.cluster()
        self.publish()
        self.now += _TICK
        assert self.publisher.publish() == ()
        self.settled = True

    # --- retention --------------------------------------------------------------------------------

    def expire(self, steps: int) -> None:
        """Let what is old expire, a few articles a step; the process dies after some `steps`."""
        left = iter(range(steps))
        retainer = Retainer(self.store, lambda: self.now, KEEP, LIMITS.feed_size, batch=2)
        retainer.run(lambda _: next(left, None) is None)

    def expired(self) -> dict[str, str]:
        """The articles that have expired, by their guids."""
        return dict(table(self.url, "SELECT guid, id FROM articles WHERE expired IS NOT NULL"))

    # --- what is true -----------------------------------------------------------------------------

    def shows(self, category: str) -> dict[str, Entry]:
        """What readers of a category have to end with, by guid, past the Store's verbs."""
        query = f"""SELECT guid, title, content FROM articles JOIN filings ON article_id = id
            WHERE category = '{category}' AND ordinal IS NOT NULL AND NOT filings.removed"""
        return {guid: Entry(title, content) for guid, title, content in table(self.url, query)}

    def published(self) -> set[str]:
        """The articles that are not kept out of everything."""
        return {id_ for (id_,) in table(self.url, "SELECT id FROM articles WHERE categories <> '[]'")}

    def check_stories(self) -> None:
        """Every story shows once where one of its articles is filed that is still up, and nothing shows elsewhere."""
        up = table(self.url, "SELECT id, story_id, categories FROM articles WHERE NOT removed AND categories <> '[]'")
        story_of = {id_: story for id_, story, _ in up}
        named = {id_ for (id_,) in table(self.url, "SELECT id FROM articles WHERE story_id IS NOT NULL")}
        assert set(story_of.values()) <= named, "a story has the name of an article"
        filed = {(story, category) for _, story, listed in up for category in (ALL, *json.loads(listed))}
        query = "SELECT article_id, category FROM filings WHERE ordinal IS NOT NULL AND NOT removed"
        shown = [(story_of[id_], category) for id_, category in table(self.url, query)]
        assert len(shown) == len(set(shown))
        assert set(shown) == filed

    def archived(self, category: str) -> dict[int, str]:
        """The archives of a category by their numbers: which articles are in them, and whether they are full."""
        shelf, size = self.reader.shelf(category), LIMITS.archive_size
        last = shelf.last_ordinal if shelf else 0
        first = shelf.first_kept if shelf else 1
        found = (self.reader.archived(category, number, size) for number in archives(last, size, first))
        return {
            one.number: repr(
                (one.full, one.older, *((_as_published(item.article), item.related) for item in one.items))
            )
            for one in found
            if one
        }

    def forbidden(self) -> set[str]:
        """The words of articles that were taken down."""
        return {words for id_ in self.down for words in self.words[id_]}


def happening(room: Newsroom, chance: Random, source: int) -> None:
    """Something happens to the articles of one source."""
    paths = [category.id for category in CATEGORIES]

    def categories() -> tuple[str, ...]:
        return tuple(chance.sample(paths, chance.randint(0, len(paths)))) or chance.choice([(), (ALL,)])

    def revision() -> Revision:
        edit: Edit | None = chance.choice((None, "words", "markup", "back", "title", "page", "files"))
        return Revision(chance.randrange(100), edit, chance.choice((None, categories())))

    kind = chance.random()
    if kind < 0.3 or not room.known:
        age = timedelta(days=chance.choice((0, 1, 400)))
        made = [Arrival(source, chance.randint(1, 2), chance.randint(1, 2), categories(), age, chance.random() < 0.3)]
        room.ingest(made * chance.randint(1, 3), 0)
    elif kind < 0.95:
        room.revise([revision() for _ in range(chance.randint(1, 3))], 0, reconfigured=chance.random() < 0.2)
    elif kind < 0.98:
        room.take_down(chance.randrange(100))
    else:
        room.merge(chance.randrange(100), chance.randrange(100))
        room.split(chance.randrange(100))


def migrate(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.close()


def _as_published(one: Article) -> Article:
    """An article without what no feed says of it."""
    return replace(
        one,
        seq=0,
        story_id=None,
        reasons=(),
        entry_hash="",
        content_hash="",
        canonical_url="",
        revised=NOW,
        accepted=NOW,
    )


def _title(number: int) -> str:
    return f"Title {number}"


def _page(number: int) -> str:
    return f"https://paper.example/{number}"


def _hashed(made: Article) -> Article:
    """With a fingerprint where the page is the first one: what has the title too then has the same text."""
    parts: tuple[Any, ...] = (made.title, made.content, made.canonical_url, made.enclosures, made.tags)
    made = replace(made, fingerprint=_PRINTS[made.title] if made.canonical_url == _page(1) else b"")
    return replace(made, content_hash=digest(*map(repr, parts)), entry_hash=digest("entry", *map(repr, parts)))
