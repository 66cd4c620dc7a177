"""Former versions of an article, and how far a new one is from them: whether it is an update or a touch-up.

The distance is the share of words that were replaced, of a text of 20 to 120 words: below, one corrected misspelling
would be an update, above, a new paragraph would be none. A title, a number that became another and a new or lost
paragraph count as 12 words each, enough in any text. What stands around a text does not count (`boilerplate`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .boilerplate import is_boilerplate
from .sanitise import lines_of_clean
from .terms import UNSPACED
from .text import words

SIGNIFICANT = 0.1
"""From this distance on an edit is an update."""
_SHORTEST, _LONGEST = 20, 120
_TELLING = 12
"""What counts more than a word counts as so many: a tenth of the longest text."""
_PARAGRAPH = 4
"""Fewer words are a heading or a caption."""

_TOKEN = re.compile(rf"\d+(?:[.,:’']\d+)*|[{UNSPACED}]|(?:(?![{UNSPACED}\d])\w)+")
_THOUSANDS = re.compile(r"[.,’'](?=\d{3}(?!\d))")
_SENTENCE = re.compile(r"[.!?…。！？؟।;][\"'”’»)\]]*$")
# Papers spell the small ones out: in English, German, French, Spanish and Greek.
_NUMBER = re.compile(
    r"\d.*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|(?:dozen|hundred|thousand|million|billion)s?"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend|millionen"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|vingt|trente|quarante|cinquante|cents|mille"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|veinte|treinta|cuarenta|cincuenta|cien|mil|millones"
    r"|δύο|τρεις|τρία|τέσσερις|τέσσερα|πέντε|έξι|επτά|οκτώ|εννέα|δέκα|έντεκα|δώδεκα|είκοσι|τριάντα|σαράντα|πενήντα"
    r"|εκατό|χίλιοι|χιλιάδες|εκατομμύρια"
)


class Told(Protocol):
    """What a reader sees of one version: a plain title, and content in sanitised HTML."""

    @property
    def title(self) -> str: ...
    @property
    def content(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Revision:
    """A former version of an article as a reader saw it, when it was `replaced`, and by how much of an edit.

    `significant` where that moved the article's `updated`. `distance` (from 0 to 1) and the words `why` measure it from
    the last version that had been significant.
    """

    title: str
    summary: str
    content: str
    replaced: datetime
    significant: bool
    distance: float
    why: str


@dataclass(frozen=True, slots=True)
class Edit:
    """How far two versions are from each other, from 0 (a reader sees nothing new) to 1, and in words why."""

    distance: float
    why: str

    @property
    def significant(self) -> bool:
        """Whether a reader would want to read it again."""
        return self.distance >= SIGNIFICANT


def compare(before: Told, after: Told) -> Edit:
    """What makes `after` of `before`; its cost is linear in both."""
    old, new = (tuple(_paragraphs(one.content)) for one in (before, after))
    was, now = (Counter(word for paragraph in text for word in paragraph.words) for text in (old, new))
    gone, come = was - now, now - was
    numbers = _replaced_numbers(gone, come)
    added, lost = _paragraphs_of(come, new), _paragraphs_of(gone, old)
    retitled = words(before.title) != words(after.title)
    replaced, size = max(gone.total(), come.total()), max(was.total(), now.total())
    weight = replaced + _TELLING * (retitled + len(numbers) + added + lost)
    said = (
        "another title" if retitled else "",
        *(f"{former} became {number}" for former, number in numbers[:3]),
        f"{added} new paragraph{'s' * (added > 1)}" if added else "",
        f"{lost} paragraph{'s' * (lost > 1)} less" if lost else "",
        f"{replaced} of {size} words" if replaced else "",
    )
    return Edit(min(weight / min(max(size, _SHORTEST), _LONGEST), 1.0), ", ".join(filter(None, said)))


@dataclass(frozen=True, slots=True)
class _Paragraph:
    words: tuple[str, ...]
    is_sentence: bool


def _paragraphs(content: str) -> Iterator[_Paragraph]:
    """The paragraphs of a text, without what stands around it."""
    for line in lines_of_clean(content):
        # Lines of the kind "By Ann · 5 min read · 1,204 views" are several.
        kept = " ".join(part for part in re.split(r"\s[|·•]\s", line) if not is_boilerplate(part))
        if found := tuple(_THOUSANDS.sub("", token) for token in _TOKEN.findall(kept.casefold())):
            yield _Paragraph(found, len(found) >= _PARAGRAPH and bool(_SENTENCE.search(kept)))


def _paragraphs_of(replaced: Counter[str], text: Sequence[_Paragraph]) -> int:
    """How many paragraphs of `text` are made of words that were `replaced`, for the most part."""
    left, found = Counter(replaced), 0
    for paragraph in text if replaced else ():
        own = Counter(paragraph.words) & left
        if paragraph.is_sentence and 2 * own.total() > len(paragraph.words):
            left.subtract(own)
            found += 1
    return found


def _replaced_numbers(gone: Counter[str], come: Counter[str]) -> list[tuple[str, str]]:
    """Numbers that became others: as many as are both gone and new, in the order of the texts."""
    former, numbers = ([token for token in one if _NUMBER.fullmatch(token)] for one in (gone, come))
    return list(zip(former, numbers, strict=False))
