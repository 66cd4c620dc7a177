"""Our own output, come back through another hub: recognised, so that no article becomes another one of ours."""

from __future__ import annotations

from .canonical import lies_under
from .feed import Entry, Feed
from .identity import minted_guid
from .model import Site


def foreign(feed: Feed, url: str, site: Site) -> list[Entry]:
    """The entries of `feed`, whose body came from `url`, that are not what `site` published itself.

    Ours are those under an id that we gave, those taken from a feed of ours, and all that stand in one.
    """
    if _names_ours((url, feed.id, feed.self_url), site):
        return []
    minted = minted_guid(site, "")
    return [e for e in feed.entries if not (e.id.startswith(minted) or _names_ours(e.taken_from, site))]


def _names_ours(addresses: tuple[str, ...], site: Site) -> bool:
    """Whether one of `addresses` is that of a feed of ours."""
    return any(lies_under(address, site.feeds) for address in addresses)
