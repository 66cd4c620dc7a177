"""What a text is compared by: a MinHash signature of its pairs of words (A. Broder, On the resemblance and containment
of documents, 1997). docs/stories.md has what was measured."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise

from rensa import RMinHash

from .sanitise import text_of_clean
from .terms import MARKS, UNSPACED, pairs
from .text import composed, runs_of_letters

MINIMA = 126
"""Of a signature, 16 bits each; two texts share as many of them as of all their pairs of words."""
ALIKE = 0.36
"""The least share of equal minima in two texts that tell the same."""
_FORM = 2
_SEED = 1
MOST_TEXT = 20_000
"""Characters that count."""
_FEWEST_TOKENS = 6
"""Shorter texts are equal by chance."""
_DIGEST = 8
"""Bytes."""
_BEFORE_MINIMA = 1 + _DIGEST

_TOKEN = re.compile(rf"[{UNSPACED}]+|(?:[^\W{UNSPACED}]|[{MARKS}])+")
_SPECIAL = re.compile(f"[{UNSPACED}{MARKS}]")
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")


def fingerprint(title: str, text: str) -> bytes:
    """What an article with a plain `title` and `text` is compared by; empty where they say too little.

    The same on every machine, for ever: it is stored. Its first byte tells the form; other forms are not compared. A
    digest of what was said follows, then the signature.
    """
    title, text = compared(title, text)
    words = tokens(f"{title}. {text}".casefold())
    if len(words) < _FEWEST_TOKENS:
        return b""
    sketch = RMinHash(MINIMA, _SEED)
    sketch.update(runs(words))
    return bytes([_FORM]) + _digest(title, text) + _low_halves(sketch.digest())


def compared_text(content: str, summary: str) -> str:
    """The plain text of a stored article as far as its fingerprint is made of it."""
    return (text_of_clean(content) or summary)[:MOST_TEXT]


def is_of(body: bytes, title: str, text: str) -> bool:
    """Whether a fingerprint was made of these very words."""
    return body[:_BEFORE_MINIMA] == bytes([_FORM]) + _digest(*compared(title, text))


def minima(body: bytes) -> bytes:
    """The signature in a fingerprint: little-endian numbers of 16 bits, `MINIMA` of them."""
    return body[_BEFORE_MINIMA : _BEFORE_MINIMA + 2 * MINIMA]


def share(a: bytes, b: bytes) -> float:
    """The share of equal minima in two fingerprints; 0 where they are of different forms."""
    if not a or not b or a[0] != b[0]:
        return 0.0
    here, there = (struct.unpack(f"<{MINIMA}H", minima(one)) for one in (a, b))
    return float(sum(one == other for one, other in zip(here, there, strict=True)) / MINIMA)


def compared(title: str, text: str) -> tuple[str, str]:
    """What of a title and a text is compared: letters and their accents as one, and not without end."""
    return composed(title), composed(text[:MOST_TEXT])


def tokens(folded: str) -> Sequence[str]:
    """The words of a text; where a script has no spaces, its pairs of characters."""
    if folded.isascii() or not _SPECIAL.search(folded):
        return runs_of_letters(folded)
    found: list[str] = []
    for word in _TOKEN.findall(folded):
        found += pairs(word) if len(word) > 1 and _IS_UNSPACED.match(word) else (word,)
    return found


def runs(words: Sequence[str]) -> list[str]:
    """Each two words that stand beside each other."""
    return list(map(" ".join, pairwise(words)))  # in half of the time that spelling each out takes


def _digest(title: str, text: str) -> bytes:
    return blake2b(f"{title}. {text}".encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def _low_halves(numbers: Sequence[int]) -> bytes:
    """The low 16 bits of numbers of 32, little-endian."""
    whole = struct.pack(f"<{len(numbers)}I", *numbers)
    halves = bytearray(len(whole) // 2)
    halves[::2], halves[1::2] = whole[::4], whole[1::4]
    return bytes(halves)
