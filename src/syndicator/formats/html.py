"""HTML through Jinja: our templates and those of a theme, and the list of articles to embed."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, PrefixLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from syndicator.core.errors import Problem
from syndicator.core.model import Article, Category, Site
from syndicator.core.theme import NO_THEME, Report, Theme, unreported
from syndicator.core.urls import host

from .article_json import rfc3339

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class ListItem:
    """An article as a list shows it."""

    id: str
    title: str
    url: str
    page: str
    published: datetime
    source: str
    image: str
    language: str


class Templates(SandboxedEnvironment):
    """Our templates, and those of a theme in their place: autoescape on, unknown names an error.

    Ours stay within a theme's reach as `syndicator/NAME`. The sandbox keeps templates that somebody else wrote from
    the program behind their context.
    """

    def __init__(self, folders: tuple[Path, ...], theme: Theme, report: Report) -> None:
        ours = FileSystemLoader(folders)
        super().__init__(
            loader=ours, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            auto_reload=False,
        )  # fmt: skip
        self._theme = theme
        self._report = report
        self._reported: set[tuple[str, int]] = set()
        self._ours = self.overlay()  # shares filters and globals
        prefixed = PrefixLoader({"syndicator": ours})
        self.loader = ChoiceLoader([FunctionLoader(self._of_theme), ours, prefixed]) if theme.templates else ours

    def compile_theme(self) -> None:
        """Report every template of the theme that cannot be compiled, used or not."""
        for name in self._theme.templates:
            try:
                self.get_template(name)
            except TemplateSyntaxError as error:
                self._report_once(error)

    def render(self, name: str, **context: Any) -> str:
        """The template called `name`; ours where it fails by a fault of the theme, which is reported."""
        try:
            return self.get_template(name).render(context)
        except Exception as error:
            if not self._theme.templates:
                raise
            self._report_once(error)
            return self._ours.get_template(name).render(context)

    def _report_once(self, error: Exception) -> None:
        problem = self._mistake(error)
        if (place := (problem.file, problem.line)) not in self._reported:
            self._reported.add(place)
            self._report(problem)

    def _mistake(self, error: Exception) -> Problem:
        """Where in the theme a template failed, and why."""
        if isinstance(error, TemplateSyntaxError):
            return Problem(error.filename or error.name or "", error.lineno, 1, "", error.message or "cannot be read")
        theirs = {template.file for template in self._theme.templates.values()}
        frames = traceback.extract_tb(error.__traceback__)
        file, line = next(((at.filename, at.lineno or 1) for at in reversed(frames) if at.filename in theirs), ("", 1))
        return Problem(file or "the theme", line, 1, "", f"{type(error).__name__}: {error}")

    def _of_theme(self, name: str) -> tuple[str, str, None] | None:
        found = self._theme.templates.get(name)
        return (found.text, found.file, None) if found else None


def environment(site: Site, *folders: Path, theme: Theme = NO_THEME, report: Report = unreported) -> Templates:
    """Templates of `theme`, of `folders` and of this room, with the filters they share."""
    env = Templates((*folders, _TEMPLATES), theme, report)
    zone = ZoneInfo(site.timezone)
    env.filters["day"] = lambda date: date.astimezone(zone).strftime(site.date_format)
    env.filters["rfc3339"] = rfc3339
    env.filters["host"] = host
    env.filters["filesize"] = _filesize
    return env


def render_list(
    env: Templates, site: Site, category: Category, articles: Iterable[Article], heading: str,
    heading_language: str = "en",
) -> str:  # fmt: skip
    """The fragment "News in the same category": complete in itself, to embed in any page; "" without articles."""
    items = tuple(
        ListItem(a.id, a.heading, a.url, site.page(a.id), a.published, a.provenance.title, a.public_image, a.language)
        for a in articles
    )
    return env.render(
        "list.html", heading=heading, heading_language=heading_language, category=category, items=items
    )  # fmt: skip


def render_latest(env: Templates, site: Site, category: Category, articles: Iterable[Article]) -> str:
    """The same of the latest articles of a category, whose title, in the site's language, is most of the heading."""
    return render_list(env, site, category, articles, f"Latest in {category.title}", site.language)


def _filesize(length: int) -> str:
    size = float(length)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
