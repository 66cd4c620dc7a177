"""Polling: what each answer of the web does to a source and its articles."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from builders import NOW, configure, finished, place_newcomers, site, source

from syndicator.core import outcomes
from syndicator.core.fetching import Fetched, FetchFailed, FetchOutcome, FetchRequest, Gone, HostQuiet, NotModified
from syndicator.core.hints import Hint
from syndicator.core.model import Category, PollOutcome, Source
from syndicator.pipeline import poll
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.poll import Polled, Poller, Unread
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

    def poll(self, answer: FetchOutcome, id_: str = "src", by_command: bool = False) -> Polled:
        self.answers.append(answer)
        self.now += timedelta(hours=1)
        poller = Poller(self.store, self.fetch, lambda: self.now, site(), HEALTH, {})
        fetched = poller.fetch(self.sources[id_], self.store.states()[id_], by_command)
        polled = finished(poller, fetched, read_body(fetched.job)) if isinstance(fetched, Unread) else fetched
        self.store.save_polls(poller.savings([polled]))
        place_newcomers(self.store)
        return polled

    def titles(self) -> list[str]:
        return sorted(change.article.title for change in self.store.changes("all", 0, 100))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    store = Store(f"sqlite:///{tmp_path}/poll.db")
    store.migrate()
    sources = {"src": source(), "other": source(id="other", origin="other", url="https://other.example.org/feed")}
    configure(store, sources.values(), HEALTH, NOW)
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
    "answer", [FetchFailed("HTTP 404"), Fetched("u", b"<html>gone</html>"), Fetched("u", b""), Fetched("u", b"{")]
)
def test_a_failure_keeps_articles_and_validators(hub: Hub, answer: FetchOutcome) -> None:
    hub.poll(_fetched(ITEM.format("a", "x")))
    failed = hub.poll(answer)
    assert failed.state.outcome is PollOutcome.FAILED
    assert failed.state.error
    assert (failed.state.etag, failed.state.failures) == ('"1"', 1)
    assert hub.titles() == ["a"]
    assert hub.poll(NotModified()).state.failures == 0


def test_F6_410_ends_the_polling_and_keeps_the_articles(hub: Hub) -> None:
    hub.poll(_fetched(ITEM.format("a", "x")))
    assert hub.poll(Gone()).state.gone
    assert hub.titles() == ["a"]
    assert "src" not in {state.source_id for state in hub.store.due(hub.now + timedelta(days=999), 9)}
    assert not hub.poll(_fetched(ITEM.format("a", "x"))).state.gone


# --- when to come again ----------------------------------------------------------------------------


def test_F4_what_a_feed_asks_for_is_remembered_over_304s_and_failures(hub: Hub) -> None:
    hub.poll(_fetched("<ttl>600</ttl>", ITEM.format("a", "x")))
    for answer in (NotModified(), FetchFailed("HTTP 500"), _fetched("<ttl>600</ttl>", ITEM.format("a", "x"))):
        polled = hub.poll(answer)
        assert polled.state.next_poll_at - hub.now >= timedelta(hours=10)
        assert "ttl 600" in polled.state.next_poll_reason
    assert hub.poll(_fetched(ITEM.format("a", "x"))).state.next_poll_at - hub.now < timedelta(hours=10)


def test_F4_what_an_answer_asks_for_holds_until_the_next_one(hub: Hub) -> None:
    hint = Hint(timedelta(hours=9), "max-age 32400")
    assert "max-age" in hub.poll(replace(_fetched(ITEM.format("a", "x")), fresh=hint)).state.next_poll_reason
    assert "max-age" not in hub.poll(NotModified()).state.next_poll_reason
    assert "max-age" in hub.poll(NotModified(hint)).state.next_poll_reason
    assert "max-age" not in hub.poll(FetchFailed("HTTP 500")).state.next_poll_reason


def test_F4_retry_after_is_kept_for_the_source_and_for_its_host(hub: Hub) -> None:
    until = hub.now + timedelta(days=3)
    limited = hub.poll(FetchFailed("HTTP 429", 429, "src.example.org", until))
    assert limited.state.retry_after == until <= limited.state.next_poll_at
    assert hub.store.quiet_hosts() == {"src.example.org": until}


def test_F4_a_source_whose_host_wants_quiet_is_postponed_and_counts_no_failure(hub: Hub) -> None:
    hub.poll(_fetched(ITEM.format("a", "x")))
    before = hub.store.states()["src"]
    until = hub.now + timedelta(hours=5)
    polled = hub.poll(HostQuiet("src.example.org", until))
    assert polled.postponed
    assert until <= polled.state.next_poll_at <= until + timedelta(minutes=5)
    assert "src.example.org asked for quiet" in polled.state.next_poll_reason
    same = replace(polled.state, next_poll_at=before.next_poll_at, next_poll_reason=before.next_poll_reason)
    assert same == before


def test_F4_a_poll_that_is_due_in_skipped_hours_asks_nobody_but_by_command(hub: Hub) -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(14, 20))
    hub.poll(_fetched(f"<skipHours>{hours}</skipHours>", ITEM.format("a", "x")))
    hub.now += timedelta(hours=2)
    assert hub.poll(NotModified()).postponed
    assert (len(hub.asked), hub.store.states()["src"].next_poll_at) == (1, NOW.replace(hour=20))
    hub.answers.clear()
    assert not hub.poll(NotModified(), by_command=True).postponed


def test_F5_the_rhythm_is_what_the_publisher_dates_and_later_what_is_seen(hub: Hub) -> None:
    item = "<item><title>{0}</title><guid>urn:{0}</guid><pubDate>{1}</pubDate></item>"
    dated = [item.format(n, format_datetime(NOW - timedelta(days=n))) for n in range(1, 11)]
    first = hub.poll(_fetched(*dated, item.format("undated", ""))).state.rhythm
    assert first
    assert (first.since, round(first.a_day(hub.now, timedelta(hours=1)))) == (NOW - timedelta(days=10), 1)
    assert sum(first.hours) == first.hours[12]
    hub.now += timedelta(hours=5)
    second = hub.poll(
        _fetched(
            item.format("late", format_datetime(NOW)),
            item.format("old", format_datetime(NOW - timedelta(days=99))),
            *dated,
        )
    ).state.rhythm
    assert second
    assert second.hours[hub.now.hour] > 0.9, "dated before the last poll, which did not see it: it came later"
    assert second.entries < first.entries + 1, "an archive says nothing about the rhythm"


# --- moved -----------------------------------------------------------------------------------------

NEW_URL = "https://new.example.org/feed"


def _moved(*items: str, to: str = NEW_URL) -> Fetched:
    return Fetched(to, _rss(*items), moved_to=to)


def test_F6_a_move_is_adopted_after_three_polls_in_a_row_that_were_read(hub: Hub) -> None:
    states = [hub.poll(_moved(ITEM.format("a", str(n)))).state for n in range(3)]
    assert [(one.moved_to, one.moved_polls, one.polled_url) for one in states] == [
        (NEW_URL, 1, source().url), (NEW_URL, 2, source().url), (None, 0, NEW_URL),
    ]  # fmt: skip
    hub.poll(replace(_fetched(ITEM.format("a", "3")), url=NEW_URL))
    assert [request.url for request in hub.asked] == [source().url] * 3 + [NEW_URL]
    hub.poll(NotModified())
    assert (hub.asked[-1].etag, hub.titles()) == ('"1"', ["a"])
    assert hub.store.states()["src"].url == source().url, "the configuration's"


@pytest.mark.parametrize(
    "between", [_moved(ITEM.format("a", "x"), to="https://third.example.org/"), _fetched(ITEM.format("a", "y")),
                NotModified(), FetchFailed("timeout"), Fetched(NEW_URL, b"<html>", moved_to=NEW_URL)],
    ids=["elsewhere", "back", "304", "failure", "a page"],
)  # fmt: skip
def test_F6_anything_else_in_between_begins_the_count_anew(hub: Hub, between: FetchOutcome) -> None:
    hub.poll(_fetched(ITEM.format("a", "z")))
    for answer in (*[_moved(ITEM.format("a", "x"))] * 2, between, *[_moved(ITEM.format("a", "x"))] * 2):
        assert hub.poll(answer).state.adopted_url is None
    assert hub.poll(_moved(ITEM.format("a", "x"))).state.adopted_url == NEW_URL


def test_F6_a_body_that_does_not_change_counts_as_read(hub: Hub) -> None:
    assert [hub.poll(_moved(ITEM.format("a", "x"))).state.polled_url for _ in range(3)][-1] == NEW_URL


def test_F6_a_temporary_redirect_is_never_adopted(hub: Hub) -> None:
    for _ in range(9):
        assert hub.poll(Fetched(NEW_URL, _rss(ITEM.format("a", "x")))).state.polled_url == source().url


def test_F6_an_adopted_url_that_fails_three_times_is_left_again(hub: Hub) -> None:
    for _ in range(3):
        hub.poll(_moved(ITEM.format("a", "x")))
    for url in (NEW_URL, NEW_URL, source().url):
        assert hub.poll(FetchFailed("HTTP 404")).state.polled_url == url


def test_F6_moving_back_needs_three_polls_too(hub: Hub) -> None:
    for _ in range(3):
        hub.poll(_moved(ITEM.format("a", "x")))
    states = [hub.poll(_moved(ITEM.format("a", "x"), to=source().url)).state for _ in range(3)]
    assert [one.polled_url for one in states] == [NEW_URL, NEW_URL, source().url]
    assert states[-1].adopted_url is None


def test_F12_headers_are_not_sent_to_where_a_source_moved(hub: Hub) -> None:
    hub.sources["src"] = replace(source(), headers=(("Authorization", "Bearer hunter2"),))
    for _ in range(3):
        hub.poll(_moved(ITEM.format("a", "x")))
    hub.poll(NotModified())
    assert [bool(request.headers) for request in hub.asked] == [True, True, True, False]


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
    (shown,) = hub.store.changes("all", 0, 9)
    found = {one.source_id: one for one in hub.store.named("", shown.article.canonical_url)}
    assert "mine" in found["src"].content
    assert found["src"].guid == "https://src.example.org/a"
    assert found["other"].guid.startswith("tag:news.example.org,2026:")
    assert "belongs to another article" in " ".join(found["other"].reasons)


def test_our_own_output_come_back_is_no_news_and_no_error(hub: Hub) -> None:
    own = "<item><title>ours</title><source url='https://news.example.org/feeds/all.rss'>All</source></item>"
    polled = hub.poll(_fetched(own, ITEM.format("a", "x")))
    assert (polled.entries, polled.new, polled.state.outcome, polled.state.error) == (2, 1, PollOutcome.NEW, None)
    assert polled.state.flaw == "entries of our own, come back through this feed, left out: 1"
    assert hub.titles() == ["a"]


def test_a_poisoned_title_costs_nothing(hub: Hub) -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "a\\u0000\\u0008\\ud800b"}]}'
    )
    assert hub.poll(Fetched("https://src.example.org/feed", body)).new == 1
    assert hub.titles() == ["ab"]


def test_a_mistake_of_ours_is_a_failure_of_one_poll(hub: Hub) -> None:
    poller = Poller(hub.store, hub.fetch, lambda: hub.now, site(), HEALTH, {})
    crashed = poller.crashed(hub.sources["src"], hub.store.states()["src"], RuntimeError("boom"))
    assert crashed.state.error == "internal error: RuntimeError('boom')"


def test_a_worker_makes_the_categories_of_all_its_jobs_once(hub: Hub) -> None:
    hub.answers += [_fetched(ITEM.format(n, "")) for n in (1, 2)]
    poller = Poller(hub.store, hub.fetch, lambda: hub.now, site(), HEALTH, {})
    asked = [poller.fetch(hub.sources["src"], hub.store.states()["src"]) for _ in range(2)]
    first, second = [pickle.loads(pickle.dumps(one.job)).setting for one in asked if isinstance(one, Unread)]
    assert first.categories == HEALTH
    assert first.categories is second.categories


# --- a feed that moves -------------------------------------------------------------------------------

_LINKED = "<item><title>{0}</title><link>{1}</link><pubDate>{2} Jan 2026 10:00 GMT</pubDate></item>"
_OLD, _NEW = "https://src.example.org/feed", "https://moved.example.net/blog/feed"


def _known(hub: Hub) -> list[tuple[str, str]]:
    """The articles' ids and titles."""
    return sorted((change.article.id, change.article.title) for change in hub.store.changes("all", 0, 100))


