"""Polling: what each answer of the web does to a source and its articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import NOW, site, source

from syndicator.core.model import (
    Category,
    Fetched,
    FetchFailed,
    FetchOutcome,
    FetchRequest,
    Gone,
    NotModified,
    PollOutcome,
    Source,
)
from syndicator.pipeline import poll
from syndicator.pipeline.cluster import place_newcomers
from syndicator.pipeline.poll import Polled, Poller, Unread
from syndicator.pipeline.reading import read_body
from syndicator.store.store import Store

HEALTH = (Category("health", "Health"),)
ITEM = "<item><title>{0}</title><guid>https://src.example.org/{0}</guid><description>{1}</description></item>"


def _rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>S</title>{''.join(items)}</channel></rss>".encode()


def _fetched(*items: str, etag: str | None = '"1"') -> Fetched:
    return Fetched("https://src.example.org/feed", _rss(*items), etag=etag)


@dataclass
class Hub:
    """A poller whose network is a list of answers: the one fake, at the wire."""

    store: Store
    sources: dict[str, Source]
    answers: list[FetchOutcome] = field(default_factory=list)
    asked: list[FetchRequest] = field(default_factory=list)
    now: datetime = NOW

    def fetch(self, request: FetchRequest) -> FetchOutcome:
        self.asked.append(request)
        return self.answers.pop(0)

    def poll(self, answer: FetchOutcome, id_: str = "src") -> Polled:
        self.answers.append(answer)
        self.now += timedelta(hours=1)
        poller = Poller(self.store, self.fetch, lambda: self.now, site(), HEALTH)
        fetched = poller.fetch(self.sources[id_], self.store.states()[id_])
        polled = poller.finish(fetched, read_body(fetched.job)) if isinstance(fetched, Unread) else fetched
        poller.save([polled])
        place_newcomers(self.store)
        return polled

    def titles(self) -> list[str]:
        return sorted(change.article.title for change in self.store.changes("all", 0, 100))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    store = Store(f"sqlite:///{tmp_path}/poll.db")
    store.migrate()
    sources = {"src": source(), "other": source(id="other", origin="other", url="https://other.example.org/feed")}
    store.configure(sources.values(), HEALTH, NOW)
    yield Hub(store, sources)
    store.close()


def test_the_first_request_is_unconditional_and_later_ones_echo_what_came(hub: Hub) -> None:
    first = hub.poll(_fetched(ITEM.format("a", "x")))
    second = hub.poll(NotModified())
    assert [request.etag for request in hub.asked] == [None, '"1"']
    assert (first.new, first.state.outcome, second.state.outcome) == (1, PollOutcome.NEW, PollOutcome.UNCHANGED)
    assert second.state.etag == '"1"'


def test_the_same_body_is_not_read_again_and_a_200_without_validators_drops_them(hub: Hub) -> None:
    hub.poll(_fetched(ITEM.format("a", "x")))
    again = hub.poll(_fetched(ITEM.format("a", "x"), etag=None))
    assert (again.state.outcome, again.entries, again.state.etag) == (PollOutcome.UNCHANGED, 0, None)


def test_new_changed_and_known_entries_are_told_apart(hub: Hub) -> None:
    hub.poll(_fetched(ITEM.format("a", "x"), ITEM.format("b", "y")))
    polled = hub.poll(_fetched(ITEM.format("c", "new"), ITEM.format("a", "changed"), ITEM.format("b", "y")))
    assert (polled.new, polled.updated, len(polled.verdicts)) == (1, 1, 2)
    assert hub.titles() == ["a", "b", "c"]


SHARED = "<item><title>{0}</title><guid>https://src.example.org/show</guid><description>{1}</description></item>"


def test_an_article_whose_id_others_come_to_share_is_neither_lost_nor_doubled(hub: Hub) -> None:
    def poll(*items: str) -> list[tuple[str, str]]:
        hub.poll(_fetched(*items))
        found = [change.article for change in hub.store.changes("all", 0, 100)]
        return sorted((one.title, re.sub("<[^>]*>", "", one.content)) for one in found)

    assert poll(SHARED.format("one", "1")) == [("one", "1")]
    assert poll(SHARED.format("two", "2"), SHARED.format("one", "1")) == [("one", "1"), ("two", "2")]
    assert poll(SHARED.format("two", "2"), SHARED.format("one", "1 more")) == [("one", "1 more"), ("two", "2")]
    assert poll(SHARED.format("two", "2 more")) == [("one", "1 more"), ("two", "2 more")]
    hub.sources["src"] = replace(hub.sources["src"], timezone="Europe/Athens")
    assert poll(SHARED.format("two", "2 more"), SHARED.format("one", "1 more")) == [
        ("one", "1 more"),
        ("two", "2 more"),
    ]
    hub.sources["src"] = replace(hub.sources["src"], timezone="UTC")
    assert poll(SHARED.format("two", "2 more")) == [("one", "1 more"), ("two", "2 more")]
    # Alone, and under a title that none of them had, it is what its id says.
    assert poll(SHARED.format("one, corrected", "1 more")) == [("one, corrected", "1 more"), ("two", "2 more")]


def test_episodes_that_link_to_one_page_and_share_a_title_stay_apart(hub: Hub) -> None:
    item = "<item><title>Daily</title><link>https://src.example.org/</link><pubDate>{0} Jan 2026 10:00 GMT</pubDate></item>"
    for newest, print_ in ((26, "UTC"), (27, "UTC"), (27, "Europe/Athens"), (28, "UTC")):
        hub.sources["src"] = replace(hub.sources["src"], timezone=print_)
        hub.poll(_fetched(*(item.format(day) for day in range(newest, newest - 2, -1))))
    assert hub.titles() == ["Daily"] * 4


def test_a_podcast_that_is_locked_later_is_only_linked_to(hub: Hub) -> None:
    locked = "<podcast:locked xmlns:podcast='https://podcastindex.org/namespace/1.0'>{0}</podcast:locked>"
    policies = []
    for said in ("no", "yes", "no"):
        hub.poll(_fetched(locked.format(said), ITEM.format("a", "x")))
        policies += [change.article.content_policy for change in hub.store.changes("all", 0, 9)]
    assert policies == ["full", "link", "full"]


def test_only_what_comes_after_the_first_poll_is_news(hub: Hub) -> None:
    hub.poll(_fetched(ITEM.format("a", "x")))
    hub.poll(_fetched(ITEM.format("a", "x"), ITEM.format("b", "y")))
    assert {c.article.title: c.article.backfill for c in hub.store.changes("all", 0, 9)} == {"a": True, "b": False}


@pytest.mark.parametrize(
    "answer", [FetchFailed("u", "HTTP 404"), Fetched("u", b"<html>gone</html>"), Fetched("u", b""), Fetched("u", b"{")]
)
def test_a_failure_keeps_articles_and_validators(hub: Hub, answer: FetchOutcome) -> None:
    hub.poll(_fetched(ITEM.format("a", "x")))
    failed = hub.poll(answer)
    assert failed.state.outcome is PollOutcome.FAILED
    assert failed.state.error
    assert (failed.state.etag, failed.state.failures) == ('"1"', 1)
    assert hub.titles() == ["a"]
    assert hub.poll(NotModified()).state.failures == 0


def test_retry_after_is_kept_and_410_ends_the_polling(hub: Hub) -> None:
    limited = hub.poll(FetchFailed("u", "HTTP 429", 429, timedelta(days=3)))
    assert limited.state.retry_after == hub.now + timedelta(days=3) <= limited.state.next_poll_at
    assert hub.poll(Gone("u")).state.gone
    assert "src" not in {state.source_id for state in hub.store.due(hub.now + timedelta(days=999), 9)}
    assert not hub.poll(_fetched(ITEM.format("a", "x"))).state.gone


def test_a_changed_setting_asks_for_the_whole_body_and_reads_it_anew(hub: Hub) -> None:
    hub.poll(_fetched(ITEM.format("a", "x")))
    hub.sources["src"] = replace(hub.sources["src"], content="link")
    polled = hub.poll(_fetched(ITEM.format("a", "x")))
    assert hub.asked[-1].etag is None
    assert polled.updated == 1


def test_a_new_reader_asks_for_the_whole_body_and_reads_it_anew(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    body = _fetched(ITEM.format("a", "x"))
    hub.poll(body)
    assert hub.poll(body).entries == 0
    monkeypatch.setattr(poll, "VERSION", "another reader")
    assert (hub.poll(body).entries, hub.asked[-1].etag) == (1, None)
    assert hub.poll(body).entries == 0


def test_no_source_can_touch_anothers_article(hub: Hub) -> None:
    hub.poll(_fetched(ITEM.format("a", "mine")))
    hub.poll(_fetched(ITEM.format("a", "theirs")), "other")
    found = {c.article.source_id: c.article for c in hub.store.changes("all", 0, 9)}
    assert "mine" in found["src"].content
    assert found["src"].guid == "https://src.example.org/a"
    assert found["other"].guid.startswith("tag:news.example.org,2026:")
    assert "belongs to another article" in " ".join(found["other"].reasons)


def test_a_poisoned_title_costs_nothing(hub: Hub) -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "a\\u0000\\u0008\\ud800b"}]}'
    )
    assert hub.poll(Fetched("https://src.example.org/feed", body)).new == 1
    assert hub.titles() == ["ab"]


def test_a_mistake_of_ours_is_a_failure_of_one_poll(hub: Hub) -> None:
    poller = Poller(hub.store, hub.fetch, lambda: hub.now, site(), HEALTH)
    crashed = poller.crashed(hub.sources["src"], hub.store.states()["src"], RuntimeError("boom"))
    assert crashed.state.error == "internal error: RuntimeError('boom')"
