"""HTML made safe, and HTML made plain."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from builders import any_text
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.sanitise import clean_html, plain_text
from syndicator.core.text import xml_safe

PAYLOADS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "xss" / "payloads.jsonl"
_ACTIVE = {"script", "style", "iframe", "object", "embed", "base", "meta", "form", "link", "svg", "math", "input"}


class _Oracle(HTMLParser):
    """Finds what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] if tag in _ACTIVE else []
        for name, value in attrs:
            scheme = "".join((value or "").split()).lower().partition(":")[0]
            if (
                name.startswith("on")
                or name == "style"
                or (name not in ("title", "alt") and scheme in ("javascript", "vbscript", "data"))
            ):
                self.found.append(f"{name}={value}")


def _active(markup: str) -> list[str]:
    oracle = _Oracle()
    oracle.feed(markup)
    oracle.close()
    return oracle.found


@pytest.mark.skipif(not PAYLOADS.is_file(), reason="the corpus lies beside the repository")
def test_no_payload_of_the_corpus_survives() -> None:
    payloads = [json.loads(line) for line in PAYLOADS.read_text().splitlines()]
    assert len(payloads) > 3000
    for payload in payloads:
        for text in payload.values():
            if isinstance(text, str):
                assert _active(clean_html(text, "https://src.example.org/")) == []


@given(st.text(alphabet="<>\"'=/ abscriptonlj:&;#x()"))
def test_no_markup_breaks_it_and_nothing_active_is_left(markup: str) -> None:
    assert _active(clean_html(markup, "https://src.example.org/")) == []


def test_links_become_absolute_and_those_without_a_base_go() -> None:
    assert 'href="https://a.example/x"' in clean_html('<a href="/x">x</a>', "https://a.example/b/")
    assert "href" not in clean_html('<a href="/x">x</a>', "javascript:alert(1)")


def test_what_articles_need_stays() -> None:
    kept = (
        '<h2>H</h2><ul><li>a</li></ul><table><tbody><tr><td colspan="2">x</td></tr></tbody></table><figure>f</figure>'
    )
    assert clean_html(kept, "") == kept


def test_plain_text_is_what_a_reader_sees() -> None:
    assert plain_text("<p>One &amp; two</p><p>three</p><script>four</script>") == "One & two three"
    assert plain_text("How to use &lt;b&gt;") == "How to use <b>"


@given(any_text(), st.sampled_from(["", "https://src.example.org/"]))
def test_what_comes_out_is_safe_for_xml_also_where_references_spelled_it(raw: str, base: str) -> None:
    for made in (clean_html(raw, base), plain_text(raw)):
        assert xml_safe(made) == made
        assert made.encode().decode() == made


@pytest.mark.parametrize("reference", ["&#1;", "&#x0C;", "&#xFFFE;", "&#xFDD0;", "&#x1FFFF;", "&#xD800;", "&#0;"])
def test_a_reference_to_a_character_that_xml_cannot_carry_is_gone(reference: str) -> None:
    made = clean_html(f'<p title="{reference}a">{reference}b</p>', "")
    assert xml_safe(made) == made
    assert "a" in made
    assert plain_text(f"<p>{reference}b</p>").endswith("b")


@pytest.mark.parametrize("base", ["http://1.2.3.999/", "http://xn--/", "http://a%zz/", "http://0x1ffffffff/"])
def test_a_base_that_no_browser_takes_is_none(base: str) -> None:
    cleaned = clean_html('<a href="/x">x</a> <a href="https://a.example/">y</a>', base)
    assert "/x" not in cleaned
    assert 'href="https://a.example/"' in cleaned


def test_depth_is_no_danger() -> None:
    deep = "<div>" * 20_000 + "x"
    assert plain_text(deep) == "x"
    assert "x" in clean_html(deep, "")


@pytest.mark.parametrize(
    "markup",
    ['<a href="java&#1;script:alert(1)">x</a>', '<a href="java&#9;script:alert(1)">x</a>', '<img src=x onerror="alert(1)">',
     '<a href=" javascript:alert(1)">x</a>', '<img src="data:text/html,<script>alert(1)</script>">',
     '<p style="position:fixed">x</p>', '<video poster="javascript:alert(1)">x</video>', '<blockquote cite="vbscript:x">x</blockquote>'],
)  # fmt: skip
def test_nothing_that_acts_is_left(markup: str) -> None:
    assert _active(clean_html(markup, "")) == []
    assert _active(clean_html(markup, "https://src.example.org/")) == []
