"""A configuration to start from: a newsroom that runs at once, every key explained."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from syndicator.core.errors import NotStarted

from .schema import FILE_NAME, INCLUDED_FILE_NAME, included_schema_text, schema_text

_CONFIG = "config/syndicator.yaml"
_IGNORED = "# What syndicator stores while it runs.\n/var/\n"


def start(folder: Path) -> tuple[Path, ...]:
    """Write a configuration and its schemas below `folder`, and a .gitignore if it has none; gives what was written.

    Raises NotStarted where one is there already, or the folder cannot be written.
    """
    written = {
        folder / _CONFIG: template(),
        folder / "config" / FILE_NAME: schema_text(),
        folder / "config" / INCLUDED_FILE_NAME: included_schema_text(),
    }
    if taken := [path for path in written if path.exists()]:
        raise NotStarted(str(taken[0]), "is there already")
    if not (folder / ".gitignore").exists():
        written[folder / ".gitignore"] = _IGNORED
    for path, text in written.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise NotStarted(str(path), f"cannot be written: {error.strerror}") from error
    return tuple(written)


def template() -> str:
    """The text of the configuration to start from."""
    return files(__package__).joinpath("template", "syndicator.yaml").read_text(encoding="utf-8")
