"""Classify: what neither its source nor a rule files goes where the classifier tells."""

from __future__ import annotations

from collections.abc import Sequence

from syndicator.core import learning
from syndicator.core.categorise import Filing
from syndicator.core.model import Article

from .ports import Classify


def classified(
    classify: Classify | None, filing: Filing, articles: Sequence[Article], known: Sequence[Article | None],
    ask_again: bool = False,
) -> list[Article]:  # fmt: skip
    """`articles`, of which the classifier files what nothing else does.

    What it has filed as it is `known` stays where it is, unless it is to be asked again; without a model it is not.
    """
    found = list(articles)
    if classify is None:
        return found
    asks_again = ask_again and classify.made is not None
    asked: list[int] = []
    for n, (article, before) in enumerate(zip(articles, known, strict=True)):
        if not article.unfiled:
            continue
        if before and not asks_again and (same := learning.refiled(article, before, classify.offered)):
            found[n] = same
        else:
            asked.append(n)
    for n, told in zip(asked, classify([articles[n] for n in asked]), strict=True):
        if told:
            found[n] = filing.filed(articles[n], told)
    return found
