"""Fields that mean the same in every XML feed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.feed import Person, Text
from syndicator.formats import fields


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Ada", Person("Ada")),
        ("ada@example.org", Person("", "ada@example.org")),
        ("ada@example.org (Ada)", Person("Ada", "ada@example.org")),
        ("Ada <ada@example.org>", Person("Ada", "ada@example.org")),
        ("Ada (ada@example.org)", Person("Ada", "ada@example.org")),
        ("ada@newsroom.example (Ada)", Person("Ada", "ada@newsroom.example")),
        ("Ada @ home", Person("Ada @ home")),
        ("@ada", Person("@ada")),
        ("ada@localhost", Person("ada@localhost")),
    ],
)
def test_a_person_is_a_name_and_an_address_in_either_order(text: str, person: Person) -> None:
    assert fields.person(text) == person


def test_an_author_of_31_kilobytes_is_read_in_a_moment() -> None:
    """Whatever stands around the @: an expression that tries every beginning takes minutes for this."""
    for text in ("a@" * 15_500, "a.b-" * 7_750 + "@", "@" * 31_000):
        assert fields.person(text) == Person(text)
    assert fields.person("(" * 31_000 + "a@example.org").email == "a@example.org"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1545", 1545), ("25:45", 1545), ("1:25:45", 5145), ("90.7", 90), (" 0:30 ", 30), ("", None), ("1h", None), ("1:2:3:4", None), ("9" * 15, None), ("9" * 30, None)],
)  # fmt: skip
def test_a_duration_is_whole_seconds(text: str, seconds: int | None) -> None:
    assert fields.duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "length"), [("12", 12), (" 12 ", 12), ("", None), ("-1", None), ("1.5", None), ("9" * 16, None)]
)
def test_a_length_is_bytes(text: str, length: int | None) -> None:
    assert fields.length(text) == length


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>x</b>", True), ("a &amp; b", True), ("a &#39; b", True), ("1 < 2 and 3 > 2", False), ("How to use <b>", False),
        ("<T>(x: T)</T>", False), ("R&D;", False), ("<script>x</script>", False), ("plain", False), ("a & b", False),
    ],
)  # fmt: skip
def test_markup_is_told_from_text_about_markup(text: str, html: bool) -> None:
    assert fields.looks_like_html(text) is html


@given(st.text())
def test_utf_8_that_was_encoded_twice_is_decoded_twice(text: str) -> None:
    twice = text.encode("utf-8", "ignore").decode("iso-8859-1")
    assert fields.repaired(twice) == text.encode("utf-8", "ignore").decode()


def test_the_fullest_text_is_html_then_the_longest() -> None:
    assert (
        fields.fullest([Text("longer than that"), Text("<p>a</p>", True), Text("<p>ab</p>", True)]).value == "<p>ab</p>"
    )
    assert fields.fullest([]) == Text()


@pytest.mark.parametrize(
    ("text", "explicit"),
    [("yes", True), ("True", True), ("explicit", True), ("no", False), ("clean", False), ("", None), ("maybe", None)],
)
def test_explicit_is_yes_no_or_nothing(text: str, explicit: bool | None) -> None:
    assert fields.explicit(text) is explicit
