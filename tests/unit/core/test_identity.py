"""Who an entry is, and whether what came is new."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, any_text, article, entry, normalise, normalised, setting, site, source
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import identity
from syndicator.core.feed import Enclosure, Entry, Feed, Person, Podcast, Text
from syndicator.core.identity import New, Unchanged, Updated
from syndicator.core.rules import Match
from syndicator.core.text import xml_safe


@pytest.mark.parametrize(
    "guid",
    [
        "https://a.example/1",
        "http://a.example/?p=1",
        "https://a.example/%CE%B1",
        "tag:a.example,2020:x",
        "tag:me@a.example,2020-01-31:x",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "urn:isbn:9780000000000",
        "mid:1@a.example",
    ],
)
def test_an_id_that_names_one_thing_in_the_world_is_kept(guid: str) -> None:
    assert normalised(id=guid).guid == guid


@pytest.mark.parametrize(
    "guid",
    [
        "4711",
        "",
        "/post/1",
        "http://localhost",
        "https://a.example/a b",
        "post:<x>",
        "http://a.example/\x01",
        "yt:video:abc",
        "urn:uuid:1-2",
        "urn:x:1",
        "tag:A.example,2020:x",
        "https://news.example.org/feeds/health.atom",
        # Two spellings of one address: readers compare ids character by character.
        "http://a.example",
        "HTTP://a.example/",
        "https://A.example/",
        "https://a.example:443/",
        "https://a.example/%7e",
        "https://a.example/%ce%b1",
        "https://a.example/b/../c",
        "https://a.example/é",
        "https://a.example/%E9",
        "https://a.example/?x[]=1",
        "https://a.example/#a#b",
        "https://a.example:port/",
    ],
)
def test_any_other_id_gets_a_tag_of_ours(guid: str) -> None:
    assert normalised(id=guid).guid.startswith("tag:news.example.org,2026:")


def test_an_articles_id_depends_on_its_source_and_entry_alone() -> None:
    assert identity.article_id("a", "id:1") == identity.article_id("a", "id:1")
    assert identity.article_id("a", "id:1") != identity.article_id("b", "id:1")
    assert identity.entry_key(entry(id="")) == "url:https://src.example.org/1"
    assert identity.entry_key(entry(id="", url="")).startswith("text:")


def test_entries_that_share_an_id_but_not_a_title_are_told_apart() -> None:
    same, other = entry(title=Text("One")), entry(title=Text("Two"))
    told_apart = identity.told_apart((same, other, same))
    assert [(sent.entry, sent.mark) for sent in told_apart] == [(same, ("One",)), (other, ("Two",))]
    assert [(sent.entry, sent.mark) for sent in identity.told_apart((same, same))] == [(same, ())]
    assert len({identity.ids("src", sent).new for sent in told_apart}) == 2


def test_entries_without_an_id_that_link_to_one_page_are_told_apart_by_date_file_and_text() -> None:
    page = entry(id="", title=Text("Daily news"))
    episodes = [
        page,
        replace(page, published="Sat, 31 Jan 2026 10:00:00 GMT"),
        replace(page, enclosures=(Enclosure("https://src.example.org/2.mp3"),)),
        replace(page, title=Text(), content=Text("one")),
        replace(page, title=Text(), content=Text("two")),
    ]
    assert [sent.entry for sent in identity.told_apart([*episodes, page])] == episodes


_ID_TEXT = st.sampled_from(["", "g", "id:g", "url:g", "g A", "g\x1fA", "('A',)", identity.digest("id:g"), "A"])


@given(st.lists(st.builds(Entry, id=_ID_TEXT, url=_ID_TEXT, title=_ID_TEXT.map(Text), published=_ID_TEXT), max_size=8))
def test_no_two_entries_of_a_body_get_one_id(entries: list[Entry]) -> None:
    told_apart = identity.told_apart(entries)
    assert len({identity.ids("src", sent).new for sent in told_apart}) == len(told_apart)


def test_new_unchanged_and_updated() -> None:
    known = replace(article(), story_id="s", seq=5)
    assert identity.verdict(known, None) == New(known)
    assert identity.verdict(replace(known, entry_hash="x"), known) == Unchanged(known.id, "x")
    later = replace(known, title="Another title", content_hash="y", accepted=NOW + timedelta(hours=2), guid="other")
    updated = identity.verdict(later, known)
    assert isinstance(updated, Updated)
    assert updated.significant
    kept = ("guid", "accepted", "sort_at", "story_id", "backfill")
    assert [getattr(updated.article, name) for name in kept] == [getattr(known, name) for name in kept]
    assert updated.article.revised == NOW + timedelta(hours=2)


def test_markup_alone_is_no_significant_change() -> None:
    known = article()
    changed = replace(known, content=known.content.replace("<p>", "<div>"), content_hash="y", updated=NOW)
    updated = identity.verdict(changed, known)
    assert isinstance(updated, Updated)
    assert not updated.significant
    assert updated.article.updated == known.updated
    assert updated.article.revised == known.revised


def test_what_was_taken_down_stays_down() -> None:
    known = replace(article(), removed=True)
    assert isinstance(identity.verdict(replace(known, content_hash="y"), known), Unchanged)


@given(any_text())
def test_a_global_id_is_printable_text_that_xml_carries(guid: str) -> None:
    if identity.is_global(guid):
        assert xml_safe(guid) == guid
        assert not re.search(r"\s", guid)


@pytest.mark.parametrize("tail", ["\ufffe", "\ufdd0", "\U0001ffff", "\ud800", "\x85", "\x00"])
def test_an_id_that_xml_cannot_carry_is_never_published(tail: str) -> None:
    assert normalised(id=f"https://a.example/{tail}").guid.startswith("tag:news.example.org,2026:")


def test_an_entry_is_known_by_its_id_else_its_link_else_its_text() -> None:
    assert identity.entry_key(entry(id="x")) == identity.entry_key(entry(id="x", title=Text("Other"), url="other"))
    assert identity.entry_key(entry(id="", title=Text("Other"))) == identity.entry_key(entry(id=""))
    a, b = entry(id="", url=""), entry(id="", url="", title=Text("Other"))
    assert identity.entry_key(a) != identity.entry_key(b)


@pytest.mark.parametrize("date_text", ["", "last Tuesday", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_article_without_a_believed_date_keeps_the_one_of_its_acceptance(date_text: str) -> None:
    known = normalised(published=date_text)
    later = normalise(
        entry(title=Text("Corrected"), published=date_text), Feed("feedparser"), setting(), NOW + timedelta(days=3)
    )
    updated = identity.verdict(later, known)
    assert isinstance(updated, Updated)
    assert updated.article.published == updated.article.sort_at == NOW


def test_a_corrected_date_is_taken_over_but_moves_nothing_in_the_order() -> None:
    known = normalised()
    later = normalise(
        entry(published="Thu, 29 Jan 2026 10:00:00 GMT"), Feed("feedparser"), setting(), NOW + timedelta(days=1)
    )
    updated = identity.verdict(later, known)
    assert isinstance(updated, Updated)
    assert updated.article.published == known.published - timedelta(days=1)
    assert updated.article.sort_at == known.sort_at


def test_the_reason_of_a_story_outlives_updates_and_other_reasons_are_made_anew() -> None:
    known = replace(article(), reasons=("filed in old by x", f"{identity.SAME_STORY} a1 of y: same address and title"))
    updated = identity.verdict(replace(known, title="Z", content_hash="z", reasons=("filed in new by x",)), known)
    assert isinstance(updated, Updated)
    assert updated.article.reasons == ("filed in new by x", known.reasons[1])


def test_settings_that_shape_articles_make_entries_new_to_us_and_others_do_not() -> None:
    def printed(**fields: object) -> str:
        return identity.settings_print(source(**fields), (), site(), "1")

    assert printed(timezone="Europe/Athens") != printed()
    assert printed(content="link") != printed()
    assert printed(detect_language=True) != printed()
    assert printed(obeys_lock=False) != printed()
    assert printed(exclude=Match(tags=("x",))) != printed()
    assert printed(interval=timedelta(days=1)) == printed()


def test_an_entry_is_known_again_only_if_nothing_of_it_changed() -> None:
    whole = entry(
        authors=(Person("Ada"),),
        enclosures=(Enclosure("/a", "audio/mpeg", 1),),
        tags=("a",),
        podcast=Podcast(duration=1),
    )
    changed = (
        {"title": Text("other")}, {"title": Text("A title", html=True)}, {"summary": Text("s")}, {"content": Text("c")},
        {"authors": (Person("Bo"),)}, {"authors": (Person("", "Ada"),)}, {"enclosures": (Enclosure("/a", "audio/mpeg", 2),)},
        {"tags": ("a", "b")}, {"podcast": Podcast(duration=2)}, {"published": ""}, {"updated": "x"}, {"image": "x"},
        {"language": "x"}, {"rights": "x"}, {"url": "x"}, {"id": "x"},
    )  # fmt: skip
    hashes = {identity.entry_hash(replace(whole, **fields), "print") for fields in changed}
    assert len(hashes) == len(changed)
    assert identity.entry_hash(whole, "print") not in hashes
    assert identity.entry_hash(whole, "print") == identity.entry_hash(replace(whole), "print")
    assert identity.entry_hash(whole, "another reader") != identity.entry_hash(whole, "print")
