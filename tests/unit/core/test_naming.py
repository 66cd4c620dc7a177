"""Ids made of titles."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.naming import Names, slug


@pytest.mark.parametrize(
    ("title", "id_"),
    [
        ("Tech News", "tech-news"),
        ("BBC News – World", "bbc-news-world"),
        ("Julia's blog", "julias-blog"),
        ("Science étonnante", "science-etonnante"),
        ("Über Ærø & Łódź", "uber-aero-lodz"),
        ("Straße", "strasse"),
        ("C++", "c"),
        ("🎮 Games", "games"),
        ("ＦＵＬＬ width", "full-width"),
        ("Υγεία", ""),
        ("Υγεία 2", ""),
        ("日本語", ""),
        ("Новости RSS", ""),
        ("!?", ""),
        ("", ""),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_a_title_becomes_an_id_where_its_letters_allow_it(title: str, id_: str) -> None:
    assert slug(title) == id_


@given(st.text(max_size=80))
def test_any_title_becomes_an_id_or_none(title: str) -> None:
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug(title))
    assert len(slug(title)) <= 50


def test_a_name_that_is_taken_gets_a_number() -> None:
    names = Names(["News", "news-3"])
    assert [names.free("news"), names.free("news"), names.free("sport"), names.free("sport")] == [
        "news-2",
        "news-4",
        "sport",
        "sport-2",
    ]
    assert [names.free("category", first=1), names.free("category", first=1)] == ["category-1", "category-2"]
