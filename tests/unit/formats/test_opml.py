"""The hub's own feeds as OPML."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest
from builders import NOW, site
from lxml import etree

from syndicator.core.model import Category
from syndicator.formats import opml

GOLDEN = Path(__file__).parent / "golden" / "feeds.opml"
_TREE = (Category("a/b", "B & <b>"), Category("a", "A", "About A"), Category("x/y/z", "Z"))


def test_the_list_is_as_it_was(request: pytest.FixtureRequest) -> None:
    """Golden file: a change of bytes is a decision."""
    body = opml.render(site(), _TREE, NOW)
    if request.config.getoption("--update-golden"):
        GOLDEN.write_bytes(body)
    assert body == GOLDEN.read_bytes()


def test_every_outline_has_its_text_and_its_feed_wherever_its_parent_is_missing() -> None:
    outlines = etree.fromstring(opml.render(site(), _TREE, NOW)).findall(".//outline")
    assert [o.get("text") for o in outlines] == ["Example News", "A", "B & <b>", "Z"]
    assert {o.get("type") for o in outlines} == {"rss"}
    assert str(outlines[0].get("xmlUrl")).endswith("/feeds/all.rss")


def test_the_date_is_rfc_822() -> None:
    root = etree.fromstring(opml.render(site(), (), NOW))
    assert root.findtext("head/dateModified") == "Sat, 31 Jan 2026 12:00:00 GMT"
    assert feedparser.datetimes._parse_date(root.findtext("head/dateModified"))[:5] == (2026, 1, 31, 12, 0)
