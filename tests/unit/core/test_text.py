"""Plain text: what XML may carry, words, excerpts."""

from __future__ import annotations

import pytest
from builders import any_text
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicator.core import text
from syndicator.core.sanitise import clean_html


@given(any_text())
def test_safe_text_goes_into_xml_and_utf_8_and_is_safe_already(raw: str) -> None:
    safe = text.xml_safe(raw)
    element = etree.Element("x")
    element.text = safe
    assert etree.fromstring(etree.tostring(element)).text in (safe, safe or None)
    assert safe.encode().decode() == safe
    assert text.xml_safe(safe) == safe


def test_stray_windows_1252_is_repaired() -> None:
    assert text.xml_safe("\x93quoted\x94 \x85") == "“quoted” …"


def test_one_line_has_no_breaks_and_no_blank_edges() -> None:
    assert text.one_line(" a\r\n\tb\u00a0c\u2028d ") == "a b c d"


def test_words_ignore_case_and_punctuation_in_every_script() -> None:
    assert text.words("Ο ΌΓΚΟΣ, στο «δέρμα»!") == text.words("ο όγκος στο δέρμα")
    assert text.words("…!?") == ()


@given(st.text(max_size=80), st.integers(2, 40))
def test_an_excerpt_is_a_beginning_within_its_limit(whole: str, limit: int) -> None:
    cut = text.excerpt(whole, limit)
    assert len(cut) <= limit
    assert cut == whole or (cut.endswith("…") and whole.startswith(cut[:-1]))


def test_an_excerpt_is_cut_between_words() -> None:
    assert text.excerpt("one two, three four", 14) == "one two…"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("FÃ¶rderung", "Förderung"), ("lâ€™hÃ©roÃ¯ne", "l’héroïne"), ("â\x80\x93", "–"), ("Â·", "·"), ("ÃÂ¶", "ö"),
     ("AMANHÃ”", "AMANHÃ”"), ("SÃO PAULO", "SÃO PAULO"), ("Ângela", "Ângela"), ("\x93x\x94", "“x”"), ("a\ufffdb", "a□b")],
)  # fmt: skip
def test_text_that_was_encoded_twice_is_read_as_it_was_meant(sent: str, meant: str) -> None:
    assert text.one_line(sent) == text.xml_safe(sent) == meant


def test_content_that_was_encoded_twice_is_too() -> None:
    assert (
        clean_html("<p title='Ã¶'>voilÃ\u00a0 Â\u00a0!</p>", "https://a.example/") == '<p title="ö">voilà &nbsp;!</p>'
    )
