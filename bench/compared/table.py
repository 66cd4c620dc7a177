"""What was measured, as a table and as ratios."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .measured import Taken

PHASES = ("cold", "warm", "incremental")

Run = Mapping[str, Taken]
"""What each phase of one run took."""


@dataclass(frozen=True)
class Result:
    """Medians by candidate and phase; `feeds` of `mean_bytes` with `entries` in all, measured on a day at a machine.

    `leaves_out` says what work a candidate does not do.
    """

    server: str
    feeds: int
    mean_bytes: int
    entries: int
    runs: int
    settings: dict[str, int]
    taken: dict[str, dict[str, Taken]]
    leaves_out: dict[str, str]
    machine: str
    day: str


def summary(runs: Sequence[Run]) -> dict[str, Taken]:
    """Medians of all runs but the last, in which the memory was looked at."""
    *timed, looked_at = runs
    timed = timed or [looked_at]
    return {
        phase: Taken(
            median(run[phase].wall for run in timed),
            median(run[phase].cpu for run in timed),
            looked_at[phase].memory,
            looked_at[phase].answers,
        )
        for phase in PHASES
    }


def text(result: Result) -> str:
    """The table, ratios to the first candidate, and what the others leave out."""
    return "\n".join(
        [
            f"{result.feeds} feeds of {result.mean_bytes / 1000:.0f} KB, {result.entries:,} entries, served by"
            f" {result.server}; {result.machine}; medians of {result.runs}",
            *_rows(result),
            *_ratios(result),
            *(f"{name} leaves out: {what}" for name, what in result.leaves_out.items()),
        ]
    )


def _rows(result: Result) -> list[str]:
    lines = [f"{'':<36}{'':<12}{'wall s':>9}{'CPU s':>9}{'PSS MB':>9}{'answers':>9}{'articles/s':>12}"]
    for name, phases in result.taken.items():
        for phase, taken in phases.items():
            speed = f"{result.entries / taken.wall:>12,.0f}" if phase == "cold" else ""
            setting = f" ({result.settings[name]} at once)" if result.settings[name] and phase == "cold" else ""
            lines.append(
                f"{name + setting if phase == 'cold' else '':<36}{phase:<12}{taken.wall:>9.2f}{taken.cpu:>9.2f}"
                f"{_known(taken.memory):>9}{taken.answers:>9}{speed}"
            )
    return lines


def _known(memory: float) -> str:
    """What is so short that nobody could look has none."""
    return f"{memory:.0f}" if memory else "?"


def ratios(result: Result) -> dict[str, dict[str, dict[str, float]]]:
    """How many times as long the others take by the clock: as each of ours and as the least program, by whom, phase."""
    taken, ours = result.taken, _ours(result)
    return {
        own: {
            name: {phase: taken[name][phase].wall / taken[own][phase].wall for phase in PHASES}
            for name in taken
            if name not in ours
        }
        for own in ours
    }


def incremental(result: Result) -> dict[str, float]:
    """How many times as long as an incremental poll a cold one takes: of each of ours, and of the least program."""
    taken = result.taken
    return {own: taken[own]["cold"].wall / taken[own]["incremental"].wall for own in _ours(result)}


def _ours(result: Result) -> list[str]:
    return [name for name in result.taken if name.startswith(("syndicator", "the least"))]


def _ratios(result: Result) -> list[str]:
    lines = [
        f"{own} as many times as fast as {name}: {', '.join(f'{phase} {many:.1f}' for phase, many in times.items())}"
        for own, others in ratios(result).items()
        for name, times in others.items()
    ]
    return lines + [
        f"{own}: incremental is {many:.1f} times as fast as cold" for own, many in incremental(result).items()
    ]


def machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
