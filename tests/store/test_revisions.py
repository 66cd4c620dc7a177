"""Former versions of articles: which are kept, and what a slow drip of small edits adds up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from builders import configure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicator.core.identity import Updated, digest, verdict
from syndicator.core.model import Article
from syndicator.core.revisions import SIGNIFICANT, Revision, compare
from syndicator.store.store import Store

from .making import CATEGORIES, HOUR, NOW, SOURCES, article, empty, polled, save_new, table

_KEPT = 3
_STORY = (
    "A ferry sank off the northern coast in bad weather and the crew of the ship was saved by fishing boats at night."
)


class Desk:
    """A store that keeps few former versions, what is sent to it an hour apart, and what it has to remember of that."""

    def __init__(self, url: str) -> None:
        self.store = Store(url, revisions=_KEPT)
        self.store.migrate()
        self.begin(url)

    def begin(self, url: str) -> None:
        empty(url)
        configure(self.store, SOURCES, CATEGORIES, NOW)
        self.now = NOW
        self.versions: dict[str, list[Article]] = defaultdict(list)

    def send(self, text: str, key: str = "1", title: str = "A ferry sinks", source: str = "alpha") -> Article:
        """The article as it is stored after its publisher has sent it so."""
        self.now += HOUR
        content = f"<p>{text}</p>"
        found = article(
            source, key, title=title, content=content, summary=text[:20], content_hash=digest(title, content),
            accepted=self.now, updated=self.now,
        )  # fmt: skip
        known = self.stored(found.id)
        decided = verdict(found, known, self.store.last_significant([found.id]).get(found.id))
        self.store.save_polls([polled(source, decided, at=self.now)])
        versions = self.versions[found.id]
        if known is None or compare(known, found).distance:
            versions.append(found)
        else:  # what a reader takes for the same version
            versions[-1] = replace(found, accepted=versions[-1].accepted)
        stored = self.stored(found.id)
        assert stored is not None
        return stored

    def stored(self, id_: str) -> Article | None:
        return self.store.articles([id_]).get(id_)

    def kept(self, id_: str) -> list[tuple[str, str, str, object]]:
        return [(one.title, one.summary, one.content, one.replaced) for one in self.store.revisions(id_)]

    def check(self) -> None:
        """Exactly the last versions of every article, the newest first, each until the next one came."""
        for id_, versions in self.versions.items():
            replaced = [(was.title, was.summary, was.content, now.accepted) for was, now in pairwise(versions)]
            assert self.kept(id_) == replaced[::-1][:_KEPT]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = Desk(database_url)
    yield made
    made.store.close()


_TEXTS = st.sampled_from(
    [_STORY, _STORY.replace("ferry", "ship"), _STORY.replace("night", "dawn"), f"{_STORY} All 12 are well.", f"{_STORY} All 14 are well.",
     f"{_STORY}</p><p>Advertisement", f"<b>{_STORY}</b>", "", "12 saved", "Nothing of this is true, the coast guard says now."]
)  # fmt: skip
_SENT = st.tuples(
    _TEXTS,
    st.sampled_from("12"),
    st.sampled_from(["A ferry sinks", "A ship sinks"]),
    st.sampled_from(["alpha", "beta"]),
)


@given(st.lists(_SENT, max_size=25))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_versions_of_every_article_are_kept_in_order(
    desk: Desk, database_url: str, sent: list[tuple[str, str, str, str]]
) -> None:
    desk.begin(database_url)
    for text, key, title, source in sent:
        desk.send(text, key, title, source)
        desk.check()


@given(st.lists(st.integers(0, 19), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_small_edits_are_an_update_as_soon_as_they_add_up_to_one(
    desk: Desk, database_url: str, places: list[int]
) -> None:
    """Each replaces a word; what they add up to since the last update, or in the versions that are kept, is never one."""
    desk.begin(database_url)
    words = _STORY.split()
    noticed = [desk.send(_STORY)]
    for number, place in enumerate(places):
        words[place] = f"other{chr(97 + number)}"
        stored = desk.send(" ".join(words))
        if stored.updated == desk.now:
            noticed = []
        noticed.append(stored)
        assert compare(noticed[-_KEPT - 1 :][0], stored).distance < SIGNIFICANT


def test_a_slow_drip_moves_updated_with_the_edit_that_makes_it_an_update(desk: Desk) -> None:
    words, moved = _STORY.split(), []
    desk.send(_STORY)
    for number in range(8):
        words[2 * number] = f"other{chr(97 + number)}"
        moved.append(desk.send(" ".join(words)).updated == desk.now)
    assert moved == [False, False, True] * 2 + [False, False]
    kept = desk.store.revisions(next(iter(desk.versions)))
    assert [(one.significant, one.why) for one in kept] == [
        (False, "2 of 23 words"), (False, "1 of 23 words"), (True, "3 of 23 words"),
    ]  # fmt: skip


def test_what_comes_and_goes_is_no_update_and_says_so(desk: Desk) -> None:
    id_ = desk.send(_STORY).id
    for text in (_STORY.replace("ferry", "ship"), _STORY) * 2:
        assert desk.send(text).updated == NOW + HOUR
    assert [one.why for one in desk.store.revisions(id_)] == [
        "back to what it said at its last update", "1 of 23 words", "back to what it said at its last update",
    ]  # fmt: skip


def test_what_no_reader_sees_pushes_no_version_out(desk: Desk) -> None:
    id_ = desk.send(_STORY).id
    desk.send(_STORY.replace("ferry", "ship"))
    kept = desk.store.revisions(id_)
    for number in range(9):
        desk.send(f"{_STORY.replace('ferry', 'ship')}</p><p>{number},204 views")
    assert desk.store.revisions(id_) == kept
    assert kept == (
        Revision("A ferry sinks", _STORY[:20], f"<p>{_STORY}</p>", NOW + 2 * HOUR, False, 1 / 23, "1 of 23 words"),
    )


def test_fewer_are_kept_from_the_start_that_wants_fewer_on(desk: Desk, database_url: str) -> None:
    one = desk.send(_STORY)
    for number in range(5):
        desk.send(f"{_STORY} All {number} are well.")
        desk.send(f"{_STORY} All {number} are well.", key="2")
    for fewer in (2, 0):
        newest = desk.store.revisions(one.id)[:fewer]
        store = Store(database_url, revisions=fewer)
        configure(store, SOURCES, CATEGORIES, NOW)
        assert store.revisions(one.id) == newest
        store.close()
    assert table(database_url, "SELECT * FROM revisions") == []
    assert desk.store.last_significant([one.id]) == {}


def test_none_are_kept_where_none_are_wanted(database_url: str) -> None:
    store = Store(database_url, revisions=0)
    store.migrate()
    configure(store, SOURCES, CATEGORIES, NOW)
    made = article()
    save_new(store, made)
    changed = verdict(replace(made, title="Another", content_hash="2"), made)
    assert isinstance(changed, Updated)
    assert changed.former
    store.save_polls([polled("alpha", changed)])
    assert store.revisions(made.id) == ()
    store.close()


def test_a_takedown_takes_former_versions_along_also_of_an_edit_under_way(desk: Desk, database_url: str) -> None:
    one, other = desk.send(_STORY), desk.send(_STORY, key="2")
    desk.send(f"{_STORY} It was arson.")
    desk.send(f"{_STORY} It was arson.", key="2")
    under_way = verdict(replace(one, content="<p>Arson, all say.</p>", content_hash="3"), desk.stored(one.id))
    desk.store.take_down(one.id, NOW)
    desk.store.save_polls([polled("alpha", under_way)])
    assert desk.store.revisions(one.id) == ()
    assert [id_ for (id_,) in table(database_url, "SELECT article_id FROM revisions")] == [other.id]
    assert "arson" not in str(table(database_url, f"SELECT * FROM articles WHERE id = '{one.id}'"))
