"""What libyaml says of a text that is no YAML, in the words of who wrote it."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.reader import ReaderError

_WORDS = {
    "could not find expected ':'": "a key, `:`, a blank and a value belong on this line",
    "did not find expected key": "this line stands neither under the one above nor beside it; keys of one section "
    "begin in one column, and text with quotes inside goes into quotes as a whole",
    "did not find expected '-' indicator": "this line is no further entry of the list above; each begins with `- ` "
    "in the same column",
    "did not find expected ',' or '}'": "`,` or `}` is expected here; text with `{`, `}`, `,`, `#` or quotes in it "
    'goes into quotes: "${NAME}"',
    "did not find expected ',' or ']'": "`,` or `]` is expected here; text with `[`, `]`, `,`, `#` or quotes in it "
    "goes into quotes",
    "did not find expected node content": "a value is expected here",
    "found character that cannot start any token": "no text begins with this character; put it in quotes",
    "found unexpected ':'": "a blank belongs after `:`, and text with `:` in it goes into quotes",
    "mapping values are not allowed in this context": "a second `: ` in one line; put text that holds one in quotes, "
    "and keys of one section in one column",
    "found unknown escape character": "double quotes know no such backslash; write the text in single quotes",
    "found undefined alias": "no anchor above has this name; put text that begins with `*` in quotes",
    "but found another document": "a second document begins here (`---`); a configuration is one",
}
_NEVER_CLOSED = {
    "while scanning a quoted scalar": "the quote that opens here is never closed",
    "while parsing a flow mapping": "the `{` that opens here is never closed",
    "while parsing a flow sequence": "the `[` that opens here is never closed",
    "while parsing a flow node": "the value that begins here is cut off",
}
_AT_CONTEXT = ("could not find expected ':'",)
"""Mistakes that libyaml only sees in the next line."""


def told(error: yaml.YAMLError, text: str) -> tuple[int, int, str]:
    """The line and column of `error` in `text`, from 1, and what is wrong there."""
    if isinstance(error, ReaderError):
        before = text.encode()[: error.position].decode(errors="ignore")
        what = f"a control character stands there (U+{error.character:04X})"
        return before.count("\n") + 1, len(before) - before.rfind("\n"), f"is no YAML: {what}"
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1, 1, f"is no YAML: {error}"
    mark, what = _where(error, text)
    return *after(mark), f"is no YAML: {what}"


def _where(error: yaml.MarkedYAMLError, text: str) -> tuple[Any, str]:
    mark, context = error.problem_mark or error.context_mark, error.context or ""
    at_end = mark is not None and not text[mark.index :].strip()
    if at_end and error.context_mark and context in _NEVER_CLOSED:
        return error.context_mark, _NEVER_CLOSED[context]
    problem = error.problem or ""
    if mark is not None and (text[mark.index : mark.index + 1] == "\t" or "a tab character" in problem):
        return mark, "indent with blanks, not tabs"
    words = _WORDS.get(problem, " ".join(filter(None, (context, problem))))
    if context in _NEVER_CLOSED and mark and error.context_mark and error.context_mark.line < mark.line:
        words += f"; what is not closed begins in line {error.context_mark.line + 1}"
    return (error.context_mark if problem in _AT_CONTEXT and error.context_mark else mark), words


def after(mark: Any) -> tuple[int, int]:
    """The line and column of a mark, counted from 1."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
