"""The hub's own feeds as OPML 2.0, nested by category path."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from syndicator.core.model import ALL, Category, Site

from . import addresses


def render(site: Site, categories: tuple[Category, ...], updated: datetime) -> bytes:
    """An outline for every category: `text`, `type=rss`, `xmlUrl`, `htmlUrl` (opml.org/spec2.opml)."""
    opml = etree.Element("opml", version="2.0")
    head = etree.SubElement(opml, "head")
    etree.SubElement(head, "title").text = site.title
    etree.SubElement(head, "dateModified").text = f"{updated:%a, %d %b %Y %H:%M:%S} GMT"
    body = etree.SubElement(opml, "body")
    _outline(body, site, Category(ALL, site.title, site.description))
    nodes: dict[str, etree._Element] = {}
    for category in sorted(categories, key=lambda c: c.id.count("/")):
        parent = next((nodes[above] for above in category.ancestors if above in nodes), body)
        nodes[category.id] = _outline(parent, site, category)
    return etree.tostring(opml, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _outline(parent: etree._Element, site: Site, category: Category) -> etree._Element:
    attributes = {
        "text": category.title,
        "title": category.title,
        "type": "rss",
        "xmlUrl": addresses.feed_url(site, category.id, "rss"),
        "htmlUrl": site.category_page(category.id),
        "description": category.description,
    }
    return etree.SubElement(parent, "outline", {k: v for k, v in attributes.items() if v})
