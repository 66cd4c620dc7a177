"""What the pages show: contexts for the templates, made of articles and the category tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from syndicator.core.model import ALL, Article, Category, ChannelItem, Site
from syndicator.core.theme import NO_THEME, Report, Theme, unreported
from syndicator.core.work import Change
from syndicator.formats import addresses
from syndicator.formats.article_json import dump, rfc3339
from syndicator.formats.content import RELATED_HEADING
from syndicator.formats.html import environment, render_latest, render_list

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders HTML pages; pure but for the templates it has loaded."""

    def __init__(
        self, site: Site, categories: tuple[Category, ...], theme: Theme = NO_THEME, report: Report = unreported
    ) -> None:
        self._site = site
        self.everything = Category(ALL, "All news", site.description)
        self._categories = {category.id: category for category in categories}
        self._env = environment(site, TEMPLATES, theme=theme, report=report)
        # A proxy takes the path of site.url off before it asks us; links have to name it all the same.
        root = urlsplit(site.url).path
        self._env.filters["link"] = lambda article: f"{root}/articles/{article.id}"
        self._env.globals.update(
            site=site,
            root=root,
            navigation=tuple(category for category in categories if "/" not in category.id),
        )

    def compile_theme(self) -> None:
        """Report every template of the theme that cannot be compiled."""
        self._env.compile_theme()

    def category(self, category_id: str) -> Category | None:
        """The category of that path, `all` too; None where there is none."""
        return self.everything if category_id == ALL else self._categories.get(category_id)

    def primary(self, article: Article) -> Category:
        """The category that names the article; all news where its own was withdrawn."""
        return self._categories.get(article.primary, self.everything)

    def front(self, sections: list[tuple[Category, list[ChannelItem]]]) -> str:
        return self._render("front.html", self.everything, f"{self._site.url}/", sections=sections)

    def category_page(
        self, category: Category, items: tuple[ChannelItem, ...], archive: int | None = None,
        older: int | None = None, newer: int | None = None,
    ) -> str:  # fmt: skip
        """The newest articles of a category, or one of its archives; `older` and `newer` are archives to lead on to."""
        parents = [self._categories[above] for above in reversed(category.ancestors) if above in self._categories]
        children = [c for c in self._categories.values() if c.id.rpartition("/")[0] == category.id]
        path = _page(category, archive)
        return self._render(
            "category.html", category, f"{self._site.url}{path}", category=category, parents=parents, children=children,
            items=items, archive=archive, newest=_page(category, None),
            newer=_page(category, newer) if newer else None, older=_page(category, older) if older else None,
        )  # fmt: skip

    def article(self, change: Change, related: tuple[Article, ...]) -> str:
        article = change.article
        category = self.primary(article)
        content = article.public_content
        return self._render(
            "article.html", category, article.url or self._site.page(article.id), article=article, category=category,
            also=change.also, source_title=article.provenance.title,
            # Safe: sanitised when it was accepted; rendered with autoescape; JSON with every "<" escaped.
            content=Markup(content) if content else None,  # noqa: S704
            related=Markup(self.related(category, related)),  # noqa: S704
            json_ld=Markup(self._json_ld(article)),  # noqa: S704
            show_image=bool(article.public_image) and "<img" not in content,
        )  # fmt: skip

    def related(self, category: Category, articles: tuple[Article, ...]) -> str:
        """The list "News in the same category", complete in itself."""
        return render_list(self._env, self._site, category, articles, RELATED_HEADING)

    def latest(self, category: Category, articles: tuple[Article, ...]) -> str:
        """The list of a category's latest articles."""
        return render_latest(self._env, self._site, category, articles)

    def error(self, status: int, title: str, detail: str) -> str:
        return self._render("error.html", self.everything, None, status=status, title=title, detail=detail)

    def _render(self, template: str, of: Category, canonical: str | None, **context: Any) -> str:
        feeds = addresses.feed_links(self._site, of)
        return self._env.render(template, canonical=canonical, feeds=feeds, **context)

    def _json_ld(self, article: Article) -> str:
        """schema.org NewsArticle; `<` is escaped, so that no text can end the script element."""
        about = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.heading[:110],
            "description": article.public_summary,
            "datePublished": rfc3339(article.published),
            "dateModified": rfc3339(article.updated),
            "inLanguage": article.language,
            "image": article.public_image,
            "url": article.url,
            "mainEntityOfPage": article.url or self._site.page(article.id),
            "author": [{"@type": "Person", "name": person.name} for person in article.authors if person.name],
            "publisher": {"@type": "Organization", "name": article.provenance.title},
        }
        present = {key: value for key, value in about.items() if value}
        return dump(present).decode().replace("<", "\\u003c").replace("\u2028", "").replace("\u2029", "")


def _page(category: Category, archive: int | None) -> str:
    path = f"/categories/{category.id}"
    return path if archive is None else f"{path}/archive/{archive}"
