"""The quick reader: what it reads, and what it leaves because it may mean something else."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import hints
from syndicator.core.feed import Enclosure, Entry, Feed, NotCertain, Person, Podcast, Text
from syndicator.formats import xml_reader
from syndicator.formats.xml_lifting import NOTHING_LIFTED, lift

URL = "https://a.example/feed"
MODULES = """xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:dcterms="http://purl.org/dc/terms/" """


def _read(body: str) -> Feed:
    feed = xml_reader.read(body.encode(), URL)
    assert isinstance(feed, Feed), feed
    return feed


def _item(inside: str) -> Entry:
    return _read(f'<rss version="2.0" {MODULES}><channel><item>{inside}</item></channel></rss>').entries[0]


def _entry(inside: str, attributes: str = "") -> Entry:
    return _read(f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><entry>{inside}</entry></feed>').entries[0]


def test_a_whole_item_of_rss_is_read() -> None:
    assert _item(
        """<title>AT&amp;T</title><link>/1?a=1&amp;b=2</link><guid isPermaLink="false">4711</guid>
        <description>&lt;p&gt;s&lt;/p&gt;</description><content:encoded><![CDATA[<p>c</p>]]></content:encoded>
        <pubDate> Mon, 05 Jan 2026 10:00:00 GMT </pubDate><dcterms:modified>2026-01-06</dcterms:modified>
        <author>ada@example.org (Ada)</author><dc:creator>Bo</dc:creator><category>a</category><category>b</category>
        <itunes:keywords>b, c,</itunes:keywords><enclosure url="/a.mp3" type="AUDIO/mpeg" length="12"/>
        <media:content url="/v.mp4" type="video/mp4" fileSize="9"/><media:thumbnail url="/t.jpg"/>
        <dc:language>el</dc:language><dc:rights>©</dc:rights><slash:comments>3</slash:comments><comments>/c</comments>"""
    ) == Entry(
        id="4711",
        url="https://a.example/1?a=1&b=2",
        title=Text("AT&T", False, URL),
        summary=Text("<p>s</p>", True, URL),
        content=Text("<p>c</p>", True, URL),
        authors=(Person("Ada", "ada@example.org"), Person("Bo")),
        published="Mon, 05 Jan 2026 10:00:00 GMT",
        updated="2026-01-06",
        language="el",
        image="/t.jpg",
        enclosures=(Enclosure("/a.mp3", "audio/mpeg", 12), Enclosure("/v.mp4", "video/mp4", 9)),
        tags=("a", "b", "c"),
        rights="©",
    )


def test_a_whole_entry_of_atom_is_read() -> None:
    assert _entry(
        """<id>urn:x:1</id><title type="text">a &lt;b&gt;</title><link href="one"/><link rel="self" href="self"/>
        <link rel="enclosure" href="a.mp3" type="audio/mpeg" length="12"/><published>2026-01-05T10:00:00Z</published>
        <updated>2026-01-06T10:00:00Z</updated><summary type="html">&lt;p&gt;s&lt;/p&gt;</summary><rights>©</rights>
        <content type="xhtml" xml:lang="el"><div xmlns="http://www.w3.org/1999/xhtml"><p>c<br/></p><p/></div></content>
        <author><name>Ada</name><email>ada@example.org</email><uri>https://ada.example/</uri></author>
        <category term="a" label="A"/><category term="b"/>""",
        'xml:base="https://b.example/x/"',
    ) == Entry(
        id="urn:x:1",
        url="https://b.example/x/one",
        title=Text("a <b>", False, "https://b.example/x/"),
        summary=Text("<p>s</p>", True, "https://b.example/x/"),
        content=Text("<p>c<br/></p><p></p>", True, "https://b.example/x/"),
        authors=(Person("Ada", "ada@example.org", "https://ada.example/"),),
        published="2026-01-05T10:00:00Z",
        updated="2026-01-06T10:00:00Z",
        language="el",
        enclosures=(Enclosure("https://b.example/x/a.mp3", "audio/mpeg", 12),),
        tags=("A", "b"),
        rights="©",
    )


def test_the_feed_that_an_entry_was_taken_from_is_read() -> None:
    assert _item("<source url=' https://b.example/feed '>B</source>").taken_from == ("https://b.example/feed",)
    assert _item("<source>B</source>").taken_from == ()
    named = _entry(
        """<source><id>urn:b</id><title>B</title><link href="/"/><link rel="Self" href="/feed"/>
        <author><name>Bo</name></author></source><title>T</title>"""
    )
    assert named.taken_from == ("urn:b", "https://a.example/feed")
    assert (named.id, named.url, named.title.value, named.authors) == ("", "", "T", ())
    assert _entry("<source><title>B</title></source>").taken_from == ()
    assert _entry("<source><id>urn:b</id></source><source/>").taken_from == ()


def test_an_item_of_rss_1_0_is_read() -> None:
    feed = _read(
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {MODULES}>
        <channel rdf:about="https://a.example/"><title>F</title><link>https://a.example/</link><dc:date>2026-01-05</dc:date></channel>
        <item rdf:about="urn:x:1"><title>T</title><link>/1</link><dc:date>2026-01-06</dc:date><dc:subject>a</dc:subject></item></rdf:RDF>"""
    )
    assert (feed.title, feed.home_url, feed.updated) == ("F", "https://a.example/", datetime(2026, 1, 5, tzinfo=UTC))
    entry = feed.entries[0]
    assert (entry.id, entry.url, entry.updated, entry.tags) == ("urn:x:1", "https://a.example/1", "2026-01-06", ("a",))


