"""XML feeds, and elements that share a name with feedparser's own keys."""

from __future__ import annotations

import pytest

from syndicator.core import hints
from syndicator.core.feed import Feed, NotAFeed
from syndicator.formats import reading
from syndicator.formats.feedparser_reader import read

_URL = "https://src.example.org/feed"
_KEYS = (
    "authors", "tags", "content", "media_content", "media_thumbnail", "title_detail", "summary_detail", "image",
    "published_parsed", "updated_parsed", "created_parsed", "language", "rights", "ttl", "link", "id", "title", "docs",
    "author_detail", "published", "created", "summary", "source", "links", "enclosures",
)  # fmt: skip


def _body(head: str = "", item: str = "") -> bytes:
    whole = f"<title>S</title>{head}<item><title>T</title><guid>urn:x:1</guid>{item}</item>"
    return f'<rss version="2.0"><channel>{whole}</channel></rss>'.encode()


@pytest.mark.parametrize("key", _KEYS)
@pytest.mark.parametrize("inner", ["", "x", "<b>x</b>"])
@pytest.mark.parametrize("attribute", ["", ' href="x"', ' type="image/png" url="x"'])
def test_no_element_name_breaks_the_reading(key: str, inner: str, attribute: str) -> None:
    """feedparser keeps an unknown element under its name, as text, None or a dict, where its own key is something else."""
    element = f"<{key}{attribute}>{inner}</{key}>"
    assert isinstance(read(_body(head=element), _URL, ""), Feed | NotAFeed)
    assert isinstance(read(_body(item=element), _URL, ""), Feed | NotAFeed)


@pytest.mark.parametrize("key", ["tags", "media_content", "media_thumbnail", "image", "title_detail", "updated_parsed"])
def test_an_element_called_like_a_feedparser_key_costs_no_entry(key: str) -> None:
    feed = read(_body(item=f"<{key}>x</{key}>"), _URL, "")
    assert isinstance(feed, Feed)
    assert [entry.id for entry in feed.entries] == ["urn:x:1"]


def test_the_feed_that_an_entry_was_taken_from_is_read() -> None:
    head = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="/own"/>'
    feed = read(_body(head, '<source url=" https://b.example/feed ">B</source>'), _URL, "")
    assert isinstance(feed, Feed)
    assert feed.self_url == "https://src.example.org/own"
    assert feed.entries[0].taken_from == ("https://b.example/feed",)
    source = '<source><id>urn:b</id><link rel="self" href="/b"/><link rel="alternate" href="/"/></source>'
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>{source}</entry></feed>'
    feed = read(body.encode(), _URL, "")
    assert isinstance(feed, Feed)
    assert (feed.self_url, feed.entries[0].taken_from) == ("", ("urn:b", "https://src.example.org/b"))


def test_a_ttl_with_attributes_costs_no_feed() -> None:
    assert isinstance(read(_body(head='<ttl unit="min">60</ttl>'), _URL, ""), Feed)


def test_an_unset_year_is_no_date_of_the_feed() -> None:
    feed = read(_body(head="<lastBuildDate>Mon, 01 Jan 0000 00:00:00 GMT</lastBuildDate>"), _URL, "")
    assert isinstance(feed, Feed)
    assert feed.updated is None or feed.updated.year > 0


def test_a_lead_image_is_found_in_media_rss_and_among_the_enclosures() -> None:
    media = b'<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><title>T</title>%s</item></channel></rss>'
    for markup in (
        b'<media:content url="https://a.example/i.png" medium="image"/>',
        b'<media:thumbnail url="https://a.example/i.png"/>',
        b'<enclosure url="https://a.example/i.png" type="image/png" length="1"/>',
    ):
        feed = read(media % markup, _URL, "")
        assert isinstance(feed, Feed)
        assert feed.entries[0].image == "https://a.example/i.png"


