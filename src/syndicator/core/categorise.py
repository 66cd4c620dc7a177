"""Filing: which categories an article belongs to, and why; a function of the article and the configuration alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from .feed import record
from .model import ALL, Article, Category, Source
from .patterns import LONGEST, Patterns
from .records import changed
from .rules import NO_MATCH, Match
from .sanitise import text_of_clean
from .text import one_line

VERSION = "1"
"""Raise it when articles would be filed otherwise by the same configuration: what is stored is filed anew then."""
KEPT_OUT_OF_ALL = "kept out of all categories by "
"""How the reason begins of what its source's `exclude` fits."""
NOTHING_TOLD: Mapping[str, str] = {}
_ENOUGH_MARKUP = 4 * LONGEST
"""Characters of markup in which the text that is looked at nearly always is."""


@record
class Subject:
    """What rules look at: `text` is the plain text of the content, or the summary where there is none."""

    title: str
    text: str
    url: str
    authors: tuple[str, ...]
    language: str
    tags: tuple[str, ...]


@record
class Filed:
    """Where an article belongs, primary category first, parents last, and why.

    That is `all` alone where nothing files it; with () it is published nowhere.
    """

    categories: tuple[str, ...]
    reasons: tuple[str, ...]


_NOTHING = Subject("", "", "", (), "", ())


def subject(article: Article) -> Subject:
    """What rules look at in `article`."""
    return _subject(article, _text(article))


def _text(article: Article) -> str:
    beginning = article.content[: article.content.find(">", _ENOUGH_MARKUP) + 1 or None]
    return text_of_clean(beginning) or article.summary


def _subject(article: Article, text: str) -> Subject:
    return Subject(
        title=article.title,
        text=text,
        url=article.url,
        authors=tuple(person.name for person in article.authors if person.name),
        language=article.language,
        tags=article.tags,
    )


class Filing:
    """Files the articles of one source."""

    def __init__(self, source: Source, categories: tuple[Category, ...]) -> None:
        self._source = source
        self._ids = tuple(category.id for category in categories)
        self._rules = _rules((*(one.match for one in categories), *(one.exclude for one in categories)))
        self._exclude = _rules((source.exclude,))
        # Where there are no rules, the source alone says where its articles belong.
        by_source_alone = bool(source.categories) and not (self._rules.ask or self._exclude.ask)
        self._always = self.of(_NOTHING) if by_source_alone else None

    def of(self, subject: Subject, told: Mapping[str, str] = NOTHING_TOLD) -> Filed:
        """Where an article belongs, with a reason for each category that it is in or kept out of, but for parents.

        The source's own categories come first, then those whose `match` fits in the order of the file, then the parents
        of all of these: a parent holds its children's articles. What an `exclude` fits is left out whatever else says
        so: that of a category keeps it out of this one, that of the source out of all. An article that nothing files
        goes where the classifier has `told`: by category, in words by what.
        """
        source = f"source {self._source.id}"
        fit = self._exclude.fitting(subject)
        gave_up = tuple(f"{what}, against {source}, gave up: {why}" for (_, what), why in fit.gave_up.items())
        if fit.found:
            return Filed((), (f"{KEPT_OUT_OF_ALL}{source}: {fit.found[0]}", *gave_up))
        fit = self._rules.fitting(subject)
        gave_up += tuple(f"{what}, {self._side(rule)}, gave up: {why}" for (rule, what), why in fit.gave_up.items())
        count = len(self._ids)
        wanted = dict.fromkeys(self._source.categories, source)
        for rule in sorted(fit.found):
            if rule < count:
                wanted.setdefault(self._ids[rule], fit.found[rule])
        excluded = {self._ids[rule - count]: why for rule, why in fit.found.items() if rule >= count}
        if not wanted:
            wanted = {category: why for category, why in told.items() if category not in excluded}
        return _filed(wanted, excluded, gave_up)

    def filed(self, article: Article, told: Mapping[str, str] = NOTHING_TOLD) -> Article:
        """`article` where it belongs, which is nowhere while it is held; `told` as above."""
        # Its text costs a fifth of all normalising, and most configurations have no rule for it.
        asked = self._rules.asks_for_text or self._exclude.asks_for_text
        if article.held:
            found = Filed((), (article.held,))
        else:
            found = self._always or self.of(_subject(article, _text(article) if asked else ""), told)
        if (found.categories, found.reasons) == (article.categories, article.filed_by):
            return article  # as a rule, where what is stored is looked through
        return changed(article, categories=found.categories, filed_by=found.reasons)

    def _side(self, rule: int) -> str:
        """For or against which category the rule with this number speaks."""
        count = len(self._ids)
        return f"for {self._ids[rule]}" if rule < count else f"against {self._ids[rule - count]}"


