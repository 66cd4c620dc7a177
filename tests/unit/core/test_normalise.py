"""An entry becomes an article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

from builders import NOW, any_entry, any_text, entry, normalised, setting, source
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicator.core.feed import Enclosure, Entry, Feed, Person, Text
from syndicator.core.normalise import normalise
from syndicator.core.text import xml_safe

_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
_ENTRIES = st.builds(
    Entry,
    id=_TEXT,
    url=_TEXT,
    title=st.builds(Text, _TEXT, st.booleans(), _TEXT),
    summary=st.builds(Text, _TEXT, st.booleans(), _TEXT),
    content=st.builds(Text, _TEXT, st.booleans(), _TEXT),
    authors=st.tuples(st.builds(Person, _TEXT, _TEXT, _TEXT)),
    published=_TEXT,
    updated=_TEXT,
    language=_TEXT,
    image=_TEXT,
    enclosures=st.tuples(st.builds(Enclosure, _TEXT, _TEXT)),
    tags=st.tuples(_TEXT),
    rights=_TEXT,
)


@given(_ENTRIES)
def test_no_entry_breaks_it_and_every_text_fits_into_xml(sent: Entry) -> None:
    article = normalise(sent, Feed("feedparser"), setting(), NOW)
    element = etree.Element("x")
    for text in (article.title, article.summary, article.content, article.guid, article.url, article.rights,
                 article.language, article.image, article.date_text, *article.tags, *article.reasons,
                 *(p.name for p in article.authors), *(e.url + e.type for e in article.enclosures)):  # fmt: skip
        element.text = text
        etree.fromstring(etree.tostring(element))
    assert article.sort_at <= article.accepted


def test_a_plain_text_body_becomes_escaped_paragraphs() -> None:
    article = normalised(content=Text("One <b>\n\nTwo & three"))
    assert article.content == "<p>One &lt;b&gt;</p><p>Two &amp; three</p>"


def test_dates_that_cannot_be_are_not_believed_and_say_so() -> None:
    article = normalised(published="Thu, 01 Jan 1970 00:00:00 GMT")
    assert article.published == article.sort_at == NOW
    assert "not believed" in " ".join(article.reasons)
    assert "unreadable" in " ".join(normalised(published="last Tuesday").reasons)
    assert "no date given" in " ".join(normalised(published="").reasons)
    assert normalised(published="last Tuesday").date_text == "last Tuesday"


def test_an_update_is_later_than_its_publication() -> None:
    article = normalised(updated="2026-01-31T00:00:00Z")
    assert article.updated == datetime(2026, 1, 31, tzinfo=UTC)
    assert normalised(updated="2020-01-31T00:00:00Z").updated == article.published


def test_what_is_missing_is_made_of_what_is_there() -> None:
    article = normalised(title=Text(""), summary=Text(""))
    assert article.title == article.summary == "Some content of the article."


def test_provenance_names_the_source_without_its_secrets() -> None:
    secret = setting(source=source(url="https://user:pw@src.example.org/feed?token=t&x=1"))
    article = normalise(entry(), Feed("feedparser", title="Name"), secret, NOW)
    assert (article.provenance.title, article.provenance.feed_url) == ("Name", "https://src.example.org/feed?x=1")


def _texts(value: object) -> Iterator[str]:
    """Every string in a record, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


@given(any_entry(), any_text(), any_text())
def test_every_text_of_the_record_fits_into_xml_and_utf_8(sent: Entry, head: str, base: str) -> None:
    feed = Feed("feedparser", title=head, id=head, home_url=head, language=head, rights=head, base=base)
    made = normalise(sent, feed, setting(), NOW)
    for text in _texts(made):
        assert xml_safe(text) == text
        assert text.encode().decode() == text
    assert made == normalise(sent, feed, setting(), NOW)
    assert made.published <= made.updated
    assert made.sort_at <= made.accepted


def test_a_base_that_no_browser_takes_costs_the_relative_links_alone() -> None:
    made = normalised(url="http://1.2.3.999/", content=Text('<p>Text <a href="x">x</a></p>', html=True))
    assert made.summary == "Text x"


def test_relative_addresses_are_relative_to_the_feed() -> None:
    made = normalised(url="/news/1", image="i.png", enclosures=(Enclosure("a.mp3"), Enclosure("javascript:x")))
    assert made.url == "https://src.example.org/news/1"
    assert made.image == "https://src.example.org/i.png"
    assert [one.url for one in made.enclosures] == ["https://src.example.org/a.mp3"]


def test_an_embargo_of_hours_is_kept_but_orders_by_acceptance() -> None:
    made = normalised(published="Sun, 01 Feb 2026 06:00:00 GMT")
    assert made.published == datetime(2026, 2, 1, 6, tzinfo=UTC)
    assert made.sort_at == NOW
    assert normalised(published="Tue, 03 Feb 2026 06:00:00 GMT").published == NOW


def test_literal_markup_in_a_plain_title_stays_and_markup_in_an_html_title_goes() -> None:
    assert normalised(title=Text("use <b>")).title == "use <b>"
    assert normalised(title=Text("<b>AT&amp;T</b>", html=True)).title == "AT&T"
