"""JSON Feeds of which nothing may be assumed."""

from __future__ import annotations

import json

import pytest
from builders import NOW, any_text, channel, setting
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.feed import Feed, NotAFeed
from syndicator.core.normalise import normalise
from syndicator.formats import atom, jsonfeed, rss
from syndicator.formats.jsonfeed_reader import read

_URL = "https://src.example.org/feed.json"
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["url", "name"]), inner),
    max_leaves=5,
)
_KEYS = (
    "id", "url", "external_url", "title", "summary", "content_html", "content_text", "authors", "author", "tags",
    "date_published", "date_modified", "language", "image", "banner_image", "attachments",
)  # fmt: skip
_ITEMS = st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=6)


@given(_ITEMS, st.dictionaries(st.sampled_from(["version", "title", "home_page_url", "authors", "language"]), _VALUES))
def test_whatever_the_values_are_every_item_is_published_in_every_format(
    item: dict[str, object], head: dict[str, object]
) -> None:
    feed = read(json.dumps({**head, "items": [item]}).encode(), _URL)
    assert isinstance(feed, Feed)
    (entry,) = feed.entries
    made = channel(normalise(entry, feed, setting(), NOW))
    assert all(render(made) for render in (rss.render, atom.render, jsonfeed.render))


@pytest.mark.parametrize(
    "body", [b"{" * 100_000, b'{"items":' * 100_000, b"1" * 5000, b"[]", b"\xff\xfe{", b'{"a": 1}']
)
def test_what_is_no_json_feed_is_a_value(body: bytes) -> None:
    assert isinstance(read(body, _URL), NotAFeed)


def test_a_single_author_of_version_1_0_is_read() -> None:
    feed = read(b'{"items": [{"id": 1, "author": {"name": "Ada", "url": "https://a.example/"}}]}', _URL)
    assert isinstance(feed, Feed)
    assert (feed.entries[0].id, feed.entries[0].authors[0].name) == ("1", "Ada")
