"""The operator's application: what it shows, and what may be done from there, over real HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import feedparser
import pytest
import requests
from builders import NOW, article, site, source
from conformance import atom_flaws
from over_http import served

from syndicator.core.errors import (
    NothingHeld,
    NothingToLearn,
    NotPolled,
    NotRetold,
    SourceNotHeld,
    UnknownArticle,
    UnknownSource,
)
from syndicator.core.flood import HeldSource
from syndicator.core.history import Failure, PollDay
from syndicator.core.learning import Lesson, Scores
from syndicator.core.model import AlsoReported, Article, Filing, PollOutcome, SourceState
from syndicator.core.overview import Headline, Order, Overview, SourceLine, SourceList, StoryPage, Wanted
from syndicator.core.problems import HeldBack
from syndicator.core.reloading import InEffect
from syndicator.core.revisions import Revision
from syndicator.core.standing import Standing
from syndicator.core.work import Change
from syndicator.pipeline.retell import Retold
from syndicator.pipeline.takedown import TakenDown
from syndicator.web.operator import operator_app
from syndicator.web.server import listen, server

STATE = SourceState(
    "src", "src", "https://src.example.org/feed?token=secret1", NOW + timedelta(hours=4), "in 4 h: 3 failures in a row",
    etag='"v1"', last_poll_at=NOW, last_success_at=NOW - timedelta(days=2), outcome=PollOutcome.FAILED,
    error="an HTML page, not a <feed>", failures=3, failing_since=NOW - timedelta(days=2), last_new_at=NOW - timedelta(days=3),
    moved_to="https://new.example.org/feed", moved_polls=1, former_urls=("https://older.example.org/feed",),
    offered_url="https://src.example.org/linked?key=secret2",
)  # fmt: skip


def _headline(id_: str, told: tuple[str, ...] = ()) -> Headline:
    return Headline(id_, 7, "src", "Source", "<b>Libel</b>", "https://src.example.org/1", NOW, NOW, "a1", False, False,
                    ("health",), told)  # fmt: skip


@dataclass
class _Hub:
    """A hub with one article, one held category, and a note of what was asked of it."""

    asked: list[str] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    state: SourceState = field(default_factory=lambda: STATE)
    former: tuple[Revision, ...] = ()
    in_effect: InEffect = field(default_factory=lambda: InEffect(NOW))

    def overview(self, now: datetime) -> Overview:
        return Overview({Standing.FINE: 3, Standing.FAILING: 1}, 1234, 2, 5, 1, NOW - timedelta(minutes=3))

    def source_list(self, wanted: Wanted, now: datetime) -> SourceList:
        self.wanted.append(wanted)
        line = self.source_line("src", now)
        return SourceList((line,) if line else (), 250, wanted.page, 3)

    def source_line(self, source_id: str, now: datetime) -> SourceLine | None:
        return SourceLine(self.state, Standing.FAILING, 1200) if source_id == "src" else None

    def poll_days(self, state: SourceState, now: datetime) -> tuple[PollDay, ...]:
        return (PollDay(NOW.toordinal() - 1, 24, 20, 1, 7, 2400, 900), PollDay(NOW.toordinal(), 1, 1, 0, 0, 50, 50))

    def poll_failures(self, source_id: str) -> tuple[Failure, ...]:
        return (Failure(NOW - timedelta(days=1), "HTTP <503>"),)

    def latest(self, source_id: str, limit: int) -> tuple[Headline, ...]:
        return (_headline("a1"),)

    def search(self, words: tuple[str, ...]) -> tuple[Headline, ...]:
        return (_headline("a1"),) if "libel" in words else ()

    def several_tellings(self, before: int | None = None) -> StoryPage:
        if before == 7:
            return StoryPage((), None)
        return StoryPage(
            ((_headline("a1"), _headline("a2", told=("same story as a1 of src: text alike by 0.61",))),), 7
        )

    def troubled(self, now: datetime) -> tuple[SourceState, ...]:
        return (self.state,)

    def held_back(self) -> tuple[HeldBack, ...]:
        return (HeldBack("health", "it would lose <4> of 10 articles at once", NOW - timedelta(hours=2)),)

    def held_articles(self, source_id: str, limit: int) -> tuple[Article, ...]:
        return (article(id="a9", title="An <old> one"),)

    def story(self, article_id: str) -> tuple[Article, ...]:
        return ()

    def held(self) -> dict[str, str]:
        return {"health": "it would lose <4> of 10 articles at once"}

    def named(self, name: str, url: str) -> tuple[Article, ...]:
        return (article(id="a1", title="<b>Libel</b>", reasons=("because of <that>",)),) if name == "a1" else ()

    def filings(self, article_id: str) -> tuple[Filing, ...]:
        return (Filing(article_id, "health", 7, 9),)

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        return self.former

    def article(self, article_id: str) -> Change | None:
        return None

    def take_down(self, name: str) -> TakenDown:
        if name != "a1":
            raise UnknownArticle(name)
        self.asked.append(name)
        return TakenDown(article(id="a1", title="<b>Libel</b>"), len(self.asked) == 1)

    def split(self, name: str) -> Retold:
        if name != "a1":
            raise NotRetold(name, "it tells its story alone.")
        self.asked.append(f"split {name}")
        return Retold("<b>Libel</b>", (AlsoReported("<i>Other</i>", "https://other.example/1"),))

    def merge(self, name: str, other: str) -> Retold:
        self.asked.append(f"merge {name} {other}")
        return Retold("<b>Libel</b>", (AlsoReported("Other", "https://other.example/1"),))

    def held_sources(self) -> tuple[HeldSource, ...]:
        return (HeldSource("src", 40, NOW, "held: 40 of <50> entries were new, but dated before yesterday"),)

    def hold(self, name: str) -> None:
        if name != "src":
            raise UnknownSource(name, ())
        self.asked.append(f"hold {name}")

    def release_source(self, name: str) -> int:
        if name != "src":
            raise SourceNotHeld(name)
        self.asked.append(f"release {name}")
        return 40

    def learn(self) -> Lesson:
        if self.asked:
            raise NothingToLearn()
        self.asked.append("learn")
        return Lesson(40, (Scores("health", 0.9, 30, learned=True, held_out=6, filed=4, right=4),))

    def poll_now(self, name: str) -> None:
        if name != "src":
            raise NotPolled(name, "its publisher asked for <quiet>")
        self.asked.append(f"poll {name}")

    def adopt(self, name: str, url: str) -> None:
        self.asked.append(f"adopt {name} {url}")

    def release(self, category: str) -> None:
        if category != "health":
            raise NothingHeld(category)
        self.asked.append(category)


@pytest.fixture
def hub() -> _Hub:
    return _Hub()


@pytest.fixture
def address(hub: _Hub) -> Iterator[str]:
    listener = listen("127.0.0.1:0", "server.operator")
    sources = {"src": source()}
    app = operator_app(hub, hub, site(), sources, lambda: NOW, ["ops.example.org"], lambda: hub.in_effect)
    serving = server(app)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    serving.should_exit = True
    thread.join(timeout=5)


def _post(url: str, data: dict[str, str], **headers: str) -> requests.Response:
    """What a form on the status page sends; a command wants JSON, and has no token."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if "accept" not in {name.lower() for name in named}:
        data = {"token": _token(url), **data}
    return requests.post(url, data, headers=named, timeout=10)


