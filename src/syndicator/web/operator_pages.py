"""What the operator's pages show: sources, problems, stories, what is held, articles that are looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from syndicator import __version__
from syndicator.core import outcomes, problems, schedule
from syndicator.core.errors import SyndicatorError, UnknownArticle
from syndicator.core.flood import HeldSource
from syndicator.core.history import Failure, PollDay
from syndicator.core.model import Article, Site, Source, SourceState
from syndicator.core.overview import (
    FOUND,
    SEARCHED,
    Headline,
    Order,
    Overview,
    SourceLine,
    SourceList,
    StoryPage,
    Wanted,
)
from syndicator.core.reloading import InEffect
from syndicator.core.standing import Standing
from syndicator.core.urls import without_secrets
from syndicator.formats import addresses, problem_feed
from syndicator.formats.article_json import rfc3339
from syndicator.formats.html import environment
from syndicator.pipeline import explain as explaining

from .operator_forms import Forms, Notices, own_path
from .operator_plots import answers_plot, articles_plot
from .pages import TEMPLATES
from .revised import steps
from .security import OPERATOR

_FIRST_PROBLEMS = 10
"""On the status page; all of them are on a page of their own."""
_LATEST = 20
_HELD_ARTICLES = 5
_LONGEST_SEARCH = 300


class Reader(explaining.Reader, Protocol):
    """The part of the store that the operator's application reads."""

    def overview(self, now: datetime) -> Overview: ...
    def source_list(self, wanted: Wanted, now: datetime) -> SourceList: ...
    def source_line(self, source_id: str, now: datetime) -> SourceLine | None: ...
    def poll_days(self, state: SourceState, now: datetime) -> tuple[PollDay, ...]: ...
    def poll_failures(self, source_id: str) -> tuple[Failure, ...]: ...
    def latest(self, source_id: str, limit: int) -> tuple[Headline, ...]: ...
    def search(self, words: tuple[str, ...]) -> tuple[Headline, ...]: ...
    def several_tellings(self, before: int | None = None) -> StoryPage: ...
    def troubled(self, now: datetime) -> tuple[SourceState, ...]: ...
    def held_back(self) -> tuple[problems.HeldBack, ...]: ...
    def held_sources(self) -> tuple[HeldSource, ...]: ...
    def held_articles(self, source_id: str, limit: int) -> tuple[Article, ...]: ...


