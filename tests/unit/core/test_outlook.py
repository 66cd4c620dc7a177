"""What becomes of sources and feeds by an edited configuration."""

from __future__ import annotations

from builders import NOW, source

from syndicator.core.model import Category, Source, SourceState
from syndicator.core.outlook import Outlook, outlook


def _state(id_: str, adopted_url: str | None = None) -> SourceState:
    return SourceState(id_, id_, f"https://{id_}.example/", NOW, adopted_url=adopted_url)


def _source(id_: str, url: str = "", *was: str) -> Source:
    return source(id=id_, url=url or f"https://{id_}.example/", was=was)


_TREE = (Category("health", "Health"), Category("sport", "Sport"))
_STATES = {one.source_id: one for one in (_state("a"), _state("b"), _state("c", adopted_url="https://new.example/"))}


def test_the_same_configuration_changes_nothing() -> None:
    sources = {id_: _source(id_) for id_ in _STATES}
    assert outlook(_STATES, {}, sources, (), ["health", "sport"], {"health", "sport"}, _TREE) == Outlook()


def test_sources_are_added_renamed_moved_removed_and_purged() -> None:
    sources = {
        "new": _source("new"),
        "bee": _source("bee", "https://other.example/", "b"),
        "c": _source("c", "https://new.example/"),
    }
    found = outlook(
        _STATES, {"a": 3, "gone": 5}, sources, ("gone", "never"), ["health", "sport"], {"health", "sport"}, _TREE
    )
    assert found == Outlook(
        renamed=(("b", "bee"),), added=("new",), moved=("bee",), removed=("a",), purged=(("gone", 5),)
    )


def test_feeds_appear_are_withdrawn_and_renamed() -> None:
    tree = (Category("health", "Health"), Category("art", "Art", was=("sport",)), Category("new", "New"))
    sources = {id_: _source(id_) for id_ in _STATES}
    found = outlook(_STATES, {}, sources, (), ["health", "sport", "old"], {"health", "sport", "old"}, tree)
    assert found == Outlook(renamed_feeds=(("sport", "art"),), appear=("new",), withdrawn=("old",))
