"""What the operator's filing rules say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """What tells an article for filing; one hit is enough.

    `tags` are names or globs, `language` basic language ranges (RFC 4647), the others regular expressions; `text` is
    looked for in the plain text, `author` in each author's name.
    """

    tags: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    language: tuple[str, ...] = ()


NO_MATCH = Match()
