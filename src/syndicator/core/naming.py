"""Ids made of titles: short, readable, in the letters that addresses have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

RESERVED = frozenset({"all", "archive", "latest"})
"""What no segment of a category's path may be: addresses of ours are called so."""

_LONGEST = 50
# Letters that no accent tells from a plain one: ø is `LATIN SMALL LETTER O WITH STROKE`, æ `LATIN SMALL LETTER AE`.
_NAMED = re.compile(r"LATIN SMALL (?:LETTER|LIGATURE) ([A-Z]{1,2})(?: WITH .+)?")
_KEPT = re.compile(r"[a-z0-9]")
_OTHERS = re.compile(r"[^a-z0-9]+")


def slug(title: str) -> str:
    """`title` in a-z, 0-9 and single hyphens: `Über Ærø & C` is `uber-aero-c`.

    "" where most of its letters have no like among them, as those of Greek or Chinese.
    """
    letters = [one for one in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(one)]
    plain = "".join(map(_plain, letters))
    if 2 * len(_KEPT.findall(plain)) < sum(map(str.isalnum, letters)):
        return ""
    return _OTHERS.sub("-", plain.replace("'", "").replace("’", "")).strip("-")[:_LONGEST].rstrip("-")


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    named = _NAMED.fullmatch(unicodedata.name(letter, ""))
    return named[1].lower() if named else letter


class Names:
    """The names that are taken, whatever their case, and the next that is free."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.lower() for name in taken}
        self._next: dict[str, int] = {}

    def free(self, wanted: str, first: int = 0) -> str:
        """`wanted`, or with the next number where that is taken: `news`, `news-2`; it is taken from now on.

        With `first`, the numbers begin there, and every name has one.
        """
        name, number = wanted, self._next.get(wanted, first or 2)
        if first or name.lower() in self._taken:
            # Remembered, so that a thousand of one name are not each counted from the first.
            while (name := f"{wanted}-{number}").lower() in self._taken:
                number += 1
            self._next[wanted] = number + 1
        self._taken.add(name.lower())
        return name
