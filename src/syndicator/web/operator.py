"""The operator's application, on a listener of its own: the state of every source, and whether the engine is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from syndicator import __version__
from syndicator.core import outcomes
from syndicator.core.model import Site, Source, SourceState
from syndicator.core.urls import without_secrets
from syndicator.formats import addresses
from syndicator.formats.html import environment

from .pages import TEMPLATES
from .security import PAGE
from .static_files import style


class Reader(Protocol):
    """The part of the store that the operator's application reads."""

    def states(self) -> dict[str, SourceState]: ...
    def article_counts(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A line of the status page."""

    source: Source
    state: SourceState | None
    articles: int


def operator_app(reader: Reader, site: Site, sources: dict[str, Source], clock: Callable[[], datetime]) -> Starlette:
    """Status page and readiness; `clock` dates the page."""
    env = environment(site, TEMPLATES)
    env.filters["without_secrets"] = without_secrets
    env.filters["move"] = outcomes.move

    def status(request: Request) -> Response:
        states, counts = reader.states(), reader.article_counts()
        rows = [SourceRow(source, states.get(id_), counts.get(id_, 0)) for id_, source in sources.items()]
        html = env.get_template("operator.html").render(site=site, version=__version__, sources=rows, now=clock())
        return Response(html, headers={**PAGE, "Cache-Control": "no-store"}, media_type=addresses.HTML)

    def ready(request: Request) -> Response:
        reader.states()
        return PlainTextResponse("ready\n", headers={"Cache-Control": "no-store"})

    return Starlette(routes=[Route("/", status), Route("/readyz", ready), Route("/static/style.css", style)])
