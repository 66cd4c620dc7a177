"""Addresses that are no more, or not quite ours: they lead on (301); those of withdrawn categories are gone (410)."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from syndicator.core.model import Category, Site
from syndicator.core.work import Shelf

from .security import OPEN

_CATEGORY = r"[a-z0-9-]+(?:/[a-z0-9-]+)*?"
_ADDRESS = re.compile(
    rf"/(feeds)/({_CATEGORY})(\.(?:rss|atom|json)|/archive/[0-9]+\.(?:rss|atom|json))"
    rf"|/(categories)/({_CATEGORY})(|/latest\.(?:json|html)|/archive/[0-9]+)"
)
"""What belongs to a category, and so never what belongs to its children: `archive` and `latest` are no categories."""
_PAGES = ("/categories/", "/articles/")
_LONGEST = 1000
"""No address of a category has more characters."""
_HEADERS = {**OPEN, "Cache-Control": "public, max-age=86400"}


class Reader(Protocol):
    """The part of the store that knows what was withdrawn."""

    def shelf(self, category: str) -> Shelf | None: ...


class Former:
    """What to answer where nothing is found, under the name of a category or at all."""

    def __init__(self, reader: Reader, site: Site, categories: tuple[Category, ...]) -> None:
        self._reader = reader
        self._site = site
        self._configured = {category.id for category in categories}
        self._successors = {former: category.id for category in categories for former in category.was}

    def address(self, request: Request, otherwise: HTTPException) -> Response:
        """Where a former category's address leads now; raises 410 for a withdrawn one, and `otherwise`."""
        path = request.scope["path"]
        found = _ADDRESS.fullmatch(path) if len(path) <= _LONGEST else None
        if found is None:
            raise otherwise
        kind, category, rest = (part for part in found.groups() if part is not None)
        successor = self._successor(category, otherwise)
        return self._redirect(f"/{kind}/{successor}{quote(rest)}{_query(request)}")

    def parameter(self, request: Request, category: str, otherwise: HTTPException) -> Response:
        """The same for an address that names the category in a parameter, which keeps its others."""
        if not re.fullmatch(_CATEGORY, category):
            raise otherwise
        path = self._successor(category, otherwise)
        given = request.query_params.multi_items()
        query = urlencode([(name, path if name == "category" else value) for name, value in given], safe="/")
        return self._redirect(f"{request.scope['path']}?{query}")

    def _successor(self, category: str, otherwise: HTTPException) -> str:
        if category in self._successors:
            return self._successors[category]
        # What was just configured may be withdrawn still for the engine, which reads its configuration when it starts.
        shelf = None if category in self._configured else self._reader.shelf(category)
        if shelf and not shelf.configured:
            raise HTTPException(410, "This category was withdrawn.")
        raise otherwise

    def without_slash(self, request: Request) -> Response | None:
        """Where a page's address leads that has slashes too many at its end; None where no page would be without them.

        It names `site.url`, so that neither the Host header nor a path such as `//evil.example/` leads elsewhere.
        """
        path = request.scope["path"].rstrip("/")
        slashed = path != request.scope["path"] and path.startswith(_PAGES) and request.method in ("GET", "HEAD")
        if not slashed or not any(
            route.matches({**request.scope, "path": path})[0] is Match.FULL for route in request.app.routes
        ):
            return None
        return self._redirect(f"{quote(path)}{_query(request)}")

    def _redirect(self, path: str) -> Response:
        return RedirectResponse(f"{self._site.url}{path}", 301, _HEADERS)


def _query(request: Request) -> str:
    """The query of an address with its question mark, as it was sent; "" where there is none."""
    query = request.scope["query_string"].decode("latin-1")
    return f"?{query}" if query else ""
