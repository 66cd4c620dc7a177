"""What an article is about, as weighted hashes."""

from __future__ import annotations

from zlib import crc32

import pytest
from builders import any_text
from hypothesis import given

from syndicator.core.terms import MOST_TERMS, terms_of, unpacked


def _weights(title: str, text: str, *terms: str) -> list[int]:
    found = unpacked(terms_of(title, text))
    return [found.get(crc32(term.encode()), 0) for term in terms]


@given(any_text(), any_text())
def test_whatever_it_is_made_of_it_is_small_and_the_same_each_time(title: str, text: str) -> None:
    made = terms_of(title, text)
    assert made == terms_of(title, text)
    assert len(made) <= 5 * MOST_TERMS
    found = unpacked(made)
    assert len(made) == 5 * len(found)
    assert all(1 <= weight <= 255 for weight in found.values())


def test_words_of_the_title_weigh_more_than_those_of_the_text() -> None:
    title, text = _weights("Vaccine", "hospital budget", "vaccine", "hospita")
    assert title > text > 0


def test_names_weigh_more_but_not_the_word_that_begins_a_sentence() -> None:
    name, begins, plain = _weights("", "Hospital budget. Nobody met Merkel here", "merkel", "nobody", "budget")
    assert name > begins == plain > 0
    name, plain = _weights("", "we met Élodie there", "élodie", "met")
    assert name > plain
    assert len(set(_weights("", "we met élodie there", "élodie", "met"))) == 1


def test_words_that_come_again_weigh_more() -> None:
    often, once = _weights("", "malaria malaria malaria vaccine", "malaria", "vaccine")
    assert often > once > 0


def test_numbers_and_very_short_words_tell_nothing() -> None:
    assert unpacked(terms_of("In 2026 at 12:30 we go to it", "")) == {}
    assert _weights("covid19 mp3", "", "covid") == [255]


def test_endings_of_inflected_languages_fall_away() -> None:
    assert unpacked(terms_of("κυβέρνηση", "")) == unpacked(terms_of("κυβέρνησης", ""))
    assert unpacked(terms_of("министерство", "")) == unpacked(terms_of("министерства", ""))


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        ("東京都知事", ("東京", "京都", "都知", "知事")),
        ("การเลือก", ("กา", "าร", "รเ", "เล", "ลื", "ือ", "อก")),
        ("한국은행", ("한국", "국은", "은행")),
        ("AI技術", ("技術",)),
        ("हिन्दी भाषा", ("हिन्दी", "भाषा")),
        ("ASML東京 tokyo", ("asml", "東京", "tokyo")),
    ],
)
def test_scripts_without_spaces_are_taken_in_pairs_and_signs_belong_to_their_words(
    title: str, terms: tuple[str, ...]
) -> None:
    assert unpacked(terms_of(title, "")).keys() == {crc32(term.encode()) for term in terms}
