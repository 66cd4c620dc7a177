"""What an article is about, in 120 bytes: its telling words as weighted hashes.

Made where it is normalised, when nobody knows yet how common a word is: the form tells as much as can be told, the rest
is weighed where a category's articles are compared (`related`). docs/design.md has what was measured.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from math import sqrt
from zlib import crc32

from .text import without_marks

MOST_TERMS = 24
_LETTERS = 7
"""Of a word so many count: the endings of inflected languages fall away."""
_IN_TITLE = 4
_NAME = 4
"""As if it stood there so many times."""
_HEAVIEST = 255

# Thai, Lao, Burmese, Khmer, kana and Chinese have no spaces; Korean has, but joins particles to its words.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Python takes vowel signs and accents that stand alone for no part of a word.
MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u200c\u200d"
_WORD = re.compile(rf"[{UNSPACED}]{{2,}}|(?:[^\W\d_{UNSPACED}]|[{MARKS}]){{3,}}")
_PLAIN_WORD = re.compile(r"[^\W\d_]{3,}")
_BETWEEN_ASCII_WORDS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).islower()})
# Where no sentence begins: the capital of a name, or what is no ASCII and has to be looked at.
# The blank comes first: it is found in a third of the time.
_MAYBE_NAME = re.compile(r" (?<=[^.!?:…\s] )([^\W\d_a-z][^\W\d_]{2,})")
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
_SPECIAL = re.compile(f"[{UNSPACED}{MARKS}]")


def terms_of(title: str, text: str) -> bytes:
    """The terms of an article: words in its title, names, and words that come again weigh more.

    Numbers and words of one or two letters tell nothing. Scripts without spaces are taken in pairs of characters.
    """
    in_title = _terms(title)
    # Whole numbers to be sorted by; the weights are their fourth roots.
    ranks = Counter(in_title + _terms(text))
    for term in set(in_title):
        ranks[term] *= _IN_TITLE
    for name in {word.casefold()[:_LETTERS] for word in _MAYBE_NAME.findall(text) if word[0].isupper()}:
        if name in ranks:
            ranks[name] *= _NAME
    best = _heaviest(ranks)
    top = ranks[best[0]] if best else 1
    by_rank = {rank: round((rank / top) ** 0.25 * _HEAVIEST) or 1 for rank in {ranks[term] for term in best}}
    weights = {crc32(term.encode()): by_rank[ranks[term]] for term in best}
    return struct.pack(f">{len(weights)}I{len(weights)}B", *weights, *weights.values())


def unpacked(terms: bytes) -> dict[int, int]:
    """What `terms_of` made: weights from 1 to 255, by the hashes of the terms."""
    count = len(terms) // 5
    numbers = struct.unpack(f">{count}I{count}B", terms)
    return dict(zip(numbers[:count], numbers[count:], strict=True))


def length(weights: Mapping[int, int]) -> float:
    """Of the weights as a vector; 1 where there are none."""
    return sqrt(sum(weight * weight for weight in weights.values())) or 1.0


def _heaviest(ranks: Mapping[str, int]) -> list[str]:
    """The terms that rank highest, those of one rank by their letters."""
    least = min(sorted(ranks.values(), reverse=True)[:MOST_TERMS], default=0)
    above = sorted([term for term, rank in ranks.items() if rank > least])
    above.sort(key=ranks.__getitem__, reverse=True)
    # Most have the lowest rank that counts: comparing their letters alone takes a third of the time.
    return above + sorted([term for term, rank in ranks.items() if rank == least])[: MOST_TERMS - len(above)]


def _terms(text: str) -> list[str]:
    """The terms of a text, as often as they stand there."""
    folded = without_marks(text).casefold()
    if folded.isascii():
        # In less than half of the time that a regular expression takes.
        return [word[:_LETTERS] for word in folded.translate(_BETWEEN_ASCII_WORDS).split() if len(word) > 2]
    if not _SPECIAL.search(folded):
        return [word[:_LETTERS] for word in _PLAIN_WORD.findall(folded)]
    found = _WORD.findall(folded)
    return [term for word in found for term in (pairs(word) if _IS_UNSPACED.match(word) else (word[:_LETTERS],))]


def pairs(word: str) -> Iterator[str]:
    """Each two characters that stand beside each other."""
    return (word[at : at + 2] for at in range(len(word) - 1))
