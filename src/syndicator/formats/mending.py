"""The commonest slips by which feeds are not well-formed, mended before a parser stumbles over them."""

from __future__ import annotations

import re
from html.entities import name2codepoint

_START, _END = b"<![CDATA[", b"]]>"
_BARE = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z_][\w.:-]*;)")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_NUMBERED = re.compile(rb"&#(?:([0-9]{1,7})|x([0-9A-Fa-f]{1,6}));")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PREFIXED = re.compile(rb"(</?)rss:(?=[A-Za-z])")
_BINDS_RSS = re.compile(rb"<[^<>]*\sxmlns:rss\s*=")
_OF_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")


def mended(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """`body` with bare ampersands escaped and HTML's references numbered, without the prefix rss: where nothing binds
    it, and without characters that XML 1.0 cannot carry.

    Gives what was mended too. A document that is well-formed stays as it is, but for its comments; so does one in an
    encoding where an ampersand may be half of a character.
    """
    if b"\x1b" in body or b"\0" in body[:4]:
        return body, ()
    mends = _Mends(declares=b"<!ENTITY" in body, binds_rss=_BINDS_RSS.search(body) is not None)
    parts, at = [], 0
    # Inside CDATA all is text, and only characters can be wrong.
    while (start := body.find(_START, at)) >= 0 and (end := body.find(_END, start)) >= 0:
        parts += [mends.markup(body[at:start]), body[start:end]]
        at = end
    parts.append(mends.markup(body[at:]))
    return mends.characters(b"".join(parts)), mends.made()


class _Mends:
    """Mends part after part, and counts."""

    def __init__(self, declares: bool, binds_rss: bool) -> None:
        self._declares = declares
        self._binds_rss = binds_rss
        self._ampersands = self._names = self._characters = self._prefixes = 0

    def markup(self, text: bytes) -> bytes:
        if b"rss:" in text and not self._binds_rss:
            text, found = _PREFIXED.subn(rb"\1", text)
            self._prefixes += found
        return self._references(text) if b"&" in text else text

    def _references(self, text: bytes) -> bytes:
        text, found = _BARE.subn(b"&amp;", text)
        self._ampersands += found
        if not self._declares:
            text = _NAMED.sub(self._numbered, text)
        return _NUMBERED.sub(self._allowed, text)

    def characters(self, text: bytes) -> bytes:
        text, found = _CONTROLS.subn(b"", text)
        self._characters += found
        return text

    def _numbered(self, reference: re.Match[bytes]) -> bytes:
        name = reference[1]
        if name in _OF_XML:
            return reference[0]
        self._names += 1
        code = name2codepoint.get(name.decode())
        # A name that nobody knows is text.
        return b"&#%d;" % code if code else b"&amp;%b;" % name

    def _allowed(self, reference: re.Match[bytes]) -> bytes:
        code = int(reference[1]) if reference[1] else int(reference[2], 16)
        if code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF:
            return reference[0]
        self._characters += 1
        return b""

    def made(self) -> tuple[str, ...]:
        """What was mended, in words."""
        counts = (
            ("unescaped ampersands", self._ampersands),
            ("references unknown to XML", self._names),
            ("characters not allowed in XML", self._characters),
            ("tags with an undeclared prefix rss:", self._prefixes),
        )
        return tuple(f"{what} ({count})" for what, count in counts if count)
