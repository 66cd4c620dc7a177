"""Real feeds, end to end: served over loopback, polled, published, read back."""

from __future__ import annotations

import html
import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from syndicator import bootstrap
from syndicator.core import identity
from syndicator.core.model import PollOutcome
from syndicator.core.text import one_line
from syndicator.core.urls import published_url, web_url, without_tracking
from syndicator.pipeline.poll import Polled
from syndicator.store.store import Store

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real feeds lies beside the repository")

_TYPES = {"json": "application/feed+json", "atom": "application/atom+xml", "html": "text/html"}


@dataclass
class Publisher:
    """A loopback server of feed files with ETags, and the log of what it was asked."""

    files: dict[str, bytes]
    port: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


def _handler(publisher: Publisher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = publisher.files.get(self.path.lstrip("/"))
            etag = f'"{sha256(body or b"").hexdigest()[:16]}"'
            status = 404 if body is None else 304 if self.headers.get("If-None-Match") == etag else 200
            publisher.asked.append((self.path.lstrip("/"), status))
            self.send_response(status)
            payload = (body or b"") if status == 200 else b""
            if status != 404:
                self.send_header("ETag", etag)
            if status == 200:
                self.send_header("Content-Type", _TYPES.get(self.path.rpartition(".")[2], "application/xml"))
            if status != 304:
                self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _serve(files: dict[str, bytes]) -> Iterator[Publisher]:
    publisher = Publisher(files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(publisher))
    publisher.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield publisher
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def real() -> Iterator[Publisher]:
    yield from _serve({path.name: path.read_bytes() for path in sorted((CORPUS / "real").iterdir())})


@pytest.fixture(scope="module")
def nasty() -> Iterator[Publisher]:
    yield from _serve({path.name: path.read_bytes() for path in sorted((CORPUS / "nasty").iterdir())})


def _hub(publisher: Publisher, folder: Path) -> bootstrap.Hub:
    """A hub with a source and a category of its own for every file, so that no feed window cuts another's entries."""
    names = {f"f{n:03}": name for n, name in enumerate(publisher.files)}
    settings = {
        "site": {"title": "Corpus", "url": "http://hub.example.org", "contact": {"email": "desk@example.org"}},
        "storage": {"url": f"sqlite:///{folder}/corpus.db"},
        "polling": {"allow_private": ["127.0.0.1"], "per_host": 4},
        "publishing": {"feed_size": 500},
        "categories": {key: {"title": name} for key, name in names.items()},
        "sources": {key: {"url": publisher.url(name), "category": key} for key, name in names.items()},
    }
    path = folder / "corpus.yaml"
    path.write_text(json.dumps(settings))
    return bootstrap.load(path)


def _poll(hub: bootstrap.Hub) -> dict[str, Polled]:
    polled: dict[str, Polled] = {}

    def remember(total: int, one: Polled | None) -> None:
        if one is not None:
            polled[one.source.id] = one

    hub.poll((), True, remember)
    return polled


@dataclass(frozen=True)
class Run:
    hub: bootstrap.Hub
    publisher: Publisher
    first: dict[str, Polled]
    store: Store


@pytest.fixture(scope="module")
def run(real: Publisher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All real feeds, polled and published once."""
    hub = _hub(real, tmp_path_factory.mktemp("corpus"))
    first = _poll(hub)
    assert not [one for one in hub.publish() if one.error]
    store = Store(hub.settings.storage.url, read_only=True)
    yield Run(hub, real, first, store)
    store.close()


def _expected(body: bytes) -> int:
    """How many entries feedparser (or, for JSON, the document itself) finds, true repetitions counted once."""
    if body.lstrip().startswith(b"{"):
        return len({(item.get("id") or item.get("url"), item.get("title")) for item in json.loads(body)["items"]})
    # An `<item/>` says nothing.
    entries = [e for e in feedparser.parse(io.BytesIO(body)).entries if {"title", "link", "summary"} & e.keys()]
    return len({(e.get("id") or e.get("link") or e.get("summary"), e.get("title")) for e in entries})


def test_every_real_feed_gives_its_articles(run: Run) -> None:
    wrong = {}
    for polled in run.first.values():
        name = polled.source.url.rpartition("/")[2]
        if polled.new != _expected(run.publisher.files[name]):
            wrong[name] = (polled.new, _expected(run.publisher.files[name]), polled.state.error, polled.state.flaw)
    assert wrong == {}
    assert len(run.first) == len(run.publisher.files) == 122


def test_a_second_poll_is_all_304_and_changes_nothing(run: Run) -> None:
    def everything() -> list[tuple[str, int, str]]:
        return [(c.article.id, c.seq, c.article.content_hash) for c in run.store.changes("all", 0, 10_000)]

    documents = {path: run.store.document(path) for path in _paths(run)}
    before = everything()
    del run.publisher.asked[:]

    second = _poll(run.hub)

    assert {status for _, status in run.publisher.asked} == {304}
    assert len(run.publisher.asked) == 122
    assert {one.state.outcome for one in second.values()} == {PollOutcome.UNCHANGED}
    assert everything() == before
    assert run.hub.publish() == ()
    assert {path: run.store.document(path) for path in _paths(run)} == documents


def _paths(run: Run) -> list[str]:
    return [f"feeds/{category.id}.{ending}" for category in run.hub.categories for ending in ("rss", "atom", "json")]


def _document(run: Run, path: str) -> bytes:
    document = run.store.document(path)
    assert document is not None, path
    return document.body


def test_every_published_feed_parses_strictly_and_keeps_its_entries(run: Run) -> None:
    """Ids (minted ones aside), titles, links and dates survive republication in all three formats."""
    for category in run.hub.categories:
        given = {
            item.article.guid: (item.article.heading, item.article.url, item.article.published.replace(microsecond=0))
            for item in run.store.newest(category.id, 1000)
        }
        rss = etree.fromstring(_document(run, f"feeds/{category.id}.rss"))
        atom = etree.fromstring(_document(run, f"feeds/{category.id}.atom"))
        feed = json.loads(_document(run, f"feeds/{category.id}.json"))
        assert [len(rss.findall(".//item")), len(atom.findall("{*}entry")), len(feed["items"])] == [len(given)] * 3
        for ending in ("rss", "atom"):
            parsed = feedparser.parse(io.BytesIO(_document(run, f"feeds/{category.id}.{ending}")))
            assert not parsed.bozo
        titles = {guid: title for guid, (title, _, _) in given.items()}
        assert {e.findtext("{*}id"): _text(e.find("{*}title")) for e in atom.findall("{*}entry")} == titles
        assert {i.findtext("guid"): _text(i.find("title")) for i in rss.findall(".//item")} == titles
        for item in feed["items"]:
            title, url, published = given[item["id"]]
            assert item["title"] == title
            assert not url or item["url"] == url
            assert item["date_published"] == published.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(element: etree._Element | None) -> str:
    """What a reader shows of a title: escaped HTML in Atom says so, and a word joiner is invisible."""
    assert element is not None
    text = (element.text or "").replace("\u2060", "")
    return html.unescape(text) if element.get("type") == "html" else text


def test_articles_carry_what_their_publishers_sent(run: Run) -> None:
    """Against feedparser with its own clean-up as the oracle: global ids, titles, links and dates of every entry."""
    compared = 0
    for polled in run.first.values():
        name = polled.source.url.rpartition("/")[2]
        body = run.publisher.files[name]
        if name.endswith(".json"):
            continue
        articles = {item.article.guid: item.article for item in run.store.newest(polled.source.id, 1000)}
        parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-location": polled.source.url})
        for entry in parsed.entries:
            # Of entries that share an id, the first one counts.
            if not identity.is_global(entry.get("id", "")) or (article := articles.pop(entry.id, None)) is None:
                continue
            compared += 1
            if entry.get("title_detail", {}).get("type") == "text/plain":
                assert article.title == one_line(entry.title) or not entry.title
            # An empty href is no link; feedparser takes it for that of the document.
            if web_url(entry.get("link", "")) and entry.link != entry.get("title_detail", {}).get("base"):
                assert article.url == without_tracking(published_url(entry.link))
            if (given := dict.get(entry, "published_parsed")) and "date" not in " ".join(article.reasons):
                zone = re.search(r"(Z|GMT|UTC|UT|[+-]\d\d:?\d\d)\s*$", entry.published)
                assert not zone or article.published.timetuple()[:5] == given[:5], (name, entry.published)
    assert compared > 1500


def test_nasty_feeds_cost_only_themselves(nasty: Publisher, tmp_path: Path) -> None:
    """Bombs, wrong encodings, pages and half files: each ends in articles or one clear error."""
    hub = _hub(nasty, tmp_path)
    polled = _poll(hub)
    assert len(polled) == len(nasty.files)
    silent = [one.source.url for one in polled.values() if not one.state.error and one.state.outcome is None]
    assert silent == []
    by_name = {one.source.url.rpartition("/")[2]: one for one in polled.values()}
    assert "HTML page" in (by_name["071-html_page.html"].state.error or "")
    assert by_name["064-xmlbomb.xml"].new == 0
    assert by_name["066-external_file.xml"].new == 0
    assert not [one for one in hub.publish() if one.error]
    store = Store(hub.settings.storage.url, read_only=True)
    for category in hub.categories:
        for ending in ("rss", "atom"):
            document = store.document(f"feeds/{category.id}.{ending}")
            assert document is not None
            etree.fromstring(document.body)
    store.close()
