"""Forms of the operator's pages: who may send one, what it says, and what is shown when it was done."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from itertools import count
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request

_LARGEST_FORM = 65_536
_NOTICES = 100


class Forms:
    """What makes a form ours: a token of this start of the engine, which no other site can read.

    A command that asks the engine over loopback has none: it wants JSON, and says nothing that a browser would say.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)

    def refusal(self, request: Request, form: dict[str, str]) -> str:
        """Why what was posted is not done; "" where it is our own page's, or a command's."""
        if _is_command(request):
            return ""
        if not _is_own(request):
            return "This was sent by another site."
        if not secrets.compare_digest(form.get("token", "").encode(), self.token.encode()):
            return "This form is from before the engine was started the last time."
        return ""


class Notices:
    """What was done by the last forms, to be told on the page that comes after."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, str] = OrderedDict()
        self._numbers = count(1)

    def address(self, back: str, message: str) -> str:
        """The address of the page `back`, where `message` will be told."""
        number = f"{next(self._numbers)}-{secrets.token_urlsafe(6)}"
        self._said[number] = message
        while len(self._said) > _NOTICES:
            self._said.popitem(last=False)
        path, _, query = own_path(back).partition("?")
        kept = [(name, value) for name, values in parse_qs(query).items() for value in values if name != "done"]
        return f"{path}?{urlencode([*kept, ('done', number)])}"

    def said(self, request: Request) -> str:
        """What there is to tell on the page that is asked for; "" for nothing."""
        return self._said.get(request.query_params.get("done", ""), "")


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form; none where it is larger than any form of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    return {name: values[0].strip() for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def own_path(back: str) -> str:
    """`back` where it is a path of ours, else that of the status page."""
    parts = urlsplit(back) if "\\" not in back else None
    is_path = parts is not None and not parts.scheme and not parts.netloc and back.startswith("/")
    return back if is_path and not back.startswith("//") and back.isprintable() else "/"


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _is_command(request: Request) -> bool:
    """Every browser of this decade sends one of these with a POST, whatever page or script it is for."""
    return wants_json(request) and not any(
        name in request.headers for name in ("origin", "sec-fetch-site", "sec-fetch-mode", "referer", "cookie")
    )


def _is_own(request: Request) -> bool:
    """Whether a POST was sent by our own page or by a program, and not by another site in the operator's browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")
