"""The operator's application: what it shows, and what may be done from there, over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests
from builders import NOW, article, site, source

from syndicator.core.errors import NothingHeld, NothingToLearn, NotRetold, SourceNotHeld, UnknownArticle, UnknownSource
from syndicator.core.flood import HeldSource
from syndicator.core.learning import Lesson, Scores
from syndicator.core.model import AlsoReported, Article, Filing, SourceState
from syndicator.core.reloading import InEffect
from syndicator.core.revisions import Revision
from syndicator.core.work import Change
from syndicator.pipeline.retell import Retold
from syndicator.pipeline.takedown import TakenDown
from syndicator.web.operator import operator_app
from syndicator.web.server import listen, server


@dataclass
class _Hub:
    """A hub with one article, one held category, and a note of what was asked of it."""

    asked: list[str] = field(default_factory=list)
    former: tuple[Revision, ...] = ()
    in_effect: InEffect = field(default_factory=lambda: InEffect(NOW))

    def states(self) -> dict[str, SourceState]:
        return {}

    def article_counts(self) -> dict[str, int]:
        return {}

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
    return requests.post(
        url, data, headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=10
    )


def test_the_page_shows_what_is_held_back_and_has_forms(address: str) -> None:
    page = requests.get(address, timeout=10)
    assert "it would lose &lt;4&gt; of 10 articles at once" in page.text
    assert 'action="/release"' in page.text
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


def test_a_sources_row_tells_what_is_held_of_it_and_releases_it(address: str, hub: _Hub) -> None:
    page = requests.get(address, timeout=10).text
    assert "40 held. held: 40 of &lt;50&gt; entries were new" in page
    assert 'action="/sources/release"' in page
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
    assert _post(f"{address}/takedown", {"article": "a1" * 100_000}).status_code == 400
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
