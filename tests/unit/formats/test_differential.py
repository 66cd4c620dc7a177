"""The quick reader and feedparser give the same, on real feeds and on feeds that hypothesis writes."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from differential import JUDGED, URL, Tally, differences, report
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.core.feed import Feed
from syndicator.formats import xml_reader

REPOSITORY = Path(__file__).resolve().parents[3]
CORPUS = REPOSITORY.parent / "shared" / "corpus" / "real"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus lies beside the repository")
def test_on_real_feeds_every_difference_is_meant() -> None:
    tally = Tally()
    for path in sorted(CORPUS.iterdir()):
        tally.add(path.name, path.read_bytes())
    assert [one for one in tally.differences if not one[1].excuse] == []
    assert tally.taken / tally.feeds >= 0.85
    assert {name: tally.equal(name) for name in JUDGED if tally.equal(name) < 99.5} == {}
    assert (REPOSITORY / "docs" / "differential.md").read_text() == report(tally), "run `make differential`"


# --- feeds that hypothesis writes ------------------------------------------------------------------

_WORDS = st.sampled_from(
    ["", "x", "a b", "AT&T", "1 < 2", "café", "Ã¼", "日本", "\xa0", "<b>bold</b>", "<p>a</p><p>b</p>", "&amp;", "&lt;i&gt;",
     "R&D <x>", "a, b", "<!-- c -->", "<br/>", "Ω", "😀", "<img src='/i.jpg'>", "a@example.org (Ada)", "Ada <a@example.org>",
     "https://a.example/1", "/2", "3?a=1&b=2", "urn:x:1", "tag:a.example,2026:1", "]]>"]
)  # fmt: skip
_FREE = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12)
_TEXTS = st.one_of(_WORDS, _FREE, st.tuples(_WORDS, _FREE).map(" ".join))
_DATES = st.sampled_from(
    ["Mon, 05 Jan 2026 10:00:00 GMT", "05 Jan 2026 10:00 +0200", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00.5+02:00",
     "2026-01-05", "Mon, 5 Jan 26 10:00:00 EST", ""]
)  # fmt: skip
_LINKS = st.sampled_from(
    ["https://a.example/1", "/2", "3?a=1&b=2", "https://a.example/?x=ä", "", "urn:x:1", "https://a.example/a b"]
)
_IDS = st.sampled_from(["https://a.example/1", "urn:x:1", "4711", "tag:a.example,2026:1", "/7"])


def _spelled(text: str, cdata: bool) -> str:
    return f"<![CDATA[{text}]]>" if cdata and "]]>" not in text else escape(text)


def _element(name: str, texts: st.SearchStrategy[str], *attributes: str) -> st.SearchStrategy[str]:
    given = st.sampled_from(attributes) if attributes else st.just("")
    return st.builds(lambda t, c, a: f"<{name}{a}>{_spelled(t, c)}</{name}>", texts, st.booleans(), given)


_RSS_ELEMENTS = st.one_of(
    _element("title", _TEXTS),
    _element("link", _LINKS),
    _element("guid", _IDS, "", ' isPermaLink="false"', ' isPermaLink="true"'),
    _element("description", _TEXTS),
    _element("content:encoded", _TEXTS),
    _element("pubDate", _DATES),
    _element("dc:date", _DATES),
    _element("author", _TEXTS),
    _element("dc:creator", _TEXTS),
    _element("itunes:author", _TEXTS),
    _element("category", _TEXTS),
    _element("dc:subject", _TEXTS),
    _element("itunes:summary", _TEXTS),
    _element("media:description", _TEXTS),
    _element("slash:comments", _TEXTS),
    st.just('<enclosure url="https://a.example/a.mp3" type="audio/mpeg" length="12"/>'),
    st.just('<enclosure url="/b.mp3" length="" type="AUDIO/MPEG"/>'),
    st.just('<media:content url="https://a.example/i.jpg" medium="image" type="image/jpeg"/>'),
    st.just('<media:group><media:content url="https://a.example/v.mp4" type="video/mp4"/></media:group>'),
    st.just('<media:thumbnail url="https://a.example/t.jpg"/>'),
    st.just('<atom:link rel="related" href="/r"/>'),
    st.builds(lambda url, name: f'<source url="{escape(url)}">{escape(name)}</source>', _LINKS, _WORDS),
)
_ATOM_ELEMENTS = st.one_of(
    _element("title", _TEXTS, "", ' type="text"', ' type="html"'),
    _element("summary", _TEXTS, "", ' type="text"', ' type="html"'),
    _element("content", _TEXTS, ' type="text"', ' type="html"', ' type="html" xml:base="https://b.example/"'),
    _element("id", _IDS),
    _element("published", _DATES),
    _element("updated", _DATES),
    _element("rights", _TEXTS),
    st.builds(lambda name: f"<author><name>{escape(name)}</name><email>a@example.org</email></author>", _TEXTS),
    st.builds(lambda term: f'<category term="{escape(term)}"/>', _TEXTS),
    st.builds(lambda url: f'<link href="{escape(url)}"/>', _LINKS.filter(bool)),
    st.builds(lambda url: f'<link rel="enclosure" type="audio/mpeg" href="{escape(url)}"/>', _LINKS.filter(bool)),
    st.builds(
        lambda id_, url, rel: (
            f'<source><id>{id_}</id><title>S</title><link rel="{rel}" href="{escape(url)}"/></source>'
        ),
        _IDS,
        _LINKS.filter(bool),
        st.sampled_from(["self", "SELF", "alternate"]),
    ),
    st.just('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a<br/>b</p></div></content>'),
)
_MODULES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def _once_each(elements: list[str]) -> str:
    """Each element at most once, but for those that may be many."""
    many = ("<category", "<dc:subject", "<enclosure", "<media", "<link rel")
    kept = {one if one.startswith(many) else one.partition(">")[0].partition(" ")[0]: one for one in elements}
    return "".join(kept.values())


def _agree(body: str) -> None:
    ours = xml_reader.read(body.encode(), URL)
    if isinstance(ours, Feed):
        assert [one for one in differences(body.encode(), ours) if not one.excuse] == []


@given(
    st.lists(st.lists(_RSS_ELEMENTS, max_size=8).map(_once_each), min_size=1, max_size=3),
    st.sampled_from(["2.0", "0.91"]),
)
@settings(max_examples=300)
def test_on_written_rss_they_agree(items: list[str], version: str) -> None:
    whole = "".join(f"<item>{item}</item>" for item in items)
    _agree(
        f'<?xml version="1.0" encoding="utf-8"?><rss version="{version}" {_MODULES}><channel><title>F</title>{whole}</channel></rss>'
    )


@given(
    st.lists(st.lists(_ATOM_ELEMENTS, max_size=8).map(_once_each), min_size=1, max_size=3),
    st.sampled_from(["", ' xml:base="https://c.example/x/"']),
)
@settings(max_examples=300)
def test_on_written_atom_they_agree(entries: list[str], base: str) -> None:
    whole = "".join(f"<entry>{entry}</entry>" for entry in entries)
    _agree(
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"{base}><title>F</title>{whole}</feed>'
    )
