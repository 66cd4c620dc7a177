"""JSON Feeds of which nothing may be assumed."""

from __future__ import annotations

import json

import pytest
from builders import NOW, any_text, channel, normalise, setting
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.feed import Enclosure, Entry, Feed, NotAFeed, Person, Podcast, Text
from syndicator.formats import atom, jsonfeed, reading, rss
from syndicator.formats.jsonfeed_reader import read

_URL = "https://src.example.org/feed.json"
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["url", "name"]), inner),
    max_leaves=5,
)
_KEYS = (
    "id", "url", "external_url", "title", "summary", "content_html", "content_text", "authors", "author", "tags",
    "date_published", "date_modified", "language", "image", "banner_image", "attachments", "_syndicator",
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
    "body", [b"{" * 100_000, b'{"items":' * 100_000, b"1" * 5000, b"[]", b"\xff\xfe{", b'{"a": 1}', b'{"items": [1;]}']
)
def test_what_is_no_json_feed_is_a_value(body: bytes) -> None:
    assert isinstance(read(body, _URL), NotAFeed)


def _feed(document: object) -> Feed:
    feed = read(json.dumps(document).encode(), _URL)
    assert isinstance(feed, Feed)
    return feed


def _entry(**item: object) -> Entry:
    return _feed({"items": [item]}).entries[0]


