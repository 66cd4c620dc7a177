"""Half a year of news that is kept for a month: followers miss nothing that is kept, and get nothing back."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from syndicator.web import publications

from .followers import Audience, Web
from .newsroom import EVERYWHERE, SOURCES, Arrival, Newsroom, happening, migrate

_FORTNIGHTS = 12
_EVERYWHERE = ("health", "health/oncology", "sport")


def _news(chance: Random) -> list[Arrival]:
    """Enough to push all else out of the feeds, each a story of its own."""
    return [
        Arrival(chance.randrange(len(SOURCES)), chance.randint(10, 10_000), 2, _EVERYWHERE, timedelta(0), False)
        for _ in range(4)
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_followers_miss_nothing_that_is_kept_and_get_nothing_back(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "_LOOK_SECONDS", -1.0)
    migrate(database_url)
    room, chance = Newsroom(database_url), Random(seed)
    web, audience = Web(room.app), Audience(EVERYWHERE, "json", room.expired)
    audience.begin(web)
    for _ in range(_FORTNIGHTS):
        for _ in range(4):
            happening(room, chance, chance.randrange(len(SOURCES)))
            audience.follow(web, chance)
        room.pass_time(24 * 14)
        room.ingest(_news(chance), 0)
        room.cluster()
        room.expire(chance.randrange(3))
        audience.follow(web, chance)
        room.publish(lambda: room.expire(9), chance.randrange(8))
        audience.follow(web, chance)
        room.settle()
        room.check_stories()
        audience.check(web, {category: room.shows(category) for category in EVERYWHERE})
    assert len(room.expired()) > len(room.known) / 3
    room.close()
    web.close()
