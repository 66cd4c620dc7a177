"""The table of sources that a terminal shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from syndicator.core import outcomes
from syndicator.core.listing import ListedSource, ago, until
from syndicator.core.standing import Standing

from .listing import held, outcome, pace
from .output import line

_COLOURS = dict.fromkeys(Standing, "yellow") | {Standing.FINE: "green", Standing.FAILING: "red", Standing.GONE: "red"}
_A_PAGE = 500
"""Rows of one table: the widths of columns are those of the longest cell, and nothing shows before all are known."""


def show(rows: Sequence[ListedSource], now: datetime) -> None:
    """Print `rows`, page by page."""
    console = Console(highlight=False)
    for first in range(0, len(rows), _A_PAGE):
        console.print(_table(rows[first : first + _A_PAGE], now))


def _table(rows: Sequence[ListedSource], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("source", "state", "success", "next poll"):
        table.add_column(name, no_wrap=True)
    for name in ("a day", "articles", "held"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for row in rows:
        state = row.state
        table.add_row(
            row.source.id, _said(row), ago(state.last_success_at if state else None, now), until(row.next_poll, now),
            pace(row, now), str(row.articles), held(row), Text("; ".join(map(line, filter(None, _reasons(row))))),
        )  # fmt: skip
    return table


def _said(row: ListedSource) -> Text:
    """The state in words, with how the last poll ended where that tells more."""
    ended = f", {outcome(row)}" if row.standing is Standing.FINE else ""
    return Text(f"{row.standing}{ended}", _COLOURS[row.standing])


def _reasons(row: ListedSource) -> Iterator[str]:
    yield row.why
    yield outcomes.move(row.state) if row.state else ""
    # `in 1 h 30 s: interval 1 h`: when that is from now stands in a column of its own.
    when, colon, why = row.next_why.partition(": ")
    yield why if colon and when.startswith("in ") else row.next_why
