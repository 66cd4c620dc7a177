"""The address of a subscription: of the web, or refused with a reason that tells no secret."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syndicator.core.urls import split, web_url

_WEB = re.compile(r"https?:", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
# What podcast and feed readers registered for themselves, all of it HTTP underneath: feed://a.example, feed:https://…
_READERS = re.compile(r"(?:feed|pcast|podcast|itpc):(?://)?", re.IGNORECASE)
_COMMANDS = ("exec", "filter")


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why an address is not taken; goes on from "it"."""

    reason: str


def address(given: str) -> str | NotTaken:
    """The http(s) URL that `given` means: `feed://a.example/rss` is `http://a.example/rss`."""
    # newsboat writes a command in quotes: "exec:~/bin/feed.sh".
    text = given.strip(" \t\r\n\"'")
    if readers := _READERS.match(text):
        rest = text[readers.end() :].lstrip("/")
        text = rest if _WEB.match(rest) else f"http://{rest}"
    if text.startswith("|"):
        return NotTaken("starts a program of the reader it comes from (|), and is no address of the web")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return NotTaken("is no address that begins with https:// or http://")
    if not _WEB.match(text):
        return _of_another_scheme(scheme[1].lower())
    url = web_url(text)
    parts = split(url)
    if not url or parts is None:
        return NotTaken("is an address of http or https that leads nowhere: without a host, or malformed")
    if "@" in parts.netloc:
        return NotTaken(
            "holds a user's name or a password, which should not stand in a YAML file. Add it by hand, without them, "
            'with `headers: {Authorization: "Basic ${NAME}"}` and the rest in the environment variable NAME'
        )
    return url


def _of_another_scheme(scheme: str) -> NotTaken:
    if scheme in _COMMANDS:
        return NotTaken(f"starts a program of the reader it comes from ({scheme}:), and is no address of the web")
    return NotTaken(f"has the scheme {scheme}:, and only http: and https: are taken")
