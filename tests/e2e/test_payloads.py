"""Every known payload through every field of a feed: nothing a browser acts on comes out, in any format."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from active import active, active_address, active_in_page
from builders import NOW, article, channel, setting, site
from lxml import etree

from syndicator.core.model import Article, Category
from syndicator.core.work import Change
from syndicator.formats import atom, jsonfeed, rss
from syndicator.formats.article_json import article_json, dump
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.reading import Reading, ReadingJob
from syndicator.web.pages import Pages

PAYLOADS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "xss" / "payloads.jsonl"
pytestmark = pytest.mark.skipif(not PAYLOADS.is_file(), reason="the corpus lies beside the repository")

_A_FEED = 100
_HEALTH = Category("health", "Health")
# RSS's own markup; in Atom the element's type says whether it is some.
_MARKUP = {"{http://purl.org/rss/1.0/modules/content/}encoded", "description"}


def _payloads() -> list[str]:
    return [json.loads(line)["payload"] for line in PAYLOADS.read_text().splitlines()]


def _batches() -> Iterator[list[str]]:
    payloads = _payloads()
    return (payloads[n : n + _A_FEED] for n in range(0, len(payloads), _A_FEED))


def _rss(payloads: list[str]) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid><title>{x}</title><dc:creator>{x}</dc:creator><author>{x}</author>"
        f"<category>{x}</category><link>{x}</link><description>{x}</description><content:encoded>{x}</content:encoded>"
        f"<enclosure url='{x}' type='{x}' length='{x}'/><itunes:image href='{x}'/><dc:rights>{x}</dc:rights></item>"
        for n, x in enumerate(map(escape, payloads))
    )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        f"<channel><title>{escape(payloads[0])}</title><link>{escape(payloads[0])}</link>{items}</channel></rss>"
    ).encode("utf-8", "replace")


def _atom(payloads: list[str]) -> bytes:
    entries = "".join(
        f"<entry xml:base='{x}'><id>{n}</id><title type='html'>{x}</title><author><name>{x}</name><uri>{x}</uri></author>"
        f"<category term='{x}' label='{x}'/><link href='{x}'/><link rel='enclosure' href='{x}'/><rights>{x}</rights>"
        f"<summary type='html'>{x}</summary><content type='html' xml:lang='{x}'>{x}</content></entry>"
        for n, x in enumerate(map(escape, payloads))
    )
    head = f'<title type="html">{escape(payloads[0])}</title><link href="{escape(payloads[0])}"/>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'.encode("utf-8", "replace")


def _json(payloads: list[str]) -> bytes:
    items = [
        {"id": n, "title": x, "author": {"name": x, "url": x}, "tags": [x], "url": x, "summary": x, "content_html": x,
         "image": x, "language": x, "date_published": x, "attachments": [{"url": x, "mime_type": x}]}
        for n, x in enumerate(payloads)
    ]  # fmt: skip
    return json.dumps({"title": payloads[0], "home_page_url": payloads[0], "items": items}).encode()


def _read(body: bytes) -> Reading:
    found = read_body(ReadingJob(body, "https://src.example.org/feed", "", setting(), frozenset(), NOW))
    assert isinstance(found, Reading)
    assert not [flaw for flaw in found.flaws if " dropped: " in flaw]
    return found


@pytest.mark.parametrize("write", [_rss, _atom, _json])
def test_nothing_of_any_payload_acts_in_any_feed(write: Any) -> None:
    total = 0
    for payloads in _batches():
        articles = _read(write(payloads)).articles
        total += len(articles)
        assert [found for one in articles for found in _acting(one)] == []
        made = channel(*articles)
        for document in (rss.render(made), atom.render(made)):
            assert [found for element in etree.fromstring(document).iter() for found in _acting_in(element)] == []
        for value in _leaves(json.loads(jsonfeed.render(made))):
            assert not _judged(*value)
    assert total == len(_payloads())


def test_nothing_of_any_payload_acts_on_any_page() -> None:
    pages = Pages(site(), (_HEALTH,))
    # The page itself has a head, a description of the article for search engines, and places to jump to.
    own = Counter(active_in_page(pages.article(Change(article(), None, 1), (article(),))))
    for payloads in _batches():
        articles = _read(_rss(payloads)).articles
        for number, one in enumerate(articles):
            page = pages.article(Change(one, None, 1), articles[number : number + 1])
            assert Counter(active_in_page(page)) - own == Counter()
        items = channel(*articles).items
        own_of_list = Counter({key: count * _A_FEED for key, count in own.items()})
        assert Counter(active_in_page(pages.category_page(_HEALTH, items))) - own_of_list == Counter()


def test_the_oracle_finds_the_payloads_themselves_guilty() -> None:
    payloads = _payloads()
    # The others are text for other places (scripts, style sheets, shells), for browsers of long ago, or harmless.
    assert (len(payloads), sum(map(_guilty, payloads))) == (3633, 3421)


def _guilty(payload: str) -> bool:
    contexts = ("div", "table", "tbody", "tr", "colgroup")
    return bool(
        active_address(payload) or active_in_page(payload) or any(active(payload, context) for context in contexts)
    )


def _acting(one: Article) -> Iterator[str]:
    """What acts in an article and in what the API says of it."""
    yield from active(one.content)
    for name, value in _leaves(json.loads(dump(article_json(one)))):
        yield from _judged(name, value)


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts in a JSON value, with the names they stand under."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    elif isinstance(value, str):
        yield name, value


def _judged(name: str, value: str) -> list[str]:
    if name == "content_html":
        return active(value)
    if name in ("url", "external_url", "image", "home_page_url", "feed_url", "icon"):
        return [value] if active_address(value) else []
    return []


def _acting_in(element: Any) -> Iterator[str]:
    if element.tag in _MARKUP or element.get("type") == "html":
        yield from active(element.text or "")
    if element.tag in ("link", "{http://www.w3.org/2005/Atom}uri") and active_address(element.text or ""):
        yield str(element.text)
    for name, value in element.attrib.items():
        if name in ("href", "url", "src") and active_address(value):
            yield value
