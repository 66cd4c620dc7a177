"""Preview: what a source's articles would be, or those of the feed that its page leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from syndicator.core.feed import FeedLink, NotAFeed
from syndicator.core.fetching import Fetched, FetchFailed, FetchRequest, Gone
from syndicator.core.normalise import Setting
from syndicator.core.urls import bases, same_origin

from .ports import Clock, Fetch, Read
from .reading import Reading, ReadingJob

_COMMON = ("feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "rss", "feed.json")
"""Where sites keep a feed that their pages do not link."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands at `url`: `reading` says why in a text where it is no feed.

    `feeds` are those that the page at the source's own address leads to; () where a feed stands there.
    """

    url: str
    reading: Reading | str
    feeds: tuple[FeedLink, ...] = ()


class Previewer:
    """Reads feeds without storing anything; `allows` says what may be fetched that nobody subscribed to."""

    def __init__(self, fetch: Fetch, allows: Callable[[str], bool], read: Read, clock: Clock) -> None:
        self._fetch = fetch
        self._allows = allows
        self._read = read
        self._clock = clock

    def __call__(self, setting: Setting) -> Preview:
        """The feed at the source's address, else the first that the page there links, else one at a common path."""
        url = setting.source.url
        found = self._look(url, setting)
        if not isinstance(found, NotAFeed):
            return Preview(url, found)
        if found.feeds is None:
            return Preview(url, found.reason)
        return self._linked(setting, found.reason, found.feeds) if found.feeds else self._guessed(setting, found.reason)

    def _linked(self, setting: Setting, reason: str, feeds: tuple[FeedLink, ...]) -> Preview:
        first = feeds[0].url
        found = self._look_if_allowed(first, setting)
        if isinstance(found, Reading):
            return Preview(first, found, feeds)
        return Preview(first, f"{reason}. The first: {found.reason if isinstance(found, NotAFeed) else found}", feeds)

    def _guessed(self, setting: Setting, reason: str) -> Preview:
        url = setting.source.url
        for guess in _guesses(url):
            found = self._look_if_allowed(guess, setting)
            if isinstance(found, Reading):
                return Preview(guess, found, (FeedLink(guess, found.title),))
        return Preview(
            url, f"{reason}. There is none at {', '.join(_COMMON)} either, as far as robots.txt lets us look"
        )

    def _look_if_allowed(self, url: str, setting: Setting) -> Reading | NotAFeed | str:
        if not self._allows(url):
            return "robots.txt does not let us, or cannot be had; name it as the source's url to do so on your own word"
        return self._look(url, setting)

    def _look(self, url: str, setting: Setting) -> Reading | NotAFeed | str:
        """What stands at `url`; a text says why nothing could be fetched."""
        source = setting.source
        headers = source.headers if same_origin(url, source.url) else ()
        fetched = self._fetch(FetchRequest(url, headers=headers))
        match fetched:
            case Fetched():
                setting = replace(setting, source=replace(source, url=url))
                job = ReadingJob(fetched.body, fetched.url, fetched.content_type, setting, frozenset(), self._clock())
                return self._read(job).result()
            case FetchFailed():
                return fetched.error
            case Gone():
                return "the publisher says the feed is gone (410)"
        return "the host asked for quiet"


def _guesses(url: str) -> Iterator[str]:
    """The common places below the page's folder, and then below the site's root."""
    return (urljoin(base, path) for base in dict.fromkeys(bases(url)) for path in _COMMON)
