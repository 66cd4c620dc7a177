"""How many there are of something, as a person says it."""

from __future__ import annotations


def counted(number: int | str, noun: str) -> str:
    """`number`, as it is or as it was written, of what `noun` names: "1 entry", "2 entries", "0.5 entries"."""
    if str(number) == "1":
        return f"1 {noun}"
    is_entry = noun.endswith("y") and noun[-2:-1] not in "aeiou"
    return f"{number} {noun[:-1]}ies" if is_entry else f"{number} {noun}s"
