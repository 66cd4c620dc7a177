"""What filing costs against many rules, in milliseconds of CPU an article.

    make filing           table
    python bench/filing.py --json

The words, rules and articles are made up, the same each time: titles of ten words, texts of 500 (3,300 characters),
five tags. A rule's pattern is one of five kinds, as operators write them, and of its word; most find nothing.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
from collections.abc import Callable
from time import process_time
from typing import Any

from syndicator.core.categorise import Filing, Subject, _rules
from syndicator.core.model import Category, Source
from syndicator.core.rules import Match

SOURCE = Source("s", "https://s.example.org/feed", ("own",), "s")
KINDS = (r"\b{}s?\b", r"\b{}\w*", r"\b{}[ -]{}\b", "{}", r"\b(?:{}|{})\b")
ARTICLES = 200


def word(chance: random.Random) -> str:
    syllables = (chance.choice("bcdfghlmnprstv") + chance.choice("aeiou") for _ in range(chance.choice((2, 3, 3, 4))))
    return "".join(syllables) + chance.choice(["", "n", "s", "r", "t"])


def patterns(chance: random.Random, number: int) -> list[str]:
    return [KINDS[n % len(KINDS)].format(word(chance), word(chance)) for n in range(number)]


def tree(titles: list[str], texts: list[str], tags: list[str]) -> tuple[Category, ...]:
    """A category for each pattern and tag."""
    rules = [
        *(Match(title=(one,)) for one in titles),
        *(Match(text=(one,)) for one in texts),
        *(Match(tags=(one,)) for one in tags),
    ]
    return tuple(Category(f"c{n}", "", match=rule) for n, rule in enumerate(rules))


def subjects(chance: random.Random) -> list[Subject]:
    """Articles of a language of 3,000 words."""
    vocabulary = [word(chance) for _ in range(3000)]

    def text(words: int) -> str:
        return " ".join(chance.choice(vocabulary) for _ in range(words))

    return [
        Subject(text(10), text(500), f"https://s.example.org/{n}", (text(2),), "en", tuple(text(5).split()))
        for n in range(ARTICLES)
    ]


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of CPU that `work` takes, the best of five."""
    took = []
    for _ in range(5):
        began = process_time()
        work()
        took.append((process_time() - began) * 1000)
    return min(took)


def measure() -> list[dict[str, Any]]:
    """Milliseconds an article, and how many of the articles a rule fits."""
    chance = random.Random(1)
    titles, texts, tags = patterns(chance, 200), patterns(chance, 50), [word(chance) for _ in range(200)]
    near = [rf"\b{word(chance)}\W+(?:\w+\W+){{0,5}}{word(chance)}\b" for _ in range(10)]
    articles = subjects(chance)
    # A word that stands in every text: all patterns of one branch are tried alone.
    common = [*texts[:-1], rf"\b(?:{'|'.join(sorted({one.text.split()[0] for one in articles}))})\b"]
    found = []
    for name, rules in {
        "no rules": (),
        "200 title rules": tree(titles, [], []),
        "50 text rules": tree([], texts, []),
        "200 title and 50 text rules": tree(titles, texts, []),
        "the same, and 200 tags": tree(titles, texts, tags),
        "200 title and 50 text rules, one of which always fits": tree(titles, common, []),
        "10 text rules that repeat a group": tree([], near, []),
    }.items():
        filing = Filing(SOURCE, rules)
        hits = sum(len(filing.of(one).categories) > 1 for one in articles)
        took = cpu(lambda filing=filing: [filing.of(one) for one in articles]) / ARTICLES  # type: ignore[misc]
        found.append({"rules": name, "ms": took, "fits": hits / ARTICLES})
    return found


def starting() -> dict[str, float]:
    """Milliseconds before the first article of a body: in a new worker, and in one that knows the rules."""
    chance = random.Random(1)
    sent = pickle.dumps(tree(patterns(chance, 200), patterns(chance, 50), []))

    def first() -> None:
        _rules.cache_clear()
        Filing(SOURCE, pickle.loads(sent))

    return {"first": cpu(first), "again": cpu(lambda: Filing(SOURCE, pickle.loads(sent)))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    found, started = measure(), starting()
    if parser.parse_args().json:
        print(json.dumps({"filing": found, "starting": started}))
        return
    print(f"{'an article against':<56}{'CPU':>12}{'fits':>7}")
    for one in found:
        print(f"{one['rules']:<56}{one['ms']:>9.3f} ms{one['fits']:>7.0%}")
    print(f"250 patterns for a body: {started['first']:.1f} ms in a new worker, {started['again']:.1f} ms later")


if __name__ == "__main__":
    main()
