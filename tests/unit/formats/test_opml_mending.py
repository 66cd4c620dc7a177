"""Markup in attributes of outlines."""

from __future__ import annotations

import pytest
from lxml import etree

from syndicator.formats.opml_mending import markup_escaped


@pytest.mark.parametrize(
    ("outline", "description"),
    [
        ('<outline description="by <a href="https://x/" target="_blank">us</a>. Since 1999." type="rss"/>',
         'by <a href="https://x/" target="_blank">us</a>. Since 1999.'),
        ('<outline type="rss" description="by <a href="https://x/">us</a>"/>', 'by <a href="https://x/">us</a>'),
        ('<outline description="I <3 feeds" type="rss"/>', "I <3 feeds"),
        ('<outline description="a <b>bold</b> word" odd="1" type="rss"/>', "a <b>bold</b> word"),
        ("<OUTLINE description = \"<a href='x'>y</a>\" type=\"rss\"></OUTLINE>", "<a href='x'>y</a>"),
    ],
)  # fmt: skip
def test_markup_becomes_text(outline: str, description: str) -> None:
    escaped, count = markup_escaped(f"<body>{outline}<outline type='rss'/></body>".encode())
    first = etree.fromstring(escaped)[0]
    assert (first.get("description"), first.get("type"), count) == (description, "rss", 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<opml/>",
        b'<outline text="a &lt;b&gt;" foo="bar"/>',
        b'<outline text="never closed',
        b"<outline text='<b>'/>",
        b"<outline text=<b>/>",
    ],
)
def test_what_has_none_or_cannot_be_told_stays(body: bytes) -> None:
    assert markup_escaped(body) == (body, 0)
