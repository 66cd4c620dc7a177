"""Broken configurations, each with what the operator is told of it: a case is a file, and another beside it.

A change of words is a decision: `--update-golden` writes them anew. Read them as who made the mistake would.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicator.config.loading import load_settings
from syndicator.core.errors import ConfigError
from syndicator.runners.cron import next_time

BROKEN = Path(__file__).parent / "broken"
OURS = Path(__file__).parents[3] / "config"
CASES = sorted(BROKEN.glob("*.yaml"))
ENVIRONMENT = {"PORT": "eighty", "EMPTY": ""}


def _told(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, ENVIRONMENT, lambda text: next_time(text, "UTC"))
    return "".join(f"{str(one).replace(f'{BROKEN}/', '')}\n" for one in caught.value.problems)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_broken_configuration_is_told_as_it_was(case: Path, request: pytest.FixtureRequest) -> None:
    told, golden = _told(case), case.with_suffix(".txt")
    if request.config.getoption("--update-golden"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def test_no_case_is_without_its_golden_file_and_none_is_left_over() -> None:
    assert [one.stem for one in sorted(BROKEN.glob("*.txt"))] == [one.stem for one in CASES]
    assert len(CASES) > 40


@pytest.mark.parametrize("name", ["syndicator.yaml", "demo.yaml"])
def test_a_file_cut_at_any_byte_is_right_or_told_of(tmp_path: Path, name: str) -> None:
    """An editor that saves, or a disk that is full, leaves the beginning of a file."""
    whole, path = (OURS / name).read_bytes(), tmp_path / name
    # Every place in the lines that say something, for comments say nothing.
    said = [at for at in range(len(whole)) if not whole[whole.rfind(b"\n", 0, at) + 1 : at].lstrip().startswith(b"#")]
    assert [at for at in said[::3] if not _is_judged(path, whole[:at])] == []


def _is_judged(path: Path, body: bytes) -> bool:
    try:
        load_settings(path, {}, body=body)
    except ConfigError as error:
        return error.problems != ()
    return True
