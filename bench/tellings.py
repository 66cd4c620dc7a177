"""Labelled texts for bench/stories.py: what tells the same as another text, and what only looks like it.

Everything is made from the texts of real feeds and from templates.tsv, with a fixed seed. The two parts share neither
texts nor generators: `TUNING` is what settings were chosen by, `HELD_OUT` what they are judged by.
"""

from __future__ import annotations

import csv
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from pathlib import Path

from syndicator.core.facts import SPELLED

_SPLIT = re.compile(r"(?<=[.!?。！？])\s+")
_PLAIN = re.compile(r"[^\W\d_]+")
_NO_SPACES = ("zh", "ja", "th")
CASELESS = ("ar", "fa", "he", "hi", "ka", "ko", *_NO_SPACES)


@dataclass(frozen=True)
class Text:
    """A title and a text in a language; all with one `truth` tell the same news."""

    truth: str
    title: str
    text: str
    language: str
    kind: str = "original"
    source: str = ""
    """No source tells a story twice: two texts of one are never taken for it."""


Words = dict[str, list[str]]
"""Words in small letters by language, as often as they are used."""
Rewrite = Callable[[random.Random, str, float, Sequence[str], str], str]


def vocabulary(texts: Sequence[Text]) -> Words:
    found: Words = defaultdict(list)
    for one in texts:
        found[one.language] += [word for word in _PLAIN.findall(one.text) if word.islower() or not word.isascii()]
    return found


# --- rewriting: numbers and names stay, as an editor leaves them -----------------------------------------


def _tokens(text: str, language: str) -> list[str]:
    return list(text) if language in _NO_SPACES else text.split(" ")


def _joined(tokens: Sequence[str], language: str) -> str:
    return ("" if language in _NO_SPACES else " ").join(tokens)


def _is_free(token: str, language: str) -> bool:
    """Whether an editor may put another word here; in German nouns too, though they look like names."""
    word = token.strip(".,;:!?()\"'«»“”„’")
    if not word or any(letter.isdigit() for letter in word) or word.casefold() in SPELLED:
        return False
    return word.islower() or language == "de" or word.upper() == word.lower()


def _other(chance: random.Random, token: str, words: Sequence[str]) -> str:
    word = chance.choice(words)
    tail = token[len(token.rstrip(".,;:!?")) :]
    return (word.capitalize() if token[:1].isupper() else word) + tail