class Pages:
    """The operator's pages: GET alone; every form on them is a POST to `operator`."""

    def __init__(
        self, reader: Reader, site: Site, sources: Mapping[str, Source], clock: Callable[[], datetime],
        in_effect: Callable[[], InEffect], forms: Forms, notices: Notices,
    ) -> None:  # fmt: skip
        self._reader = reader
        self._site = site
        self._sources = sources
        self._clock = clock
        self._in_effect = in_effect
        self._notices = notices
        self._env = environment(site, TEMPLATES)
        self._env.filters["without_secrets"] = without_secrets
        self._env.filters["move"] = outcomes.move
        self._env.filters["problem_page"] = problem_feed.page
        self._env.filters["span"] = schedule.in_words
        self._env.globals |= {"site": site, "version": __version__, "token": forms.token}

    # --- sources ----------------------------------------------------------------------------------

    def status(self, request: Request) -> Response:
        """All sources at a glance, problems first, and a table of them, page by page."""
        now, wanted = self._clock(), _wanted(request)
        found = self._problems(now)
        return self._page(
            request, "operator.html", overview=self._reader.overview(now), listed=self._reader.source_list(wanted, now),
            wanted=wanted, sources=self._sources, in_effect=self._in_effect(),
            problems=found[:_FIRST_PROBLEMS], more=len(found) - _FIRST_PROBLEMS,
            orders=Order, standings=Standing, address=lambda **changes: _address(wanted, **changes),
        )  # fmt: skip

    def source(self, request: Request) -> Response:
        """What is known of one source."""
        now, name = self._clock(), request.path_params["source"]
        line = None if "\0" in name else self._reader.source_line(name, now)
        source = self._sources.get(name)
        if line is None or source is None:
            raise HTTPException(404)
        held = next((one for one in self._reader.held_sources() if one.source_id == name), None)
        found = problems.problems([line.state], {name: held} if held else {}, (), now)
        days = self._reader.poll_days(line.state, now)
        return self._page(
            request, "operator_source.html", source=source, line=line, state=line.state, held=held, problems=found,
            plots=(("Articles a day", articles_plot(days, now)), ("Answers, ms", answers_plot(days, now))),
            failures=self._reader.poll_failures(name), latest=self._reader.latest(name, _LATEST),
            adoptable=tuple(filter(None, dict.fromkeys((line.state.moved_to, line.state.offered_url)))),
        )  # fmt: skip

    # --- problems ---------------------------------------------------------------------------------

    def problem_list(self, request: Request) -> Response:
        return self._page(request, "operator_problems.html", problems=self._problems(self._clock()))

    def problems_atom(self, request: Request) -> Response:
        """The same as a feed; its own address is the one that it is asked for under."""
        base = str(request.base_url).rstrip("/")
        now = self._clock()
        body = problem_feed.render(self._problems(now), self._site, base, now)
        return Response(body, headers=OPERATOR, media_type=addresses.ATOM)

    def _problems(self, now: datetime) -> tuple[problems.OpenProblem, ...]:
        held = {one.source_id: one for one in self._reader.held_sources()}
        return problems.problems(self._reader.troubled(now), held, self._reader.held_back(), now, self._in_effect())

    # --- articles ---------------------------------------------------------------------------------

    def stories(self, request: Request) -> Response:
        """The latest stories that several articles tell."""
        before = request.query_params.get("before", "")
        number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
        return self._page(request, "operator_stories.html", told=self._reader.several_tellings(number), before=number)

    def held(self, request: Request) -> Response:
        """Sources and categories that are held, with the first articles of each source."""
        held = self._reader.held_sources()
        waiting = {one.source_id: self._reader.held_articles(one.source_id, _HELD_ARTICLES) for one in held[:100]}
        return self._page(
            request, "operator_held.html", held=held, waiting=waiting, gates=self._reader.held_back()
        )  # fmt: skip

    def search(self, request: Request) -> Response:
        """Articles by words of their titles, or by what they are called."""
        text = request.query_params.get("q", "").replace("\0", " ").strip()[:_LONGEST_SEARCH]
        words = tuple(text.casefold().split())
        named: tuple[Article, ...] = ()
        if len(words) == 1:
            try:
                named = explaining.named(self._reader, self._site, text)
            except UnknownArticle:
                named = ()
        found = self._reader.search(words) if words and not named else ()
        return self._page(
            request, "operator_search.html", text=text, named=named, found=found, searched=SEARCHED, most=FOUND
        )

    def explain(self, request: Request) -> Response:
        """What is known of the articles that are called as the parameter `article` says."""
        name = request.query_params.get("article", "").strip()
        found: tuple[explaining.Explained, ...] = ()
        message = "" if name else "Name an article: by its id, its guid, its URL, or the address of its page."
        if "\0" in name:  # PostgreSQL takes no zero byte in a text
            message = str(UnknownArticle(name))
        elif name:
            try:
                found = explaining.explain(self._reader, self._site, name)
            except SyndicatorError as error:
                message = str(error)
        # Many may share an address: then each is a link away.
        shown = steps(found[0]) if len(found) == 1 else ()
        status = 200 if found else 404 if name else 400
        return self._page(
            request, "explain.html", status, asked=name, found=found, steps=shown, message=message
        )  # fmt: skip

    def ready(self, request: Request) -> Response:
        """Ready while the database can be read; what is told of the configuration is no reason to be taken out."""
        self._reader.held_back()
        return PlainTextResponse("\n".join(("ready", *_told(self._in_effect()), "")), headers=OPERATOR)

    # --- all of them ------------------------------------------------------------------------------

    def refused(self, message: str, status: int, back: str) -> Response:
        """The page for what was not done, with the way back to the form."""
        html = self._env.render("operator_refused.html", message=message, status=status, back=own_path(back))
        return Response(html, status, OPERATOR, addresses.HTML)

    def _page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        url = request.url
        here = f"{url.path}?{url.query}" if url.query else url.path
        html = self._env.render(
            template, now=self._clock(), done=self._notices.said(request), here=here, path=url.path, **context
        )
        return Response(html, status, OPERATOR, addresses.HTML)


def _wanted(request: Request) -> Wanted:
    """Which sources a request asks for; what makes no sense there is left out."""
    given = request.query_params
    order = given.get("sort", "")
    name = order.removeprefix("-")
    page = given.get("page", "1")
    return Wanted(
        given.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH],
        Standing(given["state"]) if given.get("state") in set(Standing) else None,
        Order(name) if name in set(Order) else Order.STANDING,
        order.startswith("-") and name in set(Order),
        int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _address(wanted: Wanted, **changes: Any) -> str:
    """The address of the status page with other wishes; those that go without saying are left out."""
    fields = {
        "q": wanted.text, "state": wanted.standing or "", "page": wanted.page,
        "sort": ("-" if wanted.descending else "") + wanted.order, **changes,
    }  # fmt: skip
    said = {name: value for name, value in fields.items() if value not in ("", 1, Order.STANDING)}
    return f"/?{urlencode(said)}#sources" if said else "/#sources"


def _told(configuration: InEffect) -> Iterator[str]:
    """The lines that tell of a configuration."""
    yield f"configuration {configuration.nth} since the start, in effect since {rfc3339(configuration.since)}"
    if configuration.refused_at:
        yield f"configuration refused at {rfc3339(configuration.refused_at)}; the one in effect stays:"
        yield from map(str, configuration.refused)
    if configuration.trouble:
        yield f"the configuration cannot be taken up, and is tried again: {configuration.trouble}"
    for key in configuration.restart:
        yield f"{key} takes effect with the next start"