def _token(url: str) -> str:
    page = requests.get(url[: url.index("/", 8)], timeout=10).text
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_page_shows_problems_first_and_has_forms(address: str) -> None:
    page = requests.get(address, timeout=10)
    assert "it would lose &lt;4&gt; of 10 articles at once" in page.text
    assert page.text.index('id="problems"') < page.text.index("<table")
    assert 'action="/takedown"' in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_a_form_takes_an_article_down_and_says_so(address: str, hub: _Hub) -> None:
    answer = _post(f"{address}/takedown", {"article": " a1 "}, Sec_Fetch_Site="same-origin")
    assert answer.status_code == 200
    assert "&lt;b&gt;Libel&lt;/b&gt;: taken down." in answer.text
    assert "was taken down before" in _post(f"{address}/takedown", {"article": "a1"}).text
    assert hub.asked == ["a1", "a1"]


def test_a_program_gets_json(address: str, hub: _Hub) -> None:
    said = _post(f"{address}/takedown", {"article": "a1"}, Accept="application/json")
    assert said.json() == {"id": "a1", "title": "<b>Libel</b>", "now": True, "others": []}
    failed = _post(f"{address}/takedown", {"article": "a2"}, Accept="application/json")
    assert (failed.status_code, "'a2'" in failed.json()["detail"]) == (409, True)


