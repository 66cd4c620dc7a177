"""What a text is compared by: how alike two texts are, and whether they tell the same facts.

A fingerprint holds a MinHash signature of the text's pairs of words (A. Broder, On the resemblance and containment of
documents, 1997), and the text's facts: numbers, names, the places where they stand, and the words that a name of
another text is looked for among. Template texts (weather, stocks, matches) differ in nothing but facts. docs/stories.md
has what was measured.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import filterfalse, pairwise
from string import ascii_letters
from zlib import crc32

from rensa import RMinHash

from .terms import MARKS, UNSPACED, pairs
from .text import composed, runs_of_letters

MINIMA = 126
"""Of a signature, 16 bits each; two texts share as many of them as of all their pairs of words."""
ALIKE = 0.36
"""The least share of equal minima in two texts that tell the same."""
_FORM = 1
_ALIKE_UNTITLED = 0.6
"""The same of texts without titles that are little longer than what publishers put under everything."""
_SEED = 1
_MOST_TEXT = 20_000
"""Characters that count."""
_MOST_FACTS = 1200
"""Of one kind that are kept, those with the smallest hashes: of two texts the same ones, so they can be compared."""
_FEWEST_TOKENS = 6
"""Shorter texts are equal by chance."""
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

_HEADER = struct.Struct("<BBHHHHHHH")
_SHORT_TEXT, _HAS_NOUNS, _CASELESS, _ALL_WORDS = 1, 2, 4, 8

_TOKEN = re.compile(rf"[{UNSPACED}]+|(?:[^\W{UNSPACED}]|[{MARKS}])+")
_SPECIAL = re.compile(f"[{UNSPACED}{MARKS}]")
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
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


def fingerprint(title: str, text: str) -> bytes:
    """What an article with a plain `title` and `text` is compared by; empty where they say too little.

    The same on every machine, for ever: it is stored. Its first byte tells the form; other forms are not compared.
    """
    title, text = composed(title), composed(text[:_MOST_TEXT])
    whole = f"{title}. {text}"
    tokens = _tokens(whole.casefold())
    if len(tokens) < _FEWEST_TOKENS:
        return b""
    sketch = RMinHash(MINIMA, _SEED)
    sketch.update(_pairs(tokens))
    said = set(tokens)
    figures = set(filterfalse(str.isalpha, said))
    kind, names, repeated, vocabulary = _names(title, text, tokens, said)
    numbers = _numbers(whole if figures else "", tokens, said)
    titled = {token for token in _tokens(title.casefold()) if len(token) >= _LONG}
    headed = {word.casefold() for word in _CAPITAL.findall(title) if not word[0].islower()}.intersection(vocabulary)
    placed = _placed(
        tokens, {one for one in figures if one[0].isdigit()}.union(repeated if kind & _HAS_NOUNS else names)
    )
    facts = [*map(_hashes, (numbers, names, repeated, vocabulary, titled, headed)), placed]
    counts = [len(some) for some in facts]
    hashes = [hash_ for some in facts for hash_ in some]
    return _HEADER.pack(_FORM, kind, *counts) + _low_halves(sketch.digest()) + struct.pack(f"<{len(hashes)}I", *hashes)


def minima(fingerprint: bytes) -> bytes:
    """The signature in it: little-endian numbers of 16 bits, `MINIMA` of them."""
    return fingerprint[_HEADER.size : _HEADER.size + 2 * MINIMA]


def share(a: bytes, b: bytes) -> float:
    """The share of equal minima in two fingerprints; 0 where they are of different forms."""
    if not a or not b or a[0] != b[0]:
        return 0.0
    here, there = (struct.unpack(f"<{MINIMA}H", minima(one)) for one in (a, b))
    return float(sum(one == other for one, other in zip(here, there, strict=True)) / MINIMA)


def alike(a: bytes, b: bytes) -> float | None:
    """How alike two texts are, from 0 to 1, by their fingerprints; None where they do not tell the same."""
    score = share(a, b)
    return score if score >= ALIKE and agree(a, b, score) else None


def agree(a: bytes, b: bytes, score: float) -> bool:
    """Whether two texts that are alike by `score` tell the same facts.

    Each may say more than the other, as where one has a line of its publisher's; but not both.
    """
    here, there = sorted((_Facts(a), _Facts(b)), key=lambda facts: -(facts.kind & _SHORT_TEXT))
    if _differ(here.numbers, there.numbers) or here.differs_in_place_from(there):
        return False
    if here.kind & _SHORT_TEXT and not there.kind & _SHORT_TEXT:
        return bool(there.kind & _ALL_WORDS) and here.names <= there.vocabulary
    if here.kind & there.kind & _ALL_WORDS and not here.may_be_titled_as(there, score):
        return False
    if (here.kind | there.kind) & _CASELESS:
        return bool(here.kind & there.kind & _CASELESS) and not _differ(here.vocabulary, there.vocabulary)
    if (here.kind | there.kind) & _HAS_NOUNS:
        if _missing(here.repeated, there.vocabulary) and _missing(there.repeated, here.vocabulary):
            return False
        most = _NOUNS_REPLACED * min(len(here.names), len(there.names))
        return min(len(_missing(here.names, there.vocabulary)), len(_missing(there.names, here.vocabulary))) <= most
    names_differ = _missing(here.names, there.vocabulary) and _missing(there.names, here.vocabulary)
    return not (names_differ or here.is_headed_like(there))


def _missing(some: frozenset[int], others: frozenset[int]) -> frozenset[int]:
    """Which of `some` are not among the others, as far as those were kept."""
    missing = some - others
    if missing and len(others) == _MOST_FACTS:
        known = max(others)
        return frozenset(one for one in missing if one <= known)
    return missing


def _differ(here: frozenset[int], there: frozenset[int]) -> bool:
    """Whether both have something that the other has not."""
    return bool(_missing(here, there) and _missing(there, here))


class _Facts:
    """The facts in a fingerprint, as hashes."""

    __slots__ = ("headed", "kind", "names", "numbers", "placed", "repeated", "titled", "vocabulary")

    def __init__(self, fingerprint: bytes) -> None:
        _, self.kind, *counts = _HEADER.unpack_from(fingerprint)
        at = _HEADER.size + 2 * MINIMA
        found: list[frozenset[int]] = []
        for count in counts:
            found.append(frozenset(struct.unpack_from(f"<{count}I", fingerprint, at)))
            at += 4 * count
        self.numbers, self.names, self.repeated, self.vocabulary, self.titled, self.headed, self.placed = found

    def differs_in_place_from(self, other: _Facts) -> bool:
        """Whether between the same two words stands one fact here and another one there: they may trade places."""
        mine, theirs = _missing(self.placed, other.placed), _missing(other.placed, self.placed)
        return not {one >> 16 for one in mine}.isdisjoint(one >> 16 for one in theirs)

    def is_headed_like(self, other: _Facts) -> bool:
        """Whether two headlines are half the same, and each has a capital of its own that the other text never says.

        So templates are headed. Who writes a headline of his own writes all of it.
        """
        common = len(self.titled & other.titled)
        if 2 * common < min(len(self.titled), len(other.titled)) or not common:
            return False
        return bool(_missing(self.headed, other.vocabulary) and _missing(other.headed, self.vocabulary))

    def may_be_titled_as(self, other: _Facts, score: float) -> bool:
        """Whether enough words of a title are in the other text; without titles, whether more is alike than lines."""
        if not self.titled and not other.titled:
            return score >= _ALIKE_UNTITLED
        return self._says_title_of(other) or other._says_title_of(self)

    def _says_title_of(self, other: _Facts) -> bool:
        return bool(other.titled) and len(other.titled & self.vocabulary) >= _SAME_TITLE * len(other.titled)


def _tokens(folded: str) -> Sequence[str]:
    """The words of a text; where a script has no spaces, its pairs of characters."""
    if folded.isascii() or not _SPECIAL.search(folded):
        return runs_of_letters(folded)
    found: list[str] = []
    for word in _TOKEN.findall(folded):
        found += pairs(word) if len(word) > 1 and _IS_UNSPACED.match(word) else (word,)
    return found


def _low_halves(numbers: Sequence[int]) -> bytes:
    """The low 16 bits of numbers of 32, little-endian."""
    whole = struct.pack(f"<{len(numbers)}I", *numbers)
    halves = bytearray(len(whole) // 2)
    halves[::2], halves[1::2] = whole[::4], whole[1::4]
    return bytes(halves)


def _pairs(tokens: Sequence[str]) -> list[str]:
    """Each two words that stand beside each other."""
    return list(map(" ".join, pairwise(tokens)))  # in half of the time that spelling each out takes


def _names(
    title: str, text: str, tokens: Sequence[str], said: set[str]
) -> tuple[int, Collection[str], Collection[str], Collection[str]]:
    """Its kind; its names, those that come again, and the words that names of other texts are looked for among."""
    if len(tokens) < _SHORT:
        words = said.union(_runs(title, text))
        return _SHORT_TEXT | _ALL_WORDS, words, (), words
    whole = f"{title}. {text}"
    if whole.islower() or (not whole.isascii() and _is_caseless(tokens)):
        return _CASELESS, (), (), said
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
    names = {name for name in maybe if f" {name}" not in text}
    repeated = {name for name in names if capitals[name] > 1}
    kind = _HAS_NOUNS if len(inside) > _NOUNS * len(tokens) else 0
    if kind:
        repeated |= {name for word in _BARE.findall(whole) if (name := word.casefold()) in names}
    if len(tokens) < 2 * _SHORT:
        return kind | _ALL_WORDS, names, repeated, said.union(capitals, _runs(title, text))
    return kind, names, repeated, capitals.keys()


def _runs(title: str, text: str) -> set[str]:
    """The pairs of words in a title and in a text: another text that has them all says it in one piece."""
    return {pair for part in (title, text) for pair in _pairs(_tokens(part.casefold()))}


def _is_caseless(tokens: Sequence[str]) -> bool:
    some = tokens[:: max(len(tokens) // 50, 1)]
    letters = [token for token in some if not token.isdigit()]
    # Not in upper case: Georgian has capitals that nobody writes.
    return sum(token.title() == token for token in letters) * 2 > len(letters)


def _numbers(text: str, tokens: Sequence[str], said: set[str]) -> list[str]:
    """The numbers in a text, in figures or as words; one that comes again is another fact."""
    seen: Counter[str] = Counter()
    for number in (_ASCII_NUMBER if text.isascii() else _NUMBER).finditer(text):
        before = text[max(number.start() - 8, 0) : number.start()]
        seen[before[len(before.rstrip(ascii_letters)) :] + _THOUSANDS.sub("", number[0])] += 1
    for word in SPELLED.keys() & said:
        seen[str(SPELLED[word])] += tokens.count(word)
    return [f"{number} {nth}" for number, times in seen.items() for nth in range(times)]


def _placed(tokens: Sequence[str], facts: set[str]) -> list[int]:
    """Facts, and between which words they stand: 16 bits of a hash of those before 16 of the fact's."""
    around = ("", *tokens, "")
    found = {
        (_hash(f"{around[at]} {around[at + 2]}") & 0xFFFF) << 16 | _hash(fact) & 0xFFFF
        for at, fact in enumerate(tokens)
        if fact in facts
    }
    return sorted(found)[:_MOST_FACTS]


def _hashes(texts: Iterable[str]) -> list[int]:
    return sorted({crc32(text.encode("utf-8", "surrogatepass")) for text in texts})[:_MOST_FACTS]


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))
