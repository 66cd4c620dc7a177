"""Who an entry is, and whether what came is new, updated or known."""

from __future__ import annotations

import re
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from .feed import Enclosure, Entry, Person, Podcast, Text, record
from .model import Article, Site, Source
from .revisions import Edit, Revision, compare
from .urls import bases, host, is_normalised

_ID_BITS = 80
_TAG_YEAR = "2026"
"""RFC 4151 wants a date on which the site's name was held; it is part of ids, so it never moves."""

# Ids besides addresses that name one thing in the whole world, as RFC 4151, 9562, 8141, 4452 and 2392 spell them.
_GLOBAL_ID = re.compile(
    r"tag:(?:[a-z0-9._-]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)*,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?:\S*"
    r"|urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|urn:(?!uuid:)[a-z0-9][a-z0-9-]{1,30}[a-z0-9]:\S+|info:\S+|mid:\S+@\S+|cid:\S+@\S+"
)
_NOT_IN_URI = re.compile(r"[\s<>\"{}|\\^`\[\]\x00-\x1f\x7f]|%(?![0-9A-Fa-f]{2})|#.*#")


def digest(*parts: str) -> str:
    """A short name for `parts`, in hexadecimal: 80 bits."""
    return _hash(parts).hexdigest()


def _hash(parts: Sequence[str]) -> blake2b:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=_ID_BITS // 8)


def entry_key(entry: Entry) -> str:
    """What makes two sendings of an entry the same: its id, else its link, else its text."""
    if entry.id:
        return f"id:{entry.id}"
    if entry.url:
        return f"url:{entry.url}"
    return f"text:{digest(entry.title.value, entry.summary.value, entry.content.value)}"


@record
class Sent:
    """An entry of a body under its key; `mark` tells it from others there that share the key, () where none does."""

    entry: Entry
    key: str
    mark: tuple[str, ...] = ()


def told_apart(entries: Sequence[Entry]) -> tuple[Sent, ...]:
    """The entries of one body, each identity once: of those that share a key and a mark the first counts.

    Where marks differ, the key names something else (the page, the file, the feed that they all belong to).
    """
    keys = [entry_key(entry) for entry in entries]
    marks: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    if len(set(keys)) < len(keys):
        for key, entry in zip(keys, entries, strict=True):
            marks[key].add(_mark(entry))
    sent = (Sent(e, k, _mark(e) if len(marks.get(k, ())) > 1 else ()) for k, e in zip(keys, entries, strict=True))
    first: dict[tuple[str, tuple[str, ...]], Sent] = {}
    for one in sent:
        first.setdefault((one.key, one.mark), one)
    return tuple(first.values())


def _mark(entry: Entry) -> tuple[str, ...]:
    """What an entry keeps when it is edited, as far as it has an id; else that which tells it from its neighbours."""
    title = " ".join(entry.title.value.split())
    if entry.id:
        return (title,)
    files = (file.url for file in entry.enclosures[:1])
    texts = () if title else (entry.summary.value, entry.content.value)
    return (title, entry.published or entry.updated, *files, *texts)


@record
class Ids:
    """The ids that the article of one entry may be stored under.

    `alone` where its key was its own when it came first, `marked` where it had to be told apart. `shared` says
    whether others of the body share the key now, `named` that the key is an id which the publisher gave. `former`
    are those under addresses that the feed had before.
    """

    alone: str
    marked: str
    shared: bool
    named: bool
    former: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (self.alone, self.marked, *self.former)

    @property
    def new(self) -> str:
        """The id of an entry that is stored under neither."""
        return self.marked if self.shared else self.alone


