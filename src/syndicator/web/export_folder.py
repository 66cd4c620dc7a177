"""The folder that is exported into: only what changed is written, only what was written before is deleted."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from syndicator.core.errors import ExportFailed, ExportRunning, NotEmpty

MANIFEST = ".syndicator-export"
"""Lists what was exported, a path a line: what does not stand in it is not ours to delete."""
_LOCK = ".syndicator-export.lock"
_NEW = ".syndicator-export.new"
"""What a file is called while it is written; there is at most one, since there is one export at a time."""
_OURS = {MANIFEST, _LOCK, _NEW}


@dataclass(frozen=True, slots=True)
class Written:
    """What an export did to its files."""

    written: int
    unchanged: int
    deleted: int

    @property
    def files(self) -> int:
        return self.written + self.unchanged


@contextmanager
def export_folder(path: Path) -> Iterator[ExportFolder]:
    """The folder at `path`, made where it is missing, for one export at a time.

    Raises NotEmpty for a folder that holds something and was not exported into, ExportRunning, and ExportFailed.
    """
    with _explained(path):
        _make(path)
        if not (path / MANIFEST).exists() and {one.name for one in path.iterdir()} - _OURS:
            raise NotEmpty(str(path))
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportRunning(str(path)) from None
        yield ExportFolder(path)
    finally:
        os.close(lock)


class ExportFolder:
    """One export: tell what to `expect`, `put` it, and `finish`."""

    def __init__(self, path: Path) -> None:
        self._root = path.resolve()
        self._known = self._listed()
        self._now: set[str] = set()
        self._written = 0
        self._inside: set[Path] = set()
        """Folders that are known to lie below the root."""

    def expect(self, files: Iterable[str]) -> None:
        """Note `files` beside what was there before: an export that is killed leaves nothing unaccounted."""
        before, self._known = self._known, self._known.union(files)
        for file in self._known:
            _check(file)
        for folder in {PurePosixPath(file).parent for file in before}:
            self._clear(folder)
        self._list(self._known)

    def put(self, file: str, body: bytes) -> None:
        """Write a file whose bytes are not there yet, at once or not at all."""
        path = self._path(file)
        with _explained(path):
            if not _holds(path, body):
                _make(path.parent)
                _replace(path, body)
                self._written += 1
        self._now.add(file)

    def finish(self) -> Written:
        """Delete what was exported before and not now, with the folders that it leaves empty."""
        deleted = sum(self._delete(file) for file in sorted(self._known - self._now))
        self._list(self._now)
        return Written(self._written, len(self._now) - self._written, deleted)

    def _path(self, file: str) -> Path:
        """Where `file` belongs; raises ExportFailed where a link leads out of the folder."""
        path = self._root / file
        if path.parent not in self._inside:
            with _explained(path):
                if not path.parent.resolve().is_relative_to(self._root):
                    raise ExportFailed(str(path), f"leads out of {self._root} by a symbolic link; remove the link")
            self._inside.add(path.parent)
        return path

    def _delete(self, file: str) -> bool:
        """Whether there was a file to delete."""
        path = self._path(file)
        with _explained(path):
            found = os.path.lexists(path) and not (path.is_dir() and not path.is_symlink())
            if found:
                path.unlink()
        with suppress(OSError):  # it holds something
            while path.parent != self._root:
                path = path.parent
                if path.exists():
                    path.rmdir()
        return found

    def _clear(self, folder: PurePosixPath) -> None:
        """Remove what an export that was killed was just writing in `folder`."""
        path = self._path(str(folder / _NEW))
        with _explained(path), suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()

    def _listed(self) -> set[str]:
        path = self._root / MANIFEST
        with _explained(path):
            text = path.read_text("utf-8", "surrogateescape") if path.exists() else ""
        return set(filter(None, text.split("\n")))

    def _list(self, files: set[str]) -> None:
        text = "".join(f"{file}\n" for file in sorted(files))
        path = self._root / MANIFEST
        with _explained(path):
            if not _holds(path, body := text.encode("utf-8", "surrogateescape")):
                _replace(path, body)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: links that go round in circles
        raise ExportFailed(str(path), getattr(error, "strerror", None) or str(error)) from error


def _check(file: str) -> None:
    """Raise unless `file` can be the path of an exported file."""
    parts = file.split("/")
    if (
        not all(parts)
        or {".", ".."}.intersection(parts)
        or {"\0", "\n"}.intersection(file)
        or _OURS.intersection(parts)
    ):
        raise ExportFailed(repr(file), f"is no path of an exported file (does {MANIFEST} hold a line of another hand?)")


def _holds(path: Path, body: bytes) -> bool:
    """Whether there is a file at `path` with the bytes `body`."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISDIR(found.st_mode):
        raise ExportFailed(str(path), "is a folder where a file has to be; move it away")
    return stat.S_ISREG(found.st_mode) and found.st_size == len(body) and path.read_bytes() == body


def _make(folder: Path) -> None:
    """Make a folder, and those above it, such that a web server can read them whatever the umask."""
    if folder.is_dir():
        return
    if os.path.lexists(folder):
        raise ExportFailed(str(folder), "is no folder, where one has to be; move it away")
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)


def _replace(path: Path, body: bytes) -> None:
    """Write `path` so that who reads it meanwhile gets the old bytes or the new ones.

    Without fsync: what a power cut leaves unwritten differs in its bytes, and the next export writes it.
    """
    new = path.with_name(_NEW)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        with open(descriptor, "wb") as file:
            file.write(body)
            os.fchmod(descriptor, 0o644)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
