"""URLs: kept to the web, shown without secrets."""

from __future__ import annotations

import re

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


def test_what_is_shown_holds_no_secret() -> None:
    url = "https://user:hunter2@a.example/feed?token=hunter2&page=2#hunter2"
    assert "hunter2" not in urls.without_secrets(url)
    assert urls.public(url) == "https://a.example/feed?page=2"
    assert urls.public("file:demo/a.xml") == ""


def test_an_origin_is_scheme_host_and_port() -> None:
    assert urls.same_origin("https://a.example/x", "https://a.example:443/y")
    assert not urls.same_origin("http://a.example/", "https://a.example/")
    assert not urls.same_origin("http://a.example:1/", "http://a.example:2/")


_HOSTS = st.sampled_from(
    ["a.example", "www.a.example", "www.www.a.example", "www.", "[::1]", "[2001:db8::1]", "127.0.0.1", "bücher.example",
     "127.0.0.1＼@evil.example", "127.0.0.1\\@evil.example", "ü@a.example", "u:p@a.example", "a\x01b.example", "a＜b.example"]
)  # fmt: skip
_PORTS = st.sampled_from(["", ":80", ":443", ":8080", ":", ":0", ":x"])
_TAILS = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["//b", "/?x=\ud800&utm_source=a", "/?utm%5Fsource=a", "/?a=%zz&&b", "/#!x", "/;a?b;c=d#e"]
)
_ADDRESSES = st.builds("{}://{}{}{}".format, st.sampled_from(["http", "https", "HTTPS", "ftp"]), _HOSTS, _PORTS, _TAILS)


@given(_ADDRESSES)
def test_an_address_of_any_shape_is_printable_web_or_nothing_and_stays_as_it_is(url: str) -> None:
    found = urls.web_url(url)
    assert found == "" or re.fullmatch(r"https?://[!-~]+", found)
    assert "\\" not in found
    assert urls.web_url(found) == found


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1＼@evil.example/", "http://a\x01b.example/", "http://ü\x01.example/", "http://a＜b.example/"],
)
def test_a_host_is_judged_as_it_will_be_written(url: str) -> None:
    """IDNA turns full-width characters into ASCII ones: a backslash must not come back that way."""
    assert urls.web_url(url) == ""


def test_a_user_name_is_no_part_of_the_host() -> None:
    assert urls.host(urls.web_url("http://ü@a.example/")) == "a.example"
    assert urls.web_url("http://bücher.example:8080/ä") == "http://xn--bcher-kva.example:8080/%C3%A4"


_KEYS = ("token", "access_token", "apikey", "API_KEY", "%74oken", "sig", "x-auth", "password", "session_id", "secret")


@given(st.lists(st.sampled_from(_KEYS), max_size=3), st.sampled_from(["&", ";"]), st.sampled_from(["", "page=2"]))
def test_no_secret_is_shown_however_it_is_written(keys: list[str], between: str, plain: str) -> None:
    query = between.join(filter(None, (plain, *(f"{key}=hunter2" for key in keys))))
    url = f"https://hunter1:hunter2@a.example/feed?{query}#hunter2"
    for shown in (urls.public(url), urls.without_secrets(url)):
        assert "hunter" not in shown
        assert shown.startswith("https://a.example/feed")


def test_an_unreadable_address_shows_nothing_of_itself() -> None:
    assert urls.without_secrets("http://hunter2@[") == "(unreadable URL)"
    assert urls.public("http://hunter2@[") == ""


@pytest.mark.parametrize(
    ("url", "published"),
    [("https://a.example", "https://a.example/"), ("https://a.example/?t[]=1", "https://a.example/?t%5B%5D=1"),
     ("https://a.example/#a#b", "https://a.example/#a%23b"), ("http://[::1]/x", ""), ("/x", ""),
     ("https://a.example/a\n b", "https://a.example/a%20b")],
)  # fmt: skip
def test_an_address_is_published_as_every_reader_takes_it(url: str, published: str) -> None:
    assert urls.published_url(url) == published


@given(_ANY)
def test_what_is_published_is_published_as_it_is(url: str) -> None:
    found = urls.published_url(url)
    assert found == urls.published_url(found)
    assert not found or not set("[]") & set(found)