def test_an_article_is_explained(address: str) -> None:
    page = requests.get(f"{address}/explain", {"article": " a1 "}, timeout=10)
    assert page.status_code == 200
    for text in (
        "&lt;b&gt;Libel&lt;/b&gt;",
        "because of &lt;that&gt;",
        "shows, as number 7",
        "it would lose &lt;4&gt;",
    ):
        assert text in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    unknown = requests.get(f"{address}/explain", {"article": "<a2>"}, timeout=10)
    assert (unknown.status_code, "&lt;a2&gt;" in unknown.text, "<a2>" in unknown.text) == (404, True, False)
    assert requests.get(f"{address}/explain", timeout=10).status_code == 400
    assert requests.get(f"{address}/explain?article=%00", timeout=10).status_code == 404


def test_the_former_versions_of_an_article_are_shown_with_what_became_of_them(address: str, hub: _Hub) -> None:
    said = "Three of the crew are <safe>, and the ship is lost, says a woman who was told so on the radio."
    content = "<p>" + said.replace("<", "&lt;") + "</p>"
    hub.former = (
        Revision("<i>Storm</i>", said, content, NOW, True, 0.25, "another title, 12 of 30 words"),
        Revision("<i>Storm</i>", said, content.replace("Three", "Four"), NOW, False, 0.05, "1 of <30> words"),
    )
    page = requests.get(f"{address}/explain", {"article": "a1"}, timeout=10).text
    for text in (
        "another title, 12 of 30 words", "distance 0.250: an update, which moved its date", "1 of &lt;30&gt; words",
        "distance 0.050: too little to move its date", "<del>&lt;i&gt;Storm&lt;/i&gt;</del> <ins>&lt;b&gt;Libel&lt;/b&gt;</ins> ",
        "<del>Four</del> <ins>Three</ins> of the crew are &lt;safe&gt;, and the ship is lost, … </p>",
    ):  # fmt: skip
        assert text in page, text


def test_former_versions_of_any_size_make_a_page_that_can_be_read(address: str, hub: _Hub) -> None:
    texts = ("a " * 500_000, "<p>b</p>" * 100_000, "x" * 1_000_000, "")
    hub.former = tuple(Revision("", "", text, NOW, True, 1.0, "all") for text in texts)
    page = requests.get(f"{address}/explain", {"article": "a1"}, timeout=30).text
    assert page.count('class="change"') == 2 * len(texts) - 3
    assert len(page) < 200_000


def test_it_learns_when_asked_and_tells_what_came_of_it(address: str, hub: _Hub) -> None:
    said = _post(f"{address}/learn", {}, Accept="application/json").json()
    assert Lesson.of(said).scores[0].recall == pytest.approx(4 / 6)
    refused = _post(f"{address}/learn", {}, Accept="application/json")
    assert (refused.status_code, "no category has" in refused.json()["detail"]) == (409, True)
    assert _post(f"{address}/learn", {}, Sec_Fetch_Site="cross-site").status_code == 403
    assert hub.asked == ["learn"]


def test_a_held_category_is_let_go(address: str, hub: _Hub) -> None:
    assert "let go" in _post(f"{address}/release", {"category": "health"}).text
    refused = _post(f"{address}/release", {"category": "sport"})
    assert (refused.status_code, "is not held back" in refused.text) == (409, True)
    assert hub.asked == ["health"]


