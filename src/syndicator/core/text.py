"""Plain text: what XML may carry, words, excerpts."""

from __future__ import annotations

import re

# XML 1.0, production 2 (Char): everything else would make a feed unreadable. Lone surrogates cannot be encoded at all.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Unicode's noncharacters: well-formed, but no HTML parser takes them.
_NO_CHARACTER = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17)) + "]"
)
# C1 controls are never meant: they are windows-1252 that was called ISO 8859-1.
_WINDOWS_1252 = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


def xml_safe(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot carry or HTML refuses; stray windows-1252 is repaired."""
    return _NO_CHARACTER.sub("", _NOT_XML.sub("", text.translate(_WINDOWS_1252)))


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
