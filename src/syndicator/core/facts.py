"""What a text tells: its numbers, its names, the places where they stand, and the words that a name of another text is
looked for among. Template texts (weather, stocks, matches) are alike and differ in nothing else.

It is asked only of texts that are alike. docs/stories.md has what was measured.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import filterfalse
from string import ascii_letters

from .fingerprint import compared, runs, tokens

_ALIKE_UNTITLED = 0.6
"""How alike texts without titles have to be that are little longer than what publishers put under everything."""
_SHORT = 40
"""Words, title included: in texts of fewer all words are facts, and which stands beside which; they are looked for in
texts of up to twice as many."""
_SAME_TITLE = 0.34
"""The least share of a title's words in the other text, where both have fewer than twice as many: they may have no more
in common than the lines that a publisher puts under everything."""
_LONG = 4
"""Letters of a title's words that are looked for."""
_NOUNS = 0.2
"""The share of capitals inside sentences among all words, above which they are nouns, as in German, and not names."""
_NOUNS_REPLACED = 0.3

# A score, a time, a date, a version, `C64`: one fact. `1,000` and `1.000` are the number 1000.
_NUMBER = re.compile(r"\d[\dA-Za-z]*(?:[.,:/–-][\dA-Za-z]*\d[\dA-Za-z]*)*")
_ASCII_NUMBER = re.compile(r"[0-9][0-9A-Za-z]*(?:[.,:/-][0-9A-Za-z]*[0-9][0-9A-Za-z]*)*")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
# A capital, or what is no ASCII and has to be looked at; and what stands before it where no sentence begins.
_CAPITAL = re.compile(r"[^\W\d_a-z][^\W\d_]+")
_ASCII_CAPITAL = re.compile(r"[A-Z][A-Za-z]+")
_GOES_ON = re.compile(r"[^.!?:…\s] |.[a-z]").match  # the latter in `iPhone`
# In German: what has no article before it but a preposition or another name.
_BARE = re.compile(
    r"\b(?:in|bei|aus|nach|von|(?!(?:D[aeiu]\w{1,2}|(?:Ein|Kein|Sein|Ihr|Unser)\w{0,2}|[ABINZ]\w{1,2}|Auch|Beim|Nach|Über)\b)"
    r"[^\W\d_a-z][^\W\d_]+) (?=([^\W\d_a-z][^\W\d_]+))"
)
SPELLED = {
    word: number
    for words in (
        "two three four five six seven eight nine ten eleven twelve",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "deux trois quatre cinq six sept huit neuf dix onze douze",
        "dos tres cuatro cinco seis siete ocho nueve diez - doce",
        "- tre quattro cinque - sette - nove dieci undici dodici",
        "два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
        "двух трёх четырёх пяти шести семи восьми девяти десяти одиннадцати двенадцати",
        "δύο τρεις τέσσερις πέντε έξι επτά οκτώ εννέα δέκα έντεκα δώδεκα",
    )
    for number, word in enumerate(words.split(), 2)
    if word != "-"
}
"""Small numbers as news writes them; those that are other words in another language (`due`, `once`) are left out."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts in a text.

    `names` are looked for in `vocabulary`; `repeated` are those that come again. `titled` are the longer words of the
    title, `headed` its capitals. `placed` are facts, each after the words between which it stands.

    Of a `short` text every word is a fact; in one up to twice as long all can be looked for (`all_words`). A `caseless`
    one tells no names by their capitals, and where they are `nouns`, as in German, not all of them are names.
    """

    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()
    vocabulary: frozenset[str] = frozenset()
    titled: frozenset[str] = frozenset()
    headed: frozenset[str] = frozenset()
    placed: frozenset[tuple[str, str]] = frozenset()
    short: bool = False
    all_words: bool = False
    caseless: bool = False
    nouns: bool = False

    def agree(self, other: Facts, score: float) -> bool:
        """Whether two texts that are alike by `score` tell the same facts.

        Each may say more than the other, as where one has a line of its publisher's; but not both.
        """
        here, there = (other, self) if other.short and not self.short else (self, other)
        if _differ(here.numbers, there.numbers) or here._differs_in_place_from(there):
            return False
        if here.short and not there.short:
            return there.all_words and here.names <= there.vocabulary
        if here.all_words and there.all_words and not here._may_be_titled_as(there, score):
            return False
        if here.caseless or there.caseless:
            return here.caseless and there.caseless and not _differ(here.vocabulary, there.vocabulary)
        if here.nouns or there.nouns:
            if here.repeated - there.vocabulary and there.repeated - here.vocabulary:
                return False
            most = _NOUNS_REPLACED * min(len(here.names), len(there.names))
            return min(len(here.names - there.vocabulary), len(there.names - here.vocabulary)) <= most
        names_differ = here.names - there.vocabulary and there.names - here.vocabulary
        return not (names_differ or here._is_headed_like(there))

    def _differs_in_place_from(self, other: Facts) -> bool:
        """Whether between the same two words stands one fact here and another one there: they may trade places."""
        mine, theirs = self.placed - other.placed, other.placed - self.placed
        return not {around for around, _ in mine}.isdisjoint(around for around, _ in theirs)

    def _is_headed_like(self, other: Facts) -> bool:
        """Whether two headlines are half the same, and each has a capital of its own that the other text never says.

        So templates are headed. Who writes a headline of his own writes all of it.
        """
        common = len(self.titled & other.titled)
        if 2 * common < min(len(self.titled), len(other.titled)) or not common:
            return False
        return bool(self.headed - other.vocabulary and other.headed - self.vocabulary)

    def _may_be_titled_as(self, other: Facts, score: float) -> bool:
        """Whether enough words of a title are in the other text; without titles, whether more is alike than lines."""
        if not self.titled and not other.titled:
            return score >= _ALIKE_UNTITLED
        return self._says_title_of(other) or other._says_title_of(self)

    def _says_title_of(self, other: Facts) -> bool:
        return bool(other.titled) and len(other.titled & self.vocabulary) >= _SAME_TITLE * len(other.titled)