def _at(url: str, *items: str, moved_to: str | None = None) -> Fetched:
    return Fetched(url, _rss(*items), moved_to=moved_to)


@pytest.mark.parametrize(
    ("link", "moved_link"),
    [
        ("posts/1", "posts/1"),
        ("/posts/1", "/posts/1"),
        ("https://src.example.org/posts/1?p=2", "https://moved.example.net/posts/1?p=2"),
        ("https://src.example.org/posts/1", "https://moved.example.net/blog/posts/1"),
    ],
)
def test_F6_articles_keep_their_identity_when_the_feed_and_its_links_move(hub: Hub, link: str, moved_link: str) -> None:
    hub.poll(_at(_OLD, _LINKED.format("One", link, 1)))
    before = _known(hub)
    for _ in range(4):  # redirected, then adopted
        hub.poll(_at(_NEW, _LINKED.format("One", moved_link, 1), moved_to=_NEW))
        hub.poll(_at(_NEW, _LINKED.format("One, edited", moved_link, 1), moved_to=_NEW))
    assert [id_ for id_, _ in _known(hub)] == [id_ for id_, _ in before]
    assert hub.store.states()["src"].adopted_url == _NEW
    assert hub.poll(_at(_NEW, _LINKED.format("Two", "posts/2", 2))).new == 1


