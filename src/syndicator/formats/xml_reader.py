"""RSS and Atom over strict lxml: fast, and only where it is certain; everything else is for feedparser.

Certain means: well-formed, an encoding that body and server agree on, no DOCTYPE, a root of RSS 0.91 to 2.0, RSS 1.0
or Atom 1.0, and nothing in it that could mean something else to a more patient reader. Then both readers give the
same record; the differential tests hold them to it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from lxml import etree

from syndicator.core.model import Feed
from syndicator.core.urls import web_url

from . import atom_reader, rss_reader
from .xml_elements import ATOM, RDF, Scope, Unsure

VERSION = "lxml 1"

_FIRST_TAG = re.compile(rb"<(?:[A-Za-z_:]|!DOCTYPE)")
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_BLANK = b" \t\r\n"
_BOM = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class NotCertain:
    """A body that this reader leaves to feedparser, and why."""

    reason: str


def read(body: bytes, url: str, content_type: str = "") -> Feed | NotCertain:
    """Read a feed that is beyond doubt; never raises for what a body may hold."""
    try:
        return _feed(_root(_checked(body, content_type)), url, body)
    except Unsure as doubt:
        return NotCertain(str(doubt))
    except etree.XMLSyntaxError as error:
        return NotCertain(f"not well-formed: {error.msg}")


def _checked(body: bytes, content_type: str) -> bytes:
    """`body` from its first character on, if there is no doubt about its encoding and no DOCTYPE."""
    # Blanks before the XML declaration are the commonest slip, and harmless.
    text = body.removeprefix(_BOM).lstrip(_BLANK)
    first = _FIRST_TAG.search(text)
    if first is None or first.group() == b"<!DOCTYPE":
        raise Unsure("it has a DOCTYPE" if first else "no element in it")
    declared = _ENCODING.match(text)
    encoding = _codec(declared.group(1).decode()) if declared else "utf-8"
    if body.startswith(_BOM) and encoding != "utf-8":
        raise Unsure("its byte order mark and its declaration name different encodings")
    charset = _CHARSET.search(content_type)
    # UTF-8 proves itself. Of the others any byte is a character, so two opinions are no certainty.
    if encoding != "utf-8" and charset and _codec(charset.group(1)) != encoding:
        raise Unsure("the server names another encoding than the document")
    return text


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise Unsure(f"its encoding {name!r} is unknown") from None


def _root(text: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True,
        collect_ids=False,
    )  # fmt: skip
    return etree.fromstring(text, parser)


def _feed(root: etree._Element, url: str, body: bytes) -> Feed:
    if root.getroottree().docinfo.doctype:
        raise Unsure("it has a DOCTYPE")
    scope = Scope(url if web_url(url) else "", based=b"xml:base" in body, spoken=b"xml:lang" in body)
    if root.tag == "rss" and root.get("version", "").startswith(("2.", "0.9")):
        return rss_reader.read(root, scope)
    if root.tag == f"{ATOM}feed":
        return atom_reader.read(root, replace(scope, atom=True))
    if root.tag == f"{RDF}RDF":
        return rss_reader.read_rdf(root, scope)
    raise Unsure(f"its root is <{root.tag}>")