def test_what_a_feed_says_of_itself_is_read() -> None:
    feed = _read(
        f"""<rss version="2.0" {MODULES}><channel><title>F</title><link>/</link><language>el</language><ttl> 60 </ttl>
        <copyright>©</copyright><managingEditor>ada@example.org (Ada)</managingEditor><generator>g</generator>
        <lastBuildDate>Mon, 05 Jan 2026 10:00:00 GMT</lastBuildDate><podcast:locked owner="x">Yes</podcast:locked>
        <image><url>/i.png</url><title>no</title><link>/no</link></image><itunes:owner><itunes:name>no</itunes:name></itunes:owner>
        <textInput><title>no</title></textInput><skipHours><hour>0</hour><hour>24</hour><hour> 23 </hour></skipHours>
        <skipDays><day>Sunday</day><day>saturday</day></skipDays><sy:updatePeriod>daily</sy:updatePeriod>
        <sy:updateFrequency>4</sy:updateFrequency><atom:link rel="self" href="/feed"/></channel></rss>"""
    )
    assert feed == Feed(
        "fast", "F", "", "https://a.example/", "el", "©", datetime(2026, 1, 5, 10, tzinfo=UTC),
        (Person("Ada", "ada@example.org"),), (), URL, hints.read(ttl="60", hours=("0", "23"), days=("Saturday", "Sunday"), period="daily", frequency="4"), locked=True,
        self_url="https://a.example/feed",
    )  # fmt: skip


def test_an_episode_is_read() -> None:
    assert _item(
        """<itunes:duration>1:02:03</itunes:duration><itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>
        <itunes:episodeType>full</itunes:episodeType><itunes:explicit>false</itunes:explicit>
        <podcast:chapters url="/c.json" type="application/json+chapters"/>
        <podcast:transcript url="/t.vtt" type="text/vtt"/><podcast:transcript url="/t.srt" type="text/srt"/>"""
    ).podcast == Podcast(
        3723, "2", "7", "full", False, "/c.json", (Enclosure("/t.vtt", "text/vtt"), Enclosure("/t.srt", "text/srt"))
    )


