"""What the classifier learns from, and what it has learned."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, func, insert, select

from syndicator.core import learning
from syndicator.core.learning import Sample, StoredModel

from .tables import articles, models

CLASSIFIER = "classifier"
"""The name of the model that files articles."""
_UNFILED = ("[]", '["all"]')
"""The categories of articles that are filed nowhere, and of those that nothing has filed."""


def samples(connection: Connection, before: int | None, limit: int) -> tuple[tuple[Sample, ...], int | None]:
    """The newest articles, numbered below `before`, that something but the classifier has filed.

    Looks at `limit` articles that are filed and up; gives the number of the last one too, None where there is no more.
    """
    beginning = func.substr(articles.c.content, 1, learning.ENOUGH_MARKUP).label("beginning")
    query = (
        select(articles.c.id, articles.c.source_id, articles.c.title, articles.c.summary, beginning,
               articles.c.categories, articles.c.filed_by, articles.c.seq)
        .where(~articles.c.removed, articles.c.categories.not_in(_UNFILED))
        .where(*([articles.c.seq < before] if before else []))
        .order_by(articles.c.seq.desc())
        .limit(limit)
    )  # fmt: skip
    found = connection.execute(query).all()
    return tuple(
        Sample(
            row.id,
            row.source_id,
            row.title,
            learning.text(row.summary, row.beginning),
            tuple(json.loads(row.categories)),
        )
        for row in found
        if not learning.by_classifier(json.loads(row.filed_by))
    ), (found[-1].seq if len(found) == limit else None)


def model(connection: Connection) -> StoredModel | None:
    row = connection.execute(select(models).where(models.c.name == CLASSIFIER)).one_or_none()
    return StoredModel(row.made, bytes(row.body)) if row else None


def save_model(connection: Connection, model: StoredModel) -> None:
    connection.execute(delete(models).where(models.c.name == CLASSIFIER))
    connection.execute(insert(models).values(name=CLASSIFIER, made=model.made, body=model.body))