def test_what_is_held_is_listed_and_released(address: str, hub: _Hub) -> None:
    page = requests.get(f"{address}/held", timeout=10).text
    for text in (
        "40 articles wait since", "held: 40 of &lt;50&gt; entries were new", "An &lt;old&gt; one", 'action="/sources/release"',
        "it would lose &lt;4&gt; of 10", 'action="/release"',
    ):  # fmt: skip
        assert text in page, text
    assert "src: 40 articles released" in _post(f"{address}/sources/release", {"source": "src"}).text
    refused = _post(f"{address}/sources/release", {"source": "none"}, Accept="application/json")
    assert (refused.status_code, "`syndicator hold` lists" in refused.json()["detail"]) == (409, True)
    assert hub.asked == ["release src"]


def test_a_source_is_held(address: str, hub: _Hub) -> None:
    assert "what is new is held from now on" in _post(f"{address}/sources/hold", {"source": " src "}).text
    unknown = _post(f"{address}/sources/hold", {"source": "scr"})
    assert (unknown.status_code, "no source is called" in unknown.text) == (409, True)
    assert _post(f"{address}/sources/hold", {"source": "src"}, Sec_Fetch_Site="cross-site").status_code == 403
    assert hub.asked == ["hold src"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_in_the_operators_browser_can_do_nothing(address: str, hub: _Hub, headers: dict[str, str]) -> None:
    assert _post(f"{address}/takedown", {"article": "a1"}, **headers).status_code == 403
    assert _post(f"{address}/release", {"category": "health"}, **headers).status_code == 403
    assert hub.asked == []


@pytest.mark.parametrize("data", [{}, {"article": ""}, {"article": "a\x00"}, {"other": "a1"}])
def test_what_names_nothing_is_refused(address: str, hub: _Hub, data: dict[str, str]) -> None:
    assert _post(f"{address}/takedown", data).status_code == 400
    assert requests.get(f"{address}/takedown", timeout=10).status_code == 405
    assert hub.asked == []


@pytest.mark.parametrize(
    "name", ["evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example", "[", "", "a b"]
)
def test_the_page_answers_under_no_name_that_others_may_give_to_the_machine(address: str, hub: _Hub, name: str) -> None:
    """DNS rebinding: a page of another site, whose name leads here now, sends its own name in Host and Origin."""
    for path in ("/", "/readyz"):
        refused = requests.get(address + path, headers={"Host": name}, timeout=10)
        assert (refused.status_code, "src" in refused.text) in ((421, False), (400, False))
    _post(f"{address}/takedown", {"article": "a1"}, Host=name, Origin=f"http://{name}")
    assert hub.asked == []


@pytest.mark.parametrize("name", ["localhost:8081", "127.0.0.1", "[::1]:8081", "10.1.2.3:80", "ops.example.org"])
def test_the_page_answers_under_addresses_and_the_names_that_the_operator_allows(address: str, name: str) -> None:
    assert requests.get(address, headers={"Host": name}, timeout=10).status_code == 200


def test_a_form_as_large_as_no_form_is_read_to_no_end(address: str, hub: _Hub) -> None:
    assert _post(f"{address}/takedown", {"article": "a1" * 100_000}, Accept="application/json").status_code == 400
    assert hub.asked == []


def test_a_story_is_split_and_merged_by_a_command_or_a_form(address: str, hub: _Hub) -> None:
    said = _post(f"{address}/split", {"article": "a1"}, accept="application/json")
    assert said.json() == {
        "title": "<b>Libel</b>",
        "others": [{"source": "<i>Other</i>", "url": "https://other.example/1"}],
    }
    assert "&lt;b&gt;Libel&lt;/b&gt;: shows by itself" in _post(f"{address}/split", {"article": "a1"}).text
    assert _post(f"{address}/merge", {"articles": "a1 a2"}).status_code == 200
    assert hub.asked == ["split a1", "split a1", "merge a1 a2"]
    alone = _post(f"{address}/split", {"article": "a2"}, accept="application/json")
    assert (alone.status_code, alone.json()) == (409, {"detail": "a2: it tells its story alone."})
    assert _post(f"{address}/merge", {"articles": "a1"}).status_code == 409
    assert _post(f"{address}/split", {"article": "a1"}, sec_fetch_site="cross-site").status_code == 403


# --- pages -----------------------------------------------------------------------------------------


def test_sources_are_filtered_sorted_and_paged_by_the_address_alone(address: str, hub: _Hub) -> None:
    page = requests.get(f"{address}/?q=src&state=failing&sort=-articles&page=2", timeout=10).text
    assert hub.wanted == [Wanted("src", Standing.FAILING, Order.ARTICLES, True, 2)]
    for text in (
        "Page 2 of 3, 250 sources", 'aria-sort="descending"', 'value="failing" selected', "1,234",
        "/?q=src&amp;state=failing&amp;page=3&amp;sort=-articles#sources",
    ):  # fmt: skip
        assert text in page, text
    assert "secret" not in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=99999999999", "sort=nothing", "state=odd", "q=%00"]
)
def test_what_makes_no_sense_is_left_out(address: str, hub: _Hub, query: str) -> None:
    assert requests.get(f"{address}/?{query}", timeout=10).status_code == 200
    assert hub.wanted[0] in (Wanted(), Wanted(page=0))


