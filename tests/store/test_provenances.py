"""How sources describe themselves, as far as the store knows."""

from __future__ import annotations

from dataclasses import replace

from syndicator.core.model import Provenance
from syndicator.store.store import Store

from .making import article, save


def test_a_source_is_described_by_what_it_sent_last(hub: Store) -> None:
    pass
