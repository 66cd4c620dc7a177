"""Whoever follows only deltas, only archives or only the cursor ends with exactly the set that was published."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from syndicator.core import channel
from syndicator.core.model import ALL
from syndicator.pipeline import cluster
from syndicator.store import publishing
from syndicator.web import feeds, publications

from .followers import Audience, Web
from .making import table
from .newsroom import CATEGORIES, EVERYWHERE, SOURCES, Arrival, Newsroom, Revision, migrate
from .processes import write_at_random

_EXAMPLES = int(os.environ.get("FOLLOWERS_EXAMPLES", "0"))
"""For long runs by hand: so many other examples of each kind. Else there are a few, always the same."""
_SHRINK = (Phase.shrink,) * ("FOLLOWERS_UNSHRUNK" not in os.environ)
"""Shrinking a failure takes minutes."""
_STEPS = 40
_ROUNDS = 15
_DEADLINE = 60.0

_LEFT_OF_EXPIRED = """SELECT id FROM articles WHERE expired IS NOT NULL AND (content <> '' OR summary <> ''
    OR EXISTS (SELECT 1 FROM filings WHERE article_id = id AND (NOT filings.removed OR ordinal IS NULL))
    OR EXISTS (SELECT 1 FROM related WHERE article_id = id OR other_id = id)
    OR EXISTS (SELECT 1 FROM fingerprints WHERE article_id = id))"""
_WORDS = re.compile(r"word[0-9]+x")

_spawn = get_context("spawn")

_filed = st.sampled_from(
    [("health",), ("health", "health/oncology"), ("health/oncology",), ("health", "sport"), ("sport",), (ALL,), ()]
)  # fmt: skip
"""The last two are filed in `all` alone, and kept out of everything."""
_few = st.sampled_from([1, 1, 1, 2])
"""Pages and titles: most tell the same story."""
_which = st.integers(0, 15)
_writer = st.integers(0, 3)  # which of two stores, and whether what it saves is placed with it
_steps = st.integers(0, 8)
"""Publishing one category takes three."""
_arrival = st.builds(
    Arrival, st.integers(0, len(SOURCES) - 1), _few, _few, _filed,
    st.sampled_from([timedelta(0), timedelta(hours=30), timedelta(days=400)]), st.booleans(),
)  # fmt: skip
_anywhere = st.sampled_from([("health", "health/oncology", "sport"), ("health/oncology", "sport")])
_news = st.lists(
    st.builds(Arrival, st.integers(0, len(SOURCES) - 1), st.integers(10, 99), st.just(2), _anywhere,
              st.just(timedelta(0)), st.just(False)),
    min_size=3, max_size=6,
)  # fmt: skip
"""News that nobody has told yet."""
_arrivals = st.lists(_arrival, min_size=1, max_size=5)
_edit = st.sampled_from(["words", "markup", "back", "title", "page", "files"])
_revisions = st.lists(st.builds(Revision, _which, st.none() | _edit, st.none() | _filed), min_size=1, max_size=3)


@dataclass(frozen=True)
class Setting:
    """A database, and what is the same in all examples."""

    url: str
    two_writers: bool
    archives: str


class Following(RuleBasedStateMachine):
    """Anything happens to the hub, and its followers look at it at any time."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.room = Newsroom(setting.url, setting.two_writers)
        self.web = Web(self.room.app)
        self.audience = Audience(EVERYWHERE, setting.archives, self.room.expired)
        self._archived: dict[tuple[str, int, str], bytes] = {}
        self._checked: set[str] = set()
        self.audience.begin(self.web)

    # --- what happens -----------------------------------------------------------------------------

    @initialize(arrivals=st.lists(_arrival, min_size=4, max_size=9))
    def begin(self, arrivals: list[Arrival]) -> None:
        self.room.ingest(arrivals, 0)
        self._settle()

    @rule(arrivals=_arrivals, writer=_writer)
    def ingest(self, arrivals: list[Arrival], writer: int) -> None:
        self.room.ingest(arrivals, writer)

    @precondition(lambda self: self.room.known)
    @rule(revisions=_revisions, writer=_writer, reconfigured=st.booleans(), held=st.booleans())
    def revise(self, revisions: list[Revision], writer: int, reconfigured: bool, held: bool) -> None:
        self.room.revise(revisions, writer, reconfigured, held)

    @precondition(lambda self: self.room.known)
    @rule(which=_which, writer=_writer)
    def resend(self, which: int, writer: int) -> None:
        self.room.resend(which, writer)

    @rule(writer=_writer)
    def land(self, writer: int) -> None:
        self.room.land(writer)

    @precondition(lambda self: self.room.known)
    @rule(which=_which)
    def take_down(self, which: int) -> None:
        self.room.take_down(which)

    @precondition(lambda self: self.room.known)
    @rule(which=_which)
    def split(self, which: int) -> None:
        self.room.split(which)

    @precondition(lambda self: self.room.known)
    @rule(which=_which, other=_which)
    def merge(self, which: int, other: int) -> None:
        self.room.merge(which, other)

    @rule(hours=st.sampled_from([1, 30]))
    def pass_time(self, hours: int) -> None:
        self.room.pass_time(hours)

    @rule(days=st.sampled_from([0, 20, 40, 40]), news=_news, steps=st.integers(0, 9))
    def expire(self, days: int, news: list[Arrival], steps: int) -> None:
        """What is old expires, but for what no news has pushed out of the feeds."""
        self.room.pass_time(24 * days)
        self.room.ingest(news, 0)
        self.room.cluster()
        self.room.publish()
        self.room.expire(steps)

    @rule(batch=st.none() | st.integers(1, 4))
    def cluster(self, batch: int | None) -> None:
        self.room.cluster(batch)

    @precondition(lambda self: self.room.known)
    @rule(batch=st.integers(1, 4), revisions=_revisions, writer=_writer, down=st.none() | _which)
    def change_while_clustering(self, batch: int, revisions: list[Revision], writer: int, down: int | None) -> None:
        def meanwhile() -> None:
            self._change(revisions, writer, down)
            self.room.expire(9)

        self.room.cluster(batch, meanwhile)

    @rule()
    def publish(self) -> None:
        self.room.publish()

    @rule(steps=_steps)
    def publish_in_part(self, steps: int) -> None:
        self.room.publish_in_part(steps)
        self.web.app = self.room.app

    @precondition(lambda self: self.room.known)
    @rule(
        steps=_steps, revisions=_revisions, writer=_writer, down=st.none() | _which, batch=st.none() | st.integers(1, 4)
    )
    def change_while_publishing(
        self, steps: int, revisions: list[Revision], writer: int, down: int | None, batch: int | None
    ) -> None:
        def meanwhile() -> None:
            self._change(revisions, writer, down)
            self.room.cluster(batch)
            self.room.expire(9)

        self.room.publish(meanwhile, steps)

    def _change(self, revisions: list[Revision], writer: int, down: int | None) -> None:
        self.room.revise(revisions, writer)
        if down is not None:
            self.room.take_down(down)

    @precondition(lambda self: self.room.known)
    @rule(revisions=_revisions, writer=_writer, down=st.none() | _which)
    def change_and_settle(self, revisions: list[Revision], writer: int, down: int | None) -> None:
        self._change(revisions, writer, down)
        self._settle()

    def _settle(self) -> None:
        """Everything is published, and everyone catches up."""
        self.room.settle()
        self.room.check_stories()
        self._check_channels()
        self._check_taken_down()
        self._check_expired()
        self.audience.check(self.web, {category: self.room.shows(category) for category in EVERYWHERE})

    @rule()
    def restart(self) -> None:
        self.room.restart()
        self.web.app = self.room.app

    # --- what followers do ------------------------------------------------------------------------

    @rule(which=st.integers(0, 2 * len(EVERYWHERE) - 1))
    def follow_deltas(self, which: int) -> None:
        self.audience.deltas[which].follow(self.web)

    @rule(category=st.sampled_from(EVERYWHERE), limit=st.integers(1, 4), pages=st.integers(1, 3))
    def follow_cursor(self, category: str, limit: int, pages: int) -> None:
        self.audience.cursors[category].follow(self.web, limit, pages)

    @rule(category=st.sampled_from(EVERYWHERE))
    def walk_archives(self, category: str) -> None:
        found = self.audience.archives[category].walk(self.web)
        if self.room.settled:
            assert found == self.room.shows(category)
            self._check_archives_stay(category)

    @rule()
    def subscribe(self) -> None:
        for path in self.room.reader.document_paths():
            self.audience.subscriber.read(self.web, path, self.room.now)

    # --- what holds -------------------------------------------------------------------------------

    def _check_archives_stay(self, category: str) -> None:
        """An archive has the same bytes as long as its articles and its neighbours are the same."""
        for number, articles in self.room.archived(category).items():
            body = self.web.get(f"/feeds/{category}/archive/{number}.atom").body
            assert self._archived.setdefault((category, number, articles), body) == body

    def _check_channels(self) -> None:
        """No channel has an entry twice."""
        for category in EVERYWHERE:
            ids = [item["id"] for item in json.loads(self.web.get(f"/feeds/{category}.json").body)["items"]]
            assert len(ids) == len(set(ids)), category

    def _check_taken_down(self) -> None:
        """Nothing that is answered has a word of what was taken down, and its page is gone."""
        forbidden = self.room.forbidden()
        if not forbidden - self._checked:
            return
        self._checked = forbidden
        for path in self._addresses():
            answer = self.web.get(path)
            assert answer.status == 200, (path, answer)
            assert not forbidden & set(_WORDS.findall(answer.body.decode())), path
        for id_ in self.room.down:
            assert self.room.reader.revisions(id_) == ()
            assert self.web.get(f"/articles/{id_}").status == 410
            assert self.web.get(f"/api/v1/articles/{id_}").status == 410
            assert self.web.get(f"/articles/{id_}/related.json").status == 410
        for id_ in self.room.known.keys() - self.room.published() - set(self.room.down):
            assert self.web.get(f"/articles/{id_}").status == 404

    def _check_expired(self) -> None:
        """The page of what has expired is gone, if it had one, and nothing but its addresses and title is stored."""
        for id_ in self.room.expired().values():
            assert self.web.get(f"/articles/{id_}").status == (410 if id_ in self.room.published() else 404)
            assert self.room.reader.revisions(id_) == ()
        assert table(self.room.url, _LEFT_OF_EXPIRED) == []

    def _addresses(self) -> Iterator[str]:
        yield from ("/", *(f"/{path}" for path in self.room.reader.document_paths()))
        for category in EVERYWHERE:
            yield f"/api/v1/articles?category={category}"
            for number in self.room.archived(category):
                yield from (f"/feeds/{category}/archive/{number}.{extension}" for extension in ("atom", "rss", "json"))
        for category in (one.id for one in CATEGORIES):
            yield f"/categories/{category}"
            yield from (f"/categories/{category}/archive/{number}" for number in self.room.archived(category))
        for id_ in self.room.published() - set(self.room.down) - set(self.room.expired().values()):
            yield from (f"/articles/{id_}", f"/articles/{id_}/related.html", f"/api/v1/articles/{id_}")

    def teardown(self) -> None:
        try:
            self._settle()
            self.subscribe()
        finally:
            self.room.close()
            self.web.close()