def replaced(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Each word is another one with a probability of `share`."""
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    tokens = [
        _other(chance, token, pool) if _is_free(token, language) and chance.random() < share else token
        for token in _tokens(text, language)
    ]
    return _joined(tokens, language)


def edited(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Words are replaced, left out, put in, or change places with the next, all in all a `share` of them."""
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    tokens: list[str] = []
    for token in _tokens(text, language):
        if not _is_free(token, language) or chance.random() >= share:
            tokens.append(token)
            continue
        match chance.randrange(4):
            case 0:
                tokens.append(_other(chance, token, pool))
            case 1:
                tokens += [chance.choice(pool), token]
            case 2 if tokens and _is_free(tokens[-1], language):
                tokens.insert(len(tokens) - 1, token)
            case _:
                pass
    return _joined(tokens, language)


def consistent(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """The same word is replaced by the same other one wherever it stands, until a `share` of all is."""
    tokens = _tokens(text, language)
    free = sorted({token for token in tokens if _is_free(token, language)})
    chance.shuffle(free)
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    counts: dict[str, int] = defaultdict(int)
    for token in tokens:
        counts[token] += 1
    other: dict[str, str] = {}
    done = 0
    for token in free:
        if done >= share * len(tokens):
            break
        if counts[token] <= max(2, share * len(tokens) / 4):
            other[token] = _other(chance, token, pool)
            done += counts[token]
    return _joined([other.get(token, token) for token in tokens], language)


def in_runs(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Whole phrases of three words are written anew."""
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    tokens = _tokens(text, language)
    at = 0
    while at < len(tokens):
        if chance.random() < share / 3:
            for nth in range(at, min(at + 3, len(tokens))):
                if _is_free(tokens[nth], language):
                    tokens[nth] = _other(chance, tokens[nth], pool)
            at += 3
        at += 1
    return _joined(tokens, language)


def shortened(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Half of the `share` is left out, half is replaced by words that are not in the language at all."""
    tokens: list[str] = []
    for token in _tokens(text, language):
        if _is_free(token, language) and chance.random() < share:
            if chance.random() < 0.5:
                tokens.append("".join(chance.choices("aeioulmnrst", k=6)))
        else:
            tokens.append(token)
    return _joined(tokens, language)


def from_itself(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Words are replaced by others of the same text."""
    own = [token for token in _tokens(text, language) if _is_free(token, language)]
    return replaced(chance, text, share, [word.strip(".,;:!?") or word for word in own] or words, language)


def moved(chance: random.Random, text: str) -> str:
    """Two blocks of sentences have changed places."""
    sentences = _SPLIT.split(text)
    cut = chance.randrange(1, len(sentences)) if len(sentences) > 1 else 0
    return " ".join([*sentences[cut:], *sentences[:cut]])


def shuffled(chance: random.Random, text: str) -> str:
    """Three blocks in another order."""
    sentences = _SPLIT.split(text)
    third = max(len(sentences) // 3, 1)
    blocks = [sentences[:third], sentences[third : 2 * third], sentences[2 * third :]]
    return " ".join(sentence for nth in chance.choice([(2, 0, 1), (1, 2, 0), (0, 2, 1)]) for sentence in blocks[nth])


def pulled(chance: random.Random, text: str) -> str:
    """The end comes first, and one sentence stands somewhere else."""
    sentences = _SPLIT.split(text)
    tail = len(sentences) // 3
    sentences = [*sentences[len(sentences) - tail :], *sentences[: len(sentences) - tail]]
    sentences.insert(chance.randrange(len(sentences)), sentences.pop(chance.randrange(len(sentences))))
    return " ".join(sentences)


_BEFORE = (
    "LONDON (Wire) - ", "Our correspondent reports. ", "(Agency) -- ", "By our staff, updated at 10:42. ", "",
    "EXCLUSIVE: ",
)  # fmt: skip
_AFTER = (
    " Read more on our site.", " Continue reading this article.", "",
    " The post appeared first on the Daily Courier. © 2026 Courier Media, all rights reserved.",
    " (c) The Morning Herald 2026. Reproduction is not allowed.",
    " More on this story: our live page. Got a tip? Write to us.",
    " The post is part of our series on the week. Subscribe for 1 euro. Read also: what happened then. 27 comments",
    " Sign up for our newsletter to get the top stories every morning. Follow us on social media.",
    " This story was published by the Evening Telegraph. Copyright 2025.",
    " Reporting by our office in Brussels; editing by the night desk. Share this article. Comments (14)",
)  # fmt: skip
_BEFORE_HELD_OUT = ("Vienna/Prague, by wire: ", "In brief, for subscribers: ", "[Corrected version] ")
_AFTER_HELD_OUT = (
    " Our app brings you this and more, free for 30 days. Imprint, privacy, cookies.",
    " Photo: archive. See also page 7 of the printed edition.", " All rights with the North Coast Gazette, est. 1887.",
)  # fmt: skip


# --- templates: what differs in facts alone is other news ------------------------------------------------

_CITIES = (
    "Springfield",
    "Riverton",
    "Ashford",
    "Kingsbury",
    "Millbrook",
    "Oakham",
    "Westport",
    "Harlow",
    "Denby",
    "Calder",
)
_PEOPLE = (
    "Anna Keller",
    "Mark Osborne",
    "Julia Brandt",
    "Peter Novak",
    "Clara Jensen",
    "David Moreau",
    "Irene Costa",
    "Paul Archer",
)
_FIRMS = ("Northwind", "Acmetal", "Bluestone", "Veridian", "Halcyon", "Starling", "Tessera", "Quantor")
_TEAMS = ("Rovers", "Athletic", "Wanderers", "United", "Rangers", "Albion", "Harriers", "Borough")

_PEOPLE_OF = {
    "ru": ("Иван Петров", "Сергей Волков", "Олег Марков", "Антон Белов", "Павел Громов", "Игорь Лебедев"),
    "zh": ("王建国", "李明华", "张伟东", "陈志强", "刘海波", "赵永红"),
    "ja": ("田中健一", "佐藤美咲", "鈴木大輔", "高橋直子", "渡辺翔太", "伊藤裕子"),
    "de": ("Sabine Vogt", "Jürgen Kuhlmann", "Antje Brandner", "Uwe Rieger", "Heike Lindner", "Bernd Sommer"),
    "ar": ("خالد العمري", "ليلى حسن", "يوسف النجار", "سمير عبود", "نادية فارس", "طارق منصور"),
    "he": ("יוסי כהן", "דנה לוי", "אבי מזרחי", "רות פרץ", "משה גולן", "נועה ברק"),
    "hi": ("राजेश कुमार", "सुनीता शर्मा", "अमित पटेल", "नेहा सिंह", "विजय गुप्ता", "रेखा मिश्रा"),
    "ko": ("김민준", "이서연", "박지훈", "최수빈", "정하늘", "한도윤"),
    "th": ("สมชาย ใจดี", "วิภา ทองแท้", "ประเสริฐ แก้วมณี", "มาลี ศรีสุข", "อนันต์ บุญมี", "สุดา พงษ์ไทย"),
    "el": ("Νίκος Παππάς", "Γιώργος Λάμπρου", "Κώστας Μελάς", "Πέτρος Ζήσης", "Σπύρος Ράπτης", "Λάμπρος Κόκκινος"),
}
_SPELLED_OF = {
    "en": ("two", "three", "five", "seven", "nine", "eleven"),
    "de": ("zwei", "drei", "fünf", "sieben", "neun", "elf"),
    "fr": ("deux", "trois", "cinq", "sept", "huit", "onze"),
    "ru": ("два", "три", "четыре"),
    "zh": ("二", "三", "五", "七", "九", "十一"),
}
_FIRMS_OF = {
    "ru": ("Северсталь", "Волготрест", "Уралпром", "Балтика", "Сибмаш", "Донэнерго"),
    "zh": ("华星", "东方云", "金海", "长风", "盛达", "北辰"),
    "ja": ("山海電機", "北光製薬", "大和精工", "青葉通信", "若竹食品", "東洋鉄道"),
}


def templates(part: str, count: int, chance: random.Random) -> Iterator[Text]:
    """Instances of templates, each other news: they differ in numbers only, or in names only, or in their order.

    A name is unmarked where nothing tells it from other words, as in a headline where all words have capitals.
    """
    with (Path(__file__).parent / "templates.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["part"] == part:
                values = _values(row["differ in"], row["language"], count, chance)
                made = sorted({(row["title"].format(*one), row["text"].format(*one)) for one in values})
                for nth, (title, text) in enumerate(chance.sample(made, min(count, len(made)))):
                    truth = f"{row['differ in']} {row['name']} {nth}"
                    yield Text(truth, title, text, row["language"], f"template, other {row['differ in']}", truth)


def _values(kind: str, language: str, count: int, chance: random.Random) -> Iterable[tuple[object, ...]]:
    match kind:
        case "numbers":
            return _numbers(count, chance)
        case "spelled numbers":
            return ((word,) for word in _SPELLED_OF[language])
        case "order of numbers":
            return permutations((3, 8, 14, 21))
        case "order of names":
            return permutations(_TEAMS[:4])
        case _:
            return _names(language)


def _numbers(count: int, chance: random.Random) -> list[tuple[int, ...]]:
    return [tuple(chance.randrange(2, 97) for _ in range(5)) for _ in range(count)]


def _names(language: str) -> Iterator[tuple[str, ...]]:
    """A person, a town, a firm and a team, in all combinations."""
    return product(_PEOPLE_OF.get(language, _PEOPLE), _CITIES, _FIRMS_OF.get(language, _FIRMS), _TEAMS)


def other_event(chance: random.Random, one: Text, words: Words) -> Iterator[Text]:
    """The same topic in the same words but for a third, another event: all numbers and names are others.

    Nothing where there is neither a number nor a name to change.
    """
    swaps: dict[str, str] = {}

    def other_number(found: re.Match[str]) -> str:
        return swaps.setdefault(found[0], str(int(found[0][:6]) + chance.randrange(1, 90)))

    def other_name(found: re.Match[str]) -> str:
        made = "".join(chance.choice("bdfgklmnrst") + chance.choice("aeiou") for _ in range(3)).capitalize()
        return swaps.setdefault(found[0], made)

    def changed(text: str) -> str:
        for name in sorted(names, key=len, reverse=True):
            text = re.sub(rf"\b{re.escape(name)}\b", other_name, text)
        text = re.sub(r"[0-9]+", other_number, text)
        return replaced(chance, text, 0.3, words[one.language] or ["x"], one.language)

    small = {word for word in _PLAIN.findall(one.text) if word.islower()}
    names = {word for word in re.findall(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ]\w{2,}", one.text) if word.lower() not in small}
    if one.language in CASELESS or len(names) + len(set(re.findall("[0-9]+", one.text))) < 2:
        return
    truth = f"{one.truth} other"
    yield Text(truth, changed(one.title), changed(one.text), one.language, "same topic, other event", truth)


@dataclass(frozen=True)
class Part:
    """Generators of one half of the data; its templates have its name."""

    name: str
    rewrites: tuple[Rewrite, ...]
    moves: tuple[Callable[[random.Random, str], str], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


TUNING = Part("tuning", (replaced, in_runs, edited, consistent), (moved, shuffled), _BEFORE, _AFTER)
HELD_OUT = Part("held out", (shortened, from_itself), (pulled,), _BEFORE_HELD_OUT, _AFTER_HELD_OUT)


def tellings(part: Part, one: Text, words: Words, chance: random.Random) -> Iterator[Text]:
    """Other tellings of a text, each with its kind."""
    pool = words[one.language] or ["x"]

    def told(kind: str, title: str, text: str) -> Text:
        return Text(one.truth, title, text, one.language, kind, f"outlet {chance.randrange(1000)}")

    for share in (0.1, 0.2):
        rewrite = chance.choice(part.rewrites)
        title = rewrite(chance, one.title, share, pool, one.language)
        yield told(f"{share:.0%} rewritten", title, rewrite(chance, one.text, share, pool, one.language))
    yield told("blocks moved", one.title, chance.choice(part.moves)(chance, one.text))
    yield told("boilerplate", one.title, chance.choice(part.before) + one.text + chance.choice(part.after))