def test_a_sources_page_tells_all_and_no_secret(address: str) -> None:
    page = requests.get(f"{address}/sources/src", timeout=10)
    assert page.status_code == 200
    for text in (
        "in 4 h: 3 failures in a row", "an HTML page, not a &lt;feed&gt;", "HTTP &lt;503&gt;", "7 articles in 30 days",
        "98 ms on average; 25 polls in 30 days, 1 failed", "https://older.example.org/feed", "ETag &#34;v1&#34;",
        'action="/sources/poll"', 'action="/sources/hold"', 'action="/sources/adopt"', 'href="/explain?article=a1"', "<rect ",
        "poll 1 of 3 before that is adopted",
    ):  # fmt: skip
        assert text in page.text, text
    told = re.sub(r'name="adopted" value="[^"]*"', "", page.text)  # what the button sends has to be whole
    assert "secret" not in told
    for missing in ("none", "%00", "a%2Fb"):
        assert requests.get(f"{address}/sources/{missing}", timeout=10).status_code == 404


def test_a_source_is_polled_now_by_a_command_or_a_form(address: str, hub: _Hub) -> None:
    said = _post(f"{address}/sources/poll", {"source": "src"}, Accept="application/json")
    assert said.json() == {"source": "src", "queued": True}
    refused = _post(f"{address}/sources/poll", {"source": "odd"}, Accept="application/json")
    assert (refused.status_code, refused.json()) == (409, {"detail": "odd: its publisher asked for <quiet>"})
    assert "src: polled in a moment." in _post(f"{address}/sources/poll", {"source": "src"}).text
    assert "&lt;quiet&gt;" in _post(f"{address}/sources/poll", {"source": "odd"}).text
    assert hub.asked == ["poll src", "poll src"]


def test_an_address_is_adopted(address: str, hub: _Hub) -> None:
    answer = _post(f"{address}/sources/adopt", {"adopted": "src https://new.example.org/feed", "back": "/sources/src"})
    assert "src: polled at its other address from now on." in answer.text
    assert answer.url.startswith(f"{address}/sources/src?done=")
    assert hub.asked == ["adopt src https://new.example.org/feed"]


def test_stories_show_how_they_were_recognised_and_are_split(address: str) -> None:
    page = requests.get(f"{address}/stories", timeout=10).text
    for text in ("text alike by 0.61", 'action="/split"', 'href="/stories?before=7"', "&lt;b&gt;Libel&lt;/b&gt;"):
        assert text in page, text
    assert "No story has several tellings here" in requests.get(f"{address}/stories?before=7", timeout=10).text
    assert requests.get(f"{address}/stories?before=x", timeout=10).status_code == 200


