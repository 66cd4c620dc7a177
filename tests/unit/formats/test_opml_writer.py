"""The subscriptions as OPML, and read back by our own reader."""

from __future__ import annotations

import re

from builders import NOW, any_text, source
from conformance.opml import opml_flaws
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicator.core import importing
from syndicator.core.exporting import exportable
from syndicator.core.model import Category, Source
from syndicator.core.subscriptions import Subscription, SubscriptionList
from syndicator.formats import opml_reader, opml_writer

_TREE = (
    Category("x/y", "Lone & <deep>"), Category("a/b", "Same"), Category("a", "Tech / IT, all"), Category("c", "Same"),
    Category("empty", "Empty"),
)  # fmt: skip


def _source(id_: str, *categories: str, title: str | None = None) -> Source:
    return source(id=id_, origin=id_, url=f"https://{id_}.example/feed", categories=categories, title=title)


def _written(*sources: Source, tree: tuple[Category, ...] = _TREE) -> bytes:
    return opml_writer.render("Ours", tree, exportable(sources, {}, ()).subscriptions, NOW)


def _imported(body: bytes) -> importing.Additions:
    listed = opml_reader.read(body)
    assert isinstance(listed, SubscriptionList)
    assert (listed.refused, listed.flaws) == ((), ())
    return importing.additions(listed.subscriptions, (), {}, "", listed.folder_ids)


def test_folders_are_nested_as_categories_are_and_those_without_a_source_are_left_out() -> None:
    root = etree.fromstring(_written(_source("one", "x/y"), _source("two", "a/b", "c"), _source("three")))
    body = root.find("body")
    assert body is not None
    names = [
        (one.get("text"), str(above.get("text")))
        for one in body.iter("outline")
        for above in (one.getparent(),)
        if above is not None
    ]
    assert names == [
        ("Tech / IT, all", "None"),
        ("Same", "Tech / IT, all"),
        ("two", "Same"),
        ("Same", "None"),
        ("two", "Same"),
        ("Lone & <deep>", "None"),
        ("one", "Lone & <deep>"),
        ("three", "None"),
    ]
    assert root.findtext("head/dateModified") == "Sat, 31 Jan 2026 12:00:00 GMT"


def test_it_is_opml_2_with_an_attribute_of_a_namespace_that_other_readers_skip() -> None:
    body = _written(_source("one", "x/y"), _source("two", "a/b", "c"), _source("three"))
    plain = re.sub(rb' (?:xmlns:syndicator|syndicator:id)="[^"]*"', b"", body)
    assert opml_flaws(plain) == ()


def test_P11_an_import_of_it_gives_the_same_sources_and_categories() -> None:
    sources = (_source("one", "x/y"), _source("two", "c", "a/b", title="Mine"), _source("Three.3", "a"))
    again = _imported(_written(*sources))
    assert {one.id: (one.url, one.title, one.categories) for one in again.sources} == {
        one.id: (one.url, one.title, one.categories) for one in sources
    }
    assert {(one.id, one.title) for one in again.categories} == {(one.id, one.title) for one in _TREE[:4]}


def test_ids_that_no_configuration_could_have_or_that_are_taken_are_made_anew() -> None:
    body = _written(_source("one", "a"), _source("two", "c"), tree=(Category("a", "A"), Category("c", "C")))
    evil = body.replace(b'syndicator:id="a"', b'syndicator:id="x/all"').replace(
        b'syndicator:id="one"', b'syndicator:id="../../etc"'
    )
    again = _imported(evil)
    assert [(one.id, one.categories) for one in again.sources] == [("one", ("a",)), ("two", ("c",))]
    twice = _imported(body.replace(b'syndicator:id="two"', b'syndicator:id="one"'))
    assert [one.id for one in twice.sources] == ["one", "one-2"]


@given(st.lists(any_text(), min_size=1, max_size=4), any_text())
def test_no_title_can_break_it(titles: list[str], name: str) -> None:
    found = [
        Subscription(title, f"https://{n}.example/", "", (("a",),), title, f"s{n}") for n, title in enumerate(titles)
    ]
    body = opml_writer.render(name, (Category("a", name),), found, NOW)
    listed = opml_reader.read(body)
    assert isinstance(listed, SubscriptionList)
    assert [one.url for one in listed.subscriptions] == [one.url for one in found]
