"""The API is what its description says: asked by schemathesis over real HTTP, and held against what it cannot see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from zlib import crc32

import pytest
import requests
import schemathesis
from builders import (
    NOW,
    any_entry,
    article,
    channel,
    configure,
    normalise,
    place_newcomers,
    publisher,
    setting,
    site,
    source,
)
from hypothesis import given, settings
from jsonschema_rs import Draft202012Validator, meta
from over_http import served
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from syndicator.core.feed import Entry, Feed
from syndicator.core.identity import New
from syndicator.core.model import AlsoReported, Article, Category, SourceState
from syndicator.core.work import Saving
from syndicator.formats import publishing
from syndicator.formats.article_json import article_json, dump, list_json, removed_json
from syndicator.formats.html import environment
from syndicator.store.store import Store
from syndicator.web.openapi import openapi
from syndicator.web.public import public_app

TREE = (
    Category("health", "Health"),
    Category("health/oncology", "Oncology", was=("cancer",)),
    Category("science", "Science", "Of everything"),
)
WITHDRAWN = (Category("alchemy", "Alchemy"),)
CATEGORIES = ("all", "health", "health/oncology", "science")
NAMES = {
    "category": (*CATEGORIES, "cancer", "alchemy"),
    "path": (*CATEGORIES, "cancer", "alchemy", "none"),
    "id": ("a1", "a2", "a5", "a39", "gone1", "gone2", "none"),
    "number": (1, 2, 3, 99),
}
"""What stands for names and numbers that schemathesis makes up: those that there are, that were, and that never were."""
CONFIG: dict[str, Any] = {
    "seed": 7,
    "generation": {"deterministic": True, "max-examples": 25, "database": "none"},
    # All of them, but for how long an answer may take: how fast the machine is proves nothing.
    "checks": {
        # Names that there are not answer 404, withdrawn ones 410, renamed ones 301: none of them is bad data.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "301", "304", "404", "410"]},
    },
}


def _article(number: int, name: str = "a") -> Article:
    url = f"https://src.example.org/{name}{number}"
    return replace(
        article(), id=f"{name}{number}", guid=f"urn:x:{name}{number}", title=f"Title {name} {number}",
        source_id=f"s{number % 3}", url=url, canonical_url=url, sort_at=NOW - timedelta(hours=number),
        categories=(CATEGORIES[1 + number % 3],),
    )  # fmt: skip


def _fill(store: Store) -> None:
    """Forty articles in three categories, two of them without much, and three that were taken down."""
    store.migrate()
    configure(store, [source()], (*TREE, *WITHDRAWN), NOW)
    configure(store, [source()], TREE, NOW)
    made = [*map(_article, range(40)), *(_article(number, "gone") for number in range(3))]
    made[1] = replace(made[1], content_policy="link", url="", canonical_url="", authors=(), language="", rights="")
    state = SourceState("src", "src", "https://src.example.org/feed", NOW)
    store.save_polls([Saving(state, tuple(map(New, made)))])
    place_newcomers(store)
    publisher(store, TREE).publish()
    for number in range(3):
        store.take_down(f"gone{number}", NOW)
    place_newcomers(store)
    publisher(store, TREE).publish()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('openapi')}/hub.db")
    _fill(store)
    with served(public_app(store, site(), TREE, 15, lambda: NOW)) as port:
        yield f"http://127.0.0.1:{port}"
    store.close()


DOCUMENT = openapi(site())
BY_DESCRIPTION = schemathesis.openapi.from_dict(DOCUMENT, config=schemathesis.Config.from_dict(CONFIG))


def _name_what_there_is(case: schemathesis.Case[Any]) -> None:
    """Names of real things in the place of made-up ones, where what was made up is allowed at all."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for place in (case.path_parameters, case.query):
        for name, known in NAMES.items():
            if name in place:
                place[name] = known[crc32(repr(place).encode(errors="replace")) % len(known)]


@BY_DESCRIPTION.parametrize()
@settings(deadline=None)
def test_every_answer_is_as_described(case: schemathesis.Case[Any], address: str) -> None:
    _name_what_there_is(case)
    case.call_and_validate(address, allow_redirects=False)


# --- what schemathesis does not see -------------------------------------------------------------------

