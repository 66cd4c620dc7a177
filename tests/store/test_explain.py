"""What an operator is told of an article: where it shows, or why it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import place_newcomers

from syndicator.core.errors import UnknownArticle
from syndicator.core.model import ALL, Article, Site
from syndicator.pipeline.explain import Place, explain
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store

from .making import NOW, article, save_changed, save_new, telling

SITE = Site("Site", "https://news.example", "", "en", "UTC", "", "")


def _places(store: Store, name: str) -> dict[str, str]:
    (one,) = explain(store, SITE, name)
    return {place.category: place.why for place in one.places}


def _placed(store: Store, *made: Article) -> None:
    save_new(store, *made)
    place_newcomers(store)


def test_an_article_is_found_by_id_guid_url_and_page_and_shows_with_its_numbers(hub: Store) -> None:
    made = article(categories=("health", "art"), reasons=("filed in health by source alpha",))
    _placed(hub, article(key="0"), made)
    for name in (made.id, made.guid, f"{made.url}?utm_source=x", f"https://news.example/articles/{made.id}"):
        (one,) = explain(hub, SITE, name)
        assert one.article.reasons == ("filed in health by source alpha",)
        assert one.places == (
            Place("health", True, "shows, as number 2 of the category"),
            Place("art", True, "shows, as number 1 of the category"),
            Place(ALL, True, "shows, as number 2 of the category"),
        )


def test_a_url_that_several_articles_share_explains_them_all_with_each_others_tellings(hub: Store) -> None:
    first, second = telling("alpha"), telling("beta")
    _placed(hub, first, second)
    one, other = explain(hub, SITE, first.url)
    assert [place.shows for place in one.places] == [True, True]
    assert {place.why for place in other.places} == {"does not show: another telling of its story was there first"}
    assert [also.source for also in other.also] == ["Alpha"]
    assert any(reason.startswith("same story as") for reason in other.article.reasons)


def test_what_waits_for_its_story_is_known_before_anybody_sees_it(hub: Store) -> None:
    made = article()
    save_new(hub, made)
    assert set(_places(hub, made.id).values()) == {"does not show yet: it waits for its story"}


def test_what_has_left_says_why(hub: Store) -> None:
    made = article(categories=("health", "sport"))
    _placed(hub, made)
    save_changed(hub, replace(made, categories=("sport",)))
    place_newcomers(hub)
    assert _places(hub, made.id)["health"] == "has left: its publisher files it elsewhere"
    take_down(hub, lambda: NOW, SITE, made.id)
    assert set(_places(hub, made.id).values()) == {"taken down by the operator"}


def test_a_category_that_is_held_back_says_so(hub: Store) -> None:
    made = article()
    _placed(hub, made)
    hub.hold("health", "it would lose much")
    assert _places(hub, made.id)["health"] == (
        "shows, as number 1 of the category; its feeds are held back: it would lose much"
    )


@pytest.mark.parametrize("name", ["", "nothing", "https://nowhere.example/", "articles/", "'; DROP TABLE articles"])
def test_what_no_article_is_called_is_an_error(hub: Store, name: str) -> None:
    _placed(hub, article())
    with pytest.raises(UnknownArticle):
        explain(hub, SITE, name)


def test_what_has_no_place_says_why(hub: Store) -> None:
    why = "kept out of all categories by source alpha: tag 'sponsored'"
    made, shown = article(categories=(), filed_by=(why,)), article(key="2")
    _placed(hub, made, shown)
    assert [explain(hub, SITE, one.id)[0].nowhere for one in (made, shown)] == [f"nowhere, since {why}", ""]
