"""Size is a smell: the limits of functions and files, with the offenders named."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"


def _functions() -> dict[str, int]:
    """The length of every function in lines, its docstring aside."""
    found: dict[str, int] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                lines = (node.end_lineno or 0) - first.lineno + 1 + (node.body[0].lineno - node.lineno)
                found[f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}"] = lines
    return found


def test_no_function_is_over_50_lines() -> None:
    assert {name: lines for name, lines in _functions().items() if lines > 50} == {}


def test_functions_are_short_on_the_whole() -> None:
    """A median of 7 lines or less, nine of ten within 25."""
    lengths = sorted(_functions().values())
    assert statistics.median(lengths) <= 7
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_no_file_is_over_400_lines() -> None:
    lines = {str(path.relative_to(SOURCE)): path.read_text().count("\n") for path in SOURCE.rglob("*.py")}
    assert {name: count for name, count in lines.items() if count > 400} == {}
