"""XML documents, walked by tables that say which children an element has and how each is checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from .values import is_iri, is_language, is_said

Element = etree._Element
Check = Callable[[Element], Iterator[str]]

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
XHTML = "{http://www.w3.org/1999/xhtml}"
XML = "{http://www.w3.org/XML/1998/namespace}"

_DECLARATION = re.compile(rb"""<\?xml version=(["'])1\.0\1 encoding=(["'])utf-8\2 ?\?>""", re.IGNORECASE)
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
)
# XML 1.0 (2.2) allows them and advises against them: C1 controls and noncharacters.
_DISCOURAGED = re.compile(
    "[\x7f-\x84\x86-\x9f\ufdd0-\ufdef" + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17)) + "]"
)  # fmt: skip


# --- documents -----------------------------------------------------------------------------------


def document_flaws(body: bytes, root_tag: str, namespaces: tuple[str, ...], check: Check) -> tuple[str, ...]:
    """The flaws of an XML document: of its form, or where that is right, what `check` says of its root."""
    try:
        body.decode("utf-8")
        root = etree.fromstring(body, _PARSER)
    except UnicodeDecodeError as error:
        return (f"the document is not UTF-8 at byte {error.start}",)
    except etree.XMLSyntaxError as error:
        return (f"the document is not well-formed: {error.msg}",)
    if root.tag != root_tag:
        return (f"the document is a {_local(root.tag)}, not a {_local(root_tag)}",)
    return (*_declaration(body, root), *_characters(root), *_namespaces(body, namespaces), *check(root))


def _declaration(body: bytes, root: Element) -> Iterator[str]:
    if not _DECLARATION.match(body):
        yield "the document does not begin with a declaration of XML 1.0 in UTF-8"
    if root.getroottree().docinfo.internalDTD is not None:
        yield "the document has a DOCTYPE"


def _characters(root: Element) -> Iterator[str]:
    if not _DISCOURAGED.search(etree.tostring(root, encoding="unicode")):
        return
    for element in root.iter():
        for text in (element.text, element.tail, *map(str, element.attrib.values())):
            if text and (found := _DISCOURAGED.search(text)):
                yield f"{place(element)} holds the character U+{ord(found[0]):04X}"


def _namespaces(body: bytes, allowed: tuple[str, ...]) -> Iterator[str]:
    declared = {uri for _, (_, uri) in etree.iterparse(BytesIO(body), events=("start-ns",), huge_tree=True)}
    for uri in sorted(declared - {"", *(name.strip("{}") for name in allowed)}):
        yield f"the document declares the namespace {uri}, which it has no use for"


# --- places ----------------------------------------------------------------------------------------


def place(element: Element) -> str:
    """Where `element` stands: `feed/entry[2]/link`."""
    return "/".join(_step(one) for one in (*reversed(list(element.iterancestors())), element))


def _step(element: Element) -> str:
    parent = element.getparent()
    twins = [] if parent is None else list(parent.iterchildren(element.tag))
    number = f"[{twins.index(element) + 1}]" if len(twins) > 1 else ""
    return (f"{element.prefix}:" if element.prefix else "") + _local(element.tag) + number


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


# --- children --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Child:
    """How a child is checked, and how often it stands; `most` is None where there is no limit."""

    check: Check
    least: int = 0
    most: int | None = 1


def one(check: Check) -> Child:
    return Child(check, least=1)


def many(check: Check) -> Child:
    return Child(check, most=None)


def some(check: Check) -> Child:
    """One or more."""
    return Child(check, least=1, most=None)


def children(parent: Element, table: Mapping[str, Child]) -> Iterator[str]:
    """The flaws of the children of `parent`: those that lack, those too many, those unknown, and those within."""
    for tag, child in table.items():
        count = sum(1 for _ in parent.iterchildren(tag))
        if count < child.least:
            yield f"{place(parent)} has no {_local(tag)}"
        elif child.most is not None and count > child.most:
            yield f"{place(parent)} has {count} {_local(tag)} elements"
    for element in parent:
        if (known := table.get(str(element.tag))) is None:
            yield f"{place(element)} is not known there"
        else:
            yield from known.check(element)


def no_text(element: Element) -> Iterator[str]:
    """An element may hold others, but no text among them."""
    if any(is_said(text or "") for text in (element.text, *(child.tail for child in element))):
        yield f"{place(element)} holds text among its children"


def only_text(element: Element) -> Iterator[str]:
    if len(element):
        yield f"{place(element)} holds elements, not only text"


def empty(element: Element) -> Iterator[str]:
    if len(element) or element.text:
        yield f"{place(element)} is not empty"


# --- texts and attributes --------------------------------------------------------------------------


def text(valid: Callable[[str], bool], what: str, *allowed: str) -> Check:
    """A check for text alone that is `valid`, white space around it included."""

    def check(element: Element) -> Iterator[str]:
        yield from attributes(element, *allowed)
        if len(element):
            yield from only_text(element)
        elif not valid(element.text or ""):
            yield f"{place(element)} is not {what}: {element.text or ''!r}"

    return check


def bare(element: Element) -> Iterator[str]:
    """Neither content nor attributes."""
    yield from attributes(element)
    yield from empty(element)


def attributes(element: Element, *allowed: str, required: tuple[str, ...] = ()) -> Iterator[str]:
    """The flaws of what attributes there are; only xml:lang and xml:base stand everywhere."""
    for name in required:
        if name not in element.attrib:
            yield f"{place(element)} has no {name}"
    for name in map(str, element.attrib):
        if name not in (*allowed, *required, f"{XML}lang", f"{XML}base"):
            yield f"{place(element)} has an unknown attribute {_local(name)}"
    yield from attribute(element, f"{XML}lang", is_language, "a language tag")
    yield from attribute(element, f"{XML}base", is_iri, "an absolute IRI")


def attribute(element: Element, name: str, valid: Callable[[str], bool], what: str) -> Iterator[str]:
    """The flaw of an attribute that is there and not `valid`."""
    if (value := element.get(name)) is not None and not valid(value):
        yield f"{place(element)} has a {_local(name)} that is not {what}: {value!r}"


def repeated(elements: list[Element], name: str, values: list[str]) -> Iterator[str]:
    """A flaw for each of `elements` whose value, that called `name`, an earlier one has."""
    seen: set[str] = set()
    for element, value in zip(elements, values, strict=True):
        if value in seen:
            yield f"{place(element)} has the {name} of another: {value!r}"
        seen.add(value)
