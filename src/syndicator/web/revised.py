"""What became of an article from version to version, as the operator's page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from syndicator.core.differences import Piece, differences
from syndicator.core.model import Article
from syndicator.core.revisions import Revision
from syndicator.core.sanitise import lines_of_clean
from syndicator.pipeline.explain import Explained


@dataclass(frozen=True, slots=True)
class Changed:
    """A part of a text, and what became of it."""

    part: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The edit that replaced a former version, and the parts that it changed."""

    edit: Revision
    changed: tuple[Changed, ...]


def steps(explained: Explained) -> tuple[Step, ...]:
    """What replaced each former version of an article, the latest first."""
    versions: list[Article | Revision] = [explained.article, *explained.revisions]
    texts = [_parts(version) for version in versions]
    return tuple(
        Step(edit, tuple(_changed(former, version)))
        for edit, (version, former) in zip(explained.revisions, pairwise(texts), strict=True)
    )


def _parts(version: Article | Revision) -> dict[str, str]:
    # A summary that was made of the content tells nothing besides.
    text = "\n".join(lines_of_clean(version.content))
    made = " ".join(text.split()).startswith(version.summary.removesuffix("…"))
    return {"Title": version.title, "Summary": "" if made else version.summary, "Text": text}


def _changed(former: dict[str, str], version: dict[str, str]) -> Iterator[Changed]:
    for part, text in version.items():
        if pieces := differences(former[part], text):
            yield Changed(part, pieces)
