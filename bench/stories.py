"""How well the same news is recognised, on labelled texts, and what that costs.

    make stories                    tables
    python bench/stories.py [FOLDER of feeds] [--json] [--tuning] [--most 1000000]

Texts come from real feeds, other tellings of them from bench/tellings.py, all with a fixed seed. Every text
is compared with all others through the index, as an engine does it; any pair of texts that do not tell the same and are
taken for it is a false merge. `--tuning` shows the part by which settings were chosen, without the held-out one.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from tellings import CASELESS, HELD_OUT, TUNING, Part, Text, Words, other_event, tellings, templates, vocabulary

from syndicator.core.fingerprint import MINIMA, fingerprint, minima
from syndicator.core.model import Category, Site, Source
from syndicator.core.nearby import Nearby
from syndicator.core.normalise import Setting
from syndicator.core.sanitise import text_of_clean
from syndicator.core.work import Fingerprint
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.reading import Reading, ReadingJob

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
WINDOW = timedelta(days=7)
SITE = Site("Bench", "https://bench.example.org", "Bench", "en", "UTC", "Bench", "")
SHORT = 40
"""Words: as in `fingerprint`."""


def read_texts(folder: Path) -> list[Text]:
    """The distinct texts of a folder of feeds."""
    found: dict[str, Text] = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        source = Source(path.stem, "https://feeds.example.org/feed", ("c",), path.stem)
        setting = Setting(source, SITE, (Category("c", "C"),), "print", backfill=True)
        read = read_body(ReadingJob(path.read_bytes(), source.url, "", setting, frozenset(), NOW))
        for article in read.articles if isinstance(read, Reading) else ():
            text = text_of_clean(article.content) or article.summary
            language = article.language.partition("-")[0].lower()
            if len(text) >= 40:
                # A text that stands there in two encodings is one.
                key = re.sub(r"\W+|[^\x00-\x7f]", "", text)[:300] or text
                found.setdefault(
                    key, Text(f"{path.stem} {article.id}", article.title, text, language, source=path.stem)
                )
    return list(found.values())


def halves(texts: Sequence[Text]) -> tuple[list[Text], list[Text]]:
    """Two parts of the texts; all of one feed are in one."""
    feeds = sorted({one.truth.split()[0] for one in texts})
    random.Random(11).shuffle(feeds)
    first = set(feeds[::2])
    return [one for one in texts if one.truth.split()[0] in first], [
        one for one in texts if one.truth.split()[0] not in first
    ]


@dataclass
class Row:
    """Of one kind of text: how many there are, how many found their original, and the pairs that were taken for one."""

    texts: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0


@dataclass
class Judged:
    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    examples: list[str] = field(default_factory=list)


def kind_of(one: Text) -> str:
    if one.kind.startswith("template") or one.kind == "same topic, other event":
        return one.kind
    if len(f"{one.title} {one.text}".split()) < SHORT and one.language not in CASELESS:
        return f"{one.kind}, short"
    if one.language in CASELESS:
        return f"{one.kind}, no capitals"
    return f"{one.kind}, German" if one.language == "de" else one.kind


def shown(one: Text) -> str:
    return f"{one.kind}: {one.title[:50]!r} {one.text[:100]!r}"


def judge(part: Part, texts: Sequence[Text], words: Words, seed: int) -> Judged:
    """Put all texts into one index, and ask it of each."""
    chance = random.Random(seed)
    made = list(texts)
    for one in texts:
        made += tellings(part, one, words, chance)
        made += other_event(chance, one, words)
    made += templates(part.name, 60, chance)
    chance.shuffle(made)
    prints = [fingerprint(one.title, one.text) for one in made]
    nearby = Nearby(WINDOW, lambda ids: {id_: (made[int(id_)].title, made[int(id_)].text) for id_ in ids})
    pairs = zip(made, prints, strict=True)
    nearby.add_all(Fingerprint(str(n), NOW, one.language, body) for n, (one, body) in enumerate(pairs) if body)
    original = {one.truth: str(n) for n, one in enumerate(made) if one.kind == "original"}
    judged = Judged()
    for number, (one, body) in enumerate(zip(made, prints, strict=True)):
        row = judged.rows[kind_of(one)]
        (near,) = nearby.take_in([Fingerprint(str(number), NOW, one.language, body)]) if body else ([],)
        near = [pair for pair in near if made[int(pair[0])].source != one.source]
        ids = {id_ for id_, _ in near}
        row.texts += 1
        row.found += original.get(one.truth) in ids
        for id_, score in near:
            other = made[int(id_)]
            row.right += other.truth == one.truth
            row.wrong += other.truth != one.truth
            if other.truth != one.truth:
                judged.examples.append(f"{score:.2f} {shown(one)} | {shown(other)}")
    return judged


def table(name: str, judged: Judged) -> None:
    print(f"\n{name:<34}{'texts':>7}{'recall':>9}{'precision':>11}{'false':>7}")
    for kind, row in sorted(judged.rows.items()):
        asked = not kind.startswith(("original", "template", "same topic"))
        recall = f"{row.found / row.texts:.3f}" if asked else ""
        pairs = row.right + row.wrong
        print(f"{kind:<34}{row.texts:>7}{recall:>9}{row.right / pairs if pairs else 1:>11.4f}{row.wrong:>7}")
    right, wrong = (sum(getattr(row, key) for row in judged.rows.values()) for key in ("right", "wrong"))
    print(f"{'all pairs':<34}{'':>16}{right / (right + wrong):>11.4f}{wrong:>7}")


# --- what it costs ------------------------------------------------------------------------------------


def memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def crowd(count: int) -> Iterator[Fingerprint]:
    """As many other texts as are wanted, with signatures of nobody."""
    chance = random.Random(2)
    some = fingerprint("Some title", "Some words that make a text of several words")
    for number in range(count):
        strange = some.replace(minima(some), chance.randbytes(2 * MINIMA))
        yield Fingerprint(f"{number:016d}", NOW + WINDOW * (number / count), "en", strange)


def cost(texts: Sequence[Text], count: int) -> dict[str, float]:
    """Milliseconds an article with `count` in the window, for its fingerprint and the index; bytes of memory each."""
    asked = texts[:2000]
    said = {f"new {n}": (one.title, one.text) for n, one in enumerate(asked)}
    gc.collect()
    before = memory()
    nearby = Nearby(WINDOW, lambda ids: {id_: said[id_] for id_ in ids})
    began = perf_counter()
    nearby.add_all(crowd(count))
    load, size = perf_counter() - began, (memory() - before) / count
    began = perf_counter()
    made = [
        Fingerprint(f"new {n}", NOW + WINDOW, one.language, fingerprint(one.title, one.text))
        for n, one in enumerate(asked)
    ]
    fingerprinting = perf_counter() - began
    began = perf_counter()
    nearby.take_in(one for one in made if one.body)
    searching = perf_counter() - began
    return {
        "articles": count, "fingerprint ms": fingerprinting / len(asked) * 1000,
        "index ms": searching / len(asked) * 1000, "memory bytes": size, "start s": load,
    }  # fmt: skip


def costs(texts: Sequence[Text], most: int) -> list[dict[str, float]]:
    """Each in a process of its own, so that nothing is left in memory of the one before."""
    counts = [count for count in (10_000, 100_000, 1_000_000) if count <= most]
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        return list(processes.map(cost, repeat(texts), counts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/corpus/real"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--examples", type=int, default=0, help="show so many false merges")
    parser.add_argument("--most", type=int, default=1_000_000)
    options = parser.parse_args()
    texts = read_texts(options.folder)
    if not texts:
        sys.exit(f"There are no feeds in {options.folder}; name a folder with some.")
    words = vocabulary(texts)
    tuning, held_out = halves(texts)
    parts = {"tuning": judge(TUNING, tuning, words, 1)}
    if not options.tuning:
        parts["held out"] = judge(HELD_OUT, held_out, words, 2)
    found = {name: {kind: vars(row) for kind, row in judged.rows.items()} for name, judged in parts.items()}
    if options.json:
        print(json.dumps({"judged": found, "costs": costs(texts, options.most)}))
        return
    for name, judged in parts.items():
        table(name, judged)
        for example in judged.examples[: options.examples]:
            print("   ", example)
    print(f"\n{'in the window':>14}{'fingerprint':>13}{'index':>10}{'together':>10}{'memory':>13}{'start':>9}")
    for one in costs(texts, options.most):
        together = one["fingerprint ms"] + one["index ms"]
        print(f"{one['articles']:>14,.0f}{one['fingerprint ms']:>10.3f} ms{one['index ms']:>7.3f} ms{together:>7.3f} ms"
              f"{one['memory bytes']:>7,.0f} bytes{one['start s']:>7.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
