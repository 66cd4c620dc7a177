"""Which edits of real articles count as updates, what comparing costs, and what a kept version takes.

    python bench/updates.py FOLDER

FOLDER holds feeds as they were fetched. Every article of 20 words or more is edited in each way, and compared.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from made import NOW

from syndicator.core.feed import NotAFeed
from syndicator.core.model import Article, Category, Site, Source
from syndicator.core.normalise import Setting
from syndicator.core.revisions import compare
from syndicator.core.sanitise import text_of_clean
from syndicator.core.text import words
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.reading import ReadingJob
from syndicator.store.revisions import packed

_NUMBER = re.compile(r"(?<![\w.,:/#&-])([2-9]|[1-9]\d{1,5})(?![\w.,:/%-])(?=[^<>]*<)")
_WORD = re.compile(r"(?<![\w&/#-])([a-z]{6,})(?=[^<>]*<)")

chance = random.Random(1)


def edited(pattern: re.Pattern[str], become: Callable[[str], str]) -> Callable[[Article], Article | None]:
    """An edit of one place of a text that looks so; None where there is none."""

    def edit(article: Article) -> Article | None:
        found = list(pattern.finditer(article.content))
        if not found:
            return None
        one = chance.choice(found)
        return replace(
            article, content=article.content[: one.start(1)] + become(one[1]) + article.content[one.end(1) :]
        )  # fmt: skip

    return edit


def followed_by(line: str) -> Callable[[Article], Article]:
    return lambda article: replace(article, content=f"{article.content}<p>{line}</p>")


EDITS: dict[str, tuple[bool, Callable[[Article], Article | None]]] = {
    "a number corrected": (True, edited(_NUMBER, lambda number: str(int(number) + 7))),
    "a new paragraph of five words": (True, followed_by("Zwuleria haxoned its pivotal kramblets.")),
    "a new title": (True, lambda article: replace(article, title=f"{article.title} after all")),
    "a misspelling corrected": (False, edited(_WORD, lambda word: word[1] + word[0] + word[2:])),
    "markup": (False, lambda article: replace(article, content=article.content.replace("<p>", "<p> <b></b>"))),
    "an advertisement": (False, followed_by("Advertisement")),
    "a line to share": (False, followed_by("Share this on Facebook | Twitter | E-mail")),
    "a newsletter": (False, followed_by("Sign up for our newsletter and never miss a story.")),
    "a counter": (False, followed_by("12,345 views")),
    "a signature": (False, followed_by("(Reporting by Zwul Haxon; editing by Kram Pivot)")),
}


def articles(folder: Path) -> list[Article]:
    site, source = (
        Site("S", "https://n.example", "", "en", "UTC", "", ""), Source("s", "https://s.example/feed", (), "s"),
    )  # fmt: skip
    setting = Setting(source, site, (Category("c", "C"),), "print", backfill=False)
    found: list[Article] = []
    for path in sorted(folder.iterdir()):
        read = read_body(ReadingJob(path.read_bytes(), source.url, "", setting, frozenset(), NOW, ()))
        found += () if isinstance(read, NotAFeed) else read.articles
    return [one for one in found if len(words(text_of_clean(one.content))) >= 20]


def main() -> None:
    found = articles(Path(sys.argv[1]))
    print(f"{len(found)} articles of 20 words or more")
    costs: list[float] = []
    for name, (wanted, edit) in EDITS.items():
        right, total = 0, 0
        for before in found:
            if (after := edit(before)) is not None:
                start = perf_counter()
                right += compare(before, after).significant == wanted
                costs.append((perf_counter() - start) * 1e6)
                total += 1
        print(f"{name:32} {'an update' if wanted else 'no update'}: {right} of {total}")
    print(f"comparing takes {median(costs):.0f} µs, nine of ten at most {quantiles(costs, n=10)[-1]:.0f} µs")
    sizes = [
        (len(f"{a.title}{a.summary}{a.content}".encode()), len(packed(a.title, a.summary, a.content))) for a in found
    ]
    whole, kept = map(sum, zip(*sizes, strict=True))
    print(f"a kept version takes {median(size for _, size in sizes):.0f} bytes, {kept / whole:.0%} of its text")


if __name__ == "__main__":
    main()
