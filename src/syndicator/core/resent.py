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
_MOST_ALIKE = 50
"""Stored articles of one page with the same title, or date, that one entry is compared with."""
_ENOUGH_WORDS = 12
"""Fewer are a standing phrase, and no sign that two texts are one."""


@record
class _Told:
    """An article by what tells it from others on its page: date, words of title and content, first file.

    `standing` where its text is too short to tell much.
    """

    article: Article
    date: str
    title: str
    text: str
    file: str
    standing: bool

    @property
    def keys(self) -> list[tuple[str, str, str]]:
        """Its page with each thing of which it has one in common with any that it may be."""
        facts = {"all": self.article.content_hash, "date": self.date, "title": self.title}
        return [(self.article.canonical_url, kind, fact) for kind, fact in facts.items() if fact]


def recognised(found: Sequence[Article], there: Iterable[Article], gone: Collection[str]) -> dict[str, Article]:
    """Which stored articles those just `found` are, by the ids of these, none of which is stored.

    `there` are the stored articles of their source that have one of their pages (`canonical_url`), `gone` the ids of
    those that the body does not hold any more under their own: what stands there beside another is another. No article
    is recognised twice. Podcasts link every episode to one page, forecasts every day: the page alone says nothing. What
    was taken down is recognised by less: little is kept of it, and it is to stay away.
    """
    if not gone:  # as with every first poll
        return {}
    newcomers = [_told(one) for one in found[:MOST] if one.canonical_url]
    stored = [_told(one) for one in there]
    on_page = Counter(one.article.canonical_url for one in (*newcomers, *stored))
    near: dict[tuple[str, str, str], list[_Told]] = defaultdict(list)
    for known in stored:
        for key in known.keys if known.article.id in gone else ():
            near[key].append(known)
    which: dict[str, Article] = {}
    taken: set[str] = set()
    # Those of which nothing has changed come first: they leave less to mistake for the others.
    for wholly in (True, False):
        for one in newcomers:
            alike = (other for key in one.keys for other in near[key][:_MOST_ALIKE])
            others = {other.article.id: other for other in alike if other.article.id not in taken}
            # Where the page is theirs alone, as much may have changed as has not.
            least = 0 if on_page[one.article.canonical_url] == 2 else 1
            if one.article.id not in which and (best := _best(one, others.values(), wholly, least)):
                which[one.article.id] = best
                taken.add(best.id)
    return which


def _best(one: _Told, others: Iterable[_Told], wholly: bool, least: int) -> Article | None:
    """Which of the `others` one is; None where it is none, or not `wholly` if that is asked."""
    judged = [(*_compared(one, other), other.article) for other in others]
    fitting = [(same - differing, known.seq, known) for same, differing, known in judged
               if same and same - differing >= least and not (wholly and differing)]  # fmt: skip
    if not fitting and not wholly and not least:
        fitting = [(0, other.article.seq, other.article) for other in others if other.article.removed]
    return max(fitting, key=lambda fit: fit[:2])[2] if fitting else None


def _told(article: Article) -> _Told:
    # A date that was not given or not believed is the time of acceptance.
    dated = article.date_text and article.published != article.accepted
    text = words(text_of_clean(article.content))
    return _Told(
        article,
        date=article.published.isoformat() if dated else "",
        title=" ".join(words(article.title)),
        text=" ".join(text),
        file=article.enclosures[0].url if article.enclosures else "",
        standing=len(text) < _ENOUGH_WORDS,
    )


def _compared(one: _Told, other: _Told) -> tuple[int, int]:
    """How much of two articles on one page is the same, and how much differs; nothing is where it is a single thing.

    A date counts twice: what is daily keeps its title, and often its text or its file.
    """
    if one.article.content_hash == other.article.content_hash:
        return 5, 0
    text = "" if one.standing and one.text == other.text else one.text
    facts = ((2, one.date, other.date), (1, one.title, other.title), (1, text, other.text), (1, one.file, other.file))
    given = [(weight, mine == its) for weight, mine, its in facts if mine and its]
    same = [weight for weight, equal in given if equal]
    return sum(same) if len(same) > 1 else 0, sum(weight for weight, equal in given if not equal)
