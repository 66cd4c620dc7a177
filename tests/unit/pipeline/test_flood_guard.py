"""A publisher on loopback that changes its ids, or brings its archive all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from builders import configure, finished, place_newcomers, site, source
from loopback import Origin, origins, reply

from syndicator.core.addresses import Guard, opening
from syndicator.core.categorise import Filing
from syndicator.core.errors import SourceNotHeld
from syndicator.core.model import Article, Category
from syndicator.core.rules import Match
from syndicator.fetch.failures import Limits
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.http import HttpFetch
from syndicator.fetch.transport import Transport
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.hold import hold, release
from syndicator.pipeline.poll import Polled, Poller, Unread
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TREE = (Category("health", "Health"), Category("sport", "Sport", match=Match(title=("goal",))))


@dataclass
class _Hub:
    """A hub with one source, polled an hour later each time."""

    store: Store
    origin: Origin
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.source = source(url=f"{self.origin.url}/feed")
        self.configure()

    def configure(self) -> None:
        configure(self.store, [self.source], TREE, self.now)

    def poll(self, body: str) -> Polled:
        self.origin.answers["/feed"] = reply(body=body.encode(), Content_Type="application/xml")
        self.now += timedelta(hours=1)
        transport = Transport(Guard((opening(self.origin.url.partition("//")[2]),)))
        fetch = HttpFetch("test", Limits(10, 10**7), transport, Hosts(), lambda: self.now)
        poller = Poller(self.store, fetch, lambda: self.now, site(), TREE, {})
        fetched = poller.fetch(self.source, self.store.states()["src"])
        assert isinstance(fetched, Unread)
        polled = finished(poller, fetched, read_body(fetched.job))
        self.store.save_polls(poller.savings([polled]))
        place_newcomers(self.store, TREE)
        return polled

    def shown(self) -> dict[str, Article]:
        """The articles that `all` shows, by id."""
        return {item.article.id: item.article for item in self.store.newest("all", 500)}

    def release(self) -> int:
        count = release(self.store, lambda: self.now, self.source, TREE, None)
        place_newcomers(self.store, TREE)
        return count


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    with origins("127.0.0.1") as (origin,):
        yield _Hub(store, origin)
    store.close()


_TEXT = "The council voted on Monday to rebuild the old bridge over the river, story number {n} of many."


def _rss(*items: str) -> str:
    return (
        f"<rss version='2.0'><channel><title>S</title><link>https://s.example/</link>{''.join(items)}</channel></rss>"
    )


def _item(
    n: int, guid: str, link: str = "https://s.example/{n}", text: str = _TEXT, title: str = "Story {n}",
    at: datetime | None = NOW, more: str = "",
) -> str:  # fmt: skip
    date = f"<pubDate>{format_datetime(at - n * timedelta(hours=1))}</pubDate>" if at else ""
    parts = f"<title>{title}</title><link>{link}</link>{guid}<description>{text}</description>{date}{more}"
    return f"<item>{parts}</item>".replace("{n}", str(n))


def _atom(*ids: str, text: str = _TEXT) -> str:
    entries = "".join(
        f"<entry><id>{id_}</id><title>Story {n}</title><link href='https://s.example/{n}'/><updated>2026-03-01T0{n}:00:00Z"
        f"</updated><content type='html'>&lt;p&gt;{text.replace('{n}', str(n))}&lt;/p&gt;</content></entry>"
        for n, id_ in enumerate(ids, 1)
    )
    head = "<title>S</title><id>tag:s.example,2026:f</id><updated>2026-03-01T09:00:00Z</updated>"
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{head}{entries}</feed>"


def _numbers(guid: str, link: str = "https://s.example/{n}") -> str:
    return _rss(*(_item(n, guid, link) for n in range(1, 6)))


NUMBERS = "<guid isPermaLink='false'>{n}</guid>"
LINKS = "<guid>https://s.example/{n}</guid>"
CHANGES = [
    (_numbers(NUMBERS), _numbers(LINKS)),
    (_numbers(LINKS), _numbers("<guid isPermaLink='false'>https://s.example/?p={n}</guid>")),
    (_numbers("<guid>http://s.example/{n}</guid>"), _numbers(LINKS)),
    (_numbers("<guid>http://s.example/{n}</guid>", "http://s.example/{n}"), _numbers(LINKS)),
    (_numbers(LINKS), _numbers("<guid isPermaLink='false'>node/{n}</guid>", "http://www.s.example/{n}/?utm_source=rss")),
    (_numbers(LINKS), _numbers("", "https://s.example/{n}#top")),
    (_atom(*(f"tag:s.example,2026:{n}" for n in range(1, 6))), _atom(*(f"https://s.example/{n}" for n in range(1, 6)))),
    (_atom(*(f"http://s.example/{n}" for n in range(1, 6))), _atom(*(f"https://s.example/{n}" for n in range(1, 6)))),
    (_numbers(LINKS), _atom(*(f"urn:uuid:00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6)))),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_I5_a_feed_whose_ids_all_change_brings_no_second_copy(hub: _Hub, before: str, after: str) -> None:
    hub.poll(before)
    first = hub.shown()
    assert len(first) == 5
    polled = hub.poll(after)
    assert polled.new == 0
    assert {id_: one.guid for id_, one in hub.shown().items()} == {id_: one.guid for id_, one in first.items()}
    again = hub.poll(after.replace("Story 3", "Story three, corrected").replace("Monday", "Tuesday"))
    assert (again.new, again.updated) == (0, 5), "and they are known by the new ids from then on"
    assert {one.title for one in hub.shown().values()} >= {"Story three, corrected"}
    assert hub.shown().keys() == first.keys()


def test_links_that_change_while_the_ids_stay_are_no_second_copy_either(hub: _Hub) -> None:
    hub.poll(_numbers(NUMBERS))
    first = hub.shown().keys()
    assert hub.poll(_numbers(NUMBERS, "https://new.example/archive/{n}.html")).new == 0
    assert hub.shown().keys() == first


def test_what_was_taken_down_stays_so_under_another_id(hub: _Hub) -> None:
    hub.poll(_numbers(NUMBERS))
    (one,) = (id_ for id_, article in hub.shown().items() if article.title == "Story 2")
    take_down(hub.store, lambda: hub.now, site(), one)
    assert hub.poll(_numbers(LINKS)).new == 0
    assert hub.poll(_numbers(LINKS).replace("Story", "The story").replace("Monday", "Friday")).new == 0
    assert len(hub.shown()) == 4
    assert hub.store.articles([one])[one].content == ""


def test_a_daily_forecast_and_the_episodes_of_a_podcast_stay_many(hub: _Hub) -> None:
    page = "https://s.example/weather"
    for day in range(6):
        at = NOW + day * DAY
        file = f"<enclosure url='https://s.example/{day}.mp3' type='audio/mpeg' length='9'/>"
        text = (
            "News and views from the region, every day, with the people who make them. Subscribe wherever you listen."
        )
        forecast = f"Day {day}: rain {'in' * day} the {day}th county, sun and a light wind everywhere else."
        hub.now = at
        hub.poll(
            _rss(
                _item(0, f"<guid isPermaLink='false'>w{day}</guid>", page, forecast, "Forecast", at),
                _item(0, f"<guid isPermaLink='false'>e{day}</guid>", "https://s.example/pod", text, "Daily", at, file),
            )
        )
    assert sorted(one.title for one in hub.shown().values()) == ["Daily"] * 6 + ["Forecast"] * 6


def test_two_entries_of_one_page_beside_each_other_stay_two(hub: _Hub) -> None:
    one, other = (_item(1, f"<guid isPermaLink='false'>{name}</guid>") for name in "ab")
    hub.poll(_rss(one))
    assert hub.poll(_rss(other, one)).new == 1
    assert len(hub.shown()) == 2


# --- floods ------------------------------------------------------------------------------------------


def _some(numbers: range, at: datetime | None = NOW) -> str:
    return _rss(*(_item(n, LINKS, at=at) for n in numbers))


def test_I5_sudden_old_entries_are_held_and_fresh_ones_go_on(hub: _Hub) -> None:
    hub.poll(_some(range(100, 105)))
    first = hub.shown().keys()
    hub.now += 9 * DAY
    hub.poll(_some(range(100, 106)))
    polled = hub.poll(
        _rss(*(_item(n, LINKS, at=hub.now) for n in range(1, 4)), *(_item(n, LINKS) for n in range(200, 220)))
    )
    assert (polled.new, polled.held) == (23, 20)
    assert polled.why_held.startswith(
        "held: 20 of 23 entries were new, but dated before 2026-03-09 14:00 UTC; `syndicator release src`"
    )
    assert len(hub.shown().keys() - first) == 1 + 3
    (held,) = hub.store.held_sources()
    assert (held.source_id, held.articles, held.held) == ("src", 20, None)
    (one,) = hub.store.named("https://s.example/200", "")
    assert (one.categories, one.filed_by) == ((), (polled.why_held,))
    assert hub.store.filings(one.id) == ()


def _flooded(hub: _Hub) -> None:
    hub.poll(_some(range(1, 3)))
    assert hub.poll(_some(range(200, 220))).held == 20
    assert len(hub.shown()) == 2


def test_what_is_held_stays_so_when_its_publisher_edits_it_or_changes_its_ids(hub: _Hub) -> None:
    _flooded(hub)
    edited = hub.poll(_some(range(200, 220)).replace("Story", "A goal:").replace("Monday", "Friday"))
    assert (edited.new, edited.updated) == (0, 20)
    renamed = _rss(*(_item(n, NUMBERS) for n in range(200, 220))).replace("Story", "A goal:")
    assert hub.poll(renamed).new == 0
    assert len(hub.shown()) == 2
    assert hub.store.held_sources()[0].articles == 20
    assert hub.release() == 20
    (goal,) = hub.store.named("https://s.example/200", "")
    assert goal.categories == ("health", "sport")


def test_it_stays_so_when_the_configuration_files_all_anew(hub: _Hub) -> None:
    _flooded(hub)
    (held, *_) = hub.store.held_articles("src", 1)
    assert Filing(replace(hub.source, categories=("sport",)), TREE).filed(held) == held


def test_what_is_released_is_filed_by_the_rules_and_is_news_to_nobody(hub: _Hub) -> None:
    _flooded(hub)
    assert hub.release() == 20
    assert len(hub.shown()) == 22
    assert {one.held for one in hub.shown().values()} == {None}
    assert {one.fresh for one in hub.store.candidates("health", 50)} == {None}
    assert hub.store.held_sources() == ()
    with pytest.raises(SourceNotHeld, match="nothing is held of the source 'src'"):
        hub.release()
    assert hub.poll(_some(range(200, 221))).held == 0


def test_a_site_whose_ids_and_links_all_change_is_held(hub: _Hub) -> None:
    old = [_item(n, LINKS) for n in range(100, 120)]
    hub.poll(_rss(*old))
    moved = [one.replace("https://s.example/1", "https://new.example/posts/1") for one in old]
    assert hub.poll(_rss(*moved)).held == 20
    assert len(hub.shown()) == 20


def test_a_late_poll_is_no_flood(hub: _Hub) -> None:
    hub.poll(_some(range(5)))
    hub.now += 40 * DAY
    polled = hub.poll(_rss(*(_item(n, LINKS, at=hub.now) for n in range(1000, 900, -2))))
    assert (polled.new, polled.held) == (50, 0)


def test_undated_entries_are_held_where_the_source_dated_its_entries(hub: _Hub) -> None:
    hub.poll(_some(range(5)))
    assert hub.poll(_some(range(200, 220), None)).held == 20


def test_a_feed_without_dates_is_never_a_flood(hub: _Hub) -> None:
    hub.poll(_some(range(5), None))
    assert hub.poll(_some(range(200, 220), None)).held == 0


def test_the_first_body_from_another_url_of_the_operators_is_no_flood(hub: _Hub) -> None:
    hub.poll(_some(range(5)))
    hub.source = replace(hub.source, url=hub.origin.url + "/feed?all=1")
    hub.configure()
    assert hub.poll(_some(range(200, 220))).held == 0


def test_a_source_may_have_a_share_of_its_own(hub: _Hub) -> None:
    hub.source = replace(hub.source, flood_share=1.0)
    hub.poll(_some(range(5)))
    assert hub.poll(_some(range(200, 220))).held == 0


# --- held by the operator ------------------------------------------------------------------------------


def test_all_that_is_new_of_a_held_source_is_held_until_it_is_released(hub: _Hub) -> None:
    hub.poll(_some(range(5)))
    hold(hub.store, lambda: hub.now, hub.source)
    hub.configure()
    polled = hub.poll(_some(range(7)).replace("Story 4", "Story four"))
    assert (polled.new, polled.held, polled.updated) == (2, 2, 1)
    assert polled.why_held == "held: by the operator, since 2026-03-01 13:00 UTC; `syndicator release src` publishes it"
    assert "Story four" in {one.title for one in hub.shown().values()}, "what is published is updated"
    assert len(hub.shown()) == 5
    assert hub.release() == 2
    assert hub.poll(_some(range(9))).held == 0
    assert len(hub.shown()) == 9
