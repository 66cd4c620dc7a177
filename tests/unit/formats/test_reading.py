"""Bodies become feeds, or an answer that says what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import hints
from syndicator.core.feed import Enclosure, Feed, NotAFeed
from syndicator.formats import feedparser_reader, xml_reader
from syndicator.formats.reading import read

URL = "https://src.example.org/feed"
RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>S</title><link>https://src.example.org/</link><ttl>120</ttl>
<item><title>AT&amp;T &lt;b&gt;bold&lt;/b&gt;</title><link>/1</link><guid isPermaLink="false">4711</guid>
<dc:creator>Desk</dc:creator><category>x</category><pubDate>22/01/2026 22:05</pubDate>
<description>&lt;p&gt;Text&lt;/p&gt;</description><enclosure url="/a.mp3" type="audio/mpeg" length="12"/>
</item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/"><title>A</title><id>urn:x:feed</id>
<updated>2026-01-05T10:00:00Z</updated><entry><id>urn:x:1</id><title type="text">a &lt;canvas&gt;</title>
<link href="one"/><updated>2026-01-06T10:00:00Z</updated><published>2026-01-05T10:00:00Z</published>
<content type="html">&lt;p&gt;T&lt;/p&gt;</content><rights>R</rights></entry></feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1", "title": "J", "home_page_url": "https://j.example/",
"author": {"name": "Desk"}, "items": [{"id": 7, "title": "T", "content_text": "plain <b>", "url": "/7",
"date_published": "2026-01-05T10:00:00+02:00", "attachments": [{"url": "/a", "mime_type": "audio/mpeg"}]}, 3]}"""


def _feed(body: bytes) -> Feed:
    found = read(body, URL)
    assert isinstance(found, Feed)
    return found


def test_rss_is_read_with_its_raw_dates() -> None:
    feed = _feed(RSS)
    entry = feed.entries[0]
    assert (feed.reader, feed.title, feed.hints, feed.flaws) == ("fast", "S", hints.read("120"), ())
    assert (entry.id, entry.published, entry.tags) == ("4711", "22/01/2026 22:05", ("x",))
    assert entry.title.html
    assert entry.authors[0].name == "Desk"
    assert (entry.enclosures[0].url, entry.enclosures[0].length) == ("/a.mp3", 12)


def test_atom_is_read_with_its_base_and_both_dates() -> None:
    entry = _feed(ATOM).entries[0]
    assert (entry.id, entry.url, entry.rights) == ("urn:x:1", "https://base.example/one", "R")
    assert (entry.title.value, entry.title.html) == ("a <canvas>", False)
    assert (entry.published, entry.updated) == ("2026-01-05T10:00:00Z", "2026-01-06T10:00:00Z")


def test_json_feed_is_read_with_its_usual_slips() -> None:
    feed = _feed(JSON)
    entry = feed.entries[0]
    assert (feed.reader, feed.base, feed.authors[0].name) == ("jsonfeed", URL, "Desk")
    assert (entry.id, entry.content.html, entry.enclosures[0].type) == ("7", False, "audio/mpeg")
    assert feed.flaws == ("items that are no objects: 1",)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "an HTML page"),
        (b"<opml version='1.0'></opml>", "feed"),
        (b"just words", "not a feed"),
        (b"{nonsense", "JSON with a mistake"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\x1f\x8b\x08\x00", "compressed data"),
        (b'{"hello": 1}', "not a JSON Feed"),
        (b"[]", "not a JSON Feed"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, says: str) -> None:
    found = read(body, URL)
    assert isinstance(found, NotAFeed)
    assert says in found.reason


def test_a_body_that_names_a_file_is_not_that_file(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(RSS)
    assert isinstance(read(str(tmp_path / "feed.xml").encode(), URL), NotAFeed)


def test_half_a_feed_is_taken_with_a_word_about_it() -> None:
    feed = _feed(RSS.removesuffix(b"</channel></rss>"))
    assert len(feed.entries) == 1
    assert "not well-formed" in feed.flaws[0]
    cut = _feed(RSS[:-30])
    assert (cut.entries, len(cut.flaws)) == ((), 2)


@given(
    st.binary(max_size=300)
    | st.sampled_from([RSS, ATOM, JSON]).flatmap(lambda b: st.integers(0, len(b)).map(lambda n: b[:n]))
)
def test_no_body_breaks_it(body: bytes) -> None:
    assert isinstance(read(body, URL), Feed | NotAFeed)


def test_blanks_before_a_feed_are_no_empty_body() -> None:
    """Templates put blank lines before the first tag, sometimes thousands."""
    assert len(_feed(b"\r\n" * 2000 + RSS).entries) == 1
    assert len(_feed(b" " * 2000 + JSON).entries) == 1


def test_a_wrong_content_type_does_not_matter() -> None:
    for kind in ("text/html", "application/octet-stream", "text/plain; charset=nonsense", "\x00"):
        found = read(RSS, URL, kind)
        assert isinstance(found, Feed)
        assert (found.entries[0].id, found.flaws) == ("4711", ())


@pytest.mark.parametrize("opening", [b"[" * 100_000, b'{"items":[' * 100_000, b"<a>" * 20_000])
def test_depth_is_an_answer_not_an_error(opening: bytes) -> None:
    assert isinstance(read(opening, URL), NotAFeed)


@pytest.mark.parametrize("reader", [xml_reader.read, feedparser_reader.read])
def test_content_that_stands_elsewhere_is_linked_to(reader: Callable[[bytes, str, str], object]) -> None:
    entries = b"".join(
        b"<entry><title>T</title><id>%b</id>%b</entry>" % one
        for one in (
            (b"urn:x:1", b'<content type="text/html" src="https://a.example/whole.html"/>'),
            (b"https://a.example/2", b'<content type="video/mp4" src="https://a.example/film.mp4"/>'),
            (b"urn:x:3", b'<link href="https://a.example/3"/><content src="https://a.example/whole.html"/>'),
        )
    )
    feed = reader(b'<feed xmlns="http://www.w3.org/2005/Atom">%b</feed>' % entries, URL, "")
    assert isinstance(feed, Feed)
    links = ["https://a.example/whole.html", "https://a.example/2", "https://a.example/3"]
    assert [entry.url for entry in feed.entries] == links
    film = Enclosure("https://a.example/film.mp4", "video/mp4")
    assert [entry.enclosures for entry in feed.entries] == [(), (film,), ()]


def test_values_that_say_nothing_are_told() -> None:
    item = (
        '<item><title>T</title><enclosure url="/a.mp3" length="12 MB"/><itunes:duration>long</itunes:duration></item>'
    )
    rss = (
        f'<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>{item}</channel></rss>'
    )
    json = (
        '{"items": [{"title": "T", "attachments": '
        '[{"url": "/a.mp3", "size_in_bytes": "12 MB", "duration_in_seconds": "long"}]}]}'
    )
    for body in (rss, rss.replace("<title>T<", "<title>R & D<"), json):
        feed = read(body.encode(), URL)
        assert isinstance(feed, Feed)
        assert set(feed.entries[0].flaws) == {"length '12 MB' is unreadable", "duration 'long' is unreadable"}