@pytest.mark.parametrize(
    ("inside", "field", "expected"),
    [
        ("<title>first</title><title>second</title>", "title", Text("first", False, URL)),
        ("<media:title>m</media:title><title>t</title>", "title", Text("t", False, URL)),
        ("<title>t</title><dc:title>d</dc:title>", "title", Text("t", False, URL)),
        ("<title>How to use &lt;b&gt;</title>", "title", Text("How to use <b>", False, URL)),
        ("<title>a &lt;b&gt;bold&lt;/b&gt;</title>", "title", Text("a <b>bold</b>", True, URL)),
        ("<title>R&amp;amp;D</title>", "title", Text("R&amp;D", True, URL)),
        ("<title>CafÃ©</title>", "title", Text("Café", False, URL)),
        ("<guid>https://a.example/9</guid>", "url", "https://a.example/9"),
        ("<guid>https://a.example/9</guid><link></link>", "url", "https://a.example/9"),
        ("<guid isPermaLink='false'>https://a.example/9</guid>", "url", ""),
        ("<link>https://a.example/?a=1&amp;amp;b=2</link>", "url", "https://a.example/?a=1&b=2"),
        ("<link>http://[</link>", "url", "http://["),
        ("<atom:link href='/r'/>", "url", "https://a.example/r"),
        ("<DC:creator xmlns:DC='HTTP://purl.org/DC/elements/1.1/'>x</DC:creator>", "authors", (Person("x"),)),
        ("<dc:Creator>x</dc:Creator>", "authors", (Person("x"),)),
        ("<author><name>Ada</name></author>", "authors", (Person("Ada"),)),
        ("<enclosure url='/a' length='many'/>", "enclosures", (Enclosure("/a"),)),
        ("<enclosure/>", "enclosures", ()),
        ("<media:group><media:content url='/i' medium='image'/></media:group>", "image", "/i"),
        ("<itunes:image href='/i'/>", "image", "/i"),
        ("<image>/i</image>", "image", "/i"),
        ("<image><url>/i</url></image>", "image", "/i"),
        ("<enclosure url='/i' type='image/png'/>", "image", "/i"),
        ("<description>d</description><itunes:summary>longer than d</itunes:summary>", "content", Text("longer than d", False, URL)),
        ("<x:y xmlns:x='urn:own'><title>no</title></x:y><title>t</title>", "title", Text("t", False, URL)),
        ("<foo>text</foo><title>t</title>", "title", Text("t", False, URL)),
    ],
)  # fmt: skip
def test_an_item_means_what_its_publisher_meant(inside: str, field: str, expected: object) -> None:
    assert getattr(_item(inside), field) == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "no element in it"),
        ("just words", "no element in it"),
        ("<!DOCTYPE rss><rss version='2.0'><channel/></rss>", "it has a DOCTYPE"),
        ("<!-- c --><!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel/></rss>", "it has a DOCTYPE"),
        ("<rss version='2.0'><channel></rss>", "not well-formed: "),
        ("<rss version='2.0'><channel><title>&nbsp;</title></channel></rss>", "not well-formed: "),
        ("<rss><channel/></rss>", "its root is <rss>"),
        ("<rss version='3.0'><channel/></rss>", "its root is <rss>"),
        ("<html/>", "its root is <html>"),
        ("<feed xmlns='http://purl.org/atom/ns#'/>", "its root is <{http://purl.org/atom/ns#}feed>"),
        ("<Channel xmlns='http://www.w3.org/ns/cdf'/>", "its root is "),
        ("<rss version='2.0'/>", "<rss> holds something else than one <channel>"),
        ("<rss version='2.0'><channel/><item/></rss>", "<rss> holds something else than one <channel>"),
        ("<rss version='2.0'><channel><item><title>a <b>c</b></title></item></channel></rss>", "markup inside <title>"),
        ("<rss version='2.0'><channel><item><item/></item></channel></rss>", "<item> where it does not belong"),
        ("<rss version='2.0'><channel><item><modified>x</modified></item></channel></rss>", "<modified> where it does not belong"),
        ("<rss version='2.0'><channel><item><og><title/></og></item></channel></rss>", "<og> with elements inside"),
        ("<rss version='2.0'><channel><item><source><id>x</id></source></item></channel></rss>", "markup inside <source>"),
        ("<rss version='2.0'><channel><item><link href='/1'/></item></channel></rss>", "<link> with attributes in place of text"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='text/x-y'>x</content></entry></feed>", "<content> of type 'text/x-y'"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'><p xmlns='urn:own'/></content></entry></feed>", "other elements inside XHTML"),
        ("<?xml version='1.0' encoding='bogus'?><rss version='2.0'><channel/></rss>", "its encoding 'bogus' is unknown"),
        ("\ufeff<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel/></rss>", "its byte order mark and its declaration"),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "RDF without a channel of RSS 1.0"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_with_its_reason(body: str, reason: str) -> None:
    left = xml_reader.read(body.encode(), URL)
    assert isinstance(left, NotCertain), left
    assert left.reason.startswith(reason)


