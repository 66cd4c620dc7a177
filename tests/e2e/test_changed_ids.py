"""Real feeds whose ids all change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from builders import configure, finished, site, source

from syndicator.core.fetching import Fetched
from syndicator.core.identity import New
from syndicator.core.model import Category
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.poll import Polled, Poller, Unread
from syndicator.store.store import Store

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "real"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real feeds lies beside the repository")

_ITEM = re.compile(rb"<(item|entry)\b.*?</\1>", re.DOTALL)
_ID = re.compile(rb"<(guid|id)\b[^>]*>(.*?)</\1>", re.DOTALL)
_TREE = (Category("health", "Health"),)


class _Hub:
    """A hub of which every real feed is a source; polls are a minute apart."""

    def __init__(self, store: Store) -> None:
        files = sorted(path for path in CORPUS.iterdir() if path.is_file())
        self.bodies = {path.stem: path.read_bytes() for path in files}
        self.sources = {
            id_: source(id=id_, origin=id_, url=f"https://{id_}.example.org/feed", flood_share=1.0)
            for id_ in self.bodies
        }
        self.store, self.now = store, datetime(2026, 11, 26, tzinfo=UTC)
        configure(store, self.sources.values(), _TREE, self.now)

    def poll(self, id_: str, body: bytes) -> Polled:
        self.now += timedelta(minutes=1)
        fetched = Fetched(self.sources[id_].url, body)
        poller = Poller(self.store, lambda request: fetched, lambda: self.now, site(), _TREE, {})
        unread = poller.fetch(self.sources[id_], self.store.states()[id_])
        polled = finished(poller, unread, read_body(unread.job)) if isinstance(unread, Unread) else unread
        self.store.save_polls(poller.savings([polled]))
        return polled


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    yield _Hub(store)
    store.close()


def _with_other_ids(body: bytes) -> bytes:
    def other(found: re.Match[bytes]) -> bytes:
        name = found[1]
        given = b' isPermaLink="false"' if name == b"guid" else b""
        return b"<%b%b>urn:other:%b</%b>" % (name, given, sha256(found[2]).hexdigest().encode(), name)

    return _ITEM.sub(lambda item: _ID.sub(other, item[0]), body)


def test_I5_of_real_feeds_whose_ids_all_change_only_what_links_nowhere_comes_again(hub: _Hub) -> None:
    articles, again = 0, []
    for id_, body in hub.bodies.items():
        articles += hub.poll(id_, body).new
        again += [one.article for one in hub.poll(id_, _with_other_ids(body)).verdicts if isinstance(one, New)]
    assert articles > 3000
    assert [one.id for one in again if one.canonical_url] == [], "but those of which the id was the only link"
