"""Plain text: what XML may carry, words, excerpts."""

from __future__ import annotations

import re
import unicodedata

# XML 1.0, production 2 (Char), without the C1 controls and Unicode's noncharacters, which no HTML parser takes, and
# without the replacement character: what is lost shows as a box.
_CHARACTERS = "\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffc" + "".join(
    f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 17)
)
_SAFE = re.compile(f"[{_CHARACTERS}]*")
_NOT_SAFE = re.compile(f"[^{_CHARACTERS}]")
LONGEST_EXCERPT = 300
"""In characters, unless said otherwise."""
_LOST = "\ufffd"
_BOX = "\u25a1"
# Letters of Latin-1, and quotes and dashes, of which each byte in UTF-8 was taken for a character once more.
_TWICE = re.compile("[ÂÃ][\u0080-\u00bf]|â[\u0080€][\u0080-\u00bf\u0152-\u0178\u02dc\u2013-\u203a\u2122]")
_MOST_ENCODED = 3
"""More often is malice: every pass reads all of the text, and may end one character shorter."""
_WORD = re.compile(r"\w+")
_MARKS = "’“”‘–—…\u00a0«»•"
_BETWEEN_WORDS = str.maketrans({chr(code): " " for code in range(128) if not re.match(r"\w", chr(code))})


def xml_safe(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot carry or HTML refuses; stray windows-1252 is repaired."""
    text = encoded_once(text)
    # Asked first, since it takes half as long as searching.
    return text if _SAFE.fullmatch(text) else encoded_once(_NOT_SAFE.sub(_repaired, text))


def _repaired(found: re.Match[str]) -> str:
    """C1 controls are never meant: they are windows-1252 that was called ISO 8859-1."""
    if found[0] == _LOST:
        return _BOX
    code = ord(found[0])
    return bytes([code]).decode("cp1252", "ignore") if 0x80 <= code < 0xA0 else ""


def encoded_once(text: str) -> str:
    """`text` with what was encoded twice in UTF-8, or a few times more, as it was meant: `Ã¶` is `ö`."""
    for _ in range(_MOST_ENCODED):
        if text.isascii() or (meant := _TWICE.sub(_meant, text)) == text:
            break
        text = meant
    return text


def _meant(found: re.Match[str]) -> str:
    try:
        return b"".join(_byte(character) for character in found[0]).decode()
    except UnicodeError:
        return found[0]


def _byte(character: str) -> bytes:
    return character.encode("latin-1" if character <= "\xff" else "cp1252")


def one_line(text: str) -> str:
    """`text` safe for XML, with every run of white space as one blank."""
    # Nearly all of it is that already: what Unicode calls printable is safe, and holds no white space but blanks.
    if text.isprintable() and (text.isascii() or (_LOST not in text and not _TWICE.search(text))):
        return text if "  " not in text and text[:1] != " " != text[-1:] else " ".join(text.split())
    return " ".join(xml_safe(text).split())


def words(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case, for comparing: punctuation and white space do not count."""
    return tuple(runs_of_letters(composed(text).casefold()))


def runs_of_letters(text: str) -> list[str]:
    """The words of `text` as they stand there, numbers among them."""
    # ASCII, as most texts in English are but for their quotes and dashes, in a fifth of the time.
    plain = without_marks(text)
    return plain.translate(_BETWEEN_WORDS).split() if plain.isascii() else _WORD.findall(text)


def without_marks(text: str) -> str:
    """`text` with blanks in the place of the punctuation that English has besides ASCII."""
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    return text


def composed(text: str) -> str:
    """`text` with each letter and its accents as one character (NFC), where there is such a one: they look the same."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def excerpt(text: str, limit: int = LONGEST_EXCERPT) -> str:
    """The beginning of `text`, at most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit - 1)
    return text[: cut if cut > 0 else limit - 1].rstrip(" ,;:.-–") + "…"
