"""Plain text: what XML may carry, words, excerpts."""

from __future__ import annotations

import re

# XML 1.0, production 2 (Char): everything else would make a feed unreadable. Lone surrogates cannot be encoded at all.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


def xml_safe(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot carry."""
    return _NOT_XML.sub("", text)


def one_line(text: str) -> str:
    """`text` safe for XML, with every run of white space as one blank."""
    return _SPACE.sub(" ", xml_safe(text)).strip()


def words(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case, for comparing: punctuation and white space do not count."""
    return tuple(_WORD.findall(text.casefold()))


def excerpt(text: str, limit: int = 300) -> str:
    """The beginning of `text`, at most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit - 1)
    return text[: cut if cut > 0 else limit - 1].rstrip(" ,;:.-–") + "…"
