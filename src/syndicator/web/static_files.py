"""The one stylesheet, which public and operator pages share."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from .conditional import answer

_STYLE = (Path(__file__).parent / "static" / "style.css").read_bytes()


def style(request: Request) -> Response:
    return answer(request, _STYLE, "text/css; charset=utf-8", max_age=3600)
