"""One address for one page: what is folded, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.canonical import canonical, lies_under

_ANY = st.one_of(st.text(), st.from_regex(r"[a-z]{2,9}:(//)?[^\n]{0,40}"))
_HOSTS = st.sampled_from(
    ["a.example", "www.www.a.example", "m.a.example", "www.m.amp.a.example", "m.example", "en.m.wikipedia.org", "[::1]",
     "www.google.com", "l.facebook.com", "a-example.cdn.ampproject.org", "127.0.0.1＼@evil.example", "u:p@a.example"]
)  # fmt: skip
_TAILS = st.text(st.characters(exclude_categories=()), max_size=20) | st.lists(
    st.sampled_from(["/amp", "/", "/x", ".amp", ".html", "?", "&", "amp=1", "url=", "u=", "https://www.google.com/url?q=",
                     "https%3A%2F%2Fm.a.example%2Famp%2F", "/s/b.example", "/c", "utm%5Fsource=a", "#!/x", "\ud800"]),
    max_size=8,
).map("".join)  # fmt: skip
_ADDRESSES = st.builds(
    "{}://{}{}{}".format, st.sampled_from(["http", "https"]), _HOSTS, st.sampled_from(["", ":80", ":8080"]), _TAILS
)


@pytest.mark.parametrize(
    "url",
    ["http://www.a.example/x/", "https://a.example:443/x?utm_source=rss", "HTTPS://A.example/x#part", "https://a.example/x?fbclid=1"],
)  # fmt: skip
def test_spellings_of_one_address_are_equal(url: str) -> None:
    assert canonical(url) == "https://a.example/x"


@pytest.mark.parametrize(
    "url",
    ["https://news.example.org/feeds/health.rss", "http://news.example.org/feeds/a/b/archive/1.atom",
     "HTTPS://News.Example.ORG:443/feeds/x?y=1#z", "https://www.news.example.org/feeds/x", " https://news.example.org/feeds/x "],
)  # fmt: skip
def test_what_lies_under_a_folder_however_it_is_spelled(url: str) -> None:
    assert lies_under(url, "https://news.example.org/feeds/")
    assert lies_under(url, "http://NEWS.example.org/feeds/")


@pytest.mark.parametrize(
    "url",
    ["", "urn:x:1", "http://[", "/feeds/x", "https://news.example.org.evil/feeds/x", "https://news.example.org/feedsx",
     "https://news.example.org/feedsx/y", "https://news.example.org/feeds", "https://news.example.org/feeds/",
     "https://news.example.org/Feeds/x", "https://news.example.org/x/feeds/y", "https://news.example.org:8080/feeds/x",
     "https://news.example.org@evil.example/feeds/x", "https://evil.example/?news.example.org/feeds/x",
     "https://evil.example/#https://news.example.org/feeds/x", "https://xnews.example.org/feeds/x",
     "ftp://news.example.org/feeds/x"],
)  # fmt: skip
def test_what_does_not_lie_under_a_folder(url: str) -> None:
    assert not lies_under(url, "https://news.example.org/feeds/")


def test_a_folder_may_lie_below_a_path_or_have_a_port() -> None:
    assert lies_under("http://127.0.0.1:8080/hub/feeds/x", "http://127.0.0.1:8080/hub/feeds/")
    assert not lies_under("http://127.0.0.1:8081/hub/feeds/x", "http://127.0.0.1:8080/hub/feeds/")
    assert not lies_under("http://127.0.0.1:8080/feeds/x", "http://127.0.0.1:8080/hub/feeds/")
    assert not lies_under("https://a.example/x", "")


@given(_ANY, _ANY)
def test_whether_one_lies_under_another_is_always_told(url: str, folder: str) -> None:
    assert lies_under(url, folder) in (True, False)


def test_folding_keeps_what_names_another_page() -> None:
    assert canonical("http://[::1]:8080/x/") == "https://[::1]:8080/x"
    assert canonical("https://a.example/x?id=1&utm_medium=rss&b=") == "https://a.example/x?id=1&b="
    assert canonical("https://a.example/#!/page") == "https://a.example/#!/page"
    assert canonical("https://a.example/X") != canonical("https://a.example/x")
    assert canonical("mailto:a@a.example") == ""


@given(_ANY | _ADDRESSES)
def test_folding_twice_is_folding_once(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once


@pytest.mark.parametrize(
    "url",
    ["https://m.paper.example/news/1", "https://amp.paper.example/news/1", "https://www.mobile.paper.example/news/1/",
     "https://paper.example/news/1/amp", "https://paper.example/news/1/amp/", "https://paper.example/amp/news/1",
     "https://paper.example/news/1.amp", "https://paper.example/news/1?amp", "https://paper.example/news/1?amp=1&utm_source=x",
     "https://paper.example/news/1?outputType=amp", "https://www2.paper.example/news/1",
     "https://www.google.com/amp/s/www.paper.example/news/1/amp", "https://www.google.com/amp/paper.example/news/1",
     "https://paper-example.cdn.ampproject.org/c/s/paper.example/news/1", "https://www.google.com/url?rct=j&url=https://paper.example/news/1&ct=ga",
     "https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fnews%2F1%3Ffbclid%3Dx&h=1",
     "https://t.umblr.com/redirect?z=http%3A%2F%2Fwww.paper.example%2Fnews%2F1", "https://www.youtube.com/redirect?q=http://paper.example/news/1",
     "https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fpaper.example%252Fnews%252F1"],
)  # fmt: skip
def test_all_ways_to_a_page_are_one(url: str) -> None:
    assert canonical(url) == "https://paper.example/news/1"


@pytest.mark.parametrize(
    ("url", "folded"),
    [
        ("https://en.m.wikipedia.org/wiki/AMP", "https://en.wikipedia.org/wiki/AMP"),
        ("https://m.example/", "https://m.example/"),
        ("https://amp.example/", "https://amp.example/"),
        ("https://a.example/amp", "https://a.example/amp"),
        ("https://a.example/amplifiers/", "https://a.example/amplifiers"),
        ("https://a.example/camp/amps.html", "https://a.example/camp/amps.html"),
        ("https://www.youtube.com/watch?v=1", "https://youtube.com/watch?v=1"),
        ("https://www.google.com/search?q=http://a.example/", "https://google.com/search?q=http%3A%2F%2Fa.example%2F"),
        ("https://l.facebook.com/l.php?u=javascript:alert(1)", "https://l.facebook.com/l.php?u=javascript%3Aalert%281%29"),
    ],
)  # fmt: skip
def test_what_only_looks_alike_stays(url: str, folded: str) -> None:
    assert canonical(url) == folded


def test_redirectors_inside_each_other_have_an_end() -> None:
    url = "https://www.google.com/url?q=" * 250
    assert canonical(url + "https://a.example/x") == "https://a.example/x"


@pytest.mark.parametrize(
    "cached",
    [
        "https://www.google.com/amp/s/paper.example/story.php?id=7",
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/story.php?id=7",
        "https://www.google.de/url?q=https://paper.example/story.php?id%3D7",
        "https://www.google.co.uk/url?q=https://paper.example/story.php?id%3D7",
        "https://m.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fstory.php%3Fid%3D7",
    ],
)
def test_what_leads_on_keeps_the_query(cached: str) -> None:
    assert canonical(cached) == "https://paper.example/story.php?id=7"
