"""What a feed's entry says in full: the article's content, and what is related to it."""

from __future__ import annotations

import html

from syndicator.core.model import ChannelItem, Site

RELATED_HEADING = "News in the same category"


def entry_content(site: Site, item: ChannelItem) -> str:
    """The content as far as it may be published, and below it links to related articles, where the site wants them."""
    content = item.article.public_content
    links = "".join(
        f'<li><a href="{site.page(other.id)}">{html.escape(other.heading, quote=False)}</a></li>'
        for other in item.related[: site.related]
    )
    return f"{content}<p>{RELATED_HEADING}</p><ul>{links}</ul>" if content and links else content
