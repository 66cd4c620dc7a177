"""Labelled articles, made of word lists: subjects that share words, and sources that each have their own phrases."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from syndicator.core.learning import Sample

_SUBJECTS = {
    "health": """hospital patient doctor nurse vaccine surgery clinic disease therapy cancer virus infection dose trial
        symptom tissue organ blood heart lung kidney diet sleep injury pain treatment ward ageing epidemic record""",
    "sport": """match goal team coach league season player stadium referee injury training transfer record final cup
        striker keeper defender penalty tournament champion medal sprint marathon race fans title heart pain trial""",
    "science": """telescope particle experiment laboratory orbit planet molecule genome cell virus species fossil theory
        quantum energy satellite climate sample measurement reactor journal hypothesis crystal laser field cancer ward""",
    "business": """market shares profit merger investor bank loan revenue quarter inflation export tariff budget energy
        startup bond currency dividend auditor contract supply retailer transfer title record budget journal race field""",
}
SUBJECTS = tuple(_SUBJECTS)
_COMMON = """said after year people new first time also week told more over than two last part work day made could most city
    report many public country group plan under number open world major early late found house state member local note since
    small large change help point start home side head call long month question"""


def samples(count: int, sources: int, seed: int = 1, muddle: float = 0.35) -> tuple[Sample, ...]:
    """`count` articles of `sources` sources, which each have one subject, a style, and phrases under every article.

    `muddle` is how often a word of the subject is one of another subject instead, for the worst of them: they differ.
    """
    chance = Random(seed)
    styles = [_style(Random(seed * 1000 + n)) for n in range(sources)]
    return tuple(_sample(n, n % sources, styles[n % sources], chance, muddle) for n in range(count))


def _style(chance: Random) -> tuple[float, str]:
    """How much of a source's text is about its subject, and what it says under each article."""
    phrase = " ".join("".join(chance.choices("abcdefghiklmnoprstu", k=6)) for _ in range(12))
    return chance.uniform(0.08, 0.3), phrase


def _sample(number: int, source: int, style: tuple[float, str], chance: Random, muddle: float) -> Sample:
    subject = SUBJECTS[source % len(SUBJECTS)]
    words = _words(subject, style[0], chance, chance.uniform(0, muddle))
    title = " ".join(next(words) for _ in range(7))
    text = " ".join(next(words) for _ in range(50))
    return Sample(f"id{number:05}", f"source{source}", title, f"{text} {style[1]}", (subject,))


def _words(subject: str, share: float, chance: Random, muddle: float) -> Iterator[str]:
    while True:
        if chance.random() > share:
            yield chance.choice(_COMMON.split())
        else:
            about = chance.choice(SUBJECTS) if chance.random() < muddle else subject
            yield chance.choice(_SUBJECTS[about].split())