def test_F6_articles_keep_their_identity_when_the_operator_edits_the_url(hub: Hub) -> None:
    hub.poll(_at(_OLD, _LINKED.format("One", "/posts/1", 1)))
    before = _known(hub)
    hub.sources["src"] = replace(hub.sources["src"], url=_OLD.replace("https", "http"))
    configure(hub.store, hub.sources.values(), HEALTH, NOW)
    polled = hub.poll(_at("http://src.example.org/feed", _LINKED.format("One", "/posts/1", 1)))
    assert hub.asked[-1].url == "http://src.example.org/feed"
    assert (polled.new, _known(hub)) == (0, before)


def test_F6_another_sites_posts_do_not_take_the_place_of_those_with_the_same_path(hub: Hub) -> None:
    hub.poll(_at(_OLD, _LINKED.format("Hello world!", "/?p=1", 1), _LINKED.format("Old", "/?p=2", 2)))
    hub.sources["src"] = replace(hub.sources["src"], url=_NEW)
    configure(hub.store, hub.sources.values(), HEALTH, NOW)
    polled = hub.poll(_at(_NEW, _LINKED.format("Hello world!", "/?p=1", 11), _LINKED.format("New", "/?p=2", 12)))
    assert polled.new == 2
    assert hub.titles() == ["Hello world!", "Hello world!", "New", "Old"]


def test_F6_the_operator_sees_where_a_feed_moves_before_and_after_that_is_adopted(hub: Hub) -> None:
    moved = [
        outcomes.move(hub.poll(_at(_NEW, ITEM.format("a", "x"), moved_to=f"{_NEW}?token=hunter2")).state)
        for _ in range(3)
    ]
    assert moved == [
        f"redirected for good to {_NEW}, poll 1 of 3 before that is adopted",
        f"redirected for good to {_NEW}, poll 2 of 3 before that is adopted",
        f"moved for good to {_NEW}, which is polled instead: put that URL into the configuration",
    ]
