"""What a list of subscriptions adds to a configuration."""

from __future__ import annotations

import pytest
from builders import source

from syndicator.core.importing import Additions, additions
from syndicator.core.model import Category
from syndicator.core.subscriptions import Folder, Subscription

HEALTH = Category("health", "Health & Medicine", was=("medicine",))
ONCOLOGY = Category("health/oncology", "Oncology")
TREE = (HEALTH, ONCOLOGY, Category("world", "World"))


def _one(
    url: str = "https://a.example/feed", *folders: Folder, title: str = "A", own: str = "", home: str = ""
) -> Subscription:
    return Subscription(title, url, home, folders or ((),), own)


def _added(*subscriptions: Subscription, tree: tuple[Category, ...] = TREE, unfiled: str = "") -> Additions:
    return additions(subscriptions, tree, {}, unfiled)


@pytest.mark.parametrize(
    ("folder", "id_"),
    [
        (("health",), "health"),
        (("Health",), "health"),
        (("HEALTH & medicine",), "health"),
        (("Medicine",), "health"),
        (("Oncology",), "health/oncology"),
        (("health/oncology",), "health/oncology"),
        (("Health", "oncology"), "health/oncology"),
        (("Medicine", "Oncology"), "health/oncology"),
    ],
)
def test_a_folder_is_the_category_of_its_id_title_or_former_path(folder: Folder, id_: str) -> None:
    added = _added(_one("https://a.example/feed", folder))
    assert (added.categories, added.sources[0].categories) == ((), (id_,))


@pytest.mark.parametrize(
    ("folders", "made"),
    [
        ([("Tech News",)], ["tech-news: Tech News"]),
        ([("Tech", "Apple & Mac")], ["tech: Tech", "tech/apple-mac: Apple & Mac"]),
        ([("Health", "Sleep")], ["health/sleep: Sleep"]),
        ([("World", "Oncology")], ["world/oncology: Oncology"]),
        ([("C++",), ("C",), ("c",)], ["c: C++", "c-2: C"]),
        ([("All",), ("Latest", "Archive")], ["all-2: All", "latest-2: Latest", "latest-2/archive-2: Archive"]),
        ([("Υγεία",), ("日本",), ("Tech", "日本")], ["category-1: Υγεία", "category-2: 日本", "tech: Tech", "tech/category-1: 日本"]),
        ([("no",), ("123",)], ["no: no", "123: 123"]),
    ],
)  # fmt: skip
def test_other_folders_become_categories(folders: list[Folder], made: list[str]) -> None:
    added = _added(*(_one(f"https://a.example/{n}", folder) for n, folder in enumerate(folders)))
    assert [f"{one.id}: {one.title}" for one in added.categories] == made


def test_a_title_that_several_categories_have_is_nobodys() -> None:
    tree = (Category("a", "A"), Category("b", "B"), Category("a/news", "News"), Category("b/news", "News"))
    assert _added(_one("https://a.example/feed", ("News",)), tree=tree).sources[0].categories == ("news",)


def test_a_feed_of_several_folders_is_filed_in_each_once() -> None:
    (one,) = _added(_one("https://a.example/feed", ("Health",), ("New",), ("health",))).sources
    assert one.categories == ("health", "new")


@pytest.mark.parametrize(
    ("tree", "unfiled", "id_", "made"),
    [
        (TREE, "world", "world", 0),
        (TREE, "", "imported", 1),
        ((*TREE, Category("imported", "Of old")), "", "imported", 0),
        ((HEALTH,), "", "health", 0),
        ((HEALTH, ONCOLOGY), "health/oncology", "health/oncology", 0),
    ],
)
def test_feeds_in_no_folder_have_a_category_all_the_same(
    tree: tuple[Category, ...], unfiled: str, id_: str, made: int
) -> None:
    added = _added(_one(), _one("https://b.example/"), tree=tree, unfiled=unfiled)
    assert {one.categories for one in added.sources} == {(id_,)}
    assert len(added.categories) == made


def test_no_category_is_made_that_no_new_source_needs() -> None:
    known = {"a": source(id="a", url="https://a.example/feed")}
    added = additions([_one("http://www.a.example/feed/?utm_source=x", ("New",))], TREE, known)
    assert (added.categories, added.sources, len(added.present)) == ((), (), 1)


@pytest.mark.parametrize(
    ("title", "url", "home", "id_"),
    [
        ("The A", "https://a.example/feed", "", "the-a"),
        ("", "https://www.a.example/feed", "", "a-example"),
        ("日本", "https://feeds.example/x", "https://nihon.example/", "nihon-example"),
        ("", "http://[2001:db8::1]/", "", "2001-db8-1"),
    ],
)
def test_a_source_is_called_by_its_title_or_its_host(title: str, url: str, home: str, id_: str) -> None:
    assert _added(_one(url, title=title, home=home)).sources[0].id == id_


def test_ids_are_unique_beside_those_that_are_configured() -> None:
    known = {"NASA": source(id="NASA", url="https://nasa.example/")}
    added = additions(
        [_one("https://a.example/1", title="Nasa"), _one("https://a.example/2", title="NASA!")], TREE, known
    )
    assert [one.id for one in added.sources] == ["nasa-2", "nasa-3"]


@pytest.mark.parametrize(
    ("title", "own", "kept"), [("Mine", "Theirs", "Mine"), ("Same", "Same", None), ("Only", "", None)]
)
def test_a_title_is_kept_where_somebody_gave_another_than_the_publisher(title: str, own: str, kept: str | None) -> None:
    assert _added(_one(title=title, own=own)).sources[0].title == kept


def test_addresses_that_seem_to_hold_a_key_are_named() -> None:
    added = _added(_one("https://a.example/feed?token=x"), _one("https://b.example/feed?page=2"))
    assert [one.url for one in added.with_keys] == ["https://a.example/feed?token=x"]
