"""What "News in the same category" costs: terms, what is read of a category, its index, and a list.

    python bench/related.py [--articles 100000] [--url postgresql://…]

The articles are made of a word list of our own, as unevenly used as words are, the same every time. Milliseconds of CPU
of this process, the median; a database server's are not among them.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import tracemalloc
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median

from made import NOW, cpu, read, saving

from syndicator.core import configured
from syndicator.core.model import Article, Category, Source
from syndicator.core.related import NEWEST, Recent, related
from syndicator.core.terms import terms_of
from syndicator.pipeline.cluster import Clusterer
from syndicator.store.store import Store

WORDS = 20_000
BATCH = 2_000


def texts(count: int) -> Iterator[tuple[str, str]]:
    """Titles and texts of a thousand characters; the n-th commonest word comes once where the first comes n times."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwyz", k=chance.randint(3, 10))) for _ in range(WORDS)]
    shares = list(accumulate(1 / n for n in range(1, WORDS + 1)))

    def some(number: int) -> str:
        return " ".join(words[bisect(shares, chance.random() * shares[-1])] for _ in range(number))

    for _ in range(count):
        yield some(9).capitalize(), some(150)


def articles(count: int) -> Iterator[Article]:
    """Of 50 sources and one category, a minute apart."""
    plain = read(0)[0]
    for number, (title, text) in enumerate(texts(count)):
        url = f"https://s{number % 50}.example.org/{number}"
        yield replace(
            plain, id=f"a{number}", guid=url, url=url, canonical_url=url, title=title, content=f"<p>{text}</p>",
            source_id=f"s{number % 50}", sort_at=NOW - timedelta(minutes=number), terms=terms_of(title, text),
        )  # fmt: skip


def fill(store: Store, count: int) -> None:
    store.migrate()
    source = Source("s0", "https://s0.example.org/feed", ("c0",), "s0")
    store.configure(configured.states({"s0": source}, {}, {}, NOW), (Category("c0", "C"),), NOW, {})
    made = articles(count)
    while batch := tuple(article for _, article in zip(range(BATCH), made, strict=False)):
        store.save_polls([saving(0, batch)])
        Clusterer(store, (), timedelta(0)).place_newcomers()


def measure(store: Store) -> dict[str, str]:
    made = list(texts(300))
    neighbours = store.recent("c0")
    tracemalloc.start()
    recent = Recent(store.recent("c0"))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    asked = neighbours[::7]
    chosen = [related(one, recent, 6) for one in asked]
    found = {
        "terms of an article": _median([partial(terms_of, *one) for one in made]),
        f"read the newest {len(neighbours)}": _median(9 * [partial(store.recent, "c0")]),
        "index them": _median(9 * [partial(Recent, neighbours)]),
        "choose six": _median([partial(related, one, recent, 6) for one in asked]),
        "read the six": _median([partial(store.shown, "c0", ids) for ids in chosen]),
    }
    lines = {name: f"{cost:9.3f} ms" for name, cost in found.items()}
    stored = sum(len(one.terms) for one in neighbours) / len(neighbours)
    return {**lines, "stored with an article": f"{stored:6.0f} bytes", "in memory": f"{size / NEWEST:6.0f} bytes"}


def _median(works: Sequence[Callable[[], object]]) -> float:
    return median(map(cpu, works))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--url", help="an empty database; without it one is made, and deleted afterwards")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(options.url or f"sqlite:///{Path(folder) / 'bench.db'}")
        fill(store, options.articles)
        for name, cost in measure(store).items():
            print(f"{name:<26}{cost}")
        store.close()


if __name__ == "__main__":
    main()
