"""Stylesheet, and what a theme brings: read once, so that a request's path is looked up and never opened."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request

from syndicator.core.theme import MEDIA_TYPES, NO_THEME, Theme

from .conditional import Answer
from .security import PAGE

_OURS = {"style.css": (Path(__file__).parent / "static" / "style.css").read_bytes()}
_MAX_AGE = 3600


class StaticFiles:
    """Our files, and those of a theme in their place."""

    def __init__(self, theme: Theme = NO_THEME) -> None:
        self._answers = {path: _answer(path, body) for path, body in {**_OURS, **theme.static}.items()}

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths below `/static/`."""
        return tuple(self._answers)

    def file(self, request: Request) -> Answer:
        found = self._answers.get(request.path_params["path"])
        if found is None:
            raise HTTPException(404, "There is no such file.")
        return found


def _answer(path: str, body: bytes) -> Answer:
    media_type = MEDIA_TYPES[path.rpartition(".")[2].lower()]
    return Answer(body, media_type, max_age=_MAX_AGE, headers=PAGE)
