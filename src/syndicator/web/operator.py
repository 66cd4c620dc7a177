"""The operator's application, on a listener of its own: the state of every source, and what only the engine may do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from syndicator.core.errors import NotRetold, SyndicatorError
from syndicator.core.learning import Lesson
from syndicator.core.model import AlsoReported, Site, Source
from syndicator.core.plural import counted
from syndicator.core.reloading import InEffect
from syndicator.core.urls import host, is_ip_address
from syndicator.formats import addresses
from syndicator.formats.article_json import dump
from syndicator.pipeline.retell import Retold
from syndicator.pipeline.takedown import TakenDown, other_tellings

from .operator_forms import Forms, Notices, posted, wants_json
from .operator_pages import Pages, Reader
from .security import OPERATOR
from .static_files import StaticFiles


class Actions(Protocol):
    """What an operator can have done; each raises SyndicatorError where it could not be."""

    def take_down(self, name: str) -> TakenDown: ...
    def split(self, name: str) -> Retold: ...
    def merge(self, name: str, other: str) -> Retold: ...
    def release(self, category: str) -> None: ...
    def hold(self, name: str) -> None: ...
    def release_source(self, name: str) -> int: ...
    def learn(self) -> Lesson: ...
    def poll_now(self, name: str) -> None: ...
    def adopt(self, name: str, url: str) -> None: ...


def operator_app(
    reader: Reader, actions: Actions, site: Site, sources: Mapping[str, Source], clock: Callable[[], datetime],
    hosts: Collection[str], in_effect: Callable[[], InEffect], further: Sequence[Route] = (),
    forms: Forms | None = None, notices: Notices | None = None,
) -> ASGIApp:  # fmt: skip
    """The operator's pages, readiness, actions and what there is `further`.

    `clock` dates the pages, `in_effect` tells of the configuration. `forms` and `notices` are those of another
    application in whose place this one is put, so that pages which are open stay good.

    It answers under an IP address, `localhost`, and the names `hosts`: under no other name that somebody gave to the
    operator's machine, or a page in the operator's browser could act as the operator (DNS rebinding).
    """
    forms, notices = forms or Forms(), notices or Notices()
    pages = Pages(reader, site, sources, clock, in_effect, forms, notices)
    does = _Doing(actions, pages, forms, notices)
    routes = [
        Route("/", pages.status),
        Route("/sources/hold", does.hold, methods=["POST"]),
        Route("/sources/release", does.release_source, methods=["POST"]),
        Route("/sources/poll", does.poll_now, methods=["POST"]),
        Route("/sources/adopt", does.adopt, methods=["POST"]),
        Route("/sources/{source}", pages.source, methods=["GET"]),
        Route("/problems", pages.problem_list),
        Route("/problems.atom", pages.problems_atom),
        Route("/stories", pages.stories),
        Route("/held", pages.held),
        Route("/search", pages.search),
        Route("/explain", pages.explain),
        Route("/takedown", does.take_down, methods=["POST"]),
        Route("/split", does.split, methods=["POST"]),
        Route("/merge", does.merge, methods=["POST"]),
        Route("/release", does.release, methods=["POST"]),
        Route("/learn", does.learn, methods=["POST"]),
        Route("/readyz", pages.ready),
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


class _Doing:
    """What forms and commands ask for."""

    def __init__(self, actions: Actions, pages: Pages, forms: Forms, notices: Notices) -> None:
        self._actions = actions
        self._pages = pages
        self._forms = forms
        self._notices = notices

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
            return f"{name}: {counted(count, 'article')} released, to be published in a moment.", {"articles": count}

        return await self._act(request, "source", act)

    async def learn(self, request: Request) -> Response:
        def act(_: str) -> tuple[str, dict[str, Any]]:
            lesson = self._actions.learn()
            return f"Learned from {counted(lesson.articles, 'article')}.", asdict(lesson)

        return await self._act(request, "", act)

    async def poll_now(self, request: Request) -> Response:
        def act(name: str) -> tuple[str, dict[str, Any]]:
            self._actions.poll_now(name)
            return f"{name}: polled in a moment.", {"source": name, "queued": True}

        return await self._act(request, "source", act)

    async def adopt(self, request: Request) -> Response:
        def act(names: str) -> tuple[str, dict[str, Any]]:
            name, _, url = names.partition(" ")
            self._actions.adopt(name, url)
            return f"{name}: polled at its other address from now on.", {"source": name}

        return await self._act(request, "adopted", act)

    async def _act(self, request: Request, field: str, act: Callable[[str], tuple[str, dict[str, Any]]]) -> Response:
        """Do what a form or a command asks for, to what its `field` names if it has one, and say what was done: on the
        page that the form was on, or in JSON.
        """
        form = await posted(request)
        back, name = form.get("back", "/"), form.get(field, "")
        if refusal := self._forms.refusal(request, form):
            return self._refused(request, refusal, 403, back)
        if field and (not name or "\0" in name):
            return self._refused(request, f"{field}: nothing was named.", 400, back)
        try:
            message, said = await run_sync(act, name)
        except SyndicatorError as error:
            return self._refused(request, str(error), 409, back)
        if wants_json(request):
            return Response(dump(said), 200, OPERATOR, addresses.JSON)
        # The page is asked for anew, so that reloading it does nothing twice.
        return RedirectResponse(self._notices.address(back, message), 303, OPERATOR)

    def _refused(self, request: Request, message: str, status: int, back: str) -> Response:
        if wants_json(request):
            return Response(dump({"detail": message}), status, OPERATOR, addresses.JSON)
        return self._pages.refused(message, status, back)


def _others(others: Iterable[AlsoReported]) -> list[dict[str, str]]:
    return [{"source": other.source, "url": other.url} for other in others]


def _retold(retold: Retold) -> dict[str, Any]:
    return {"title": retold.title, "others": _others(retold.others)}
