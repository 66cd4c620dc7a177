"""What became of a text, word by word."""

from __future__ import annotations

import pytest
from builders import any_text
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.differences import MOST_COMPARED, Piece, differences


def test_words_that_are_gone_and_new_stand_where_they_were_among_those_around_them() -> None:
    assert differences("Three people died on Monday.", "Four people died on Sunday night.") == (
        Piece("gone", "Three "), Piece("new", "Four "), Piece("same", "people died on "), Piece("gone", "Monday. "),
        Piece("new", "Sunday night. "),
    )  # fmt: skip


def test_what_is_far_from_any_difference_is_left_out() -> None:
    before = " ".join(f"w{n}" for n in range(100))
    assert differences(before, before.replace("w50 ", "new ")) == (
        Piece("same", "… " + " ".join(f"w{n}" for n in range(40, 50)) + " "), Piece("gone", "w50 "), Piece("new", "new "),
        Piece("same", " ".join(f"w{n}" for n in range(51, 61)) + " … "),
    )  # fmt: skip


def test_texts_that_agree_but_for_white_space_have_no_differences() -> None:
    assert differences("one two\nthree", "one\ntwo three") == ()
    assert differences("", "") == ()


def test_a_text_without_spaces_is_compared_by_its_characters() -> None:
    assert differences("乗客は夜を明かした", "乗客は朝を明かした") == (
        Piece("same", "乗客は"), Piece("gone", "夜"), Piece("new", "朝"), Piece("same", "を明かした "),
    )  # fmt: skip


_TEXT = st.lists(st.sampled_from("abcde"), max_size=9).map(" ".join)


@given(_TEXT, _TEXT)
def test_the_pieces_of_short_texts_are_the_texts(before: str, after: str) -> None:
    pieces = differences(before, after)
    for text, kind in ((before, "gone"), (after, "new")):
        assert "".join(p.text for p in pieces if p.kind in ("same", kind)).split() == (text.split() if pieces else [])
    assert (pieces == ()) == (before == after)


@given(any_text(), any_text())
def test_any_texts_have_differences(before: str, after: str) -> None:
    assert all(piece.text for piece in differences(before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 200_000, "a " * 199_999 + "b"),
        ("a b " * 100_000, "b a a " * 90_000),
        ("x" * 1_000_000, "y" * 1_000_000),
        ("", " ".join(map(str, range(200_000)))),
        (" ".join(map(str, range(100_000))), " ".join(map(str, range(100_000, 0, -1)))),
    ],
)
def test_the_differences_of_very_long_texts_are_short(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert 0 < len(pieces) < 3 * MOST_COMPARED
    assert sum(len(piece.text) for piece in pieces) < 60_000
