"""Every encoding, labelled rightly, wrongly or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.feed import Feed
from syndicator.formats.encodings import relabelled
from syndicator.formats.reading import read

NASTY = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "nasty"
GREEK = "Νέα μέτρα για την υγεία ανακοίνωσε σήμερα το υπουργείο"


def _rss(text: str, label: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{label}"?>' if label else ""
    return f'{declaration}<rss version="2.0"><channel><item><title>{text}</title></item></channel></rss>'


def _read(body: bytes, content_type: str = "") -> Feed:
    feed = read(body, "https://a.example/feed", content_type)
    assert isinstance(feed, Feed)
    return feed


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Ωραία 😀"), ("iso-8859-1", "Café"), ("iso-8859-2", "Źródło"), ("iso-8859-7", "Ωραία"), ("iso-8859-15", "5 €"),
        ("windows-1250", "Źródło"), ("windows-1251", "Новости"), ("windows-1252", "“Café” – 5 €"), ("windows-1253", "Ωραία"),
        ("koi8-r", "Новости"), ("macroman", "Café"), ("euc-jp", "日本語"), ("shift_jis", "日本語"), ("iso-2022-jp", "日本語"),
        ("gb2312", "中文"), ("gbk", "中文"), ("gb18030", "中文😀"), ("big5", "中文"), ("euc-kr", "한국어"), ("tis-620", "ไทย"),
        ("utf-16", "Ωραία 😀"), ("utf-32", "Ωραία 😀"),
    ],
)  # fmt: skip
def test_what_the_document_declares_is_read(encoding: str, text: str) -> None:
    body = _rss(text, encoding).encode(encoding)
    for content_type in ("", "text/xml", f"application/rss+xml; charset={encoding}"):
        feed = _read(body, content_type)
        assert (feed.entries[0].title.value, feed.flaws) == (text, ())


@pytest.mark.parametrize("encoding", ["iso-8859-7", "windows-1251", "euc-jp", "big5"])
def test_what_only_the_server_says_is_read(encoding: str) -> None:
    text = {"iso-8859-7": "Ωραία", "windows-1251": "Новости", "euc-jp": "日本語", "big5": "中文"}[encoding]
    feed = _read(_rss(text).encode(encoding), f"application/rss+xml; charset={encoding}")
    assert feed.entries[0].title.value == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_show_without_a_mark(encoding: str) -> None:
    feed = _read(_rss("Ωραία").encode(encoding))
    assert (feed.entries[0].title.value, feed.doubt) == ("Ωραία", "it is in UTF-16 or UTF-32")


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "gbk"])
def test_utf_8_under_another_name_is_utf_8(label: str) -> None:
    feed = _read(_rss("Café “x” Ωραία", label).encode())
    assert (feed.entries[0].title.value, feed.reader) == ("Café “x” Ωραία", "fast")
    assert feed.flaws == (f"it is called {label}, but is UTF-8",)


def test_a_byte_order_mark_outdoes_a_label() -> None:
    for content_type in ("", "text/xml; charset=iso-8859-1"):
        feed = _read(b"\xef\xbb\xbf" + _rss("Ωραία", "iso-8859-1").encode(), content_type)
        assert feed.entries[0].title.value == "Ωραία"


def test_utf_8_that_the_server_calls_otherwise_is_utf_8() -> None:
    assert _read(_rss("Ωραία").encode(), "text/xml; charset=iso-8859-1").entries[0].title.value == "Ωραία"
    broken = _rss("Ωραία &").encode()
    assert _read(broken, "text/xml; charset=iso-8859-1").entries[0].title.value == "Ωραία &"


@pytest.mark.parametrize("label", ["", "utf-8"])
def test_what_is_not_utf_8_without_another_name_is_windows_1252(label: str) -> None:
    feed = _read(_rss("Notícias – 5 €", label).encode("windows-1252"))
    assert feed.entries[0].title.value == "Notícias – 5 €"
    assert feed.flaws == ("not all of it is UTF-8, the rest read as windows-1252",)


def test_a_bad_byte_costs_only_itself() -> None:
    assert (
        _read(_rss("Ωραία Caf\xe9", "utf-8").encode().replace("é".encode(), b"\xe9")).entries[0].title.value
        == "Ωραία Café"
    )


@pytest.mark.parametrize("encoding", ["windows-1253", "windows-1251", "euc-jp", "big5"])
def test_other_scripts_are_told_from_their_letters(encoding: str) -> None:
    text = {
        "windows-1253": GREEK,
        "windows-1251": "Министерство здравоохранения объявило сегодня о новых мерах",
        "euc-jp": "ゲーム三昧な正月をずっとプレイしている。やっと面白くなりつつある。",
        "big5": "我希望這很容易翻譯成中文，並有助於改進軟件。感謝您閱讀本文。",
    }[encoding]
    dated = "</title><link>https://a.example/some/long/address</link><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><title>"
    feed = _read(_rss(text + dated).encode(encoding))
    assert feed.entries[0].title.value == text
    assert feed.flaws[0].startswith("no encoding given, read as ")
    mislabelled = _read(_rss(text + dated, "utf-8").encode(encoding))
    assert mislabelled.entries[0].title.value == text
    assert mislabelled.flaws[0].startswith("called UTF-8, read as ")


def test_an_unknown_label_is_no_end() -> None:
    feed = _read(_rss("Ωραία", "bogus").encode())
    assert feed.entries[0].title.value == "Ωραία"
    assert "'bogus' is unknown" in feed.doubt


@given(
    st.binary(),
    st.sampled_from(["", "text/xml; charset=utf-8", "text/xml; charset=utf-16", "charset=\x00", "charset=idna"]),
)
def test_no_bytes_break_it(body: bytes, content_type: str) -> None:
    for whole in (body, b"<?xml version='1.0' encoding='undefined'?>" + body):
        as_read, type_, flaws = relabelled(whole, content_type)
        assert as_read == whole or type_ == "application/xml; charset=utf-8"
        assert all(flaws)


@pytest.mark.skipif(not NASTY.is_dir(), reason="the corpus lies beside the repository")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("001-windows-1252-incorrect-prolog.xml", "Euro €"), ("002-feed-utf16be.xml", "Test feed title 1"),
        ("003-rss_20_iso8859-15.xml", "éàùç€@ïî"), ("004-utf16_encoded.xml", "UTF-16 Entry 1"), ("005-iso-8859-1.rss", "Mëkanïk Zaïn"),
        ("006-bozo_invalid-bytes-with-bom.xml", "España"), ("007-rss_0.91_encoding_1.xml", "Expansão de Parâmetros"),
        ("008-iso-8859-1.xml", "Café"), ("010-koi8r.xml", "Первая новость"), ("011-rss_0.91_encoding_2.xml", "Comitê completa"),
        ("012-big5.xml", "我希望"), ("013-demoronize-1.xml", "don\x92t"), ("015-bozo_linenoise.xml", "’<>”©"), ("016-tis620.xml", "สำนักงาน"),
        ("020-bozo_double-encoded-html.xml", "…"), ("021-euc-kr-attribute.xml", "년"), ("022-eucjp.xml", "ゲーム三昧な正月"),
    ],
)  # fmt: skip
def test_the_nasty_ones_say_what_was_meant(name: str, text: str) -> None:
    assert text in repr(_read((NASTY / name).read_bytes())).replace("\\x92", "\x92")
