"""The one stylesheet, which public and operator pages share."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request

from .conditional import Answer

_STYLE = (Path(__file__).parent / "static" / "style.css").read_bytes()


_ANSWER = Answer(_STYLE, "text/css; charset=utf-8", max_age=3600)


def style(request: Request) -> Answer:
    return _ANSWER
