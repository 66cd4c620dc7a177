"""What became of a text, word by word, short enough to be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal

from .terms import UNSPACED

MOST_COMPARED = 500
"""Words from the first difference to the last, on either side: comparing takes up to their square."""
_CONTEXT = 10
"""Words shown before and after what differs."""
_MOST_SHOWN = 150
"""Words shown of one stretch that is gone or new."""
# What is longer than any word is compared, and counted, in parts.
_WORD = re.compile(rf"(?:[{UNSPACED}]|[^\s{UNSPACED}]{{1,60}})\s?|\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words: the `same` in both texts, `gone` from the first, or `new` in the second.

    What is left out of it stands there as an ellipsis.
    """

    kind: Literal["same", "gone", "new"]
    text: str


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that lead from one text to the other, what is far from any difference left out; () where they agree.

    Bounded in time and size: of more than MOST_COMPARED words between the first difference and the last, the rest is
    one piece gone and one new.
    """
    # Of the last words, too, none may run into the next piece.
    old, new = _WORD.findall(f"{before} "), _WORD.findall(f"{after} ")
    # White space counts for nothing, and stays where it stood.
    keys = [[word.rstrip() for word in text] for text in (old, new)]
    if keys[0] == keys[1]:
        return ()
    head = _common(*keys)
    tail = _common(*(key[head:][::-1] for key in keys))
    pieces = [("same", new[:head]), *_compared(old[head : len(old) - tail], new[head : len(new) - tail])]
    pieces.append(("same", new[len(new) - tail :]))
    return tuple(_shown([(kind, text) for kind, text in pieces if text]))


_Stretch = tuple[Literal["same", "gone", "new"], Sequence[str]]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[_Stretch]:
    a, b = old[:MOST_COMPARED], new[:MOST_COMPARED]
    matcher = SequenceMatcher(None, [word.rstrip() for word in a], [word.rstrip() for word in b])
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind == "equal":
            yield "same", b[from_:to]
        else:
            yield "gone", a[start:end]
            yield "new", b[from_:to]
    yield "gone", old[MOST_COMPARED:]
    yield "new", new[MOST_COMPARED:]


def _shown(stretches: Sequence[_Stretch]) -> Iterator[Piece]:
    last = len(stretches) - 1
    for number, (kind, text) in enumerate(stretches):
        if kind == "same":
            before, after = _CONTEXT * (number > 0), _CONTEXT * (number < last)
            yield Piece(kind, _shortened(text, before, after))
        else:
            yield Piece(kind, _shortened(text, _MOST_SHOWN, 0))


def _shortened(text: Sequence[str], first: int, last: int) -> str:
    """The first and last words of a text, with an ellipsis for what is between them."""
    if len(text) <= first + last:
        return "".join(text)
    return "".join((*text[:first], "… ", *text[len(text) - last :]))
