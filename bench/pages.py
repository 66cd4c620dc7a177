"""What a page costs to make, and how many a second one web process serves from memory, by wrk.

    make pages

Needs wrk. Everything is on loopback, and stops by itself.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests
from made import CATEGORIES, SITE
from serving import CONNECTIONS, Rate, ours, publish, wrk

from syndicator.core.model import Article
from syndicator.store.store import Store
from syndicator.web.conditional import gzipped
from syndicator.web.pages import Pages

RELATED = 6


def milliseconds(make: Callable[[], object], rounds: int = 200) -> float:
    """CPU time of one call, the least of `rounds`: whatever else the machine does only adds to it."""
    spent = []
    for _ in range(rounds):
        before = time.process_time()
        make()
        spent.append(time.process_time() - before)
    return 1000 * min(spent)


def costs(store: Store) -> dict[str, float]:
    """Milliseconds of CPU for what is done when a page is not in memory."""
    pages = Pages(SITE, CATEGORIES)
    items = store.newest("c0", 30)
    found = store.article(items[0].article.id)
    assert found
    change, related = found, tuple[Article, ...](item.article for item in items[1 : RELATED + 1])
    html = pages.article(change, related).encode()
    return {
        "read an article": milliseconds(lambda: store.article(change.article.id)),
        "render its page": milliseconds(lambda: pages.article(change, related)),
        "compress it": milliseconds(lambda: gzipped(html)),
        "render a category": milliseconds(lambda: pages.category_page(CATEGORIES[0], items)),
    }


def rates(url: str, article: str, seconds: int) -> dict[str, Rate]:
    """Answers a second from memory."""
    with ours(url) as address:
        found = {}
        for name, path in (("article", f"/articles/{article}"), ("category", "/categories/c0"), ("front", "/")):
            requests.get(address + path, timeout=10).raise_for_status()
            found[name] = wrk(address + path, seconds)
        return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    if not shutil.which("wrk"):
        sys.exit("not installed: wrk")
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name)}/bench.db"
        publish(url)
        store = Store(url, read_only=True)
        spent = costs(store)
        served = rates(url, store.newest("c0", 1)[0].article.id, given.seconds)
        store.close()
    if given.json:
        print(json.dumps({"milliseconds": spent, **{name: vars(rate) for name, rate in served.items()}}))
        return
    print("milliseconds of CPU for what is not in memory")
    for what, cost in spent.items():
        print(f"  {what:<18}{cost:>6.2f}")
    print(f"from memory, {CONNECTIONS} connections, one web process")
    for name, rate in served.items():
        print(f"  {name:<10}{rate.a_second:>9,.0f} a second, p99 {rate.p99:.1f} ms")


if __name__ == "__main__":
    main()
