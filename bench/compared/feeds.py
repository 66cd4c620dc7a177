"""Feeds that are the same every time, in two versions: the second has one new entry in each, and an old one less.

Texts are of made words, as common and as rare as words are. Half of the feeds hold summaries and half whole texts, half
are RSS and half Atom: 30 entries and 73 KB in the mean. Every fifteenth entry is a report that four feeds tell.
"""

from __future__ import annotations

import os
import random
from datetime import datetime, timedelta
from functools import cache
from html import escape
from itertools import accumulate
from pathlib import Path

ENTRIES = 30
VERSIONS = ("first", "second")

_VOCABULARY = 4000
_SYLLABLES = ("bcdfghlmnprstv", "aeiou")
_SHARED = 15  # every so manieth entry is one that all four feeds of a group tell
_SUMMARY_WORDS = 52
_PARAGRAPHS, _PARAGRAPH_WORDS = 7, 57


def write(folder: Path, count: int, newest: datetime) -> None:
    """Write `count` feeds of each version below `folder`; `newest` is the date of the newest entry of all."""
    for new, version in enumerate(VERSIONS):
        (folder / version).mkdir(parents=True)
        for number in range(count):
            path = folder / version / name(number)
            path.write_text(feed(number, range(-new, ENTRIES - new), newest), encoding="utf-8")
            changed = (newest + timedelta(minutes=new)).timestamp()
            os.utime(path, (changed, changed))  # Last-Modified, and nginx's ETag


def name(number: int) -> str:
    return f"{number}.xml"


def category(number: int) -> str:
    """The category in which a hub files a feed: ten for all."""
    return f"c{number % 10}"


def feed(number: int, entries: range, newest: datetime) -> str:
    """A feed of these `entries`: the one numbered 0 is an hour older than `newest`, each next one another hour."""
    home = f"https://s{number}.example.org/"
    make, full = (_rss_entry, _atom_entry)[number // 2 % 2], number % 2 == 0
    body = "".join(make(number, n, newest - timedelta(hours=n + 1, seconds=number), full) for n in entries)
    if make is _atom_entry:
        head = f'<title>Source {number}</title><id>{home}</id><link href="{home}"/><updated>{newest:%FT%TZ}</updated>'
        return f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}{body}</feed>'
    head = f"<title>Source {number}</title><link>{home}</link><description>News of {number}</description>"
    modules = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {modules}><channel>{head}{body}</channel></rss>'


def _rss_entry(number: int, n: int, date: datetime, full: bool) -> str:
    title, summary, html = _texts(number, n)
    url = f"https://s{number}.example.org/news/{n}"
    content = f"<content:encoded><![CDATA[{html}]]></content:encoded>" if full else ""
    return (
        f"<item><title>{title}</title><link>{url}</link><guid>{url}</guid><dc:creator>Desk {number}</dc:creator>"
        f"<category>{title.split()[0]}</category><pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{escape(f'<p>{summary}</p>')}</description>{content}</item>\n"
    )


def _atom_entry(number: int, n: int, date: datetime, full: bool) -> str:
    title, summary, html = _texts(number, n)
    url = f"https://s{number}.example.org/news/{n}"
    content = f'<content type="html">{escape(html)}</content>' if full else ""
    return (
        f'<entry><title>{title}</title><id>{url}</id><link href="{url}"/><author><name>Desk {number}</name></author>'
        f'<category term="{title.split()[0]}"/><published>{date:%FT%TZ}</published><updated>{date:%FT%TZ}</updated>'
        f"<summary>{summary}</summary>{content}</entry>\n"
    )


def _texts(number: int, n: int) -> tuple[str, str, str]:
    """Title, summary and whole text, as HTML, of an entry."""
    teller = f"group {number // 4}" if n % _SHARED == _SHARED - 1 else f"source {number}"
    chance = random.Random(f"{teller} {n}")
    title = _words(chance, 9).capitalize()
    paragraphs = [_words(chance, _PARAGRAPH_WORDS).capitalize() + "." for _ in range(_PARAGRAPHS)]
    summary = " ".join(paragraphs[0].split()[:_SUMMARY_WORDS])
    link = f'<a href="/about/{chance.randrange(99)}" class="more" onclick="go()">{_words(chance, 3)}</a>'
    html = f'<p><img src="/images/{n}.jpg" alt="{title}" width="640" height="360"/></p>' + "".join(
        f'<p class="text">{text} {link}, <em>{_words(chance, 4)}</em>.</p>\n' for text in paragraphs
    )
    return title, summary, html


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Words, and how often each stands, added up: the second half as often as the first (Zipf)."""
    chance = random.Random("words")
    made = {"".join(map(chance.choice, _SYLLABLES * chance.choice((1, 2, 2, 3)))) for _ in range(3 * _VOCABULARY)}
    words = sorted(made)
    chance.shuffle(words)
    words = words[:_VOCABULARY]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def _words(chance: random.Random, count: int) -> str:
    words, weights = _vocabulary()
    return " ".join(chance.choices(words, cum_weights=weights, k=count))
