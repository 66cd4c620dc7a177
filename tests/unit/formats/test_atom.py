"""Atom 1.0 read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from builders import NOW, article, channel
from lxml import etree

from syndicator.core.feed import Person
from syndicator.core.model import Article, Provenance
from syndicator.formats import atom

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _entry(one: Article) -> etree._Element:
    found = etree.fromstring(atom.render(channel(one))).find("{*}entry")
    assert found is not None
    return found


def test_an_entry_keeps_id_dates_authors_and_rights() -> None:
    one = article(authors=(Person("Ada", "ada@a.example", "https://ada.example/"), Person("", "desk@a.example")))
    entry = _entry(one)
    assert entry.findtext("{*}id") == one.guid
    assert entry.findtext("{*}published") == "2026-01-30T10:00:00+00:00"
    assert [[child.text for child in author] for author in entry.findall("{*}author")] == [
        ["Ada", "ada@a.example", "https://ada.example/"], ["desk@a.example", "desk@a.example"],
    ]  # fmt: skip
    assert entry.findtext("{*}rights") == "© Source"


def test_text_that_speaks_of_markup_is_declared_as_escaped_html() -> None:
    entry = _entry(article(title="How <b> works & why", summary="1 < 2"))
    for name, expected in (("title", "How &lt;b&gt; works &amp; why"), ("summary", "1 &lt; 2")):
        element = entry.find(f"{{*}}{name}")
        assert element is not None
        assert (element.get("type"), element.text) == ("html", expected)
    plain = _entry(article(title="Q & A", summary="1 > 0"))
    assert [(e.get("type"), e.text) for e in plain.findall("{*}title")] == [(None, "Q & A")]


def test_fractions_of_seconds_are_not_published() -> None:
    entry = _entry(article(updated=NOW + timedelta(microseconds=5)))
    assert entry.findtext("{*}updated") == "2026-01-31T12:00:00+00:00"


def test_the_source_is_named_by_the_best_there_is() -> None:
    day = datetime(2026, 1, 2, tzinfo=UTC)
    for provenance, expected in (
        (Provenance("S", "https://s.example/f", "https://s.example/", "urn:example:feed", day), "urn:example:feed"),
        (Provenance("S", "https://s.example/f", "https://s.example/"), "https://s.example/f"),
        (Provenance("S", "", "https://s.example/"), "https://s.example/"),
        (Provenance("S", "https://s.example/f", "", "https://s.example"), "https://s.example/"),
        (Provenance("S", ""), "tag:news.example.org,2026:source:src"),
    ):
        source = _entry(article(provenance=provenance)).find("{*}source")
        assert source is not None
        assert source.findtext("{*}id") == expected
        assert source.findtext("{*}updated") is not None


def test_a_language_that_is_no_tag_is_left_out() -> None:
    assert _entry(article(language="el-GR")).get(_LANG) == "el-GR"
    assert _entry(article(language="Greek, modern")).get(_LANG) is None
