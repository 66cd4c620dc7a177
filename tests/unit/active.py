"""An oracle for markup, of another make than what is judged: html5lib parses as browsers do, and nothing is cleaned."""

from __future__ import annotations

import re

import html5lib

_ELEMENTS = {"script", "style", "base", "meta", "form", "iframe", "frame", "frameset", "object", "embed", "applet", "link",
             "svg", "math", "input", "button", "textarea", "select", "template", "noscript", "portal", "marquee"}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_ADDRESSES = {"href", "src", "poster", "cite", "action", "formaction", "background", "data", "longdesc", "usemap",
              "manifest", "ping", "codebase", "classid", "archive", "profile", "icon", "dynsrc", "lowsrc", "xlink:href"}  # fmt: skip
# What a browser takes out of an address before it looks at the scheme (WHATWG URL, basic URL parser).
_IGNORED = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def active(markup: str, container: str = "div") -> list[str]:
    """What a browser would act on in `markup`, a fragment that stands in an element `container`."""
    return _found(html5lib.parseFragment(markup, container=container, namespaceHTMLElements=False))


def active_in_page(page: str) -> list[str]:
    """The same of a whole document, where a page's own head and form count too."""
    return _found(html5lib.parse(page, namespaceHTMLElements=False))


def active_address(address: str) -> bool:
    """Whether following `address` does something else than going to a place of the web."""
    scheme = _SCHEME.match(_IGNORED.sub("", address))
    return bool(scheme and scheme[1].lower() not in _SCHEMES)


def _found(tree: object) -> list[str]:
    found: list[str] = []
    for element in tree.iter():  # type: ignore[attr-defined] # whatever tree html5lib built
        if not isinstance(element.tag, str):
            continue  # a comment
        name = element.tag.rpartition("}")[2].lower()
        if name in _ELEMENTS:
            found.append(f"<{name}>")
        for key, value in element.attrib.items():
            if _acts(str(key).rpartition("}")[2].lower(), value):
                found.append(f"<{name} {key}={value!r}>")
    return found


def _acts(name: str, value: str) -> bool:
    if name.startswith("on") or name in ("style", "srcdoc", "http-equiv", "is", "slot", "id", "name"):
        return True
    if name in ("srcset", "imagesrcset"):
        return any(active_address(candidate.split()[0]) for candidate in value.split(",") if candidate.strip())
    return name in _ADDRESSES and active_address(value)
