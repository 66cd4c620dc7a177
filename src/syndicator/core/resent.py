"""Entries that come under another id than before: a new content management system, a guid that follows the address."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from .feed import record
from .model import Article
from .sanitise import text_of_clean
from .text import words

MOST = 1000
"""Entries of one body, and stored articles, that are compared: more than feeds hold, but for a few."""
_ENOUGH_WORDS = 12
"""Fewer are a standing phrase, and no sign that two texts are one."""


@record
class _Told:
    """An article by what tells it from others on its page: date, words of title and content, first file."""

    article: Article
    date: str
    title: tuple[str, ...]
    text: tuple[str, ...]
    file: str

    @property
    def keys(self) -> tuple[str | tuple[str, ...], ...]:
        """What it has one thing of in common with any that it may be."""
        return tuple(filter(None, (self.article.content_hash, self.date, self.title)))


def recognised(found: Sequence[Article], there: Iterable[Article], gone: Collection[str]) -> dict[str, Article]:
    """Which stored articles those just `found` are, by the ids of these, none of which is stored.

    `there` are the stored articles of their source that have one of their pages (`canonical_url`), `gone` the ids of
    those that the body does not hold any more under their own: what stands there beside another is another. No article
    is recognised twice. Podcasts link every episode to one page, forecasts every day: the page alone says nothing.
    """
    newcomers = [_told(one) for one in found[:MOST] if one.canonical_url]
    stored = [_told(one) for one in there]
    on_page = Counter(one.article.canonical_url for one in (*newcomers, *stored))
    near: dict[object, list[_Told]] = defaultdict(list)
    for known in stored:
        for key in known.keys if known.article.id in gone else ():
            near[known.article.canonical_url, key].append(known)
    which: dict[str, Article] = {}
    taken: set[str] = set()
    # Those of which nothing has changed come first: they leave less to mistake for the others.
    for wholly in (True, False):
        for one in newcomers:
            page = one.article.canonical_url
            others = {o.article.id: o for key in one.keys for o in near[page, key] if o.article.id not in taken}
            # Where the page is theirs alone, as much may have changed as has not.
            least = 0 if on_page[page] == 2 else 1
            if one.article.id not in which and (best := _best(one, others.values(), wholly, least)):
                which[one.article.id] = best
                taken.add(best.id)
    return which


def _best(one: _Told, others: Iterable[_Told], wholly: bool, least: int) -> Article | None:
    """Which of the `others` one is; None where it is none, or not `wholly` if that is asked."""
    judged = [(*_compared(one, other), other.article) for other in others]
    fitting = [(same - differing, known.seq, known) for same, differing, known in judged
               if same and same - differing >= least and not (wholly and differing)]  # fmt: skip
    return max(fitting, key=lambda fit: fit[:2])[2] if fitting else None


def _told(article: Article) -> _Told:
    # A date that was not given or not believed is the time of acceptance.
    dated = article.date_text and article.published != article.accepted
    return _Told(
        article,
        article.published.isoformat() if dated else "",
        words(article.title),
        words(text_of_clean(article.content)),
        article.enclosures[0].url if article.enclosures else "",
    )


def _compared(one: _Told, other: _Told) -> tuple[int, int]:
    """How much of two articles on one page is the same, and how much differs; nothing is where it is a single thing.

    A date counts twice: what is daily keeps its title, and often its text or its file.
    """
    if one.article.content_hash == other.article.content_hash:
        return 5, 0
    standing = one.text == other.text and len(one.text) < _ENOUGH_WORDS
    facts = ((2, one.date, other.date), (1, one.title, other.title), (1, one.file, other.file),
             (1, () if standing else one.text, other.text))  # fmt: skip
    given = [(weight, mine == its) for weight, mine, its in facts if mine and its]
    same = [weight for weight, equal in given if equal]
    return sum(same) if len(same) > 1 else 0, sum(weight for weight, equal in given if not equal)
