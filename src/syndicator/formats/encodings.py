"""The encoding of an XML body whose label is missing or wrong (RFC 7303; XML 1.0, appendix F)."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*\?>")
_DECLARED = re.compile(rb"""^\s*<\?xml\b[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]+)""", re.IGNORECASE)
# How a body begins where every character takes two or four bytes: with a byte order mark, or `<` and what follows.
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be", codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be", b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be", b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}  # fmt: skip
_MARKUP = re.compile(rb"<[^<>]*>")
_LATIN = re.compile(rb"[A-Za-z]")
AS_WINDOWS = "syndicator.windows-1252"
_ENOUGH = 100_000
"""In bytes: guessing looks at no more."""


def declared(body: bytes) -> str:
    """The encoding that the XML declaration names, "" where it names none."""
    found = _DECLARED.match(body)
    return found[1].decode() if found else ""


def charset(content_type: str) -> str:
    """The encoding that the server names."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def codec(name: str) -> str:
    """The one name of an encoding that may have many; "" where nobody knows it."""
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def is_utf8(body: bytes) -> bool:
    """Whether `body` is UTF-8 beyond doubt: other encodings hardly ever look like it."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not body.isascii()


def mislabelled(label: str) -> str:
    """What is said of a body that is UTF-8 under another name."""
    return f"it is called {label}, but is UTF-8"


def relabelled(body: bytes, content_type: str) -> tuple[bytes, str, tuple[str, ...]]:
    """`body` and its Content-Type, as UTF-8 where the label is missing or wrong, and in words what was wrong."""
    text, flaw = _read_in_spite_of_label(body, declared(body) or charset(content_type), charset(content_type))
    if text is None:
        return body, content_type, ()
    text = text.removeprefix("\ufeff")
    text = text[found.end() :] if (found := _DECLARATION.match(text)) else text
    return text.encode("utf-8", "replace"), "application/xml; charset=utf-8", (flaw,) if flaw else ()


def _read_in_spite_of_label(body: bytes, label: str, said_by_server: str) -> tuple[str | None, str]:
    """The text of `body` and what is wrong with its label; None where the label may be right."""
    if wide := next((name for start, name in _WIDE.items() if body.startswith(start)), ""):
        return body.decode(wide, "replace"), ""
    if body.startswith(codecs.BOM_UTF8):
        label = label or "utf-8"
    if is_utf8(body):
        wrong = [name for name in (label, said_by_server) if codec(name) not in ("utf-8", "")]
        return (body.decode(), mislabelled(wrong[0])) if wrong else (None, "")
    if body.isascii() or codec(label) not in ("utf-8", "ascii", ""):
        return None, ""
    if foreign := _of_another_script(body):
        return body.decode(foreign, "replace"), f"{'called UTF-8' if label else 'no encoding given'}, read as {foreign}"
    return body.decode("utf-8", AS_WINDOWS), "not all of it is UTF-8, the rest read as windows-1252"


def _of_another_script(body: bytes) -> str:
    """The encoding of a text that is mostly not in Latin letters, "" where it is; those are guessed badly."""
    # Addresses and dates are in Latin letters everywhere: only texts that have others tell something.
    texts = [text for text in _MARKUP.split(body[:_ENOUGH]) if not text.isascii()]
    strange = b" ".join(text for text in texts if not is_utf8(text))
    latin, others = len(_LATIN.findall(strange)), len(strange) - len(strange.decode("ascii", "ignore"))
    wrong = len(strange) - len(strange.decode("utf-8", "ignore").encode())
    # Some of EUC-JP happens to be UTF-8, half of it at most.
    mostly_strange = sum(map(is_utf8, texts)) * 2 < len(texts) and wrong * 3 > others
    best = from_bytes(body[:_ENOUGH]).best() if mostly_strange and others > latin else None
    return best.encoding if best else ""


def _windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are not UTF-8 as windows-1252, from which they were most likely pasted."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(AS_WINDOWS, _windows)