@pytest.fixture
def setting(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Setting:
    migrate(database_url)
    monkeypatch.setattr(publications, "_LOOK_SECONDS", -1.0)
    return Setting(database_url, database_url.startswith("postgresql"), "atom")


def _run(setting: Setting, examples: int) -> None:
    sizes = settings(
        max_examples=_EXAMPLES or examples, stateful_step_count=_STEPS, deadline=None, derandomize=not _EXAMPLES,
        database=None, report_multiple_bugs=False, phases=(Phase.generate, *_SHRINK),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(lambda: Following(setting), settings=sizes)  # type: ignore[arg-type] # makes one, as a class does


def test_followers_end_with_what_was_published(setting: Setting) -> None:
    _run(setting, 3)


@pytest.mark.parametrize("archives", ["rss", "json"])
def test_followers_end_with_what_was_published_where_answers_are_small(
    setting: Setting, archives: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (channel, feeds, publishing):
        monkeypatch.setattr(module, "CEILING", 3)
    monkeypatch.setattr(publishing, "REMOVALS", 2)
    monkeypatch.setattr(cluster, "BATCH", 2)
    _run(replace(setting, archives=archives), 3)


def test_followers_of_two_processes_that_write_end_with_what_was_published(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each polls sources of its own; one of them clusters and publishes besides."""
    monkeypatch.setattr(publications, "_LOOK_SECONDS", -1.0)
    migrate(postgres_url)
    room = Newsroom(postgres_url)
    web, audience, chance = Web(room.app), Audience(EVERYWHERE, "atom"), random.Random(0)
    audience.begin(web)
    writers = [
        _spawn.Process(target=write_at_random, args=(postgres_url, number, _ROUNDS, number == 0)) for number in range(2)
    ]
    deadline = time.monotonic() + _DEADLINE
    try:
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            assert time.monotonic() < deadline
            audience.follow(web, chance)
        assert [writer.exitcode for writer in writers] == [0, 0]
    finally:
        for writer in writers:
            writer.kill()
    room.settle()
    published = {category: room.shows(category) for category in EVERYWHERE}
    assert all(published.values())
    audience.check(web, published)
    room.check_stories()
    room.close()
    web.close()
