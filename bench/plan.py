"""How many stored articles a second `plan` files anew, to tell what another configuration would move.

    python bench/plan.py [--articles 20000] [--url postgresql://…]

Articles and rules are those of bench/filing.py: texts of 3,300 characters. Wall-clock time, reading included.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from filing import patterns, subjects, tree
from made import NOW, read, saving

from syndicator.core import configured
from syndicator.core.model import Article, Category, Source
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.refile import plan
from syndicator.store.store import Store

SOURCES = {f"s{n}": Source(f"s{n}", f"https://s{n}.example.org/feed", ("c0",), f"s{n}") for n in range(20)}
OWN = Category("c0", "C")


def articles(chance: random.Random, source: int, count: int) -> Iterator[Article]:
    """Articles of one source, filed where it is."""
    plain = read(0)[0]
    for number, one in enumerate(islice(cycle(subjects(chance)), count)):
        url = f"https://s{source}.example.org/{number}"
        yield replace(
            plain, id=f"a{source}-{number}", guid=url, url=url, canonical_url=url, title=one.title,
            content=f"<p>{one.text}</p>", source_id=f"s{source}", tags=one.tags, categories=("c0",),
            filed_by=(f"filed in c0 by source s{source}",),
        )  # fmt: skip


def fill(store: Store, chance: random.Random, count: int) -> None:
    store.migrate()
    store.configure(configured.states(SOURCES, {}, {}, NOW), (OWN,), NOW, {})
    for source in range(len(SOURCES)):
        store.save_polls([saving(source, tuple(articles(chance, source, count // len(SOURCES))))])
        Clusterer(store, (), timedelta(0)).place_newcomers()


def rate(store: Store, rules: tuple[Category, ...]) -> tuple[float, int]:
    """Articles a second, and how many would move."""
    began, looked_at, moved = perf_counter(), 0, 0
    for count, moves in plan(store, SOURCES, (OWN, *rules)):
        looked_at, moved = looked_at + count, moved + len(moves)
    return looked_at / (perf_counter() - began), moved


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--url", help="an empty database; without it one is made, and deleted afterwards")
    options = parser.parse_args()
    chance = random.Random(1)
    titles, texts = patterns(chance, 200), patterns(chance, 50)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(options.url or f"sqlite:///{Path(folder) / 'bench.db'}")
        fill(store, chance, options.articles)
        for name, rules in {
            "sources alone": (),
            "20 title rules": tree(titles[:20], [], []),
            "200 title and 50 text rules": tree(titles, texts, []),
        }.items():
            found, moved = rate(store, rules)
            print(f"{name:<30}{found:>8,.0f} articles a second, {moved:,} would move")
        store.close()


if __name__ == "__main__":
    main()
