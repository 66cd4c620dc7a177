"""The checkers find what they are for, and nothing where all is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from conformance import atom_flaws, json_feed_flaws, opml_flaws, rss_flaws
from conformance.examples import atom, json_feed, opml, rss

_Checker = Callable[[bytes], tuple[str, ...]]
_FORMATS: list[tuple[ModuleType, _Checker]] = [
    (atom, atom_flaws),
    (rss, rss_flaws),
    (json_feed, json_feed_flaws),
    (opml, opml_flaws),
]
_XML = [(examples, flaws) for examples, flaws in _FORMATS if examples is not json_feed]


def _edits(table: str) -> Iterator[Any]:
    for examples, flaws in _FORMATS:
        for number, (old, new, *expected) in enumerate(getattr(examples, table)):
            name = f"{examples.__name__.rpartition('.')[2]}-{number}"
            yield pytest.param(flaws, examples.RIGHT, old, new, tuple(expected), id=name)


@pytest.mark.parametrize(("examples", "flaws"), _FORMATS)
def test_a_right_document_has_no_flaw(examples: ModuleType, flaws: _Checker) -> None:
    assert flaws(examples.RIGHT.encode()) == ()


@pytest.mark.parametrize(("flaws", "right", "old", "new", "expected"), [*_edits("ALSO_RIGHT"), *_edits("BROKEN")])
def test_an_edit_makes_the_one_flaw_that_it_should_or_none(
    flaws: _Checker, right: str, old: str, new: str, expected: tuple[str, ...]
) -> None:
    assert old in right
    assert flaws(right.replace(old, new, 1).encode()) == expected


@pytest.mark.parametrize(("examples", "flaws"), _FORMATS)
def test_bytes_that_are_not_utf_8_are_a_flaw(examples: ModuleType, flaws: _Checker) -> None:
    (flaw, *_) = flaws(examples.RIGHT.encode().replace(b"example", b"ex\xe4mple", 1))
    assert "UTF-8" in flaw


@pytest.mark.parametrize("mark", ["\ufeff", " ", "\n"])
@pytest.mark.parametrize(("examples", "flaws"), _XML)
def test_a_declaration_is_the_first_there_is(examples: ModuleType, flaws: _Checker, mark: str) -> None:
    (flaw,) = flaws((mark + examples.RIGHT).encode())
    assert "declaration" in flaw


@pytest.mark.parametrize(("examples", "flaws"), _XML)
def test_a_document_of_another_format_is_named(examples: ModuleType, flaws: _Checker) -> None:
    (flaw,) = flaws(b"<?xml version='1.0' encoding='UTF-8'?><html/>")
    assert flaw.startswith("the document is a html, not a ")


def test_json_that_is_no_feed_lacks_all_that_a_feed_has() -> None:
    assert json_feed_flaws(b"[]") == ("the feed is not an object: []",)
    assert json_feed_flaws(b"{}") == tuple(f"the feed has no {name}" for name in ("version", "title", "items"))


def test_a_feed_without_entries_conforms() -> None:
    head, _, _ = atom.RIGHT.partition("<entry>")
    assert atom_flaws(f"{head}</feed>".encode()) == ()
    head, _, _ = rss.RIGHT.partition("<item>")
    assert rss_flaws(f"{head}</channel></rss>".encode()) == ()
    assert json_feed_flaws(b'{"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "items": []}') == ()
