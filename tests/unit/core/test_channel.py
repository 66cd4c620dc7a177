"""The window of a channel, its archives, and the hourly subscriber who misses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from builders import NOW, article, site, source
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.channel import (
    CEILING,
    FRESH,
    Candidate,
    archive,
    archives,
    caps,
    newest_archive,
    ordinals,
    subscription,
    window,
)
from syndicator.core.model import Category, ChannelItem, Removal
from syndicator.core.work import Archive

HEALTH = Category("health", "Health")


def _one(number: int, days_old: float, fresh: datetime | None = None, source_id: str = "src") -> Candidate:
    return Candidate(str(number), source_id, number, NOW - timedelta(days=days_old), fresh)


def _window(*candidates: Candidate, size: int = 2, **caps: int) -> list[str]:
    return list(window(candidates, size, caps))


def test_the_newest_by_date_come_first_whatever_their_order() -> None:
    given = [_one(1, 3), _one(2, 1), _one(3, 2)]
    assert _window(*given) == _window(*reversed(given)) == ["2", "3"]


def test_equal_dates_stand_in_order_of_acceptance() -> None:
    assert _window(_one(1, 1), _one(2, 1), _one(3, 1), size=3) == ["3", "2", "1"]


def test_a_late_dated_entry_still_reaches_subscribers() -> None:
    late = _one(3, 40, fresh=NOW)
    old = _one(4, 50, fresh=NOW - timedelta(hours=25))
    assert _window(_one(1, 1), _one(2, 2), late, old) == ["1", "2", "3"]


def test_no_channel_is_larger_than_the_ceiling_and_what_came_last_goes_first() -> None:
    given = [_one(n, n, fresh=NOW - timedelta(minutes=CEILING + 20 - n)) for n in range(CEILING + 20)]
    assert _window(*given) == [str(n) for n in range(20, CEILING + 20)]


def test_a_first_poll_does_not_flood_the_channel() -> None:
    assert _window(*(_one(n, n) for n in range(1, 40))) == ["1", "2"]


def test_a_capped_source_makes_room_for_others() -> None:
    given = [_one(n, n, source_id="loud") for n in range(10)] + [_one(n, n, source_id="quiet") for n in range(10, 20)]
    assert _window(*given, size=6, loud=2) == ["0", "1", "10", "11", "12", "13"]
    assert _window(*given[:10], size=6, loud=2) == ["0", "1"]


def test_a_cap_is_the_tighter_of_number_and_share() -> None:
    sources = (
        source(id="both", max_items=9, max_share=0.1), source(id="number", max_items=3), source(id="free"),
        source(id="tiny", max_share=0.001),
    )  # fmt: skip
    assert caps(sources, 50) == {"both": 5, "number": 3, "tiny": 1}


_AGES = st.lists(st.tuples(st.integers(0, 100), st.none() | st.integers(0, 72), st.sampled_from("ab")), max_size=30)


@given(_AGES, st.integers(1, 10), st.integers(1, 40), st.randoms(use_true_random=False))
def test_a_window_is_in_order_whole_and_the_same_however_its_articles_came(
    ages: list[tuple[int, int | None, str]], size: int, cap: int, shuffle: Random
) -> None:
    given = [
        _one(n, days, None if hours is None else NOW - timedelta(hours=hours), name)
        for n, (days, hours, name) in enumerate(ages)
    ]
    made = _window(*given, size=size, a=cap)
    shuffle.shuffle(given)
    assert _window(*given, size=size, a=cap) == made
    by_id = {one.article_id: one for one in given}
    dates = [by_id[id_].sort_at for id_ in made]
    assert dates == sorted(dates, reverse=True)
    of_a = sum(one.source_id == "a" for one in given)
    assert sum(by_id[id_].source_id == "a" for id_ in made) <= cap
    assert len(made) >= min(size, len(given) - max(0, of_a - cap))
    newest = max((one.fresh for one in given if one.fresh), default=None)
    fresh = {one.article_id for one in given if newest and one.fresh and one.fresh > newest - FRESH}
    if of_a <= cap:
        assert fresh <= set(made)


def test_an_hourly_subscriber_sees_nearly_everything_of_500_busy_sources() -> None:
    """Five articles a day each, a tenth of them dated up to ten days back, all in one category for three days."""
    chance = Random(7)
    minutes = sorted(chance.randrange(3 * 24 * 60) for _ in range(500 * 5 * 3))
    filed: list[Candidate] = []
    for number, minute in enumerate(minutes, 1):
        accepted = NOW + timedelta(minutes=minute)
        late = timedelta(days=chance.random() * 10 if chance.random() < 0.1 else 0)
        filed.append(Candidate(str(number), f"s{number % 500}", number, accepted - late, accepted))
    seen: set[str] = set()
    for hour in range(1, 3 * 24 + 1):
        there = [one for one in filed if one.fresh and one.fresh <= NOW + timedelta(hours=hour)]
        seen.update(window(there, 50, {}))
    assert len(seen) >= 0.99 * len(filed)


def _item(number: int, days_old: float) -> ChannelItem:
    date = NOW - timedelta(days=days_old)
    return ChannelItem(article(id=str(number), sort_at=date, updated=date), number)


def test_a_channel_is_as_old_as_its_latest_change() -> None:
    since = NOW - timedelta(days=99)
    items = (_item(1, 3), _item(2, 5))
    assert subscription(site(), HEALTH, items, (), since, 1, None).updated == NOW - timedelta(days=3)
    gone = (Removal("urn:x:1", NOW - timedelta(days=2)),)
    assert subscription(site(), HEALTH, items, gone, since, 1, None).updated == NOW - timedelta(days=2)
    assert subscription(site(), HEALTH, (), (), since, 1, None).updated == since


@pytest.mark.parametrize(
    ("last_ordinal", "newest", "numbers"),
    [(0, None, []), (1, 1, [1]), (9, 1, [1]), (10, 1, [1, 2]), (11, 2, [1, 2]), (20, 2, [1, 2, 3])],
)
def test_archives_are_counted_and_an_empty_one_stands_behind_a_full_one(
    last_ordinal: int, newest: int | None, numbers: list[int]
) -> None:
    assert newest_archive(last_ordinal, 10) == newest
    assert list(archives(last_ordinal, 10)) == numbers


@given(st.integers(1, 1000), st.integers(1, 50))
def test_each_ordinal_is_in_one_archive(ordinal: int, size: int) -> None:
    holding = [n for n in archives(1000, size) if ordinals(n, size)[0] <= ordinal <= ordinals(n, size)[1]]
    assert len(holding) == 1


def test_a_full_archive_links_both_ways_and_the_last_one_back() -> None:
    full, last = (archive(site(), HEALTH, Archive(n, (_item(1, 3),), n == 1, NOW)) for n in (1, 2))
    assert (full.older, full.newer) == (None, 2)
    assert (last.older, last.newer) == (1, None)