@pytest.mark.parametrize(
    "body",
    [
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        "<channel><title>F</title></channel><item><title>T</title><link>https://a.example/1</link></item></rdf:RDF>",
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        '<rss version="0.91"><channel><title>F</title><item><title>T</title><link>https://a.example/1</link></item></channel></rss>',
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>F</title><entry><title>T</title><id>urn:x:1</id>'
        '<link rel="alternate" type="text/html" href="https://a.example/1"/><issued>2026-01-05T10:00:00Z</issued></entry></feed>',
        '<CHANNEL HREF="https://a.example/"><TITLE>F</TITLE><ITEM HREF="https://a.example/1" LASTMOD="2026-01-05T10:00Z">'
        "<TITLE>T</TITLE><ABSTRACT>A</ABSTRACT></ITEM></CHANNEL>",
    ],
    ids=["RSS 0.90", "RSS 0.91 with its DTD", "Atom 0.3", "CDF"],
)
def test_the_formats_of_long_ago_are_read(body: str) -> None:
    feed = reading.read(body.encode(), _URL)
    assert isinstance(feed, Feed), feed
    assert (feed.reader, feed.title, len(feed.entries)) == ("feedparser", "F", 1)
    assert (feed.entries[0].title.value, feed.entries[0].url) == ("T", "https://a.example/1")
    assert feed.doubt


def test_an_author_of_a_newer_domain_keeps_its_address() -> None:
    feed = read(_body(item="<author>ada@show.example (Ada)</author>"), _URL, "")
    assert isinstance(feed, Feed)
    assert [(one.name, one.email) for one in feed.entries[0].authors] == [("Ada", "ada@show.example")]


@pytest.mark.parametrize(
    ("markup", "locked"),
    [
        ('<podcast:locked owner="a@example.org">yes</podcast:locked>', True),
        ("<podcast:locked> TRUE </podcast:locked>", True),
        ('<podcast:locked owner="a@example.org">no</podcast:locked>', False),
        ("<title>locked yes</title>", False),
        (
            "<item><title>x</title><description><![CDATA[<podcast:locked>yes</podcast:locked>]]></description></item>",
            False,
        ),
    ],
)
def test_a_lock_is_obeyed_also_in_a_broken_feed(markup: str, locked: bool) -> None:
    body = f"<rss version='2.0' xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>{markup}<item><title>a{{}}b</title></item></channel></rss>"
    for text, reader in ((" &amp; ", "fast"), (" & ", "feedparser")):
        feed = reading.read(body.format(text).encode(), _URL)
        assert isinstance(feed, Feed)
        assert (feed.reader, feed.locked) == (reader, locked)


def test_F4_hints_are_read_also_from_a_broken_feed_and_not_from_its_entries() -> None:
    head = """<ttl>90</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours><skipDays><day>Sunday</day></skipDays>
    <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"""
    body = f"<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>{head}{{}}</channel></rss>"
    for item in (
        "<item><title>a &amp; b</title></item>",
        "<item><title>a & b</title><day>Monday</day><hour>3</hour></item>",
    ):
        feed = reading.read(body.format(item).encode(), _URL)
        assert isinstance(feed, Feed)
        assert feed.hints == hints.read("90", ("1", "2"), ("Sunday",), "daily", "2")


def test_half_an_entry_at_the_end_waits_until_it_comes_whole() -> None:
    whole = b"<rss version='2.0'><channel><item><title>a</title></item><item><title>b</title><link>/long</link></item></channel></rss>"
    for end in (whole.index(b"<link>/long") + 9, whole.index(b"b</title>") + 1):
        feed = read(whole[:end], _URL, "")
        assert isinstance(feed, Feed)
        assert [entry.title.value for entry in feed.entries] == ["a"]
        assert feed.flaws[-1] == "it ends inside its last entry, which is left out until it comes whole"
    for broken in (whole.replace(b"</item>", b""), whole.removesuffix(b"</channel></rss>")):
        feed = read(broken, _URL, "")
        assert isinstance(feed, Feed)
        assert len(feed.entries) == 2


def test_a_picture_in_an_atom_entry_is_no_text() -> None:
    body = b"<!DOCTYPE feed><feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><content type='image/png'>iVBORw0KGgo=</content></entry></feed>"
    feed = reading.read(body, _URL)
    assert isinstance(feed, Feed)
    assert (feed.entries[0].title.value, feed.entries[0].content.value) == ("T", "")


@pytest.mark.parametrize(
    ("first", "lost"),
    [
        ("<item><title>a</title><description><![CDATA[never closed</description></item>", 1),
        ("<item><title>a</title><!-- never closed </item>", 1),
        ("<item><title>a<link>https://src.example.org/1</link></item>", 1),
        (
            "<item><title>a & b</title><description><![CDATA[an <item> and <!-- an <entry> -->]]></description></item>",
            0,
        ),
        ("<!-- <item/> --><item><title>a & b</title></item>", 0),
        ("<item><title>a & b</title><description><![CDATA[<item/> and ]]]]><![CDATA[> more]]></description></item>", 0),
        ("<item><title>a & b</title><g:list xmlns:g='urn:g'><g:item>1</g:item><g:item>2</g:item></g:list></item>", 0),
    ],
)
def test_entries_that_are_lost_are_counted(first: str, lost: int) -> None:
    body = f'<rss version="2.0"><channel>{first}<item><title>b</title></item></channel></rss>'
    feed = read(body.encode(), _URL, "")
    assert isinstance(feed, Feed)
    assert len(feed.entries) == 2 - lost
    assert ("1 of 2 entries are lost in broken or unknown markup" in feed.flaws) is bool(lost)


