"""Which addresses of subscriptions are taken, and why the others are not."""

from __future__ import annotations

import pytest

from syndicator.formats.subscription_address import NotTaken, address


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://a.example/feed", "https://a.example/feed"),
        ("  HTTP://A.example/f e e d ", "http://A.example/f%20e%20e%20d"),
        ('"https://a.example/feed"', "https://a.example/feed"),
        ("feed://a.example/feed", "http://a.example/feed"),
        ("feed:https://a.example/feed", "https://a.example/feed"),
        ("feed://https://a.example/feed", "https://a.example/feed"),
        ("FEED:http://a.example/feed", "http://a.example/feed"),
        ("itpc://a.example/feed", "http://a.example/feed"),
        ("pcast:a.example/feed", "http://a.example/feed"),
        ("podcast://a.example/feed", "http://a.example/feed"),
        ("https://a.example/@user/feed?x=a@b", "https://a.example/@user/feed?x=a@b"),
        ("https://παράδειγμα.example/", "https://xn--hxajbheg2az3al.example/"),
    ],
)
def test_addresses_of_the_web_are_taken(given: str, url: str) -> None:
    assert address(given) == url


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("exec:~/bin/feed.sh", "starts a program of the reader it comes from (exec:)"),
        ('"exec:curl -s https://a.example/ | jq"', "(exec:)"),
        ("filter:~/bin/clean.py:https://a.example/feed", "(filter:)"),
        ('"filter:~/bin/clean.py:https://a.example/feed"', "(filter:)"),
        ("EXEC:x", "(exec:)"),
        ("feed:exec:x", "leads nowhere"),
        ("|~/fetch_tweets.py", "(|)"),
        ("javascript:alert(1)", "has the scheme javascript:, and only http: and https: are taken"),
        ("file:///etc/passwd", "has the scheme file:"),
        ("ftp://a.example/feed", "has the scheme ftp:"),
        ("data:text/xml,<rss/>", "has the scheme data:"),
        ("a.example/feed", "no address that begins with https:// or http://"),
        ("//a.example/feed", "no address that begins with"),
        ("", "no address that begins with"),
        ("http://", "leads nowhere"),
        ("http://[", "leads nowhere"),
        ("http:///feed", "leads nowhere"),
        ("https://a.example/" + "a" * 9000, "leads nowhere"),
    ],
)
def test_others_are_refused_with_the_scheme_in_the_reason(given: str, says: str) -> None:
    refused = address(given)
    assert isinstance(refused, NotTaken)
    assert says in refused.reason


@pytest.mark.parametrize("user", ["me:hunter2", "hunter2", ":hunter2", "me%40x:hunter2"])
@pytest.mark.parametrize("scheme", ["https://", "feed://"])
def test_a_password_is_refused_without_being_told_and_with_the_way_to_give_it(scheme: str, user: str) -> None:
    refused = address(f"{scheme}{user}@a.example/feed")
    assert isinstance(refused, NotTaken)
    assert "hunter2" not in refused.reason
    assert 'headers: {Authorization: "Basic ${NAME}"}' in refused.reason
    assert "environment variable" in refused.reason
