"""What clustering reads and writes: it follows `seq` and moves the watermark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from syndicator.core.model import Article, Filing, RemovedBy
from syndicator.core.stories import Evidence, Placed
from syndicator.core.work import Unplaced

from . import fingerprints, rows
from .filing import Places, filed_in, new_places, save_new
from .many import execute_all
from .numbering import SEQ, WATERMARK, counter, lock_seq, set_counter, watermark
from .tables import articles, categories, filings, sources, story_links
from .tables import fingerprints as texts
from .tellings import in_stories

_AT_ONE_ADDRESS = 200
"""The latest neighbours: a podcast may link a thousand episodes to one page."""


_PLACED = update(articles).where(articles.c.id == bindparam("key"), articles.c.seq == bindparam("read"))
_PLACED = _PLACED.values(story_id=bindparam("story"), reasons=bindparam("why"))
_HERE = update(filings).where(filings.c.article_id == bindparam("article"), filings.c.category == bindparam("in"))

_T = TypeVar("_T")

Near = Mapping[str, Sequence[tuple[str, float]]]
"""As in `Evidence`."""


def unplaced(
    connection: Connection, limit: int | None, near: Callable[[Sequence[Article]], Near], new: Sequence[Article] = ()
) -> Unplaced | None:
    """The next `limit` changes above the watermark, None where there are none; `near` tells whose texts are alike.

    With them `new` articles that are yet to be saved.
    """
    changes = select(articles.c.seq).where(articles.c.seq > watermark(connection))
    numbers = connection.scalars(changes.order_by(articles.c.seq).limit(limit)).all()
    read = _numbered(connection, numbers)
    newcomers = tuple(sorted((*read, *new), key=lambda article: article.seq))
    if not newcomers:
        return None
    alike = near(newcomers)
    together = _links(connection, [one.id for one in newcomers], together=True)
    others = {id_ for pair in together for id_ in pair} | {id_ for ids in alike.values() for id_, _ in ids}
    relatives = _with_fingerprints(connection, newcomers, _relatives(connection, newcomers, others))
    there = [one.id for one in relatives]
    apart = _links(connection, [*(one.id for one in newcomers), *there], together=False)
    places = (
        *(Filing(one.id, category, None, one.seq) for one in new for category in filed_in(one)),
        *_filings(connection, [*(one.id for one in read), *there]),
    )
    evidence = Evidence(alike, together, apart)
    at = _changed_at(connection, newcomers)
    return Unplaced(newcomers, relatives, places, newcomers[-1].seq, counter(connection, SEQ), at, evidence)


def _numbered(connection: Connection, numbers: Sequence[int]) -> list[Article]:
    """The articles whose last changes have these `numbers`, with what their texts are compared by."""
    query = select(articles, texts.c.body).outerjoin(texts, texts.c.article_id == articles.c.id)
    found: list[Article] = []
    for some in _chunks(numbers):
        chosen = connection.execute(query.where(articles.c.seq.in_(some)))
        found += (rows.article(row, bytes(row.body or b"")) for row in chosen)
    return found


def _changed_at(connection: Connection, newcomers: tuple[Article, ...]) -> datetime:
    """When the last of the newcomers changed: by a poll of its source, or by the operator."""
    brought_by = sources.c.id.in_(sorted({article.source_id for article in newcomers}))
    polled = connection.scalar(select(func.max(sources.c.last_poll_at)).where(brought_by))
    revised = max(article.revised for article in newcomers)
    return max(polled, revised) if polled else revised


def _links(connection: Connection, ids: Sequence[str], together: bool) -> frozenset[tuple[str, str]]:
    """The pairs with one of `ids` in them that the operator has put together, or taken apart."""
    found: set[tuple[str, str]] = set()
    if connection.scalar(select(story_links.c.one_id).limit(1)) is None:
        return frozenset()  # as nearly everywhere
    for some in _chunks(ids):
        here = or_(story_links.c.one_id.in_(some), story_links.c.other_id.in_(some))
        query = select(story_links.c.one_id, story_links.c.other_id).where(here, story_links.c.together == together)
        found.update((row.one_id, row.other_id) for row in connection.execute(query))
    return frozenset(found)


def _relatives(connection: Connection, newcomers: Sequence[Article], others: Iterable[str]) -> tuple[Article, ...]:
    """The members of every story that a newcomer is in, or may join for its address or for one of the `others`.

    A story is read whole: which of its members shows, and whose sources tell it, may depend on one whose address has
    changed since.
    """
    ids = {article.id for article in newcomers}
    addresses = sorted({a.canonical_url for a in newcomers if a.canonical_url})
    wanted = {a.story_id for a in newcomers if a.story_id}
    up = (articles.c.story_id.is_not(None), ~articles.c.removed)
    latest = func.row_number().over(partition_by=articles.c.canonical_url, order_by=articles.c.seq.desc()).label("nth")
    for some in _chunks(addresses):
        there = select(articles.c.story_id, latest).where(articles.c.canonical_url.in_(some), *up).subquery()
        wanted.update(connection.scalars(select(there.c.story_id).where(there.c.nth <= _AT_ONE_ADDRESS)))
    for some in _chunks(sorted(others)):
        wanted.update(connection.scalars(select(articles.c.story_id).where(articles.c.id.in_(some), *up)))
    found: list[Article] = []
    for some in _chunks(sorted(wanted)):
        query = select(articles).where(in_stories(some), ~articles.c.removed)
        found += (rows.article(row) for row in connection.execute(query) if row.id not in ids)
    return tuple(sorted(found, key=lambda article: article.seq))


def _with_fingerprints(
    connection: Connection, newcomers: Iterable[Article], relatives: tuple[Article, ...]
) -> tuple[Article, ...]:
    """`relatives`, those in a story of the newcomers with what their texts are compared by."""
    placed = {one.story_id for one in newcomers if one.story_id}
    bodies = fingerprints.of(connection, [one.id for one in relatives if one.story_id in placed])
    return tuple(replace(one, fingerprint=bodies[one.id]) if one.id in bodies else one for one in relatives)


def _chunks(some: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (some[start : start + 500] for start in range(0, len(some), 500))


def _filings(connection: Connection, ids: list[str]) -> tuple[Filing, ...]:
    found: list[Filing] = []
    for some in _chunks(ids):
        query = select(filings).where(filings.c.article_id.in_(some))
        found += map(rows.filing, connection.execute(query))
    return tuple(found)


def save(connection: Connection, placed: Placed, of: Unplaced, new: Sequence[Article] = ()) -> None:
    """Give the stories and ordinals to what was read as `of`, and move the watermark.

    The `new` among them are saved with theirs.
    """
    last = lock_seq(connection)
    places = new_places(new)
    unsaved = {one.id for one in new}
    values = [
        {"key": one.id, "read": one.seq, "story": one.story_id, "why": rows.listed(one.reasons)}
        for one in placed.articles
        if one.id not in unsaved
    ]
    # What has changed since clustering read it is looked at once more: its story and reasons may be others by then.
    execute_all(connection, _PLACED, values)
    _set_scene(connection, placed, last, last == of.read, places)
    save_new(connection, [one for one in placed.articles if one.id in unsaved], places)
    for category in sorted(placed.categories):
        query = update(categories).where(categories.c.id == category, categories.c.changed_seq < of.through)
        connection.execute(query.values(changed_seq=of.through))
    set_counter(connection, WATERMARK, of.through)


def _set_scene(connection: Connection, placed: Placed, last: int, as_read: bool, places: Places) -> None:
    """Show and hide filings, those among the `places` that are yet to be saved there.

    One that was read before a change of its own is left to the next look at its story.
    """
    shown, hidden = list(placed.shown), list(placed.hidden)
    if not as_read:
        now = set(_filings(connection, sorted({f.article_id for f in (*shown, *hidden)})))
        shown, hidden = ([f for f in some if f in now] for some in (shown, hidden))
    numbers = _number_anew(connection, [*shown, *hidden], last)
    ordinals = _count(connection, shown)
    changes = {
        **{_key(f): _shown(f, numbers, f.ordinal or ordinals[_key(f)]) for f in shown},
        **{_key(f): _hidden(f, numbers, placed.at) for f in hidden},
    }
    for key, values in changes.items():
        if key in places:
            places[key] |= values
    stored = [
        {"article": id_, "in": category, **values}
        for (id_, category), values in changes.items()
        if (id_, category) not in places
    ]
    execute_all(connection, _HERE, stored)
    # Its subscribers have not seen it, however long ago it was accepted.
    late = [f for f in shown if f.ordinal is None and f.article_id in numbers]
    execute_all(connection, _HERE, [{"article": f.article_id, "in": f.category, "fresh": placed.at} for f in late])


def _key(filing: Filing) -> tuple[str, str]:
    return filing.article_id, filing.category


def _shown(filing: Filing, numbers: Mapping[str, int], ordinal: int) -> rows.Values:
    """What changes in a filing that shows from now on."""
    number = numbers.get(filing.article_id, filing.seq)
    return {"ordinal": ordinal, "removed": False, "removed_by": None, "removed_at": None, "seq": number}


def _hidden(filing: Filing, numbers: Mapping[str, int], at: datetime) -> rows.Values:
    """What changes in a filing that no longer does, since another one of its story has shown before."""
    number = numbers.get(filing.article_id, filing.seq)
    return {
        "ordinal": filing.ordinal, "removed": True, "removed_by": RemovedBy.STORY, "removed_at": at, "seq": number,
    }  # fmt: skip


def _number_anew(connection: Connection, changed: list[Filing], last: int) -> dict[str, int]:
    """New numbers for articles of which a filing below the watermark changes, by article.

    Followers have passed the old ones. The next look at their stories takes the watermark past the new ones.
    """
    settled = watermark(connection)
    known = sorted({filing.article_id for filing in changed if filing.seq <= settled})
    numbers = {article: last + n for n, article in enumerate(known, 1)}
    if numbers:
        connection.execute(
            update(articles).where(articles.c.id == bindparam("key")).values(seq=bindparam("number")),
            [{"key": article, "number": number} for article, number in numbers.items()],
        )
        set_counter(connection, SEQ, last + len(numbers))
    return numbers


def _count(connection: Connection, shown: list[Filing]) -> dict[tuple[str, str], int]:
    """Count those that have no ordinal yet: each gets the next one of its category, for good."""
    uncounted = [filing for filing in shown if filing.ordinal is None]
    wanted = sorted({filing.category for filing in uncounted})
    query = select(categories.c.id, categories.c.last_ordinal).where(categories.c.id.in_(wanted))
    last = {row.id: row.last_ordinal for row in connection.execute(query)}
    ordinals: dict[tuple[str, str], int] = {}
    for filing in uncounted:
        last[filing.category] = ordinals[_key(filing)] = last.get(filing.category, 0) + 1
    if ordinals:
        connection.execute(
            update(categories).where(categories.c.id == bindparam("key")).values(last_ordinal=bindparam("nth")),
            [{"key": category, "nth": last[category]} for category in wanted],
        )
    return ordinals


def settle_anew(connection: Connection, category: str) -> None:
    """Have the stories with several members in a category settled once more, since it shows them in another way now.

    What is filed there gets new numbers, as if it had changed.
    """
    here = (filings.c.category == category, _may_show())
    joined = select(articles.c.story_id).join(filings, filings.c.article_id == articles.c.id).where(*here)
    several = joined.group_by(articles.c.story_id).having(func.count() > 1)
    query = select(articles.c.id).join(filings, filings.c.article_id == articles.c.id)
    found = connection.scalars(query.where(*here, articles.c.story_id.in_(several)).order_by(articles.c.seq)).all()
    renumber(connection, found, filings.c.category == category)


def renumber(connection: Connection, ids: Sequence[str], *where: ColumnElement[bool]) -> None:
    """Give the articles `ids` and their filings new numbers, as if they had changed: clustering looks at them anew."""
    last = lock_seq(connection)
    values = [{"key": id_, "number": last + n} for n, id_ in enumerate(ids, 1)]
    if not values:
        return
    these = update(articles).where(articles.c.id == bindparam("key"))
    connection.execute(these.values(seq=bindparam("number")), values)
    places = update(filings).where(filings.c.article_id == bindparam("key"), _may_show(), *where)
    connection.execute(places.values(seq=bindparam("number")), values)
    set_counter(connection, SEQ, last + len(values))


def _may_show() -> ColumnElement[bool]:
    """Filings that their stories may choose to be seen."""
    return or_(~filings.c.removed, filings.c.removed_by == RemovedBy.STORY)
