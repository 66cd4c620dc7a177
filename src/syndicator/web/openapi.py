"""The JSON surface and the feeds, described by OpenAPI 3.1: a pure function of the site."""

from __future__ import annotations

from typing import Any

from syndicator.core.model import Site
from syndicator.core.related import ORDERS
from syndicator.formats import addresses
from syndicator.formats.publishing import LIST_SIZE

from .schemas import ARTICLE_ID, CATEGORY_ID, MOST_RECORDS, SCHEMAS, Schema, ref

LIMIT = 100
MOST_SEQ = 2**62
"""Of `/api/v1/articles`: records in an answer unless asked otherwise, and the largest cursor that the store takes."""
RELATED = 6
MOST_LISTED = 50
"""Of lists to embed: related articles unless asked otherwise, and the most that a list holds."""

_ABOUT = """\
What this site syndicates, for programs. Nothing here needs a key, and any site's scripts may read it (CORS).

**Following along.** `/api/v1/articles` tells every change once and in order. Begin without `after`, follow `next` until
it is null, then go on with `after` = the last `seq` you have seen. A record of the kind `removed` says that the article
has left; one with an `id` that you have seen before says that it has changed.

**Caching.** Answers carry a strong `ETag`, one for each content coding; send it back in `If-None-Match`, and what did
not change is 304 without a body. Answers are compressed with gzip, documents with brotli too.

**Feeds.** A feed is the newest articles of a category. What came before is in its archives (RFC 5005), numbered from 1,
each linked to the one before. A client that sends `A-IM: feed` with the `ETag` it has gets 226 and a feed of only what
has changed since (RFC 3229); where that is too much for one answer, its `ETag` leads on.

**Methods.** HEAD answers like GET, without the body. OPTIONS answers 204 (CORS preflight). Every other method is 405.

**Errors.** Below `/api/` and at `*.json` they are `application/problem+json` (RFC 9457), elsewhere a page. Below
`/api/` and of lists, a parameter that is unknown, empty, given twice or out of bounds is 400, never ignored; feeds take
none. A fault of ours is 500.
"""


def openapi(site: Site) -> dict[str, Any]:
    """The document; `site.url` is the server."""
    contact = {"name": site.contact_name, "email": site.contact_email}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": site.title,
            "summary": "Articles, categories, lists to embed and feeds of this site.",
            "description": _ABOUT,
            "version": "1",
            "contact": {key: value for key, value in contact.items() if value},
        },
        "servers": [{"url": site.url}],
        "tags": [
            {"name": "api", "description": "For programs that follow along."},
            {"name": "lists", "description": "Lists to embed in other sites."},
            {"name": "feeds", "description": "For feed readers and aggregators."},
            {"name": "service", "description": "About this service."},
        ],
        "paths": {**_API, **_LISTS, **_feed_paths(), **_SERVICE},
        "components": {"schemas": SCHEMAS},
    }


# --- parameters -----------------------------------------------------------------------------------


def _parameter(place: str, name: str, description: str, schema: Schema, **more: Any) -> Schema:
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "description": description, **required, "schema": schema, **more}


