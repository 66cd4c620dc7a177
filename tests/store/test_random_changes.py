"""Whatever happens to articles, in whatever order: every story shows once, and a follower of the cursor misses nothing.

A walk is seeded, so that a failure comes back; each runs on both databases.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import place_newcomers

from syndicator.core.identity import New, Updated, digest, verdict
from syndicator.core.model import ALL, Article
from syndicator.core.stories import place
from syndicator.core.work import Saving
from syndicator.pipeline.cluster import Clusterer
from syndicator.store.store import Store

from .making import CATEGORIES, NOW, SOURCES, article, counter, nothing_near, polled, table

_STEPS = 90
_CATEGORIES = tuple(category.id for category in CATEGORIES)


class Walk:
    """A hub to which random things happen, and a follower of each of its categories."""

    def __init__(self, store: Store, url: str, chance: random.Random) -> None:
        self.store, self.url, self.chance = store, url, chance
        self.known: dict[str, Article] = {}
        self.after = dict.fromkeys((ALL, *_CATEGORIES), 0)
        self.followed: dict[str, dict[str, Article]] = {category: {} for category in self.after}

    def step(self) -> None:
        happening = self.chance.choices(
            [self.arrive, self.change, self.resend, self.cluster, self.change_while_clustering, self.follow],
            [6, 6, 1, 3, 1, 2],
        )[0]
        happening()

    def arrive(self) -> None:
        """A batch of new articles of several sources, on few pages with few titles."""
        batch = []
        for source in self.chance.sample(SOURCES, self.chance.randint(1, 3)):
            made = [self._article(source.id) for _ in range(self.chance.randint(0, 2))]
            batch.append(polled(source.id, *map(New, made)))
            self.known |= {one.id: one for one in made}
        self._saved(batch, sum(len(saving.verdicts) for saving in batch))

    def change(self) -> None:
        """Some articles change their text, address or categories; the poll may have read them long ago."""
        self._save_changed(self._changed())

    def resend(self) -> None:
        """The raw entry changed, what we make of it did not."""
        if self.known:
            known = self.chance.choice(list(self.known.values()))
            again = replace(known, entry_hash=f"hash {self.chance.random()}")
            self._saved([polled(known.source_id, verdict(again, self.store.articles([known.id])[known.id]))], 0)

    def cluster(self) -> None:
        place_newcomers(self.store)

    def change_while_clustering(self) -> None:
        """A poll is saved between what clustering reads and what it writes, and reads before what it writes."""
        found = self.store.unplaced(self.chance.randint(1, 5), nothing_near)
        changed = self._changed()
        if found and self.chance.random() < 0.5:
            self.store.save_placed(place(found.newcomers, found.relatives, found.filings, found.at), found)
            self._save_changed(changed)
        elif found:
            self._save_changed(changed)
            self.store.save_placed(place(found.newcomers, found.relatives, found.filings, found.at), found)

    def follow(self) -> None:
        """Read a few pages of each cursor, as a client does."""
        seq = counter(self.url)
        for category, live in self.followed.items():
            for change in self.store.changes(category, self.after[category], self.chance.randint(1, 7)):
                assert self.after[category] < change.seq <= seq
                self.after[category] = change.seq
                if change.removal:
                    live.pop(change.article.id, None)
                else:
                    live[change.article.id] = change.article

    def _article(self, source: str) -> Article:
        made = article(source, str(len(self.known)) + str(self.chance.random()), accepted=NOW)
        return self._rewritten(made)

    def _rewritten(self, made: Article) -> Article:
        page = f"https://paper.example/{self.chance.randint(1, 4)}"
        title = f"Title {self.chance.randint(1, 2)}"
        # In some of the operator's categories, in `all` alone, or kept out of everything.
        categories = tuple(self.chance.sample(_CATEGORIES, self.chance.randint(0, 3))) or self.chance.choice(
            [(), (ALL,)]
        )
        hashed = digest(page, title, str(categories), str(self.chance.random()))
        return replace(made, canonical_url=page, title=title, categories=categories, content_hash=hashed)

    def _changed(self) -> list[Updated]:
        chosen = self.chance.sample(sorted(self.known), min(len(self.known), self.chance.randint(1, 3)))
        stored = self.store.articles(chosen)
        decided = [verdict(self._rewritten(self.known[id_]), stored[id_]) for id_ in chosen]
        return [one for one in decided if isinstance(one, Updated)]

    def _save_changed(self, changed: list[Updated]) -> None:
        for one in changed:
            self.known[one.article.id] = one.article
        self._saved([polled(one.article.source_id, one) for one in changed], len(changed))

    def _saved(self, batch: list[Saving], numbers: int) -> None:
        before = counter(self.url)
        if self.chance.random() < 0.5:
            assert self.store.save_polls(batch) == counter(self.url) == before + numbers
        else:
            assert Clusterer(self.store, (), timedelta(0)).save(batch) == before + numbers <= counter(self.url)


@pytest.mark.parametrize("seed", range(6))
def test_stories_ordinals_and_cursors_agree_after_any_changes(hub: Store, database_url: str, seed: int) -> None:
    walk = Walk(hub, database_url, random.Random(seed))
    for _ in range(_STEPS):
        walk.step()
    walk.cluster()
    while any(hub.changes(category, after, 1) for category, after in walk.after.items()):
        walk.follow()
    stories = _check_stories(walk)
    _check_shown(walk, stories)
    _check_ordinals(walk)
    _check_followers(walk)


def _check_stories(walk: Walk) -> dict[str, str]:
    """Every article that is filed is in one story, which is one of them, no other is in any; gives the story of each."""
    stored = walk.store.articles(sorted(walk.known))
    assert stored.keys() == walk.known.keys()
    assert all((one.story_id in stored) if one.categories else one.story_id is None for one in stored.values())
    assert counter(walk.url, "stories") == counter(walk.url)
    return {one.id: one.story_id or "" for one in stored.values()}


def _check_shown(walk: Walk, stories: dict[str, str]) -> None:
    """Every story shows exactly once where it is filed, also where a member came back."""
    shown: dict[tuple[str, str], int] = defaultdict(int)
    query = "SELECT article_id, category, ordinal, removed FROM filings WHERE NOT removed OR removed_by = 'story'"
    for article_id, category, ordinal, removed in table(walk.url, query):
        shown[stories[article_id], category] += ordinal is not None and not removed
    assert {place: n for place, n in shown.items() if n != 1} == {}
    sources: dict[str, list[str]] = defaultdict(list)
    for one in walk.store.articles(sorted(walk.known)).values():
        if one.story_id:
            sources[one.story_id].append(one.source_id)
    assert {story for story, told in sources.items() if len(told) != len(set(told))} == set()


def _check_ordinals(walk: Walk) -> None:
    """Ordinals are counted without gaps, each given once, and the category knows the last."""
    counted: dict[str, list[int]] = defaultdict(list)
    query = "SELECT category, ordinal FROM filings WHERE ordinal IS NOT NULL ORDER BY ordinal"
    for category, ordinal in table(walk.url, query):
        counted[category].append(ordinal)
    for category, last in table(walk.url, "SELECT id, last_ordinal FROM categories"):
        assert counted[category] == list(range(1, last + 1))


def _check_followers(walk: Walk) -> None:
    """A follower ends with exactly what shows, each article as it is now."""
    showing = table(walk.url, "SELECT category, article_id FROM filings WHERE ordinal IS NOT NULL AND NOT removed")
    for category, live in walk.followed.items():
        shows = {article_id for shown_in, article_id in showing if shown_in == category}
        assert live.keys() == shows
        assert all(category in (*walk.known[id_].categories, ALL) for id_ in shows)
        stored = walk.store.articles(sorted(shows))
        assert {id_: one.title for id_, one in live.items()} == {id_: one.title for id_, one in stored.items()}
