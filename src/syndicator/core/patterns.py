"""Regular expressions of operators: many are looked for together, and each one ends (PCRE2, Unicode, any case).

PCRE2 counts its steps anew at every place where a match may begin, and not what `\\w*` and the like read. So its limit
alone does not bound `(?:(?=\\w*).)*+\\d`: 4,000 letters take 30 s, twice as many eight times that. A pattern that may
do more at a place than read on to the end, since it repeats a group or refers back, is therefore looked for from one
place only, by a match that first reads up to where it begins: then the limit is one for the whole text, and it ends
after a second at the worst. That takes 20 times as long where nothing is found, so the others go the quick way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

import pcre2

LONGEST = 10_000
"""Characters of a text that are looked at."""
_STEPS = 25_000
"""More than the characters of a text, or `.*` could not reach its end."""
_TOGETHER = 16
"""How many branches a node of the tree has."""
_SHOWN = 80
_NOTHING_SOUGHT = "\ue000"
"""A character of private use."""

_LIMIT = f"(*LIMIT_MATCH={_STEPS})"
_ESCAPED = re.compile(r"\\[pP]\{[^}]*\}|\\.", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
_GROUP = re.compile(r"\([^()]*\)")
# Repeated groups, repeats of repeats, and whatever begins a group but for plain ones, look-around and `(?i)`.
_LOOPS = re.compile(r"\)[*+{]|[*+?}][*{]|\+\+|\(\*|\(\?(?![:=!>]|<[=!]|[ims]*(?:-[ims]+)?[:)])")
_REFERS = re.compile(r"\\[1-9gkKGQE]")  # and what quotes, or moves the beginning


@dataclass(frozen=True, slots=True)
class Finding:
    """What the pattern of a `number` found, or why it gave up: that is no hit."""

    number: int
    found: str
    failure: str = ""


@dataclass(frozen=True, slots=True)
class _Node:
    """Patterns that one expression finds, None where it were too large; a leaf has the `number` of its only one."""

    expression: pcre2.Pattern | None
    branches: tuple[_Node, ...] = ()
    number: int = -1


class Patterns:
    """Regular expressions, numbered from 0."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        given = [normalize("NFC", pattern) for pattern in patterns]
        plain = [number for number, pattern in enumerate(given) if _is_plain(pattern)]
        alone = sorted(set(range(len(given))).difference(plain))
        self._roots = (*(_leaf(given, number) for number in alone), *([_tree(given, plain)] if plain else []))

    def search(self, text: str) -> tuple[Finding, ...]:
        """What is found in the beginning of `text`, by number."""
        text = normalize("NFC", text[:LONGEST])
        return tuple(sorted((found for root in self._roots for found in _look(root, text)), key=_number))


def check(pattern: str) -> None:
    """Raise ValueError, which says what is wrong and where, for what is no pattern."""
    pattern = normalize("NFC", pattern)
    if (verb := _bare(pattern).find("(*")) >= 0:
        raise ValueError(f"verbs such as (*SKIP) are not taken at position {verb}")
    try:
        pcre2.compile(pattern, jit=False)
    except pcre2.PatternError as error:
        raise ValueError(f"{_what(error)} at position {error.pos}") from None
    try:
        pcre2.compile(_expression(pattern), jit=False)
    except pcre2.PatternError as error:
        raise ValueError(f"{_what(error)}; a comment has to end with a line break, and \\Q with \\E") from None


def fits_everything(pattern: str) -> bool:
    """Whether what passes `check` is found in an empty text, and in one that holds nothing anybody looks for.

    `^$`, which is found in the empty one only, has its use.
    """
    patterns = Patterns((pattern,))
    return all(any(not one.failure for one in patterns.search(text)) for text in ("", _NOTHING_SOUGHT))


def _what(error: pcre2.PatternError) -> str:
    message: str = error.msg
    return message.rpartition("; ")[2]


# --- the tree --------------------------------------------------------------------------------------


def _tree(patterns: list[str], numbers: list[int]) -> _Node:
    """A node over the plain ones among `patterns` that have these `numbers`.

    What is found by one expression of them all is looked for by those of its branches, down to single ones.
    """
    if len(numbers) == 1:
        return _leaf(patterns, numbers[0])
    size = -(-len(numbers) // _TOGETHER)
    parts = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    try:
        expression = _compiled(_LIMIT + _any_of([patterns[number] for number in numbers]))
    except pcre2.LibraryError:
        expression = None  # too large
    return _Node(expression, tuple(_tree(patterns, part) for part in parts))


def _leaf(patterns: list[str], number: int) -> _Node:
    return _Node(_compiled(_expression(patterns[number])), number=number)


def _look(node: _Node, text: str) -> Iterator[Finding]:
    found = failure = ""
    if node.expression is not None:
        try:
            hit = node.expression.search(text)
        except pcre2.LibraryError as error:
            failure = error.msg
        else:
            if hit is None:
                return
            found = hit.group()[:_SHOWN]
    if not node.branches:
        yield Finding(node.number, found, failure)
    for branch in node.branches:
        yield from _look(branch, text)


def _number(finding: Finding) -> int:
    return finding.number


# --- expressions -----------------------------------------------------------------------------------


def _is_plain(pattern: str) -> bool:
    """Whether `pattern` can stand among others, and reads at most to the end of the text from each place, and back."""
    return not (_LOOPS.search(_bare(pattern)) or _REFERS.search(pattern))


def _expression(pattern: str) -> str:
    """What finds `pattern` alone."""
    return f"{_LIMIT}(?:{pattern})" if _is_plain(pattern) else rf"{_LIMIT}\A(?s:.*?)\K(?:{pattern})"


def _any_of(patterns: list[str]) -> str:
    """What finds any of the plain `patterns`.

    Nearly all begin with `\\b`. Taken out of them it is asked once a place instead of once a pattern, and only where
    words begin are they tried: an eighth of the time.
    """
    words = [pattern[2:] for pattern in patterns if _begins_at_word(pattern)]
    others = [pattern for pattern in patterns if not _begins_at_word(pattern)]
    return "|".join(
        [*([rf"\b(?:{_alternatives(words)})"] if words else []), *([_alternatives(others)] if others else [])]
    )


def _alternatives(patterns: list[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _begins_at_word(pattern: str) -> bool:
    """Whether `\\b` begins all of `pattern`, and not only one of its alternatives."""
    if not pattern.startswith(r"\b"):
        return False
    bare = _bare(pattern)
    while (shorter := _GROUP.sub("", bare)) != bare:
        bare = shorter
    return "|" not in bare


def _bare(pattern: str) -> str:
    """`pattern` with dots for what is escaped or stands in a class."""
    return _CLASS.sub(_dots, _ESCAPED.sub(_dots, pattern))


def _dots(found: re.Match[str]) -> str:
    return "." * len(found.group())


def _compiled(expression: str) -> pcre2.Pattern:
    try:
        return pcre2.compile(expression, pcre2.IGNORECASE)
    except pcre2.PatternError:
        raise
    except pcre2.LibraryError:
        # Too large to be translated into machine code, or the system forbids that: ten times as slow.
        return pcre2.compile(expression, pcre2.IGNORECASE, jit=False)
