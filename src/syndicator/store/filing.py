"""Where articles are filed: the places that a new or changed article has, takes or leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from syndicator.core.identity import Updated
from syndicator.core.model import ALL, Article, Filing, RemovedBy

from . import related, rows
from .many import execute_all
from .numbering import SEQ, lock_seq, set_counter
from .tables import articles, categories, filings, sources

_NEW_ARTICLE, _NEW_PLACE = insert(articles), insert(filings)

Places = dict[tuple[str, str], rows.Values]
"""Rows of filings that are yet to be written, by article and category."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What changed articles: the operator's configuration or their publisher, and when."""

    reconfigured: bool
    at: datetime | None


def new_places(new: Iterable[Article]) -> Places:
    """Where new articles are filed before they have their stories: where they say, and everywhere."""
    return {(article.id, category): _filing(article, category) for article in new for category in filed_in(article)}


def save_new(connection: Connection, new: Sequence[Article], places: Places) -> None:
    """Save new articles and where they are filed."""
    execute_all(connection, _NEW_ARTICLE, [rows.article_values(article) for article in new])
    execute_all(connection, _NEW_PLACE, list(places.values()))
    _mark_changed(connection, new)


def save_updated(connection: Connection, updated: list[tuple[Updated, Occasion]]) -> None:
    """Save changed articles and where they are filed; no entry names any more what left everything."""
    if not updated:
        return
    values = [{**rows.article_values(change.article), "key": change.article.id} for change, _ in updated]
    for row in values:
        # Clustering gives the story, perhaps since this poll read the article.
        del row["story_id"]
    connection.execute(update(articles).where(articles.c.id == bindparam("key")), values)
    gone = [change.article.id for change, occasion in updated if _refile(connection, change, occasion)]
    related.unname(connection, gone, updated[-1][0].article.seq)


def _refile(connection: Connection, change: Updated, occasion: Occasion) -> bool:
    """The filings of a changed article take part in the change: they are kept, new, removed, or come back.

    Gives whether it has left all of them, and so is published nowhere from now on.
    """
    article = change.article
    query = select(filings).where(filings.c.article_id == article.id)
    known = {row.category: row for row in connection.execute(query)}
    wanted = set(filed_in(article))
    for category, row in sorted(known.items()):
        if values := _refiled(rows.filing(row), category in wanted, change, occasion):
            this = (filings.c.article_id == article.id, filings.c.category == category)
            connection.execute(update(filings).where(*this).values(**values))
    # Filed here by its publisher today it is news here, whenever it was accepted.
    fresh = article.revised if change.significant else None if occasion.reconfigured else occasion.at
    for category in sorted(wanted - known.keys()):
        connection.execute(insert(filings), _filing(article, category, fresh))
    _mark(connection, dict.fromkeys(wanted | known.keys(), article.seq))
    return not wanted and any(rows.filing(row).may_show for row in known.values())


def _refiled(filing: Filing, wanted: bool, change: Updated, occasion: Occasion) -> rows.Values:
    """What changes in a filing, now that its article is `wanted` there or not; nothing where it left before."""
    article = change.article
    if not wanted:
        if not filing.may_show:
            return {}
        by = RemovedBy.CONFIGURATION if occasion.reconfigured else RemovedBy.PUBLISHER
        return {"seq": article.seq, "removed": True, "removed_by": by, "removed_at": occasion.at or article.revised}
    fresh = {"fresh": article.revised} if change.significant else {}
    if filing.may_show:
        return {"seq": article.seq, **fresh}
    # It comes back. Whether it shows again or another telling does by now, its story decides.
    back = {"removed_by": RemovedBy.STORY} if filing.ordinal else {"removed": False, "removed_by": None}
    return {"seq": article.seq, **back, **fresh}


def filed_in(article: Article) -> tuple[str, ...]:
    """Its categories and `all`; nothing where it is kept out of all of them."""
    return tuple(dict.fromkeys((*article.categories, ALL))) if article.categories else ()


def _filing(article: Article, category: str, fresh: datetime | None = None) -> rows.Values:
    if fresh is None and not article.backfill:
        fresh = article.accepted
    return {
        "article_id": article.id, "category": category, "ordinal": None, "seq": article.seq, "removed": False,
        "removed_by": None, "removed_at": None, "sort_at": article.sort_at, "fresh": fresh,
    }  # fmt: skip


def filed_otherwise(connection: Connection, prints: Mapping[str, str]) -> tuple[str, ...]:
    """Of the sources in `prints` those with articles that were filed under another print.

    The prints of the others are noted: what they bring from now on is filed under them.
    """
    query = select(sources.c.id, sources.c.filed_print, exists().where(articles.c.source_id == sources.c.id))
    behind: list[str] = []
    fresh: list[str] = []
    for id_, print_, has_articles in connection.execute(query.order_by(sources.c.id)):
        if prints.get(id_, print_) != print_:
            (behind if has_articles else fresh).append(id_)
    save_prints(connection, {id_: prints[id_] for id_ in fresh})
    return tuple(behind)


def save_prints(connection: Connection, prints: Mapping[str, str]) -> None:
    if prints:
        statement = update(sources).where(sources.c.id == bindparam("key")).values(filed_print=bindparam("print"))
        connection.execute(statement, [{"key": id_, "print": print_} for id_, print_ in prints.items()])


def of_source(connection: Connection, source_id: str, after: int, limit: int) -> tuple[Article, ...]:
    """The next articles of a source after the change numbered `after`, without those that were taken down."""
    query = (
        select(articles)
        .where(articles.c.source_id == source_id, articles.c.seq > after, ~articles.c.removed)
        .order_by(articles.c.seq)
        .limit(limit)
    )
    return tuple(map(rows.article, connection.execute(query)))


def save_refiled(connection: Connection, refiled: Sequence[Article], at: datetime) -> None:
    """File articles as the configuration wants it now; what was taken down or changed meanwhile stays as it is.

    Where only the reasons are others, no reader has to learn of it.
    """
    seq = lock_seq(connection)
    query = select(articles.c.id, articles.c.seq, articles.c.categories, articles.c.removed, articles.c.held)
    known = {row.id: row for row in connection.execute(query.where(articles.c.id.in_([one.id for one in refiled])))}
    occasion = Occasion(True, at)
    moved: list[tuple[Updated, Occasion]] = []
    for article in refiled:
        row = known[article.id]
        if row.removed or row.seq != article.seq:
            continue
        connection.execute(
            update(articles).where(articles.c.id == article.id).values(filed_by=rows.listed(article.filed_by))
        )
        if (row.categories, row.held) != (rows.listed(article.categories), article.held):
            seq += 1
            moved.append((Updated(replace(article, seq=seq), significant=False), occasion))
    save_updated(connection, moved)
    set_counter(connection, SEQ, seq)


def _mark_changed(connection: Connection, changed: Sequence[Article]) -> None:
    latest: dict[str, int] = defaultdict(int)
    for article in changed:
        for category in filed_in(article):
            latest[category] = max(latest[category], article.seq)
    _mark(connection, latest)


def _mark(connection: Connection, latest: dict[str, int]) -> None:
    """Note in each category the number of its last change: it is to be rendered again."""
    if not latest:  # what is published nowhere
        return
    connection.execute(
        update(categories)
        .where(categories.c.id == bindparam("key"), categories.c.changed_seq < bindparam("changed"))
        .values(changed_seq=bindparam("changed")),
        [{"key": category, "changed": seq} for category, seq in sorted(latest.items())],
    )
