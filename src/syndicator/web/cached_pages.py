"""Pages from memory: what many read at once is rendered once, and again when something in it was published."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from .answers import Answers
from .conditional import Answer
from .publications import Publications

_MOST_BYTES = 64 << 20
_SECONDS = 60
"""So long may what a page shows beside its own category's articles lag behind."""
_MADE = "syndicator.page"
"""Where a request's scope holds the page that was made for it, and of which category."""


def made(scope: Scope, category: str, page: Answer) -> Answer:
    """Note in a request's `scope` that `page` may answer others too, until `category` changes; gives the page."""
    scope[_MADE] = category, page
    return page


class CachedPages:
    """An ASGI application: GET and HEAD of a page that is kept; `app` answers everything else.

    Only what `app` has noted as `made` is kept, so no address that leads nowhere takes any room.
    """

    def __init__(self, publications: Publications, app: ASGIApp) -> None:
        self._publications = publications
        self._app = app
        self._answers = Answers(_MOST_BYTES, _SECONDS)
        publications.follow(self._answers.settle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        await self._publications.look()
        path: str = scope["path"]
        if kept := self._answers.find(path):
            await kept(scope, receive, send)
            return
        seen = self._answers.versions
        await self._app(scope, receive, send)
        if _MADE in scope:
            category, page = scope[_MADE]
            self._answers.keep(path, category, page, seen)
