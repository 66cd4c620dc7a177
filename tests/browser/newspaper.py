"""A small newspaper to look at: pictures of every kind, two directions of writing, and a host of its own for media."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import timedelta

from builders import NOW, article, configure, place_newcomers, publisher, source
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syndicator.core.feed import Enclosure, Person
from syndicator.core.identity import New
from syndicator.core.model import Article, Category, Provenance, SourceState
from syndicator.core.work import Saving
from syndicator.store.store import Store

TREE = (
    Category("health", "Health", "Medicine and public health"),
    Category("health/oncology", "Oncology", "Cancer, from screening to rehabilitation"),
    Category("science", "Science", "Research and space"),
    Category("world", "العالم", "أخبار من كل مكان"),
)
WITHDRAWN = (Category("alchemy", "Alchemy"),)
ARTICLES = 40
ARCHIVE_SIZE = 15

_WORDS = (
    "Nine pharmacies that used to close at eight have agreed to take turns through the night, so that no village in the "
    "district is more than forty minutes from an open counter, and the rota hangs on every door. "
)
_ARABIC = "اتفقت تسع صيدليات على التناوب ليلا حتى لا تبعد أي قرية أكثر من أربعين دقيقة عن صيدلية مفتوحة. "


def _content(media: str) -> str:
    return (
        f"<p>{_WORDS * 2}</p><h2>What changes</h2><p>{_WORDS}<a href='https://src.example.org/rota'>The rota</a>.</p>"
        f"<figure><img src='{media}/600x400/f.png' alt='A counter'><figcaption>The counter at night.</figcaption></figure>"
        f"<p><img src='{media}/300x600/p.png' alt=''></p><p>{_WORDS}</p>"
        f"<img src='{media}/800x200/w.png' width='800' height='200' alt='A street'>"
        "<blockquote><p>We had the longest way of all.</p></blockquote><ul><li>North: one</li><li>South: two</li></ul>"
        "<table><tr><th>Place</th><th>Open until</th></tr><tr><td>Hilltop-upon-the-very-long-river</td><td>06:00</td></tr></table>"
        f"<pre>{'wide ' * 40}</pre><p>{'unbroken' * 30}</p>"
    )


def articles(media: str) -> list[Article]:
    """The newest first; `media` is the address of the host that pictures and sounds are on."""
    made = [_article(number, media) for number in range(ARTICLES)]
    made[1] = replace(made[1], title="صيدليات القرى تتناوب على السهر", summary=_ARABIC * 2, content=f"<p>{_ARABIC * 6}</p>",
                      language="ar", categories=("world",), provenance=Provenance("صحيفة الجبل", "https://ar.example.org/feed"))  # fmt: skip
    made[2] = replace(made[2], content_policy="summary", content="<p>Secret content.</p>", summary="The summary alone.")
    made[3] = replace(made[3], content_policy="link", content="<p>Secret content.</p>", summary="Secret summary.")
    return made


def _article(number: int, media: str) -> Article:
    plain = article()
    shape = ("600x400", "400x400", "200x500")[number % 3]
    return replace(
        plain, id=f"a{number}", guid=f"urn:x:{number}", source_id=f"s{number % 3}", title=f"Pharmacies {number} share one night rota in the district",
        url=f"https://src.example.org/{number}", canonical_url=f"https://src.example.org/{number}", summary=_WORDS * 2,
        content=_content(media) if number == 0 else f"<p>{_WORDS}</p>", sort_at=NOW - timedelta(hours=number),
        published=NOW - timedelta(hours=number), updated=NOW - timedelta(hours=number), categories=(("health", "science")[number % 5 == 4],),
        image=f"{media}/{shape}/{number}.png" if number % 4 != 3 else "", authors=(Person("Ada Lovelace", "", ""), Person("Ben", "", "")),
        enclosures=(Enclosure(f"{media}/talk.mp3", "audio/mpeg", 1234567),) if number == 0 else (), tags=("night", "villages"),
        provenance=Provenance(f"Mountain Herald {number % 3}", "https://src.example.org/feed", "https://src.example.org/"),
    )  # fmt: skip


def fill(store: Store, media: str) -> None:
    """Publish the newspaper."""
    store.migrate()
    configure(store, [source()], (*TREE, *WITHDRAWN), NOW)
    configure(store, [source()], TREE, NOW)
    state = SourceState("src", "src", "https://src.example.org/feed", NOW)
    store.save_polls([Saving(state, tuple(New(one) for one in reversed(articles(media))))])
    place_newcomers(store)
    publisher(store, TREE).publish()


def media_host() -> Starlette:
    """Pictures by their size: `/600x400/name.png`."""
    return Starlette(routes=[Route("/{width:int}x{height:int}/{name}", _picture)])


def _picture(request: Request) -> Response:
    width, height = request.path_params["width"], request.path_params["height"]
    rows = b"".join(b"\0" + bytes((70 + y * 90 // height, 110 + y * 60 // height, 140)) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in chunks
    )
    return Response(b"\x89PNG\r\n\x1a\n" + body, media_type="image/png")
