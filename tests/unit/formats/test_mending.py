"""The commonest slips, mended: nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicator.core.feed import Feed
from syndicator.formats.mending import mended
from syndicator.formats.reading import read


def _item(inside: str) -> bytes:
    return f'<rss version="2.0"><channel><item><guid>1</guid>{inside}</item></channel></rss>'.encode()


@pytest.mark.parametrize(
    ("inside", "means", "says"),
    [
        ("<title>AT&T & more</title>", "AT&T & more", "unescaped ampersands (2)"),
        ("<title>R&D; &amp; x&</title>", "R&D; & x&", "unescaped ampersands (1), references unknown to XML (1)"),
        ("<title>a&nbsp;b &ndash; c</title>", "a\xa0b – c", "references unknown to XML (2)"),
        ("<title>a&#xD800;b&#1;c</title>", "abc", "characters not allowed in XML (2)"),
        ("<title>a\x0bb\x00c</title>", "abc", "characters not allowed in XML (2)"),
        ("<title><![CDATA[a & b\x10]]></title><link>/?a&b</link>", "a & b", "unescaped ampersands (1), characters not allowed in XML (1)"),
        ("<rss:title>a</rss:title><rss:link/>", "a", "tags with an undeclared prefix rss: (3)"),
        ("<title>a &#38; b</title><link>/?a&b</link>", "a & b", "unescaped ampersands (1)"),
    ],
)  # fmt: skip
def test_a_slip_costs_only_itself(inside: str, means: str, says: str) -> None:
    feed = read(_item(inside), "https://a.example/")
    assert isinstance(feed, Feed)
    assert feed.entries[0].title.value == means
    assert feed.flaws == (f"not well-formed, read with repairs: {says}",)
    assert feed.doubt.startswith("not well-formed: ")


def test_an_address_keeps_its_parameters() -> None:
    feed = read(_item("<title>T</title><link>https://a.example/?utm=x&utm_medium=rss&copy=1&b=2</link>"), "")
    assert isinstance(feed, Feed)
    assert feed.entries[0].url == "https://a.example/?utm=x&utm_medium=rss&copy=1&b=2"


@given(st.recursive(st.text(), lambda inner: st.lists(inner).map("".join)), st.booleans())
def test_what_is_well_formed_stays_as_it_is(text: str, in_cdata: bool) -> None:
    root = etree.Element("a")
    try:
        root.text = etree.CDATA(text) if in_cdata and "]]>" not in text else text
    except ValueError:
        return  # no XML has these characters
    document = etree.tostring(root, encoding="utf-8")
    assert mended(document) == (document, ())


@given(st.binary())
def test_no_bytes_break_it(body: bytes) -> None:
    assert isinstance(mended(body)[0], bytes)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "iso-2022-jp"])
def test_encodings_in_which_an_ampersand_may_be_half_a_character_are_left_alone(encoding: str) -> None:
    body = "<a>日本 & 語</a>".encode(encoding)
    assert mended(body) == (body, ())


def test_references_that_a_document_declares_are_its_own() -> None:
    body = b'<!DOCTYPE a [<!ENTITY nbsp "x">]><a>&nbsp;</a>'
    assert mended(body) == (body, ())


def test_only_tags_lose_an_unbound_prefix() -> None:
    body = b"<rss:channel><title>about xmlns:rss</title><x><![CDATA[</rss:item>]]></x></rss:channel>"
    mends = ("tags with an undeclared prefix rss: (2)",)
    assert mended(body) == (b"<channel><title>about xmlns:rss</title><x><![CDATA[</rss:item>]]></x></channel>", mends)
    bound = b"<rss:channel xmlns:rss = 'http://purl.org/rss/1.0/'/>"
    assert mended(bound) == (bound, ())
