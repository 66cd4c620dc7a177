"""RSS and Atom over strict lxml: fast, and only where it is certain; everything else is for feedparser.

Certain means: well-formed, an encoding that body and server agree on, no DOCTYPE, a root of RSS 0.91 to 2.0, RSS 1.0
or Atom 1.0, and nothing in it that could mean something else to a more patient reader. Then both readers give the
same record; the differential tests hold them to it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from lxml import etree

from syndicator.core.feed import Feed, NotCertain

from . import atom_reader, encodings, rss_reader
from .xml_draft import ATOM, RDF, Scope, Unsure
from .xml_lifting import NOTHING_LIFTED, lift

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, collect_ids=False
)
_FIRST_TAG = re.compile(rb"<(?:[A-Za-z_:]|!DOCTYPE)")
_ABSURD = 500_000
"""Of tags or attributes; the largest of real feeds has 7,000."""
_BOM = codecs.BOM_UTF8


def read(body: bytes, url: str, content_type: str = "") -> Feed | NotCertain:
    """Read a feed that is beyond doubt; never raises for what a body may hold.

    `url` is a web address, or "" where relative links have nothing to be relative to.
    """
    try:
        text, encoding, flaws = _checked(body, content_type)
        lifted = lift(text) if encoding == "utf-8" else NOTHING_LIFTED
        rest = lifted.rest or text
        if len(rest) > _ABSURD * len(b"<a/>") and (rest.count(b"<") > _ABSURD or rest.count(b"=") > _ABSURD):
            raise Unsure("absurdly many elements or attributes")
        root = etree.fromstring(rest, _PARSER)
        # Looked for in the bytes: most documents have neither base nor language, and need not ask every element.
        feed = _feed(root, Scope(url, b" xml:" in rest, lifted, atom=root.tag == f"{ATOM}feed"))
        return replace(feed, flaws=flaws) if flaws else feed
    except Unsure as doubt:
        return NotCertain(str(doubt))
    except etree.XMLSyntaxError as error:
        return NotCertain(f"not well-formed: {error.msg}".replace(", use XML_PARSE_HUGE option", "")[:200])
    except UnicodeDecodeError as error:
        return NotCertain(f"not well-formed: {error}")


def _checked(body: bytes, content_type: str) -> tuple[bytes, str, tuple[str, ...]]:
    """`body` from its first character on, its encoding and its flaws, if there is no doubt and no DOCTYPE."""
    # Blanks before the XML declaration are the commonest slip, and harmless.
    text = body.removeprefix(_BOM).lstrip()
    first = _FIRST_TAG.search(text)
    if first is None or first.group() == b"<!DOCTYPE":
        wide = b"\0" in body[:4]
        raise Unsure("it has a DOCTYPE" if first else "it is in UTF-16 or UTF-32" if wide else "no element in it")
    label = encodings.declared(text)
    encoding = encodings.codec(label) if label else "utf-8"
    if encoding == "utf-8":
        return text, encoding, ()
    # UTF-8 proves itself. Of the others any byte is a character, so two opinions are no certainty.
    if not encoding:
        raise Unsure(f"its encoding {label!r} is unknown")
    if body.startswith(_BOM):
        raise Unsure("its byte order mark and its declaration name different encodings")
    if encodings.is_utf8(text):
        return text[text.index(b"?>") + 2 :], "utf-8", (encodings.mislabelled(label),)
    charset = encodings.charset(content_type)
    if charset and encodings.codec(charset) != encoding:
        raise Unsure("the server names another encoding than the document")
    return text, encoding, ()


def _feed(root: etree._Element, scope: Scope) -> Feed:
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unsure("it has a DOCTYPE")
    if root.tag == "rss" and root.get("version", "").startswith(("2.", "0.9")):
        return rss_reader.read(root, scope)
    if scope.atom:
        return atom_reader.read(root, scope)
    if root.tag == f"{RDF}RDF":
        return rss_reader.read_rdf(root, scope)
    raise Unsure(f"its root is <{root.tag}>")
