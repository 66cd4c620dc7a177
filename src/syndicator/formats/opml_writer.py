"""The subscriptions of a hub as OPML 2.0 that other readers import (opml.org/spec2.opml): categories are folders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from syndicator.core.model import Category
from syndicator.core.subscriptions import Subscription
from syndicator.core.text import one_line, xml_safe

NAMESPACE = "urn:x-syndicator:subscriptions"
"""Of the attribute that only we read; OPML 2.0 allows those of other namespaces, and other readers skip them."""
ID = f"{{{NAMESPACE}}}id"


def render(title: str, categories: tuple[Category, ...], sources: Iterable[Subscription], at: datetime) -> bytes:
    """A list called `title`, made `at` a time: a folder for every category that holds some of the `sources`.

    A source in several categories stands in each, as readers write it. `ID` says what a category or a source is called
    here, that of a source only where its first category is: so our reader makes the same of it again.
    """
    opml = etree.Element("opml", {"version": "2.0"}, {"syndicator": NAMESPACE})
    head = etree.SubElement(opml, "head")
    etree.SubElement(head, "title").text = xml_safe(one_line(title))
    etree.SubElement(head, "dateModified").text = f"{at:%a, %d %b %Y %H:%M:%S} GMT"
    filed: dict[str, list[Subscription]] = defaultdict(list)
    for one in sources:
        for (path,) in one.folders or (("",),):
            filed[path].append(one)
    _fill(etree.SubElement(opml, "body"), categories, filed)
    return etree.tostring(opml, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _fill(body: etree._Element, categories: tuple[Category, ...], filed: dict[str, list[Subscription]]) -> None:
    needed = set(filed) | {above for path in filed for above in Category(path, "").ancestors}
    folders = {"": body}
    for category in sorted(categories, key=lambda one: one.id.count("/")):
        if category.id in needed:
            parent = folders[next((above for above in category.ancestors if above in folders), "")]
            name = _name(category.title)
            folders[category.id] = etree.SubElement(parent, "outline", {"text": name, "title": name, ID: category.id})
    for path, folder in folders.items():
        for one in filed.get(path, ()):
            _outline(folder, one, is_first=not one.folders or one.folders[0] == (path,))


def _outline(folder: etree._Element, one: Subscription, is_first: bool) -> None:
    attributes = {
        "text": _name(one.title), "title": _name(one.own_title), "type": "rss", "xmlUrl": one.url,
        "htmlUrl": one.home_url, ID: one.id if is_first else "",
    }  # fmt: skip
    etree.SubElement(folder, "outline", {name: value for name, value in attributes.items() if value})


def _name(text: str) -> str:
    return xml_safe(one_line(text))