_IF_NONE_MATCH = _parameter(
    "header", "If-None-Match", "Entity tags of what you have; where one still holds, the answer is 304.",
    {"type": "string"}, example='"3f2b6c0d9a1e4f5b7c"',
)  # fmt: skip
_A_IM = _parameter(
    "header", "A-IM", "`feed`: only what has changed since, please (RFC 3229).", {"type": "string"}, example="feed"
)
_ARTICLE = _parameter("path", "id", "An article's id.", {"type": "string", "pattern": ARTICLE_ID})
_PATH = _parameter(
    "path", "path",
    "A category's id. Its slashes may stand as they are (`health/oncology`) or percent-encoded (`health%2Foncology`). "
    "A path parameter of OpenAPI has none but encoded ones, so that is what generated clients send.",
    {"type": "string", "pattern": CATEGORY_ID}, example="all",
)  # fmt: skip
_NUMBER = _parameter(
    "path", "number", "Which archive: 1 is the oldest.", {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    example=1,
)  # fmt: skip
_CATEGORY = _parameter(
    "query", "category", "A category's id: only its changes, and leaving it is a removal. Without it, everything.",
    {"type": "string", "pattern": CATEGORY_ID, "default": "all"}, example="all",
)  # fmt: skip
_ORDER = _parameter(
    "query", "order", "`related`: what is close in words and date first; `recent`: the latest first.",
    {"type": "string", "enum": list(ORDERS), "default": ORDERS[0]},
)  # fmt: skip
_AFTER = _parameter(
    "query", "after", "The last `seq` that you have seen.",
    {"type": "integer", "format": "int64", "minimum": 0, "maximum": MOST_SEQ, "default": 0}, example=0,
)  # fmt: skip
_LIMIT = _parameter(
    "query", "limit", "The most records in an answer.",
    {"type": "integer", "minimum": 1, "maximum": MOST_RECORDS, "default": LIMIT}, example=LIMIT,
)  # fmt: skip


def _listed(usual: int) -> Schema:
    schema = {"type": "integer", "minimum": 1, "maximum": MOST_LISTED, "default": usual}
    return _parameter("query", "limit", "The most articles in the list.", schema, example=usual)


# --- answers --------------------------------------------------------------------------------------


def _header(description: str, **schema: Any) -> Schema:
    return {"description": description, "required": True, "schema": {"type": "string", **schema}}


_OPEN = {"Access-Control-Allow-Origin": _header("Any site's script may read this.", const="*")}
_CACHED = {
    "ETag": _header("Changes when the body does, and only then.", pattern='^"[^"]+"$'),
    "Cache-Control": _header("How long it may be kept."),
    "Vary": _header("What it depends on."),
}
_LOCATION = {"Location": _header("The same at the category's new path.", format="uri")}


def _content(media_type: str, schema: Schema) -> Schema:
    return {media_type: {"schema": schema}}


def _problem(description: str) -> Schema:
    return {
        "description": description,
        "headers": _OPEN,
        "content": _content("application/problem+json", ref("Problem")),
    }


def _page(description: str) -> Schema:
    return {"description": description, "content": _content("text/html", {"type": "string"})}


def _whole(description: str, media_type: str, schema: Schema) -> Schema:
    return {"description": description, "headers": {**_CACHED, **_OPEN}, "content": _content(media_type, schema)}


def _json(description: str, schema: Schema) -> Schema:
    return _whole(description, "application/json", schema)


_UNCHANGED = {"description": "You have it already.", "headers": {**_CACHED, **_OPEN}}
_MOVED = {"description": "The category was renamed: the same stands there.", "headers": {**_LOCATION, **_OPEN}}
_BAD = _problem("A parameter that is unknown, empty, given twice or out of bounds; `detail` begins with its name.")
_NO_ARTICLE = _problem("There is no such article.")
_GONE = _problem(
    "The article was taken down: drop your copy. Or it has expired, and you may keep it; `detail` says which."
)
_NO_CATEGORY = _problem("There is no such category.")
_WITHDRAWN = _problem("The category was withdrawn: ask no more.")


def _get(tag: str, id_: str, summary: str, parameters: list[Schema], responses: dict[str, Schema]) -> Schema:
    operation = {"tags": [tag], "operationId": id_, "summary": summary, "parameters": parameters}
    return {"get": {**operation, "responses": responses}}


# --- paths ----------------------------------------------------------------------------------------

_API = {
    "/api/v1/articles": _get(
        "api", "listChanges", "Every change after a cursor, in order",
        [_CATEGORY, _AFTER, _LIMIT, _IF_NONE_MATCH],
        {"200": _json("The changes.", ref("Changes")), "301": _MOVED, "304": _UNCHANGED,
         "400": _problem("There is no such category, or a parameter is unknown, empty, given twice or out of bounds; "
                         "`detail` begins with its name."), "410": _WITHDRAWN},
    ),
    "/api/v1/articles/{id}": _get(
        "api", "getArticle", "One article", [_ARTICLE, _IF_NONE_MATCH],
        {"200": _json("The article.", ref("Article")), "304": _UNCHANGED, "400": _BAD, "404": _NO_ARTICLE,
         "410": _GONE},
    ),
    "/api/v1/categories": _get(
        "api", "listCategories", "The category tree, with the feeds of each", [_IF_NONE_MATCH],
        {"200": _json("The categories.", ref("Categories")), "304": _UNCHANGED, "400": _BAD},
    ),
    "/api/v1/openapi.json": _get(
        "service", "describe", "This description", [_IF_NONE_MATCH],
        {"200": _json("An OpenAPI document.", {"type": "object", "required": ["openapi", "info", "paths"]}),
         "304": _UNCHANGED, "400": _BAD},
    ),
}  # fmt: skip

_LISTS = {
    "/articles/{id}/related.json": _get(
        "lists", "listRelated", "News in the same category as an article",
        [_ARTICLE, _ORDER, _listed(RELATED), _IF_NONE_MATCH],
        {"200": _json("Never the article, nor its story; at most two of a source.", ref("ArticleList")),
         "304": _UNCHANGED, "400": _BAD, "404": _NO_ARTICLE, "410": _GONE},
    ),
    "/categories/{path}/latest.json": _get(
        "lists", "listLatest", "The latest of a category", [_PATH, _listed(LIST_SIZE), _IF_NONE_MATCH],
        {"200": _json("The latest, as far as they are in its feed.", ref("ArticleList")), "301": _MOVED,
         "304": _UNCHANGED, "400": _BAD, "404": _NO_CATEGORY, "410": _WITHDRAWN},
    ),
}  # fmt: skip

_SERVICE = {
    "/healthz": _get(
        "service", "checkHealth", "Whether the process lives and can read its database", [],
        {"200": {"description": "It does.", "content": _content("text/plain", {"type": "string", "const": "ok\n"})},
         "500": _page("It cannot.")},
    ),
}  # fmt: skip


def _feed_paths() -> dict[str, Schema]:
    paths: dict[str, Schema] = {}
    for extension, media_type, name in addresses.FEEDS:
        kind = media_type.partition(";")[0]
        paths[f"/feeds/{{path}}.{extension}"] = _feed(extension, kind, name)
        paths[f"/feeds/{{path}}/archive/{{number}}.{extension}"] = _archive(extension, kind, name)
    whole = _whole("An OPML 2.0 document.", addresses.OPML.partition(";")[0], {"type": "string"})
    responses = {"200": whole, "304": _UNCHANGED}
    paths["/feeds.opml"] = _get("feeds", "listFeeds", "All feeds as a subscription list", [_IF_NONE_MATCH], responses)
    return paths


def _feed(extension: str, kind: str, name: str) -> Schema:
    body = _body(extension)
    delta = _whole("Only what has changed since (RFC 3229).", kind, body)
    delta["headers"] = {**delta["headers"], "IM": _header("What was done.", const="feed")}
    answers = {
        "200": _whole("The newest articles.", kind, body), "226": delta, "301": _MOVED, "304": _UNCHANGED,
        **_none(extension),
    }  # fmt: skip
    summary = f"A category as {name}; `all` is everything"
    return _get("feeds", f"getFeedAs{extension.title()}", summary, [_PATH, _IF_NONE_MATCH, _A_IM], answers)


def _archive(extension: str, kind: str, name: str) -> Schema:
    answers = {
        "200": _whole("The articles of the archive.", kind, _body(extension)), "301": _MOVED, "304": _UNCHANGED,
        **_none(extension, "The category was withdrawn, or all of the archive has expired: ask no more."),
    }  # fmt: skip
    summary = f"An archive of a category as {name} (RFC 5005)"
    parameters = [_PATH, _NUMBER, _IF_NONE_MATCH]
    return _get("feeds", f"getArchiveAs{extension.title()}", summary, parameters, answers)


def _body(extension: str) -> Schema:
    return ref("JSONFeed") if extension == "json" else {"type": "string"}


def _none(extension: str, gone: str = "The category was withdrawn: ask no more.") -> dict[str, Schema]:
    tell = _problem if extension == "json" else _page
    return {"404": tell("There is no such feed."), "410": tell(gone)}
