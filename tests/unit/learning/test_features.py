"""Texts as numbers: of any language, the title weighs more, and length does not count."""

from __future__ import annotations

import numpy as np
from builders import any_text
from hypothesis import given
from hypothesis import strategies as st

from syndicator.learning.features import FEATURES, features


def _similarity(one: tuple[str, str], other: tuple[str, str]) -> float:
    rows = features([one, other])
    return float((rows[0] @ rows[1].T).toarray()[0][0])


def test_case_and_punctuation_do_not_count() -> None:
    assert _similarity(("Große ÄRZTE-Tagung!", ""), ("grosse ärzte tagung", "")) > 0.999


def test_what_the_titles_share_weighs_more_than_what_the_texts_share() -> None:
    filler = "one two three four five six"
    titles = _similarity(("cancer", filler), ("cancer", "seven eight nine ten eleven twelve"))
    texts = _similarity(("one", f"cancer {filler}"), ("seven", "cancer eight nine ten eleven twelve thirteen"))
    assert titles > texts > 0


def test_the_order_of_neighbours_counts() -> None:
    assert _similarity(("", "white house"), ("", "white house")) > _similarity(("", "white house"), ("", "house white"))


def test_scripts_without_blanks_share_what_they_say() -> None:
    assert _similarity(("東京で新しい病院が開院", ""), ("大阪の病院で手術", "")) > 0.05
    assert _similarity(("โรงพยาบาลแห่งใหม่", ""), ("โรงพยาบาลเด็ก", "")) > 0.05
    assert _similarity(("東京で新しい病院が開院", ""), ("野球の試合", "")) == 0


@given(st.lists(st.tuples(any_text(), any_text()), min_size=1, max_size=4))
def test_every_text_gives_a_row_of_length_one_or_none_at_all(texts: list[tuple[str, str]]) -> None:
    rows = features(texts)
    assert rows.shape == (len(texts), FEATURES)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).ravel().tolist()
    assert all(length == 0 or abs(length - 1) < 1e-5 for length in lengths)


@given(st.tuples(any_text(), any_text()))
def test_a_text_gives_the_same_alone_and_among_others(text: tuple[str, str]) -> None:
    assert (features([text])[0] != features([("other", "text"), text])[1]).nnz == 0
