"""Problems as an Atom feed for the operator's own reader: an entry each, for as long as it lasts."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from lxml import etree

from syndicator.core.identity import minted_guid
from syndicator.core.model import Site
from syndicator.core.problems import Kind, OpenProblem
from syndicator.core.text import one_line

from .feedgen_channel import seconds

_ATOM = "http://www.w3.org/2005/Atom"


def render(problems: Sequence[OpenProblem], site: Site, base: str, now: datetime) -> bytes:
    """The Atom 1.0 document of `problems`, the latest first; `base` is the address of the operator's pages.

    What is mended leaves it. Without any it is up to date as of `now`.
    """
    feed = etree.fromstring(f'<feed xmlns="{_ATOM}"/>')
    _add(feed, "id", minted_guid(site, "problems"))
    _add(feed, "title", f"Problems of {site.title}")
    _add(feed, "updated", seconds(problems[0].began if problems else now).isoformat())
    _link(feed, "self", f"{base}/problems.atom", "application/atom+xml")
    _link(feed, "alternate", f"{base}/problems", "text/html")
    _add(etree.SubElement(feed, f"{{{_ATOM}}}author"), "name", "syndicator")
    for problem in problems:
        _add_entry(feed, problem, site, base)
    return etree.tostring(feed, xml_declaration=True, encoding="UTF-8")


def _add_entry(feed: etree._Element, problem: OpenProblem, site: Site, base: str) -> None:
    entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
    began = seconds(problem.began).isoformat()
    _add(entry, "id", minted_guid(site, f"problems/{quote(problem.key)}"))
    _add_html(entry, "title", problem.title)
    _add(entry, "updated", began)
    _add(entry, "published", began)
    _link(entry, "alternate", base + page(problem), "text/html")
    etree.SubElement(entry, f"{{{_ATOM}}}category", term=problem.kind)
    _add_html(entry, "summary", problem.advice)


def page(problem: OpenProblem) -> str:
    """The path of the operator's page where something can be done about a problem."""
    elsewhere = {Kind.GATE: "/held", Kind.CONFIGURATION: "/#refused"}
    return elsewhere.get(problem.kind) or f"/sources/{quote(problem.subject, safe='')}"


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}{name}").text = one_line(text)


def _add_html(parent: etree._Element, name: str, text: str) -> None:
    """Errors quote what publishers sent: as escaped HTML no reader takes markup in them for markup."""
    _add(parent, name, html.escape(text, quote=False))
    parent[-1].set("type", "html")


def _link(parent: etree._Element, rel: str, href: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", rel=rel, href=href, type=media_type)
