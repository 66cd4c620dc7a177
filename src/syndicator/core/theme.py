"""What an operator puts in the place of our templates and static files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .errors import Problem


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


NO_THEME = Theme()

Report = Callable[[Problem], None]
"""Told of a template of a theme that failed, once for each place in it."""


def unreported(problem: Problem) -> None:
    """The report of who has no theme, or nobody to tell."""