def test_articles_are_found_by_words_and_by_name(address: str) -> None:
    assert 'href="/explain?article=a1"' in requests.get(f"{address}/search?q=LIBEL+case", timeout=10).text
    assert 'href="/explain?article=a1"' in requests.get(f"{address}/search?q=a1", timeout=10).text
    nothing = requests.get(f"{address}/search", {"q": "<none>"}, timeout=10).text
    assert "Nothing found" in nothing
    assert "<none>" not in nothing
    assert requests.get(f"{address}/search?q=%00", timeout=10).status_code == 200


def test_problems_are_a_page_and_a_valid_feed(address: str, hub: _Hub) -> None:
    assert "3 polls in a row failed" in requests.get(f"{address}/problems", timeout=10).text
    feed = requests.get(f"{address}/problems.atom", timeout=10)
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    assert atom_flaws(feed.content) == ()
    entries = {one["id"]: one for one in feedparser.parse(feed.content).entries}
    assert len(entries) == 3
    failing = entries["tag:news.example.org,2026:problems/failing/src/20260129T120000Z"]
    assert (failing.link, failing.updated) == (f"{address}/sources/src", "2026-01-29T12:00:00+00:00")
    assert "secret" not in feed.text
    hub.state = replace(STATE, failing_since=None, failures=0)
    assert len(feedparser.parse(requests.get(f"{address}/problems.atom", timeout=10).content).entries) == 2


# --- whose forms these are -------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "ü", None])
def test_a_form_without_the_token_does_nothing_and_says_what_to_do(address: str, hub: _Hub, token: str | None) -> None:
    data = {"article": "a1", "back": "/sources/src"} | ({} if token is None else {"token": token})
    answer = requests.post(f"{address}/takedown", data, timeout=10)
    assert (answer.status_code, hub.asked) == (403, [])
    assert "Open the page anew" in answer.text
    assert 'href="/sources/src"' in answer.text


def test_the_token_is_another_after_a_start(address: str, hub: _Hub) -> None:
    with served(operator_app(hub, hub, site(), {"src": source()}, lambda: NOW, (), lambda: hub.in_effect)) as port:
        other = f"http://127.0.0.1:{port}/"
        assert _token(other) != _token(f"{address}/")
        assert (
            requests.post(f"{other}takedown", {"article": "a1", "token": _token(f"{address}/")}, timeout=10).status_code
            == 403
        )


@pytest.mark.parametrize("browser", [{"Origin": "http://{host}"}, {"Sec-Fetch-Site": "same-origin"}, {"Cookie": "a=b"}])
def test_a_script_in_a_browser_is_no_command(address: str, hub: _Hub, browser: dict[str, str]) -> None:
    headers = {name: value.format(host=address[7:]) for name, value in browser.items()}
    answer = requests.post(
        f"{address}/takedown", {"article": "a1"}, headers={"Accept": "application/json", **headers}, timeout=10
    )
    assert (answer.status_code, hub.asked) == (403, [])


def test_what_was_done_is_told_once_and_reloading_does_nothing_twice(address: str, hub: _Hub) -> None:
    answer = _post(f"{address}/sources/hold", {"source": "src", "back": "/sources/src?a=1"})
    assert [one.status_code for one in answer.history] == [303]
    assert answer.url.startswith(f"{address}/sources/src?a=1&done=")
    assert "held from now on" in requests.get(answer.url, timeout=10).text
    assert hub.asked == ["hold src"]
    assert 'role="status"' not in requests.get(f"{address}/?done=1-guessed", timeout=10).text


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y", ""]
)
def test_a_form_leads_to_no_other_site(address: str, back: str) -> None:
    data = {"source": "src", "back": back, "token": _token(f"{address}/")}
    answer = requests.post(f"{address}/sources/hold", data, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith("/?done=")
    refused = requests.post(f"{address}/sources/hold", {**data, "token": ""}, timeout=10).text
    assert "evil.example" not in refused
    assert "javascript:" not in refused
