"""How sources describe themselves, as far as the store knows."""

from __future__ import annotations

from dataclasses import replace

from syndicator.core.model import Provenance
from syndicator.store.store import Store

from .making import article, save_changed, save_new


def test_a_source_is_described_by_the_article_that_changed_last(hub: Store) -> None:
    first, second, other = article("alpha", "1"), article("alpha", "2"), article("beta", "1")
    assert hub.provenances() == {}
    save_new(hub, first, second, other)
    assert hub.provenances() == {"alpha": second.provenance, "beta": other.provenance}
    renamed = Provenance("Alpha Today", "https://alpha.example/feed", "https://alpha.example/home")
    save_changed(hub, replace(first, title="Another", entry_hash="e2", content_hash="c2", provenance=renamed))
    assert hub.provenances() == {"alpha": renamed, "beta": other.provenance}
