"""The scene: which members of its stories a category shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from .model import Article, Filing
from .urls import host

_Member = tuple[Article, Filing]
"""An article and its place in one category."""


class Scene:
    """Sees to it that each story shows once in every category where it is filed, or whole in those of `whole`."""

    def __init__(self, filings: Iterable[Filing], whole: Collection[str] = ()) -> None:
        self._of: dict[str, list[Filing]] = defaultdict(list)
        for filing in filings:
            self._of[filing.article_id].append(filing)
        self._whole = whole
        self._shown: list[_Member] = []
        self._hidden: list[_Member] = []
        self.categories: set[str] = set()
        """Those whose documents tell of the stories that were settled."""

    @property
    def shown(self) -> tuple[Filing, ...]:
        """The filings that now show, in the order of the changes."""
        return _in_order(self._shown)

    @property
    def hidden(self) -> tuple[Filing, ...]:
        """The filings that showed beside another one of their story and no longer do, in the order of the changes."""
        return _in_order(self._hidden)

    def settle(self, story: Iterable[Article]) -> None:
        """Choose who of a story's members shows in each of their categories."""
        here: dict[str, list[_Member]] = defaultdict(list)
        for member in story:
            for filing in self._of[member.id]:
                if filing.may_show:
                    here[filing.category].append((member, filing))
                if filing.may_show or filing.seq == member.seq:
                    self.categories.add(filing.category)
        for category, candidates in here.items():
            if category in self._whole:
                self._shown += (one for one in candidates if not one[1].shows)
            else:
                self._settle_once(candidates)

    def _settle_once(self, candidates: list[_Member]) -> None:
        """What readers have seen stays; of several the one that they saw first."""
        seen = sorted((one for one in candidates if one[1].shows), key=lambda one: one[1].ordinal or 0)
        self._hidden += seen[1:]
        if not seen:
            self._shown.append(min(candidates, key=_preference))


def _in_order(members: list[_Member]) -> tuple[Filing, ...]:
    return tuple(filing for _, filing in sorted(members, key=lambda one: (one[0].seq, one[1].category)))


def _preference(candidate: _Member) -> tuple[bool, bool, int]:
    """The source that lives where the article lives, then full content, then the first."""
    article, _ = candidate
    at_home = bool(host(article.url)) and host(article.provenance.home_url) == host(article.url)
    return not at_home, article.content_policy != "full" or not article.content, article.seq
