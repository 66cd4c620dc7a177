"""The records of the JSON surface as JSON Schemas (2020-12, as OpenAPI 3.1 takes them).

They say what we send: every field is always there, and where something is unknown it is empty, or null if not a text.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

CATEGORY_ID = r"^[a-z0-9-]+(/[a-z0-9-]+)*$"
ARTICLE_ID = r"^[0-9a-z]+$"

MOST_RECORDS = 500
"""In one answer of `/api/v1/articles`."""


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def _time(description: str) -> Schema:
    return _text(f"{description} RFC 3339, in UTC.", format="date-time", examples=["2026-01-22T20:05:00Z"])


def _url(description: str) -> Schema:
    """An address of ours."""
    return _text(description, format="uri")


def _web_url(description: str) -> Schema:
    """A publisher's address: no `uri`, since brackets stay as publishers write them, which RFC 3986 wants encoded."""
    return _text(description, pattern=r"^https?://[!-~]+$")


def _web_url_or_empty(description: str) -> Schema:
    return _text(f"{description} Empty where there is none.", pattern=r"^(https?://[!-~]+)?$")


def _list(description: str, items: Schema, **more: Any) -> Schema:
    return {"type": "array", "description": description, "items": items, **more}


def _record(about: str, /, **fields: Schema) -> Schema:
    """A record that has these fields, all of them and no others."""
    return {
        "type": "object",
        "description": about,
        "required": list(fields),
        "additionalProperties": False,
        "properties": fields,
    }


_ID = _text("Our id of it; it stays the same however often its source sends it.", pattern=ARTICLE_ID)
_SEQ: Schema = {
    "type": "integer",
    "format": "int64",
    "minimum": 0,
    "description": "The number of the change that this record tells; they rise, and none is given twice.",
}
_GUID = _text(
    "What feeds name it by, for good: the publisher's own id where that is globally unique, else a `tag:` URI of ours.",
    minLength=1,
)
_LANGUAGE = _text("A language tag (BCP 47); empty where it is not known.", examples=["en", "pt-BR"])

_ARTICLE = _record(
    "One entry of one source, as it stands now.",
    id=_ID,
    seq=_SEQ,
    kind=_text("Tells the two kinds of record apart.", const="article"),
    guid=_GUID,
    url=_web_url_or_empty("Where the publisher has it."),
    canonical_url=_web_url_or_empty("The same without what only tracks readers, for comparing."),
    title=_text("Its title, plain text; what stands in for one where the publisher gave none."),
    summary=_text("A summary, plain text; empty where the source may only be linked to."),
    content_html=_text("The content, sanitised HTML; empty where the source may not be republished in full."),
    authors=_list("Who wrote it, in the publisher's order.", ref("Person")),
    published=_time("When the publisher says it appeared, or else when we first saw it."),
    updated=_time("When it last changed significantly."),
    accepted=_time("When we first saw it."),
    language=_LANGUAGE,
    image=_web_url_or_empty("Its lead image."),
    enclosures=_list("Files that belong to it.", ref("Enclosure")),
    tags=_list("Tags as the publisher gave them.", _text("A tag.")),
    categories=_list("Ids of the categories it is filed in; the first names it.", _text("An id.", pattern=CATEGORY_ID)),
    source=ref("Source"),
    story_id={
        "type": ["string", "null"],
        "description": "What it shares with other tellings of the same news; null where none was looked for.",
    },
    also=_list("Other tellings of the same news, which show through this one.", ref("AlsoReported")),
    rights=_text("Copyright as the publisher states it; empty where it does not."),
    reasons=_list(
        "Why it is filed where it is, and what we changed, made up or left out, in words.", _text("A reason.")
    ),
)

_REMOVED = _record(
    "An article that has left: taken down, refiled, or shown through another telling. Drop your copy.",
    id=_ID,
    seq=_SEQ,
    kind=_text("Tells the two kinds of record apart.", const="removed"),
    guid=_GUID,
)

_ENCLOSURE = _record(
    "A file that belongs to an article.",
    url=_web_url("Where it is."),
    type=_text("Its media type; empty where the publisher does not say.", examples=["audio/mpeg"]),
    length={
        "type": ["integer", "null"],
        "format": "int64",
        "minimum": 0,
        "description": "Its size in bytes; null where the publisher does not say.",
    },
)

