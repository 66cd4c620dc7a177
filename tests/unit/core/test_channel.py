"""The window of a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from builders import NOW, article, site

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
