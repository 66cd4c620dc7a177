"""URLs: kept to the web, folded for comparing, shown without secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import urls

_ANY = st.one_of(st.text(), st.from_regex(r"[a-z]{2,9}:(//)?[^\n]{0,40}"))


@given(_ANY, _ANY)
def test_web_url_gives_a_web_address_or_nothing(url: str, base: str) -> None:
    found = urls.web_url(url, base)
    assert found == "" or (found.startswith(("http://", "https://")) and urls.host(found) is not None)
    assert found.isascii()
    assert urls.web_url(found) == found


@pytest.mark.parametrize(
    "url",
    ["", " ", "javascript:alert(1)", "data:text/html,x", "http://", "http://[", "http://a:b/", "ftp://a.example/",
     "http://127.0.0.1\\@evil.example/", "//", "mailto:a@b.example", "http://a b.example/"],
)  # fmt: skip
def test_what_is_no_web_address_is_dropped(url: str) -> None:
    assert urls.web_url(url) == ""


def test_relative_addresses_become_absolute_and_are_encoded() -> None:
    base = "https://src.example.org/news/feed.xml"
    assert urls.web_url("../a b?q=ü", base) == "https://src.example.org/a%20b?q=%C3%BC"
    assert urls.web_url("", base) == ""


@pytest.mark.parametrize(
    "url",
    ["http://www.a.example/x/", "https://a.example:443/x?utm_source=rss", "HTTPS://A.example/x#part", "https://a.example/x?fbclid=1"],
)  # fmt: skip
def test_spellings_of_one_address_are_equal(url: str) -> None:
    assert urls.canonical(url) == "https://a.example/x"


@given(_ANY)
def test_canonical_is_stable(url: str) -> None:
    once = urls.canonical(url)
    assert urls.canonical(once) == once


def test_what_is_shown_holds_no_secret() -> None:
    url = "https://user:hunter2@a.example/feed?token=hunter2&page=2#hunter2"
    assert "hunter2" not in urls.without_secrets(url)
    assert urls.public(url) == "https://a.example/feed?page=2"
    assert urls.public("file:demo/a.xml") == ""


def test_an_origin_is_scheme_host_and_port() -> None:
    assert urls.same_origin("https://a.example/x", "https://a.example:443/y")
    assert not urls.same_origin("http://a.example/", "https://a.example/")
    assert not urls.same_origin("http://a.example:1/", "http://a.example:2/")
