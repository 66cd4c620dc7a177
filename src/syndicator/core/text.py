"""Plain text: what XML may carry, words, excerpts."""

from __future__ import annotations

import re

# XML 1.0, production 2 (Char), without the C1 controls and Unicode's noncharacters, which no HTML parser takes.
_CHARACTERS = "\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd" + "".join(
    f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 17)
)
_SAFE = re.compile(f"[{_CHARACTERS}]*")
_NOT_SAFE = re.compile(f"[^{_CHARACTERS}]")
LONGEST_EXCERPT = 300
"""In characters, unless said otherwise."""
_WORD = re.compile(r"\w+")


def xml_safe(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot carry or HTML refuses; stray windows-1252 is repaired."""
    # Asked first, since it takes half as long as searching.
    return text if _SAFE.fullmatch(text) else _NOT_SAFE.sub(_repaired, text)


def _repaired(found: re.Match[str]) -> str:
    """C1 controls are never meant: they are windows-1252 that was called ISO 8859-1."""
    code = ord(found[0])
    return bytes([code]).decode("cp1252", "ignore") if 0x80 <= code < 0xA0 else ""


def one_line(text: str) -> str:
    """`text` safe for XML, with every run of white space as one blank."""
    # Nearly all of it is that already: what Unicode calls printable is safe, and holds no white space but blanks.
    if text.isprintable():
        return text if "  " not in text and text[:1] != " " != text[-1:] else " ".join(text.split())
    return " ".join(xml_safe(text).split())


def words(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case, for comparing: punctuation and white space do not count."""
    return tuple(_WORD.findall(text.casefold()))


def excerpt(text: str, limit: int = LONGEST_EXCERPT) -> str:
    """The beginning of `text`, at most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit - 1)
    return text[: cut if cut > 0 else limit - 1].rstrip(" ,;:.-–") + "…"
