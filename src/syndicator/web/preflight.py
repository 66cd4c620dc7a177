"""Answers to browsers that ask first whether another site's script may read something (CORS preflight)."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .security import PREFLIGHT


def is_open(path: str) -> bool:
    """Whether any site's script may read what stands at `path`: feeds, lists to embed and the API."""
    if path.startswith(("/api/", "/feeds/")) or path == "/feeds.opml":
        return True
    return path.startswith(("/articles/", "/categories/")) and path.endswith(
        ("/related.json", "/related.html", "/latest.json", "/latest.html")
    )


class Preflights:
    """An ASGI application: OPTIONS of whatever is open; `app` answers everything else.

    It asks nobody whether there is such a feed or article, since a preflight that fails hides the 404 from the script.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] == "OPTIONS" and is_open(scope["path"])
        app = Response(status_code=204, headers=PREFLIGHT) if asked else self._app
        await app(scope, receive, send)
