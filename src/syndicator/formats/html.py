"""HTML through Jinja: the template environment, and the list of articles to embed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from syndicator.core.model import Article, Category, Site
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


def environment(site: Site, *folders: Path) -> Environment:
    """Templates of `folders` and of this room, with the filters they share; autoescape on, unknown names an error."""
    loader = FileSystemLoader([*folders, _TEMPLATES])
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    zone = ZoneInfo(site.timezone)
    env.filters["day"] = lambda date: date.astimezone(zone).strftime("%d/%m/%Y %H:%M")
    env.filters["rfc3339"] = rfc3339
    env.filters["host"] = host
    env.filters["filesize"] = _filesize
    return env


def render_list(env: Environment, site: Site, category: Category, articles: Iterable[Article], heading: str) -> str:
    """The fragment "News in the same category": complete in itself, to embed in any page; "" without articles."""
    items = tuple(
        ListItem(a.id, a.heading, a.url, site.page(a.id), a.published, a.provenance.title, a.public_image)
        for a in articles
    )
    return env.get_template("list.html").render(heading=heading, category=category, items=items)


def render_latest(env: Environment, site: Site, category: Category, articles: Iterable[Article]) -> str:
    """The same of the latest articles of a category."""
    return render_list(env, site, category, articles, f"Latest in {category.title}")


def _filesize(length: int) -> str:
    size = float(length)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
