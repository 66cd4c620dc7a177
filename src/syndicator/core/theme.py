"""What an operator puts in the place of our templates and static files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from .errors import Problem
from .identity import digest

_TEXT = "; charset=utf-8"
MEDIA_TYPES: Mapping[str, str] = {
    "css": "text/css" + _TEXT, "txt": "text/plain" + _TEXT, "json": "application/json" + _TEXT,
    "webmanifest": "application/manifest+json" + _TEXT, "svg": "image/svg+xml", "png": "image/png",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif", "gif": "image/gif",
    "ico": "image/x-icon", "woff2": "font/woff2", "woff": "font/woff",
}  # fmt: skip
"""Of static files, by ending. No scripts: the pages' policy runs none."""


@dataclass(frozen=True, slots=True)
class ThemeTemplate:
    """A template's text, and the file that it is from."""

    text: str
    file: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Templates by name (`article.html`), and static files by the path below `/static/` (`fonts/news.woff2`).

    All of it as it was when it was read.
    """

    templates: Mapping[str, ThemeTemplate] = field(default_factory=dict)
    static: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def print(self) -> str:
        """Changes when the templates do."""
        named = sorted((name, template.text) for name, template in self.templates.items())
        return digest(*chain.from_iterable(named))


NO_THEME = Theme()

Report = Callable[[Problem], None]
"""Told of a template of a theme that failed, once for each place in it."""


def unreported(problem: Problem) -> None:
    """The report of who has no theme, or nobody to tell."""
