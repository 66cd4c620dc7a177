"""Stories of texts that are nearly the same, of the operator's making, and shown once or whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import configure, place_newcomers, site

from syndicator.core.errors import DatabaseError, NotRetold
from syndicator.core.fingerprint import fingerprint
from syndicator.core.identity import New, Updated
from syndicator.core.model import ALL, Article, RemovedBy
from syndicator.core.work import Saving
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.retell import merge, split
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store

from .making import (
    CATEGORIES,
    HOUR,
    NOW,
    SOURCES,
    article,
    counter,
    in_channel,
    nothing_near,
    polled,
    save_changed,
    save_new,
    table,
)

_WORDS = (
    "The harbour bridge will be closed for six weeks from Monday, the city council said, because rust was found in its "
    "bearings during an inspection in spring. Cars have to take the tunnel while cyclists may use the ferry for free. "
    "Shopkeepers near the bridge fear for their trade and ask the council for help with their rent until it reopens."
)
_OTHER = (
    "A new library opens in the old mill by the river this week, with room for forty thousand books and a reading hall "
    "under the roof. Children get a floor of their own and a garden behind the house. Everybody who lives in the town can "
    "borrow for nothing, and guests pay a small fee for a card that is good for a year in all branches of the county."
)
SITE = site(url="https://news.example")


def _saying(source: str, text: str, key: str = "1", **fields: Any) -> Article:
    title = fields.pop("title", "The bridge closes")
    made = article(source, key, title=title, content=f"<p>{text}</p>", fingerprint=fingerprint(title, text))
    return replace(made, **fields)


def _stories(hub: Store, *articles: Article) -> list[str | None]:
    stored = hub.articles([one.id for one in articles])
    return [stored[one.id].story_id for one in articles]


def _shown(hub: Store, category: str = "health") -> set[str]:
    return {item.article.id for item in in_channel(hub, category, 50)}


@pytest.fixture
def told() -> list[Article]:
    """One story by three sources, each in its own words, and one that is another."""
    return [
        _saying("alpha", _WORDS),
        _saying("beta", _WORDS.replace("closed", "shut").replace("fear", "worry") + " Read more.", accepted=NOW + HOUR),
        _saying("gamma", _WORDS.replace("have to", "must"), accepted=NOW + 2 * HOUR),
        _saying("delta", _OTHER, title="A library opens", accepted=NOW + 3 * HOUR),
    ]


def test_texts_that_are_nearly_the_same_are_one_story(hub: Store, told: list[Article]) -> None:
    save_new(hub, *told)
    place_newcomers(hub)
    assert _stories(hub, *told) == [told[0].id] * 3 + [told[3].id]
    assert _shown(hub) == _shown(hub, ALL) == {told[0].id, told[3].id}
    reasons = hub.articles([told[1].id])[told[1].id].reasons
    assert reasons[-1].startswith(f"same story as {told[0].id} of alpha: text alike by 0.")
    (first,) = [item for item in in_channel(hub, "health", 50) if item.article.id == told[0].id]
    assert [other.source for other in first.also] == ["Beta", "Gamma"]


def test_a_restart_forgets_no_text(hub: Store, told: list[Article]) -> None:
    """The index is made anew of what is stored, without the texts."""
    for one in told:
        save_new(hub, one)
        place_newcomers(hub)
    assert _stories(hub, *told) == [told[0].id] * 3 + [told[3].id]


def test_a_crash_between_comparing_and_saving_loses_nothing(hub: Store, told: list[Article]) -> None:
    clusterer = Clusterer(hub, (), timedelta(days=7))
    save_new(hub, told[0], told[1])
    hub.unplaced(10, clusterer.near)  # read and compared, and then never saved
    clusterer.place_newcomers()
    save_new(hub, told[2])
    clusterer.place_newcomers()
    assert _stories(hub, *told[:3]) == [told[0].id] * 3


def test_an_edit_that_could_not_be_saved_is_compared_again(hub: Store, told: list[Article]) -> None:
    clusterer = Clusterer(hub, (), timedelta(days=7))
    first, second = told[0], _saying("beta", _OTHER, accepted=NOW + HOUR)
    save_new(hub, first, second)
    clusterer.place_newcomers()
    again = replace(told[1], id=second.id, guid=second.guid, story_id=second.id, content_hash="other")
    save_changed(hub, again, significant=True)
    hub.unplaced(10, clusterer.near)  # read and compared, and then never saved
    clusterer.place_newcomers()
    assert _stories(hub, first, second) == [first.id, first.id]


def _brought(*articles: Article) -> list[Saving]:
    return [polled(one.source_id, New(one), at=one.accepted) for one in articles]


def test_texts_that_come_together_are_one_story_as_they_are_saved(hub: Store, told: list[Article]) -> None:
    Clusterer(hub, (), timedelta(days=7)).save(_brought(*told))
    assert _stories(hub, *told) == [told[0].id] * 3 + [told[3].id]
    assert _shown(hub) == _shown(hub, ALL) == {told[0].id, told[3].id}
    assert hub.unplaced(10, nothing_near) is None


def test_held_and_unfiled_articles_are_saved_with_the_others(hub: Store, told: list[Article]) -> None:
    held = replace(told[1], categories=(), held="too many at once")
    nowhere = replace(told[2], categories=())
    Clusterer(hub, (), timedelta(days=7)).save(_brought(told[0], held, nowhere, told[3]))
    assert _stories(hub, told[0], held, nowhere, told[3]) == [told[0].id, None, None, told[3].id]
    assert hub.articles([held.id])[held.id].held == "too many at once"
    assert not (*hub.filings(held.id), *hub.filings(nowhere.id))
    assert _shown(hub, ALL) == {told[0].id, told[3].id}


def test_a_text_that_is_edited_away_is_told_by_nobody_who_comes_with_the_edit(hub: Store, told: list[Article]) -> None:
    clusterer = Clusterer(hub, (), timedelta(days=7))
    clusterer.save(_brought(told[0]))
    stored = hub.articles([told[0].id])[told[0].id]
    emptied = replace(stored, content="<p>Removed.</p>", content_hash="other", fingerprint=b"")
    clusterer.save([polled("alpha", Updated(emptied, True)), *_brought(told[1])])
    assert _stories(hub, *told[:2]) == [told[0].id, told[1].id]
    assert _shown(hub) == {told[0].id, told[1].id}


def test_what_an_article_said_before_an_edit_that_was_not_saved_is_known_still(
    hub: Store, told: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    clusterer = Clusterer(hub, (), timedelta(days=7))
    clusterer.save(_brought(told[0]))
    stored = hub.articles([told[0].id])[told[0].id]
    edited = replace(stored, content=f"<p>{_OTHER}</p>", content_hash="other", fingerprint=fingerprint("", _OTHER))
    with monkeypatch.context() as broken:
        broken.setattr("syndicator.store.stories.save", _fails)
        with pytest.raises(DatabaseError, match="full"):
            clusterer.save([polled("alpha", Updated(edited, True))])
    clusterer.save(_brought(told[1]))
    assert _stories(hub, *told[:2]) == [told[0].id] * 2


def test_polls_are_saved_while_what_they_are_compared_with_cannot_be_read(
    hub: Store, told: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    clusterer = Clusterer(hub, (), timedelta(days=7))
    with monkeypatch.context() as broken:
        broken.setattr(hub, "fingerprints", _fails)
        clusterer.save(_brought(*told))
        stored = hub.articles([told[3].id])[told[3].id]
        clusterer.save([polled("delta", Updated(replace(stored, content_hash="other"), False))])
        with pytest.raises(DatabaseError, match="full"):
            clusterer.place_newcomers()
    assert _stories(hub, *told) == [None] * 4
    assert clusterer.place_newcomers().articles == 4
    assert _stories(hub, *told) == [told[0].id] * 3 + [told[3].id]


def test_polls_are_saved_once_also_where_old_texts_cannot_be_dropped(
    hub: Store, told: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    clusterer = Clusterer(hub, (), timedelta(days=7))
    monkeypatch.setattr(hub, "forget_fingerprints", _fails)
    clusterer.save(_brought(*told))
    assert _stories(hub, *told) == [told[0].id] * 3 + [told[3].id]
    with pytest.raises(OSError, match="full"):
        clusterer.place_newcomers()


def _fails(*_: Any) -> Any:
    raise OSError("the disk is full")


def test_what_was_merged_stays_one_when_others_of_its_story_are_named_again(hub: Store, told: list[Article]) -> None:
    save_new(hub, *told)
    place_newcomers(hub)
    merge(hub, lambda: NOW, SITE, told[3].id, told[0].id)
    place_newcomers(hub)
    with pytest.raises(NotRetold, match="in one story with"):
        merge(hub, lambda: NOW, SITE, told[1].id, told[3].id)
    stored = hub.articles([told[3].id])[told[3].id]
    save_changed(hub, replace(stored, categories=(), content_hash="nowhere"))
    save_changed(hub, replace(hub.articles([told[1].id])[told[1].id], categories=(), content_hash="nowhere"))
    place_newcomers(hub)
    save_changed(hub, replace(stored, content_hash="back", story_id=None))
    place_newcomers(hub)
    assert _stories(hub, told[0], told[3]) == [told[0].id, told[0].id]


def test_without_a_window_only_addresses_count(hub: Store, told: list[Article]) -> None:
    save_new(hub, *told)
    place_newcomers(hub, window=timedelta(0))
    assert _stories(hub, *told) == [one.id for one in told]


def test_old_fingerprints_are_dropped_and_those_of_what_is_taken_down(
    hub: Store, told: list[Article], database_url: str
) -> None:
    save_new(hub, *told)
    place_newcomers(hub)
    query = "SELECT article_id FROM fingerprints"
    take_down(hub, lambda: NOW, SITE, told[0].id)
    assert {row[0] for row in table(database_url, query)} == {one.id for one in told[1:]}
    later = NOW + timedelta(days=8)
    save_new(hub, _saying("alpha", _OTHER, "9", accepted=later, revised=later, sort_at=later, title="A library opens"))
    place_newcomers(hub)
    assert len(table(database_url, query)) == 1


def test_when_an_edit_makes_two_stories_one_the_later_entry_is_removed(hub: Store, told: list[Article]) -> None:
    first, second = told[0], _saying("beta", _OTHER, accepted=NOW + HOUR)
    save_new(hub, first, second)
    place_newcomers(hub)
    assert _shown(hub) == {first.id, second.id}
    again = replace(told[1], id=second.id, guid=second.guid, story_id=second.id, content_hash="other")
    save_changed(hub, again, significant=True)
    place_newcomers(hub)
    assert _stories(hub, first, second) == [first.id, first.id]
    assert _shown(hub) == {first.id}
    filings = {filing.category: filing for filing in hub.filings(second.id)}
    assert filings["health"].removed_by is RemovedBy.STORY
    assert [removal.guid for removal in hub.contents("health", [])[1]] == [second.guid]


def test_a_category_may_show_every_telling_and_again_one(hub: Store, told: list[Article]) -> None:
    save_new(hub, *told)
    place_newcomers(hub, CATEGORIES)
    whole = tuple(replace(one, duplicates="show") if one.id == "health" else one for one in CATEGORIES)
    configure(hub, SOURCES, whole, NOW)
    place_newcomers(hub, whole)
    assert _shown(hub) == {one.id for one in told}
    assert _shown(hub, ALL) == {told[0].id, told[3].id}
    configure(hub, SOURCES, whole, NOW)
    assert hub.unplaced(1, nothing_near) is None, "what shows so already is left alone"
    configure(hub, SOURCES, CATEGORIES, NOW)
    place_newcomers(hub, CATEGORIES)
    assert _shown(hub) == {told[0].id, told[3].id}
    assert {removal.guid for removal in hub.contents("health", [])[1]} == {told[1].guid, told[2].guid}


def test_a_split_is_kept_over_polls_and_restarts(hub: Store, told: list[Article], database_url: str) -> None:
    save_new(hub, *told)
    place_newcomers(hub)
    retold = split(hub, lambda: NOW, SITE, told[0].id)
    assert [other.source for other in retold.others] == ["Beta", "Gamma"]
    place_newcomers(hub)
    assert _stories(hub, *told[:3]) == [told[0].id, told[1].id, told[1].id]
    assert _shown(hub) == {told[0].id, told[1].id, told[3].id}
    stored = hub.articles([told[0].id])[told[0].id]
    assert "taken out of its story by the operator" in stored.reasons[-1]
    edited = replace(stored, content_hash="other", fingerprint=told[1].fingerprint)
    save_changed(hub, edited)
    more = _saying("delta", _WORDS, "2")
    save_new(hub, more)
    place_newcomers(hub)
    assert _stories(hub, told[0], told[1], more) == [told[0].id, told[1].id, told[1].id]
    assert counter(database_url, "stories") == counter(database_url)
    with pytest.raises(NotRetold, match="tells its story alone"):
        split(hub, lambda: NOW, SITE, told[3].id)


def test_a_merge_is_kept_and_overrules_a_split(hub: Store, told: list[Article]) -> None:
    save_new(hub, *told)
    place_newcomers(hub)
    split(hub, lambda: NOW, SITE, told[2].id)
    place_newcomers(hub)
    assert _shown(hub) == {told[0].id, told[2].id, told[3].id}
    merge(hub, lambda: NOW, SITE, told[2].url, told[0].id)
    merge(hub, lambda: NOW, SITE, told[3].id, told[0].id)
    place_newcomers(hub)
    assert set(_stories(hub, *told)) == {told[0].id}
    assert _shown(hub) == {told[0].id}
    # It leaves everything, and comes back.
    stored = hub.articles([told[3].id])[told[3].id]
    save_changed(hub, replace(stored, categories=(), content_hash="nowhere"))
    place_newcomers(hub)
    assert _stories(hub, told[3]) == [None]
    save_changed(hub, replace(stored, content_hash="back", story_id=None))
    place_newcomers(hub)
    assert _stories(hub, told[3]) == [told[0].id]
    with pytest.raises(NotRetold, match="in one story with"):
        merge(hub, lambda: NOW, SITE, told[3].id, told[1].id)
    with pytest.raises(NotRetold, match="names are those of one article"):
        merge(hub, lambda: NOW, SITE, told[3].id, told[3].id)


def test_what_is_taken_down_or_published_nowhere_is_in_no_story_to_change(hub: Store, told: list[Article]) -> None:
    save_new(hub, told[0], replace(told[3], categories=()))
    place_newcomers(hub)
    take_down(hub, lambda: NOW, SITE, told[0].id)
    with pytest.raises(NotRetold, match="was taken down"):
        split(hub, lambda: NOW, SITE, told[0].id)
    with pytest.raises(NotRetold, match="published nowhere"):
        split(hub, lambda: NOW, SITE, told[3].id)
