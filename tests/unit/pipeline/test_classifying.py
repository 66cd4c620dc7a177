"""What becomes of articles that nothing files: the classifier is asked, and what it said stays until it is asked again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import NOW, configure, finished, place_newcomers, site, source

from syndicator.core.fetching import Fetched, FetchOutcome, FetchRequest
from syndicator.core.learning import told
from syndicator.core.model import Article, Category, Source
from syndicator.core.rules import Match
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.poll import Poller, Unread
from syndicator.pipeline.refile import Refiler
from syndicator.store.store import Store

TREE = (
    Category("health", "Health", classifier=0.9, match=Match(tags=("health",)), exclude=Match(title=("advert",))),
    Category("sport", "Sport"),
    Category("sport/chess", "Chess", classifier=0.9),
)
ITEM = "<item><title>{0}</title><guid>https://src.example.org/{0}</guid><category>{1}</category><description>{2}</description></item>"


@dataclass
class Hub:
    """A poller whose network is one answer; `certain` is what its classifier says of a title, and `asked` of which."""

    store: Store
    source: Source
    certain: dict[str, dict[str, float]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    made: datetime | None = NOW
    now: datetime = NOW
    body: bytes = b""
    tree: tuple[Category, ...] = TREE

    @property
    def offered(self) -> dict[str, float]:
        return {one.id: one.classifier for one in self.tree if one.classifier}

    def __call__(self, articles: Sequence[Article]) -> list[dict[str, str]]:
        self.asked += [one.title for one in articles]
        return [told(self.certain.get(one.title, {}), NOW, 99) if self.made else {} for one in articles]

    def fetch(self, request: FetchRequest) -> FetchOutcome:
        return Fetched("https://src.example.org/feed", self.body)

    def poll(self, *items: str) -> dict[str, tuple[str, ...]]:
        """The categories of every article by its title, after a poll that brings `items`."""
        self.now += timedelta(hours=1)
        self.body = f"<rss version='2.0'><channel><title>S</title>{''.join(items)}</channel></rss>".encode()
        poller = Poller(self.store, self.fetch, lambda: self.now, site(), self.tree, {}, self)
        fetched = poller.fetch(self.source, self.store.states()["src"])
        assert isinstance(fetched, Unread)
        self.store.save_polls(poller.savings([finished(poller, fetched, read_body(fetched.job))]))
        place_newcomers(self.store)
        return {one.title: one.categories for one in self.articles()}

    def refile(self, tree: tuple[Category, ...]) -> dict[str, tuple[str, ...]]:
        """The same after `tree` has taken the place of the one there was."""
        self.tree = tree
        configure(self.store, [self.source], tree, NOW)
        refiler = Refiler(self.store, lambda: self.now, {"src": self.source}, tree, self)
        while refiler.step():
            pass
        place_newcomers(self.store)
        return {one.title: one.categories for one in self.articles()}

    def articles(self) -> list[Article]:
        return [change.article for change in self.store.changes("all", 0, 100)]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    store = Store(f"sqlite:///{tmp_path}/poll.db")
    store.migrate()
    one = source(categories=())
    configure(store, [one], TREE, NOW)
    yield Hub(store, one, {"a": {"health": 0.95}, "b": {"sport/chess": 0.91}, "advert": {"health": 0.99}})
    store.close()


def test_it_is_asked_of_what_nothing_files_and_of_nothing_else(hub: Hub) -> None:
    found = hub.poll(ITEM.format("a", "", "x"), ITEM.format("b", "health", "y"), ITEM.format("c", "", "z"))
    assert found == {"a": ("health",), "b": ("health",), "c": ("all",)}
    assert sorted(hub.asked) == ["a", "c"]
    assert {one.title: one.filed_by for one in hub.articles()} == {
        "a": ("filed in health by the classifier, 0.95 certain (trained 2026-01-31 on 99 articles)",),
        "b": ("filed in health by tag 'health'",),
        "c": (),
    }


def test_what_its_source_files_is_not_asked_of(hub: Hub) -> None:
    hub.source = replace(hub.source, categories=("sport",))
    assert hub.poll(ITEM.format("a", "", "x")) == {"a": ("sport",)}
    assert hub.asked == []


def test_parents_hold_what_it_files_and_what_is_kept_out_of_a_category_stays_out(hub: Hub) -> None:
    found = hub.poll(ITEM.format("b", "", "x"), ITEM.format("advert", "", "y"))
    assert found == {"b": ("sport/chess", "sport"), "advert": ("all",)}


def test_what_its_source_keeps_out_of_everything_is_not_asked_of(hub: Hub) -> None:
    hub.source = replace(hub.source, exclude=Match(title=("^a$",)))
    assert hub.poll(ITEM.format("a", "", "x"), ITEM.format("c", "", "y")) == {"c": ("all",)}
    assert hub.asked == ["c"]


def test_what_it_filed_stays_although_a_later_model_thinks_otherwise_until_the_text_changes(hub: Hub) -> None:
    hub.poll(ITEM.format("a", "", "x"))
    hub.certain = {"a": {"sport/chess": 0.97}}
    # The entry has changed, what is made of it has not.
    marked_up = ITEM.format("a", "", "x").replace("<title>a", "<title>&lt;b&gt;a&lt;/b&gt;")
    assert hub.poll(marked_up)["a"] == ("health",)
    assert hub.asked == ["a"]
    assert hub.poll(ITEM.format("a", "", "another text"))["a"] == ("sport/chess", "sport")
    hub.certain = {}
    assert hub.poll(ITEM.format("a", "", "a third one"))["a"] == ("all",)


def test_an_edited_rule_asks_again_but_not_without_a_model(hub: Hub) -> None:
    hub.poll(ITEM.format("a", "", "x"))
    hub.certain, hub.made = {"a": {"sport/chess": 0.97}}, None
    assert hub.refile((*TREE, Category("art", "Art"))) == {"a": ("health",)}
    hub.made = NOW
    assert hub.refile(TREE) == {"a": ("sport/chess", "sport")}


def test_a_category_that_learns_no_longer_loses_what_was_filed_so(hub: Hub) -> None:
    hub.poll(ITEM.format("a", "", "x"))
    hub.certain = {}
    assert hub.refile((replace(TREE[0], classifier=None), *TREE[1:])) == {"a": ("all",)}


def test_what_a_rule_files_from_now_on_is_the_rules(hub: Hub) -> None:
    hub.poll(ITEM.format("a", "", "x"))
    rule = replace(TREE[1], match=Match(title=("^a$",)))
    assert hub.refile((TREE[0], rule, TREE[2])) == {"a": ("sport",)}
    assert hub.articles()[0].filed_by == ("filed in sport by title pattern '^a$' at 'a'",)
    assert hub.refile(TREE) == {"a": ("health",)}, "and the classifier is asked where the rule is gone"