def test_every_field_of_version_1_1_that_an_article_has_is_read() -> None:
    feed = _feed(
        {
            "version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://j.example/", "language": "el",
            "feed_url": "https://j.example/feed.json", "authors": [{"name": "Desk", "url": "https://j.example/desk"}],
            "items": [
                {
                    "id": "urn:1", "url": "https://j.example/1", "external_url": "https://other.example/", "title": "T",
                    "content_html": "<p>c</p>", "content_text": "c", "summary": "s", "image": "https://j.example/i.jpg",
                    "banner_image": "https://j.example/b.jpg", "date_published": "2026-01-05T10:00:00Z", "language": "en",
                    "date_modified": "2026-01-06T10:00:00Z", "authors": [{"name": "Ada"}, {"name": "Bo"}], "tags": ["a", "b"],
                    "attachments": [
                        {"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12, "duration_in_seconds": 90.5}
                    ],
                }
            ],
        }
    )  # fmt: skip
    assert feed == Feed(
        "jsonfeed", "J", "https://j.example/feed.json", "https://j.example/", "el", base=_URL,
        authors=(Person("Desk", "", "https://j.example/desk"),), entries=feed.entries,
        self_url="https://j.example/feed.json",
    )  # fmt: skip
    assert feed.entries == (
        Entry(
            id="urn:1", url="https://j.example/1", title=Text("T"), summary=Text("s"), content=Text("<p>c</p>", html=True),
            authors=(Person("Ada"), Person("Bo")), published="2026-01-05T10:00:00Z", updated="2026-01-06T10:00:00Z",
            language="en", image="https://j.example/i.jpg", tags=("a", "b"), podcast=Podcast(duration=90),
            enclosures=(Enclosure("/a.mp3", "audio/mpeg", 12),),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("holder", "people"),
    [
        ({"author": {"name": "Ada", "url": "https://a.example/"}}, (Person("Ada", "", "https://a.example/"),)),
        ({"author": "Ada"}, (Person("Ada"),)),
        ({"author": [{"name": "Ada"}, {"name": "Bo"}]}, (Person("Ada"), Person("Bo"))),
        ({"authors": {"name": "Ada"}}, (Person("Ada"),)),
        ({"authors": ["Ada", "b@example.org (Bo)"]}, (Person("Ada"), Person("Bo", "b@example.org"))),
        ({"authors": [{"name": "Ada", "email": "a@example.org"}]}, (Person("Ada", "a@example.org"),)),
        ({"authors": [], "author": {"name": "Ada"}}, (Person("Ada"),)),
        ({"authors": [{}, None, 3, "", []]}, (Person("3"),)),
    ],
)
def test_people_are_read_however_they_are_given(holder: dict[str, object], people: tuple[Person, ...]) -> None:
    assert _entry(**holder).authors == people
    assert _feed({**holder, "items": []}).authors == people


@pytest.mark.parametrize(
    ("item", "field", "expected"),
    [
        ({"id": 7}, "id", "7"),
        ({"id": 7.5}, "id", "7.5"),
        ({"id": True}, "id", ""),
        ({"external_url": "https://other.example/"}, "url", "https://other.example/"),
        ({"url": " /1 "}, "url", "/1"),
        ({"image": {"url": "/i.jpg"}}, "image", "/i.jpg"),
        ({"banner_image": "/b.jpg"}, "image", "/b.jpg"),
        ({"content_html": " ", "content_text": "c"}, "content", Text("c")),
        ({"tags": "a, b,,a"}, "tags", ("a", "b")),
        ({"tags": [{"name": "a"}, {"term": "b"}, {}, None, 3]}, "tags", ("a", "b", "3")),
        (
            {"_syndicator": {"source": {"feed_url": " https://b.example/feed "}}},
            "taken_from",
            ("https://b.example/feed",),
        ),
        ({"_syndicator": {"source": {"feed_url": {}}}}, "taken_from", ()),
        ({"_syndicator": {"source": "https://b.example/feed"}}, "taken_from", ()),
        ({"_syndicator": ["source"]}, "taken_from", ()),
        ({"date_published": 1767607200}, "published", "1767607200"),
        ({"attachments": {"url": "/a", "type": "audio/mpeg"}}, "enclosures", (Enclosure("/a", "audio/mpeg"),)),
        ({"attachments": [{"url": "/a", "size_in_bytes": "12"}]}, "enclosures", (Enclosure("/a", "", 12),)),
        ({"attachments": [{"url": "/a", "size_in_bytes": 12.0}]}, "enclosures", (Enclosure("/a", "", 12),)),
        ({"attachments": [{"url": "/a", "size_in_bytes": -1}]}, "enclosures", (Enclosure("/a"),)),
        ({"attachments": [{"mime_type": "audio/mpeg"}, "x"]}, "enclosures", ()),
        ({"attachments": [{"url": "/a", "duration_in_seconds": "1:30"}]}, "podcast", Podcast(duration=90)),
    ],
)
def test_the_usual_slips_cost_nothing(item: dict[str, object], field: str, expected: object) -> None:
    assert getattr(_entry(**item), field) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be"])
def test_every_encoding_of_unicode_is_read(encoding: str) -> None:
    found = reading.read('{"items": [{"id": 1, "title": "Ωραία"}]}'.encode(encoding), _URL)
    assert isinstance(found, Feed)
    assert (found.entries[0].title.value, found.flaws) == ("Ωραία", ())


def test_what_is_not_unicode_is_read_and_said() -> None:
    feed = read('{"items": [{"title": "Café – ok"}]}'.encode("windows-1252"), _URL)
    assert isinstance(feed, Feed)
    assert feed.entries[0].title.value == "Café – ok"
    assert "windows-1252" in feed.flaws[0]


@pytest.mark.parametrize("title", [b'"a\nb"', b'"a\tb"', b'"a\\ud800b"', b'"a\x01b"'])
def test_a_bad_character_costs_only_itself(title: bytes) -> None:
    feed = read(b'{"items": [{"title": %b, "content_text": "c"}]}' % title, _URL)
    assert isinstance(feed, Feed)
    assert normalise(feed.entries[0], feed, setting(), NOW).title in ("a b", "ab")


def test_a_number_of_a_million_digits_costs_only_its_item() -> None:
    feed = read(b'{"items": [{"id": %b, "title": "T"}, {"id": 1e999, "title": "U"}]}' % (b"1" * 1_000_000), _URL)
    assert isinstance(feed, Feed)
    assert [entry.title.value for entry in feed.entries] == ["T", "U"]


def test_items_as_an_object_are_read() -> None:
    feed = _feed({"items": {"1": {"title": "a"}, "2": {"title": "b"}}})
    assert [entry.title.value for entry in feed.entries] == ["a", "b"]
    assert feed.flaws == ("its items are an object instead of an array",)


@pytest.mark.parametrize(
    ("text", "titles", "flaw"),
    [
        ('{"items": [{"title": "a,]", "tags": ["x",],}, {"title": "b",}, ], }', ["a,]", "b"], "mended: Expecting"),
        (r'{"items": [{"title": "C:\x \\ \u00e4 \u12"}, {"title": "b"}]}', ["C:\\x \\ ä \\u12", "b"], "mended: Invalid"),
        ('{"title": "F", "items": [{"title": "a"}, {"title": "b"}, {"title": "c', ["a", "b"], "only the items that are whole are read: "),
        ('{"title": "F", "items": [{"title": "a"}, {"title": "b"}', ["a", "b"], "only the items that are whole are read: "),
        ('{"title": "F", "items": [{"title": "a",}, {"title": b}]}', ["a"], "(char 52)"),
        ('{"title": "F", "items": [{"title": "a"} {"title": "b"}]}', ["a", "b"], "are read: Expecting ','"),
        ('{"items": [{"id": 1, "title": a, "attachments": [{"url": "x"}, {"url": "y"}]}, {"id": 2, "title": "b"}], "title": "F"}',
         ["b"], "are read: Expecting value"),
        ('{"_x": {"items": [1]}, "items": [{"title": "a"}, {', ["a"], "are read: Expecting property"),
        ('{"items": [{"title": "a"}]} <!-- cached -->', ["a"], "what follows the end of the JSON is left out: 15 characters"),
    ],
)  # fmt: skip
def test_a_mistake_costs_what_follows_it_at_most(text: str, titles: list[str], flaw: str) -> None:
    feed = read(text.encode(), _URL)
    assert isinstance(feed, Feed)
    assert [entry.title.value for entry in feed.entries] == titles
    assert len(feed.flaws) == 1
    assert flaw in feed.flaws[0]


def test_what_stands_after_the_items_is_read_in_spite_of_a_mistake_among_them() -> None:
    feed = read(
        b'{"items": [{"title": "a"}, {"title": b}, {"id": "3", "title": "c"}], "language": "el", "title": "F"}', _URL
    )
    assert isinstance(feed, Feed)
    assert (feed.title, feed.language, [entry.title.value for entry in feed.entries]) == ("F", "el", ["a", "c"])


def test_a_byte_that_is_not_utf8_costs_only_itself() -> None:
    feed = read('{"items": [{"title": "Ελλάδα"}, {"title": "caf~"}]}'.encode().replace(b"~", b"\xe9"), _URL)
    assert isinstance(feed, Feed)
    assert [entry.title.value for entry in feed.entries] == ["Ελλάδα", "café"]
    assert feed.flaws == ("not all of it is UTF-8 (RFC 8259, 8.1), the rest read as windows-1252",)


@pytest.mark.parametrize("text", ['{"items": [{"title": a}]}', '{"items": [', '{"a": "items": [', "[{]", "{"])
def test_where_nothing_is_whole_the_place_of_the_mistake_is_told(text: str) -> None:
    found = read(text.encode(), _URL)
    assert isinstance(found, NotAFeed)
    assert "line 1 column" in found.reason


@pytest.mark.parametrize("part", ['"\\', '\\"', '",', "[,", '{"items":[', ", "])
def test_no_mistake_takes_long(part: str) -> None:
    """They took the square of their length, which for 300 KB is minutes."""
    assert isinstance(read(b"{" + part.encode() * (300_000 // len(part)), _URL), NotAFeed)


def test_what_is_left_out_and_what_is_expired_is_said() -> None:
    assert _feed({"items": [3, {"id": 1}, None], "expired": True}).flaws == (
        "items that are no objects: 2",
        "the publisher says that it is expired: nothing new will come",
    )
    assert _feed({"version": "https://jsonfeed.org/version/1.1"}).entries == ()
