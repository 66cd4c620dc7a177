"""The window of a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from builders import NOW, article, site
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.channel import CEILING, assemble
from syndicator.core.model import Category, Channel, ChannelItem

HEALTH = Category("health", "Health")


def _item(number: int, days_old: float, fresh: datetime | None = None) -> ChannelItem:
    date = NOW - timedelta(days=days_old)
    return ChannelItem(replace(article(), id=str(number), sort_at=date, updated=date), number, fresh)


def _channel(*items: ChannelItem, size: int = 2) -> Channel:
    return assemble(site(), HEALTH, items, size, NOW - timedelta(days=99), 1)


def _ids(channel: Channel) -> list[str]:
    return [item.article.id for item in channel.items]


def test_the_newest_by_date_come_first_whatever_their_order() -> None:
    items = [_item(1, 3), _item(2, 1), _item(3, 2)]
    assert _ids(_channel(*items)) == _ids(_channel(*reversed(items))) == ["2", "3"]


def test_equal_dates_stand_in_order_of_acceptance() -> None:
    assert _ids(_channel(_item(1, 1), _item(2, 1), _item(3, 1), size=3)) == ["3", "2", "1"]


def test_a_late_dated_entry_still_reaches_subscribers() -> None:
    late = _item(3, 40, fresh=NOW)
    old = _item(4, 50, fresh=NOW - timedelta(hours=25))
    assert _ids(_channel(_item(1, 1), _item(2, 2), late, old)) == ["1", "2", "3"]


def test_no_channel_is_larger_than_the_ceiling() -> None:
    assert len(_channel(*(_item(n, n, fresh=NOW) for n in range(CEILING + 20))).items) == CEILING


def test_an_empty_channel_is_dated_by_its_category() -> None:
    assert _channel().updated == NOW - timedelta(days=99)


_AGES = st.lists(st.tuples(st.integers(0, 100), st.none() | st.integers(0, 72)), max_size=30)


@given(_AGES, st.integers(1, 10), st.randoms(use_true_random=False))
def test_a_window_is_in_order_whole_and_the_same_however_its_articles_came(
    ages: list[tuple[int, int | None]], size: int, shuffle: Random
) -> None:
    items = [
        _item(n, days, None if hours is None else NOW - timedelta(hours=hours)) for n, (days, hours) in enumerate(ages)
    ]
    made = _channel(*items, size=size)
    shuffle.shuffle(items)
    assert _channel(*items, size=size) == made
    dates = [item.article.sort_at for item in made.items]
    assert dates == sorted(dates, reverse=True)
    assert len(made.items) >= min(size, len(items))
    newest = max((item.fresh for item in items if item.fresh), default=None)
    fresh = {item.ordinal for item in items if newest and item.fresh and item.fresh > newest - timedelta(hours=24)}
    assert fresh <= {item.ordinal for item in made.items}


def test_a_channel_is_as_old_as_its_latest_change() -> None:
    assert _channel(_item(1, 3), _item(2, 5)).updated == NOW - timedelta(days=3)


def test_a_first_poll_does_not_flood_the_channel() -> None:
    assert _ids(_channel(*(_item(n, n) for n in range(1, 40)))) == ["1", "2"]
