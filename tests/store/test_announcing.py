"""What hubs are told of, and what is remembered of it: after failures, crashes, and clocks that were set back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import site

from syndicator.core.fetching import FetchFailed, HostQuiet
from syndicator.core.model import ALL, Category
from syndicator.pipeline.announce import SETTLES, Announced, Announcer
from syndicator.store.store import Store

from .making import CATEGORIES, NOW
from .test_publishing import publish

HUB, OTHER = "https://hub.example/", "https://other.example/"
ATOM, RSS = "feeds/health.atom", "feeds/health.rss"
LATER = NOW + SETTLES
_Answer = FetchFailed | HostQuiet | None
DOWN = FetchFailed("HTTP 500 Internal Server Error", 500, "hub.example")
NO = FetchFailed("HTTP 403 Forbidden", 403, "hub.example")


class Hub:
    """A hub that answers as it is told, by topic or for all."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = LATER
        self.answers: dict[str, _Answer] = {}
        self.told: list[str] = []
        self.announcer = self.restarted()

    def restarted(self) -> Announcer:
        return Announcer(self.store, lambda: self.now, site(), self._take, HUB)

    def _take(self, hub: str, topic: str) -> _Answer:
        assert hub == HUB
        path = topic.removeprefix("https://news.example.org/")
        answer = self.answers.get(path, self.answers.get(""))
        if answer is None:
            self.told.append(path)
        return answer

    def hears(self) -> list[str]:
        """What it is told now."""
        self.told.clear()
        self.announcer.announce()
        return self.told.copy()


@pytest.fixture
def told(hub: Store) -> Hub:
    publish(hub, "health", ATOM, b"atom")
    publish(hub, "health", RSS, b"rss")
    return Hub(hub)


def test_a_hub_is_told_once_of_every_feed_and_of_nothing_else(told: Hub, hub: Store) -> None:
    publish(hub, "health", "categories/health/latest.json", b"list")
    publish(hub, ALL, "feeds.opml", b"opml")
    assert told.hears() == [ATOM, RSS]
    assert told.hears() == []
    assert hub.unannounced(OTHER, LATER) == hub.unannounced("", LATER)
    assert set(hub.unannounced(OTHER, LATER)) == {ATOM, RSS}


def test_it_is_told_again_of_what_changes_and_only_once_of_several_changes(told: Hub, hub: Store) -> None:
    told.hears()
    publish(hub, "health", RSS, b"rss 2", LATER)
    publish(hub, "health", RSS, b"rss 3", LATER)
    told.now = LATER + SETTLES
    assert told.hears() == [RSS]
    assert told.hears() == []


def test_nothing_is_told_before_every_web_process_serves_it(told: Hub) -> None:
    told.now = NOW + SETTLES - timedelta(seconds=0.1)
    assert told.hears() == []
    told.now = NOW + SETTLES
    assert told.hears() == [ATOM, RSS]


def test_a_restart_tells_what_was_not_told_and_nothing_twice(told: Hub) -> None:
    told.answers[RSS] = DOWN
    assert told.hears() == [ATOM]
    told.announcer = told.restarted()
    told.answers.clear()
    assert told.hears() == [RSS]
    told.announcer = told.restarted()
    assert told.hears() == []


def test_a_hub_that_is_down_is_told_later_at_growing_intervals_and_forgives_when_it_is_up(told: Hub) -> None:
    told.answers[""] = DOWN
    waits = []
    for _ in range(8):
        announced = told.announcer.announce()
        assert announced is not None
        assert announced.again is not None
        assert (announced.told, announced.error) == (0, "HTTP 500 Internal Server Error")
        waits.append((announced.again - told.now).total_seconds() / 60)
        told.now = announced.again - timedelta(seconds=1)
        assert told.announcer.announce() is None
        told.now = announced.again
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    told.answers.clear()
    assert told.hears() == [ATOM, RSS]


def test_after_a_success_the_first_wait_is_short_again(told: Hub, hub: Store) -> None:
    told.answers[""] = DOWN
    for _ in range(3):
        announced = told.announcer.announce()
        assert announced is not None
        assert announced.again is not None
        told.now = announced.again
    told.answers = {RSS: DOWN}
    announced = told.announcer.announce()
    assert announced == Announced(HUB, 1, (), "HTTP 500 Internal Server Error", told.now + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (replace(DOWN, status=503, retry_after=LATER + timedelta(hours=5)), "HTTP 500 Internal Server Error"),
        (FetchFailed("HTTP 429 Too Many Requests", 429, "", LATER + timedelta(hours=5)), "HTTP 429 Too Many Requests"),
        (HostQuiet("hub.example", LATER + timedelta(hours=5)), "hub.example asked for quiet"),
    ],
)
def test_a_hub_that_asks_for_quiet_gets_it(told: Hub, answer: FetchFailed | HostQuiet, words: str) -> None:
    told.answers[""] = answer
    assert told.announcer.announce() == Announced(HUB, 0, (), words, LATER + timedelta(hours=5))
    told.now = LATER + timedelta(hours=4, minutes=59)
    told.answers.clear()
    assert told.hears() == []
    told.now = LATER + timedelta(hours=5)
    assert told.hears() == [ATOM, RSS]


def test_a_feed_that_a_hub_refuses_costs_only_itself(told: Hub, hub: Store) -> None:
    told.answers[ATOM] = NO
    refused = ((f"https://news.example.org/{ATOM}", "HTTP 403 Forbidden"),)
    assert told.announcer.announce() == Announced(HUB, 1, refused, "", LATER + timedelta(minutes=1))
    assert told.told == [RSS]
    publish(hub, "health", RSS, b"rss 2")
    assert told.hears() == [RSS], "while the other one rests"
    told.now += timedelta(minutes=1)
    told.answers.clear()
    assert told.hears() == [ATOM]


def test_a_clock_that_was_set_back_silences_nothing_for_long(told: Hub) -> None:
    told.answers[""] = DOWN
    told.hears()
    told.answers.clear()
    told.now = LATER + timedelta(days=-30)
    assert told.hears() == [], "the documents are of the future"
    told.now = LATER + timedelta(seconds=1)
    assert told.hears() == [], "it rests"
    told.now = LATER + timedelta(minutes=1)
    assert told.hears() == [ATOM, RSS]


def test_the_feeds_of_a_category_that_is_no_more_are_not_told(told: Hub, hub: Store) -> None:
    tree = tuple(one for one in CATEGORIES if one.id != "health")
    hub.configure([], (*tree, Category("new", "New")), NOW, {})
    assert told.hears() == []


def test_what_is_to_stop_stops_between_two_feeds(told: Hub) -> None:
    looks = iter([False, True])
    announced = told.announcer.announce(lambda: next(looks))
    assert announced == Announced(HUB, 1)
    assert told.hears() == [RSS]
