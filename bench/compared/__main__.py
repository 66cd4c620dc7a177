"""Speed beside others on this machine: the same made feeds, polled by syndicator, by every peer that is there, and by
the least program that we could write with the same libraries.

    make bench                       a table, and the same as JSON in var/bench.json
    make bench BENCH="--runs 1 --only syndicator --only newsboat"

Each run starts with a fresh database: cold (every feed is new), warm (none has changed: 304 for all who ask with
conditions, newsboat from its third poll on), incremental (one new entry in each). Medians of the runs, in which all
take turns; the memory is looked at in a further run, since that takes time. That the requests were made is checked in
the server's log, that the articles are there in each one's store.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amounts import above_zero

from . import feeds, table
from .candidate import Candidate
from .measured import Taken, measure
from .miniflux import Miniflux
from .ours import Syndicator
from .peers import Least, Newsboat, Reader, Sfeed
from .server import Publishers, publishers

_BUT_READING = "every decision but those of reading"
_CANDIDATES: tuple[Candidate, ...] = (
    Syndicator(),
    Syndicator("syndicator, no stories", stories=False, leaves_out="comparing texts for stories"),
    Reader(), Newsboat(), Sfeed(), Miniflux(),
    Least(), Least("the least, no stories", stories=False),
    Least("the least, read by us", reader="syndicator", leaves_out=_BUT_READING),
    Least("the least, read by us, no stories", False, "syndicator", _BUT_READING),
)  # fmt: skip


def main() -> None:
    parser = _parser()
    given = parser.parse_args()
    if given.json.is_dir():
        parser.error(f"--json {given.json}: this is a folder")
    given.json.parent.mkdir(parents=True, exist_ok=True)
    there = _present(given.only)
    if not there:
        parser.error("nothing that was asked for is here to be measured")
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        folder.chmod(0o755)
        newest = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: TID251
        feeds.write(folder, given.feeds, newest)
        with publishers(folder, given.feeds, given.bundled) as served:
            settings = {one.name: _best_setting(one, served, folder) for one in there}
            runs: dict[str, list[table.Run]] = {one.name: [] for one in there}
            for number in range(given.runs + 1):
                for one in there:
                    _say(f"run {number + 1} of {given.runs + 1}: {one.name}")
                    run = _run(one, served, _home(folder), settings[one.name], memory=number == given.runs)
                    runs[one.name].append(run)
        sizes = [path.stat().st_size for path in (folder / feeds.VERSIONS[0]).iterdir()]
    _say("")
    result = table.Result(
        served.kind, len(sizes), sum(sizes) // len(sizes), feeds.ENTRIES * len(sizes), given.runs, settings,
        {name: table.summary(of_one) for name, of_one in runs.items()},
        {one.name: one.leaves_out for one in there if one.leaves_out}, table.machine(), newest.date().isoformat(),
    )  # fmt: skip
    print(table.text(result))
    given.json.write_text(json.dumps(_told(result, runs), indent=1))


def _told(result: table.Result, runs: Mapping[str, Sequence[table.Run]]) -> dict[str, Any]:
    """All that is known, for JSON: of each run, too; the memory was looked at in the last of them."""
    each = {name: [{phase: asdict(one) for phase, one in run.items()} for run in many] for name, many in runs.items()}
    told = {"ratios": table.ratios(result), "incremental": table.incremental(result), "each_run": each}
    return asdict(result) | told


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compared", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=above_zero, default=500, help="how many feeds (500)")
    parser.add_argument(
        "--runs", type=above_zero, default=5, help="how many runs are timed (5, which takes twenty minutes)"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=[one.name for one in _CANDIDATES],
        help="may be given several times",
    )
    parser.add_argument("--bundled", action="store_true", help="serve with the bundled server, also where nginx is")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="the file for it (var/bench.json)")
    return parser


def _present(only: Sequence[str]) -> list[Candidate]:
    found = []
    for one in _CANDIDATES:
        if only and one.name not in only:
            continue
        if why := one.missing():
            print(f"{one.name} is left out: {why}")
        else:
            found.append(one)
    return found


def _home(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _best_setting(one: Candidate, served: Publishers, folder: Path) -> int:
    """The one with which a cold poll and a warm one are quickest together: some differ in one of the two alone."""
    if len(one.settings) == 1:
        return one.settings[0]
    took = {}
    for setting in one.settings:
        _say(f"trial: {one.name} with {setting}")
        tried = _run(one, served, _home(folder), setting, phases=("cold", "warm"))
        took[setting] = sum(phase.wall for phase in tried.values())
    return min(took, key=took.__getitem__)


def _run(
    one: Candidate, served: Publishers, home: Path, setting: int, memory: bool = False,
    phases: Sequence[str] = table.PHASES,
) -> table.Run:  # fmt: skip
    """One fresh start and the polls after it."""
    first, second = feeds.VERSIONS
    served.show(first)
    commands = one.prepare(home, served.urls, setting)
    run: dict[str, Taken] = {}
    for phase in phases:
        served.show(second if phase == "incremental" else first)
        if phase == "warm":
            for _ in range(2, one.conditional_from or 2):
                measure(commands.commands, commands.env, server=commands.server)
                served.asked()
        taken = measure(commands.commands, commands.env, memory, commands.server)
        run[phase] = replace(taken, answers=_answers(one, served, phase))
        _check_stored(one, phase, one.stored(home), len(served.urls))
    return run


def _answers(one: Candidate, served: Publishers, phase: str) -> str:
    """The status of all answers; raises where a feed was not asked for once, or what had changed was not fetched."""
    asked, count = served.asked(), len(served.urls)
    wanted = 304 if phase == "warm" and one.conditional_from else 200
    if asked != {wanted: count}:
        raise RuntimeError(f"{one.name}, {phase}: the server answered {dict(asked)} to {count} feeds")
    return " ".join(map(str, asked))


def _check_stored(one: Candidate, phase: str, stored: int, count: int) -> None:
    entries = count * (feeds.ENTRIES + (phase == "incremental"))
    if stored != entries:
        raise RuntimeError(f"{one.name}, {phase}: {stored} articles are stored, not {entries}")


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