def moves(url: str, others: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """How addresses begin in a feed at `url`, each with how they began when it was at one of the `others`."""
    pairs = (pair for other in others if other != url for pair in zip(bases(url), bases(other), strict=True))
    return tuple(dict.fromkeys((here, there) for here, there in pairs if here and there and here != there))


def ids(origin: str, sent: Sent, moves: Sequence[tuple[str, str]] = ()) -> Ids:
    """The ids of an entry of the source that began as `origin` and made these `moves`."""
    mark = sent.mark or _mark(sent.entry)
    kind, _, address = sent.key.partition(":")
    keys = [f"{kind}:{there}{address[len(here) :]}" for here, there in moves if address.startswith(here)]
    former = tuple(article_id(origin, key, marked) for key in keys for marked in ((), mark))
    marked = article_id(origin, sent.key, mark)
    return Ids(article_id(origin, sent.key), marked, bool(sent.mark), bool(sent.entry.id), former)


def article_id(origin: str, key: str, mark: tuple[str, ...] = ()) -> str:
    """Our id of an entry, 16 characters of base 32.

    The same after a re-ingest, whatever the order; another source can never produce it.
    """
    # A publisher's key may hold what joins the parts.
    parts = (digest(key), repr(mark)) if mark else (key,)
    return b32encode(_hash(("article", origin, *parts)).digest()).decode().lower()


def stored(found: Article, ids: Ids, articles: Mapping[str, Article]) -> Article | None:
    """Which of the stored `articles`, by id, the one just `found` is; None where it is new.

    What is in its company may change from poll to poll, and neither makes it another article nor lets it take the
    place of one.
    """
    if marked := articles.get(ids.marked):
        return marked
    alone = articles.get(ids.alone)
    if alone is None:
        return _moved(found, ids, articles)
    if not ids.shared:
        return alone
    # The key was one article's alone until now. The one of those that share it that looks the same keeps it.
    facts = [(a.title, *(() if ids.named else (a.date_text, a.enclosures[:1]))) for a in (found, alone)]
    return alone if facts[0] == facts[1] else None


def _moved(found: Article, ids: Ids, articles: Mapping[str, Article]) -> Article | None:
    """The article that had the address of `found` before the feed moved.

    An operator may also give a source the feed of another site, where `/?p=1` is something else: its date tells.
    """
    for known in (articles[id_] for id_ in ids.former if id_ in articles):
        if (found.date_text or found.title) and (found.date_text, found.date_text or found.title) == (
            known.date_text, known.date_text or known.title,
        ):  # fmt: skip
            return known
    return None


def is_global(guid: str) -> bool:
    """Whether `guid` names one thing in the whole world, so that other hubs and readers can recognise it.

    It is compared character by character (RFC 4287, 4.2.6.1): one that is not spelled in the normal form is none.
    """
    if not guid.isascii() or len(guid) > 2048 or _NOT_IN_URI.search(guid):
        return False
    if guid.startswith(("http://", "https://")):
        return is_normalised(guid) and "." in host(guid)
    return bool(_GLOBAL_ID.fullmatch(guid))


def published_guid(site: Site, guid: str, article: str) -> str:
    """The publisher's own `guid` where it names one thing in the world (and not one of our feeds), else one of ours."""
    return guid if is_global(guid) and not guid.startswith(site.feeds) else minted_guid(site, article)


def minted_guid(site: Site, article: str) -> str:
    """A tag URI (RFC 4151) under the site's name. They are for us to give: no entry that sends one is taken in."""
    return f"{_authority(site.url)}:{article}"


@lru_cache(maxsize=16)
def _authority(site_url: str) -> str:
    return f"tag:{host(site_url)},{_TAG_YEAR}"


def entry_hash(entry: Entry, settings_print: str) -> str:
    """Changes when the entry changes, or when we would read it differently.

    The feed it was taken from does not count: that decides whether it is taken in, not what is made of it.
    """
    return digest(
        settings_print, entry.id, entry.url, *_spelled(entry.title), *_spelled(entry.summary), *_spelled(entry.content),
        entry.published, entry.updated, entry.language, entry.image, entry.rights, *entry.tags,
        *spelled(entry.authors, entry.enclosures, entry.podcast), *([entry.original] if entry.original else ()),
    )  # fmt: skip


def spelled(people: Iterable[Person], enclosures: Iterable[Enclosure], podcast: Podcast) -> Iterator[str]:
    """Records as text to be hashed; the same only for the same."""
    for person in people:
        yield f"by {person.name}\x1e{person.email}\x1e{person.url}"
    for file in enclosures:
        yield f"with {file.url}\x1e{file.type}\x1e{file.length}"
    if podcast:
        yield repr(podcast)


def _spelled(text: Text) -> tuple[str, str, str]:
    if not text.value:
        return "", "", ""  # the readers differ in what an absent text would have been
    return text.value, "html" if text.html else "text", text.base


def settings_print(source: Source, site: Site, version: str) -> str:
    """Changes when the reader's `version`, its beginning, or a setting that shapes this source's articles does.

    Not where they are filed: what is stored is filed anew without its publisher being asked.
    """
    shaping = (
        source.timezone, source.date_order, source.detect_language, source.content, source.obeys_lock, source.title,
    )  # fmt: skip
    return f"{version}:" + digest("settings", site.url, site.language, repr(shaping))


SAME_STORY = "same story as"
"""How the reason begins that clustering adds; it outlives updates, as the next one does."""
OWN_STORY = "taken out of its story"


@dataclass(frozen=True, slots=True)
class New:
    article: Article


@dataclass(frozen=True, slots=True)
class Updated:
    """The entry changed; `significant` where a reader would want to read it again.

    `former` is what it replaces, where a reader sees any difference.
    """

    article: Article
    significant: bool
    former: Revision | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The raw entry changed, what we made of it did not: only its hash is kept, and the id it is sent as, if any."""

    article_id: str
    entry_hash: str
    sent_as: str | None = None


Verdict = New | Updated | Unchanged


def verdict(found: Article, known: Article | None, noticed: Revision | None = None) -> Verdict:
    """What the article just `found` is to the one that is `known` of it.

    `noticed` is the former version that was significant last, where others have followed: what they add up to counts.
    """
    if known is None:
        return New(found)
    if not changes(found, known):
        return Unchanged(known.id, found.entry_hash, found.sent_as)
    edit = compare(noticed or known, found)
    # Of what no reader sees nothing is kept: an advertisement that changes with every poll would push out all else.
    seen = compare(known, found) if noticed else edit
    former = _former(found, known, edit) if seen.distance else None
    return Updated(_merged(found, known, edit.significant), edit.significant, former)


def changes(found: Article, known: Article) -> bool:
    """Whether what was `found` makes another article of the one that is `known`; one that is removed stays so."""
    same = (found.content_hash, found.categories) == (known.content_hash, known.categories)
    return not known.removed and not same


def _former(found: Article, known: Article, edit: Edit) -> Revision:
    why = edit.why or "back to what it said at its last update"
    return Revision(
        known.title, known.summary, known.content, found.accepted, edit.significant, edit.distance, why
    )  # fmt: skip


def _updated(found: Article, known: Article) -> datetime:
    """When an update was made: as its publisher says, else when we saw it; many feeds have but the first date."""
    return found.updated if found.updated > known.updated else max(found.accepted, known.updated)


def _merged(found: Article, known: Article, significant: bool) -> Article:
    """The new text in the old frame: what was promised at first sight (guid, order, acceptance) stays."""
    # Without a date that could be believed, `published` is the time of acceptance: the first one counts.
    dated = found.date_text and found.published != found.accepted
    updated = _updated(found, known) if significant else known.updated
    return replace(
        found,
        id=known.id,
        guid=known.guid,
        # A date that alone is moved on is no update, and an update is never before its article.
        published=min(found.published, updated) if dated else known.published,
        updated=updated,
        accepted=known.accepted,
        sort_at=known.sort_at,
        revised=found.accepted if significant else known.revised,
        backfill=known.backfill,
        story_id=known.story_id,
        sent_as=found.sent_as or known.sent_as,
        reasons=(*found.reasons, *(reason for reason in known.reasons if reason.startswith((SAME_STORY, OWN_STORY)))),
    )
