"""Which versions of the feeds the hubs were told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, or_, select

from .tables import announced, categories, documents


def unannounced(connection: Connection, hub: str, settled: datetime) -> dict[str, str]:
    """The paths of the feeds whose present version `hub` was not told of, with its entity tag."""
    known = and_(announced.c.path == documents.c.path, announced.c.hub == hub)
    query = (
        select(documents.c.path, documents.c.etag)
        .join(categories, categories.c.id == documents.c.category)
        .join(announced, known, isouter=True)
        .where(categories.c.configured, documents.c.path.startswith("feeds/"), documents.c.modified <= settled)
        .where(or_(announced.c.etag.is_(None), announced.c.etag != documents.c.etag))
        .order_by(documents.c.path)
    )
    return {row.path: row.etag for row in connection.execute(query)}


def save(connection: Connection, hub: str, versions: Mapping[str, str]) -> None:
    if not versions:
        return
    paths = sorted(versions)
    for start in range(0, len(paths), 500):
        old = delete(announced).where(announced.c.hub == hub, announced.c.path.in_(paths[start : start + 500]))
        connection.execute(old)
    connection.execute(insert(announced), [{"hub": hub, "path": path, "etag": versions[path]} for path in paths])
