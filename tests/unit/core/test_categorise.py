"""Filing: by source, and by what rules find in tags, title, text, URL, authors and language; and keeping out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import NOW, any_entry, article, normalise, setting, source
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.categorise import Filed, Filing, Subject, subject
from syndicator.core.feed import Entry, Feed, Person
from syndicator.core.model import Category
from syndicator.core.rules import Match

PLAIN = Subject("News", "Some text.", "https://src.example.org/1", ("Ann",), "en", ())
HEALTH = Category("health", "Health")
ONCOLOGY = Category(
    "health/oncology",
    "Oncology",
    match=Match(("Cancer", "onkolog*"), (r"\btumou?rs?\b", r"\bκαρκίνο(ς|υ)?\b", r"\bопухоль\b")),
)
TREE = (Category("world", "World"), HEALTH, ONCOLOGY)


def _of(tree: tuple[Category, ...] = TREE, first: str = "world", exclude: Match = Match(), **fields: Any) -> Filed:
    return Filing(source(categories=(first,), exclude=exclude), tree).of(replace(PLAIN, **fields))


def _is_told(match: Match, **fields: Any) -> bool:
    """Whether a rule fits what differs from PLAIN in `fields`."""
    return "told" in _of((Category("told", "Told", match=match),), **fields).categories


def test_the_sources_own_category_names_the_article() -> None:
    assert _of() == Filed(("world",), ("filed in world by source src",))


def test_tags_and_titles_file_besides_and_parents_hold_their_children() -> None:
    assert _of(tags=("CANCER",)).categories == ("world", "health/oncology", "health")
    assert _of(title="A Tumour report").categories == ("world", "health/oncology", "health")
    assert _of(title="Contumours").categories == ("world",)


@pytest.mark.parametrize("title", ["Ένας ΚΑΡΚΊΝΟΣ στο δέρμα", "ο καρκίνος", "του καρκίνου", "Это Опухоль, сказали"])
def test_greek_and_cyrillic_words_are_words_also_in_capitals_with_another_sigma(title: str) -> None:
    assert "health/oncology" in _of(title=title).categories


@pytest.mark.parametrize("title", ["ΚΑΡΚΙΝΟΣ χωρίς τόνο", "μετακαρκίνος", "опухольный"])
def test_accents_are_as_written_and_parts_of_words_are_no_words(title: str) -> None:
    assert _of(title=title).categories == ("world",)


def test_every_filing_has_its_reason() -> None:
    assert _of(title="On Tumours").reasons == (
        "filed in world by source src",
        r"filed in health/oncology by title pattern '\btumou?rs?\b' at 'Tumours'",
    )
    assert _of(tags=("x", "CANCER")).reasons[1] == "filed in health/oncology by tag 'CANCER'"
    assert (
        _of(tags=("x", "Onkologie")).reasons[1] == "filed in health/oncology by tag pattern 'onkolog*' at 'Onkologie'"
    )


def test_the_first_hit_is_the_reason_in_the_order_of_the_keys() -> None:
    assert _of(title="Tumour", tags=("onkologie", "cancer")).reasons[1] == "filed in health/oncology by tag 'cancer'"


def test_no_category_is_given_twice_and_the_sources_come_first() -> None:
    own = source(categories=("health", "health/oncology"))
    assert Filing(own, TREE).of(replace(PLAIN, title="Tumour")).categories == ("health", "health/oncology")
    assert _of(first="a/b/c").categories == ("a/b/c", "a/b", "a")


def test_rules_count_in_the_order_of_the_file() -> None:
    tree = tuple(Category(name, name, match=Match(title=("x",))) for name in ("zoo", "art", "music"))
    assert _of(tree, title="x").categories == ("world", "zoo", "art", "music")


# --- what is looked at -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "fields", "reason"),
    [
        (Match(text=(r"\bmelanom\w*",)), {"text": "Of melanomas."}, r"text pattern '\bmelanom\w*' at 'melanomas'"),
        (Match(url=("/sport/",)), {"url": "https://a.example/Sport/1"}, "url pattern '/sport/' at '/Sport/'"),
        (Match(author=("^Jane",)), {"authors": ("Bob", "Jane Roe")}, "author pattern '^Jane' at 'Jane'"),
        (Match(language=("pt-BR",)), {"language": "pt-br"}, "language 'pt-br'"),
    ],
)
def test_a_rule_looks_at_text_url_authors_and_language(match: Match, fields: dict[str, Any], reason: str) -> None:
    assert _of((Category("told", "Told", match=match),), **fields).reasons[1] == f"filed in told by {reason}"
    assert not _is_told(match)


@pytest.mark.parametrize(
    ("wanted", "language", "fits"),
    [
        ("de", "de", True), ("de", "DE-at", True), ("DE-de", "de-DE-1996", True), ("de-DE", "de", False),
        ("de", "den", False), ("de-DE", "de-Latn-DE", False), ("*", "el", True), ("*", "", False), ("de", "", False),
    ],
)  # fmt: skip
def test_languages_are_compared_by_basic_filtering(wanted: str, language: str, fits: bool) -> None:
    """RFC 4647, 3.3.1, with its own examples."""
    assert _is_told(Match(language=(wanted,)), language=language) is fits


@pytest.mark.parametrize(
    ("wanted", "tag", "fits"),
    [
        ("covid*", "COVID-19", True), ("covid*", "covid", True), ("covid*", "long covid", False),
        ("*covid*", "Long Covid", True), ("h?n?", "H5N1", True), ("h?n?", "H15N1", False), ("Straße", "STRASSE", True),
        ("cancer research", "Cancer Research", True), ("cancer", "cancer research", False), ("a.c", "abc", False),
        ("c++*", "C++20", True), ("[x]*", "[x] y", True), ("[x]*", "x", False), ("ΙΌΣ", "ιός", True), ("ιο*", "ΙΟΊ", True),
        ("café", "cafe\u0301", True), ("a\\*", "a\\b", True),
    ],
)  # fmt: skip
def test_tags_are_names_or_globs(wanted: str, tag: str, fits: bool) -> None:
    assert _is_told(Match(tags=(wanted,)), tags=("other", tag)) is fits


def test_several_names_of_one_thing_are_as_good_as_one() -> None:
    match = Match(tags=("oncology", "onkologie", "cancer research"))
    assert all(_is_told(match, tags=(tag,)) for tag in match.tags)


def test_what_rules_look_at_is_what_is_stored() -> None:
    one = article(content="<p>Of <b>cells</b> &amp; men</p>", authors=(Person("Ann"), Person("", "b@example.org")))
    assert subject(one) == Subject(
        "A title", "Of cells & men", "https://src.example.org/1", ("Ann",), "en", ("winter",)
    )
    assert subject(replace(one, content="")).text == one.summary
    assert subject(replace(one, content="<p>é</p>" * 100_000)).text.startswith("é é")


@given(any_entry())
def test_any_article_can_be_filed_and_filed_again(entry: Entry) -> None:
    twice = (r"\w", r"(\S)\1")
    rule = Match(("*a*", "b"), twice, twice, twice, twice, ("*",))
    own = setting(categories=(HEALTH, Category("told", "Told", match=rule, exclude=Match(text=(r"\d",)))))
    made = normalise(entry, Feed("feedparser"), own, NOW)
    assert made.categories[0] == "health"
    assert Filing(own.source, own.categories).filed(replace(made, categories=(), filed_by=())) == made


# --- keeping out -----------------------------------------------------------------------------------


def test_a_category_keeps_out_what_it_excludes_whatever_else_says_so() -> None:
    tree = (*TREE[:2], replace(ONCOLOGY, exclude=Match(title=("zodiac", "horoscope"))))
    filed = _of(tree, title="Cancer, the zodiac sign and its tumours", tags=("cancer",))
    assert filed.categories == ("world",)
    assert filed.reasons == (
        "filed in world by source src",
        "kept out of health/oncology by title pattern 'zodiac' at 'zodiac'",
    )
    assert _of(tree, first="health/oncology", title="Horoscope").categories == ()


def test_a_parent_does_not_hold_it_because_of_the_child_but_may_for_another_reason() -> None:
    no_zodiac = replace(ONCOLOGY, exclude=Match(title=("zodiac",)))
    skin = Category("health/skin", "Skin", match=Match(tags=("skin",)))
    assert "health" not in _of((*TREE[:2], no_zodiac, skin), title="zodiac", tags=("cancer",)).categories
    assert _of((*TREE[:2], no_zodiac, skin), title="zodiac", tags=("cancer", "skin")).categories == (
        "world", "health/skin", "health",
    )  # fmt: skip


def test_a_parent_may_keep_out_what_its_child_holds() -> None:
    tree = (TREE[0], replace(HEALTH, exclude=Match(title=("mouse",))), ONCOLOGY)
    filed = _of(tree, title="A mouse", tags=("cancer",))
    assert filed.categories == ("world", "health/oncology")
    assert filed.reasons[-1] == "kept out of health by title pattern 'mouse' at 'mouse'"


def test_what_it_would_not_hold_anyway_is_not_said_to_be_kept_out() -> None:
    assert _of((*TREE[:2], replace(ONCOLOGY, exclude=Match(title=("zodiac",)))), title="zodiac").reasons == (
        "filed in world by source src",
    )


def test_what_a_source_excludes_is_in_no_category() -> None:
    filed = _of(exclude=Match(tags=("sponsored",)), title="Tumours", tags=("Sponsored",))
    assert filed == Filed((), ("kept out of all categories by source src: tag 'Sponsored'",))
    assert _of(exclude=Match(tags=("sponsored",)), title="Tumours").categories[0] == "world"


def test_a_pattern_that_gives_up_is_no_hit_and_is_named() -> None:
    endless, long = r"(a+)+[0-9]", "a" * 9000
    tree = (Category("told", "Told", match=Match(text=(endless,)), exclude=Match(title=(endless,))),)
    filed = _of(tree, exclude=Match(url=(endless,)), text=long, title=long, url=long)
    assert filed == Filed(
        ("world",),
        (
            "filed in world by source src",
            f"url pattern '{endless}', against source src, gave up: match limit exceeded",
            f"title pattern '{endless}', against told, gave up: match limit exceeded",
            f"text pattern '{endless}', for told, gave up: match limit exceeded",
        ),
    )


# --- rules among others ----------------------------------------------------------------------------

_WORD = st.sampled_from(["a", "b", "ab", r"\ba", "(a|b)b", r"(b)\1", "a*"])
_RULE = st.builds(
    Match,
    tags=st.lists(st.sampled_from(["a", "b", "a*", "?b"]), max_size=2).map(tuple),
    title=st.lists(_WORD, max_size=2).map(tuple),
    author=st.lists(_WORD, max_size=1).map(tuple),
    language=st.lists(st.sampled_from(["de", "*"]), max_size=1).map(tuple),
)
_CATEGORY = st.builds(
    Category,
    st.sampled_from(["x", "x/y", "x/y/z", "w", "w/v"]),
    st.just(""),
    match=_RULE,
    exclude=st.just(Match()) | _RULE,
)
_TREES = st.lists(_CATEGORY, max_size=5, unique_by=lambda one: one.id).map(tuple)
_TEXT = st.text("ab ", max_size=6)
_SUBJECTS = st.builds(
    Subject, _TEXT, _TEXT, _TEXT, st.lists(_TEXT, max_size=2).map(tuple), st.sampled_from(["", "de", "el"]),
    st.lists(_TEXT, max_size=2).map(tuple),
)  # fmt: skip


def _joined(a: Match, b: Match) -> Match:
    return Match(a.tags + b.tags, a.title + b.title, a.text, a.url, a.author + b.author, a.language + b.language)


@given(_TREES, _SUBJECTS, st.integers(0, 4), _RULE)
def test_another_rule_never_takes_a_category_away(
    tree: tuple[Category, ...], subject: Subject, at: int, more: Match
) -> None:
    wider = tuple(replace(one, match=_joined(one.match, more)) if n == at else one for n, one in enumerate(tree))
    own = source(categories=("x",))
    assert set(Filing(own, tree).of(subject).categories) <= set(Filing(own, wider).of(subject).categories)


@given(_TREES, _SUBJECTS, st.integers(0, 4), _RULE)
def test_another_exclusion_takes_away_its_category_alone_and_parents_that_held_it_for_that(
    tree: tuple[Category, ...], subject: Subject, at: int, more: Match
) -> None:
    narrower = tuple(replace(one, exclude=_joined(one.exclude, more)) if n == at else one for n, one in enumerate(tree))
    own = source(categories=("w",))
    before, after = (set(Filing(own, one).of(subject).categories) for one in (tree, narrower))
    changed = {tree[at].id, *tree[at].ancestors} if at < len(tree) else set()
    assert after <= before
    assert before - after <= changed


@given(_TREES, _SUBJECTS, _RULE)
def test_an_exclusion_holds_whatever_the_rules(tree: tuple[Category, ...], subject: Subject, exclude: Match) -> None:
    told = "told" in Filing(source(categories=("w",)), (Category("told", "", match=exclude),)).of(subject).categories
    filed = Filing(source(categories=("w",), exclude=exclude), tree).of(subject)
    assert (filed.categories == ()) >= told
    held = Filing(source(categories=("x", "w")), tuple(replace(one, exclude=exclude) for one in tree)).of(subject)
    assert not told or not {one.id for one in tree} & set(held.categories)


@given(_TREES, _SUBJECTS)
def test_many_rules_find_what_each_finds_alone(tree: tuple[Category, ...], subject: Subject) -> None:
    own = source(categories=("own",))
    together = Filing(own, tree).of(subject)
    alone = [reason for one in tree for reason in Filing(own, (one,)).of(subject).reasons if " by source" not in reason]
    assert {reason for reason in together.reasons if reason.startswith("filed")} == {
        "filed in own by source src", *(reason for reason in alone if reason.startswith("filed")),
    }  # fmt: skip