@pytest.mark.parametrize("inside", ["<a/>" * 500_000, "<a " + " ".join(f'b{n}="x"' for n in range(500_001)) + "/>"])
def test_absurd_numbers_are_left(inside: str) -> None:
    left = xml_reader.read(f"<rss version='2.0'><channel>{inside}</channel></rss>".encode(), URL)
    assert left == NotCertain("absurdly many elements or attributes")


def test_two_opinions_about_the_encoding_are_no_certainty() -> None:
    body = "<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><title>é</title></channel></rss>"
    left = xml_reader.read(body.encode("iso-8859-1"), URL, "text/xml; charset=iso-8859-2")
    assert left == NotCertain("the server names another encoding than the document")


# --- lifting -----------------------------------------------------------------------------------------

_LONG = "<p>Grüße &amp; more\r\nlines</p>" * 40


def test_long_sections_are_lifted_and_put_back() -> None:
    lifted = lift(f"<a><b><![CDATA[{_LONG}]]></b><c><![CDATA[short]]></c></a>".encode())
    assert len(lifted.rest) < 80
    assert b"short" in lifted.rest
    place = lifted.rest.decode().removeprefix("<a><b>").partition("</b>")[0]
    assert lifted.put_back(place) == _LONG.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "document",
    [
        "<a>{}</a>", "<a>x<![CDATA[{}]]></a>", "<a><![CDATA[{}]]>x</a>", "<a><![CDATA[{}", "<!--<a><![CDATA[{}]]>-->",
    ],
)  # fmt: skip
def test_what_does_not_fill_its_element_stays(document: str) -> None:
    assert lift(document.format("x" * 1000).encode()) == NOTHING_LIFTED


def test_a_long_section_in_xhtml_is_text() -> None:
    code = "if a < b && c: " * 40
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title><content type="xhtml"><div
        xmlns="http://www.w3.org/1999/xhtml"><pre><![CDATA[{code}]]></pre></div></content></entry></feed>"""
    feed = xml_reader.read(body.encode(), URL)
    assert isinstance(feed, Feed)
    assert feed.entries[0].content.value == f"<pre>{html.escape(code)}</pre>"


@pytest.mark.parametrize("mark", ["&#xE000;", "&#x00e000;", "&#57344;", "&#057344;", "\ue000"])
def test_no_document_can_make_a_place(mark: str) -> None:
    inside = f"<description><![CDATA[{_LONG}]]></description><title>a{mark}0{mark}b</title>"
    entry = _item(inside)
    assert entry.title.value == "a\ue0000\ue000b"
    assert entry.summary.value == _LONG.replace("\r\n", "\n").strip()


@given(
    st.lists(
        st.sampled_from(
            ["<![CDATA[", "]]>", "<d>", "</d>", "<!--", "-->", "x" * 300, "&amp;", "é", "\ue000", "\ue0000\ue000"]
        )
    )
)
def test_lifting_never_changes_what_a_document_says(parts: list[str]) -> None:
    """Against the same reader with nothing lifted: both refuse, or both read the same."""
    inside = "".join(parts)
    body = f"<rss version='2.0'><channel><item><description>{inside}</description></item></channel></rss>".encode()
    lifted, plain = xml_reader.read(body, URL), _without_lifting(body)
    if isinstance(plain, Feed):
        assert isinstance(lifted, Feed)
        assert lifted.entries == plain.entries
    else:
        assert isinstance(lifted, NotCertain)


def _without_lifting(body: bytes) -> Feed | NotCertain:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_reader, "lift", lambda document: (document.decode(), NOTHING_LIFTED)[1])
        return xml_reader.read(body, URL)
