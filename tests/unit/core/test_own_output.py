"""What we published ourselves is known by its id, by the feed it names, or by the feed it stands in."""

from __future__ import annotations

import pytest
from builders import entry, site

from syndicator.core.feed import Entry, Feed
from syndicator.core.identity import minted_guid
from syndicator.core.own_output import foreign

_ELSEWHERE = "https://hub.example.net/feeds/all.atom"
_OURS = "https://news.example.org/feeds/health.rss"


def _foreign(*entries: Entry, url: str = _ELSEWHERE, id_: str = "", self_url: str = "") -> list[Entry]:
    return foreign(Feed("fast", id=id_, self_url=self_url, entries=entries), url, site())


def test_an_entry_is_ours_by_its_id_or_by_the_feed_it_names() -> None:
    theirs = entry(taken_from=("https://src.example.org/feed",))
    minted = entry(id=minted_guid(site(), "abcdefghijklmnop"))
    named = entry(taken_from=("urn:x:1", _OURS))
    assert _foreign(minted, theirs, named) == [theirs]


@pytest.mark.parametrize(
    "id_",
    ["", "4711", "tag:news.example.org.evil,2026:x", "tag:hub.example.net,2026:x", "tag:news.example.org,2025:x",
     "xtag:news.example.org,2026:x", "https://news.example.org/articles/x"],
)  # fmt: skip
def test_an_id_that_is_much_like_ours_is_not(id_: str) -> None:
    assert len(_foreign(entry(id=id_))) == 1


@pytest.mark.parametrize("place", [{"url": _OURS}, {"id_": _OURS}, {"self_url": _OURS}])
def test_nothing_is_taken_from_a_feed_of_ours(place: dict[str, str]) -> None:
    assert _foreign(entry(), **place) == []


@pytest.mark.parametrize("url", ["", "file:demo/a.xml", "https://news.example.org/blog.rss"])
def test_other_feeds_are_none_of_ours(url: str) -> None:
    assert len(_foreign(entry(), url=url, id_=url, self_url=url)) == 1
