"""What of the sources may leave."""

from __future__ import annotations

from builders import source

from syndicator.core.exporting import exportable
from syndicator.core.model import Provenance
from syndicator.core.subscriptions import Subscription

_DESCRIBED = Provenance("Their title", "https://a.example/feed", "https://me:hunter2@a.example/?token=hunter2")


def test_O3_no_credential_leaves_and_each_is_told() -> None:
    sources = [
        source(id="plain", url="https://a.example/feed?page=1#top"),
        source(id="user", url="https://me:hunter2@a.example/feed"),
        source(id="key", url="https://a.example/feed?page=1&token=hunter2"),
        source(id="file", url="file:feeds/hunter2.xml"),
        source(id="path", url="https://a.example/hunter2/feed"),
        source(id="headers", url="https://b.example/feed", headers=(("X-Key", "hunter2"),)),
    ]
    found = exportable(sources, {"plain": _DESCRIBED}, {"hunter2"})
    assert "hunter2" not in repr(found)
    assert [(one.id, one.url) for one in found.subscriptions] == [
        ("plain", "https://a.example/feed?page=1"),
        ("user", "https://a.example/feed"),
        ("key", "https://a.example/feed?page=1"),
        ("headers", "https://b.example/feed"),
    ]
    assert [note.split(";")[0] for note in found.notes] == [
        "user is written without the key or password in its address",
        "key is written without the key or password in its address",
        "file is left out: its address is a file here, which no other reader can reach",
        "path is left out: its address holds what the environment keeps secret",
        "the headers of headers are left out",
    ]


def test_a_chosen_title_can_be_told_from_the_publishers() -> None:
    sources = [source(id="a"), source(id="b"), source(id="c", title="Mine"), source(id="d", title="Their title")]
    found = exportable(sources, {"b": _DESCRIBED, "d": _DESCRIBED}, ())
    assert [(one.title, one.own_title) for one in found.subscriptions] == [
        ("a", "a"),
        ("Their title", "Their title"),
        ("Mine", "c"),
        ("Their title", "d"),
    ]


def test_a_subscription_stands_in_every_category_the_first_one_first() -> None:
    (one,) = exportable([source(categories=("b/c", "a"))], {}, ()).subscriptions
    assert one == Subscription("src", "https://src.example.org/feed", "", (("b/c",), ("a",)), "src", "src")