def _filed(wanted: dict[str, str], excluded: dict[str, str], gave_up: tuple[str, ...]) -> Filed:
    """The categories that are `wanted` and their parents, but for those that are `excluded`; both say by what."""
    if not wanted:
        return Filed((ALL,), gave_up)
    found = [category for category in wanted if category not in excluded]
    parents = [parent for category in found for parent in Category(category, "").ancestors]
    left_out = [category for category in dict.fromkeys((*wanted, *parents)) if category in excluded]
    return Filed(
        tuple(dict.fromkeys((*found, *(parent for parent in parents if parent not in excluded)))),
        (
            *(f"filed in {category} by {wanted[category]}" for category in found),
            *(f"kept out of {category} by {excluded[category]}" for category in left_out),
            *gave_up,
        ),
    )


# --- rules -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fit:
    """By the number of a rule: by what it fits; and, by its pattern too, why that gave up."""

    found: dict[int, str]
    gave_up: dict[tuple[int, str], str]


class _Rules:
    """Rules, numbered from 0, that are all asked at once."""

    def __init__(self, rules: tuple[Match, ...]) -> None:
        tags = [(number, tag) for number, rule in enumerate(rules) for tag in rule.tags]
        self._names: dict[str, list[int]] = {}
        for number, tag in tags:
            if not _is_glob(tag):
                self._names.setdefault(_folded(tag), []).append(number)
        self._globs = _Wanted("tag", [(number, tag, _glob(tag)) for number, tag in tags if _is_glob(tag)])
        self._title, self._text, self._url, self._author = (
            _Wanted(key, [(number, one, one) for number, rule in enumerate(rules) for one in getattr(rule, key)])
            for key in ("title", "text", "url", "author")
        )
        self.ask = any(rule != NO_MATCH for rule in rules)
        self.asks_for_text = any(rule.text for rule in rules)
        self._languages = [(number, wanted) for number, rule in enumerate(rules) for wanted in rule.language]

    def fitting(self, subject: Subject) -> _Fit:
        fit = _Fit({}, {})
        for tag in subject.tags if self._names else ():
            for number in self._names.get(_folded(tag), ()):
                fit.found.setdefault(number, f"tag {tag!r}")
        self._globs.look(subject.tags, fit)
        self._title.look((subject.title,), fit)
        self._text.look((subject.text,), fit)
        self._url.look((subject.url,), fit)
        self._author.look(subject.authors, fit)
        for number, wanted in self._languages:
            if _in_range(subject.language, wanted):
                fit.found.setdefault(number, f"language {subject.language!r}")
        return fit


@lru_cache(maxsize=256)
def _rules(rules: tuple[Match, ...]) -> _Rules:
    """Made once in a process, since 250 patterns take 20 ms; what travels between processes holds texts only."""
    return _Rules(rules)


class _Wanted:
    """What rules want to find under one key: the number of the rule, its pattern as it was written, and as it is."""

    def __init__(self, key: str, wanted: list[tuple[int, str, str]]) -> None:
        self._wanted = [(number, f"{key} pattern '{one_line(written)}'") for number, written, _ in wanted]
        self._patterns = Patterns(tuple(pattern for _, _, pattern in wanted))

    def look(self, values: tuple[str, ...], fit: _Fit) -> None:
        """Add to `fit` what stands in `values`."""
        for value in values if self._wanted else ():
            for finding in self._patterns.search(value):
                rule, what = self._wanted[finding.number]
                if finding.failure:
                    fit.gave_up.setdefault((rule, what), finding.failure)
                else:
                    fit.found.setdefault(rule, f"{what} at {finding.found!r}")


def _folded(tag: str) -> str:
    return normalize("NFC", tag).casefold()


def _is_glob(tag: str) -> bool:
    return "*" in tag or "?" in tag


def _glob(tag: str) -> str:
    """The pattern of a tag in which `*` stands for any characters and `?` for one."""
    pattern = re.escape(tag).replace(r"\*", ".*").replace(r"\?", ".")
    return rf"\A{pattern}\z"


def _in_range(language: str, wanted: str) -> bool:
    """Whether a language tag is in a basic language range (RFC 4647, 3.3.1): `pt` holds `pt-BR`, `*` any."""
    return bool(language) if wanted == "*" else f"{language}-".lower().startswith(f"{wanted}-".lower())
