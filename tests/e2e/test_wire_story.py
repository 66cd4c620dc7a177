"""A wire story of forty sources, through the whole hub: one entry in each format, whatever the order."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import feedparser
import pytest
from running import called

from syndicator.bootstrap.parts import now

_TEXT = (
    "The harbour bridge will be closed for six weeks from Monday, the city council of Riverton said, because rust was found "
    "in 14 of its bearings during an inspection in spring. Cars have to take the tunnel while cyclists may use the ferry. "
    "Shopkeepers near the bridge fear for their trade and ask the council of Riverton for help with their rent."
)
_OTHER = (
    "A new library opens in the old mill by the river this week, with room for forty thousand books and a reading hall under "
    "the roof. Children get a floor of their own and a garden behind the house. Everybody who lives in Ashford can borrow for "
    "nothing, and guests pay a small fee for a card that is good for a year in all branches of the county."
)
_CHANGES = (("closed", "shut"), ("fear", "worry"), ("found", "discovered"), ("six weeks", "6 weeks"), ("during", "in"))
_RSS = """<rss version="2.0"><channel><title>Source {n}</title><link>https://s{n}.example/</link><language>en</language>
{items}</channel></rss>"""
_ITEM = """<item><title>{title}</title><link>{link}</link><description>{text}</description>
<pubDate>{date}</pubDate></item>"""
_YESTERDAY = now() - timedelta(days=1)
_SOURCES = 40


def _feed(number: int, chance: random.Random) -> str:
    """Some link to the agency's page (AMP, mobile, with tracking), the others tell it in words of their own."""
    text = _TEXT
    for old, new in chance.sample(_CHANGES[:3] + _CHANGES[4:], 2):
        text = text.replace(old, new)
    link = chance.choice(
        ["https://agency.example/bridge", "https://m.agency.example/bridge/", "http://www.agency.example/bridge/amp?utm_source=x"]
    ) if number % 3 == 0 else f"https://s{number}.example/bridge"  # fmt: skip
    items = [
        _ITEM.format(
            title="Harbour bridge closes",
            link=link,
            text=text + f" Read more at Source {'abcdefghij'[number % 10]}.",
            date=_date(number),
        )
    ]
    if number == 7:
        items.append(
            _ITEM.format(title="A library opens", link="https://s7.example/library", text=_OTHER, date=_date(59))
        )
    chance.shuffle(items)
    return _RSS.format(n=number, items="".join(items))


def _date(minute: int) -> str:
    return format_datetime(_YESTERDAY + timedelta(minutes=minute))


def _run(folder: Path, *words: str) -> str:
    done = called(folder, "--config", "hub.yaml", *words)
    done.check_returncode()
    return done.stdout


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_wire_story_is_one_entry_in_each_format(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    numbers = list(range(_SOURCES))
    chance.shuffle(numbers)
    for number in numbers:
        (tmp_path / f"{number}.xml").write_text(_feed(number, chance))
    sources = "".join(f"  s{number}: {{url: 'file:{number}.xml', category: news}}\n" for number in numbers)
    (tmp_path / "hub.yaml").write_text(
        f'site: {{title: Test, url: "https://hub.example"}}\nstorage: {{url: "sqlite:///hub.db"}}\n'
        f"categories: {{news: {{title: News}}, whole: {{title: Whole, duplicates: show, match: {{title: [bridge]}}}}}}\nsources:\n{sources}"
    )
    _run(tmp_path, "poll", "--all")
    _run(tmp_path, "publish")
    _run(tmp_path, "export", "--out", "out")
    for path in ("news", "all"):
        for kind in ("rss", "atom"):
            entries = feedparser.parse((tmp_path / f"out/feeds/{path}.{kind}").read_bytes()).entries
            assert sorted(entry.title for entry in entries) == ["A library opens", "Harbour bridge closes"], (
                path,
                kind,
            )
        atom = (tmp_path / f"out/feeds/{path}.atom").read_text()
        assert atom.count('rel="related"') == atom.count('title="Also reported by Source ') == _SOURCES - 1
        items = json.loads((tmp_path / f"out/feeds/{path}.json").read_text())["items"]
        told = next(item for item in items if item["title"] == "Harbour bridge closes")
        assert len(told["_syndicator"]["also"]) == _SOURCES - 1
        assert len(items) == 2
    assert len(json.loads((tmp_path / "out/feeds/whole.json").read_text())["items"]) == _SOURCES
    explained = [json.loads(line) for line in _run(tmp_path, "explain", told["id"], "--json").splitlines()]
    assert len(explained) == 1
    assert len(explained[0]["also"]) == _SOURCES - 1
