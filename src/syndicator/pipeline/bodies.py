"""A body becomes articles: what runs in a worker process, away from sockets and database."""

from __future__ import annotations

from syndicator.core import identity, own_output
from syndicator.core.feed import Feed, NotAFeed, NotCertain
from syndicator.core.identity import Ids
from syndicator.core.model import Article
from syndicator.core.normalise import Normaliser
from syndicator.core.sanitise import plain_text
from syndicator.formats import reading

from .reading import Reading, ReadingJob


def read_body(job: ReadingJob) -> Reading | NotAFeed:
    """Read and normalise a body; one bad entry costs only itself and leaves its reason in `flaws`."""
    feed = reading.read(job.body, job.url, job.content_type)
    return feed if isinstance(feed, NotAFeed) else _normalised(feed, job)


def read_certain_body(job: ReadingJob) -> Reading | NotAFeed | NotCertain:
    """The same without feedparser, which may take long: what it would be needed for is left."""
    feed = reading.read_certain(job.body, job.url, job.content_type)
    return _normalised(feed, job) if isinstance(feed, Feed) else feed


def _normalised(feed: Feed, job: ReadingJob) -> Reading:
    foreign = own_output.foreign(feed, job.url, job.setting.site)
    entries = [entry for entry in foreign if entry.says_something]
    told_apart = identity.told_apart(entries)
    normaliser = Normaliser(feed, job.setting, job.accepted)
    moves = identity.moves(job.url, job.urls)
    # A publisher who locks or opens a podcast changes all of its entries.
    print_ = f"{job.setting.print} {normaliser.policy}"
    articles: list[Article] = []
    ids: list[Ids] = []
    dropped: list[str] = []
    unchanged: set[str] = set()
    for sent in told_apart:
        entry = sent.entry
        entry_hash = identity.entry_hash(entry, print_)
        if entry_hash in job.known:
            unchanged.add(entry_hash)
            continue
        try:
            its_ids = identity.ids(job.setting.source.origin, sent, moves)
            articles.append(normaliser.article(entry, its_ids, entry_hash))
            ids.append(its_ids)
        except MemoryError:
            raise  # the body's fault as a whole
        except Exception as error:
            # Whatever a publisher found to put there: the other entries must not pay for it.
            dropped.append(f"entry {(entry.id or entry.url or entry.title.value)[:80]!r} dropped: {error!r}"[:300])
    counts = {
        "entries of our own, come back through this feed, left out": len(feed.entries) - len(foreign),
        "entries without title, link, text or file": len(foreign) - len(entries),
        "entries with the id and title of an earlier one, left out": len(entries) - len(told_apart),
        "entries that share an id or link with others, kept apart": sum(bool(sent.mark) for sent in told_apart),
    }
    return Reading(
        feed.reader,
        plain_text(feed.title),
        tuple(articles),
        tuple(ids),
        entries=len(feed.entries),
        unchanged=frozenset(unchanged),
        flaws=(*feed.flaws, *(f"{what}: {count}" for what, count in counts.items() if count), *dropped),
        hints=feed.hints,
        doubt=feed.doubt,
    )