_WHOLE = "<item><title>a & b</title><description>one</description></item>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("end", "entries", "left_out"),
    [
        ("<item><title>half</title><description>tw", 1, True),
        ("<ITEM><title>half</title><description>tw", 1, True),
        ("<item><title>half</title><description><![CDATA[of </item> and </rss> tw", 1, True),
        ("<item", 1, False),
        ("<!-- <item> old", 1, False),
        ("<item><title>whole</title></item>", 2, False),
        ("<item><title>whole</title></item></channel></rss>", 2, False),
    ],
)
def test_an_entry_in_which_the_body_ends_is_left_out_and_no_other(
    end: str, entries: int, left_out: bool, encoding: str
) -> None:
    feed = read(f'<rss version="2.0"><channel>{_WHOLE}{end}'.encode(encoding), _URL, "")
    assert isinstance(feed, Feed)
    assert len(feed.entries) == entries
    assert ("it ends inside its last entry, which is left out until it comes whole" in feed.flaws) is left_out


def test_a_cut_entry_under_a_prefix_is_left_out_too() -> None:
    body = b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>a</a:title></a:entry><a:entry><a:title>b</a:ti"
    feed = read(body, _URL, "")
    assert isinstance(feed, Feed)
    assert [entry.title.value for entry in feed.entries] == ["a"]


@pytest.mark.parametrize(
    ("head", "locked"),
    [
        ("<podcast:locked>yes</podcast:locked>", True),
        ("<!-- <podcast:locked>yes</podcast:locked> --><podcast:locked>no</podcast:locked>", False),
        ("<description><![CDATA[Write <podcast:locked>yes</podcast:locked>]]></description>", False),
        ("<item><podcast:locked>yes</podcast:locked></item>", False),
        ("<item/><podcast:locked owner='a@b.example'> Yes </podcast:locked>", True),
    ],
)
def test_only_the_head_of_a_feed_locks_it(head: str, locked: bool) -> None:
    body = f"<!DOCTYPE rss><rss version='2.0' xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>{head}</channel></rss>"
    feed = read(body.encode(), _URL, "")
    assert isinstance(feed, Feed)
    assert feed.locked is locked


@pytest.mark.parametrize("doctype", ["", "<!DOCTYPE feed>"])
@pytest.mark.parametrize(
    ("inside", "url", "text"),
    [
        (
            "<content type='html' src='/p/1'>&lt;p&gt;Full text&lt;/p&gt;</content>",
            "https://other.org/p/1",
            "Full text",
        ),
        ("<content type='html' src='p/1'/>", "https://other.org/x/p/1", ""),
        ("<content type='html' src='p/1'/><content type='html' src='p/2'/>", "https://other.org/x/p/1", ""),
        ("<link href='https://other.org/1'/><content type='html' src='p/1'/>", "https://other.org/1", ""),
    ],
)
def test_both_readers_find_content_that_stands_elsewhere(doctype: str, inside: str, url: str, text: str) -> None:
    body = f"{doctype}<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://other.org/x/'><entry><id>https://other.org/1</id>{inside}</entry></feed>"
    feed = reading.read(body.encode(), _URL)
    assert isinstance(feed, Feed)
    assert feed.entries[0].url == url
    assert text in feed.entries[0].content.value


@pytest.mark.parametrize("doctype", ["", "<!DOCTYPE feed>"])
def test_both_readers_take_a_picture_that_stands_elsewhere_for_the_entrys(doctype: str) -> None:
    body = f"{doctype}<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://other.org/x/'><entry><title>a</title><content type='image/png' src='p.png'/></entry></feed>"
    feed = reading.read(body.encode(), _URL)
    assert isinstance(feed, Feed)
    assert feed.entries[0].image == "https://other.org/x/p.png"
    assert [file.url for file in feed.entries[0].enclosures] == ["https://other.org/x/p.png"]
