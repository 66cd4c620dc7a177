"""The public application: documents, pages, lists to embed, the cursor API (described in openapi)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from syndicator.core.channel import archives, newest_archive
from syndicator.core.model import ALL, Article, Category, ChannelItem, Site
from syndicator.core.theme import NO_THEME, Report, Theme, unreported
from syndicator.core.work import Change
from syndicator.formats import addresses
from syndicator.formats.article_json import article_json, dump, list_json, removed_json
from syndicator.formats.publishing import LIST_SIZE

from .cached_pages import CachedPages, made
from .conditional import Answer, gzipped
from .documents import Documents
from .documents import Reader as DocumentReader
from .feeds import Feeds
from .feeds import Reader as FeedReader
from .former import Former
from .neighbours import Neighbours
from .neighbours import Reader as NeighbourReader
from .openapi import LIMIT, MOST_LISTED, MOST_SEQ, RELATED, openapi
from .pages import Pages
from .parameters import number, order, parameters, shown
from .preflight import Preflights, is_open
from .publications import Publications
from .publications import Reader as PublicationsReader
from .schemas import MOST_RECORDS
from .security import EMBEDDED, OPEN, PAGE, PREFLIGHT
from .static_files import StaticFiles

_FRONT_ITEMS = 6
_PAGE_ITEMS = 30
_MAX_AGE = 60
_ARCHIVE_MAX_AGE = 3600
"""Shorter than that of an archive's feeds: the page shows the site's navigation besides."""


_EXPIRED = "This article has expired: it was published here, and is no longer kept."
_EXPIRED_ARCHIVE = "Everything in this archive has expired: it was published here, and is no longer kept."
_WHAT_TO_DO = {
    404: "There is no page at this address. It may be misspelt, or what it showed has moved or gone.",
    405: "This can only be read: ask with GET or HEAD.",
}


class Reader(DocumentReader, FeedReader, PublicationsReader, NeighbourReader, Protocol):
    """The part of the store that the public application reads."""

    def article(self, article_id: str) -> Change | None: ...
    def newest(self, category: str, limit: int) -> tuple[ChannelItem, ...]: ...


def public_app(
    reader: Reader, site: Site, categories: tuple[Category, ...], archive_size: int, clock: Callable[[], datetime],
    theme: Theme = NO_THEME, report: Report = unreported,
) -> ASGIApp:  # fmt: skip
    """The application that readers, aggregators and browsers talk to. The base of every link is `site.url`.

    `clock` only keeps documents from being dated in the future; `report` is told where a template of `theme` fails.
    """
    public = _Public(reader, site, categories, archive_size, Pages(site, categories, theme, report))
    routes = [
        Route("/", public.front),
        Route("/categories/{path:path}/archive/{number}", public.archive),
        Route("/categories/{path:path}/latest.json", public.latest_json),
        Route("/categories/{path:path}/latest.html", public.latest_html),
        Route("/categories/{path:path}", public.category),
        Route("/articles/{id}", public.article),
        Route("/articles/{id}/related.json", public.related_json),
        Route("/articles/{id}/related.html", public.related_html),
        Route("/feeds.opml", public.no_document),
        Route("/feeds/{path:path}", public.no_document),
        Route("/api/v1/articles", public.api_articles),
        Route("/api/v1/articles/{id}", public.api_article),
        Route("/api/v1/categories", public.api_categories),
        Route("/api/v1/openapi.json", public.api_openapi),
        Route("/healthz", public.health),
        Route("/static/{path:path}", StaticFiles(theme).file),
    ]
    pages = Starlette(routes=routes, exception_handlers={HTTPException: public.error, Exception: public.error})
    # It would lead to the address that the Host header names.
    pages.router.redirect_slashes = False
    feeds = Feeds(reader, site, public.published, archive_size)
    publications = Publications(reader)
    cached = CachedPages(publications, pages)
    return Preflights(Documents(reader, publications, feeds, cached, clock))


class _Public:
    def __init__(
        self, reader: Reader, site: Site, categories: tuple[Category, ...], archive_size: int, pages: Pages
    ) -> None:
        self._reader = reader
        self._site = site
        self._categories = categories
        self._archive_size = archive_size
        self._pages = pages
        self._neighbours = Neighbours(reader)
        everything = Category(ALL, site.title, site.description)
        self.published = {one.id: one for one in (everything, *categories)}
        """The categories as feeds name them, by id."""
        self._former = Former(reader, site, categories)
        self._openapi = Answer(dump(openapi(site)), addresses.JSON, max_age=_MAX_AGE, headers=OPEN)

    def no_document(self, request: Request) -> Response:
        address = addresses.parse_feed_path(request.scope["path"][1:])
        if address and address.archive and (expired := self._expired(address.category, address.archive)):
            raise expired
        return self._former.address(request, HTTPException(404, "There is no such feed."))

    # --- pages ------------------------------------------------------------------------------------

    def front(self, request: Request) -> Answer:
        top = [category for category in self._categories if "/" not in category.id]
        told: set[str] = set()
        sections = [(category, self._untold(category.id, told)) for category in top]
        return self._page(request, ALL, self._pages.front(sections))

    def _untold(self, category: str, told: set[str]) -> list[ChannelItem]:
        """The newest of a category whose stories are not among those `told`, which gain theirs.

        What other sections have shown is replaced by what comes next; no more than they have shown can be in the way,
        where a category shows a story once.
        """
        untold: dict[str, ChannelItem] = {}
        for limit in (_FRONT_ITEMS, _FRONT_ITEMS + len(told)):
            for item in self._reader.newest(category, limit):
                story = item.article.story_id or item.article.id
                if story not in told:
                    untold.setdefault(story, item)
            if len(untold) >= _FRONT_ITEMS:
                break
        shown = dict(islice(untold.items(), _FRONT_ITEMS))
        told.update(shown)
        return list(shown.values())

    def category(self, request: Request) -> Answer | Response:
        path = request.path_params["path"]
        category = self._pages.category(path)
        if category is None:
            return self._former.address(request, HTTPException(404, "There is no such category."))
        items = self._reader.newest(category.id, _PAGE_ITEMS + 1)
        shelf = self._reader.shelf(category.id)
        older = newest_archive(shelf.last_ordinal, self._archive_size) if shelf else None
        more = older if len(items) > _PAGE_ITEMS else None
        return self._page(request, category.id, self._pages.category_page(category, items[:_PAGE_ITEMS], older=more))

    def archive(self, request: Request) -> Answer | Response:
        """The page of an archive: the same articles as in its feeds."""
        none = HTTPException(404, "There is no such archive.")
        category = self._pages.category(request.path_params["path"])
        if category is None:
            return self._former.address(request, none)
        text = request.path_params["number"]
        number = int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else 0
        found = self._reader.archived(category.id, number, self._archive_size)
        if found is None:
            raise self._expired(category.id, number) or none
        html = self._pages.category_page(
            category, found.items, archive=number, older=found.older, newer=found.newer
        )  # fmt: skip
        return self._page(request, category.id, html, _ARCHIVE_MAX_AGE if found.full else _MAX_AGE)

    def article(self, request: Request) -> Answer:
        change = self._article(request)
        category = self._pages.primary(change.article).id
        related = self._neighbours.related(change.article, category, RELATED, "related")
        return self._page(request, category, self._pages.article(change, related))

    # --- lists to embed ---------------------------------------------------------------------------

    def related_json(self, request: Request) -> Answer:
        return self._list_json(*self._related(request))

    def related_html(self, request: Request) -> Answer:
        return self._fragment(self._pages.related(*self._related(request)))

    def latest_json(self, request: Request) -> Answer | Response:
        """As many of the latest as are asked for; without a limit they are a document."""
        found = self._latest(request)
        return found if isinstance(found, Response) else self._list_json(*found)

    def latest_html(self, request: Request) -> Answer | Response:
        found = self._latest(request)
        return found if isinstance(found, Response) else self._fragment(self._pages.latest(*found))

    def _related(self, request: Request) -> tuple[Category, tuple[Article, ...]]:
        given = parameters(request, "order", "limit")
        limit, order_ = number(given, "limit", RELATED, 1, MOST_LISTED), order(given)
        article = self._article(request).article
        category = self._pages.primary(article)
        return category, self._neighbours.related(article, category.id, limit, order_)

    def _latest(self, request: Request) -> tuple[Category, tuple[Article, ...]] | Response:
        limit = number(parameters(request, "limit"), "limit", LIST_SIZE, 1, MOST_LISTED)
        none = HTTPException(404, "There is no such list.")
        category = self.published.get(request.path_params["path"])
        if category is None:
            return self._former.address(request, none)
        shelf = self._reader.shelf(category.id)
        if shelf is None or self._reader.document(addresses.list_path(category.id, "json")) is None:
            raise none
        return category, self._reader.shown(category.id, shelf.listed[:limit])

    def _list_json(self, category: Category, articles: tuple[Article, ...]) -> Answer:
        return Answer(dump(list_json(self._site, category, articles)), addresses.JSON, headers=OPEN)

    def _fragment(self, html: str) -> Answer:
        return Answer(html.encode(), addresses.HTML, headers=EMBEDDED)

    # --- API --------------------------------------------------------------------------------------

    def api_articles(self, request: Request) -> Answer | Response:
        """The changes after a cursor, in order; `next` leads on while there are more."""
        given = parameters(request, "category", "after", "limit")
        after = number(given, "after", 0, 0, MOST_SEQ)
        limit = number(given, "limit", LIMIT, 1, MOST_RECORDS)
        category = given.get("category", ALL)
        if self._pages.category(category) is None:
            detail = f"category: there is no category {shown(category)}; see {self._site.url}/api/v1/categories"
            return self._former.parameter(request, category, HTTPException(400, detail))
        changes = self._reader.changes(category, after, limit + 1)
        records = [_record(change) for change in changes[:limit]]
        following = None
        if len(changes) > limit:
            query = f"category={category}&after={changes[limit - 1].seq}&limit={limit}"
            following = f"{self._site.url}/api/v1/articles?{query}"
        return self._json({"articles": records, "next": following})

    def api_article(self, request: Request) -> Answer:
        parameters(request)
        change = self._article(request)
        return self._json(_record(change))

    def api_categories(self, request: Request) -> Answer:
        parameters(request)
        described = [
            {
                "id": category.id,
                "title": category.title,
                "description": category.description,
                "url": self._site.category_page(category.id),
                "feeds": {
                    ending: addresses.feed_url(self._site, category.id, ending) for ending, *_ in addresses.FEEDS
                },
            }
            for category in (self._pages.everything, *self._categories)
        ]
        return self._json({"categories": described})

    def api_openapi(self, request: Request) -> Answer:
        parameters(request)
        return self._openapi

    def health(self, request: Request) -> Response:
        """Answers while the process lives and its database can be read."""
        self._reader.document(addresses.OPML_PATH)
        return PlainTextResponse("ok\n", headers={**PAGE, "Cache-Control": "no-store"})

    # --- parts ------------------------------------------------------------------------------------

    def _expired(self, category: str, archive: int) -> HTTPException | None:
        """That a category's archive is gone, where it was there once."""
        shelf = self._reader.shelf(category) if category in self.published else None
        gone = shelf and 0 < archive < archives(shelf.last_ordinal, self._archive_size, shelf.first_kept).start
        return HTTPException(410, _EXPIRED_ARCHIVE) if gone else None

    def _article(self, request: Request) -> Change:
        id_ = request.path_params["id"]
        change = None if "\0" in id_ else self._reader.article(id_)
        if change is None:
            raise HTTPException(404, "There is no such article.")
        if change.removal:
            raise HTTPException(410, _EXPIRED if change.article.expired else "This article was taken down.")
        return change

    def _page(self, request: Request, category: str, html: str, max_age: int = _MAX_AGE) -> Answer:
        """A page that shows articles of `category`; compressed here, in the thread that made it."""
        body = html.encode()
        page = Answer(body, addresses.HTML, encoded={"gzip": gzipped(body)}, max_age=max_age, headers=PAGE)
        return made(request.scope, category, page)

    def _json(self, value: Any) -> Answer:
        return Answer(dump(value), addresses.JSON, max_age=0, headers=OPEN)

    def error(self, request: Request, error: Exception) -> Response:
        """A problem (RFC 9457) where a program asks, a page where a person does."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404 and (elsewhere := self._former.without_slash(request)):
            return elsewhere
        detail = error.detail if isinstance(error, HTTPException) else "Something went wrong on our side."
        if detail == HTTPStatus(status).phrase:  # said by the router, which knows no more
            detail = _WHAT_TO_DO.get(status, detail)
        headers = {**(getattr(error, "headers", None) or {}), "Cache-Control": "no-store"}
        path, title = request.scope["path"], HTTPStatus(status).phrase
        if status == 405 and is_open(path):
            headers["Allow"] = PREFLIGHT["Allow"]
        if path.startswith("/api/") or path.endswith(".json"):
            # The title says no more than the status does, and that is what this type stands for (RFC 9457, 4.2.1).
            problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
            return Response(dump(problem), status, {**headers, **OPEN}, "application/problem+json")
        html = self._pages.error(status, title, detail)
        return Response(html, status, {**headers, **PAGE}, addresses.HTML)


def _record(change: Change) -> dict[str, Any]:
    if change.removal:
        return removed_json(change.article.id, change.article.guid, change.seq)
    return article_json(change.article, change.also, change.seq)
