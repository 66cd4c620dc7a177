"""The operator's application, on a listener of its own: the state of every source, and what only the engine may do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from syndicator import __version__
from syndicator.core import outcomes
from syndicator.core.errors import NotRetold, SyndicatorError, UnknownArticle
from syndicator.core.flood import HeldSource
from syndicator.core.learning import Lesson
from syndicator.core.model import AlsoReported, Site, Source, SourceState
from syndicator.core.reloading import InEffect
from syndicator.core.urls import host, is_ip_address, without_secrets
from syndicator.formats import addresses
from syndicator.formats.article_json import dump, rfc3339
from syndicator.formats.html import environment
from syndicator.pipeline import explain as explaining
from syndicator.pipeline.retell import Retold
from syndicator.pipeline.takedown import TakenDown, other_tellings

from .pages import TEMPLATES
from .revised import steps
from .security import OPERATOR
from .static_files import StaticFiles

_LARGEST_FORM = 65_536


class Reader(explaining.Reader, Protocol):
    """The part of the store that the operator's application reads."""

    def states(self) -> dict[str, SourceState]: ...
    def article_counts(self) -> dict[str, int]: ...
    def held_sources(self) -> tuple[HeldSource, ...]: ...


class Actions(Protocol):
    """What an operator can have done; each raises SyndicatorError where it could not be."""

    def take_down(self, name: str) -> TakenDown: ...
    def split(self, name: str) -> Retold: ...
    def merge(self, name: str, other: str) -> Retold: ...
    def release(self, category: str) -> None: ...
    def hold(self, name: str) -> None: ...
    def release_source(self, name: str) -> int: ...
    def learn(self) -> Lesson: ...


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A line of the status page."""

    source: Source
    state: SourceState | None
    articles: int
    held: HeldSource | None


def operator_app(
    reader: Reader, actions: Actions, site: Site, sources: dict[str, Source], clock: Callable[[], datetime],
    hosts: Collection[str], in_effect: Callable[[], InEffect], further: Sequence[Route] = (),
) -> ASGIApp:  # fmt: skip
    """Status page, readiness, actions and what there is `further`; `clock` dates the page, `in_effect` tells of the
    configuration.

    It answers under an IP address, `localhost`, and the names `hosts`: under no other name that somebody gave to the
    operator's machine, or a page in the operator's browser could act as the operator (DNS rebinding).
    """
    operator = _Operator(reader, actions, site, sources, clock, in_effect)
    routes = [
        Route("/", operator.status),
        Route("/explain", operator.explain),
        Route("/takedown", operator.take_down, methods=["POST"]),
        Route("/split", operator.split, methods=["POST"]),
        Route("/merge", operator.merge, methods=["POST"]),
        Route("/release", operator.release, methods=["POST"]),
        Route("/sources/hold", operator.hold, methods=["POST"]),
        Route("/sources/release", operator.release_source, methods=["POST"]),
        Route("/learn", operator.learn, methods=["POST"]),
        Route("/readyz", operator.ready),
        Route("/static/{path:path}", StaticFiles().file),
        *further,
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _error, Exception: _error})
    return _OwnName(app, frozenset(hosts))


def _error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = {**(getattr(error, "headers", None) or {}), **OPERATOR}
    return PlainTextResponse(f"{status} {HTTPStatus(status).phrase}\n", status, headers)


class _OwnName:
    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = "This is not an address of the operator's page: see server.operator_hosts.\n"
        refusal = PlainTextResponse(said, 421, OPERATOR)
        await (self._app if self._is_own(Headers(scope=scope).get("host", "")) else refusal)(scope, receive, send)

    def _is_own(self, given: str) -> bool:
        name = (host(f"http://{given}") or given).lower()
        return name == "localhost" or name in self._hosts or is_ip_address(name)


class _Operator:
    def __init__(
        self, reader: Reader, actions: Actions, site: Site, sources: dict[str, Source], clock: Callable[[], datetime],
        in_effect: Callable[[], InEffect],
    ) -> None:  # fmt: skip
        self._reader = reader
        self._actions = actions
        self._site = site
        self._sources = sources
        self._clock = clock
        self._in_effect = in_effect
        self._env = environment(site, TEMPLATES)
        self._env.filters["without_secrets"] = without_secrets
        self._env.filters["move"] = outcomes.move

    def status(self, request: Request) -> Response:
        return self._page("")

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
        html = self._env.get_template("explain.html").render(
            site=self._site, name=name, found=found, steps=shown, message=message
        )
        return Response(html, 200 if found else 404 if name else 400, OPERATOR, addresses.HTML)

    def ready(self, request: Request) -> Response:
        """Ready while the database can be read; what is told of the configuration is no reason to be taken out."""
        self._reader.states()
        return PlainTextResponse("\n".join(("ready", *_told(self._in_effect()), "")), headers=OPERATOR)

    async def take_down(self, request: Request) -> Response:
        def act(name: str) -> tuple[str, dict[str, Any]]:
            taken = self._actions.take_down(name)
            others = _others(taken.others)
            said = {"id": taken.article.id, "title": taken.article.heading, "now": taken.now, "others": others}
            told = f" {other_tellings(taken.others)}" if taken.now and taken.others else ""
            return f"{taken.article.heading}: {'taken down' if taken.now else 'was taken down before'}.{told}", said

        return await self._act(request, "article", act)

    async def split(self, request: Request) -> Response:
        def act(name: str) -> tuple[str, dict[str, Any]]:
            retold = self._actions.split(name)
            return f"{retold.title}: shows by itself in a moment.", _retold(retold)

        return await self._act(request, "article", act)

    async def merge(self, request: Request) -> Response:
        def act(names: str) -> tuple[str, dict[str, Any]]:
            name, *others = names.split()
            if len(others) != 1:
                raise NotRetold(names, "name two articles, with a blank between them.")
            retold = self._actions.merge(name, others[0])
            return f"{retold.title}: one story with the other in a moment.", _retold(retold)

        return await self._act(request, "articles", act)

    async def release(self, request: Request) -> Response:
        def act(category: str) -> tuple[str, dict[str, Any]]:
            self._actions.release(category)
            return f"{category}: let go; it is published in a moment.", {"category": category}

        return await self._act(request, "category", act)

    async def hold(self, request: Request) -> Response:
        def act(name: str) -> tuple[str, dict[str, Any]]:
            self._actions.hold(name)
            return f"{name}: what is new is held from now on.", {"source": name}

        return await self._act(request, "source", act)

    async def release_source(self, request: Request) -> Response:
        def act(name: str) -> tuple[str, dict[str, Any]]:
            count = self._actions.release_source(name)
            return f"{name}: {count} articles released; they are published in a moment.", {"articles": count}

        return await self._act(request, "source", act)

    async def learn(self, request: Request) -> Response:
        def act(_: str) -> tuple[str, dict[str, Any]]:
            lesson = self._actions.learn()
            return f"Learned from {lesson.articles} articles.", asdict(lesson)

        return await self._act(request, "", act)

    async def _act(self, request: Request, field: str, act: Callable[[str], tuple[str, dict[str, Any]]]) -> Response:
        """Do what a form or a command asks for, to what its `field` names if it has one, and say what was done: as a
        page, or in JSON.
        """
        status, message, said = 200, "", dict[str, Any]()
        name = await _named(request, field) if _is_own(request) else None
        if name is None:
            status, message = 403, "This was sent by another site."
        elif field and (not name or "\0" in name):
            status, message = 400, f"{field}: nothing was named."
        else:
            try:
                message, said = await run_sync(act, name)
            except SyndicatorError as error:
                status, message = 409, str(error)
        if "application/json" in request.headers.get("accept", ""):
            return Response(dump(said if status == 200 else {"detail": message}), status, OPERATOR, addresses.JSON)
        return await run_sync(self._page, message, status)

    def _page(self, message: str, status: int = 200) -> Response:
        states, counts = self._reader.states(), self._reader.article_counts()
        held = {one.source_id: one for one in self._reader.held_sources()}
        rows = [
            SourceRow(source, states.get(id_), counts.get(id_, 0), held.get(id_))
            for id_, source in self._sources.items()
        ]
        html = self._env.render(
            "operator.html", site=self._site, version=__version__, sources=rows, now=self._clock(),
            held=self._reader.held(), message=message, failed=status != 200, in_effect=self._in_effect(),
        )  # fmt: skip
        return Response(html, status, OPERATOR, addresses.HTML)


def _told(configuration: InEffect) -> Iterator[str]:
    """The lines that tell of a configuration."""
    yield f"configuration {configuration.nth} since the start, in effect since {rfc3339(configuration.since)}"
    if configuration.refused_at:
        yield f"configuration refused at {rfc3339(configuration.refused_at)}; the one in effect stays:"
        yield from map(str, configuration.refused)
    for key in configuration.restart:
        yield f"{key} takes effect with the next start"


def _others(others: Iterable[AlsoReported]) -> list[dict[str, str]]:
    return [{"source": other.source, "url": other.url} for other in others]


def _retold(retold: Retold) -> dict[str, Any]:
    return {"title": retold.title, "others": _others(retold.others)}


async def _named(request: Request, field: str) -> str:
    """The value of a form's `field`; "" where it has none, or is larger than any form of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get(field, [""])[0].strip()


def _is_own(request: Request) -> bool:
    """Whether a POST was sent by our own page or by a program, and not by another site in the operator's browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")
