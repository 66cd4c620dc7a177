"""A process that is killed while it saves leaves whole batches behind, and nothing else."""

from __future__ import annotations

import random
from datetime import timedelta
from multiprocessing import get_context

from builders import place_newcomers

from syndicator.core.model import ALL
from syndicator.store.store import Store

from .making import NOW, counter, table
from .processes import batch, save_until_killed

_KILLS = 5
_ANSWER = 20.0

spawn = get_context("spawn")


def test_a_killed_writer_leaves_only_whole_batches(hub: Store, database_url: str) -> None:
    moments = random.Random(20260301)
    newest = 0
    for _ in range(_KILLS):
        _save_and_kill(database_url, newest + 1, moments)
        # An empty save waits for the lock of what the server may still be doing for the killed process.
        hub.save_polls([])
        newest = _check(hub, database_url)
    assert newest > _KILLS
    place_newcomers(hub)
    assert len(hub.changes(ALL, 0, 100_000)) == counter(database_url)


def _save_and_kill(url: str, first: int, moments: random.Random) -> None:
    receive, send = spawn.Pipe(duplex=False)
    process = spawn.Process(target=save_until_killed, args=(url, first, send))
    process.start()
    try:
        for _ in range(moments.randint(2, 40)):
            assert receive.poll(_ANSWER)
            receive.recv()
        process.join(moments.uniform(0, 0.01))  # it never ends by itself: this is a random moment within a save
        assert process.is_alive()
    finally:
        process.kill()
        process.join()


def _check(store: Store, url: str) -> int:
    """Compare what is stored with whole batches; gives the number of the newest."""
    states = store.states()
    polled_at = states["alpha"].last_poll_at
    assert polled_at is not None
    newest = round((polled_at - NOW) / timedelta(minutes=1))
    expected = [article for n in range(1, newest + 1) for made in batch(n).values() for article in made]
    stored = table(url, "SELECT id, seq, source_id, accepted FROM articles ORDER BY seq")
    assert [row[0] for row in stored] == [article.id for article in expected]
    assert [row[1] for row in stored] == list(range(1, counter(url) + 1))
    filed = {(article_id, category): seq for article_id, category, seq in table(url, _FILED)}
    assert filed == {(row[0], category): row[1] for row in stored for category in (ALL, "health", "sport")}, (
        "every article has all its filings"
    )
    articles = store.articles([row[0] for row in stored])
    for source in ("alpha", "beta"):
        latest = max(article.accepted for article in articles.values() if article.source_id == source)
        assert states[source].last_poll_at == latest
    return newest


_FILED = "SELECT article_id, category, seq FROM filings"
