"""Which articles are in a story, as the index of stories wants it asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_

from .tables import articles


def in_stories(names: Sequence[str]) -> ColumnElement[bool]:
    """The articles whose story is one of `names`.

    A story has the name of one of its articles. That one is found by its id, and only the others by the index: most
    stories have no others, and in a large store each entry of the index is a page that is written.
    """
    this, others = articles.c.story_id == articles.c.id, articles.c.story_id != articles.c.id
    return or_(and_(articles.c.story_id.in_(names), others), and_(articles.c.id.in_(names), this))
