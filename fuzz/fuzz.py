"""Looks for bodies that break, hang or slip past the reader, guided by coverage (atheris, over libFuzzer).

    python fuzz/fuzz.py bodies|built|markup [libFuzzer's options] [folders of seeds]

bodies   any bytes, through all readers, normalising and all written formats
built    feeds put together of the elements that feeds are made of
markup   content of an article, against an oracle of another make

A finding is written as `crash-…` or `timeout-…`; the same command with that file as its argument repeats it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "unit"))

with atheris.instrument_imports(include=["syndicator", "feedparser"]):
    from syndicator.core import dates
    from syndicator.core.model import Category, Channel, ChannelItem, Site, Source
    from syndicator.core.normalise import Setting
    from syndicator.core.sanitise import clean_html, plain_text
    from syndicator.core.text import xml_safe
    from syndicator.formats import atom, jsonfeed, rss
    from syndicator.pipeline.bodies import read_body, read_certain_body
    from syndicator.pipeline.reading import Reading, ReadingJob

import orjson
from active import active, active_address
from lxml import etree

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SITE = Site("Fuzz", "https://fuzz.example.org", "Fuzz", "en", "UTC", "Fuzz", "")
CATEGORY = Category("c", "C")
SETTING = Setting(Source("s", "https://s.example.org/feed", ("c",), "s"), SITE, (CATEGORY,), "print")

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/", "xhtml": "http://www.w3.org/1999/xhtml",
    "content": "http://purl.org/rss/1.0/modules/content/", "atom": "http://www.w3.org/2005/Atom",
    "podcast": "https://podcastindex.org/namespace/1.0", "georss": "http://www.georss.org/georss",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "psc": "http://podlove.org/simple-chapters",
}  # fmt: skip
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
NAMES = """title link guid id description summary content content:encoded subtitle tagline info pubDate dc:date updated
published created modified issued dcterms:issued dcterms:modified dcterms:created author dc:creator itunes:author name email
uri url contributor itunes:owner media:credit category dc:subject tags keywords itunes:keywords itunes:category
enclosure source media:content media:group media:thumbnail media:title media:description media:category image itunes:image
width height cloud textInput rights dc:rights copyright language dc:language ttl docs generator comments rdf:li xhtml:div
xhtml:body p div br a itunes:duration itunes:season itunes:episode itunes:explicit podcast:transcript podcast:chapters
podcast:locked atom:link atom:updated atom:author georss:point psc:chapter item entry channel""".split()  # noqa: SIM905
ATTRIBUTES = """url="/a.mp3" url="http://[" href="x" href="" href="javascript:a" type="image/png" type="html" type="xhtml"
type="text/plain" type="application/x" length="12" length="abc" medium="image" rel="enclosure" rel="self" rel="alternate"
isPermaLink="true" isPermaLink="false" term="a" label="b" scheme="x" xml:lang="el" xml:base="http://[" xml:base="b/"
fileSize="9" src="http://a.example/" mode="base64" mode="escaped" rdf:about="y" text="Arts" width="1" """.split()  # noqa: SIM905
TEXTS = """x http://[ /1 https://a.example/1?utm_source=x a@b.example(Name) &lt;b&gt;bold&lt;/b&gt; &lt;p&gt;a&lt;/p&gt;<b>c</b>
<![CDATA[<p>x</p>]]> <![CDATA[]]> <!--c--> &#xD800; &#1; &amp;amp; &nbsp; 2026-01-05T10:00:00Z 05.01.2026 1:02:03 yes urn:x:1 ü Ã¼ ٣
&lt;script&gt;x&lt;/script&gt; &lt;img/src=x/onerror=a&gt; &lt;a&#32;href=javascript:a&gt; aGVsbG8= <br/> <?pi?>""".split()  # noqa: SIM905


class Finding(Exception):
    """Something that must never be."""


def bodies(data: bytes) -> None:
    check(data)


def built(data: bytes) -> None:
    choose = atheris.FuzzedDataProvider(data)
    head, entry = _elements(choose, 3), "".join(_elements(choose, 6) for _ in range(choose.ConsumeIntInRange(1, 3)))
    match choose.ConsumeIntInRange(0, 3):
        case 0 | 1:
            body = f'<rss version="2.0" {DECLARED}><channel>{head}<item>{entry}</item></channel></rss>'
        case 2:
            body = f'<feed xmlns="http://www.w3.org/2005/Atom" {DECLARED}>{head}<entry>{entry}</entry></feed>'
        case _:
            body = f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {DECLARED}><channel>{head}</channel><item>{entry}</item></rdf:RDF>'
    check(body.encode())


def _elements(choose: atheris.FuzzedDataProvider, most: int, depth: int = 0) -> str:
    return "".join(_element(choose, depth) for _ in range(choose.ConsumeIntInRange(0, most)))


def _element(choose: atheris.FuzzedDataProvider, depth: int) -> str:
    name = choose.PickValueInList(NAMES)
    given = [choose.PickValueInList(ATTRIBUTES) for _ in range(choose.ConsumeIntInRange(0, 2))]
    attributes = " ".join({one.partition("=")[0]: one for one in given}.values())
    inside = _elements(choose, 3, depth + 1) if depth < 3 and choose.ConsumeIntInRange(0, 2) == 0 else ""
    text = choose.PickValueInList(TEXTS) if choose.ConsumeBool() else choose.ConsumeUnicodeNoSurrogates(12)
    return f"<{name} {attributes}>{inside or text}</{name}>"


def markup(data: bytes) -> None:
    choose = atheris.FuzzedDataProvider(data)
    base = choose.PickValueInList(["", "https://a.example/b/", "http://1.2.3.999/", "javascript:alert(1)"])
    text = choose.ConsumeUnicode(4000)
    judge(clean_html(text, base))
    plain = plain_text(text)
    if xml_safe(plain) != plain:
        raise Finding(f"plain text that XML cannot carry: {plain!r}")
    dates.parse(text[:200], UTC)


def check(body: bytes) -> None:
    """Read `body` as the engine does, and judge all that may be published of it."""
    job = ReadingJob(body, "https://s.example.org/feed", "", SETTING, frozenset(), NOW)
    read_certain_body(job)
    reading = read_body(job)
    if not isinstance(reading, Reading):
        return
    for flaw in reading.flaws:
        if flaw.startswith("entry ") and " dropped: " in flaw:
            raise Finding(flaw)
    for article in reading.articles:
        judge(article.content)
        addresses = (article.url, article.image, *(enclosure.url for enclosure in article.enclosures))
        if bad := [one for one in addresses if active_address(one)]:
            raise Finding(f"active addresses: {bad}")
    items = tuple(ChannelItem(article, number) for number, article in enumerate(reading.articles, 1))
    channel = Channel(SITE, CATEGORY, items, NOW, 1)
    etree.fromstring(rss.render(channel))
    etree.fromstring(atom.render(channel))
    orjson.loads(jsonfeed.render(channel))


def judge(cleaned: str) -> None:
    if found := active(cleaned):
        raise Finding(f"active: {found} in {cleaned!r}")
    if xml_safe(cleaned) != cleaned:
        raise Finding(f"markup that XML cannot carry: {cleaned!r}")


def main() -> None:
    targets = {"bodies": bodies, "built": built, "markup": markup}
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in targets:
        raise SystemExit(__doc__)
    atheris.Setup(sys.argv, targets[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
