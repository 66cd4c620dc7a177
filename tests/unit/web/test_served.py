"""Counting the answers of the web process, in memory that it shares with the engine."""

from __future__ import annotations

import multiprocessing

import pytest
import requests
from over_http import served
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from syndicator.web.served import Served


def _asked(answers: Served, *paths: str) -> None:
    """What a web process does: answer, and count."""
    routes = [Route("/teapot", lambda _: PlainTextResponse("short and stout", 418)),
              Route("/feeds/{path:path}", lambda _: PlainTextResponse("twelve bytes")),
              Route("/{path:path}", lambda _: PlainTextResponse("page"))]  # fmt: skip
    with served(answers.counting(Starlette(routes=routes))) as port:
        for path in paths:
            requests.get(f"http://127.0.0.1:{port}{path}", timeout=10)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feeds/health.rss", "feed"), ("/feeds.opml", "feed"), ("/feeds/health/archive/3.atom", "archive"),
        ("/categories/health/latest.json", "list"), ("/articles/a1/related.html", "list"),
        ("/", "page"), ("/categories/health", "page"), ("/categories/health/archive/1", "page"), ("/articles/a1", "page"),
        ("/api/v1/articles?after=0", "api"), ("/static/style.css", "static"), ("/healthz", "health"),
        ("/%ff%00/../../etc/passwd", "page"), ("/apiary", "page"),
    ],
)  # fmt: skip
def test_answers_are_counted_by_what_was_asked_for(path: str, kind: str) -> None:
    answers = Served()
    _asked(answers, path)
    assert list(answers.answers()) == [(kind, "200", 1)]


def test_a_status_that_is_seldom_given_is_another_one() -> None:
    answers = Served()
    _asked(answers, "/teapot")
    assert list(answers.answers()) == [("page", "other", 1)]


def test_another_process_counts_and_the_next_one_goes_on() -> None:
    answers = Served()
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        process = context.Process(target=_asked, args=(answers, "/feeds/all.rss", "/feeds/all.rss"))
        process.start()
        process.join(60)
        assert process.exitcode == 0
    assert list(answers.answers()) == [("feed", "200", 4)]
    assert dict(answers.bytes())["feed"] == 48