_SOURCE = _record(
    "Where an article comes from, as its publisher describes it.",
    id=_text("The source's name in the configuration of this site.", minLength=1),
    title=_text("What the publisher calls it."),
    feed_url=_web_url_or_empty("The feed we read."),
    home_url=_web_url_or_empty("The publisher's site."),
)

_CATEGORY = _record(
    "A node of the category tree.",
    id=_text("Its path in the tree; `all` holds everything.", pattern=CATEGORY_ID, examples=["health/oncology"]),
    title=_text("Its name.", minLength=1),
    description=_text("What it is about; may be empty."),
    url=_url("Its page."),
    feeds=_record("Its feeds.", rss=_url("RSS 2.0."), atom=_url("Atom 1.0."), json=_url("JSON Feed 1.1.")),
)

_LISTED_ARTICLE = _record(
    "An article in a list to embed.",
    id=_ID,
    title=_text("Its title, plain text."),
    url=_web_url_or_empty("Where the publisher has it."),
    page=_url("Its page on this site."),
    published=_time("When the publisher says it appeared."),
    language=_LANGUAGE,
    source=_text("What the publisher calls the source."),
    image=_web_url_or_empty("Its lead image."),
)

_FEED: Schema = {
    "type": "object",
    "description": "A JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), with extensions that begin with `_`.",
    "required": ["version", "title", "feed_url", "home_page_url", "items"],
    "properties": {
        "version": _text("The version of the format.", const="https://jsonfeed.org/version/1.1"),
        "title": _text("The category's name."),
        "home_page_url": _url("The category's page."),
        "feed_url": _url("This feed."),
        "next_url": _url("The archive with what came before."),
        "items": _list("The articles, newest first.", {"type": "object", "required": ["id"]}),
    },
}

_PROBLEM = _record(
    "What went wrong (RFC 9457).",
    type=_text("`about:blank`: the status says it all.", const="about:blank"),
    title=_text("The status in words.", examples=["Bad Request"]),
    status={"type": "integer", "minimum": 400, "maximum": 599, "description": "The status code."},
    detail=_text(
        "What to do about it; of a parameter, its name first.",
        examples=[f"limit: found '0'; allowed: a whole number from 1 to {MOST_RECORDS}"],
    ),
)

SCHEMAS: dict[str, Schema] = {
    "Article": _ARTICLE,
    "RemovedArticle": _REMOVED,
    "Record": {
        "description": "A change: an article as it stands now, or that it has left.",
        "oneOf": [ref("Article"), ref("RemovedArticle")],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"article": ref("Article")["$ref"], "removed": ref("RemovedArticle")["$ref"]},
        },
    },
    "Changes": _record(
        "A page of changes, in the order in which they happened.",
        articles=_list("The changes.", ref("Record"), maxItems=MOST_RECORDS),
        next={
            "type": ["string", "null"],
            "format": "uri",
            "description": "The next page; null where there is none yet: go on later from the last `seq`.",
        },
    ),
    "Person": _record(
        "Somebody who wrote something.",
        name=_text("A name; may be empty where there is an address."),
        email=_text("An e-mail address; empty where there is none."),
        url=_web_url_or_empty("A page about them."),
    ),
    "Enclosure": _ENCLOSURE,
    "Source": _SOURCE,
    "AlsoReported": _record(
        "Another telling of the same news.",
        source=_text("What its publisher calls the source."),
        url=_web_url_or_empty("Where that publisher has it."),
    ),
    "Category": _CATEGORY,
    "Categories": _record("The category tree.", categories=_list("All of it, in order.", ref("Category"), minItems=1)),
    "ListedArticle": _LISTED_ARTICLE,
    "ArticleList": _record(
        "A list to embed.",
        category=_record(
            "The category that it is of.",
            id=_text("Its path in the tree.", pattern=CATEGORY_ID),
            title=_text("Its name."),
            url=_url("Its page."),
        ),
        articles=_list("The articles.", ref("ListedArticle")),
    ),
    "JSONFeed": _FEED,
    "Problem": _PROBLEM,
}
