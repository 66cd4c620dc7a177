"""An article in JSON, the same in API, preview and explain; times are RFC 3339 in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson

from syndicator.core.feed import Person
from syndicator.core.model import AlsoReported, Article, Category, Site
from syndicator.core.revisions import Revision


def dump(value: Any) -> bytes:
    """`value` as JSON bytes, keys in the order given."""
    return orjson.dumps(value)


def rfc3339(date: datetime) -> str:
    """`date` as `2026-01-22T20:05:00Z`."""
    return date.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def article_json(article: Article, also: tuple[AlsoReported, ...] = (), seq: int | None = None) -> dict[str, Any]:
    """The record of an article; `seq` is that of the change it answers for (a category's own, where one was asked)."""
    return {
        "id": article.id,
        "seq": article.seq if seq is None else seq,
        "kind": "article",
        "guid": article.guid,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "title": article.heading,
        "summary": article.public_summary,
        "content_html": article.public_content,
        "authors": [person_json(person) for person in article.authors],
        "published": rfc3339(article.published),
        "updated": rfc3339(article.updated),
        "accepted": rfc3339(article.accepted),
        "language": article.language,
        "image": article.public_image,
        "enclosures": [{"url": e.url, "type": e.type, "length": e.length} for e in article.public_enclosures],
        "tags": article.tags,
        "categories": article.categories,
        "source": source_json(article),
        "story_id": article.story_id,
        "also": [{"source": other.source, "url": other.url} for other in also],
        "rights": article.rights,
        "reasons": (*article.filed_by, *article.reasons),
    }


def revision_json(former: Revision) -> dict[str, Any]:
    """A former version of an article, and what the edit was that replaced it."""
    return {
        "replaced": rfc3339(former.replaced),
        "significant": former.significant,
        "distance": former.distance,
        "why": former.why,
        "title": former.title,
        "summary": former.summary,
        "content_html": former.content,
    }


def removed_json(article_id: str, guid: str, seq: int) -> dict[str, Any]:
    """The record of an article that left: what it was is not told again."""
    return {"id": article_id, "seq": seq, "kind": "removed", "guid": guid}


def person_json(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "url": person.url}


def source_json(article: Article) -> dict[str, str]:
    provenance = article.provenance
    return {
        "id": article.source_id,
        "title": provenance.title,
        "feed_url": provenance.feed_url,
        "home_url": provenance.home_url,
    }


def list_json(site: Site, category: Category, articles: Iterable[Article]) -> dict[str, Any]:
    """What `related.json` and `latest.json` answer."""
    return {
        "category": {"id": category.id, "title": category.title, "url": site.category_page(category.id)},
        "articles": [
            {
                "id": article.id,
                "title": article.heading,
                "url": article.url,
                "page": site.page(article.id),
                "published": rfc3339(article.published),
                "language": article.language,
                "source": article.provenance.title,
                "image": article.public_image,
            }
            for article in articles
        ],
    }