TAG = '"1-0"'
"""An entity tag of a feed that nobody has any more: it has come to the first change."""
ASKED = [
    ("/api/v1/articles", "/api/v1/articles", 200),
    ("/api/v1/articles", "/api/v1/articles?category=cancer", 301),
    ("/api/v1/articles", "/api/v1/articles", 304),
    ("/api/v1/articles", "/api/v1/articles?category=none", 400),
    ("/api/v1/articles", "/api/v1/articles?category=alchemy", 410),
    ("/api/v1/articles/{id}", "/api/v1/articles/a5", 200),
    ("/api/v1/articles/{id}", "/api/v1/articles/a5", 304),
    ("/api/v1/articles/{id}", "/api/v1/articles/a5?x=1", 400),
    ("/api/v1/articles/{id}", "/api/v1/articles/none", 404),
    ("/api/v1/articles/{id}", "/api/v1/articles/gone1", 410),
    ("/api/v1/categories", "/api/v1/categories", 200),
    ("/api/v1/categories", "/api/v1/categories", 304),
    ("/api/v1/categories", "/api/v1/categories?x=1", 400),
    ("/api/v1/openapi.json", "/api/v1/openapi.json", 200),
    ("/api/v1/openapi.json", "/api/v1/openapi.json", 304),
    ("/api/v1/openapi.json", "/api/v1/openapi.json?x=1", 400),
    ("/articles/{id}/related.json", "/articles/a5/related.json", 200),
    ("/articles/{id}/related.json", "/articles/a5/related.json", 304),
    ("/articles/{id}/related.json", "/articles/a5/related.json?order=near", 400),
    ("/articles/{id}/related.json", "/articles/none/related.json", 404),
    ("/articles/{id}/related.json", "/articles/gone1/related.json", 410),
    ("/categories/{path}/latest.json", "/categories/health/oncology/latest.json", 200),
    ("/categories/{path}/latest.json", "/categories/cancer/latest.json", 301),
    ("/categories/{path}/latest.json", "/categories/health%2Foncology/latest.json", 304),
    ("/categories/{path}/latest.json", "/categories/health/latest.json?limit=0", 400),
    ("/categories/{path}/latest.json", "/categories/none/latest.json", 404),
    ("/categories/{path}/latest.json", "/categories/alchemy/latest.json", 410),
    *(
        (f"/feeds/{{path}}{archive}.{extension}", f"/feeds/{path}{archive.format(number=1)}.{extension}", status)
        for extension in ("rss", "atom", "json")
        for archive in ("", "/archive/{number}")
        for path, status in (
            ("health/oncology", 200), ("health%2Foncology", 226), ("cancer", 301), ("all", 304), ("none", 404),
            ("alchemy", 410),
        )
        if not (archive and status == 226)
    ),
    ("/feeds.opml", "/feeds.opml", 200),
    ("/feeds.opml", "/feeds.opml", 304),
    ("/healthz", "/healthz", 200),
]  # fmt: skip
"""Every answer that is described, and how one comes by it."""
PAGES = {
    "/", "/categories/{path}/archive/{number}", "/categories/{path}", "/articles/{id}", "/articles/{id}/related.html",
    "/static/{path}", "/categories/{path}/latest.html",
}  # fmt: skip
"""What is for people to look at, and so not described."""


@cache
def _is_a(name: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return Draft202012Validator(schema, validate_formats=True)


def _paths(paths: Iterable[str]) -> set[str]:
    """Paths that do not say which of the three formats a feed is in."""
    return {re.sub(r"(/feeds/.+)\.(?:rss|atom|json)$", r"\1", path.replace(":path", "")) for path in paths}


@pytest.mark.parametrize(("path", "asked", "status"), ASKED)
def test_every_answer_described_is_given(address: str, path: str, asked: str, status: int) -> None:
    headers = {"If-None-Match": {304: "*", 226: TAG}.get(status, '"other"'), "A-IM": "feed"}
    answer = requests.get(address + asked, headers=headers, allow_redirects=False, timeout=10)
    assert answer.status_code == status
    BY_DESCRIPTION[path]["GET"].validate_response(answer)


def test_no_answer_is_described_that_is_not_asked_for_here() -> None:
    described = {
        (path, int(status)) for path, methods in DOCUMENT["paths"].items() for status in methods["get"]["responses"]
    }
    broken = ("/healthz", 500)  # wants a database that is away
    assert described == {(path, status) for path, _, status in ASKED} | {broken}


def test_the_description_is_a_valid_openapi_document() -> None:
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(DOCUMENT)] == []
    for schema in DOCUMENT["components"]["schemas"].values():
        meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_field_is_explained() -> None:
    def silent(schema: dict[str, Any], place: str) -> list[str]:
        found = [] if "description" in schema or "$ref" in schema else [place]
        for name, field in schema.get("properties", {}).items():
            found += silent(field, f"{place}.{name}")
        return found

    schemas = DOCUMENT["components"]["schemas"]
    assert [place for name, schema in schemas.items() for place in silent(schema, name)] == []


def test_the_description_depends_on_the_site_alone(address: str) -> None:
    answer = requests.get(f"{address}/api/v1/openapi.json", headers={"Host": "evil.example"}, timeout=10)
    assert answer.content == dump(openapi(site())) == dump(openapi(site()))
    assert answer.json()["servers"] == [{"url": "https://news.example.org"}]
    assert answer.json()["info"]["contact"] == {"name": "Desk"}
    moved = openapi(site(url="https://other.example", title="Other", contact_email="desk@other.example"))
    assert "news.example.org" not in dump(moved).decode()


def test_whatever_is_served_is_described_or_a_page(address: str) -> None:
    app: Any = public_app(Store("sqlite://"), site(), TREE, 15, lambda: NOW)
    routes = _paths(route.path for route in app._app._app._app.routes)
    rendered = publishing.documents(channel(article(), category=Category("{path}", "x")), environment(site())).documents
    documents = _paths(f"/{document.path}" for document in rendered)
    assert (routes | documents) - PAGES <= _paths(DOCUMENT["paths"])
    assert _paths(DOCUMENT["paths"]) - routes - documents == {"/feeds/{path}/archive/{number}"}, "made on demand"


@given(any_entry())
def test_a_record_is_as_described_whatever_it_was_made_of(entry: Entry) -> None:
    feed = Feed("feedparser", title="Source", home_url="https://src.example.org/", base="https://src.example.org/feed")
    made = normalise(entry, feed, setting(), NOW)
    other = AlsoReported("Other", made.url)
    _is_a("Article").validate(json.loads(dump(article_json(made, (other,), 7))))
    _is_a("RemovedArticle").validate(removed_json(made.id, made.guid, 8))
    _is_a("ArticleList").validate(json.loads(dump(list_json(site(), TREE[0], [made]))))
