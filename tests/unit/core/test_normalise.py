"""An entry becomes an article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from builders import NOW, any_entry, any_text, entry, normalise, normalised, setting, source
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicator.core.feed import Enclosure, Entry, Feed, Person, Podcast, Text
from syndicator.core.normalise import in_language, text_to_read
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
    assert (article.title, article.heading) == ("", "Some content of the article.")
    assert article.summary == article.heading


def test_of_what_is_only_linked_to_no_text_stands_in_the_heading() -> None:
    linked = setting(source=source(content="link"))
    article = normalise(entry(title=Text(""), summary=Text("Secret")), Feed("feedparser"), linked, NOW)
    assert article.heading == article.url


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


# --- what was changed or left out is said ------------------------------------------------------------


def _because(**fields: Any) -> tuple[str, ...]:
    reasons = normalised(**fields).reasons
    return tuple(reason for reason in reasons if not reason.startswith("summary made"))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": Text(), "content": Text("<p>One two</p>", True)}, "no title given: the heading is made of what is published of the article"),
        ({"content": Text('<p>a</p><IFRAME src="/v"></IFRAME><font>b</font>', True)}, "tags left out of the content: font"),
        ({"content": Text('<p>a</p><IFRAME src="/v"></IFRAME>', True)}, "frames are not published: links take their place"),
        ({"content": Text('<p>a</p><img src="/i.jpg">', True)}, "image taken from the content"),
        ({"url": "javascript:alert(1)"}, "link 'javascript:alert(1)' is no web address"),
        ({"url": "https://a.example/?utm_source=x&a=1"}, "tracking parameters are taken off the link"),
        ({"published": "31/12/9999"}, "date '31/12/9999' is not believed"),
        ({"published": "soon"}, "date 'soon' is unreadable"),
        ({"published": ""}, "no date given: the time of acceptance is used"),
        ({"language": "English, please"}, "language 'English, please' is no language tag"),
        ({"tags": tuple(str(n) for n in range(150))}, "only 100 of 150 tags are kept"),
        ({"title": Text("x " * 2000)}, "title of 3999 characters cut"),
        ({"enclosures": (Enclosure("/a.mp3"), Enclosure("exec:rm"))}, "1 of 2 enclosures have no web address"),
    ],
)  # fmt: skip
def test_every_change_has_its_reason(fields: dict[str, Any], reason: str) -> None:
    assert reason in _because(**fields)


def test_nothing_is_said_where_nothing_was_changed() -> None:
    assert _because() == ()
    with_summary = normalised(summary=Text("Short."))
    assert (with_summary.reasons, with_summary.filed_by) == ((), ("filed in health by source src",))


@pytest.mark.parametrize(
    ("given", "kept"), [("en", "en"), ("en_GB", "en-GB"), ("zh-Hant-TW", "zh-Hant-TW"), ("x" * 50, ""), ("<b>", "")]
)
def test_a_language_is_kept_as_a_tag(given: str, kept: str) -> None:
    assert normalised(language=given).language == kept


def test_tags_and_names_have_an_end() -> None:
    made = normalised(
        tags=tuple(f"<b>t{n}</b>" for n in range(300)), authors=(Person("x" * 5000, "no address", "javascript:x"),)
    )
    assert (len(made.tags), made.tags[0]) == (100, "t0")
    assert len(made.authors[0].name) <= 200
    assert (made.authors[0].email, made.authors[0].url) == ("", "")


def test_the_summary_is_the_publishers_and_else_the_beginning_of_the_content() -> None:
    body = Text("<p>" + "word " * 400 + "</p>", True)
    assert normalised(summary=Text("<p>Given &amp; kept</p>", True), content=body).summary == "Given & kept"
    made = normalised(content=body).summary
    assert made.startswith("word word")
    assert made.endswith("…")
    assert len(made) <= 300


def test_an_excerpt_is_found_behind_much_markup() -> None:
    markup = '<img src="https://a.example/i.jpg" alt="">' * 50
    assert normalised(content=Text(f"{markup}<p>Text at last</p>", True)).summary == "Text at last"


def test_the_fuller_of_content_and_summary_is_the_content() -> None:
    show_notes = Text("<p>Notes with <a href='https://a.example/'>links</a></p>", True)
    assert "<a href" in normalised(summary=show_notes, content=Text("Notes with links")).content
    assert normalised(summary=Text("Short"), content=Text(" ")).content == "<p>Short</p>"


def _feed(**fields: Any) -> Feed:
    return replace(Feed("fast", base="https://src.example.org/feed"), **fields)


def test_what_the_entry_does_not_say_the_feed_says() -> None:
    feed = _feed(language="el", rights="© Feed", authors=(Person("Desk"),))
    made = normalise(entry(), feed, setting(), NOW)
    assert (made.language, made.rights, made.authors) == ("el", "© Feed", (Person("Desk"),))
    own = normalise(entry(language="en", rights="©", authors=(Person("Ada"),)), feed, setting(), NOW)
    assert (own.language, own.rights, own.authors) == ("en", "©", (Person("Ada"),))


def test_a_locked_podcast_is_only_linked_to_unless_the_operator_decided() -> None:
    made = normalise(entry(), _feed(locked=True), setting(), NOW)
    assert (made.content_policy, made.public_content, made.public_summary) == ("link", "", "")
    assert "podcast:locked: only the link is published" in made.reasons
    decided = setting(source=source(content="full", obeys_lock=False))
    assert normalise(entry(), _feed(locked=True), decided, NOW).content_policy == "full"


def test_an_episode_is_one_line_each_and_leads_to_the_web() -> None:
    sent = Podcast(
        90, " 2\n", "7 ", "FULL", True, "/c.json", (Enclosure("/t.vtt", "text/vtt"), Enclosure("javascript:x"))
    )
    made = normalise(entry(podcast=sent), _feed(), setting(), NOW).podcast
    assert made == Podcast(
        90, "2", "7", "full", True, "https://src.example.org/c.json",
        (Enclosure("https://src.example.org/t.vtt", "text/vtt"),),
    )  # fmt: skip


def test_dates_without_a_zone_are_local_to_the_source_in_its_order() -> None:
    local = setting(source=source(timezone="Europe/Athens", date_order="mdy"))
    made = normalise(entry(published="01/22/2026 22:05"), _feed(), local, NOW)
    assert made.published == datetime(2026, 1, 22, 20, 5, tzinfo=UTC)
    assert made.date_text == "01/22/2026 22:05"


# --- language ----------------------------------------------------------------------------------------


def test_a_language_that_was_told_is_a_change_of_the_article() -> None:
    known = normalised()
    told = in_language(known, "el", 0.93)
    assert (told.language, told.reasons[-1]) == ("el", "language el told from the text, 93% certain")
    assert told.content_hash != known.content_hash
    assert in_language(known, "", 0.3).reasons[-1] == "language not told from the text: 30% certain"
    assert in_language(known, "", 0.0).reasons[-1] == "too little text to tell a language"
    assert in_language(known, "", 0.3).content_hash == known.content_hash


def test_a_language_is_told_from_title_and_text_and_not_from_markup() -> None:
    made = normalised(title=Text("Title"), content=Text("<p>One</p><p>two</p>" + "<p>more</p>" * 1000, True))
    text = text_to_read(made)
    assert text.startswith("Title. One two more")
    assert len(text) <= 1000


@pytest.mark.parametrize(
    ("self_url", "given"),
    [("https://src.example.org/rss?key=0123456789abcdef0123", "https://src.example.org/rss"), ("", "")],
)
def test_a_feed_that_is_a_file_is_named_by_the_address_that_it_gives_itself(self_url: str, given: str) -> None:
    """Its home page is no feed."""
    feed = Feed("fast", title="Local", home_url="https://src.example.org/", self_url=self_url)
    made = normalise(entry(), feed, setting(source=source(url="file:local.xml")), NOW).provenance
    assert (made.feed_url, made.home_url) == (given, "https://src.example.org/")