def facts(title: str, text: str) -> Facts:
    """The facts that an article with a plain `title` and `text` tells."""
    title, text = compared(title, text)
    whole = f"{title}. {text}"
    words = tokens(whole.casefold())
    said = frozenset(words)
    figures = set(filterfalse(str.isalpha, said))
    known = _names(title, text, words, said)
    headed = {word.casefold() for word in _CAPITAL.findall(title) if not word[0].islower()}
    placed = {one for one in figures if one[0].isdigit()}.union(known.repeated if known.nouns else known.names)
    return replace(
        known,
        numbers=_numbers(whole if figures else "", words, said),
        titled=frozenset(word for word in tokens(title.casefold()) if len(word) >= _LONG),
        headed=known.vocabulary & headed,
        placed=_placed(words, placed),
    )


def _differ(here: frozenset[str], there: frozenset[str]) -> bool:
    """Whether both have something that the other has not."""
    return bool(here - there and there - here)


def _names(title: str, text: str, words: Sequence[str], said: frozenset[str]) -> Facts:
    """Its names, those that come again, and the words that names of other texts are looked for among."""
    if len(words) < _SHORT:
        every = said.union(_runs(title, text))
        return Facts(names=every, vocabulary=every, short=True, all_words=True)
    whole = f"{title}. {text}"
    if whole.islower() or (not whole.isascii() and _is_caseless(words)):
        return Facts(vocabulary=said, caseless=True)
    capitals: Counter[str] = Counter()
    inside: list[str] = []
    for found in (_ASCII_CAPITAL if whole.isascii() else _CAPITAL).finditer(whole):
        word = found[0]
        if not word[0].islower():
            capitals[word.casefold()] += 1
            if found.start() > len(title) + 2 and _GOES_ON(whole, found.start() - 2):
                inside.append(word)
    # What also stands there in small letters, where a sentence goes on, is no name.
    headed = {word.casefold() for word in _CAPITAL.findall(title)}
    maybe = {word.casefold() for word in inside} | {word for word in headed if capitals[word] > 1}
    names = frozenset(name for name in maybe if f" {name}" not in text)
    repeated = frozenset(name for name in names if capitals[name] > 1)
    nouns = len(inside) > _NOUNS * len(words)
    if nouns:
        repeated |= {name for word in _BARE.findall(whole) if (name := word.casefold()) in names}
    all_words = len(words) < 2 * _SHORT
    vocabulary = said.union(capitals, _runs(title, text)) if all_words else frozenset(capitals)
    return Facts(names=names, repeated=repeated, vocabulary=vocabulary, all_words=all_words, nouns=nouns)


def _runs(title: str, text: str) -> set[str]:
    """The pairs of words in a title and in a text: another text that has them all says it in one piece."""
    return {pair for part in (title, text) for pair in runs(tokens(part.casefold()))}


def _is_caseless(words: Sequence[str]) -> bool:
    some = words[:: max(len(words) // 50, 1)]
    letters = [word for word in some if not word.isdigit()]
    # Not in upper case: Georgian has capitals that nobody writes.
    return sum(word.title() == word for word in letters) * 2 > len(letters)


def _numbers(text: str, words: Sequence[str], said: frozenset[str]) -> frozenset[str]:
    """The numbers in a text, in figures or as words; one that comes again is another fact."""
    seen: Counter[str] = Counter()
    for number in (_ASCII_NUMBER if text.isascii() else _NUMBER).finditer(text):
        before = text[max(number.start() - 8, 0) : number.start()]
        seen[before[len(before.rstrip(ascii_letters)) :] + _THOUSANDS.sub("", number[0])] += 1
    for word in SPELLED.keys() & said:
        seen[str(SPELLED[word])] += words.count(word)
    return frozenset(f"{number} {nth}" for number, times in seen.items() for nth in range(times))


def _placed(words: Sequence[str], facts: Collection[str]) -> frozenset[tuple[str, str]]:
    """Facts, each after the words between which it stands."""
    around = ("", *words, "")
    return frozenset((f"{around[at]} {around[at + 2]}", fact) for at, fact in enumerate(words) if fact in facts)
