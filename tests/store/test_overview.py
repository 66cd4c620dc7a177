"""What the operator's pages read: sources page by page, problems, stories, articles by their titles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from builders import configure, place_newcomers

from syndicator.core.model import PollOutcome, SourceState
from syndicator.core.overview import FOUND, Order, Wanted
from syndicator.core.problems import problems
from syndicator.core.standing import Standing, standing
from syndicator.core.work import Saving
from syndicator.store import overview as stored
from syndicator.store.store import Store

from .making import CATEGORIES, HOUR, NOW, article, save_new, source, telling

_MANY = 2 * stored.LINES + 50


def _any_state(chance: Random, name: str) -> SourceState:
    def time() -> datetime | None:
        return chance.choice((None, NOW - HOUR * chance.randrange(1, 60), NOW + HOUR * chance.randrange(1, 60)))

    return SourceState(
        name, name, f"https://{name}.example/feed", NOW + HOUR * chance.randrange(-5, 5), last_poll_at=time(),
        outcome=chance.choice((None, PollOutcome.UNCHANGED)), failures=chance.choice((0, 0, 2)), gone=chance.random() < 0.1,
        last_new_at=time(), expected_by=time(), failing_since=time(), flawed_since=time(), empty_since=time(),
        odd_dates_since=time(),
    )  # fmt: skip


@pytest.fixture
def many(store: Store) -> Store:
    """Sources in every state; articles of one are held."""
    names = [f"s{number:03}" for number in range(_MANY)]
    configure(store, map(source, names), CATEGORIES, NOW)
    chance = Random(7)
    store.save_polls([Saving(_any_state(chance, name)) for name in names])
    save_new(store, replace(article("s009"), held="held: a flood", categories=()))
    after = store.states()["s009"]
    store.save_polls([Saving(replace(after, failures=0, gone=False))])
    return store


def test_the_database_sees_a_source_stand_as_the_pure_rule_does(many: Store) -> None:
    states, held = many.states(), {one.source_id for one in many.held_sources()}
    wanted = {name: standing(state, name in held, NOW) for name, state in states.items()}
    pages = [many.source_list(Wanted(page=number), NOW) for number in (1, 2, 3)]
    found = {line.state.source_id: line.standing for page in pages for line in page.lines}
    assert found == wanted
    assert {name: line.standing for name in states if (line := many.source_line(name, NOW))} == wanted
    assert held == {"s009"}
    assert set(wanted.values()) == set(Standing)
    counted = many.overview(NOW).standings
    assert counted == {how: list(wanted.values()).count(how) for how in Standing}


def test_pages_are_whole_and_end(many: Store) -> None:
    pages = [many.source_list(Wanted(page=number, order=Order.SOURCE), NOW) for number in (1, 2, 3, 99)]
    assert [(len(page.lines), page.page, page.pages, page.total) for page in pages] == [
        (100, 1, 3, _MANY), (100, 2, 3, _MANY), (50, 3, 3, _MANY), (50, 3, 3, _MANY)
    ]  # fmt: skip
    names = [line.state.source_id for page in pages[:3] for line in page.lines]
    assert names == sorted(names)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("order", "key"), [(Order.LAST_POLL, "last_poll_at"), (Order.NEXT_POLL, "next_poll_at"), (Order.LAST_NEW, "last_new_at")]
)  # fmt: skip
def test_sources_are_sorted_and_what_has_no_value_comes_last(
    many: Store, order: Order, key: str, descending: bool
) -> None:
    found: list[Any] = []
    for number in (1, 2, 3):
        page = many.source_list(Wanted(page=number, order=order, descending=descending), NOW)
        found += [getattr(line.state, key) for line in page.lines]
    given = [value for value in found if value is not None]
    assert given == sorted(given, reverse=descending)
    assert found == given + [None] * (len(found) - len(given))


def test_the_worst_come_first(many: Store) -> None:
    lines = many.source_list(Wanted(), NOW).lines
    ranks = [list(Standing).index(line.standing) for line in lines]
    assert ranks == sorted(ranks)
    assert lines[0].standing is Standing.GONE


@pytest.mark.parametrize("text", ["S01", "//s01", "s01%", "_", "/", "nothing", "'"])
def test_sources_are_found_by_a_part_of_name_or_url(many: Store, text: str) -> None:
    found = many.source_list(Wanted(text, order=Order.SOURCE), NOW)
    wanted = [
        name for name, state in many.states().items() if text.lower() in name or text.lower() in state.url
    ]  # fmt: skip
    assert found.total == len(wanted)
    assert [line.state.source_id for line in found.lines] == wanted[:100]


def test_sources_in_one_state_are_listed(many: Store) -> None:
    found = many.source_list(Wanted(standing=Standing.SILENT), NOW)
    assert {line.standing for line in found.lines} == {Standing.SILENT}
    assert found.total == many.overview(NOW).standings[Standing.SILENT]


def test_no_problem_is_missed_by_what_the_database_chooses(many: Store) -> None:
    chosen = many.troubled(NOW)
    every = problems(many.states().values(), {}, (), NOW)
    assert problems(chosen, {}, (), NOW) == every
    assert len(chosen) < _MANY


def test_what_is_behind_is_counted(hub: Store) -> None:
    assert hub.overview(NOW).waits_since is None
    save_new(hub, article(key="1", revised=NOW - HOUR), article(key="2"))
    seen = hub.overview(NOW)
    assert (seen.unplaced, seen.stale, seen.waits_since) == (2, 2, NOW - HOUR)
    place_newcomers(hub, CATEGORIES)
    seen = hub.overview(NOW)
    assert (seen.unplaced, seen.stale, seen.waits_since) == (0, 2, NOW - HOUR)
    hub.hold("health", "it would lose much")
    assert [(gate.category, gate.since) for gate in hub.held_back()] == [("health", NOW - HOUR)]
    assert hub.overview(NOW).stale == 1


def test_the_latest_articles_of_a_source_come_latest_first(hub: Store) -> None:
    save_new(hub, *(article(key=str(n)) for n in range(5)), article("beta"))
    assert [one.title for one in hub.latest("alpha", 2)] == ["News 4 of alpha", "News 3 of alpha"]


def test_titles_are_searched_for_all_words_whatever_their_case(hub: Store) -> None:
    save_new(
        hub, article(key="1", title="Ο ΚΑΙΡΟΣ αύριο"), article(key="2", title="Storm over Crete"), article(key="3")
    )
    assert [one.title for one in hub.search(("crete", "storm"))] == ["Storm over Crete"]
    assert [one.title for one in hub.search(("καιρο",))] == ["Ο ΚΑΙΡΟΣ αύριο"]
    assert hub.search(("crete", "sun")) == ()


def test_a_search_finds_the_newest_and_looks_no_further_than_it_says(
    hub: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_new(hub, *(article(key=str(n)) for n in range(FOUND + 20)))
    found = hub.search(("news",))
    assert len(found) == FOUND
    assert found[0].title == f"News {FOUND + 19} of alpha"
    monkeypatch.setattr(stored, "SEARCHED", 10)
    assert len(hub.search(("news",))) == 10


def test_stories_with_several_tellings_come_page_by_page(hub: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_STORIES", 2)
    for number in range(5):
        save_new(hub, telling("alpha", str(number)), article("gamma", f"alone {number}"), telling("beta", str(number)))
    place_newcomers(hub, CATEGORIES)
    seen: list[str] = []
    before: int | None = None
    for _ in range(4):
        page = hub.several_tellings(before)
        assert all({one.source_id for one in story} == {"alpha", "beta"} for story in page.stories)
        seen += [story[0].title for story in page.stories]
        if (before := page.older) is None:
            break
    assert seen == [f"Story {number}" for number in reversed(range(5))]
    assert any("same story as" in why for one in hub.several_tellings().stories[0] for why in one.told)


def test_a_source_is_made_due_also_where_it_is_gone(hub: Store) -> None:
    state = hub.states()["alpha"]
    hub.save_polls([Saving(replace(state, gone=True, next_poll_at=NOW + timedelta(days=9)))])
    made = hub.hasten("alpha", NOW, "now")
    assert made is not None
    assert (made.gone, made.next_poll_at, made.next_poll_reason) == (False, NOW, "now")
    assert hub.due(NOW, 10)[0].source_id == "alpha"
    assert hub.hasten("unknown", NOW, "now") is None
